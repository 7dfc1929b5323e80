"""How fast people can leave through exits, from numbers of people alone.

    egress_s((Exit(name="main", way=Way.DOOR, width_m=1.8),), people=240)

The hydraulic model of the SFPE Handbook (Gwynne and Rosenbaum, "Employing the Hydraulic Model in
Assessing Emergency Movement", 5th edition, 2016, chapter 59): specific flow ``F_s = (1 - a D) k D``
with a = 0.266 m² and k by the kind of way, greatest at D = 1/(2a) = 1.88 people per m² with
``k / (4 a)``: 1.32 people a second and metre for doors, corridors and ramps. It counts for the
effective width: the clear width less a boundary layer on each side.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from edgekit.errors import ConfigError

A_M2 = 0.266


class Way(StrEnum):
    """A kind of way out; stairs by riser and tread, inches."""

    DOOR = "door"
    CORRIDOR = "corridor"
    RAMP = "ramp"
    STAIRS_75_10 = "stairs_7.5_10"
    STAIRS_7_11 = "stairs_7_11"
    STAIRS_65_12 = "stairs_6.5_12"
    STAIRS_65_13 = "stairs_6.5_13"


K_M_S: Mapping[Way, float] = {
    Way.DOOR: 1.40,
    Way.CORRIDOR: 1.40,
    Way.RAMP: 1.40,
    Way.STAIRS_75_10: 1.00,
    Way.STAIRS_7_11: 1.08,
    Way.STAIRS_65_12: 1.16,
    Way.STAIRS_65_13: 1.23,
}
BOUNDARY_M: Mapping[Way, float] = dict.fromkeys(Way, 0.15) | {Way.CORRIDOR: 0.20}
"""To each side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit:
    """A way out; ``usable`` False where smoke or a lock closes it. Raises ConfigError for none."""

    name: str
    way: Way
    width_m: float
    usable: bool = True

    def __post_init__(self) -> None:
        if not self.name or not self.width_m > 2 * BOUNDARY_M[self.way]:
            least = 2 * BOUNDARY_M[self.way]
            raise ConfigError(f"exit {self.name!r} of {self.width_m} m: expected above {least:g} m")

    @property
    def capacity_s(self) -> float:
        """The most people that it lets out a second."""
        width_m = self.width_m - 2 * BOUNDARY_M[self.way]
        return K_M_S[self.way] / (4 * A_M2) * width_m if self.usable else 0.0


def specific_flow(way: Way, density_m2: float) -> float:
    """Return people a second and metre of effective width at a density, 0 to 3.76 people per m²."""
    return max(0.0, (1 - A_M2 * density_m2) * K_M_S[way] * density_m2)


def egress_s(exits: Sequence[Exit], people: int) -> float | None:
    """Return how long people flow at least, if they share out well; None where no exit is left."""
    capacity = sum(one.capacity_s for one in exits)
    return people / capacity if capacity else None
