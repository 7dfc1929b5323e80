"""Light while somebody is there, for a while after, and less when nobody is."""

from dataclasses import dataclass
from enum import StrEnum

from edgekit.errors import ConfigError


class Phase(StrEnum):
    """What the presence law is doing."""

    STANDBY = "standby"
    FULL = "full"
    HOLD = "hold"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Levels are shares of full light; ``hold_ms`` runs from when nobody is seen any more.

    Raises ConfigError unless 0 < standby <= full <= 1.
    """

    full: float = 1.0
    standby: float = 0.2
    hold_ms: int = 30_000

    def __post_init__(self) -> None:
        if not 0 < self.standby <= self.full <= 1 or self.hold_ms < 0:
            raise ConfigError(
                f"standby {self.standby}, full {self.full}, hold {self.hold_ms} ms: expected "
                "0 < standby <= full <= 1 and 0 or more"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Boost:
    """The phase, and what is left of the hold; begins as ``Boost()``."""

    phase: Phase = Phase.STANDBY
    left_ms: int = 0


def step(rules: Rules, boost: Boost, *, present: bool, elapsed_ms: int) -> Boost:
    """Take whether somebody is there now, and the time since the last step."""
    if present:
        return Boost(phase=Phase.FULL)
    if boost.phase is Phase.STANDBY:
        return boost
    left_ms = boost.left_ms if boost.phase is Phase.HOLD else rules.hold_ms
    if boost.phase is Phase.HOLD:
        left_ms -= max(0, elapsed_ms)
    return Boost(phase=Phase.HOLD, left_ms=left_ms) if left_ms > 0 else Boost()


def level(rules: Rules, boost: Boost) -> float:
    """Return the level that the phase asks for."""
    return rules.standby if boost.phase is Phase.STANDBY else rules.full
