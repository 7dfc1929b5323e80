"""The board's clock in the host's, beyond the wrap; and how long to wait for a reply."""

from hypothesis import given
from hypothesis import strategies as st

from edgekit.bridge.patience import LEAST_NS, MOST_NS, Patience
from edgekit.bridge.timeline import Timeline, increase

WRAP = 2**32


@given(st.lists(st.integers(0, 2**31 - 1), max_size=50))
def test_time_goes_on_over_every_wrap(steps: list[int]) -> None:
    timeline, true = Timeline(1000), 0
    for step in steps:
        true += step
        assert timeline.extend(true % WRAP) == true


@given(st.integers(0, 3 * WRAP), st.integers(0, 2**31 - 1))
def test_a_little_out_of_order_is_no_wrap(newest: int, back: int) -> None:
    timeline = Timeline(1000)
    for near in range(0, newest + 1, 2**31 - 1):
        timeline.extend(near % WRAP)
    timeline.extend(newest % WRAP)

    assert timeline.extend((newest - back) % WRAP) == max(newest - back, (newest - back) % WRAP)


def test_the_quickest_ping_tells_the_time() -> None:
    timeline = Timeline(1000)
    assert timeline.host_ns(5) is None
    board_began_ns = 7_000_000_000
    for ticks, up_ms, down_ms in ((100, 30, 1), (200, 1, 1), (300, 1, 60)):
        at_ns = board_began_ns + ticks * 1_000_000
        timeline.observe(ticks, at_ns - up_ms * 1_000_000, at_ns + down_ms * 1_000_000)

    assert timeline.host_ns(1000) == board_began_ns + 1_000_000_000


def test_increase() -> None:
    assert increase(WRAP - 3, 2) == 5
    assert increase(7, 7) == 0


@given(st.lists(st.integers(0, 10**9), max_size=40), st.integers(0, 9))
def test_patience_has_its_bounds(trips: list[int], tries: int) -> None:
    patience = Patience()
    for trip in trips:
        patience.observe(trip)

    assert LEAST_NS <= patience.timeout_ns(tries) <= MOST_NS


def test_patience_learns() -> None:
    patience = Patience()
    assert patience.timeout_ns(0) == MOST_NS
    for _ in range(50):
        patience.observe(30_000_000)

    assert 30_000_000 <= patience.timeout_ns(0) < 40_000_000
    assert patience.timeout_ns(4) == patience.timeout_ns(0)
    assert patience.timeout_ns(6) == 4 * patience.timeout_ns(0)
