"""Where something is and how it moves, from noisy places. Nothing here has passed the gate.

A Kalman filter (Kalman 1960) of constant velocity under white acceleration (Bar-Shalom, Li and
Kirubarajan, "Estimation with Applications to Tracking and Navigation", 2001, section 6.2.2), one
covariance for both axes, since they are measured and disturbed alike. Covariances are in bodies,
so that near and far people are followed alike; time is in seconds, so that dropped and irregular
frames are.
"""

import math

MEASURED = 0.05
"""Standard deviation of a measured place, in bodies."""

WANDER = 0.4
"""Standard deviation by which a velocity changes in a second, in bodies a second."""

UNKNOWN = 1_000.0
"""The same of the velocity of what was seen once: so large that the second place alone decides."""

SURE_SPREAD = math.sqrt(2) * MEASURED
"""The least `Kalman.spread` there is."""


class Kalman:
    """Place and velocity of one thing.

    Attributes:
        x, y: place in pixels.
        vx, vy: velocity in pixels a second.
    """

    __slots__ = ("_place", "_shared", "_speed", "vx", "vy", "x", "y")

    def __init__(self, x: float, y: float) -> None:
        self.x, self.y = x, y
        self.vx = self.vy = 0.0
        self._place = MEASURED**2
        self._shared = 0.0
        self._speed = UNKNOWN**2

    @property
    def spread(self) -> float:
        """Standard deviation, in bodies, of where it will be measured next."""
        return math.sqrt(self._place + MEASURED**2)

    def predict(self, elapsed_s: float, *, kept: float = 1.0) -> None:
        """Move on by so many seconds, at this part of the velocity."""
        self.vx *= kept
        self.vy *= kept
        self.x += self.vx * elapsed_s
        self.y += self.vy * elapsed_s
        noise = WANDER**2 * elapsed_s
        self._place += elapsed_s * (2 * self._shared + elapsed_s * (self._speed + noise / 3))
        self._shared += elapsed_s * (self._speed + noise / 2)
        self._speed += noise

    def correct(self, x: float, y: float) -> None:
        """Take a measured place into account."""
        total = self._place + MEASURED**2
        gain, turn = self._place / total, self._shared / total
        wide, high = x - self.x, y - self.y
        self.x += gain * wide
        self.y += gain * high
        self.vx += turn * wide
        self.vy += turn * high
        self._speed -= turn * self._shared
        self._place *= 1 - gain
        self._shared *= 1 - gain
