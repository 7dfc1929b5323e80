"""What no sequence of readings can do to a street lamp."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from edgekit.control.override import Override
from edgekit.systems.persistence import from_json, to_json
from edgekit.systems.street_light import begin, step
from edgekit.systems.street_light_state import Mode, Reading, Settings, State

RULES = Settings(latitude_deg=47.648, longitude_deg=-122.35)
MIDNIGHT_MS = 1_764_144_000_000  # 2025-11-26 08:00 UTC: midnight in Seattle
SECOND, HOUR = 1000, 3_600_000
NOON_MS = MIDNIGHT_MS + 12 * HOUR

READINGS = st.lists(
    st.builds(
        Reading,
        t_ms=st.integers(-2000, 20_000),  # a step, made absolute below
        lux=st.none() | st.floats(allow_nan=True) | st.floats(0, 200),
        lux_factor=st.floats(1, 4),
        present=st.none() | st.booleans(),
        passed=st.integers(0, 5),
        applied=st.none() | st.floats(0, 1),
        clock_good=st.booleans(),
        hand=st.none() | st.builds(Override, level=st.floats(0, 1), for_ms=st.integers(0, 60_000)),
    ),
    max_size=40,
)


@settings(max_examples=60, deadline=None)
@given(
    READINGS,
    st.sampled_from([MIDNIGHT_MS, NOON_MS, MIDNIGHT_MS - 7 * HOUR]),
    st.sampled_from([None, 100.0]),
    st.sampled_from([None, 30.0]),
)
def test_whatever_comes(
    readings: list[Reading], t_ms: int, peak: float | None, setpoint: float | None
) -> None:
    rules = replace(RULES, peak_per_h=peak, setpoint_lux=setpoint)
    state = begin(rules)
    for reading in readings:
        t_ms += reading.t_ms
        state, told = step(state, replace(reading, t_ms=t_ms))
        assert 0 <= state.level <= 1
        assert all(one.reason for one in told)
        if state.hand is not None:
            assert (state.mode, state.level) == (Mode.HAND, state.hand.level)
        elif not state.twilight.night:
            assert state.level == 0
        elif reading.present is None or setpoint is not None:
            assert state.level > 0
        elif reading.present and state.mode is not Mode.FAIL_SAFE:
            assert (state.mode, state.level) == (Mode.PRESENCE, 1.0)
        else:
            assert state.level >= 0.19
        if state.mode is Mode.FAIL_SAFE:
            assert state.level == 1.0
        ledger = state.ledger
        assert 0 <= ledger.half_night_uj <= ledger.full_uj
        assert from_json(State, to_json(state), settings=rules) == state


def test_what_a_hand_had_dimmed_is_as_light_as_is_due_when_it_ends() -> None:
    state = begin(RULES)
    for ms, hand in ((0, None), (0, Override(level=0.125, for_ms=1)), (1, None)):
        lux, present = (0.0, None) if hand is None and not ms else (None, False)
        reading = Reading(t_ms=MIDNIGHT_MS + ms, lux=lux, present=present, hand=hand)
        state, _ = step(state, reading)
    assert state.hand is None
    assert state.level >= 0.19


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.booleans(), st.integers(1, 40)), min_size=1, max_size=12),
    st.integers(2, 5),
)
def test_looking_seldom_leaves_more_light_never_less(
    spells: list[tuple[bool, int]], parts: int
) -> None:
    rules = replace(RULES, presence_max_age_s=60, fade_levels_per_s=1e6)
    coarse = fine = begin(rules)
    t_ms = MIDNIGHT_MS
    for present, length_s in spells:
        for part in range(1, parts):
            when = t_ms + part * length_s * SECOND // parts
            fine, _ = step(fine, Reading(t_ms=when, lux=2.0, present=present))
        last = Reading(t_ms=t_ms + length_s * SECOND, lux=2.0, present=present)
        coarse, fine = step(coarse, last)[0], step(fine, last)[0]
        t_ms = last.t_ms
        assert coarse.level >= fine.level
