"""What was counted in each interval of time, and how much of it was seen.

    for interval in intervals(steps, start_ms=0, every_ms=300_000, frame_ms=66):
        print(interval.start_ms, interval.lines, interval.uptime_percent)

Nothing here has passed the gate.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from edgekit.records import Health

SIGN_OF_LIFE_MS = 3_000
"""A longer time between two frames is time that nobody watched."""


class Step(Protocol):
    """What is asked of a `edgekit.node.trying.counting.CountStep`."""

    @property
    def t_ms(self) -> int:
        """Milliseconds since the first frame."""
        ...

    @property
    def lines(self) -> tuple[tuple[int, int], ...]:
        """(in, out) since the start for each line."""
        ...

    @property
    def occupancy(self) -> tuple[int, ...]:
        """People in each zone now."""
        ...

    @property
    def health(self) -> Health:
        """What the view is worth."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CountInterval:
    """One interval.

    Attributes:
        start_ms: its begin; the first one begins with the first frame.
        end_ms: its end; the last one ends with the last frame.
        uptime_percent: how much of it was seen well, rounded down.
        lines: (in, out) of each line, counted while it was seen well.
        zones: (mean, most) people of each zone, over frames that were seen well.
    """

    start_ms: int
    end_ms: int
    uptime_percent: int
    lines: tuple[tuple[int, int], ...]
    zones: tuple[tuple[float, int], ...]


def intervals(
    steps: Iterable[Step], *, start_ms: int, every_ms: int, frame_ms: int
) -> Iterator[CountInterval]:
    """Yield the intervals between multiples of ``every_ms``, each as soon as it has ended.

    Args:
        steps: what was counted, frame by frame.
        start_ms: the time of the first frame.
        every_ms: how long an interval lasts, > 0.
        frame_ms: how long the last frame lasts.
    """
    bin_ = _Bin(start_ms, _next(start_ms, every_ms))
    last: Step | None = None
    for step in steps:
        now_ms = start_ms + step.t_ms
        while now_ms >= bin_.end_ms:
            bin_.pass_until(bin_.end_ms, now_ms)
            yield bin_.closed(bin_.end_ms)
            bin_ = bin_.following(every_ms)
        bin_.pass_until(now_ms, now_ms)
        bin_.take(step, last, now_ms)
        last = step
    if last is not None:
        end_ms = min(start_ms + last.t_ms + frame_ms, bin_.end_ms)
        bin_.pass_until(end_ms, end_ms)
        yield bin_.closed(end_ms)


def _next(start_ms: int, every_ms: int) -> int:
    return (start_ms // every_ms + 1) * every_ms


class _Bin:
    """The open interval: what was counted in it, and how much of it was seen well."""

    def __init__(self, start_ms: int, end_ms: int) -> None:
        self.start_ms = start_ms
        self.end_ms = end_ms
        self._until_ms = start_ms
        self._frame_ms = start_ms  # when the last frame came, also in an interval before
        self._good = False
        self._up_ms = 0
        self._lines: tuple[tuple[int, int], ...] = ()
        self._people: tuple[tuple[int, int], ...] = ()  # sum over frames, most
        self._frames = 0

    def following(self, every_ms: int) -> "_Bin":
        """Return the interval after this one."""
        after = _Bin(self.end_ms, self.end_ms + every_ms)
        after._frame_ms, after._good = self._frame_ms, self._good
        after._lines = ((0, 0),) * len(self._lines)
        after._people = ((0, 0),) * len(self._people)
        return after

    def pass_until(self, until_ms: int, next_ms: int) -> None:
        """Let time pass; ``next_ms`` is when the next frame comes."""
        if self._good and next_ms - self._frame_ms <= SIGN_OF_LIFE_MS:
            self._up_ms += until_ms - self._until_ms
        self._until_ms = until_ms

    def take(self, step: Step, last: Step | None, now_ms: int) -> None:
        """Add what one frame has counted, if the view is good."""
        self._frame_ms, self._good = now_ms, step.health is Health.GOOD
        lines = self._lines or ((0, 0),) * len(step.lines)
        people = self._people or ((0, 0),) * len(step.occupancy)
        if self._good:
            before = last.lines if last else ((0, 0),) * len(step.lines)
            lines = tuple(
                (came + new[0] - old[0], went + new[1] - old[1])
                for (came, went), new, old in zip(lines, step.lines, before, strict=True)
            )
            people = tuple(
                (total + now, max(most, now))
                for (total, most), now in zip(people, step.occupancy, strict=True)
            )
            self._frames += 1
        self._lines, self._people = lines, people

    def closed(self, end_ms: int) -> CountInterval:
        """Return the interval, ended here."""
        frames = max(1, self._frames)
        return CountInterval(
            start_ms=self.start_ms,
            end_ms=end_ms,
            uptime_percent=100 * self._up_ms // max(1, end_ms - self.start_ms),
            lines=self._lines,
            zones=tuple((total / frames, most) for total, most in self._people),
        )
