"""What becomes of a window's values by their fold, of what it discards, and of its ends."""

from dataclasses import replace

import pytest

from edgekit.errors import PipeError
from edgekit.privacy.meaning import require_meaning
from edgekit.privacy.message import Discard, Message, Outage, Stop, Tick
from edgekit.privacy.tally import Channel, WindowTally
from edgekit.privacy.window import MAX_GAPS, WindowState, begin, step
from edgekit.records import Fault, Health, Kind, Observation, Quality, QualityWord, Reason

START_MS, WINDOW_S = 1_000_000_000, 60
NAMES = (
    "line.a.in",
    "air.aqi",
    "water.faults",
    "dispenser.stock",
    "water.volume",
    "zone.z.wait",
    "dispenser.visits",
)


def said(second: float, kind: Kind, value: int = 1, channel: int = 0) -> Observation:
    t_ms = round(START_MS + second * 1000)
    return Observation(seq=0, t_ms=t_ms, channel=channel, kind=kind, value=value)


def run(state: WindowState, *messages: Message) -> tuple[WindowState, tuple[WindowTally, ...]]:
    closed: tuple[WindowTally, ...] = ()
    for message in messages:
        state, more = step(state, message)
        closed += more
    return state, closed


def fresh() -> WindowState:
    channels = {number: Channel.of(name) for number, name in enumerate(NAMES, 1)}
    start_ms = START_MS - START_MS % (WINDOW_S * 1000)
    assert start_ms == START_MS - 40_000
    state = begin(channels, window_s=WINDOW_S, now_ms=START_MS)
    return run(state, said(0, Kind.HELLO))[0]


def beats(from_s: int, to_s: int) -> list[Observation]:
    return [said(second, Kind.HEARTBEAT) for second in range(from_s, to_s + 1)]


def whole(*words: Observation) -> WindowTally:
    """Return the window from 20 s on, of which every second was seen, with these words in it."""
    heard = sorted([*beats(1, 80), *words], key=lambda one: one.t_ms)
    return run(fresh(), *heard)[1][1]


def test_each_fold_makes_its_own_of_a_windows_values() -> None:
    words = [
        said(30 + index / 10, Channel.of(name).kind, value, number)
        for number, name in enumerate(NAMES, 1)
        for index, value in enumerate((4, 9, 6))
    ]
    assert whole(*words).values == {
        "line.a.in": 19,
        "air.aqi": 6,  # 6.33
        "water.faults": 9,
        "dispenser.stock": 6,
        "water.volume": 6,
        "zone.z.wait": 0,  # 6 ms
        "dispenser.visits": 19,
    }


def test_the_most_of_zeros_is_zero_and_a_fall_below_it_does_not_count() -> None:
    most = [said(30, Kind.READING, 0, 3), said(31, Kind.READING, 0, 3)]
    assert whole(*most).values["water.faults"] == 0
    falls = [said(30, Kind.READING, -5, 5), said(31, Kind.READING, -7, 5)]
    assert whole(*falls).values["water.volume"] == -7


@pytest.mark.parametrize(("waits_ms", "wait_s"), [((499,), 0), ((500,), 1), ((1_000, 2_000), 2)])
def test_a_mean_wait_is_in_whole_seconds_half_up(waits_ms: tuple[int, ...], wait_s: int) -> None:
    tally = whole(*(said(30 + index, Kind.WAIT, one, 6) for index, one in enumerate(waits_ms)))
    assert tally.values["zone.z.wait"] == wait_s
    assert tally.behind == {"zone.z.wait": len(waits_ms)}


def test_where_nothing_was_said_passages_are_none_and_a_system_is_silent() -> None:
    tally = whole()
    assert tally.values == {**dict.fromkeys(NAMES), "line.a.in": 0}
    assert tally.behind == {"zone.z.wait": 0}
    assert (tally.uptime_ms, tally.reason, tally.quality) == (60_000, None, QualityWord.GOOD)


@pytest.mark.parametrize(("seconds", "word"), [(6, QualityWord.GOOD), (7, QualityWord.DEGRADED)])
def test_more_than_a_tenth_of_the_uptime_makes_a_window_degraded(
    seconds: int, word: QualityWord
) -> None:
    worse, better = (
        said(30, Kind.QUALITY, Quality.DEGRADED),
        said(30 + seconds, Kind.QUALITY, Quality.GOOD),
    )
    # What is said of a quality holds from the next word on.
    heard = sorted([*beats(1, 80), worse, better], key=lambda one: one.t_ms)
    assert run(fresh(), *heard)[1][1].quality is word


def test_a_discarded_window_forgets_its_sums_and_its_degraded_time() -> None:
    state, _ = run(fresh(), *beats(1, 2), said(3, Kind.QUALITY, Quality.DEGRADED), *beats(4, 5))
    state, _ = run(state, said(6, Kind.IN, 5, 1))
    assert state.degraded_ms > 0
    assert state.sums == {1: (5, 1)}
    state, closed = run(state, Discard(now_ms=START_MS + 6_000, reason=Reason.PAUSED))
    assert closed == ()
    assert (state.discarded, state.reason, state.outage) == (True, Reason.PAUSED, Reason.PAUSED)
    assert (state.uptime_ms, state.degraded_ms, state.sums) == (0, 0, {})


@pytest.mark.parametrize("make", [Outage, Discard, Stop])
def test_each_end_closes_what_had_ended_before_it(
    make: type[Outage] | type[Discard] | type[Stop],
) -> None:
    state, _ = run(fresh(), *beats(1, 19))
    state, closed = run(state, make(now_ms=START_MS + 20_000, reason=Reason.NO_LEASE))
    # The window that begins now has not lasted at all.
    assert [one.start_s for one in closed] == [START_MS // 1000 - 40]
    assert (state.start_s, state.outage) == (START_MS // 1000 + 20, Reason.NO_LEASE)
    assert state.latched


def test_a_stop_within_a_window_closes_it_with_its_own_reason() -> None:
    state, _ = run(fresh(), *beats(1, 25), Outage(now_ms=START_MS + 26_000, reason=Reason.NO_LEASE))
    state, (tally,) = run(state, Stop(now_ms=START_MS + 27_000, reason=Reason.STOPPED))
    assert (tally.reason, tally.uptime_ms) == (Reason.STOPPED, 0)
    assert (state.reason, state.outage) == (Reason.STOPPED, Reason.STOPPED)
    assert not state.discarded
    assert set(tally.values.values()) == {None}
    assert tally.quality is QualityWord.BLIND


@pytest.mark.parametrize(("late_ms", "counted"), [(3_000, 1), (3_001, 0)])
def test_three_seconds_late_is_a_slow_pipe_and_more_is_the_clock(
    late_ms: int, counted: int
) -> None:
    state, _ = run(fresh(), *beats(1, 30))
    state, _ = run(state, replace(said(30, Kind.IN, 1, 1), t_ms=START_MS + 30_000 - late_ms))
    assert state.sums.get(1, (0, 0))[0] == counted
    assert (state.reason is Reason.CLOCK) == (not counted)


@pytest.mark.parametrize(("silent_ms", "up"), [(3_000, True), (3_001, False)])
def test_a_silence_of_three_seconds_is_up_and_more_is_not(silent_ms: int, *, up: bool) -> None:
    state, _ = run(fresh(), *beats(1, 30))
    before_ms = state.uptime_ms
    ticks = [Tick(now_ms=START_MS + 30_000 + ms) for ms in (1_000, 2_000, 3_000)]
    state, _ = run(
        state, *ticks, replace(said(0, Kind.HEARTBEAT), t_ms=30_000 + START_MS + silent_ms)
    )
    assert state.uptime_ms - before_ms == (silent_ms if up else 0)
    assert state.reason is (None if up else Reason.STALLED)


@pytest.mark.parametrize("windows", [MAX_GAPS, MAX_GAPS + 1, MAX_GAPS + 500])
def test_after_a_leap_the_latest_gaps_are_stated(windows: int) -> None:
    now_ms = START_MS + 20_000 + windows * WINDOW_S * 1000 + 3_000
    state, closed = run(fresh(), Tick(now_ms=now_ms))
    # The window that was open, and of those after it the latest.
    assert len(closed) == min(windows, MAX_GAPS) + 1
    assert closed[-1].start_s + WINDOW_S == state.start_s == START_MS // 1000 + 20 + windows * 60


def test_windows_of_no_length_are_told_what_is_expected() -> None:
    with pytest.raises(PipeError) as refused:
        begin({}, window_s=0, now_ms=0)
    assert str(refused.value) == "window of 0 s: expected 1 or more"
    assert begin({}, window_s=1, now_ms=0).end_ms == 1_000


def test_what_no_channel_carries_is_named_without_its_value() -> None:
    channels = fresh().channels
    for odd, words in (
        (said(0, Kind.HEALTH, 99), f"unknown health: expected 0 to {max(Health)}"),
        (said(0, Kind.FAULT, 99), f"unknown fault: expected {min(Fault)} to {max(Fault)}"),
        (said(0, Kind.QUALITY, 99), f"unknown quality: expected 0 to {max(Quality)}"),
        (said(0, Kind.IN, 77, 9), "IN on channel 9, which does not carry it"),
        (said(0, Kind.OUT, 77, 1), "OUT on channel 1, which does not carry it"),
        (said(0, Kind.IN, -77, 1), "IN below zero: expected 0 or more"),
    ):
        with pytest.raises(PipeError) as refused:
            require_meaning(channels, odd)
        assert str(refused.value) == words
    require_meaning(channels, said(0, Kind.READING, -77, 5))
    require_meaning({}, said(0, Kind.HEARTBEAT, 5, 9))
