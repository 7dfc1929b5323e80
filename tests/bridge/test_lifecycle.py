"""The five states: every event in every state, and the wait that doubles."""

from hypothesis import given
from hypothesis import strategies as st

from edgekit.bridge.lifecycle import (
    FIRST_WAIT_NS,
    LONGEST_WAIT_NS,
    TRANSITIONS,
    Lifecycle,
    LinkEvent,
    LinkState,
    step,
)

STEPS = st.lists(st.tuples(st.sampled_from(LinkEvent), st.integers(0, 10**10)), max_size=60)


@given(STEPS)
def test_only_what_the_table_says_happens(steps: list[tuple[LinkEvent, int]]) -> None:
    now, here = 0, Lifecycle()
    for event, later in steps:
        now += later
        there = step(here, event, now)
        asked = TRANSITIONS.get((here.state, event), here.state)
        early = event is LinkEvent.TIMER and now < here.retry_ns
        assert there.state is (here.state if early else asked)
        assert FIRST_WAIT_NS <= there.wait_ns <= LONGEST_WAIT_NS
        assert there.is_open == (there.state in {LinkState.SYNC, LinkState.READY})
        here = there


def test_nothing_is_ready_that_was_not_greeted() -> None:
    leading = {state for (state, event), to in TRANSITIONS.items() if to is LinkState.READY}

    assert leading == {LinkState.SYNC}


def test_the_wait_doubles_until_a_board_is_there() -> None:
    here, now, waits = Lifecycle(state=LinkState.OPENING), 0, []
    for _ in range(9):
        here = step(here, LinkEvent.FAILED, now)
        waits.append(here.retry_ns - now)
        assert step(here, LinkEvent.FAILED, now + 1) == here
        now = here.retry_ns
        here = step(here, LinkEvent.TIMER, now)
    here = step(step(here, LinkEvent.OPENED, now), LinkEvent.GREETED, now)

    tenths = [round(wait / 1e8) for wait in waits]
    assert tenths == [1, 2, 4, 8, 16, 32, 50, 50, 50]
    assert here == Lifecycle(state=LinkState.READY, retry_ns=here.retry_ns)
