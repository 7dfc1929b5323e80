"""Judge what a thermal array sees. Nothing here has passed the gate.

An array that shows nothing looks like an empty place. So what must not be taken for one is named
(dead points, an array that is stuck, covered, or sees nothing but heat): then the time is a gap,
never a zero.
"""

from collections.abc import Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from edgekit.records import Health, Quality

_NOBODY = 1e-9
"""A weight of neighbours below it is rounding."""

Celsius = NDArray[np.float64]
Flags = NDArray[np.bool_]

POSSIBLE_C = (-40.0, 85.0)
"""What a place where people are can have; beyond it a point is broken. A fire is another matter."""

DEAD_SHARE = 0.1
"""So many points without a number of their own, and somebody can pass unseen."""

STUCK_POINT_MS, STUCK_MS = 60_000, 5_000
"""A point's noise moves it within a minute; of all points together some move at every reading."""

HOT_C, WARM_C = 32.0, 29.0
"""A place as warm as skin, of about 33 °C, hides whoever is there; clothes are hidden before."""

FLAT_SHARE, PATTERN_SIGMA = 0.3, 3.0
"""Covered: so little of the place's pattern is left, where it has one well above the noise."""

FULL_SHARE, FULL_K = 0.9, 1.5
"""Or so many points are another temperature at once: a hand, a lid."""

HOLD_MS: Mapping[Health, int] = {Health.COVERED: 3_000, Health.BLIND: 3_000, Health.STALLED: 0}
RECOVER_MS = 2_000
RARE_MS = 540
"""As for a camera (`edgekit.perception.quality`): beyond it, people who pass are mixed up."""


class ArrayHealth:
    """Watches one array."""

    def __init__(self) -> None:
        self._last: Celsius | None = None
        self._moved_ms: NDArray[np.int64] | None = None
        self._health = self._suspect = Health.GOOD
        self._since_ms = self._last_ms = 0
        self._interval_ms = 0.0

    def whole(self, celsius: Celsius, t_ms: int) -> tuple[Celsius, float]:
        """Return the picture with what is dead filled from around it, and the share that is dead.

        Args:
            celsius: float64, shape (rows, columns); NaN where a point has no number.
            t_ms: time of it in milliseconds.
        """
        known = np.isfinite(celsius) & (celsius > POSSIBLE_C[0]) & (celsius < POSSIBLE_C[1])
        dead = ~known | self._stuck(celsius, t_ms)
        return _filled(celsius, dead), float(dead.mean())

    def update(
        self,
        celsius: Celsius,
        *,
        dead_share: float,
        background: Celsius | None,
        noise_k: float,
        t_ms: int,
    ) -> tuple[Health, Quality]:
        """Return what the view is worth, and what is counted in it.

        Args:
            celsius: the whole picture.
            dead_share: of its points.
            background: what is learned of the place; None while there is nothing.
            noise_k: standard deviation of the array's noise.
            t_ms: time of it in milliseconds.
        """
        seems = self._judge(celsius, dead_share, background, noise_k, t_ms)
        health = self._hold(seems, t_ms)
        step_ms = max(0, t_ms - self._last_ms) if self._last_ms else 0
        self._interval_ms += 0.1 * (step_ms - self._interval_ms)
        self._last_ms = t_ms
        if health is not Health.GOOD:
            return health, Quality.BLIND
        warm = background is not None and float(np.median(background)) > WARM_C
        worse = warm or self._interval_ms > RARE_MS
        return health, Quality.DEGRADED if worse else Quality.GOOD

    def _stuck(self, celsius: Celsius, t_ms: int) -> Flags:
        """Which points have not moved for a minute."""
        if self._last is None or self._moved_ms is None or self._last.shape != celsius.shape:
            self._last, self._moved_ms = celsius, np.full(celsius.shape, t_ms, np.int64)
        # A point without a number has not moved; a clock that is set back must not hold it.
        moved = np.abs(celsius - self._last) > 0
        self._moved_ms = np.minimum(np.where(moved, t_ms, self._moved_ms), t_ms)
        self._last = celsius
        return np.asarray(t_ms - self._moved_ms >= STUCK_POINT_MS)

    def _judge(
        self,
        celsius: Celsius,
        dead_share: float,
        background: Celsius | None,
        noise_k: float,
        t_ms: int,
    ) -> Health:
        if self._moved_ms is not None and t_ms - int(self._moved_ms.max()) >= STUCK_MS:
            return Health.STALLED
        if dead_share > DEAD_SHARE:
            return Health.BLIND
        if background is None:
            return Health.GOOD
        if float(np.median(background)) > HOT_C:
            return Health.BLIND
        return Health.COVERED if _covered(celsius, background, noise_k) else Health.GOOD

    def _hold(self, seems: Health, t_ms: int) -> Health:
        if seems is not self._suspect:
            self._suspect, self._since_ms = seems, t_ms
        self._since_ms = min(self._since_ms, t_ms)
        if t_ms - self._since_ms >= HOLD_MS.get(seems, RECOVER_MS):
            self._health = seems
        return self._health


def _covered(celsius: Celsius, background: Celsius, noise_k: float) -> bool:
    off = np.abs(celsius - background)
    if float((off > max(FULL_K, PATTERN_SIGMA * noise_k)).mean()) > FULL_SHARE:
        return True
    # Smoothed by the array's own neighbours, so that noise does not pass for a pattern.
    pattern, left = (float(cv2.blur(one, (3, 3)).std()) for one in (background, celsius))
    return pattern > PATTERN_SIGMA * noise_k and left < FLAT_SHARE * pattern


def _filled(celsius: Celsius, dead: Flags) -> Celsius:
    """Put the mean of living neighbours in place of dead points; of all where there are none."""
    if not dead.any():
        return celsius
    living = np.where(dead, 0.0, celsius)
    weight = cv2.blur((~dead).astype(np.float64), (3, 3))
    mean = float(celsius[~dead].mean()) if not dead.all() else 0.0
    around = np.divide(
        cv2.blur(living, (3, 3)), weight, out=np.full(celsius.shape, mean), where=weight > _NOBODY
    )
    return np.asarray(np.where(dead, around, celsius), np.float64)
