"""What a lift's trip and a vehicle's stop draw or give back, joules.

    energy_j = trip_j(Lift(rated_kg=1000), load_kg=75, rise_m=20)   # below 0: it gives back

A lift works against what is out of balance, (load - balance x rated) g x rise (the load factors of
ISO 25745-2:2015 come of it): drawn through the drive's efficiency, given back through that of the
way back. A stop gives back the change of kinetic energy.
"""

from dataclasses import dataclass

from edgekit.errors import ConfigError

G_M_S2 = 9.80665


@dataclass(frozen=True, slots=True, kw_only=True)
class Lift:
    """A traction lift with a drive that can give back.

    Attributes:
        rated_kg: its rated load.
        balance: which share of that the counterweight balances.
        travel_m: from its lowest to its highest floor.
        drive: of what is drawn, the share that moves it.
        back: of what it is moved by, the share that comes back.

    Raises ConfigError where these can't be.
    """

    rated_kg: float = 1000.0
    balance: float = 0.5
    travel_m: float = 40.0
    drive: float = 0.75
    back: float = 0.65

    def __post_init__(self) -> None:
        efficient = 0 < self.drive <= 1 and 0 <= self.back <= 1 and 0 <= self.balance <= 1
        if not (efficient and self.rated_kg > 0 and self.travel_m > 0):
            raise ConfigError(f"{self}: expected shares of 0 to 1, a load and a travel above 0")


def trip_j(lift: Lift, *, load_kg: float, rise_m: float) -> float:
    """Return what a trip draws (above 0) or gives back (below 0); down is a rise below 0."""
    work = (load_kg - lift.balance * lift.rated_kg) * G_M_S2 * rise_m
    return work / lift.drive if work > 0 else work * lift.back


def stop_j(*, mass_kg: float, from_m_s: float, to_m_s: float, back: float) -> float:
    """Return what slowing down gives back (0 or below)."""
    return -max(0.0, 0.5 * mass_kg * (from_m_s**2 - to_m_s**2) * back)
