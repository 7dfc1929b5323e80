"""One person at a line."""

import numpy as np

from crossings.scene import Body, Chance, Feet, Plan

CLEAR_PX = 17  # beyond every band
NEAR_PX = 90


def _one(feet: Feet, expected: tuple[int, int], **more: object) -> Plan:
    return Plan(bodies=(Body(feet=feet),), expected=expected, **more)


def across(chance: Chance) -> Feet:
    """Through the line at some angle, from far on one side to far on the other."""
    x, far = chance.along(), NEAR_PX + 2 * chance.step_px
    aside = (
        float(
            np.clip(x + chance.between(-60, 60), -0.45 * chance.length_px, 0.45 * chance.length_px)
        )
        - x
    )
    return chance.way((x - aside, -far), (x, 0), (x + aside, far))


def middle(feet: Feet) -> int:
    """The frame at the line."""
    return int(np.argmin(np.abs(feet[:, 1])))


def walks_through(chance: Chance) -> Plan:
    return _one(across(chance), (1, 0))


def flickers_beyond(chance: Chance) -> Plan:
    feet = np.tile([chance.along(), -chance.between(22, 40)], (chance.whole(8, 20), 1))
    feet[chance.whole(0, len(feet) - 1), 1] = chance.between(20, 60)
    return _one(feet, (0, 0))


def flickers_on_the_way(chance: Chance) -> Plan | None:
    feet = across(chance)
    at = chance.whole(0, len(feet) - 1)
    if abs(feet[at, 1]) < CLEAR_PX or len(feet) < 8:
        return None
    feet[at, 1] *= -1
    return _one(feet, (1, 0)) if abs(feet[at, 1]) < 70 else None


def trembles_on_the_line(chance: Chance) -> Plan:
    x, count = chance.along(), chance.whole(20, 120)
    either = chance.rng.uniform(-6, 6, count), 6 * (-1.0) ** np.arange(count)
    tremble = np.stack([np.full(count, x), either[chance.whole(0, 1)]], axis=1)
    way = chance.sign()
    leave = chance.way((x, way * 3), (x, way * (NEAR_PX + 2 * chance.step_px)))
    feet = np.concatenate([chance.way((x, -NEAR_PX), (x, -3)), tremble, leave])
    return _one(feet, (int(way > 0), 0), noise_px=0.7)


def stands_on_the_line(chance: Chance) -> Plan:
    x, y, way = chance.along(), chance.between(-6, 6), chance.sign()
    still = np.tile([x, y], (min(900, round(chance.between(5, 40) * chance.fps)), 1))
    leave = chance.way((x, y), (x, way * (NEAR_PX + 2 * chance.step_px)))
    feet = np.concatenate([chance.way((x, -NEAR_PX), (x, y)), still, leave])
    return _one(feet, (int(way > 0), 0), noise_px=0.7)


def runs(chance: Chance) -> Plan | None:
    """Up to three bodies a frame: two sightings beyond the line, one or more before it."""
    step_px = chance.between(0.4, 3.3) * chance.height_px
    before, after = chance.whole(1, 3), chance.whole(2, 3)
    y = (np.arange(before + after) - before + chance.between(0, 1)) * step_px
    if min(abs(y[before - 1]), abs(y[before])) < CLEAR_PX:
        return None
    return _one(np.stack([np.full(len(y), chance.along()), y], axis=1), (1, 0))


def is_unseen_at_the_line(chance: Chance) -> Plan | None:
    feet = across(chance)
    gap = chance.whole(1, 8)
    start = max(3, middle(feet) - chance.whole(0, gap))
    if start + gap > len(feet) - 4:
        return None
    body = Body(feet=feet, unseen=range(start, start + gap))
    return Plan(bodies=(body,), expected=(1, 0), follow=gap <= 1.2 * chance.fps)


def goes_round_the_end(chance: Chance) -> Plan:
    side = chance.sign()
    end, y = side * chance.length_px / 2, chance.between(25, 70)
    inside = end - side * chance.between(20, 0.4 * chance.length_px)
    outside = end + side * chance.between(22, 60)
    feet = chance.way((inside, -y), (outside, -y), (outside, y), (inside, y))
    feet = np.concatenate([feet, np.tile(feet[-1], (3, 1))])
    return _one(feet, (0, 0), follow=chance.step_px < chance.width_px)


def goes_through_and_round(chance: Chance) -> Plan:
    side, y = chance.sign(), chance.between(35, 80) + 2 * chance.step_px
    end = side * chance.length_px / 2
    inside = end - side * chance.between(25, 0.4 * chance.length_px)
    outside = end + side * chance.between(22, 60)
    circle = ((inside, -y), (inside, y), (outside, y), (outside, -y))
    times = chance.whole(1, 2)
    feet = chance.way(*circle * times, (inside, -y), (inside, -y - 3 * chance.step_px))
    return _one(feet, (times, 0), follow=chance.step_px < chance.width_px)


def comes_and_goes(chance: Chance) -> Plan:
    x, side, times = chance.along(), -1, chance.whole(1, 4)
    corners = [(x, float(-NEAR_PX))]
    for _ in range(times):
        side = -side
        beyond = chance.between(40, 100) + 2.2 * chance.step_px
        corners.append((x + chance.between(-20, 20), side * beyond))
    return _one(chance.way(*corners), (times - times // 2, times // 2))


def loses_frames(chance: Chance) -> Plan | None:
    """Any five frames, of somebody who moves less than the width of a body in a frame."""
    if chance.step_px > chance.width_px:
        return None
    x, times = chance.along(), chance.whole(1, 3)
    corners = [(x, -60 - 8 * chance.step_px)]
    corners += [(x, (-1) ** turn * (20 + 5 * chance.step_px)) for turn in range(times)]
    feet = chance.way(*corners)
    feet = np.concatenate([feet, np.tile(feet[-1], (8, 1))])
    start = chance.whole(2, len(feet) - 7)
    body = Body(feet=feet, unseen=range(start, start + 5))
    return Plan(bodies=(body,), expected=(times - times // 2, times // 2), follow=False)


def loses_one_in_ten(chance: Chance) -> Plan | None:
    if chance.step_px > chance.width_px / 2:
        return None
    plan = comes_and_goes(chance)
    feet = plan.bodies[0].feet
    unseen = frozenset(np.flatnonzero(chance.rng.random(len(feet)) < 0.1).tolist())
    feet = np.concatenate([feet, np.tile(feet[-1], (3, 1))])
    return Plan(bodies=(Body(feet=feet, unseen=unseen - {0, 1}),), expected=plan.expected)


def stops_and_goes_beside_it(chance: Chance) -> Plan:
    corners = [(chance.along(), float(-NEAR_PX))]
    corners += [(chance.along(), -chance.between(20, 30)) for _ in range(chance.whole(2, 7))]
    feet = chance.way(*corners, (corners[-1][0], float(-NEAR_PX)))
    return _one(np.repeat(feet, chance.rng.integers(1, 4, len(feet)), axis=0), (0, 0))


def turns_on_the_line(chance: Chance) -> Plan:
    x, y = chance.along(), chance.between(-10, 5)
    there = chance.way((x, -NEAR_PX), (x, y))
    still = np.tile([x, y], (chance.whole(0, 5), 1))
    return _one(np.concatenate([there, still, there[::-1]]), (0, 0))


def passes_inside_the_end(chance: Chance) -> Plan:
    return _one(_aslant(chance, -chance.between(20, 40)), (1, 0))


def passes_outside_the_end(chance: Chance) -> Plan:
    return _one(_aslant(chance, chance.between(20, 40)), (0, 0))


def _aslant(chance: Chance, beyond_px: float) -> Feet:
    side, slope = chance.sign(), chance.between(-1.2, 1.2)
    x = side * (chance.length_px / 2 + beyond_px)
    far = NEAR_PX + chance.step_px
    return chance.way((x - slope * far, -far), (x, 0), (x + slope * far, far))


def is_lost_on_the_line(chance: Chance) -> Plan:
    x = chance.along()
    return _one(chance.way((x, -NEAR_PX), (x, chance.between(-20, 6))), (0, 0))


def appears_on_the_line(chance: Chance) -> Plan:
    x = chance.along()
    return _one(chance.way((x, chance.between(-6, 6)), (x, chance.sign() * NEAR_PX)), (0, 0))


ALONE = (
    walks_through,
    flickers_beyond,
    flickers_on_the_way,
    trembles_on_the_line,
    stands_on_the_line,
    runs,
    is_unseen_at_the_line,
    goes_round_the_end,
    goes_through_and_round,
    comes_and_goes,
    loses_frames,
    loses_one_in_ten,
    stops_and_goes_beside_it,
    turns_on_the_line,
    passes_inside_the_end,
    passes_outside_the_end,
    is_lost_on_the_line,
    appears_on_the_line,
)
