"""How much light a road needs by how many use it: the lighting class follows traffic volume.

Adaptive lighting after CIE 115:2010 and CEN/TR 13201-1, where a class may be stepped down while a
parameter such as volume is lower than the one it was planned for. Their tables are not reproduced:
the steps here are the site's, set by whoever plans the road. Nothing finer than a quarter of an
hour is kept.
"""

from dataclasses import dataclass
from itertools import pairwise

from edgekit.errors import ConfigError

QUARTER_MS = 900_000
QUARTERS = 4

STEPS = ((0.45, 1.0), (0.15, 0.75), (0.0, 0.5))
"""From this share of the busiest hour on, this share of full light."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """``peak_per_h`` is the volume that the road's class was planned for.

    ``steps`` are (share of the peak, level), descending, the last from 0 on. Raises ConfigError.
    """

    peak_per_h: float
    steps: tuple[tuple[float, float], ...] = STEPS

    def __post_init__(self) -> None:
        shares = [share for share, _ in self.steps]
        levels = [level for _, level in self.steps]
        falling = all(a > b for row in (shares, levels) for a, b in pairwise(row))
        if not (shares and falling and shares[-1] == 0 and 0 < levels[-1] <= levels[0] <= 1):
            raise ConfigError(f"steps {self.steps}: expected falling shares down to 0 and levels")
        if not self.peak_per_h > 0:
            raise ConfigError(f"peak of {self.peak_per_h} an hour: expected more than 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """Passages by quarters of an hour; begins as ``Volume()``.

    ``full`` holds the last four whole quarters, ``now`` the present one, which is the
    ``quarter``-th since 1970; ``whole`` whether it was seen from its beginning.
    """

    quarter: int | None = None
    now: int = 0
    whole: bool = False
    full: tuple[int, ...] = ()


def step(volume: Volume, passed: int, t_ms: int) -> Volume:
    """Take how many passed since the last step; a quarter that was missed forgets all."""
    quarter = t_ms // QUARTER_MS
    if volume.quarter == quarter:
        if not passed:
            return volume
        return Volume(
            quarter=quarter, now=volume.now + passed, whole=volume.whole, full=volume.full
        )
    if volume.quarter is None or quarter != volume.quarter + 1:
        return Volume(quarter=quarter, now=passed)
    full = (*volume.full, volume.now)[-QUARTERS:] if volume.whole else ()
    return Volume(quarter=quarter, now=passed, whole=True, full=full)


def per_hour(volume: Volume) -> int | None:
    """Return the volume, or None before a whole hour was seen.

    The last hour, or what the last or present quarter alone would make of an hour: it rises at once
    and falls after an hour.
    """
    if len(volume.full) < QUARTERS:
        return None
    return max(sum(volume.full), QUARTERS * max(volume.full[-1], volume.now))


def level(rules: Rules, volume: Volume) -> float:
    """Return the level of the class for this volume; the highest where it is not known."""
    seen = per_hour(volume)
    if seen is None:
        return rules.steps[0][1]
    return next(light for share, light in rules.steps if seen >= share * rules.peak_per_h)
