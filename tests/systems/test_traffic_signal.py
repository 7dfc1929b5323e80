"""A traffic signal by its contacts: one colour is believed, and whatever is in doubt is unknown."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgekit.errors import ConfigError
from edgekit.records import Aspect
from edgekit.systems.day import DAY_MS
from edgekit.systems.decision import Decision, Severity
from edgekit.systems.persistence import from_json, to_json
from edgekit.systems.traffic import begin, step
from edgekit.systems.traffic_signal import COLOURS, Contacts, Shown, Signal, show
from edgekit.systems.traffic_state import Settings, State

RULES = Signal(line="stop")
RED, GREEN, BOTH, NONE = (True, False), (False, True), (True, True), (False, False)
SILENT = (None, False)
Lit = tuple[bool | None, bool | None]


def played(*phases: tuple[Lit, int], step_ms: int = 100) -> tuple[Shown, list[Decision]]:
    """Let each pair of lamps be lit for so many ms; return what is shown in the end."""
    shown, t_ms, told = Shown(), 1_000_000, list[Decision]()
    for (red, green), for_ms in phases:
        for _ in range(0, for_ms, step_ms):
            seen = Contacts(t_ms=t_ms, red=red, green=green)
            shown, decisions = show(RULES, shown, seen)
            told += decisions
            t_ms += step_ms
    return shown, told


@pytest.mark.parametrize(
    ("phases", "aspect", "said"),
    [
        ([(RED, 100)], Aspect.RED, []),
        ([(GREEN, 100)], Aspect.GREEN, []),
        ([(GREEN, 9_000), (NONE, 3_000)], Aspect.AMBER, []),
        ([(GREEN, 9_000), (NONE, 3_000), (RED, 100)], Aspect.RED, []),
        ([(GREEN, 9_000), (NONE, 6_300)], Aspect.UNKNOWN, ["signal"]),
        ([(RED, 9_000), (NONE, 300), (GREEN, 100)], Aspect.GREEN, []),
        ([(RED, 9_000), (NONE, 400)], Aspect.RED, []),
        ([(RED, 9_000), (NONE, 900)], Aspect.UNKNOWN, ["signal"]),
        ([(NONE, 100)], Aspect.UNKNOWN, []),
        ([(BOTH, 100)], Aspect.FALSE, ["fault.out_of_range"]),
        ([(RED, 9_000), (BOTH, 400), (GREEN, 100)], Aspect.GREEN, []),
        ([(RED, 9_000), (BOTH, 900)], Aspect.FALSE, ["fault.out_of_range"]),
        (
            [(RED, 9_000), (BOTH, 900), (GREEN, 100)],
            Aspect.GREEN,
            ["fault.out_of_range", "cleared.out_of_range"],
        ),
        ([(RED, 9_000), (SILENT, 100)], Aspect.UNKNOWN, ["fault.missing"]),
        ([(RED, 300_000)], Aspect.RED, []),
        ([(RED, 300_300)], Aspect.FALSE, ["fault.stuck"]),
        ([(GREEN, 300_300)], Aspect.FALSE, ["fault.stuck"]),
        ([(RED, 300_300), (GREEN, 100)], Aspect.GREEN, ["fault.stuck", "cleared.stuck"]),
        # Red that flashes is no red; green that does, before amber, is one.
        ([(GREEN, 9_000), *[(RED, 500), (NONE, 500)] * 3, (RED, 100)], Aspect.UNKNOWN, ["signal"]),
        ([(GREEN, 9_000), *[(NONE, 500), (GREEN, 500)] * 4], Aspect.GREEN, []),
    ],
)
def test_every_state_of_the_lamps_has_its_aspect(
    phases: list[tuple[Lit, int]], aspect: Aspect, said: list[str]
) -> None:
    shown, told = played(*phases)
    assert shown.aspect is aspect
    assert [one.what for one in told if one.what != "signal" or said == ["signal"]][:2] == said
    assert {one.severity for one in told if one.what.startswith("fault.")} <= {Severity.FAULT}


def test_a_signal_that_is_off_for_a_day_and_not_for_a_night_is_a_fault() -> None:
    shown, told = played((GREEN, 9_000), (NONE, DAY_MS + 60_000), (RED, 6_000), step_ms=3_000)
    assert "flashes amber" in told[0].reason
    assert told[1].t_ms - told[0].t_ms > DAY_MS - 9_000
    assert [one.what for one in told] == ["signal", "fault.dead", "cleared.dead"]
    assert shown.aspect is Aspect.RED


def test_flashes_between_two_readings_are_counted_by_the_board() -> None:
    shown, _ = played((GREEN, 9_000))
    for reds in (0, 1, 2):
        t_ms = (shown.t_ms or 0) + 900
        shown, _ = show(RULES, shown, Contacts(t_ms=t_ms, red=True, green=False, reds=reds))
    assert shown.aspect is Aspect.UNKNOWN


@pytest.mark.parametrize(("leap_ms", "said"), [(-60_000, ["fault.clock_back"]), (60_000, [])])
def test_a_clock_that_was_set_begins_it_anew(leap_ms: int, said: list[str]) -> None:
    shown, _ = played((GREEN, 9_000), (RED, 4_000))
    t_ms = (shown.t_ms or 0) + leap_ms
    after, told = show(RULES, shown, Contacts(t_ms=t_ms, red=True, green=False))
    assert [one.what for one in told] == said
    assert (after.aspect, after.since_ms) == (Aspect.RED, t_ms)
    # What it showed before is forgotten: neither lamp is no amber now.
    green, dark = replace(shown, aspect=Aspect.GREEN), Contacts(t_ms=t_ms, red=False, green=False)
    after, _ = show(RULES, green, dark)
    assert after.aspect is Aspect.UNKNOWN


def test_the_system_takes_contacts_and_goes_on_after_a_restart() -> None:
    state = begin(Settings(signal=RULES))
    state, _ = step(state, Contacts(t_ms=1_000, red=True, green=True))
    assert (state.aspect, state.fault) == (Aspect.FALSE, "out_of_range")
    again = from_json(State, to_json(state), settings=state.settings)
    assert again == state
    again, told = step(again, Contacts(t_ms=9_000_000, red=True, green=False))
    assert (again.aspect, again.fault) == (Aspect.RED, None)
    assert [one.what for one in told] == ["cleared.out_of_range"]


@pytest.mark.parametrize(
    "wrong", [{"grace_ms": -1}, {"amber_ms": 20_000}, {"cycle_s": 5}, {"cycle_s": 9_999}]
)
def test_times_that_cannot_be_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ConfigError, match="expected"):
        Signal(line="stop", **wrong)  # type: ignore[arg-type] -- any field


@given(st.lists(st.tuples(st.sampled_from([RED, GREEN, BOTH, NONE, SILENT]), st.integers(1, 40))))
@settings(max_examples=60)
def test_red_is_shown_only_just_after_red_alone_was_lit(phases: list[tuple[Lit, int]]) -> None:
    shown, t_ms, red_ms = Shown(), 0, -10_000
    for lit, turns in phases:
        for _ in range(turns):
            t_ms += 100
            red_ms = t_ms if lit == RED else red_ms
            shown, _ = show(RULES, shown, Contacts(t_ms=t_ms, red=lit[0], green=lit[1]))
            assert shown.aspect is not Aspect.RED or t_ms - red_ms <= 600
            assert shown.aspect in COLOURS or lit not in (RED, GREEN) or shown.onsets_ms
