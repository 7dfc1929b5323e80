"""The five states of a link, as a table: ``step(lifecycle, event, now_ns)``.

CLOSED -> OPENING -> SYNC -> READY, and LOST whenever something goes wrong; from LOST the port is
opened again after 0.1 s, doubling to 5 s.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

FIRST_WAIT_NS = 100_000_000
LONGEST_WAIT_NS = 5_000_000_000


class LinkState(StrEnum):
    """What a link is doing."""

    CLOSED = "closed"  # nothing is open, and nothing will be
    OPENING = "opening"  # the port is being opened
    SYNC = "sync"  # the port is open; the board has not said who it is
    READY = "ready"  # requests and samples
    LOST = "lost"  # the port is closed, and will be opened again


class LinkEvent(StrEnum):
    """What happens to a link."""

    OPEN = "open"
    OPENED = "opened"
    GREETED = "greeted"
    RESET = "reset"
    FAILED = "failed"
    TIMER = "timer"
    CLOSE = "close"


TRANSITIONS: Mapping[tuple[LinkState, LinkEvent], LinkState] = {
    (LinkState.CLOSED, LinkEvent.OPEN): LinkState.OPENING,
    (LinkState.OPENING, LinkEvent.OPENED): LinkState.SYNC,
    (LinkState.OPENING, LinkEvent.FAILED): LinkState.LOST,
    (LinkState.SYNC, LinkEvent.GREETED): LinkState.READY,
    (LinkState.SYNC, LinkEvent.RESET): LinkState.SYNC,
    (LinkState.SYNC, LinkEvent.FAILED): LinkState.LOST,
    (LinkState.READY, LinkEvent.RESET): LinkState.SYNC,
    (LinkState.READY, LinkEvent.FAILED): LinkState.LOST,
    (LinkState.LOST, LinkEvent.TIMER): LinkState.OPENING,
    **{(state, LinkEvent.CLOSE): LinkState.CLOSED for state in LinkState},
}
"""Whatever is not here changes nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifecycle:
    """Where a link is; ``retry_ns`` is when LOST ends, ``wait_ns`` how long the next LOST takes."""

    state: LinkState = LinkState.CLOSED
    retry_ns: int = 0
    wait_ns: int = FIRST_WAIT_NS

    @property
    def is_open(self) -> bool:
        """Whether the port is open."""
        return self.state in {LinkState.SYNC, LinkState.READY}


def step(lifecycle: Lifecycle, event: LinkEvent, now_ns: int) -> Lifecycle:
    """Return where the link is after an event; TIMER before its time changes nothing."""
    if event is LinkEvent.TIMER and now_ns < lifecycle.retry_ns:
        return lifecycle
    state = TRANSITIONS.get((lifecycle.state, event), lifecycle.state)
    if state is LinkState.READY:
        return replace(lifecycle, state=state, wait_ns=FIRST_WAIT_NS)
    if state is LinkState.LOST and lifecycle.state is not LinkState.LOST:
        return Lifecycle(
            state=state,
            retry_ns=now_ns + lifecycle.wait_ns,
            wait_ns=min(2 * lifecycle.wait_ns, LONGEST_WAIT_NS),
        )
    return replace(lifecycle, state=state)
