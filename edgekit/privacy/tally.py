"""What one window of time has seen, before the gate; nothing here leaves."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from edgekit.consent.measure import MEASURES, WAYS
from edgekit.consent.metric import LIGHT, Metric
from edgekit.consent.sensitivity import Fold
from edgekit.consent.site import SiteAuthorisation
from edgekit.consent.view import View
from edgekit.errors import PipeError
from edgekit.records import Kind, QualityWord, Reason, Unit

UPTIME_STEP = 5
SUMMED = frozenset({Kind.IN, Kind.OUT, Kind.STAY, Kind.VISIT})
"""Kinds that add up over a window; of every other the mean is taken, unless its measure says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """What a channel of the pipe means; fixed by the clerk before the eye opens."""

    metric: str
    unit: Unit
    kind: Kind
    fold: Fold

    @classmethod
    def of(cls, text: str) -> "Channel":
        """Return the channel of a metric that somebody senses."""
        measure = Metric.parse(text).measure
        if measure.kind is None:
            raise PipeError(f"{text} is computed, and sensed by nobody")
        usual = Fold.SUM if measure.kind in SUMMED else Fold.MEAN
        return cls(metric=text, unit=measure.unit, kind=measure.kind, fold=measure.fold or usual)


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A number of people by which a room was set right within a window, and why."""

    metric: str
    reason: Reason
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowTally:
    """Values of one closed window, exact and inside.

    Attributes:
        values: by metric: a sum (passages, stays, visits), a mean rounded half up (people, lux,
            seconds waited) or what its measure says, None where nothing was measured.
        behind: by metric: how many people a mean of waits is about.
        unsure: metrics whose value rests on an estimate, because something went by unseen.
        corrections: by how many people rooms were set right.
        uptime_ms: how long the eye saw well.
        reason: tells of an outage within the window.
        quality: what was seen in that time is worth.
    """

    start_s: int
    window_s: int
    values: Mapping[str, int | None]
    uptime_ms: int
    reason: Reason | None
    quality: QualityWord = QualityWord.GOOD
    behind: Mapping[str, int] = field(default_factory=dict)
    unsure: frozenset[str] = frozenset()
    corrections: tuple[Correction, ...] = ()

    def __post_init__(self) -> None:
        if self.window_s < 1 or self.start_s < 0 or self.start_s % self.window_s:
            raise PipeError(f"window of {self.window_s} s from {self.start_s} is not on the grid")
        if not 0 <= self.uptime_ms <= self.window_s * 1000:
            raise PipeError(f"uptime {self.uptime_ms} ms in a window of {self.window_s} s")

    @property
    def uptime_percent(self) -> int:
        """Uptime in percent, rounded down to a multiple of 5."""
        percent = self.uptime_ms // (self.window_s * 10)
        return percent - percent % UPTIME_STEP


def channel_table(authorisation: SiteAuthorisation) -> dict[int, Channel]:
    """Return what each channel means at this site; only what an authorised output needs is there.

    Channel 0 is about the eye itself. The line at index i is counted on 1 + 2i (in) and 2 + 2i
    (out), the people of zones follow the lines, then light, then vehicles and what else is known
    of zones, each in the order of its table, and last what an eye tells that is no camera's.
    """
    needed = set[str]()
    for output in authorisation.outputs:
        needed |= sensed_for(Metric.parse(output.metric), authorisation.view)
    candidates = enumerate(_candidates(authorisation.view), 1)
    return {number: channel for number, channel in candidates if channel.metric in needed}


def sensed_for(metric: Metric, view: View) -> set[str]:
    """Return the metrics that the eye has to tell for this one: itself, or what it is made of."""
    if metric.kind == "room":
        room = next(room for room in view.rooms if room.name == metric.shape)
        return {f"line.{door.line}.{way}" for door in room.doors for way in WAYS}
    if not metric.measure.made_of:
        return {metric.text}
    return {f"{metric.kind}.{metric.shape}.{what}" for what in metric.measure.made_of}


BY_EYE = ("noise", "traffic", "temperature")
"""What an eye tells that is drawn in no view: of a microphone; of those who nearly met; of what it
decides on the spot."""

_FIRST = frozenset({"in", "out", "people"})


def _candidates(view: View) -> Iterator[Channel]:
    """Yield everything that an eye can be asked to tell of this view, in a fixed order."""
    lines, zones = ([shape.name for shape in shapes] for shapes in (view.lines, view.zones))
    for first in (True, False):
        for kind, names in (("line", lines), ("zone", zones)):
            yield from (
                Channel.of(f"{kind}.{name}.{what}")
                for name in names
                for what, one in MEASURES[kind].items()
                if one.kind is not None and (what in _FIRST) is first
            )
        if first:
            yield Channel.of(LIGHT)
    yield from (
        Channel.of(f"{kind}.{what}")
        for kind in BY_EYE
        for what, one in MEASURES[kind].items()
        if one.by_eye
    )
