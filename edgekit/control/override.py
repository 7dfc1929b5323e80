"""A person's hand: it wins over everything, and it ends."""

from dataclasses import dataclass

from edgekit.errors import ConfigError

MOST_MS = 24 * 3_600_000
"""Nobody's hand lasts longer than a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A level, 0..1, for so long; 0 ms gives back to the program.

    Raises ConfigError outside that, or for more than a day.
    """

    level: float
    for_ms: int

    def __post_init__(self) -> None:
        if not 0 <= self.level <= 1 or not 0 <= self.for_ms <= MOST_MS:
            raise ConfigError(
                f"light of {self.level} for {self.for_ms} ms: expected 0 to 1, and a day at most"
            )


def elapse(override: Override | None, elapsed_ms: int) -> Override | None:
    """Return what is left after a time; None when it is over. A clock set back ends it no later."""
    if override is None:
        return None
    left_ms = override.for_ms - max(0, elapsed_ms)
    return Override(level=override.level, for_ms=left_ms) if left_ms > 0 else None
