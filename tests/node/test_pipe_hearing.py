"""The pipe of an eye that hears: every word has its moment, and all of them hold no speech."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.errors import PipeError
from edgekit.node import pipe, rhythm
from edgekit.records import Health, Kind, Observation
from edgekit.systems.noise import SPEECH_BITS_PER_S

WINDOW_MS = 900_000
NOW = 1_800_000_000_000 // WINDOW_MS * WINDOW_MS
KINDS = {channel: frozenset({Kind.READING}) for channel in (1, 2, 3, 4)}


def begun() -> pipe.PipeState:
    state = pipe.PipeState(generation=7, kinds=KINDS, heard_window_ms=WINDOW_MS)
    return take(state, Kind.HELLO, 7, NOW + 10)


def take(
    state: pipe.PipeState, kind: Kind, value: int, t_ms: int, *, channel: int = 0
) -> pipe.PipeState:
    seen = Observation(seq=state.next_seq, t_ms=t_ms, channel=channel, kind=kind, value=value)
    return pipe.step(state, seen.to_bytes(), t_ms + 1_200)[0]


def test_a_window_and_the_seconds_of_it_pass() -> None:
    state = take(begun(), Kind.AUTHORITY, 77, NOW + 11)
    for second in range(1, 25):
        state = take(state, Kind.HEARTBEAT, 1, NOW + second * 1000)
    state = take(state, Kind.HEALTH, 4, NOW + 20_000)
    state = take(state, Kind.QUALITY, 1, NOW + 30_000)
    for channel in KINDS:
        state = take(state, Kind.READING, 54, NOW + WINDOW_MS - 1, channel=channel)
    take(state, Kind.FAULT, 1, NOW + WINDOW_MS + 5)


@pytest.mark.parametrize(
    ("kind", "value", "after_ms", "channel"),
    [
        (Kind.HEARTBEAT, 1, 1_001, 0),
        (Kind.HEARTBEAT, 2, 1_000, 0),
        (Kind.HEARTBEAT, 0, 1_000, 0),
        (Kind.HEALTH, 4, 11_000, 0),
        (Kind.QUALITY, 1, 1_000, 0),
        (Kind.PEOPLE, 3, 1_000, 0),
        (Kind.MARKER, 1, 1_000, 0),
        (Kind.HELLO, 7, 1_000, 0),
        (Kind.READING, 54, WINDOW_MS, 1),
        (Kind.READING, 54, 60_000 - 1, 1),
        (Kind.READING, 141, WINDOW_MS - 1, 1),
        (Kind.READING, -1, WINDOW_MS - 1, 1),
        (Kind.READING, 54, WINDOW_MS - 1, 9),
        (Kind.READING, 54, WINDOW_MS - 1, 0),
        (Kind.ALARM, 1, 1_000, 1),
        (Kind.TROUBLE, 1, 1_000, 0),
        (Kind.LIFE, 1, 1_000, 1),
    ],
)
def test_what_has_no_such_moment_or_value_ends_the_eye(
    kind: Kind, value: int, after_ms: int, channel: int
) -> None:
    with pytest.raises(PipeError):
        take(begun(), kind, value, NOW + after_ms, channel=channel)


@pytest.mark.parametrize(
    ("kind", "value", "t_ms", "channel"),
    [
        (Kind.HEARTBEAT, 1, NOW + 5_000, 0),
        (Kind.HEALTH, 4, NOW + 10_000, 0),
        (Kind.READING, 54, NOW + WINDOW_MS - 1, 2),
        (Kind.AUTHORITY, 7, NOW + 400, 0),
    ],
)
def test_a_moment_is_used_once(kind: Kind, value: int, t_ms: int, channel: int) -> None:
    state = take(begun(), kind, value, t_ms, channel=channel)
    with pytest.raises(PipeError):
        take(state, kind, value, t_ms, channel=channel)
    with pytest.raises(PipeError):  # nor an earlier one
        take(state, kind, value, t_ms - 10_000, channel=channel)


def test_all_of_it_holds_no_speech() -> None:
    """An upper bound: each moment tells which of its values was said, or that none was."""
    expected = 1.0 + math.log2(1 + len(Health)) / 10 + math.log2(4) / 10
    expected += 4 * math.log2(142) / 900
    assert rhythm.bits_per_s(900) == pytest.approx(expected)
    assert rhythm.bits_per_s(900) < SPEECH_BITS_PER_S / 20


tries = st.tuples(
    st.sampled_from(list(Kind)),
    st.integers(-1, 200),
    st.integers(0, 59_999).map(lambda n: n // 250 * 250) | st.integers(0, 59_999),
    st.sampled_from([0, 1, 2]),
)


@given(st.lists(tries, max_size=200))
def test_whatever_it_tries_no_more_words_pass_than_the_moments_of_a_minute(
    found: list[tuple[Kind, int, int, int]],
) -> None:
    state, passed = begun(), dict.fromkeys(Kind, 0)
    for kind, value, after_ms, channel in found:
        try:
            state = take(state, kind, value, NOW + after_ms, channel=channel)
        except PipeError:
            continue
        passed[kind] += 1
    most = {Kind.HEARTBEAT: 60, Kind.HEALTH: 6, Kind.QUALITY: 6, Kind.AUTHORITY: 1, Kind.FAULT: 1}
    assert all(number <= most.get(kind, 0) for kind, number in passed.items())
