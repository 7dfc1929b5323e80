"""Several people at a line."""

import math

import numpy as np

from crossings.alone import NEAR_PX, comes_and_goes
from crossings.scene import Body, Chance, Feet, Plan


def beside(x: float, aside_px: float) -> float:
    """A place on the line so far from x, and not nearer to its ends."""
    return x - math.copysign(aside_px, x)


def meeting(chance: Chance, least_px: float) -> tuple[Feet, Feet]:
    """Two who come towards each other and meet at the line, side by side."""
    x, far = chance.along(), 120 + 2 * chance.step_px
    aside = beside(x, chance.between(least_px, chance.width_px))
    return chance.way((x, -far), (x, far)), chance.way((aside, far), (aside, -far))


def group(chance: Chance) -> Plan:
    return Plan(bodies=side_by_side(chance), expected=(3, 0))


def side_by_side(chance: Chance) -> tuple[Body, ...]:
    x = chance.between(-0.42, -0.35) * chance.length_px
    far = 110 + 2 * chance.step_px
    bodies = []
    for _ in range(3):
        bodies.append(Body(feet=chance.way((x, -far + chance.between(0, 20)), (x, far))))
        x += min(chance.width_px * chance.between(0.6, 1.1), 0.35 * chance.length_px)
    return tuple(bodies)


def two_meet(chance: Chance) -> Plan:
    one, other = meeting(chance, 8)
    late = chance.whole(-6, 6)
    bodies = Body(feet=one, start=max(0, late)), Body(feet=other, start=max(0, -late))
    return Plan(bodies=bodies, expected=(1, 1))


def one_is_hidden_by_the_other(chance: Chance) -> Plan | None:
    """Two meet at the line; while their boxes overlap, only the nearer one is seen."""
    if chance.fps < 5 or chance.step_px > 0.25 * chance.width_px:
        return None
    one, other = meeting(chance, 0.15 * chance.width_px)
    apart = np.abs(one - other)
    hidden = np.flatnonzero(
        (apart[:, 0] < chance.width_px) & (apart[:, 1] < 0.35 * chance.width_px)
    )
    bodies = Body(feet=one), Body(feet=other, unseen=frozenset(hidden.tolist()))
    return Plan(bodies=bodies, expected=(1, 1))


def two_meet_and_turn_round(chance: Chance) -> Plan | None:
    """Within half a second, as people do: nobody stops in one frame."""
    if chance.fps < 10:
        return None
    x = chance.along()
    aside = beside(x, chance.between(10, chance.width_px))
    feet = []
    for place, side in ((x, -1), (aside, 1)):
        slowing = np.linspace(1, 0, round(0.6 * chance.fps) + 2) * chance.step_px
        way = np.concatenate([np.full(400, chance.step_px), slowing])
        there = (way.sum() - np.cumsum(way)) * side + 4 * side
        there = there[np.abs(there) < NEAR_PX + 40]
        y = np.concatenate([there, there[::-1]])
        feet.append(np.stack([np.full(len(y), place), y], axis=1))
    return Plan(bodies=tuple(Body(feet=each) for each in feet), expected=(0, 0))


def one_stands_by(chance: Chance) -> Plan:
    bodies, _ = bystander(chance)
    return Plan(bodies=bodies, expected=(1, 0))


def bystander(chance: Chance) -> tuple[tuple[Body, Body], int]:
    x, y = chance.along(), chance.sign() * chance.between(20, 30)
    far = 130 + 2 * chance.step_px
    feet = chance.way((x, -far), (x, far))
    place = [beside(x, chance.between(0.3, 0.9) * chance.width_px), y]
    still = np.tile(place, (len(feet), 1))
    return (Body(feet=feet), Body(feet=still)), int(np.argmin(np.abs(feet[:, 1] - y)))


def one_goes_and_another_comes(chance: Chance) -> Plan:
    """One is lost before the line; who appears beyond it soon after is too far away to be him."""
    x = chance.along()
    gone = chance.way((x, -NEAR_PX), (x, -chance.between(18, 40)))
    x += chance.sign() * chance.between(1.8, 2.4) * chance.height_px
    other = chance.way((x, chance.between(18, 40)), (x, NEAR_PX + 20))
    late = len(gone) + chance.whole(1, 1 + chance.fps)
    return Plan(bodies=(Body(feet=gone), Body(feet=other, start=late)), expected=(0, 0))


def false_boxes_come_and_go(chance: Chance) -> Plan | None:
    """Some one a second, each for one frame, none near the one who is really there."""
    if chance.step_px > chance.width_px / 2:
        return None
    plan = comes_and_goes(chance)
    bodies = list(plan.bodies)
    for index, foot in enumerate(plan.bodies[0].feet):
        false = chance.along() * 1.6, chance.between(-NEAR_PX, NEAR_PX)
        far = math.dist(false, foot) > chance.height_px
        if far and chance.rng.random() < 1 / chance.fps / 2:
            bodies.append(Body(feet=np.array([false]), start=index))
    return Plan(bodies=tuple(bodies), expected=plan.expected)


TOGETHER = (
    group,
    two_meet,
    one_is_hidden_by_the_other,
    two_meet_and_turn_round,
    one_stands_by,
    one_goes_and_another_comes,
    false_boxes_come_and_go,
)
