"""What a window is worth, and the numbers that are not plain sums or means of people."""

import pytest

from edgekit.errors import PipeError
from edgekit.privacy.message import Discard, Message
from edgekit.privacy.window import Channel, WindowState, WindowTally, begin, step
from edgekit.records import Health, Kind, Observation, Quality, QualityWord, Reason

WINDOW_S = 100
START_MS = 1_000_000_000
CHANNELS = {
    1: Channel.of("zone.z.queue"),
    2: Channel.of("zone.z.wait"),
    3: Channel.of("zone.z.dwell.under_30s"),
    4: Channel.of("zone.z.heat.c1r1"),
}


def seen(t_s: float, kind: Kind, value: int = 1, channel: int = 0) -> Observation:
    t_ms = START_MS + round(t_s * 1000)
    return Observation(seq=0, t_ms=t_ms, channel=channel, kind=kind, value=value)


def beats(from_s: int, to_s: int) -> list[Observation]:
    return [seen(s, Kind.HEARTBEAT, 15) for s in range(from_s, to_s + 1)]


def run(*messages: Message) -> WindowTally:
    """Return the first window that these close."""
    state: WindowState = begin(CHANNELS, window_s=WINDOW_S, now_ms=START_MS)
    for message in (seen(0, Kind.HELLO), *messages):
        state, closed = step(state, message)
        if closed:
            return closed[0]
    raise AssertionError("no window was closed")


def test_stays_and_visits_add_up_and_queues_and_waits_are_means() -> None:
    tally = run(
        seen(1, Kind.QUEUE, 3, 1),
        seen(2, Kind.QUEUE, 4, 1),
        seen(2, Kind.WAIT, 1_000, 2),
        seen(3, Kind.WAIT, 2_001, 2),
        seen(3, Kind.STAY, 2, 3),
        seen(3, Kind.STAY, 1, 3),
        seen(3, Kind.VISIT, 5, 4),
        *beats(4, 100),
    )
    assert tally.values == {
        "zone.z.queue": 4,
        "zone.z.wait": 2,
        "zone.z.dwell.under_30s": 3,
        "zone.z.heat.c1r1": 5,
    }
    assert tally.behind == {"zone.z.wait": 2}


@pytest.mark.parametrize(("waits_ms", "mean_s"), [([499], 0), ([500], 1), ([1_000, 1_999], 1)])
def test_waits_are_rounded_half_up_once(waits_ms: list[int], mean_s: int) -> None:
    tally = run(*(seen(1, Kind.WAIT, wait, 2) for wait in waits_ms), *beats(2, 100))
    assert tally.values["zone.z.wait"] == mean_s


def test_where_nobody_left_the_queue_there_is_no_mean() -> None:
    tally = run(*beats(0, 100))
    assert (tally.values["zone.z.wait"], tally.behind) == (None, {"zone.z.wait": 0})


@pytest.mark.parametrize(
    ("to_s", "word"),
    [(10, QualityWord.GOOD), (11, QualityWord.DEGRADED), (100, QualityWord.DEGRADED)],
)
@pytest.mark.parametrize("quality", [Quality.DEGRADED, Quality.BLIND])
def test_a_window_is_degraded_where_a_tenth_of_it_was(
    to_s: int, word: QualityWord, quality: Quality
) -> None:
    worse = seen(0, Kind.QUALITY, quality)
    better = seen(to_s, Kind.QUALITY, Quality.GOOD)
    assert run(worse, *beats(1, to_s), better, *beats(to_s, 100)).quality is word


def test_a_new_eye_sees_well_until_it_says_otherwise() -> None:
    worse = seen(0, Kind.QUALITY, Quality.DEGRADED)
    assert run(worse, seen(1, Kind.HELLO, 2), *beats(2, 100)).quality is QualityWord.GOOD


def test_a_window_of_which_nothing_was_seen_is_blind() -> None:
    covered = run(seen(0, Kind.HEALTH, Health.COVERED), *beats(1, 100))
    assert (covered.quality, covered.uptime_ms) == (QualityWord.BLIND, 0)
    discarded = run(
        *beats(0, 50), Discard(now_ms=START_MS + 60_000, reason=Reason.PAUSED), *beats(61, 100)
    )
    assert discarded.quality is QualityWord.BLIND


def test_quality_is_carried_into_the_next_window_and_its_time_is_not() -> None:
    state = begin(CHANNELS, window_s=WINDOW_S, now_ms=START_MS)
    words = []
    for message in (
        seen(0, Kind.HELLO),
        *beats(0, 80),
        seen(80, Kind.QUALITY, Quality.DEGRADED),
        *beats(81, 105),
        seen(105, Kind.QUALITY, Quality.GOOD),
        *beats(106, 300),
    ):
        state, closed = step(state, message)
        words += [tally.quality for tally in closed]
    assert words == [QualityWord.DEGRADED, QualityWord.GOOD, QualityWord.GOOD]


@pytest.mark.parametrize("value", [-1, 3])
def test_an_unknown_quality_is_refused(value: int) -> None:
    with pytest.raises(PipeError, match="unknown quality"):
        run(seen(1, Kind.QUALITY, value))
