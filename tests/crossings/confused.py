"""People whom a tracker gives new names at the line, or each other's."""

import itertools
import math

import numpy as np

from crossings.alone import NEAR_PX, across, comes_and_goes, middle
from crossings.scene import Body, Chance, Feet, Plan
from crossings.together import bystander, meeting, side_by_side

Names = tuple[int, ...]


def _renamed(count: int, at: int, before: int, after: int) -> Names:
    return tuple(before if step < at else after for step in range(count))


def _in_blocks(chance: Chance, count: int) -> Names:
    """A new name every one to six frames; the last one stays for three."""
    blocks = ([name] * chance.whole(1, 6) for name in itertools.count())
    names = list(itertools.islice(itertools.chain.from_iterable(blocks), count))
    return (*names[:-3], *[names[-3]] * 3)


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


def group_is_renamed(chance: Chance) -> Plan | None:
    bodies = []
    gap = chance.whole(0, min(3, round(0.7 * chance.fps)))
    for number, body in enumerate(side_by_side(chance)):
        at = middle(body.feet) + chance.whole(-3, 3)
        if at < 3 or at + gap > len(body.feet) - 4:
            return None
        names = _renamed(len(body.feet), at, 10 + number, 20 + number)
        bodies.append(Body(feet=body.feet, names=names, unseen=range(at, at + gap)))
    return Plan(bodies=tuple(bodies), expected=(3, 0), follow=False)


def two_meet_and_exchange_names(chance: Chance) -> Plan | None:
    if chance.fps < 5:
        return None
    one, other = meeting(chance, 5)
    at = middle(one) + chance.whole(-2, 2)
    bodies = (
        Body(feet=one, names=_renamed(len(one), at, 1, 2)),
        Body(feet=other, names=_renamed(len(other), at, 2, 1)),
    )
    return Plan(bodies=bodies, expected=(1, 1), follow=False, noise_px=0.7)


def two_exchange_names_unseen(chance: Chance) -> Plan | None:
    if chance.fps < 5:
        return None
    one, other = meeting(chance, 8)
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
    one, other = meeting(chance, 0.4 * chance.width_px)
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


def one_stands_by_and_names_are_exchanged(chance: Chance) -> Plan | None:
    if chance.fps < 5:
        return None
    bodies, at = bystander(chance)
    names = [
        _renamed(len(body.feet), at, 1 + number, 2 - number) for number, body in enumerate(bodies)
    ]
    bodies = tuple(Body(feet=body.feet, names=own) for body, own in zip(bodies, names, strict=True))
    return Plan(bodies=bodies, expected=(1, 0), follow=False)


CONFUSED = (
    is_renamed,
    is_renamed_after_standing_unseen,
    is_renamed_often,
    is_renamed_often_and_turns,
    has_two_names_in_turns,
    has_two_names_at_once,
    group_is_renamed,
    two_meet_and_exchange_names,
    two_exchange_names_unseen,
    one_takes_the_name_of_the_other,
    two_follow_and_exchange_names,
    three_exchange_names,
    one_stands_by_and_names_are_exchanged,
)
