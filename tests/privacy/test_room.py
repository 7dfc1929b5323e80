"""One room: never below zero, nobody for ever, empty at closing time, every step accounted for."""

from collections import Counter

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from edgekit.consent.room import Door, Room, Way
from edgekit.privacy.room import (
    DAY_MS,
    MINUTE_MS,
    UNSEEN_MS,
    RoomState,
    at,
    came,
    corrections_taken,
    empty,
    guessed,
    known_since_s,
    passed,
    unseen,
    went,
)
from edgekit.records import Reason

DOORS = (Door(line="door", inward=Way.IN),)
HALL = Room(name="hall", doors=DOORS, max_dwell_min=60)
SHOP = Room(name="shop", doors=DOORS, max_dwell_min=720, closes_utc_minute=22 * 60)
NOON = 12 * 3_600_000
TEN = 22 * 3_600_000


def test_in_less_out_is_inside() -> None:
    state = came(empty(HALL, now_ms=0), now_ms=1_000, count=3)
    state = went(state, now_ms=2_000, count=1)

    assert (state.inside, state.corrections, state.unsure) == (2, {}, False)


def test_passages_over_its_doors_move_a_room_and_others_do_not() -> None:
    rule = Room(name="r", doors=(*DOORS, Door(line="back", inward=Way.OUT)))
    state = empty(rule, now_ms=0)
    for line, way, inside in (
        ("door", Way.IN, 2),
        ("back", Way.OUT, 4),
        ("gate", Way.IN, 4),
        ("back", Way.IN, 2),
        ("door", Way.OUT, 0),
    ):
        state = passed(state, line=line, way=way, now_ms=state.now_ms + 1, count=2)
        assert state.inside == inside
    assert (state.corrections, state.now_ms) == ({}, 5)


def test_who_leaves_an_empty_room_came_unseen() -> None:
    state = came(empty(HALL, now_ms=0), now_ms=0, count=1)
    state = went(state, now_ms=1_000, count=3)

    assert (state.inside, state.corrections) == (0, {Reason.BELOW_ZERO: 2})
    assert went(state, now_ms=2_000, count=1).corrections == {Reason.BELOW_ZERO: 3}


def test_nobody_stays_longer_than_the_rule_says() -> None:
    state = came(empty(HALL, now_ms=0), now_ms=0, count=2)
    state = came(state, now_ms=30 * MINUTE_MS, count=1)

    assert at(state, now_ms=60 * MINUTE_MS).inside == 3
    later = at(state, now_ms=61 * MINUTE_MS)
    assert (later.inside, later.corrections) == (1, {Reason.MAX_DWELL: 2})
    assert at(later, now_ms=92 * MINUTE_MS).corrections == {Reason.MAX_DWELL: 3}


def test_who_came_first_leaves_first() -> None:
    state = came(empty(HALL, now_ms=0), now_ms=0, count=2)
    state = came(state, now_ms=30 * MINUTE_MS, count=2)
    state = went(state, now_ms=40 * MINUTE_MS, count=3)

    assert state.entered == ((30, 1),)
    assert at(state, now_ms=61 * MINUTE_MS).corrections == {}


def test_at_closing_time_the_room_is_empty() -> None:
    state = came(guessed(SHOP, now_ms=NOON), now_ms=NOON, count=5)
    assert at(state, now_ms=TEN - 1).inside == 5

    closed = at(state, now_ms=TEN)
    assert (closed.inside, closed.corrections) == (0, {Reason.CLOSING_TIME: 5})
    assert state.unsure
    assert not closed.unsure
    # Nobody is put out twice, and an empty room needs no correction.
    assert at(closed, now_ms=TEN + DAY_MS).corrections == closed.corrections


def test_closing_time_is_met_over_a_sleep_of_days() -> None:
    state = came(empty(SHOP, now_ms=NOON), now_ms=NOON, count=5)

    assert at(state, now_ms=NOON + 3 * DAY_MS).corrections == {Reason.CLOSING_TIME: 5}


def test_unseen_doors_make_the_number_unsure_and_time_makes_it_known() -> None:
    state = came(empty(HALL, now_ms=0), now_ms=0, count=1)
    state = unseen(state, now_ms=UNSEEN_MS, span_ms=UNSEEN_MS)
    assert not state.unsure
    state = unseen(state, now_ms=UNSEEN_MS + 1, span_ms=1)
    assert (state.unsure, state.inside) == (True, 1)

    assert at(state, now_ms=61 * MINUTE_MS).unsure
    assert not at(state, now_ms=62 * MINUTE_MS).unsure


def test_a_guess_is_unsure_until_its_people_must_have_left() -> None:
    state = guessed(HALL, now_ms=0, inside=40)

    assert (state.inside, state.unsure, state.corrections) == (40, True, {})
    assert not at(state, now_ms=62 * MINUTE_MS).unsure


def test_a_clock_that_is_set_back_takes_everybody_with_it() -> None:
    state = came(empty(HALL, now_ms=0), now_ms=1_000 * MINUTE_MS, count=2)
    state = at(state, now_ms=10 * MINUTE_MS + 5)

    assert (state.inside, state.now_ms) == (2, 10 * MINUTE_MS + 5)
    assert at(state, now_ms=69 * MINUTE_MS).inside == 2
    assert at(state, now_ms=71 * MINUTE_MS).inside == 0


def test_what_is_known_since_when() -> None:
    now_s = 3 * 86_400 + 8 * 3600
    assert known_since_s(HALL, now_s=now_s) == now_s - 3600
    assert known_since_s(SHOP, now_s=now_s) == 2 * 86_400 + 22 * 3600
    noon_s = 3 * 86_400 + 23 * 3600
    assert known_since_s(SHOP, now_s=noon_s) == 3 * 86_400 + 22 * 3600
    late = Room(name="late", doors=DOORS, max_dwell_min=30, closes_utc_minute=0)
    assert known_since_s(late, now_s=now_s) == now_s - 1800


class Hall(RuleBasedStateMachine):
    """Whatever happens at the doors and to the clock, the books of a room balance."""

    @initialize(
        dwell=st.integers(1, 30),
        closes=st.none() | st.integers(0, 1439),
        start_ms=st.integers(0, 3 * DAY_MS),
    )
    def open(self, dwell: int, closes: int | None, start_ms: int) -> None:
        self.rule = Room(name="r", doors=DOORS, max_dwell_min=dwell, closes_utc_minute=closes)
        self.now_ms = start_ms
        self.state: RoomState = empty(self.rule, now_ms=start_ms)
        self.passed = 0
        self.corrected: Counter[Reason] = Counter()

    @rule(wait_ms=st.integers(0, 120_000), count=st.integers(0, 5))
    def come(self, wait_ms: int, count: int) -> None:
        self.now_ms += wait_ms
        self.state = came(self.state, now_ms=self.now_ms, count=count)
        self.passed += count

    @rule(wait_ms=st.integers(0, 120_000), count=st.integers(0, 5))
    def go(self, wait_ms: int, count: int) -> None:
        self.now_ms += wait_ms
        self.state = went(self.state, now_ms=self.now_ms, count=count)
        self.passed -= count

    @rule(wait_ms=st.sampled_from([1, MINUTE_MS, 17 * MINUTE_MS, DAY_MS]))
    def wait(self, wait_ms: int) -> None:
        self.now_ms += wait_ms
        self.state = at(self.state, now_ms=self.now_ms)

    @rule(span_ms=st.integers(0, 20_000))
    def look_away(self, span_ms: int) -> None:
        self.now_ms += span_ms
        self.state = unseen(self.state, now_ms=self.now_ms, span_ms=span_ms)

    @rule(back_ms=st.integers(0, 2 * 3_600_000))
    def set_back(self, back_ms: int) -> None:
        self.now_ms = max(0, self.now_ms - back_ms)
        self.state = at(self.state, now_ms=self.now_ms)

    @rule()
    def tell(self) -> None:
        self.corrected.update(self.state.corrections)
        self.state = corrections_taken(self.state)

    @invariant()
    def the_books_balance(self) -> None:
        if not hasattr(self, "state"):
            return
        told = self.corrected + Counter(self.state.corrections)
        assert all(count > 0 for count in self.state.corrections.values())
        assert self.state.inside == (
            self.passed
            + told[Reason.BELOW_ZERO]
            - told[Reason.MAX_DWELL]
            - told[Reason.CLOSING_TIME]
        )

    @invariant()
    def nobody_is_missing_and_memory_is_bounded(self) -> None:
        if not hasattr(self, "state"):
            return
        assert all(count > 0 for _, count in self.state.entered)
        minutes = [minute for minute, _ in self.state.entered]
        assert minutes == sorted(set(minutes))
        assert len(minutes) <= self.rule.max_dwell_min + 2
        assert all(minute <= self.now_ms // MINUTE_MS for minute in minutes)


TestHall = Hall.TestCase
TestHall.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


@pytest.mark.parametrize("count", [1, 50])
def test_a_crowd_in_one_minute_is_one_entry(count: int) -> None:
    state = empty(HALL, now_ms=0)
    for second in range(60):
        state = came(state, now_ms=second * 1000, count=count)
    assert state.entered == ((0, 60 * count),)
