"""The few words of a driver's eye: an alarm before all else, never two at once, never "awake"."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.consent.decided import DECIDING, Meaning
from edgekit.records import Decided
from edgekit.systems.decision import Decision, Severity
from edgekit.systems.drowsiness import answer, begin
from edgekit.systems.drowsiness_blinks import Eye
from edgekit.systems.drowsiness_state import Baseline, Settings, State
from edgekit.systems.drowsiness_words import EVERY_MS, Mouth, speak, word_of

BLIND = begin(Settings())
LEARNING = replace(BLIND, blind="")
WATCHING = replace(LEARNING, baseline=Baseline(eye=Eye(open_ear=0.3, closed_ear=0.13)))
ALARM = Decision(t_ms=0, what="microsleep", reason="shut for a second", severity=Severity.ALARM)


def test_how_it_is_has_one_word_each() -> None:
    assert [word_of(one) for one in (BLIND, LEARNING, WATCHING)] == [
        Decided.NOT_WATCHING,
        Decided.LEARNING,
        Decided.WATCHING,
    ]
    assert word_of(replace(WATCHING, blind="no eye")) is Decided.NOT_WATCHING


def test_an_alarm_is_said_before_how_it_is_and_is_not_lost() -> None:
    mouth, first = speak(Mouth(), WATCHING, (), t_ms=0)
    mouth, held = speak(mouth, BLIND, (ALARM,), t_ms=100)
    mouth, second = speak(mouth, BLIND, (), t_ms=EVERY_MS)
    mouth, third = speak(mouth, BLIND, (), t_ms=2 * EVERY_MS)
    _, fourth = speak(mouth, BLIND, (), t_ms=9 * EVERY_MS)

    said = [first, held, second, third, fourth]
    assert said == [Decided.WATCHING, None, Decided.DROWSY, Decided.NOT_WATCHING, None]


STATES = st.sampled_from([BLIND, LEARNING, WATCHING])


@given(st.lists(st.tuples(STATES, st.booleans(), st.integers(-50, 900)), max_size=60))
def test_words_are_apart_and_every_alarm_is_told_in_time(
    frames: list[tuple[State, bool, int]],
) -> None:
    mouth, t_ms, last, waits = Mouth(), 0, None, False
    for state, alarm, after_ms in frames:
        t_ms += after_ms
        mouth, word = speak(mouth, state, (ALARM,) if alarm else (), t_ms=t_ms)
        waits |= alarm
        if word is None:
            near = last is not None and 0 <= t_ms - last < EVERY_MS
            assert near or not waits
            continue
        assert last is None or not 0 <= t_ms - last < EVERY_MS
        assert word in DECIDING["drowsiness"].words
        last, waits = t_ms, waits and word is not Decided.DROWSY
        assert not waits


@pytest.mark.parametrize(
    ("word", "buzz_ms"),
    [
        (Decided.DROWSY, 3000),
        (Decided.NOT_WATCHING, 200),
        (Decided.WATCHING, None),
        (Decided.LEARNING, None),
    ],
)
def test_the_buzzer_sounds_for_seconds_and_falls_silent_by_itself(
    word: Decided, buzz_ms: int | None
) -> None:
    command = answer(Settings(), word)

    assert (None if command is None else command.expires_ms) == buzz_ms
    assert command is None or (command.value, command.safe) == (1, "off")


def test_no_word_says_that_anybody_is_awake() -> None:
    told = " ".join([*(one.name for one in Decided), *(m.text for m in _meanings())]).lower()
    assert "awake" not in told
    assert "alert" not in told
    assert not DECIDING["drowsiness"].words[Decided.DROWSY].text


def _meanings() -> list[Meaning]:
    return list(DECIDING["drowsiness"].words.values())
