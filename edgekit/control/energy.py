"""What a lamp has used, beside what it would have used undimmed and dimmed by the clock.

Sums are whole microjoules (mW x ms): they are exact however finely time was cut.
"""

from dataclasses import dataclass

from edgekit.errors import ConfigError

UJ_PER_WH = 3_600_000_000
HALF_NIGHT_LEVEL = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Luminaire:
    """A lamp: its power at full light in watts, and the share of it that its gear draws dimmed.

    Power is ``rated_w x (idle + (1 - idle) x level)`` while it is on, a straight line that LED gear
    comes close to; and nothing while it is off. Raises ConfigError.
    """

    rated_w: float = 40.0
    idle: float = 0.1

    def __post_init__(self) -> None:
        if not self.rated_w > 0 or not 0 <= self.idle < 1:
            raise ConfigError(f"{self.rated_w} W, idle {self.idle}: expected > 0 and 0 to 1")

    def power_mw(self, level: float) -> int:
        """Return the power at a level, 0..1, in mW; none at 0."""
        if level <= 0:
            return 0
        return round(1000 * self.rated_w * (self.idle + (1 - self.idle) * level))


@dataclass(frozen=True, slots=True, kw_only=True)
class EnergyLedger:
    """Energy since it was begun.

    Attributes:
        used_uj: of this lamp.
        full_uj: of the same lamp at full light all night.
        half_night_uj: of the same at 50 % in the small hours and full for the rest.
        night_ms: how long it was night.
        gap_ms: how long nothing is known of; not in the sums.
    """

    used_uj: int = 0
    full_uj: int = 0
    half_night_uj: int = 0
    night_ms: int = 0
    gap_ms: int = 0

    @property
    def used_wh(self) -> float:
        """What was used, in Wh."""
        return self.used_uj / UJ_PER_WH

    @property
    def saved_wh(self) -> float:
        """What was saved against full light all night, in Wh; negative where more was used."""
        return (self.full_uj - self.used_uj) / UJ_PER_WH

    @property
    def saved_share(self) -> float | None:
        """The same as a share; None before the first night."""
        return None if not self.full_uj else 1 - self.used_uj / self.full_uj

    @property
    def half_night_share(self) -> float | None:
        """What dimming by the clock would have saved; None before the first night."""
        return None if not self.full_uj else 1 - self.half_night_uj / self.full_uj


def add(
    ledger: EnergyLedger,
    lamp: Luminaire,
    *,
    level: float,
    night: bool,
    small_hours: bool,
    elapsed_ms: int,
) -> EnergyLedger:
    """Return the ledger after a time at a level."""
    full = lamp.power_mw(1.0) if night else 0
    half = lamp.power_mw(HALF_NIGHT_LEVEL) if night and small_hours else full
    return EnergyLedger(
        used_uj=ledger.used_uj + lamp.power_mw(level) * elapsed_ms,
        full_uj=ledger.full_uj + full * elapsed_ms,
        half_night_uj=ledger.half_night_uj + half * elapsed_ms,
        night_ms=ledger.night_ms + elapsed_ms * night,
        gap_ms=ledger.gap_ms,
    )
