"""Water in the root zone by FAO-56's dual crop coefficient, over layers of soil.

    water = start(soil, crop, theta)
    water = advance(soil, crop, water, Forcing(et_mm=6.1, rain_mm=0, water_mm=20))

Numbers of equations are those of FAO-56, chapters 7 and 8. Below the roots the deepest root zone is
balanced too, so that roots growing down find what is there (as in Thorp 2022, pyfao56, SoftwareX
19). A probe corrects the balance by how sure each is of itself (a Kalman filter of one state).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from edgekit.errors import ConfigError

LEAST_EXPOSED, MOST_COVER = 0.01, 0.99
WETTING_RAIN_MM = 3.0
DRIFT_MM2 = 4.0
"""By how much the balance may be further off after each day: variance, (2 mm)²."""
PROBE_MM2 = 36.0
"""How far off a probe's root zone is: variance, (6 mm)²."""
MOST_MM2 = 400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """Soil down to a depth: water content at field capacity and at wilting point, m³/m³."""

    bottom_m: float
    capacity: float
    wilting: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Soil:
    """Layers from the top; the depth that dries by evaporation and how fast (Table 19)."""

    layers: tuple[Layer, ...] = (Layer(bottom_m=2.0, capacity=0.25, wilting=0.12),)
    evaporating_m: float = 0.10
    readily_evaporable_mm: float = 9.0

    def __post_init__(self) -> None:
        bottoms = [layer.bottom_m for layer in self.layers]
        if not bottoms or sorted(set(bottoms)) != bottoms or bottoms[0] <= 0:
            raise ConfigError("a soil: expected layers from the top, each deeper than the last")
        if any(not 0 <= layer.wilting < layer.capacity < 1 for layer in self.layers):
            raise ConfigError("a soil: expected 0 <= wilting point < field capacity < 1")

    def within(self, depth_m: float, amounts: Sequence[float]) -> float:
        """Return the mm down to a depth of amounts a layer, in m³/m³."""
        total, top = 0.0, 0.0
        for layer, amount in zip(self.layers, amounts, strict=True):
            total += 1000 * amount * max(0.0, min(layer.bottom_m, depth_m) - top)
            top = layer.bottom_m
        return total

    def available_mm(self, depth_m: float) -> float:
        """Return what roots down there can take of a full soil (eq. 82)."""
        return self.within(depth_m, [layer.capacity - layer.wilting for layer in self.layers])

    def lacking_mm(self, depth_m: float, theta: Sequence[float]) -> float:
        """Return what is missing to field capacity at these water contents a layer."""
        pairs = zip(self.layers, theta, strict=True)
        return self.within(depth_m, [layer.capacity - one for layer, one in pairs])

    @property
    def evaporable_mm(self) -> float:
        """TEW (eq. 73)."""
        amounts = [layer.capacity - 0.5 * layer.wilting for layer in self.layers]
        return self.within(self.evaporating_m, amounts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Crop:
    """A crop through its season; the defaults are cotton's (Tables 11, 17 and 22).

    Attributes:
        stages_d: days of the initial, development, mid and late stage.
        kcb: basal coefficients of the initial, mid and end stage.
        height_m: at first and at most.
        roots_m: at first and at most.
        p: share of the available water that is readily so, at 5 mm/day.
    """

    stages_d: tuple[int, int, int, int] = (30, 50, 55, 45)
    kcb: tuple[float, float, float] = (0.15, 1.15, 0.50)
    height_m: tuple[float, float] = (0.05, 1.20)
    roots_m: tuple[float, float] = (0.30, 1.0)
    p: float = 0.65

    def __post_init__(self) -> None:
        if min(self.stages_d) < 1 or not 0 < self.kcb[0] < self.kcb[1] or not 0 < self.p < 1:
            raise ConfigError("a crop: expected stages of days, kcb that grows and 0 < p < 1")
        if not 0 < self.roots_m[0] <= self.roots_m[1]:
            raise ConfigError("a crop: expected roots that grow")

    def coefficient(self, day: int) -> float:
        """Return Kcb on a day of the season, 0 = the first."""
        first, growth, middle, late = self.stages_d
        low, high, end = self.kcb
        if day <= first:
            return low
        if day <= first + growth:
            return low + (high - low) * (day - first) / growth
        after = day - first - growth - middle
        return high + (end - high) * min(1.0, max(0.0, after / late))

    def adjusted(self, u2_m_s: float, rh_min: float) -> "Crop":
        """Return it for a climate: mean wind and lowest humidity of the mid season (eq. 70)."""
        by = _climate(u2_m_s, rh_min, self.height_m[1])
        low, high, end = self.kcb
        bound = 0.45
        return replace(
            self,
            kcb=(low, high + by if high >= bound else high, end + by if end >= bound else end),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Forcing:
    """What a day brought: reference evapotranspiration, wind, lowest humidity, rain, watering.

    ``wetted`` is the share of the ground that the watering wets (Table 20).
    """

    et_mm: float
    u2_m_s: float = 2.0
    rh_min: float = 45.0
    rain_mm: float = 0.0
    water_mm: float = 0.0
    wetted: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Water:
    """The root zone at the end of a day, mm: Dr, TAW, RAW, and what led there."""

    day: int
    roots_m: float
    height_m: float
    depletion_mm: float
    available_mm: float
    readily_mm: float
    deepest_mm: float
    surface_mm: float
    wetted: float = 1.0
    stress: float = 1.0
    et_mm: float = 0.0
    drained_mm: float = 0.0
    doubt_mm2: float = 100.0


def start(soil: Soil, crop: Crop, theta: Sequence[float] | None = None) -> Water:
    """Return the root zone before the first day; ``theta`` a layer, None = at field capacity."""
    given = [layer.capacity for layer in soil.layers] if theta is None else theta
    roots_m, deepest_m = crop.roots_m
    available_mm = soil.available_mm(roots_m)
    return Water(
        day=0,
        roots_m=roots_m,
        height_m=crop.height_m[0],
        depletion_mm=soil.lacking_mm(roots_m, given),
        available_mm=available_mm,
        readily_mm=crop.p * available_mm,
        deepest_mm=soil.lacking_mm(deepest_m, given),
        surface_mm=soil.evaporable_mm,
    )


def advance(soil: Soil, crop: Crop, water: Water, forcing: Forcing) -> Water:
    """Return the root zone a day later."""
    kcb = crop.coefficient(water.day)
    grown = (crop.coefficient(water.day) - crop.kcb[0]) / (crop.kcb[1] - crop.kcb[0])
    height_m = max(water.height_m, _between(crop.height_m, grown))
    roots_m = max(water.roots_m, _between(crop.roots_m, grown))
    highest = _highest(forcing, kcb, height_m)
    cover = ((kcb - crop.kcb[0]) / (highest - crop.kcb[0])) ** (1 + 0.5 * height_m)  # eq. 76
    wetted = _wetted(water, forcing)
    exposed = max(LEAST_EXPOSED, min(1 - min(cover, MOST_COVER), wetted))  # eq. 75
    surface_mm, ke = _surface(soil, water, forcing, (kcb, highest, exposed, wetted))
    available_mm = soil.available_mm(roots_m)
    p = min(0.8, max(0.1, crop.p + 0.04 * (5 - (ke + kcb) * forcing.et_mm)))  # Table 22
    readily_mm = p * available_mm
    stress = (available_mm - water.depletion_mm) / max(available_mm - readily_mm, 1e-9)  # eq. 84
    stress = min(1.0, max(0.0, stress))
    et_mm = (stress * kcb + ke) * forcing.et_mm  # eq. 80
    moved = replace(water, day=water.day + 1, roots_m=roots_m, height_m=height_m, wetted=wetted)
    moved = replace(moved, available_mm=available_mm, readily_mm=readily_mm, surface_mm=surface_mm)
    moved = replace(moved, stress=stress, et_mm=et_mm)
    return _balanced(soil, crop, moved, water, forcing)


def measured(soil: Soil, crop: Crop, water: Water, theta: Sequence[float]) -> Water:
    """Return the root zone after a probe's reading a layer, m³/m³."""
    trust = water.doubt_mm2 / (water.doubt_mm2 + PROBE_MM2)
    seen_mm = soil.lacking_mm(water.roots_m, theta)
    deepest_mm = soil.lacking_mm(crop.roots_m[1], theta)
    by_mm = trust * (seen_mm - water.depletion_mm)
    return replace(
        water,
        depletion_mm=min(water.available_mm, max(0.0, water.depletion_mm + by_mm)),
        deepest_mm=water.deepest_mm + trust * (deepest_mm - water.deepest_mm),
        doubt_mm2=(1 - trust) * water.doubt_mm2,
    )


def _balanced(soil: Soil, crop: Crop, moved: Water, before: Water, forcing: Forcing) -> Water:
    """Balance the root zone and all of the soil down to the deepest roots (eq. 85 to 88)."""
    gained_mm = forcing.rain_mm + forcing.water_mm
    most_mm = soil.available_mm(crop.roots_m[1])
    below_mm, left_mm = most_mm - before.available_mm, most_mm - moved.available_mm
    under_mm = min(max(0.0, before.deepest_mm - before.depletion_mm), max(0.0, below_mm))
    grown_mm = under_mm * (1 - left_mm / below_mm) if below_mm > 0 else 0.0
    depletion_mm = before.depletion_mm - gained_mm + moved.et_mm + grown_mm
    drained_mm = max(0.0, gained_mm - moved.et_mm - before.deepest_mm)
    deepest_mm = before.deepest_mm - gained_mm + moved.et_mm + drained_mm
    return replace(
        moved,
        depletion_mm=min(moved.available_mm, max(0.0, depletion_mm)),
        deepest_mm=min(most_mm, max(0.0, deepest_mm)),
        drained_mm=drained_mm,
        doubt_mm2=min(MOST_MM2, before.doubt_mm2 + DRIFT_MM2),
    )


def _surface(
    soil: Soil, water: Water, forcing: Forcing, crop: tuple[float, float, float, float]
) -> tuple[float, float]:
    """Return the depletion of the surface and the evaporation coefficient (eq. 71 to 79)."""
    kcb, highest, exposed, wetted = crop
    most_mm = soil.evaporable_mm
    reduction = (most_mm - water.surface_mm) / max(most_mm - soil.readily_evaporable_mm, 1e-9)
    reduction = min(1.0, max(0.0, reduction))
    ke = min(reduction * (highest - kcb), exposed * highest)
    gained_mm = forcing.rain_mm + forcing.water_mm / wetted
    through_mm = max(0.0, gained_mm - water.surface_mm)
    surface_mm = water.surface_mm - gained_mm + ke * forcing.et_mm / exposed + through_mm
    return min(most_mm, max(0.0, surface_mm)), ke


def _wetted(water: Water, forcing: Forcing) -> float:
    if forcing.water_mm > 0:
        return forcing.wetted
    return 1.0 if forcing.rain_mm >= WETTING_RAIN_MM else water.wetted


def _highest(forcing: Forcing, kcb: float, height_m: float) -> float:
    """Kc max (eq. 72)."""
    return max(1.2 + _climate(forcing.u2_m_s, forcing.rh_min, height_m), kcb + 0.05)


def _climate(u2_m_s: float, rh_min: float, height_m: float) -> float:
    wind, humidity = min(6.0, max(1.0, u2_m_s)), min(80.0, max(20.0, rh_min))
    return (0.04 * (wind - 2) - 0.004 * (humidity - 45)) * math.pow(height_m / 3, 0.3)


def _between(pair: tuple[float, float], share: float) -> float:
    return pair[0] + (pair[1] - pair[0]) * share
