"""What the clerk shows on its own device: released values, and exact ones only where all stay home.

Outside `home` and `local` a status file is something somebody may copy: it then holds nothing that
has not been released.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from edgekit.node.keeping.expecting import Expecting
from edgekit.node.site import Site
from edgekit.node.status import CLERK, write_state
from edgekit.privacy.meaning import SUMMED
from edgekit.privacy.tally import Channel
from edgekit.records import Aggregate, Event, Kind, Observation, Profile

EVERY_MS: Mapping[Profile, int] = {Profile.LOCAL: 500}
SELDOM_MS = 5_000
"""A memory card is written to for years; only who is trying things out looks on."""


class Display:
    """Keeps and writes ``status.json``.

    Args:
        site: settings and authority.
        channels: what each channel means.
    """

    def __init__(self, site: Site, channels: Mapping[int, Channel]) -> None:
        self._path = site.settings.storage.directory / CLERK
        self._every_ms = EVERY_MS.get(site.settings.site.profile, SELDOM_MS)
        self._place: dict[str, object] = {
            "site": site.settings.site.name,
            "profile": site.settings.site.profile,
            "sees": site.settings.camera.there,
        }
        self._exact = site.settings.site.profile.at_home
        self._channels = channels
        self._capacity = {
            f"room.{room.name}.people": {"capacity": room.capacity}
            for room in site.authorisation.view.rooms
            if room.capacity is not None
        }
        self._expecting = Expecting(site)
        self._written_ms = 0
        self._live: dict[str, int] = {}
        self._window: dict[str, Any] = {}
        self._beat_ms = 0

    @property
    def live(self) -> Mapping[str, int]:
        """Exact numbers of this moment; none outside `home` and `local`."""
        return self._live if self._exact else {}

    def see(self, observations: Iterable[Observation], inside: Mapping[str, int]) -> None:
        """Take what the eye said, and who is inside rooms, for the live numbers at home."""
        if not self._exact:
            return
        self._live |= inside
        for seen in observations:
            if seen.kind is Kind.HEARTBEAT:
                self._live["frames_per_s"] = _rate(seen.value, seen.t_ms - self._beat_ms)
                self._beat_ms = seen.t_ms
            if seen.kind is Kind.PEOPLE:
                self._live["people"] = seen.value
            elif (channel := self._channels.get(seen.channel)) is not None:
                before = self._live.get(channel.metric, 0) if seen.kind in SUMMED else 0
                self._live[channel.metric] = before + seen.value

    def show(self, releases: Iterable[Aggregate | Event]) -> None:
        """Take what was released for the last window."""
        released = tuple(releases)
        for aggregate in released:
            if isinstance(aggregate, Event):
                continue
            self._window[aggregate.metric] = {
                **self._capacity.get(aggregate.metric, {}),
                "status": aggregate.status,
                aggregate.unit.value: aggregate.value,
                "window_start_s": aggregate.window_start_s,
                "reason": aggregate.reason,
                "uptime_percent": aggregate.uptime_percent,
                "quality": aggregate.quality,
            }
        for metric, expected in self._expecting.take(released).items():
            self._window[metric]["expected"] = expected

    def write(self, now_ms: int, state: Mapping[str, Any], *, last: bool = False) -> None:
        """Write the file, where that is due or for the last time."""
        if not last and 0 <= now_ms - self._written_ms < self._every_ms:
            return
        self._written_ms = now_ms
        write_state(
            self._path,
            {
                **self._place,
                **state,
                "t_s": now_ms // 1000,
                "live": self._live,
                "last_window": self._window,
            },
        )


def _rate(frames: int, span_ms: int) -> int:
    return round(frames * 1000 / span_ms) if 0 < span_ms < 60_000 else frames  # noqa: PLR2004 -- a minute's silence is no rate
