"""The grid: contiguous windows, each observation at most once, gaps with their reason."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgekit.errors import PipeError
from edgekit.privacy.window import (
    Channel,
    Discard,
    Message,
    Outage,
    Stop,
    Tick,
    WindowState,
    WindowTally,
    begin,
    step,
)
from edgekit.records import Fault, Health, Kind, Observation, Reason

WINDOW_S = 10
START_MS = 1_000_000_000
CHANNELS = {
    1: Channel.of("line.a.in"),
    2: Channel.of("line.a.out"),
    3: Channel.of("zone.z.people"),
    4: Channel.of("light.illuminance"),
}


def seen(t_ms: int, kind: Kind, value: int = 1, channel: int = 0) -> Observation:
    return Observation(seq=0, t_ms=t_ms, channel=channel, kind=kind, value=value)


def run(state: WindowState, *messages: Message) -> tuple[WindowState, tuple[WindowTally, ...]]:
    closed: tuple[WindowTally, ...] = ()
    for message in messages:
        state, more = step(state, message)
        closed += more
    return state, closed


def beats(from_s: int, to_s: int) -> list[Observation]:
    return [seen(START_MS + s * 1000, Kind.HEARTBEAT, 15) for s in range(from_s, to_s + 1)]


def fresh() -> WindowState:
    state = begin(CHANNELS, window_s=WINDOW_S, now_ms=START_MS)
    return run(state, seen(START_MS, Kind.HELLO))[0]


def test_a_quiet_window_is_a_whole_window_of_zeros() -> None:
    _, closed = run(fresh(), *beats(0, 10))
    (tally,) = closed
    assert (tally.start_s, tally.uptime_percent) == (START_MS // 1000, 100)
    assert tally.values == {
        "line.a.in": 0,
        "line.a.out": 0,
        "zone.z.people": None,
        "light.illuminance": None,
    }
    assert tally.reason is Reason.STARTED


def test_after_the_first_window_nothing_is_amiss() -> None:
    _, closed = run(fresh(), *beats(0, 20))
    assert closed[1].reason is None
    assert closed[1].uptime_ms == WINDOW_S * 1000


def test_passages_are_summed_and_levels_are_averaged_half_up() -> None:
    t = START_MS + 1500
    words = [
        seen(t, Kind.IN, 2, 1),
        seen(t, Kind.IN, 3, 1),
        seen(t, Kind.OUT, 1, 2),
        seen(t, Kind.OCCUPANCY, 1, 3),
        seen(t, Kind.OCCUPANCY, 2, 3),
        seen(t, Kind.ILLUMINANCE, 400, 4),
        seen(t, Kind.PEOPLE, 9),
    ]
    _, closed = run(fresh(), *beats(0, 1), *words, *beats(2, 10))
    assert closed[0].values == {
        "line.a.in": 5,
        "line.a.out": 1,
        "zone.z.people": 2,
        "light.illuminance": 400,
    }


def test_time_alone_closes_a_window_three_seconds_late() -> None:
    state, _ = run(fresh(), *beats(0, 9))
    state, closed = run(state, Tick(now_ms=START_MS + 12_000))
    assert closed == ()
    _, closed = run(state, Tick(now_ms=START_MS + 13_000))
    assert len(closed) == 1
    assert closed[0].uptime_percent == 90
    assert closed[0].reason is Reason.STARTED


def test_what_comes_a_little_late_counts_in_the_open_window() -> None:
    state, _ = run(fresh(), *beats(0, 10), seen(START_MS + 9_900, Kind.IN, 1, 1))
    _, closed = run(state, *beats(11, 20))
    assert closed[0].values["line.a.in"] == 1


def test_a_clock_that_goes_back_makes_a_gap() -> None:
    state, closed = run(fresh(), *beats(0, 12), Tick(now_ms=START_MS - 3_600_000))
    assert len(closed) == 1
    state, closed = run(state, seen(START_MS - 3_599_000, Kind.IN, 7, 1), *beats(12, 20))
    (tally,) = closed
    assert tally.reason is Reason.CLOCK
    assert tally.uptime_ms == 0
    assert set(tally.values.values()) == {None}
    assert state.start_s == START_MS // 1000 + 20


def test_a_long_sleep_closes_every_window_as_a_gap() -> None:
    state, closed = run(fresh(), *beats(0, 12), Tick(now_ms=START_MS + 63_000))
    assert [tally.start_s - START_MS // 1000 for tally in closed] == [0, 10, 20, 30, 40, 50]
    assert [tally.uptime_percent for tally in closed] == [100, 20, 0, 0, 0, 0]
    assert {tally.reason for tally in closed[1:]} == {Reason.SYSTEM_DOWN}
    assert state.outage is Reason.SYSTEM_DOWN


def test_a_leap_of_years_states_only_the_latest_gaps() -> None:
    state, closed = run(fresh(), *beats(0, 2), Tick(now_ms=START_MS + 10**10))
    assert len(closed) == 2000
    assert closed[-1].start_s + WINDOW_S == state.start_s
    assert state.start_s * 1000 > START_MS + 10**10 - 2 * WINDOW_S * 1000


def test_a_silent_eye_is_stalled_and_a_word_ends_it() -> None:
    state, _ = run(fresh(), *beats(0, 10))
    ticks = [Tick(now_ms=START_MS + s * 1000) for s in range(11, 24)]
    state, closed = run(state, *ticks)
    assert state.outage is Reason.STALLED
    assert (closed[0].reason, closed[0].uptime_percent) == (Reason.STALLED, 0)
    state, _ = run(state, *beats(24, 30))
    assert state.outage is None


@pytest.mark.parametrize(
    ("health", "reason"),
    [
        (Health.COVERED, Reason.VIEW_COVERED),
        (Health.MOVED, Reason.VIEW_MOVED),
        (Health.BLIND, Reason.VIEW_BLIND),
        (Health.STALLED, Reason.STALLED),
    ],
)
def test_what_a_bad_view_counts_is_not_counted(health: Health, reason: Reason) -> None:
    state, _ = run(fresh(), *beats(0, 11), seen(START_MS + 12_000, Kind.HEALTH, health))
    state, _ = run(state, seen(START_MS + 12_500, Kind.IN, 5, 1), *beats(13, 16))
    state, _ = run(state, seen(START_MS + 17_000, Kind.HEALTH, Health.GOOD))
    _, closed = run(state, *beats(18, 18), seen(START_MS + 18_500, Kind.IN, 1, 1), *beats(19, 20))
    assert closed[0].reason is reason
    assert closed[0].values["line.a.in"] == 1
    assert closed[0].uptime_percent == 50


@pytest.mark.parametrize("fault", Fault)
def test_a_fault_lasts_until_a_new_eye_says_hello(fault: Fault) -> None:
    state, _ = run(fresh(), *beats(0, 2), seen(START_MS + 2_500, Kind.FAULT, fault))
    state, _ = run(state, *beats(3, 4))
    assert state.outage is not None
    state, _ = run(state, seen(START_MS + 5_000, Kind.HELLO, 2))
    assert state.outage is None


def test_an_outage_that_the_clerk_knows_lasts_until_a_new_eye() -> None:
    state, _ = run(fresh(), *beats(0, 10), Outage(now_ms=START_MS + 11_000, reason=Reason.NO_LEASE))
    state, _ = run(state, *beats(12, 13))
    assert state.outage is Reason.NO_LEASE
    _, closed = run(state, Tick(now_ms=START_MS + 23_000))
    assert closed[0].reason is Reason.NO_LEASE
    assert closed[0].uptime_percent == 0


def test_a_new_eye_without_a_word_is_an_outage_too() -> None:
    state, _ = run(fresh(), *beats(0, 12), seen(START_MS + 14_000, Kind.HELLO, 2), *beats(15, 20))
    assert state.reason is None
    _, closed = run(fresh(), *beats(0, 12), seen(START_MS + 14_000, Kind.HELLO, 2), *beats(15, 20))
    assert closed[1].reason is Reason.EYE_RESTARTED
    assert closed[1].uptime_percent == 80


def test_a_discarded_window_holds_nothing() -> None:
    state, _ = run(fresh(), *beats(0, 2), seen(START_MS + 2_500, Kind.IN, 5, 1))
    state, _ = run(state, Discard(now_ms=START_MS + 3_000, reason=Reason.PAUSED))
    state, _ = run(state, seen(START_MS + 4_000, Kind.HELLO, 2))
    _, closed = run(state, seen(START_MS + 5_000, Kind.IN, 5, 1), *beats(6, 10))
    assert closed[0].reason is Reason.PAUSED
    assert closed[0].uptime_ms == 0
    assert set(closed[0].values.values()) == {None}


def test_stop_closes_the_open_window_as_a_gap() -> None:
    state, closed = run(
        fresh(), *beats(0, 12), Stop(now_ms=START_MS + 12_500, reason=Reason.STOPPED)
    )
    assert [tally.reason for tally in closed] == [Reason.STARTED, Reason.STOPPED]
    assert set(closed[1].values.values()) == {None}
    assert state.start_s == START_MS // 1000 + 20
    # A second stop finds no window that has begun.
    assert run(state, Stop(now_ms=START_MS + 13_000, reason=Reason.STOPPED))[1] == ()


def test_a_window_that_is_in_the_ledger_is_not_opened_again() -> None:
    resume_s = START_MS // 1000 + 10
    state = begin(CHANNELS, window_s=WINDOW_S, now_ms=START_MS + 3_000, resume_s=resume_s)
    state, _ = run(state, seen(START_MS + 4_000, Kind.HELLO), *beats(5, 8))
    state, closed = run(state, seen(START_MS + 9_000, Kind.IN, 3, 1), *beats(9, 20))
    (tally,) = closed
    assert tally.start_s == resume_s
    assert tally.values["line.a.in"] == 0
    assert tally.uptime_percent == 100


def test_windows_missed_while_the_node_was_off_are_gaps() -> None:
    resume_s = START_MS // 1000 - 30
    state = begin(CHANNELS, window_s=WINDOW_S, now_ms=START_MS + 1_000, resume_s=resume_s)
    state, closed = run(state, seen(START_MS + 2_000, Kind.HELLO))
    assert [tally.start_s - resume_s for tally in closed] == [0, 10, 20]
    assert {tally.reason for tally in closed} == {Reason.SYSTEM_DOWN}
    assert begin(CHANNELS, window_s=7, now_ms=0, resume_s=8).start_s == 14


@pytest.mark.parametrize(
    "odd",
    [
        seen(START_MS, Kind.IN, 1, 9),
        seen(START_MS, Kind.OUT, 1, 1),
        seen(START_MS, Kind.IN, -1, 1),
        seen(START_MS, Kind.HEALTH, 9),
        seen(START_MS, Kind.FAULT, 0),
    ],
)
def test_what_no_channel_carries_is_refused(odd: Observation) -> None:
    with pytest.raises(PipeError):
        step(fresh(), odd)


def test_impossible_windows_are_refused() -> None:
    with pytest.raises(PipeError):
        begin(CHANNELS, window_s=0, now_ms=0)
    good = WindowTally(start_s=0, window_s=10, values={}, uptime_ms=0, reason=None)
    for odd in ({"start_s": 5}, {"window_s": 0}, {"uptime_ms": 10_001}, {"start_s": -10}):
        with pytest.raises(PipeError):
            replace(good, **odd)


TIMES = st.integers(0, 10**12)
ANY_MESSAGE = st.one_of(
    st.builds(Tick, now_ms=TIMES),
    st.builds(Outage, now_ms=TIMES, reason=st.sampled_from(Reason)),
    st.builds(Discard, now_ms=TIMES, reason=st.sampled_from(Reason)),
    st.builds(Stop, now_ms=TIMES, reason=st.sampled_from(Reason)),
    st.builds(
        Observation,
        seq=st.just(0),
        t_ms=TIMES,
        channel=st.integers(0, 5),
        kind=st.sampled_from(Kind),
        value=st.integers(-2, 9),
    ),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(ANY_MESSAGE, max_size=12))
def test_any_message_gives_a_state_or_a_pipe_error(messages: list[Message]) -> None:
    state = begin(CHANNELS, window_s=86_400, now_ms=5 * 10**11)
    for message in messages:
        try:
            state, closed = step(state, message)
        except PipeError:
            continue
        for tally in closed:
            assert all(value is None or value >= 0 for value in tally.values.values())


def test_a_hello_that_comes_early_counts_no_time_twice() -> None:
    state, _ = run(fresh(), *beats(0, 9))
    early = START_MS + 8_900
    _, closed = run(state, seen(early, Kind.HELLO), seen(START_MS + 10_100, Kind.HEARTBEAT))

    assert [tally.uptime_ms for tally in closed] == [WINDOW_S * 1000]
