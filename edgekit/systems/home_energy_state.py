"""What a home tells its battery's planner, what that may drive, and what it has learnt."""

from dataclasses import dataclass, field
from datetime import UTC, tzinfo

from edgekit.errors import ConfigError
from edgekit.systems.actuation import Channel, Safe
from edgekit.systems.day import HOUR_MS, MINUTE_MS
from edgekit.systems.home_energy_carbon import Balance
from edgekit.systems.home_energy_plan import LEVELS
from edgekit.systems.register import Meter, Register
from edgekit.systems.tariff_battery import Battery
from edgekit.systems.vitals import Conversion, Limits, Vital

HOURS = 24
CHARGE = Channel(name="battery-charge", unit="W", high=22_000, safe=Safe.OFF)
DISCHARGE = Channel(name="battery-discharge", unit="W", high=22_000, safe=Safe.OFF)
SETBACK = Channel(name="heat-setback", unit="on", safe=Safe.OFF)
BOILER = Channel(name="heat-by-gas", unit="on", safe=Safe.OFF)

WATT = Conversion(unit="W", scale=0.001)
TURNED = Conversion(unit="kW with its sign turned", scale=-1.0)
LOAD = Limits(
    name="load",
    unit="kW",
    low=0.0,
    high=30.0,
    max_age_ms=2 * HOUR_MS,
    stuck_ms=12 * HOUR_MS,
    dead=(0.0,),
    conversions=(WATT, TURNED),
)
ROOF = Limits(
    name="roof",
    unit="kW",
    low=-0.05,
    high=30.0,
    max_age_ms=2 * HOUR_MS,
    stuck_ms=6 * HOUR_MS,
    stuck_free=(0.0,),
    conversions=(WATT, TURNED),
)
HELD = Limits(
    name="battery",
    unit="kWh",
    low=0.0,
    high=200.0,
    max_age_ms=2 * HOUR_MS,
    conversions=(Conversion(unit="Wh", scale=0.001),),
)
INDOOR = Limits(
    name="indoor",
    unit="°C",
    low=2.0,
    high=45.0,
    max_age_ms=2 * HOUR_MS,
    max_step=8.0,
    stuck_ms=48 * HOUR_MS,
    dead=(-127.0, 85.0),
    conversions=(
        Conversion(unit="°F", scale=5 / 9, offset=-160 / 9),
        Conversion(unit="K", scale=1.0, offset=-273.15),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heating:
    """How a home is heated, and when it may be cooler.

    Attributes:
        comfort_c: from ``comfort_from_min`` to ``comfort_to_min`` of the local day.
        setback_c: else.
        gas_kwh: price of a kWh of gas; None = no boiler.
        boiler: heat per gas.
        pump: heat per electricity at 7 °C outside, and by how much it changes per K.
    """

    comfort_c: float = 20.5
    setback_c: float = 17.0
    comfort_from_min: int = 6 * 60
    comfort_to_min: int = 22 * 60
    gas_kwh: float | None = None
    boiler: float = 0.9
    pump: float = 3.5
    pump_per_k: float = 0.08

    def __post_init__(self) -> None:
        if not (self.setback_c <= self.comfort_c and self.boiler > 0 and self.pump > 0):
            raise ConfigError(f"{self}: expected a set-back below comfort, efficiencies above 0")

    def heat_per_kwh(self, outdoor_c: float) -> float:
        """Return what a kWh of electricity gives as heat, never less than a plain resistor."""
        return max(1.0, self.pump + self.pump_per_k * (outdoor_c - 7.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """A home.

    Attributes:
        battery: what it holds and how fast; ``start_kwh`` is what it is taken to hold at first.
        heating: None where this does not steer heat.
        feed_in_kwh: what a kWh to the grid brings.
        carbon_weight: how much carbon, over its mean, weighs beside price, over its mean, while
            nothing was saved beside the rule of self-consumption (`home_energy_carbon`); 0 = never.
        days: so many past days are ways in which today may go on.
        least_days: below so many it follows the rule of self-consumption.
        like_hours: so many hours are held against theirs.
        like_kw: within so much they are alike.
        most_kw: neither home nor roof can have more.
        levels: of charge in the plan; time goes with their square.
        meter: of what is drawn from the grid, in Wh.
        zone: of the local day.
    """

    battery: Battery = field(
        default_factory=lambda: Battery(
            capacity_kwh=6.4,
            power_kw=5.0,
            charge_efficiency=0.9**0.5,
            discharge_efficiency=0.9**0.5,
        )
    )
    heating: Heating | None = None
    feed_in_kwh: float = 0.0
    carbon_weight: float = 2.8
    days: int = 28
    least_days: int = 3
    like_hours: int = 6
    like_kw: float = 1.0
    most_kw: float = 30.0
    levels: int = LEVELS
    meter: Meter = field(default_factory=lambda: Meter(most_per_hour=25_000, modulus=10**9))
    zone: tzinfo = UTC

    def __post_init__(self) -> None:
        enough = 1 <= self.least_days <= self.days and 0 <= self.like_hours <= HOURS
        if not (enough and self.like_kw > 0 and self.carbon_weight >= 0 and self.levels > 1):
            raise ConfigError(
                f"{self.days} days from {self.least_days} on, alike within {self.like_kw} kW in "
                f"{self.like_hours} h, carbon {self.carbon_weight}: expected 1 or more days, a "
                "width above 0, 0 to 24 h and a weight of 0 or more"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What a kWh from the grid costs from ``start_ms`` to before ``end_ms``, and its carbon."""

    start_ms: int
    end_ms: int
    price_kwh: float
    carbon_kg_kwh: float | None = None

    def __post_init__(self) -> None:
        if self.end_ms - self.start_ms < MINUTE_MS:
            raise ConfigError(f"a price from {self.start_ms} to {self.end_ms} ms: expected a span")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A price that became known."""

    t_ms: int
    price: Price


@dataclass(frozen=True, slots=True, kw_only=True)
class Power:
    """What the home draws and the roof gives (kW), what the battery holds, the grid's meter (Wh).

    None: not told. ``load_kw`` is without the battery; ``given_kw`` is what else gives, such as
    brakes (`energy_recycling`).
    """

    t_ms: int
    load_kw: float | None = None
    roof_kw: float | None = None
    held_kwh: float | None = None
    drawn_wh: int | None = None
    given_kw: float = 0.0
    heard_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Climate:
    """Temperatures inside and outside, °C, and whether it is being heated."""

    t_ms: int
    indoor_c: float | None
    outdoor_c: float | None
    heated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What is known of the house as one resistance and one capacity (1R1C).

    ``rows`` are the last readings: time, inside, outside, heated.
    """

    rows: tuple[tuple[int, float, float, bool], ...] = ()
    saving: bool | None = None
    by_gas: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Prices ahead, sensors, past days of net power by the hour, and the day that goes on.

    ``hours`` holds (kW x ms, ms) of each hour of the open day; ``days`` the closed ones, newest
    last; ``day_wh`` what came from the grid in it; ``balance`` what the battery saved so far;
    ``set_kw`` what the battery was told, and for how long.
    """

    settings: Settings
    prices: tuple[Price, ...] = ()
    load: Vital = field(default_factory=Vital)
    roof: Vital = field(default_factory=Vital)
    held: Vital = field(default_factory=Vital)
    indoor: Vital = field(default_factory=Vital)
    held_kwh: float = 0.0
    set_kw: float = 0.0
    set_ms: int = 0
    t_ms: int | None = None
    net_kw: float | None = None
    date: str = ""
    day_end_ms: int = 0
    hours: tuple[tuple[float, int], ...] = ((0.0, 0),) * HOURS
    days: tuple[tuple[float, ...], ...] = ()
    register: Register = field(default_factory=Register)
    day_wh: int = 0
    day_lost: bool = False
    balance: Balance = field(default_factory=Balance)
    house: House = field(default_factory=House)
    why: str = ""
