"""Who is in a zone, and how long they stay. Nothing here has passed the gate."""

from dataclasses import dataclass

RETURN_MS = 2_000
"""Whoever is back within this time has not left: a step over the edge does not make two stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """One stay that has ended."""

    dwell_ms: int


@dataclass(slots=True)
class Presence:
    """Whether one track is in the zone, with inertia, and since when.

    A stay runs from the first sighting inside to the first one outside. Somebody counts as inside,
    or no longer, after having been seen so without a break for the inertia.
    """

    inside: bool = False
    entered_ms: int | None = None  # of the stay that has not ended
    turned_ms: int | None = None  # since when it is seen where it does not count yet
    left_ms: int | None = None  # since when it is seen outside, while its stay has not ended

    def sight(self, now_ms: int, *, within: bool, inertia_ms: int) -> Stay | None:
        """Take a sighting; return the stay that it ends."""
        if within or self.entered_ms is None:
            self.left_ms = None
        elif self.left_ms is None:
            self.left_ms = now_ms
        self._turn(now_ms, within=within, inertia_ms=inertia_ms)
        gone = self.left_ms is not None and now_ms - self.left_ms >= RETURN_MS
        return self.end(now_ms) if gone and not self.inside else None

    def _turn(self, now_ms: int, *, within: bool, inertia_ms: int) -> None:
        if within == self.inside:
            self.turned_ms = None
            return
        if self.turned_ms is None:
            self.turned_ms = now_ms
        if now_ms - self.turned_ms < inertia_ms:
            return
        if within and self.entered_ms is None:
            self.entered_ms = self.turned_ms
        self.inside, self.turned_ms = within, None

    def ends_ms(self, seen_ms: int) -> int:
        """Return when the stay ends, or ended, of somebody who was last seen at this time."""
        return seen_ms if self.left_ms is None else self.left_ms

    def end(self, seen_ms: int) -> Stay | None:
        """End the stay of somebody who was last seen at this time; None where there is none."""
        entered_ms, end_ms = self.entered_ms, self.ends_ms(seen_ms)
        self.inside, self.entered_ms, self.turned_ms, self.left_ms = False, None, None, None
        return None if entered_ms is None else Stay(dwell_ms=end_ms - entered_ms)
