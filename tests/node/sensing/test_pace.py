"""However busy a scene is, the eye keeps to the rate of its pipe and loses nothing that adds up."""

from collections import Counter
from collections.abc import Iterable

from hypothesis import given, settings
from hypothesis import strategies as st

from edgekit.consent.view import MAX_SHAPES
from edgekit.node import pipe
from edgekit.node.sensing.pace import MOST_WAITING, PER_S, Pace, Said
from edgekit.privacy.meaning import SUMMED
from edgekit.records import Kind, Observation

NOW = 1_800_000_000_000
SUMS = tuple(sorted(SUMMED))


def test_what_is_little_is_said_at_once() -> None:
    pace = Pace()
    said = ((1, Kind.IN, 2), (7, Kind.WAIT, 31_000), (7, Kind.WAIT, 4_000), (9, Kind.VISIT, 1))

    assert sorted(pace.take(said, NOW)) == sorted(said)
    assert pace.take((), NOW + 1) == ()


def test_what_is_more_than_one_word_can_say_is_said_in_several() -> None:
    assert Pace().take([(1, Kind.VISIT, 120), (2, Kind.STAY, 3)], NOW) == (
        (1, Kind.VISIT, 50),
        (2, Kind.STAY, 3),
        (1, Kind.VISIT, 50),
        (1, Kind.VISIT, 20),
    )


def test_a_crowd_is_saved_up_and_told_within_a_second_or_two() -> None:
    pace = Pace()
    channels = range(1, 251)
    told: Counter[int] = Counter()
    for frame in range(90):
        said = [(channel, Kind.VISIT, 1) for channel in channels] if frame < 30 else []
        words = pace.take(said, NOW + frame * 33)
        assert frame == 0 or len(words) <= 1 + 33 * PER_S // 1000
        for channel, _, value in words:
            told[channel] += value
    for second in range(1, 5):
        for channel, _, value in pace.take((), NOW + 3_000 + 1_000 * second):
            told[channel] += value

    assert told == dict.fromkeys(channels, 30)


def test_a_clock_that_is_set_back_earns_nothing() -> None:
    pace = Pace()
    burst = [(n, Kind.VISIT, 1) for n in range(1, 301)]
    assert len(pace.take(burst, NOW)) == PER_S
    assert pace.take((), NOW - 3_600_000) == ()
    assert len(pace.take((), NOW - 3_600_000 + 500)) == PER_S // 2


def test_more_waits_than_people_can_end_in_seconds_do_not_fill_the_memory() -> None:
    pace = Pace()
    first = pace.take([(1, Kind.WAIT, n) for n in range(2_000)], NOW)
    rest: list[Said] = []
    for second in range(1, 20):
        rest += pace.take((), NOW + 1_000 * second)

    assert len(first) + len(rest) == MOST_WAITING
    assert rest[-1] == (1, Kind.WAIT, 1_999)


FRAMES = st.lists(
    st.tuples(
        st.integers(1, 200),
        st.lists(
            st.tuples(st.integers(1, 60), st.sampled_from(SUMS), st.integers(1, 200)), max_size=40
        ),
    ),
    max_size=40,
)


class Listener:
    """The clerk's side of the pipe."""

    def __init__(self) -> None:
        kinds = {n: frozenset({*SUMS, Kind.OCCUPANCY}) for n in range(1, 61)}
        self._state = pipe.PipeState(generation=1, kinds=kinds)
        self.told: Counter[tuple[int, Kind]] = Counter()
        self.hear([(0, Kind.HELLO, 1)], NOW)

    def hear(self, said: Iterable[Said], now: int) -> None:
        for channel, kind, value in said:
            self.told[channel, kind] += value
            seq = self._state.next_seq
            seen = Observation(seq=seq, t_ms=now, channel=channel, kind=kind, value=value)
            self._state, _ = pipe.step(self._state, seen.to_bytes(), now)


ONCE_A_SECOND = [(60, Kind.OCCUPANCY, 0)] * (2 * MAX_SHAPES + 6)
"""Two levels a zone, light, people, heartbeat, quality and two judgements of the view."""


@settings(max_examples=30)
@given(FRAMES)
def test_the_pipe_takes_whatever_the_pace_lets_through(
    frames: list[tuple[int, list[tuple[int, Kind, int]]]],
) -> None:
    pace, listener = Pace(), Listener()
    now, beat = NOW, NOW
    for after_ms, said in [*frames, *[(1_000, [])] * 70]:
        now += after_ms
        listener.hear(pace.take(said, now), now)
        if now - beat >= 1_000:
            beat = now
            listener.hear(ONCE_A_SECOND, now)

    given_in: Counter[tuple[int, Kind]] = Counter()
    for _, said in frames:
        for channel, kind, value in said:
            given_in[channel, kind] += value
    assert {key: n for key, n in listener.told.items() if n and key[0]} == given_in
