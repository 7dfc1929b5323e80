"""Good readings of every system, which tremble as a sensor does, and what can be odd about one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from edgekit.systems.air import Air
from edgekit.systems.building_occupancy import Air as RoomAir
from edgekit.systems.crowd import Scene
from edgekit.systems.day import DAY_MS, HOUR_MS, MINUTE_MS
from edgekit.systems.dispenser import Refilled, Seen
from edgekit.systems.drowsiness_state import Enrol, Frame
from edgekit.systems.emergency import People
from edgekit.systems.energy_recycling import Trip
from edgekit.systems.fire import Sensed as Burning
from edgekit.systems.home_energy import Power
from edgekit.systems.irrigation_day import Sensed
from edgekit.systems.noise import Heard
from edgekit.systems.register import Total
from edgekit.systems.street_light_state import Reading as Lamp
from edgekit.systems.street_light_state import Settings as Street
from edgekit.systems.tariff import Offer, Tick
from edgekit.systems.tariff_prices import Slot
from edgekit.systems.temperature import Shot
from edgekit.systems.traffic import Totals
from edgekit.systems.water import Settings as Meter
from edgekit.systems.water_leak_network import Flow
from edgekit.systems.water_quality import Sampled

FAULTS = (
    *("missing", "stale", "stuck", "out_of_range", "unit_flipped"),
    *("clock_back", "clock_forward", "clock_change", "rolled_over", "meter_swapped"),
)
BERLIN = ZoneInfo("Europe/Berlin")
START = 1_780_272_000_000
AUTUMN = 1_792_879_200_000  # 2026-10-25, 0:00 in Berlin: a day of 25 hours
SECOND = 1_000
LATE = 10 * DAY_MS

NO_METER = "it reads no counter: nothing rolls over, and no meter is swapped"
NO_DAYS = "it keeps no days: a day of 23 or 25 hours is as long as its milliseconds"
OWN_CLOCK = "its readings are made in this node and carry no time but the node's own"
SCALE = "a wrong scale breaks rho v = Js, and that is told: tests/systems/test_crowd.py"


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """How a system is fed.

    Attributes:
        read: makes a reading at so many milliseconds after the beginning, with changes.
        every_ms: between good readings.
        first: what comes before all.
        good: how many good readings come first.
        settings: other than the usual ones.
        begin_ms: when it begins.
    """

    read: Callable[..., Any]
    every_ms: int
    first: tuple[Any, ...] = ()
    good: int = 6
    settings: Any = None
    begin_ms: int = START

    def at(self, number: float, **change: Any) -> Any:  # noqa: ANN401 -- of any system
        return self.read(self.begin_ms + round(number * self.every_ms), number, **change)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What shows a fault, and by what it is told; ``feed`` where it is not the usual one."""

    odd: Sequence[Mapping[str, Any]] = ({},)
    by: str = ""
    feed: Feed | None = None


def odd(by: str = "", *, count: int = 1, feed: Feed | None = None, **change: Any) -> Cell:  # noqa: ANN401 -- fields of any reading
    return Cell(odd=(change,) * count, by=by, feed=feed)


def after(ms: int, by: str = "", *, feed: Feed | None = None, **change: Any) -> Cell:  # noqa: ANN401 -- fields of any reading
    return Cell(odd=({"later_ms": ms, **change},), by=by, feed=feed)


def _of(kind: type, fixed: Mapping[str, Any], vary: Mapping[str, float]) -> Callable[..., Any]:
    """Return what makes readings whose values tremble as a sensor's do."""

    def read(t_ms: int, number: float, *, later_ms: int = 0, **change: Any) -> Any:  # noqa: ANN401 -- of any system
        trembling = {name: value * (1 + number % 5 / 1000) for name, value in vary.items()}
        return kind(t_ms=t_ms + later_ms, **{**fixed, **trembling, **change})

    return read


def _crowd(t_ms: int, number: float, *, later_ms: int = 0, step_m: float = 0.1) -> Scene:
    return Scene(t_ms=t_ms + later_ms, people={1: (0.5, number * step_m % 1 - 0.5)})


def offered(t_ms: int, number: float, *, later_ms: int = 0, price: float = 80.0) -> Offer:
    start_ms = START + round(number) * HOUR_MS
    slot = Slot(start_ms=start_ms, end_ms=start_ms + HOUR_MS, price_mwh=price + number)
    return Offer(t_ms=t_ms + later_ms, slot=slot)


def _traffic(
    t_ms: int,
    number: float,
    *,
    later_ms: int = 0,
    total: int | None = -1,
    **more: Any,  # noqa: ANN401 -- its fields
) -> Totals:
    count = 100 + 3 * round(number) if total == -1 else total
    return Totals(t_ms=t_ms + later_ms, passed={"cyclist.in": count}, **more)


def _metered(
    t_ms: int,
    number: float,
    *,
    later_ms: int = 0,
    total: int | None = -1,
    **more: Any,  # noqa: ANN401 -- its fields
) -> Total:
    count = 9_900 + round(number) if total == -1 else total
    return Total(t_ms=t_ms + later_ms, total=count, **more)


def _sampled(
    t_ms: int,
    number: float,
    *,
    later_ms: int = 0,
    first: float | None = 1.5,
    last: float = 500,
    still: bool = False,
) -> Sampled:
    trembling = 1 if still else 1 + number % 5 / 1000
    return Sampled(
        t_ms=t_ms + later_ms,
        values=tuple(
            None if one is None else one * trembling for one in (first, 7.0, 1.0, 2.0, last)
        ),
    )


FEEDS: Mapping[str, Feed] = {
    "air": Feed(read=_of(Air, {}, {"co2_ppm": 600.0}), every_ms=MINUTE_MS),
    "building": Feed(
        read=_of(RoomAir, {}, {"co2_ppm": 600.0, "temperature_c": 21.0}), every_ms=MINUTE_MS
    ),
    "crowd": Feed(read=_crowd, every_ms=200),
    "dispenser": Feed(read=_of(Seen, {"present": False}, {}), every_ms=MINUTE_MS),
    "drowsiness": Feed(
        read=_of(Frame, {}, {"ear": 0.3}), every_ms=50, good=60, first=(Enrol(t_ms=START - 1),)
    ),
    "emergency": Feed(read=_of(People, {}, {"people": 50.0}), every_ms=10 * SECOND),
    "energy_recycling": Feed(
        read=_of(Trip, {"rise_m": 30.0, "lasted_s": 20.0}, {"load_kg": 300.0}), every_ms=MINUTE_MS
    ),
    "fire": Feed(
        read=_of(Burning, {}, {"temperature_c": 21.0, "smoke_per_m": 0.002}), every_ms=5 * SECOND
    ),
    "home_energy": Feed(read=_of(Power, {"roof_kw": 0.0}, {"load_kw": 0.5}), every_ms=HOUR_MS),
    "irrigation": Feed(
        read=_of(Sensed, {}, {"temperature_c": 21.0, "humidity": 50.0}), every_ms=10 * MINUTE_MS
    ),
    "noise": Feed(read=_of(Heard, {}, {"leq_db": 50.0, "max_db": 55.0}), every_ms=SECOND),
    "street_light": Feed(read=_of(Lamp, {"present": False}, {"lux": 500.0}), every_ms=5 * SECOND),
    "tariff": Feed(read=offered, every_ms=MINUTE_MS),
    "temperature": Feed(
        read=_of(Shot, {"face_c": None, "ambient_c": 21.0}, {"reference_c": 35.0}),
        every_ms=MINUTE_MS,
        good=25,
    ),
    "traffic": Feed(read=_traffic, every_ms=10 * MINUTE_MS),
    "water": Feed(read=_metered, every_ms=MINUTE_MS, settings=Meter(modulus=10_000)),
    "water_leak": Feed(read=_of(Flow, {}, {"flow_m3h": 50.0}), every_ms=HOUR_MS // 2),
    "water_quality": Feed(
        read=_sampled,
        every_ms=20 * MINUTE_MS,
    ),
}

REFILLED = Feed(
    read=lambda t_ms, _, portions=400: Refilled(t_ms=t_ms, portions=portions), every_ms=MINUTE_MS
)
UNPUBLISHED = Feed(
    read=lambda t_ms, number: Tick(t_ms=t_ms) if number else offered(t_ms, 0),
    every_ms=HOUR_MS,
    good=13,
)
"""Prices of which tomorrow's are due at 13:00 and do not come."""

BY_DAY = replace(
    FEEDS["street_light"],
    every_ms=30 * SECOND,
    begin_ms=START + 10 * HOUR_MS,
    settings=Street(latitude_deg=50.0, longitude_deg=0.0),
)
"""A lamp whose sun stands high."""


def autumn(name: str, settings: Any, *, every_ms: int = HOUR_MS) -> Cell:  # noqa: ANN401 -- of any system
    """Live over the day of 25 hours."""
    feed = replace(
        FEEDS[name], begin_ms=AUTUMN - HOUR_MS, settings=settings, every_ms=every_ms, good=1
    )
    return Cell(odd=({},) * (26 * HOUR_MS // every_ms), feed=feed)


def coarse(name: str, every_ms: int) -> Feed:
    return replace(FEEDS[name], every_ms=every_ms)
