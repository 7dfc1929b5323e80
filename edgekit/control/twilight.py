"""Day or night: by the sun's elevation and, in twilight, by lux with hysteresis and hold.

Above sunrise it is day, well below the horizon it is night, whatever a sensor says: neither a storm
nor a headlight decides. Between the two the sensor does, once: at dusk a lamp that is on stays on,
at dawn one that is off stays off, so that broken clouds switch it once at most. Without a sensor
the sun alone decides, without a clock the sensor alone, and without both it is night.
"""

from dataclasses import dataclass, field

from edgekit.control.hysteresis import Held, Thresholds, step
from edgekit.control.sun import CIVIL_DEG, SUNRISE_DEG, Sun
from edgekit.errors import ConfigError

ON_LUX, OFF_LUX, HOLD_MS = 35.0, 52.5, 300_000
"""On below 20 to 35 lx, off above 1.5 times that, after 5 to 10 minutes: usual in the trade, of no
standard that was read; settings of the site."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """When it gets dark.

    Attributes:
        lux: thresholds of darkness and their hold.
        day_deg: at or above this elevation of the sun it is day.
        night_deg: below this it is night.

    Raises ConfigError where night is not below day.
    """

    lux: Thresholds
    day_deg: float = SUNRISE_DEG
    night_deg: float = CIVIL_DEG

    def __post_init__(self) -> None:
        if not -18 <= self.night_deg < self.day_deg <= 18:  # noqa: PLR2004 -- the end of twilight, both ways
            raise ConfigError(
                f"night below {self.night_deg:g} and day from {self.day_deg:g} degrees: expected "
                "an ascending pair within -18 to 18"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Twilight:
    """What is known; begins as ``Twilight()``."""

    night: bool | None = None
    dark: Held = field(default_factory=Held)


def judge(
    rules: Rules,
    twilight: Twilight,
    sun: Sun | None,
    lux: float | None,
    *,
    elapsed_ms: int,
    lux_factor: float = 1.0,
) -> tuple[Twilight, str]:
    """Return whether it is night, and why in words.

    Args:
        rules: when it gets dark.
        twilight: what was known.
        sun: None where the clock is not to be trusted.
        lux: daylight without the lamp's own; None where the sensor is not to be trusted.
        elapsed_ms: since the last judgement.
        lux_factor: by how much the sensor may be wrong, as a factor >= 1.
    """
    dark = (
        Held()
        if lux is None
        else step(rules.lux, twilight.dark, lux, elapsed_ms, factor=lux_factor)
    )
    night, why = _by_sun(rules, sun) if sun is not None else (None, "no clock to be trusted")
    if night is None and dark.low is not None:
        night = _latched(twilight.night, sun, dark=dark.low)
        why = f"{'dark' if dark.low else 'bright'} enough at {lux:.0f} lx"
    elif night is None:
        night, why = True, f"{why}, and no light sensor to be trusted"
    return Twilight(night=night, dark=dark), why


def _by_sun(rules: Rules, sun: Sun) -> tuple[bool | None, str]:
    words = f"the sun stands at {sun.elevation_deg:.1f} degrees"
    if sun.elevation_deg >= rules.day_deg:
        return False, words
    return (True if sun.elevation_deg < rules.night_deg else None), words


def _latched(before: bool | None, sun: Sun | None, *, dark: bool) -> bool:
    """At dusk from day to night only, at dawn from night to day only."""
    if sun is None or before is None:
        return dark
    return before and dark if sun.rising else before or dark
