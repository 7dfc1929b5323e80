"""A house as one resistance and one capacity: how fast it cools and warms, and when to begin.

    thermal = fitted(rows)                  # from readings: time, inside, outside, heated
    minutes = thermal.minutes_to(20.5, indoor_c=17.0, outdoor_c=3.0)

dT/dt = (outside - T) / tau + rise x heated (1R1C: Bacher and Madsen, "Identifying suitable models
for the heat dynamics of buildings", Energy and Buildings 43, 2011, model Ti), by least squares over
readings at most two hours apart. The time of warming up is the exact solution in constant weather.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from edgekit.systems.day import HOUR_MS

Row = tuple[int, float, float, bool]
LEAST_ROWS, MOST_GAP_MS = 24, 2 * HOUR_MS
TAU_H = (2.0, 500.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Thermal:
    """A house: its time constant, and by how much an hour of heat alone would warm it."""

    tau_h: float
    rise_k_h: float

    def minutes_to(self, goal_c: float, *, indoor_c: float, outdoor_c: float) -> float | None:
        """Return how long heating takes to reach a temperature; None where it never does."""
        if indoor_c >= goal_c:
            return 0.0
        end_c = outdoor_c + self.rise_k_h * self.tau_h
        if end_c <= goal_c:
            return None
        return 60 * self.tau_h * math.log((end_c - indoor_c) / (end_c - goal_c))


def fitted(rows: Sequence[Row]) -> Thermal | None:
    """Fit a house; None while the readings do not tell (too few, never heated, absurd)."""
    steps = [
        ((b[1] - a[1]) / hours, a[2] - (a[1] + b[1]) / 2, float(a[3]))
        for a, b in pairwise(rows)
        if 0 < (hours := (b[0] - a[0]) / HOUR_MS) <= MOST_GAP_MS / HOUR_MS
    ]
    if len(steps) < LEAST_ROWS:
        return None
    table = np.array(steps)
    if np.linalg.matrix_rank(table[:, 1:]) < 2:  # noqa: PLR2004 -- two unknowns
        return None
    leak, rise = np.linalg.lstsq(table[:, 1:], table[:, 0], rcond=None)[0]
    if not (leak > 0 and rise > 0 and TAU_H[0] <= 1 / leak <= TAU_H[1]):
        return None
    return Thermal(tau_h=float(1 / leak), rise_k_h=float(rise))
