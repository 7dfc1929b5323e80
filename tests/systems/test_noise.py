"""Four whole numbers a window, too few bits for a word, and broken microphones by name."""

import math
from collections.abc import Callable
from dataclasses import fields, replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgekit.errors import ConfigError
from edgekit.systems.decision import Decision
from edgekit.systems.noise import (
    CARD,
    SPEECH_BITS_PER_S,
    Heard,
    Noise,
    Settings,
    State,
    begin,
    exceeded,
    step,
)

START = 1_780_272_000_000


def heard(number: int, **change: object) -> Heard:
    level = 50 + 6 * math.sin(number * 0.37)
    reading = Heard(t_ms=START + number * 1000, leq_db=level, max_db=level + 5)
    return replace(reading, **change)


def run(
    count: int, change: Callable[[int], dict[str, object]] = lambda _: {}, **setting: object
) -> tuple[State, list[Decision]]:
    state, told = begin(Settings(**setting)), []
    for number in range(count):
        state, more = step(state, heard(number, **change(number)))
        told += more
    return state, told


def test_a_window_gives_its_four_numbers() -> None:
    _, (window,) = run(901)

    assert isinstance(window, Noise)
    levels = [50 + 6 * math.sin(n * 0.37) for n in range(900)]
    energy = sum(10 ** (one / 10) for one in levels) / 900
    assert window.laeq_db == round(10 * math.log10(energy))
    assert window.lamax_db == 61
    assert (window.l10_db, window.l90_db) == (56, 44)


def test_no_speech_can_be_in_what_leaves() -> None:
    """Four numbers of 0 to 140 in 15 minutes: 0.032 bits a second, a thousandth of speech."""
    numbers = {one.name for one in fields(Noise)} - {one.name for one in fields(Decision)}

    assert numbers == {"laeq_db", "lamax_db", "l10_db", "l90_db"}
    assert len(CARD.outputs) == 4
    assert Settings().bits_per_s == pytest.approx(4 * math.log2(141) / 900)
    assert Settings().bits_per_s < SPEECH_BITS_PER_S / 1000
    assert {output.measure.min_window_s for output in CARD.outputs} == {900}
    with pytest.raises(ConfigError, match="expected 900 s or more"):
        Settings(window_s=60)


@settings(max_examples=20)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 400), st.none() | st.floats(-20, 200), st.none() | st.floats(-20, 200)
        ),
        max_size=60,
    )
)
def test_whatever_is_heard_every_number_is_one_of_141(
    seconds: list[tuple[int, float | None, float | None]],
) -> None:
    state, t_ms = begin(Settings(share_heard=0.001)), START
    for after_s, leq_db, max_db in seconds:
        t_ms += after_s * 1000
        state, told = step(state, Heard(t_ms=t_ms, leq_db=leq_db, max_db=max_db))
        for one in told:
            if isinstance(one, Noise):
                for level in (one.laeq_db, one.lamax_db, one.l10_db, one.l90_db):
                    assert isinstance(level, int)
                    assert 0 <= level <= 140
                assert one.l90_db <= one.l10_db


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"leq_db": None}, "fault.missing"),
        ({"leq_db": math.nan}, "fault.missing"),
        ({"leq_db": 2.0}, "fault.out_of_range"),
        ({"leq_db": 170.0}, "fault.out_of_range"),
        ({"leq_db": 43.25}, "fault.stuck"),
        ({"clipped": True}, "fault.out_of_range"),
        ({"t_ms": START}, "fault.clock_back"),
    ],
    ids=str,
)
def test_table_of_faults(change: dict[str, object], said: str) -> None:
    _, told = run(200, lambda n: change if n > 100 else {})

    assert said in [one.what for one in told]


def test_half_a_window_must_have_been_heard() -> None:
    _, (one,) = run(901, lambda n: {"leq_db": None} if n == 10**9 else {})
    assert one.what == "noise"
    _, told = run(901, lambda n: {"leq_db": None} if n > 400 else {})
    assert told[-1].what == "unknown"
    assert "45%" in told[-1].reason


@pytest.mark.parametrize(("hour", "what"), [(12, "noise"), (23, "loud"), (3, "loud")])
def test_limits_by_day_and_night(hour: int, what: str) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    shift = (hour - 2) * 3_600_000  # START is 2 o'clock in Berlin
    settings_ = Settings(limit_day_db=60, limit_night_db=45, zone=berlin)
    state, told = begin(settings_), []
    for number in range(901):
        reading = heard(number, t_ms=START + shift + number * 1000)
        state, more = step(state, reading)
        told += more
    assert [one.what for one in told] == [what]


def test_exceeded() -> None:
    counts = {40: 80, 60: 15, 70: 5}
    assert [exceeded(counts, share) for share in (0.05, 0.1, 0.2, 0.5, 0.9)] == [70, 60, 60, 40, 40]
    assert exceeded({}, 0.1) == 0
