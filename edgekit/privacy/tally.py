"""What one window of time has seen, before the gate; nothing here leaves."""

from collections.abc import Mapping
from dataclasses import dataclass

from edgekit.consent.metric import LIGHT
from edgekit.consent.site import SiteAuthorisation
from edgekit.errors import PipeError
from edgekit.records import Kind, Reason, Unit

UPTIME_STEP = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """What a channel of the pipe means; fixed by the clerk before the eye opens."""

    metric: str
    unit: Unit
    kind: Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowTally:
    """Values of one closed window, exact and inside.

    ``values`` maps each channel's metric to its sum (passages) or its mean rounded half up (people,
    lux), None where nothing was measured. ``uptime_ms`` is how long the eye saw well. ``reason``
    tells of an outage within the window.
    """

    start_s: int
    window_s: int
    values: Mapping[str, int | None]
    uptime_ms: int
    reason: Reason | None

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
    (out), zones follow the lines, light comes last.
    """
    view = authorisation.view
    wanted = {output.metric for output in authorisation.outputs}
    candidates: list[tuple[Channel, set[str]]] = []
    for line in view.lines:
        for kind, way in ((Kind.IN, "in"), (Kind.OUT, "out")):
            metric = f"line.{line.name}.{way}"
            channel = Channel(metric=metric, unit=Unit.COUNT, kind=kind)
            candidates.append((channel, {metric, f"line.{line.name}.total"}))
    for zone in view.zones:
        metric = f"zone.{zone.name}.people"
        channel = Channel(metric=metric, unit=Unit.PEOPLE, kind=Kind.OCCUPANCY)
        candidates.append((channel, {metric}))
    light = Channel(metric=LIGHT, unit=Unit.ILLUMINANCE_LUX, kind=Kind.ILLUMINANCE)
    candidates.append((light, {LIGHT}))
    return {
        number: channel
        for number, (channel, needed_for) in enumerate(candidates, 1)
        if needed_for & wanted
    }
