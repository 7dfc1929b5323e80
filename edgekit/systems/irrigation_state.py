"""One irrigated zone: its settings, its valve, and what is known of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo

from edgekit.errors import ConfigError
from edgekit.systems.actuation import Channel, Safe
from edgekit.systems.day import MINUTE_MS
from edgekit.systems.irrigation_day import Gathered
from edgekit.systems.irrigation_et import Site
from edgekit.systems.irrigation_soil import Crop, Soil, Water
from edgekit.systems.vitals import Vital

VALVE = Channel(name="zone-valve", unit="open", safe=Safe.CLOSED, limit_ms=30 * MINUTE_MS)
"""A board closes it after its longest time open, however often it is told: half an hour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One zone.

    Attributes:
        site: where the weather is measured.
        soil: its layers.
        crop: what grows, sown on the first day.
        rate_mm_per_h: what the open valve gives.
        area_m2: of the zone, where a flow meter counts its water; None = there is none.
        run_min, soak_min: the valve is open for so long at most, then closed for so long; shorter
            runs and longer pauses where water would run off.
        rain_mm_per_tip: what a tip of the rain gauge is, usually 0.2; None = there is none.
        efficiency: share of the water that reaches the roots.
        wetted: share of the ground that it wets (FAO-56, Table 20).
        budget_mm_week: at most so much in any seven days; None = no limit.
        quiet_start_min, quiet_end_min: no water between these minutes of the local day.
        zone: of those.
    """

    site: Site = field(default_factory=lambda: Site(latitude_deg=50.0, elevation_m=100.0))
    soil: Soil = field(default_factory=Soil)
    crop: Crop = field(default_factory=Crop)
    rate_mm_per_h: float = 10.0
    area_m2: float | None = None
    run_min: int = 28
    soak_min: int = 2
    rain_mm_per_tip: float | None = None
    efficiency: float = 0.9
    wetted: float = 1.0
    budget_mm_week: float | None = None
    quiet_start_min: int = 8 * 60
    quiet_end_min: int = 20 * 60
    zone: tzinfo = UTC

    def __post_init__(self) -> None:
        if not (self.rate_mm_per_h > 0 and 0 < self.efficiency <= 1 and 0 < self.wetted <= 1):
            raise ConfigError("a zone: expected a rate above 0 and shares above 0, at most 1")
        most_min = (VALVE.limit_ms or 0) // MINUTE_MS
        if not 0 < self.run_min < most_min or self.soak_min < 1:
            raise ConfigError(
                f"a valve open for {self.run_min} min, closed for {self.soak_min}: expected 1 to "
                f"{most_min - 1}, and 1 or more"
            )
        sizes = (self.area_m2, self.rain_mm_per_tip)
        if any(size is not None and size <= 0 for size in sizes):
            raise ConfigError("a zone's area and a tip of its rain gauge: expected more than 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """Time has passed.

    ``raining``: whether a rain sensor is wet. ``opened``: whether the valve is open, as the board
    says. ``drawn_l``: what the zone's own meter counted since the tick before. None: not known.
    """

    t_ms: int
    raining: bool = False
    opened: bool | None = None
    drawn_l: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The root zone, the sensors, and the water that is planned and given."""

    settings: Settings
    water: Water
    vitals: Mapping[str, Vital] = field(default_factory=dict)
    blind_days: int = 0
    et_mm: tuple[float, ...] = ()
    planned_mm: float = 0.0
    given_mm: float = 0.0
    week_mm: tuple[float, ...] = ()
    open_since_ms: int | None = None
    open_ms: int = 0
    run_ms: int = 0
    soak_until_ms: int = 0
    gathered: Gathered = field(default_factory=Gathered)
    fault: str = ""
