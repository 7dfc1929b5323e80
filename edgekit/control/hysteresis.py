"""A quantity that must pass one of two thresholds, and stay there, before anything changes."""

from dataclasses import dataclass, replace

from edgekit.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Low below ``low``, high above ``high``, each for ``hold_ms`` without a break.

    Raises ConfigError where low is not below high.
    """

    low: float
    high: float
    hold_ms: int

    def __post_init__(self) -> None:
        if not self.low < self.high or self.hold_ms < 0:
            raise ConfigError(
                f"thresholds {self.low:g} and {self.high:g}, hold {self.hold_ms} ms: expected an "
                "ascending pair and 0 or more"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Which side it is on; None before the first value. ``beyond_ms``: how long on the other."""

    low: bool | None = None
    beyond_ms: int | None = None


def step(
    thresholds: Thresholds, held: Held, value: float, elapsed_ms: int, *, factor: float = 1.0
) -> Held:
    """Take a value and the time since the one before; a first value is taken at its word.

    Time counts only between two values that are both beyond: one look after a gap proves nothing.
    A value that may be wrong by a ``factor`` has to be beyond by that factor.
    """
    if held.low is None:
        return Held(low=value < thresholds.high)
    beyond = value / factor > thresholds.high if held.low else value * factor < thresholds.low
    if not beyond:
        return replace(held, beyond_ms=None) if held.beyond_ms is not None else held
    beyond_ms = 0 if held.beyond_ms is None else held.beyond_ms + max(0, elapsed_ms)
    if beyond_ms >= thresholds.hold_ms:
        return Held(low=not held.low)
    return Held(low=held.low, beyond_ms=beyond_ms)
