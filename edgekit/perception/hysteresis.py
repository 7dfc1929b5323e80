"""On which side of a line a foot is, decided with patience. Nothing here has passed the gate.

A foot is on a side where it is farther from the line than the band. Its side changes when it is
seen beyond the band on the other side at least twice, and for 60 ms, or sooner if it goes on there
as fast as it came: a box that jumps for one frame changes nothing, at any frame rate.
"""

CONFIRM_MS = 60.0
GOES_ON = 0.5
"""Who walks through goes on at least at this part of the speed at which he came."""


class Hysteresis:
    """The side of one foot.

    Args:
        band_px: half the width of the band in which a foot is on neither side, pixels.
    """

    __slots__ = (
        "_band_px",
        "_beyond",
        "_entry",
        "_first",
        "_home",
        "_land",
        "_last",
        "_leap",
        "_passages",
        "_witnesses",
    )

    def __init__(self, band_px: float) -> None:
        self._band_px = band_px
        self._home = 0  # the side it is known to be on; 0: not yet known
        self._witnesses = 0  # sightings on the home side of the line
        self._passages = 0  # net, since it was last at home; > 0 is in
        self._beyond = 0  # sightings beyond the band on the side that is not home
        self._last = (0.0, 0.0)  # distance px, time ms
        self._first = (0.0, 0.0)  # of the sightings beyond
        self._entry = 0.0  # px/ms of the step that led there
        self._land = (0.0, 0.0)  # where the step from a home seen but once ended
        self._leap = (0.0, 0.0)  # px, px/ms of that step

    @property
    def distance_px(self) -> float:
        """Where the last sighting was."""
        return self._last[0]

    def update(self, distance_px: float, passages: int, t_ms: float) -> int:
        """Take the next sighting; return 1 where it completes a passage in, -1 out, else 0.

        ``distance_px`` is signed as in `edgekit.geometry.Line.side`; ``passages`` is 1 where the
        step to it went in through the segment, -1 where it went out.
        """
        self._passages += passages
        here = distance_px, t_ms
        side = -1 if distance_px < 0 else 1
        beyond = abs(distance_px) > self._band_px
        counted = 0
        if self._home == 0:
            if beyond:
                self._settle(side, witnesses=1)
        elif side == self._home:
            self._witnesses += 1
            self._beyond = 0
            if beyond:
                self._passages = 0
        else:
            counted = self._cross(side, here, beyond=beyond)
        self._last = here
        return counted

    def _settle(self, side: int, *, witnesses: int) -> None:
        self._home, self._witnesses = side, witnesses
        self._passages = self._beyond = 0

    def _cross(self, side: int, here: tuple[float, float], *, beyond: bool) -> int:
        distance_px = here[0]
        if self._witnesses == 1 and self._last[0] * side < 0:
            self._land = here
            self._leap = abs(distance_px - self._last[0]), self._speed(self._last, here)
        if abs(distance_px) < self._band_px / 2:
            self._beyond = 0
        if not beyond:
            return 0
        self._beyond += 1
        if self._beyond == 1:  # the first may be a flicker
            self._first, self._entry = here, self._speed(self._last, here)
            return 0
        if not self._confirmed(here):
            return 0
        passed = self._passages * side > 0 and self._credible(here)
        self._settle(side, witnesses=self._beyond)
        return side if passed else 0

    def _confirmed(self, here: tuple[float, float]) -> bool:
        deeper = abs(here[0]) > abs(self._first[0])
        goes_on = deeper and self._speed(self._first, here) >= GOES_ON * self._entry
        return goes_on or here[1] - self._first[1] >= CONFIRM_MS

    def _credible(self, here: tuple[float, float]) -> bool:
        """Whether it really came from home, where it may have been seen in one bad box only."""
        leap_px, leap = self._leap
        if self._witnesses > 1 or leap_px <= 2 * self._band_px:
            return True
        return self._speed(self._land, here) >= GOES_ON * leap

    @staticmethod
    def _speed(start: tuple[float, float], end: tuple[float, float]) -> float:
        return abs(end[0] - start[0]) / (end[1] - start[1])
