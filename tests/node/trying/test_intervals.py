"""What was counted in each interval, and how much of it was seen."""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from edgekit.node.trying.intervals import CountInterval, intervals
from edgekit.records import Health


@dataclass
class Step:
    t_ms: int
    lines: tuple[tuple[int, int], ...]
    occupancy: tuple[int, ...]
    health: Health


def step(
    t_ms: int, *, came: int = 0, went: int = 0, inside: int = 0, health: Health = Health.GOOD
) -> Step:
    return Step(t_ms=t_ms, lines=((came, went),), occupancy=(inside,), health=health)


def binned(steps: Iterable[Step], start_ms: int = 0) -> list[CountInterval]:
    return list(intervals(steps, start_ms=start_ms, every_ms=10_000, frame_ms=100))


@given(
    st.lists(st.tuples(st.integers(1, 2_500), st.integers(0, 2)), min_size=1, max_size=60),
    st.integers(0, 20_000),
)
def test_every_passage_is_in_one_interval(moves: list[tuple[int, int]], start_ms: int) -> None:
    steps, t_ms, came = [step(0)], 0, 0
    for wait_ms, more in moves:
        t_ms, came = t_ms + wait_ms, came + more
        steps.append(step(t_ms, came=came))
    found = binned(steps, start_ms)

    assert sum(one.lines[0][0] for one in found) == came
    assert found[0].start_ms == start_ms
    assert found[-1].end_ms <= start_ms + t_ms + 100
    assert all(one.uptime_percent in (99, 100) for one in found if one.end_ms - one.start_ms > 100)
    for one, after in itertools.pairwise(found):
        assert one.end_ms == after.start_ms
        assert one.end_ms % 10_000 == 0


def test_a_passage_at_the_border_is_in_the_later_interval() -> None:
    found = binned([step(0), step(9_999, came=1), step(10_000, came=3, inside=4)])

    assert [(one.lines[0][0], one.zones[0][1]) for one in found] == [(1, 0), (2, 4)]


def test_what_was_not_watched_is_told() -> None:
    frames = [step(t) for t in range(0, 6_000, 500)] + [step(t) for t in range(16_000, 20_000, 500)]
    found = binned(frames)

    assert [one.uptime_percent for one in found] == [55, 37]


def test_a_silence_over_the_border_counts_on_neither_side() -> None:
    found = binned([step(0), step(2_500), step(5_000), step(7_500), step(11_500), step(12_000)])

    assert [one.uptime_percent for one in found] == [75, 28]


def test_nothing_counts_in_a_bad_view() -> None:
    found = binned(
        [
            step(0, inside=2),
            step(2_000, came=1, inside=4),
            step(4_000, came=3, inside=9, health=Health.COVERED),
            step(6_000, came=3, inside=9, health=Health.COVERED),
            step(8_000, came=4, inside=3),
        ]
    )

    assert [(one.lines, one.zones, one.uptime_percent) for one in found] == [
        (((2, 0),), ((3.0, 4),), 50)
    ]


def test_no_frame_is_no_interval() -> None:
    assert binned([]) == []
