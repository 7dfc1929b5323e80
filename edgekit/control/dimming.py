"""How a share of light becomes an arc power level and back: the standard dimming curve of DALI.

Equal steps of the level look equal to the eye, whose answer to light is close to logarithmic: each
step changes the light by 2.8 %.
"""

import math

from edgekit.errors import ConfigError

LOWEST, HIGHEST = 1, 254
_SPAN = (HIGHEST - LOWEST) / 3

LEAST_SHARE = 0.001
"""What the lowest level gives; below it a lamp is off."""


def share_of(level: float) -> float:
    """Return the share of full light, 0.001 to 1, of an arc power level, 1 to 254.

    ``X(n) = 10^((n - 1) / (253 / 3) - 1)`` percent (IEC 62386-102). Levels between the whole ones
    are allowed. Raises ConfigError outside 1 to 254.
    """
    if not LOWEST <= level <= HIGHEST:
        raise ConfigError(f"arc power level {level}: expected {LOWEST} to {HIGHEST}")
    return float(10 ** ((level - 1) / _SPAN - 3))


def arc_of(share: float) -> float:
    """Return the arc power level, 1 to 254 and not rounded, of a share of full light.

    A share below 0.001 counts as 0.001. Raises ConfigError outside 0 to 1.
    """
    if not 0 <= share <= 1:
        raise ConfigError(f"light of {share}: expected 0 to 1")
    return 1 + _SPAN * (math.log10(max(share, LEAST_SHARE)) + 3)


def nearest_arc(share: float) -> int:
    """Return the level that a gateway is sent, 0 to 254; 0 = off, for less than half the lowest."""
    return 0 if share < LEAST_SHARE / 2 else round(arc_of(share))


def fade_time_ms(code: int) -> int:
    """Return how long a fade takes, in ms, for the fade time 1 to 15: 0.5 s x sqrt(2^code).

    IEC 62386-102; code 0 is as fast as the gear can and is not given here. Raises ConfigError.
    """
    if not 1 <= code <= 15:  # noqa: PLR2004 -- the standard's range
        raise ConfigError(f"fade time {code}: expected 1 to 15")
    return round(500 * math.sqrt(2**code))


def towards(share: float, target: float, *, levels: float) -> float:
    """Return the light after moving from ``share`` towards ``target`` by so many levels at most."""
    if share == target:
        return target
    now, end = arc_of(share), arc_of(target)
    if abs(end - now) <= levels:
        return target
    return share_of(now + math.copysign(levels, end - now))
