"""Faces kept covered while they can still be there. Pure: boxes and times in, regions out.

A detector loses a face for a few frames when a head turns. A `Held` face goes on in its direction
and grows, because nobody knows where it went, until it has left the picture or was not seen for
``hold_ms``. Where the camera turns, boxes are those of the place, not of the picture: whoever
stands still moves in the picture, and is held where they went.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from edgekit.errors import ConfigError
from edgekit.redaction.box import Box, centre, moved, shared

Sighting = tuple[Box, float]
"""Where something is, and how likely it is a face, 0..1."""

MAX_FACES = 1024
"""More are not followed: the picture is covered whole instead."""

SURE = 0.5
"""Likelihood from which on something is rather a face than not."""

CERTAIN = 0.8
"""And from which on one look is enough: it is held as long as a face is held at all."""

SEEN_SHARE = 2.5
"""What is less certain is held for so many times as long as it was seen."""

FADE = 0.9
"""A cover holds the last one, shrunk to this share: from one look to the next a face does not
shrink or jump, only its box does."""

SAME = 0.3
"""Where a surely seen face overlaps this much (IoU) with one that was lost there, they are one."""

PASSING_PER_S = 1.5
"""Who moves by more of their sizes a second against each other pass each other."""

DOUBTED_ROOM = 0.1
"""Of its sides, around a doubtful box of what was seen as a face, or doubted for long: boxes of
what is doubted for the first time are kept small (`edgekit.redaction.cover`)."""

SETTLED_MS = 200
"""Doubted for so long is long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldRules:
    """How long and how generously a face stays covered.

    Attributes:
        hold_ms: a face not seen for longer than this has left, > 0.
        doubt_ms: the same for what was never rather a face than not, > 0; and the least time for
            which anything is held.
        growth_per_s: by how many of its own sizes an unseen face's region grows in each
            direction in a second.
        near: a box whose centre lies within this many sizes of where a face is expected is that
            face.
        memory: how much of a face's velocity stays when it is seen anew, 0..1.
    """

    hold_ms: int = 3000
    doubt_ms: int = 400
    growth_per_s: float = 0.5
    near: float = 0.5
    memory: float = 0.7

    def __post_init__(self) -> None:
        if (
            min(self.hold_ms, self.doubt_ms) <= 0
            or self.growth_per_s < 0
            or self.near <= 0
            or not 0 <= self.memory < 1
        ):
            raise ConfigError(f"rules that hold nothing: {self}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A face as last seen, and how it moved then (pixels a millisecond).

    Attributes:
        xyxy: what is to be covered: the box it was seen in, or more.
        seen_ms: when that was.
        confidence: how likely it is a face, the most it ever was, 0..1.
        since_ms: when it was seen first; None = then.
        sight: the box that it was seen in; None = ``xyxy``.
        before: it, as it was the time before; only of one seen again.
        velocity: of its centre.
    """

    xyxy: Box
    seen_ms: int
    confidence: float = 1.0
    since_ms: int | None = None
    sight: Box | None = None
    before: "Held | None" = None
    velocity: tuple[float, float] = (0.0, 0.0)

    @property
    def sure(self) -> bool:
        """Whether it was ever rather a face than not."""
        return self.confidence >= SURE

    @property
    def seen_for_ms(self) -> int:
        """From its first sight to its last."""
        return 0 if self.since_ms is None else self.seen_ms - self.since_ms

    @property
    def key(self) -> tuple[int, Box]:
        """What it shares with nothing else: when and where it was seen."""
        return self.seen_ms, self.sight or self.xyxy

    def at(self, t_ms: int, growth_per_s: float) -> Box:
        """Where it may be at a later time: moved on and grown."""
        passed_ms = max(0, t_ms - self.seen_ms)
        x1, y1, x2, y2 = self.xyxy
        dx, dy = (speed * passed_ms for speed in self.velocity)
        grown = self.size * growth_per_s * passed_ms / 1000
        # It may as well have stopped: what it left behind stays covered too.
        return (
            min(x1, x1 + dx) - grown,
            min(y1, y1 + dy) - grown,
            max(x2, x2 + dx) + grown,
            max(y2, y2 + dy) + grown,
        )

    @property
    def size(self) -> float:
        """Its longer side."""
        x1, y1, x2, y2 = self.xyxy
        return max(x2 - x1, y2 - y1)


def step(
    held: tuple[Held, ...],
    boxes: Iterable[Sighting],
    t_ms: int,
    rules: HoldRules,
) -> tuple[Held, ...]:
    """Return the faces to cover after one more frame, newest knowledge first.

    Args:
        held: the faces so far.
        boxes: what was detected in this frame, and how likely each is a face; none for a frame
            that could not be searched.
        t_ms: its time; going back is taken as no time passed.
        rules: how long and how generously.
    """
    found = [
        Held(xyxy=box, seen_ms=t_ms, confidence=float(confidence), since_ms=t_ms, sight=box)
        for box, confidence in boxes
    ]
    again = _same(held, found, t_ms, rules)
    seen = [
        fresh if number is None else _seen_again(fresh, held[number], rules)
        for fresh, number in zip(found, again, strict=True)
    ]
    taken = set(again)
    lost = [face for number, face in enumerate(held) if number not in taken]
    lost = _unexplained(lost, seen, t_ms)
    return (*seen, *(face for face in lost if t_ms - face.seen_ms <= _longest_ms(face, rules)))


def regions(
    held: tuple[Held, ...],
    size: tuple[int, int],
    t_ms: int,
    rules: HoldRules,
    at: tuple[float, float] = (0.0, 0.0),
) -> tuple[Box, ...]:
    """The boxes to cover at a time, those that have left the picture of (width, height) not.

    ``at`` says where the place is in the picture, in pixels (`edgekit.redaction.pan`).
    """
    there = (face for face in held if t_ms - face.seen_ms <= _shown_ms(face, rules))
    boxes = (moved(face.at(t_ms, rules.growth_per_s), at) for face in there)
    return tuple(
        box for box in boxes if box[0] < size[0] and box[1] < size[1] and box[2] > 0 and box[3] > 0
    )


def _longest_ms(face: Held, rules: HoldRules) -> int:
    """For how long a face is remembered: where it comes again, it is the same."""
    return rules.hold_ms if face.sure else rules.doubt_ms


def _shown_ms(face: Held, rules: HoldRules) -> float:
    """For how long it is covered while nobody sees it."""
    if face.confidence >= CERTAIN:
        return rules.hold_ms
    known_ms = max(rules.doubt_ms, SEEN_SHARE * face.seen_for_ms)
    return min(_longest_ms(face, rules), known_ms)


def _same(
    held: Sequence[Held], found: Sequence[Held], t_ms: int, rules: HoldRules
) -> list[int | None]:
    """Which of the held faces each box shows, the nearest pairs first; None = one not seen before.

    A second box on a face that has its own already is nobody else's: it would take their cover.
    """
    out: list[int | None] = [None] * len(found)
    if not held or not found:
        return out
    expected = np.asarray([centre(_ahead(face, t_ms)) for face in held])
    centres = np.asarray([centre(face.xyxy) for face in found])
    sizes = np.asarray([face.size for face in found])
    apart = np.abs(centres[:, None] - expected[None]).max(axis=2)
    near = apart <= rules.near * sizes[:, None]
    pairs = np.argwhere(near)[np.argsort(apart[near], kind="stable")]
    whose: dict[int, int] = {}
    second: set[int] = set()
    for box, number in pairs.tolist():
        if out[box] is not None or box in second:
            continue
        if number not in whose:
            out[box], whose[number] = number, box
        elif shared(found[box].xyxy, found[whose[number]].xyxy) > SAME:
            second.add(box)
    return out


def _seen_again(fresh: Held, last: Held, rules: HoldRules) -> Held:
    known = _one(fresh, last)
    if not fresh.sure and (known.sure or known.seen_for_ms >= SETTLED_MS):
        x1, y1, x2, y2 = fresh.xyxy
        across, down = DOUBTED_ROOM * (x2 - x1) + 1, DOUBTED_ROOM * (y2 - y1) + 1
        roomy = (x1 - across, y1 - down, x2 + across, y2 + down)
        known = _one(replace(fresh, xyxy=roomy), last)
    now = replace(known, before=replace(last, before=None))
    passed_ms = fresh.seen_ms - last.seen_ms
    if passed_ms <= 0:
        return replace(now, velocity=last.velocity)
    (x0, y0), (x1, y1) = centre(last.xyxy), centre(fresh.xyxy)
    speed = ((x1 - x0) / passed_ms, (y1 - y0) / passed_ms)
    keep = 0.0 if last.before is None else rules.memory  # one sight alone says nothing of motion
    vx, vy = (keep * old + (1 - keep) * new for old, new in zip(last.velocity, speed, strict=True))
    return replace(now, velocity=(vx, vy))


def _one(fresh: Held, last: Held) -> Held:
    """A face seen now, with all that is known of it from before."""
    since = [at for at in (fresh.since_ms, last.since_ms, last.seen_ms) if at is not None]
    x1, y1, x2, y2 = _ahead(last, fresh.seen_ms)
    # A sure box says where its face is; a doubtful one may lie beside it.
    x, y = centre(fresh.xyxy if fresh.sure else (x1, y1, x2, y2))
    half = FADE * (x2 - x1) / 2, FADE * (y2 - y1) / 2
    x3, y3, x4, y4 = fresh.xyxy
    return replace(
        fresh,
        xyxy=(
            min(x3, x - half[0]),
            min(y3, y - half[1]),
            max(x4, x + half[0]),
            max(y4, y + half[1]),
        ),
        confidence=max(fresh.confidence, last.confidence),
        since_ms=min(since),
    )


def _unexplained(lost: Sequence[Held], seen: list[Held], t_ms: int) -> list[Held]:
    """The lost faces that no surely seen one is; the others are put into it, in its list."""
    sure = [number for number, face in enumerate(seen) if face.sure]
    out = []
    for face in lost:
        there = _ahead(face, t_ms)
        number = max(sure, key=lambda n: shared(there, seen[n].xyxy), default=None)
        if number is None or not _is_one(face, there, seen[number]):
            out.append(face)
        else:
            seen[number] = _one(seen[number], face)
    return out


def _is_one(face: Held, there: Box, other: Held) -> bool:
    """Whether a lost face and a seen one are in one place and go one way: who passes is another."""
    apart = max(abs(a - b) for a, b in zip(face.velocity, other.velocity, strict=True))
    return shared(there, other.xyxy) > SAME and 1000 * apart <= PASSING_PER_S * other.size


def _ahead(face: Held, t_ms: int) -> Box:
    """Where a face is expected, without growth."""
    passed_ms = max(0, t_ms - face.seen_ms)
    dx, dy = (speed * passed_ms for speed in face.velocity)
    x1, y1, x2, y2 = face.xyxy
    return x1 + dx, y1 + dy, x2 + dx, y2 + dy
