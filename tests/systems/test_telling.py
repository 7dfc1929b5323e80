"""What a step of a system tells: numbers, troubles, alarms."""

from dataclasses import replace
from importlib import import_module
from typing import Any

import pytest

from edgekit.consent.sensitivity import Fold
from edgekit.consent.systems import told_of
from edgekit.node.steward.wiring import WIRINGS
from edgekit.records import Trouble
from edgekit.systems.air import Air
from edgekit.systems.building_occupancy import Air as RoomAir
from edgekit.systems.decision import Decision, Severity
from edgekit.systems.dispenser import Asked
from edgekit.systems.irrigation import Tick
from edgekit.systems.register import Total
from edgekit.systems.telling import TELLERS, Told, tell
from edgekit.systems.vitals import HARMLESS, Fault, Vital

HOUR_MS = 3_600_000


def told(name: str, *readings: Any) -> tuple[Told, Any]:  # noqa: ANN401 -- of any system
    """Return what the last reading told, and the state after it."""
    module = import_module(f"edgekit.systems.{name}")
    state: Any = module.begin(module.Settings())
    last = Told()
    for reading in readings:
        after, decisions = module.step(state, reading)
        last, state = tell(name, state, after, decisions), after
    return last, state


def test_the_steward_runs_what_is_wired_and_tells_what_is_in_the_table() -> None:
    assert set(TELLERS) == set(WIRINGS)
    for name in TELLERS:
        module = import_module(f"edgekit.systems.{name}")
        state = module.begin(module.Settings())
        found = tell(name, state, state, ())
        by_board = {what for what, one in told_of(name).items() if not one.by_eye}
        assert {*found.added, *found.levels} == by_board
        folds = {what: told_of(name)[what].fold for what in found.added}
        assert set(folds.values()) <= {Fold.SUM, Fold.TOTAL}


def test_every_fault_that_costs_something_has_a_name_in_a_record() -> None:
    assert {trouble.name.lower() for trouble in Trouble} == {
        fault.value for fault in Fault if fault not in HARMLESS
    }
    assert [trouble.reason for trouble in Trouble]


def test_litres_that_went_by_and_a_meter_that_was_swapped() -> None:
    first = Total(t_ms=0, total=100, meter="A")
    found, _ = told("water", first, Total(t_ms=HOUR_MS, total=103, meter="A"))
    assert found.added == {"volume": 3_000}
    assert found.levels == {"faults": 0}

    found, _ = told("water", first, Total(t_ms=HOUR_MS, total=5, meter="B"))
    assert found.added == {"volume": 0}
    assert found.levels == {"faults": 1}
    assert found.troubles == ((Trouble.METER_SWAPPED, True),)


def test_air_tells_the_last_whole_hour_until_the_next_one() -> None:
    minutes = [Air(t_ms=60_000 * n, co2_ppm=600.0 + n % 7) for n in range(62)]
    found, _ = told("air", *minutes[:30])
    assert found.levels["co2"] is None
    found, state = told("air", *minutes)
    assert found.levels["co2"] == 603
    assert found.levels["aqi"] is None
    sick = {"co2_ppm": Vital(faults=(Fault.STUCK, Fault.WARMING_UP))}
    assert tell("air", state, replace(state, vitals=sick), ()).levels["faults"] == 1


def test_a_visit_is_one_and_stock_is_what_is_left() -> None:
    found, _ = told("dispenser", Asked(t_ms=0))
    assert found.added == {"visits": 1}
    assert found.levels["stock"] is not None


def test_water_that_was_given_and_a_day_that_begins_at_nothing() -> None:
    _, state = told("irrigation", Tick(t_ms=0))
    given = replace(state, given_mm=1.5, et_mm=(4.25,))
    assert tell("irrigation", state, given, ()).added == {"water": 1_500}
    assert tell("irrigation", given, given, ()).levels["et"] == 4_250
    assert tell("irrigation", given, state, ()).added == {"water": 0}
    assert tell("irrigation", state, state, ()).levels["et"] is None


def test_a_room_tells_minutes_and_a_home_what_runs_all_the_time() -> None:
    _, state = told("building", RoomAir(t_ms=0, co2_ppm=500.0))
    later = replace(state, occupied_ms=179_999)
    assert tell("building", state, later, ()).added == {"occupied": 2, "came": 0}
    came = replace(later, entry=replace(later.entry, came=3))
    assert tell("building", later, came, ()).added["came"] == 3
    next_day = replace(came, entry=replace(came.entry, came=1))
    assert tell("building", came, next_day, ()).added["came"] == 1
    earlier = replace(later, occupied_ms=10**7)
    assert tell("building", earlier, later, ()).added["occupied"] == 2

    home = import_module("edgekit.systems.water_leak")
    dry = home.begin(home.Settings())
    leaking = replace(dry, home=replace(dry.home, leaking=True, hours=(9.0, 4.4)))
    assert tell("water_leak", dry, leaking, ()).levels["home"] == 4
    assert tell("water_leak", leaking, dry, ()).levels["home"] == 0


@pytest.mark.parametrize(
    ("what", "severity", "troubles"),
    [
        ("fault.stuck", Severity.FAULT, ((Trouble.STUCK, True),)),
        ("cleared.stuck", Severity.INFO, ((Trouble.STUCK, False),)),
        ("fault.rolled_over", Severity.INFO, ()),
        ("fault.warming_up", Severity.INFO, ()),
        ("plan", Severity.ACTION, ()),
    ],
)
def test_faults_are_named_as_they_begin_and_end(
    what: str, severity: Severity, troubles: tuple[tuple[Trouble, bool], ...]
) -> None:
    _, state = told("fire")
    one = Decision(t_ms=0, what=what, reason="words", severity=severity)
    assert tell("fire", state, state, [one]).troubles == troubles


def test_alarms_are_counted() -> None:
    _, state = told("fire")
    alarm = Decision(t_ms=0, what="fire", reason="hot", severity=Severity.ALARM)
    found = tell("fire", state, state, [alarm])
    assert (found.alarms, found.added) == (1, {"alarm": 1})
