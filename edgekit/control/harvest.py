"""Daylight harvesting: as much lamp as daylight leaves to be done, without anybody seeing it move.

A PI law in velocity form (Astrom and Hagglund, "PID Controllers", 1995, section 3.5) on the arc
power level of DALI, in which equal steps look equal. Within a dead band nothing moves; a slew limit
keeps changes below what is seen as flicker. The velocity form can't wind up at the ends.
"""

from dataclasses import dataclass

from edgekit.control.dimming import HIGHEST, LOWEST, arc_of, share_of
from edgekit.errors import ConfigError

MOST_ELAPSED_S = 2.0
"""A longer silence counts as so long: the loop stays stable however rarely it is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Attributes.

    Attributes:
        setpoint_lux: what is to be measured, lamp and daylight together.
        dead_band: relative error within which nothing moves.
        gain: levels for a change of the relative error by 1.
        rate: levels a second for a relative error of 1.
        slew: the most levels a second; a level is 2.8 % of the light.

    Raises ConfigError for values that mean nothing.
    """

    setpoint_lux: float
    dead_band: float = 0.05
    gain: float = 5.0
    rate: float = 7.0
    slew: float = 3.0

    def __post_init__(self) -> None:
        if not (self.setpoint_lux > 0 and 0 <= self.dead_band < 1 and self.slew > 0):
            raise ConfigError(
                f"setpoint {self.setpoint_lux} lx, dead band {self.dead_band}, slew {self.slew}: "
                "expected more than 0, 0 to 1, more than 0"
            )
        if self.gain < 0 or not 0 < self.rate <= 20:  # noqa: PLR2004 -- above it a lone lamp swings
            raise ConfigError(f"gain {self.gain}, rate {self.rate}: expected 0 or more, 0 to 20")


@dataclass(frozen=True, slots=True, kw_only=True)
class Harvest:
    """The level it has come to, and the error of the last step; begins as ``Harvest()``: full."""

    arc: float = float(HIGHEST)
    error: float | None = None

    @property
    def share(self) -> float:
        """The share of full light, 0.001 to 1."""
        return share_of(self.arc)


def step(rules: Rules, harvest: Harvest, total_lux: float, elapsed_ms: int) -> Harvest:
    """Take what is measured in all, lamp at this level and daylight; return the next level."""
    elapsed_s = min(max(0, elapsed_ms) / 1000, MOST_ELAPSED_S)
    error = (rules.setpoint_lux - total_lux) / rules.setpoint_lux
    error = max(-1.0, min(1.0, error))
    if abs(error) <= rules.dead_band:
        return Harvest(arc=harvest.arc, error=error)
    change = 0.0 if harvest.error is None else error - harvest.error
    wanted = rules.gain * change + rules.rate * error * elapsed_s
    most = rules.slew * elapsed_s
    arc = harvest.arc + max(-most, min(most, wanted))
    return Harvest(arc=max(float(LOWEST), min(float(HIGHEST), arc)), error=error)


def expected_lux(measured_lux: float, full_lux: float, applied: float, harvest: Harvest) -> float:
    """Return what would be measured if the lamp stood at the harvest's level.

    Where it does, that is the measured value itself, and the loop is closed by the sensor.
    """
    return max(0.0, measured_lux + full_lux * (harvest.share - applied))


def begun_at(share: float) -> Harvest:
    """Return a harvest that begins where the lamp stands."""
    return Harvest(arc=arc_of(share))
