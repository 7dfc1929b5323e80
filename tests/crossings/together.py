"""Several people at a line, and trackers that confuse them."""

import itertools
import math

import numpy as np

from crossings.alone import NEAR_PX, across, comes_and_goes, middle
from crossings.scene import Body, Chance, Feet, Plan

Names = tuple[int, ...]


def _renamed(count: int, at: int, before: int, after: int) -> Names:
    return tuple(before if step < at else after for step in range(count))


def _in_blocks(chance: Chance, count: int) -> Names:
    """A new name every one to six frames; the last one stays for three."""
    blocks = ([name] * chance.whole(1, 6) for name in itertools.count())
    names = list(itertools.islice(itertools.chain.from_iterable(blocks), count))
    return (*names[:-3], *[names[-3]] * 3)


def _beside(x: float, aside_px: float) -> float:
    """A place on the line so far from x, and not nearer to its ends."""
    return x - math.copysign(aside_px, x)


def _meeting(chance: Chance, least_px: float) -> tuple[Feet, Feet]:
    """Two who come towards each other and meet at the line, side by side."""
    x, far = chance.along(), 120 + 2 * chance.step_px
    aside = _beside(x, chance.between(least_px, chance.width_px))
    return chance.way((x, -far), (x, far)), chance.way((aside, far), (aside, -far))


def _gap(chance: Chance, feet: Feet, longest: int) -> tuple[int, int]:
    """Some frames at the line, the first three and the last four excepted."""
    gap = chance.whole(1, max(1, min(longest, round(0.6 * chance.fps))))
    start = middle(feet) - chance.whole(0, gap)
    return max(3, min(start, len(feet) - gap - 4)), gap


def is_renamed(chance: Chance) -> Plan | None:
    feet = across(chance)
    at = middle(feet) + chance.whole(-4, 4)
    gap = chance.whole(0, min(8, round(1.5 * chance.fps)))
    if at < 3 or at + gap > len(feet) - 4:
        return None
    names = _renamed(len(feet), at, 1, 2)
    body = Body(feet=feet, names=names, unseen=range(at, at + gap))
    return Plan(bodies=(body,), expected=(1, 0), follow=False)


def is_renamed_after_standing_unseen(chance: Chance) -> Plan:
    """As by a detector that sees what moves only."""
    x, y = chance.along(), chance.between(-6, 6)
    there = chance.way((x, -NEAR_PX), (x, y))
    still, hidden = (round(seconds * chance.fps) for seconds in (2.0, chance.between(2, 15)))
    leave = chance.way((x, y), (x, NEAR_PX + 2 * chance.step_px))
    feet = np.concatenate([there, np.tile([x, y], (still + hidden, 1)), leave])
    lost = len(there) + still
    names = _renamed(len(feet), lost, 1, 2)
    body = Body(feet=feet, names=names, unseen=range(lost, lost + hidden))
    return Plan(bodies=(body,), expected=(1, 0), follow=False, noise_px=0.7)


def is_renamed_often(chance: Chance) -> Plan:
    feet = across(chance)
    body = Body(feet=feet, names=_in_blocks(chance, len(feet)))
    return Plan(bodies=(body,), expected=(1, 0), follow=False)


def is_renamed_often_and_turns(chance: Chance) -> Plan | None:
    if chance.step_px > 0.2 * chance.height_px:
        return None
    plan = comes_and_goes(chance)
    feet = plan.bodies[0].feet
    body = Body(feet=feet, names=_in_blocks(chance, len(feet)))
    return Plan(bodies=(body,), expected=plan.expected, follow=False)


def has_two_names_in_turns(chance: Chance) -> Plan:
    feet = across(chance)
    at = middle(feet)
    names = [1 if step < at - 3 else 2 for step in range(len(feet))]
    for step in range(max(0, at - 3), min(at + 3, len(feet))):
        names[step] = 1 + step % 2
    body = Body(feet=feet, names=tuple(names))
    return Plan(bodies=(body,), expected=(1, 0), follow=False)


def has_two_names_at_once(chance: Chance) -> Plan | None:
    """The new name begins some frames before the old one ends."""
    feet = across(chance)
    at, both = middle(feet) + chance.whole(-3, 2), chance.whole(1, 3)
    if chance.fps < 5 or at - both < 3 or at > len(feet) - 5:
        return None
    old = Body(feet=feet[:at], names=(1,) * at)
    late = feet[at - both :] + chance.rng.normal(0, 2, 2)
    new = Body(feet=late, start=at - both, names=(2,) * len(late))
    return Plan(bodies=(old, new), expected=(1, 0), follow=False)


def group(chance: Chance) -> Plan:
    return Plan(bodies=_side_by_side(chance), expected=(3, 0))


def group_is_renamed(chance: Chance) -> Plan | None:
    bodies = []
    gap = chance.whole(0, min(3, round(0.7 * chance.fps)))
    for number, body in enumerate(_side_by_side(chance)):
        at = middle(body.feet) + chance.whole(-3, 3)
        if at < 3 or at + gap > len(body.feet) - 4:
            return None
        names = _renamed(len(body.feet), at, 10 + number, 20 + number)
        bodies.append(Body(feet=body.feet, names=names, unseen=range(at, at + gap)))
    return Plan(bodies=tuple(bodies), expected=(3, 0), follow=False)


def _side_by_side(chance: Chance) -> tuple[Body, ...]:
    x = chance.between(-0.42, -0.35) * chance.length_px
    far = 110 + 2 * chance.step_px
    bodies = []
    for _ in range(3):
        bodies.append(Body(feet=chance.way((x, -far + chance.between(0, 20)), (x, far))))
        x += min(chance.width_px * chance.between(0.6, 1.1), 0.35 * chance.length_px)
    return tuple(bodies)


def two_meet(chance: Chance) -> Plan:
    one, other = _meeting(chance, 8)
    late = chance.whole(-6, 6)
    bodies = Body(feet=one, start=max(0, late)), Body(feet=other, start=max(0, -late))
    return Plan(bodies=bodies, expected=(1, 1))


def two_meet_and_turn_round(chance: Chance) -> Plan | None:
    """Within half a second, as people do: nobody stops in one frame."""
    if chance.fps < 10:
        return None
    x = chance.along()
    aside = _beside(x, chance.between(10, chance.width_px))
    feet = []
    for place, side in ((x, -1), (aside, 1)):
        slowing = np.linspace(1, 0, round(0.6 * chance.fps) + 2) * chance.step_px
        way = np.concatenate([np.full(400, chance.step_px), slowing])
        there = (way.sum() - np.cumsum(way)) * side + 4 * side
        there = there[np.abs(there) < NEAR_PX + 40]
        y = np.concatenate([there, there[::-1]])
        feet.append(np.stack([np.full(len(y), place), y], axis=1))
    return Plan(bodies=tuple(Body(feet=each) for each in feet), expected=(0, 0))


def two_meet_and_exchange_names(chance: Chance) -> Plan | None:
    if chance.fps < 5:
        return None
    one, other = _meeting(chance, 5)
    at = middle(one) + chance.whole(-2, 2)
    bodies = (
        Body(feet=one, names=_renamed(len(one), at, 1, 2)),
        Body(feet=other, names=_renamed(len(other), at, 2, 1)),
    )
    return Plan(bodies=bodies, expected=(1, 1), follow=False, noise_px=0.7)


def two_exchange_names_unseen(chance: Chance) -> Plan | None:
    if chance.fps < 5:
        return None
    one, other = _meeting(chance, 8)
    at, gap = _gap(chance, one, 5)
    unseen = range(at, at + gap)
    bodies = (
        Body(feet=one, names=_renamed(len(one), at, 1, 2), unseen=unseen),
        Body(feet=other, names=_renamed(len(other), at, 2, 1), unseen=unseen),
    )
    return Plan(bodies=bodies, expected=(1, 1), follow=False, noise_px=0.7)


def one_takes_the_name_of_the_other(chance: Chance) -> Plan | None:
    """The tracker goes on with the one who comes, and calls the other by a new name, later."""
    if chance.fps < 5:
        return None
    one, other = _meeting(chance, 0.4 * chance.width_px)
    at, gap = _gap(chance, one, 4)
    late = chance.whole(0, gap)
    bodies = (
        Body(feet=one, names=_renamed(len(one), at, 1, 3), unseen=range(at, at + late)),
        Body(feet=other, names=_renamed(len(other), at, 2, 1)),
    )
    return Plan(bodies=bodies, expected=(1, 1), follow=False, noise_px=0.7)


def two_follow_and_exchange_names(chance: Chance) -> Plan | None:
    if chance.fps < 10:
        return None
    x, far = chance.along(), 130 + 2 * chance.step_px
    late = math.ceil(chance.between(0.5, 1.2) * chance.width_px / chance.step_px) + 1
    one = chance.way((x, -far), (x, far))
    other = one + np.array([chance.between(-0.3, 0.3) * chance.width_px, 0])
    at = middle(one) + chance.whole(0, late)
    bodies = (
        Body(feet=one, names=_renamed(len(one), at, 1, 2)),
        Body(feet=other, start=late, names=_renamed(len(other), at - late, 2, 1)),
    )
    return Plan(bodies=bodies, expected=(2, 0), follow=False, noise_px=0.7)


def three_exchange_names(chance: Chance) -> Plan | None:
    if chance.fps < 5:
        return None
    x, far = chance.between(-0.3, -0.2) * chance.length_px, 130 + 2 * chance.step_px
    order = chance.rng.permutation(3)
    bodies, inward, at = [], 0, 0
    for number in range(3):
        way = chance.sign()
        inward += way > 0
        feet = chance.way((x, -way * far), (x, way * far))
        at = at or middle(feet) + chance.whole(-2, 2)
        names = _renamed(len(feet), at, number, int(order[number]))
        bodies.append(Body(feet=feet, names=names))
        x += chance.width_px * chance.between(0.5, 0.9)
    expected = inward, 3 - inward
    return Plan(bodies=tuple(bodies), expected=expected, follow=False, noise_px=0.7)


def one_stands_by(chance: Chance) -> Plan:
    bodies, _ = _bystander(chance)
    return Plan(bodies=bodies, expected=(1, 0))


def one_stands_by_and_names_are_exchanged(chance: Chance) -> Plan | None:
    if chance.fps < 5:
        return None
    bodies, at = _bystander(chance)
    names = [
        _renamed(len(body.feet), at, 1 + number, 2 - number) for number, body in enumerate(bodies)
    ]
    bodies = tuple(Body(feet=body.feet, names=own) for body, own in zip(bodies, names, strict=True))
    return Plan(bodies=bodies, expected=(1, 0), follow=False)


def _bystander(chance: Chance) -> tuple[tuple[Body, Body], int]:
    x, y = chance.along(), chance.sign() * chance.between(20, 30)
    far = 130 + 2 * chance.step_px
    feet = chance.way((x, -far), (x, far))
    place = [_beside(x, chance.between(0.3, 0.9) * chance.width_px), y]
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
    is_renamed,
    is_renamed_after_standing_unseen,
    is_renamed_often,
    is_renamed_often_and_turns,
    has_two_names_in_turns,
    has_two_names_at_once,
    group,
    group_is_renamed,
    two_meet,
    two_meet_and_turn_round,
    two_meet_and_exchange_names,
    two_exchange_names_unseen,
    one_takes_the_name_of_the_other,
    two_follow_and_exchange_names,
    three_exchange_names,
    one_stands_by,
    one_stands_by_and_names_are_exchanged,
    one_goes_and_another_comes,
    false_boxes_come_and_go,
)
