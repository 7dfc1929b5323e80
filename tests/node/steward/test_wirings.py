"""Every system on a board: raw values to readings, decisions, bytes to the board, what is told."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from edgekit.errors import ConfigError
from edgekit.node.steward.wiring import WIRINGS
from edgekit.systems.air import Air
from edgekit.systems.building import Settings as Room
from edgekit.systems.building_entry import Seen as AtDoor
from edgekit.systems.building_occupancy import Air as RoomAir
from edgekit.systems.crowd_sign import Said
from edgekit.systems.dispenser import Refilled
from edgekit.systems.dispenser import Seen as AtDispenser
from edgekit.systems.fire import Sensed as Burning
from edgekit.systems.irrigation import Probe, Tick
from edgekit.systems.irrigation import Settings as Zone
from edgekit.systems.irrigation_day import Sensed
from edgekit.systems.register import Total
from edgekit.systems.traffic_signal import Contacts
from edgekit.systems.water_leak_home import Draw
from edgekit.systems.water_quality import Sampled
from edgekit.wire.channels import ChannelKind
from tests.node.steward.bench import (
    BEGUN_MS,
    BUTTON,
    HEAT,
    LOOP,
    MOTION,
    PULSES,
    RELAY,
    SOIL,
    UNO,
    VALVE,
    Bench,
    Part,
    Rig,
    celsius,
    loop,
)

FIRST_MS = BEGUN_MS + 1000
MORE = (*UNO, LOOP, LOOP, LOOP, LOOP, BUTTON, RELAY, SOIL)
DOOR = Room(door=True)
WELL_KEPT = Zone(rain_mm_per_tip=0.2, area_m2=50.0)


def near(value: float) -> Any:  # noqa: ANN401 -- what pytest has no name for
    return pytest.approx(value, rel=0.01, abs=0.3)


READ: Mapping[str, tuple[Any, ...]] = {
    "air": (Air(t_ms=FIRST_MS, co2_ppm=near(2500), pm2_5=near(500), temperature_c=near(21)),),
    "building": (
        AtDoor(t_ms=FIRST_MS, exit_asked=False, fire=True),  # an open contact is an alarm
        RoomAir(
            t_ms=FIRST_MS,
            co2_ppm=near(2500),
            temperature_c=near(21),
            humidity=near(50),
            lux=0.0,
            flow_l_s=0.0,
        ),
    ),
    "crowd": (Said(t_ms=FIRST_MS, pressed=None),),
    "dispenser": (AtDispenser(t_ms=FIRST_MS, present=False),),
    "fire": (Burning(t_ms=FIRST_MS, temperature_c=near(21), smoke_per_m=near(0.5)),),
    "irrigation": (
        Sensed(
            t_ms=FIRST_MS,
            heard_ms=FIRST_MS,
            temperature_c=near(21),
            humidity=near(50),
            radiation_w_m2=near(750),
            wind_m_s=near(25),
            rain_mm=0.0,
        ),
        Probe(t_ms=FIRST_MS, theta=(near(0.22),)),
        Tick(t_ms=FIRST_MS, opened=False, drawn_l=0.0),
    ),
    "traffic": (Contacts(t_ms=FIRST_MS, red=False, green=False, reds=0),),
    "water": (Total(t_ms=FIRST_MS, total=0, boot="00000007"),),
    "water_leak": (Draw(t_ms=FIRST_MS, litres=0.0),),
    "water_quality": (Sampled(t_ms=FIRST_MS, values=tuple(map(near, (2.5, 7, 50, 50, 1000)))),),
}
SETTINGS: Mapping[str, Any] = {"building": DOOR, "irrigation": WELL_KEPT}


def rig(name: str, *, kinds: tuple[Any, ...] = MORE) -> Rig:
    return Rig(name, Bench(kinds=kinds), settings=SETTINGS.get(name))


@pytest.mark.parametrize("name", WIRINGS)
def test_raw_values_of_a_board_become_readings(name: str) -> None:
    assert tuple(rig(name).live(1).readings) == READ[name]


SAYING_NOTHING = frozenset(
    {"t_ms", "heard_ms", "boot", "meter", "token", "reset", "raining", "reds"}
)
"""What of a reading is no measurement: where nothing came it is as it always is."""


@pytest.mark.parametrize("name", WIRINGS)
def test_a_board_that_tells_nothing_gives_nothing_that_could_be_taken_for_well(name: str) -> None:
    silent = rig(name)
    silent.bench.silent = True
    for one in silent.live(1).readings:
        found = [
            getattr(one, name_)
            for name_ in one.__dataclass_fields__
            if name_
            not in {"t_ms", "heard_ms", "boot", "meter", "token", "reset", "raining", "reds"}
        ]
        assert all(
            value is None or (isinstance(value, tuple) and not any(value)) for value in found
        ), one


@pytest.mark.parametrize("name", WIRINGS)
def test_an_unos_own_channels_are_enough(name: str) -> None:
    assert Rig(name, settings=SETTINGS.get(name)).live(3).readings


MISSING: Mapping[str, tuple[Any, ...]] = {
    "air": (HEAT,),
    "building": (HEAT,),
    "crowd": (HEAT,),
    "dispenser": (MOTION,),
    "fire": (LOOP,),
    "irrigation": (LOOP,),
    "traffic": (HEAT,),
    "water": (HEAT,),
    "water_leak": (HEAT,),
    "water_quality": (HEAT,),
}


@pytest.mark.parametrize("name", WIRINGS)
def test_a_board_without_the_parts_is_refused(name: str) -> None:
    with pytest.raises(ConfigError, match="channels of kind"):
        Rig(name, Bench(kinds=MISSING[name]))


BAD: tuple[tuple[str, ChannelKind | Part, int, str], ...] = (
    ("air", LOOP, loop(2), "fault.missing"),  # a broken loop: NAMUR NE 43
    ("air", LOOP, loop(21.5), "fault.missing"),
    ("air", HEAT, 0, "fault.out_of_range"),  # no wire: -50 °C
    ("air", HEAT, celsius(93), "fault.unit_flipped"),
    ("building", LOOP, loop(2), "fault.missing"),
    ("building", LOOP, loop(4), "fault.out_of_range"),  # 0 ppm
    ("building", HEAT, celsius(93), "fault.unit_flipped"),
    ("building", (LOOP, 1), loop(4.1), "fault.unit_flipped"),
    ("fire", HEAT, 0, "fault.out_of_range"),
    ("fire", LOOP, loop(1), "fault.missing"),
    ("irrigation", HEAT, 0, "fault.out_of_range"),
    ("irrigation", (LOOP, 1), loop(2), "fault.missing"),
    ("irrigation", (LOOP, 2), loop(19), "fault.unit_flipped"),
    ("water_quality", LOOP, loop(2), "fault.missing"),
)


@pytest.mark.parametrize(("name", "part", "raw", "named"), BAD, ids=str)
def test_a_bad_input_is_named(name: str, part: ChannelKind | Part, raw: int, named: str) -> None:
    settings = None if name == "building" else SETTINGS.get(name)
    bad = Rig(name, Bench(kinds=MORE), settings=settings)
    step_s = 1200 if name == "water_quality" else 60
    bad.live(3 * step_s, step_s=step_s)
    assert named not in bad.whats
    bad.bench.put(part, raw)
    bad.live(6 * step_s, step_s=step_s)
    assert named in bad.whats


STUCK = (("air", LOOP), ("building", LOOP), ("irrigation", HEAT))


@pytest.mark.parametrize(("name", "part"), STUCK)
def test_a_sensor_that_stands_is_named(name: str, part: ChannelKind) -> None:
    stuck = rig(name, kinds=UNO)
    stuck.bench.put(part, loop(6) if part is LOOP else celsius(12))
    stuck.live(30 * 3600, step_s=300)
    assert "fault.stuck" in stuck.whats


def pulses(bench: Bench, count: int, number: int = 0) -> Callable[[], None]:
    part: Part = (PULSES, number)
    index = bench.find(*part).index
    return lambda: bench.put(part, bench.readings[index] + count)


def test_the_water_that_went_by_is_told_and_none_while_a_board_began_anew() -> None:
    water = Rig("water").live(1)
    water.live(60, each=[pulses(water.bench, 1)] * 30)
    assert water.added("volume") == 30_000
    water.bench.boot()
    water.live(60, each=[pulses(water.bench, 1)] * 10)
    assert "fault.meter_reset" in water.whats
    assert water.added("volume") == 40_000


def test_a_burst_closes_the_main_by_one_pulse() -> None:
    leak = Rig("water_leak", per_pulse=30.0)
    leak.live(2700, step_s=60, each=[pulses(leak.bench, 1)] * 45)
    assert "burst" in leak.whats
    assert leak.bytes_to(RELAY) == ["09ffff1027"]  # channel 9, full, 10 000 ms
    assert leak.added("alarm") == 1


def test_a_dispenser_gives_and_is_filled_up() -> None:
    paper = Rig("dispenser")
    paper.bench.put(MOTION, (1, 1))
    paper.live(2)
    paper.bench.put(BUTTON, (1, 1))
    paper.live(1, step_s=0.1)
    assert paper.bytes_to(RELAY) == ["09ffffb80b", "0900000000"]  # on for 3 s at most, then off
    assert paper.added("visits") == 1
    assert paper.state.stock == 499

    paper.bench.put((PULSES, 1), 1)
    paper.live(1)
    assert [one.portions for one in paper.readings if isinstance(one, Refilled)] == [500]
    assert paper.state.stock == 500


def test_heat_sounds_by_the_contact_that_closes_without_power() -> None:
    fire = Rig("fire", Bench(kinds=(HEAT, RELAY)))
    fire.live(600, step_s=5)
    assert set(fire.bytes_to(RELAY)) == {"01ffffb80b"}  # held quiet
    hotter = [partial(fire.bench.put, HEAT, celsius(21 + 4 * n)) for n in range(12)]
    fire.live(60, step_s=5, each=hotter)
    assert fire.bytes_to(RELAY)[-1] == "0100000000"
    assert fire.added("alarm") == 1


def test_rain_contact_probe_and_valve_of_a_zone() -> None:
    zone = Rig("irrigation", settings=Zone(quiet_start_min=0, quiet_end_min=0))
    zone.state = replace(zone.state, planned_mm=5.0)
    zone.live(120, step_s=60)
    assert zone.bytes_to(VALVE)[0] == "0affffb80b"
    zone.bench.put(BUTTON, (1, 1))
    zone.live(60, step_s=60)
    assert zone.bytes_to(VALVE)[-1] == "0a00000000"
    assert zone.added("water") == pytest.approx(20_000 / 60, abs=1)


def test_a_rain_gauge_and_a_zones_own_meter_count_for_themselves() -> None:
    zone = Rig("irrigation", settings=WELL_KEPT, per_pulse=0.5)
    each = [pulses(zone.bench, 5), pulses(zone.bench, 4, 1)]
    zone.live(120, step_s=60, each=each)
    rain = [one.rain_mm for one in zone.readings if isinstance(one, Sensed)]
    drawn = [one.drawn_l for one in zone.readings if isinstance(one, Tick)]
    assert (rain, drawn) == ([pytest.approx(1.0), 0.0], [0.0, 2.0])
    zone.bench.boot()
    zone.live(120, step_s=60)
    drawn = [one.drawn_l for one in zone.readings if isinstance(one, Tick)]
    assert drawn[2:] == [None, 0.0]
