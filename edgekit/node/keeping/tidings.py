"""What the log tells with the next windows and not when it happens, so that it keeps its rhythm.

Else the log would say when somebody stood before the camera, or pressed the button.
"""

from collections.abc import Mapping
from typing import Protocol

from edgekit.node.log import say
from edgekit.privacy.meaning import REASON_OF_HEALTH
from edgekit.records import Event, EventName, Health, Kind, Observation, Reason, Trouble

_WAITS: Mapping[EventName, Reason] = {
    EventName.PAUSE: Reason.PAUSED,
    EventName.RESUME: Reason.PAUSED,
    EventName.TURNED: Reason.VIEW_MOVED,
    EventName.CONFIRMED: Reason.VIEW_MOVED,
}


_NAMED: Mapping[Kind, EventName] = {
    Kind.ALARM: EventName.ALARM,
    Kind.TROUBLE: EventName.FAULT,
    Kind.CURED: EventName.CURED,
}


class Making(Protocol):
    """Makes an event of what happened."""

    def __call__(
        self,
        name: EventName,
        t_s: int,
        reason: Reason | None,
        digest: str | None = None,
        *,
        metric: str | None = None,
    ) -> Event:
        """Return it, released."""
        ...


class Tidings:
    """Collects events until the windows close.

    Args:
        event: makes one: the gate's.
        geometry: ``sha256:…`` of what the camera is signed for.
    """

    def __init__(self, event: Making, geometry: str) -> None:
        self._event = event
        self._geometry = geometry
        self._untold: list[Event] = []
        self._view_told: Reason | None = None
        self._view: Reason | None = None

    def see(self, health: Health) -> None:
        """Take what the eye thinks of its view."""
        self._view = REASON_OF_HEALTH[health]
        say("warning" if self._view else "info", f"view: {health.name.lower()}")

    def waits(self, name: EventName, start_s: int) -> bool:
        """Keep for the window that begins then what is not told now; False for what is.

        That is a pause, a turn of the camera, and the end of either.
        """
        reason = _WAITS.get(name)
        if reason is None:
            return False
        about = self._geometry if reason is Reason.VIEW_MOVED else None
        self._untold.append(self._event(name, start_s, reason, about))
        return True

    def obstructed(self, start_s: int) -> None:
        """A marker stays before the camera, or comes when no pause is left."""
        event = self._event(EventName.VIEW, start_s, Reason.VIEW_COVERED, None)
        if event not in self._untold:
            self._untold.append(event)

    def name(self, seen: Observation, metric: str, start_s: int) -> None:
        """A system's alarm or fault has begun, or a fault has ended: told once a window."""
        name, reason = _NAMED[seen.kind], None
        if seen.kind is not Kind.ALARM:
            reason = Trouble(seen.value).reason
        event = self._event(name, start_s, reason, metric=metric)
        if event not in self._untold:
            self._untold.append(event)

    def take(self, start_s: int) -> list[Event]:
        """Return what is to be told with the windows that have closed before this one."""
        told, self._untold = self._untold, []
        if self._view is not self._view_told:
            told.append(self._event(EventName.VIEW, start_s, self._view, None))
            self._view_told = self._view
        return told
