"""A lamp that lights its own sensor: noticed when it is dimmed, and taken off what is measured.

Left alone, such a lamp makes its own day, goes out, makes its own night, and so on. When its level
changes, the sky does not change within seconds: the step that is measured is the lamp's own.
"""

import statistics
from dataclasses import dataclass, replace

LEAST_STEP = 0.25
"""Smaller changes of the lamp tell too little."""

MOST_AGE_MS = 20_000
"""Over a longer time the sky changes too."""

KEPT = 5
LEAST_LUX = 1.0
"""Less at full light is no feedback."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLight:
    """What is known of the feedback; begins as ``OwnLight()``.

    ``steps`` are the last lux at full light that steps of the lamp let expect; ``lux``, ``level``
    and ``t_ms`` are of the last reading under a steady lamp, ``last_level`` is of the last one.
    """

    steps: tuple[float, ...] = ()
    lux: float | None = None
    level: float = 0.0
    t_ms: int = 0
    last_level: float = 0.0

    @property
    def full_lux(self) -> float | None:
        """What the lamp adds at full light; None until two steps have told, 0 where it is none."""
        if len(self.steps) < 2:  # noqa: PLR2004 -- one may be a cloud
            return None
        middle = statistics.median(self.steps)
        return middle if middle >= LEAST_LUX else 0.0

    def daylight_lux(self, measured_lux: float, level: float) -> float:
        """Return what is measured without the lamp's share, at least 0."""
        return max(0.0, measured_lux - (self.full_lux or 0.0) * level)


def learn(own: OwnLight, measured_lux: float, level: float, t_ms: int) -> OwnLight:
    """Take what was measured while the lamp stood at a level, 0..1."""
    if level != own.last_level:
        return replace(own, last_level=level)  # it has just moved: the sensor may lag
    change = level - own.level
    fresh = own.lux is not None and 0 <= t_ms - own.t_ms <= MOST_AGE_MS
    steps = own.steps
    if own.lux is not None and fresh and abs(change) >= LEAST_STEP:
        steps = (*steps, (measured_lux - own.lux) / change)[-KEPT:]
    return OwnLight(steps=steps, lux=measured_lux, level=level, t_ms=t_ms, last_level=level)
