"""Drowsiness: buzzed for an eye that shuts, silent without consent, and never says "awake"."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgekit.errors import ConfigError
from edgekit.systems.decision import Decision, Severity
from edgekit.systems.drowsiness import CARD, begin, step
from edgekit.systems.drowsiness_blinks import Eye
from edgekit.systems.drowsiness_model import Reference
from edgekit.systems.drowsiness_state import Baseline, Enrol, Frame, Off, Settings, State
from edgekit.systems.persistence import from_json, to_json

START = 1_780_272_000_000
FRAME_MS = 50
EYE = Eye(open_ear=0.31, closed_ear=0.13)
OPEN, SHUT = 0.3, 0.13


def frames(
    ears: Iterable[float | None], *, at_s: float = 0, every_ms: int = FRAME_MS
) -> list[Frame]:
    """Frames with a little ripple, as no camera gives the same number twice."""
    return [
        Frame(
            t_ms=START + round(at_s * 1000) + every_ms * n,
            ear=None if ear is None else round(ear + 0.003 * (n % 3), 4),
        )
        for n, ear in enumerate(ears, 1)
    ]


def blinks(count: int, *, shut: int = 3, every: int = 80) -> list[float]:
    """A person who blinks, each blink of another length and depth."""
    ears: list[float] = []
    for number in range(count):
        long = shut + number % 3
        lid = [0.2, *[SHUT + 0.01 * (number % 4)] * long, 0.22 + 0.01 * (number % 2)]
        ears += [OPEN] * (every - len(lid) + number % 5) + lid
    return ears


def run(state: State, seen: Iterable[Enrol | Off | Frame]) -> tuple[State, list[Decision]]:
    told: list[Decision] = []
    for one in seen:
        state, more = step(state, one)
        told += more
    return state, told


def enrolled(rules: Settings | None = None, baseline: Baseline | None = None) -> State:
    known = baseline or Baseline(eye=EYE)
    return run(begin(rules or Settings()), [Enrol(t_ms=START, baseline=known)])[0]


def whats(told: Sequence[Decision]) -> list[str]:
    return [one.what for one in told]


def test_nobody_is_watched_without_an_own_act() -> None:
    state, told = run(begin(Settings()), frames([OPEN] * 20 + [SHUT] * 60))

    assert told == []
    assert state == begin(Settings())


def test_an_eye_shut_for_a_second_buzzes_and_again_while_it_stays_shut() -> None:
    _, told = run(enrolled(), frames([OPEN] * 20 + [SHUT] * 100 + [OPEN] * 20))

    alarms = [one for one in told if one.what == "microsleep"]
    assert len(alarms) == 2
    command = alarms[0].command
    assert command is not None
    assert (command.channel, command.expires_ms, command.safe) == ("buzzer", 3000, "off")
    assert "1.0 s" in alarms[0].reason


def test_blinks_do_not_buzz() -> None:
    _, told = run(enrolled(), frames(blinks(60)))

    assert whats(told) == ["watching"]


def test_an_eye_shut_for_an_eighth_of_a_minute_buzzes_once_a_minute() -> None:
    _, told = run(enrolled(), frames(blinks(45, shut=6, every=40), every_ms=100))

    alarms = [one for one in told if one.what == "perclos"]
    assert 1 <= len(alarms) <= 4
    assert "of the last minute" in alarms[0].reason
    assert alarms[0].severity is Severity.ALARM


def test_the_first_minute_teaches_the_eye_and_ten_the_blinks() -> None:
    state, told = run(begin(Settings(learn_ms=150_000)), [Enrol(t_ms=START), *frames(blinks(60))])

    assert whats(told) == ["enrolled", "watching", "learned.eye", "learned.blinks"]
    assert state.baseline is not None
    assert state.baseline.eye.open_ear == pytest.approx(0.305, abs=0.01)
    assert state.baseline.reference is not None


def test_blinks_unlike_the_drivers_own_are_told_once_a_spell() -> None:
    alert = Reference(mean=(20.0, 0.16, 230.0, 1.2), spread=(0.5, 0.01, 30.0, 0.2))
    sleepy = [SHUT if n % 40 > 28 else OPEN for n in range(40 * 42)]

    rules = Settings(perclos=0.9)
    _, same = run(enrolled(rules, Baseline(eye=EYE, reference=alert)), frames(blinks(20)))
    _, told = run(enrolled(rules, Baseline(eye=EYE, reference=alert)), frames(sleepy))

    assert "drowsy" not in whats(same)
    assert whats(told).count("drowsy") == 1
    assert "take a break" in next(one.reason for one in told if one.what == "drowsy")


def test_too_few_blinks_are_learnt_anew() -> None:
    _, told = run(enrolled(Settings(learn_ms=60_000)), frames(blinks(16)))

    assert "learning" in whats(told)
    assert "expected 30 or more" in next(one.reason for one in told if one.what == "learning")


@pytest.mark.parametrize(("keep", "kept"), [(True, True), (False, False)])
def test_switched_off_it_keeps_only_what_the_driver_asks_for(*, keep: bool, kept: bool) -> None:
    state, _ = run(enrolled(), frames(blinks(5)))

    state, told = run(state, [Off(t_ms=START + 60_000, keep=keep)])

    assert state == replace(begin(Settings()), baseline=Baseline(eye=EYE) if kept else None)
    assert ("own eye" in told[0].reason) is kept
    assert run(state, frames([SHUT] * 60, at_s=61))[1] == []


TABLE: list[tuple[str, list[Frame], str]] = [
    ("no eye", frames([OPEN] * 20 + [None] * 50), "not_watching"),
    ("sunglasses", frames([math.nan] * 60), "fault.missing"),
    ("stuck", [Frame(t_ms=START + 50 * n, ear=OPEN) for n in range(1, 260)], "fault.stuck"),
    ("out of range", frames([OPEN] * 20 + [0.9]), "fault.out_of_range"),
    ("per cent", frames([OPEN] * 20 + [29.0]), "fault.unit_flipped"),
    ("gap", [*frames([OPEN] * 20), *frames([OPEN] * 3, at_s=9)], "fault.missing"),
    ("doubled", [*frames([OPEN] * 20), frames([OPEN] * 20)[-1]], "fault.repeated"),
    ("clock back", [*frames([OPEN] * 20), *frames([OPEN], at_s=-60)], "fault.clock_back"),
    ("clock forward", [replace(frames([OPEN], at_s=60)[0], heard_ms=START)], "fault.clock_forward"),
    ("too slow", frames([OPEN] * 30) + frames([OPEN] * 30, at_s=2, every_ms=200), "not_watching"),
]


@pytest.mark.parametrize(("seen", "said"), [row[1:] for row in TABLE], ids=[r[0] for r in TABLE])
def test_table_of_bad_input(seen: list[Frame], said: str) -> None:
    _, told = run(enrolled(), seen)

    assert said in whats(told)
    assert not [one for one in told if one.severity is Severity.ALARM]


def test_it_never_says_that_anybody_is_awake() -> None:
    _, told = run(enrolled(), frames([*blinks(20), *[None] * 60, *blinks(2)]))

    words = " ".join([CARD.unknown, *(one.reason for one in told)])
    assert "not watching: no eye seen" in words
    assert "awake" not in " ".join(one.reason for one in told)
    assert CARD.outputs == ()


def test_an_eye_that_is_never_open_is_not_learnt() -> None:
    _, told = run(begin(Settings()), [Enrol(t_ms=START), *frames([0.1] * 1300)])

    assert "fault.stuck" in whats(told)
    assert "sunglasses" in next(one.reason for one in told if one.what == "fault.stuck")


@pytest.mark.parametrize(
    "bad",
    [lambda: Settings(perclos=0), lambda: Settings(shut_ms=9), lambda: Settings(learn_ms=1)],
    ids=["share", "shut", "learn"],
)
def test_settings_that_cannot_be(bad: Callable[[], Settings]) -> None:
    with pytest.raises(ConfigError, match="expected a share"):
        bad()


EVENT = st.sampled_from(["enrol", "off", "keep", "frame"])
RATIO = st.none() | st.just(math.nan) | st.floats(-0.1, 40) | st.sampled_from([OPEN, SHUT, 0.2])


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(EVENT, st.integers(-300, 3000), RATIO), max_size=40))
def test_whatever_comes_it_speaks_only_when_enrolled_and_survives_a_restart(
    events: list[tuple[str, int, float | None]],
) -> None:
    rules = Settings()
    state, t_ms, on = begin(rules), START, False
    for event, gap_ms, ear in events:
        t_ms += gap_ms
        reading: Enrol | Off | Frame = Frame(t_ms=t_ms, ear=ear)
        if event == "enrol":
            reading, on = Enrol(t_ms=t_ms, baseline=Baseline(eye=EYE)), True
        elif event != "frame":
            reading, on = Off(t_ms=t_ms, keep=event == "keep"), False
        state, told = step(state, reading)
        assert on or not told or told[0].what == "off"
        assert all(one.command is None or one.command.channel == "buzzer" for one in told)
        assert from_json(State, to_json(state), settings=rules) == state


def test_an_eye_that_does_not_blink_for_a_minute_is_none_that_is_seen() -> None:
    """Sunglasses: a model sees open eyes behind them, or makes them up."""
    state, told = run(enrolled(), frames([*blinks(3), *[OPEN] * 1400]))

    assert whats(told)[-1] == "not_watching"
    assert "no blink for 60 s" in told[-1].reason
    _, told = run(state, frames(blinks(2), at_s=90))
    assert "watching" in whats(told)
    assert not [one for one in told if one.severity is Severity.ALARM]


def test_a_minute_without_a_blink_teaches_no_eye() -> None:
    state, told = run(begin(Settings()), [Enrol(t_ms=START), *frames([OPEN] * 1300)])

    assert state.baseline is None
    assert "no blink in a minute" in next(one.reason for one in told if one.what == "fault.stuck")


def test_frames_that_a_model_misses_wake_nobody() -> None:
    """Every fourth frame of an eye that is shut is without points: it alarms all the same."""
    shut = [None if n % 4 == 3 else SHUT for n in range(50)]
    _, told = run(enrolled(), frames([OPEN] * 20 + shut + [OPEN] * 20))

    assert whats(told).count("microsleep") == 1
