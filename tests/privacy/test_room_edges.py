"""Rooms at their edges: to the millisecond, over a clock set back, and after a discard."""

from dataclasses import replace

import pytest

from edgekit.consent.room import Door, Room, Way
from edgekit.privacy.message import Discard, Outage
from edgekit.privacy.room import (
    DAY_MS,
    MINUTE_MS,
    UNSEEN_MS,
    at,
    came,
    empty,
    guessed,
    known_since_s,
    unseen,
    went,
)
from edgekit.privacy.rooms import begin
from edgekit.privacy.rooms import known_since_s as known_rooms_since_s
from edgekit.records import Kind, Reason
from tests.privacy.test_rooms import (
    DOOR_IN,
    METRIC,
    START_MS,
    beats,
    known,
    run,
    seen,
    site,
    values,
)

DWELL_MIN = 60
DOORS = (Door(line="door", inward=Way.IN),)


def hall(closes_utc_minute: int | None = None) -> Room:
    return Room(
        name="hall", doors=DOORS, max_dwell_min=DWELL_MIN, closes_utc_minute=closes_utc_minute
    )


def test_a_guess_is_unsure_by_the_least_that_there_is() -> None:
    state = guessed(hall(), now_ms=5_000, inside=3)
    assert (state.inside, state.unsure) == (3, True)
    assert (state.unseen_ms, state.unseen_at_ms) == (UNSEEN_MS + 1, 5_000)
    assert guessed(hall(), now_ms=5_000).inside == 0


@pytest.mark.parametrize(
    ("closes", "now_s", "since_s"),
    [
        (None, 100_000, 96_400),
        (60, 100_000, 96_400),  # closed 10 000 s ago: the dwell is nearer
        (200, 86_400 + 12_001, 86_400 + 12_000),
        (200, 86_400 + 12_000, 86_400 + 12_000),
    ],
)
def test_who_can_be_inside_came_since_the_dwell_or_the_closing(
    closes: int | None, now_s: int, since_s: int
) -> None:
    since = known_since_s(hall(closes), now_s=now_s)
    assert since == since_s
    assert isinstance(since, int)


def test_the_rooms_of_a_site_are_asked_in_whole_seconds() -> None:
    since = known_rooms_since_s(site(), START_MS + 999)
    assert since == {METRIC: START_MS // 1000 - 3_600}
    assert isinstance(since[METRIC], int)


def test_more_than_are_inside_cannot_leave_and_are_no_debt() -> None:
    state = came(empty(hall(), now_ms=0), now_ms=0, count=5)
    state = came(state, now_ms=MINUTE_MS, count=4)
    state = went(state, now_ms=2 * MINUTE_MS, count=6)
    assert state.entered == ((1, 3),)
    state = went(state, now_ms=2 * MINUTE_MS, count=4)
    assert (state.entered, state.corrections) == ((), {Reason.BELOW_ZERO: 1})


def test_closing_time_and_the_dwell_make_a_room_wholly_known() -> None:
    closing = guessed(hall(closes_utc_minute=10), now_ms=0, inside=3)
    before = at(closing, now_ms=10 * MINUTE_MS - 1)
    assert (before.inside, before.unsure) == (3, True)
    after = at(before, now_ms=10 * MINUTE_MS)
    assert (after.inside, after.unseen_ms) == (0, 0)
    assert after.corrections == {Reason.CLOSING_TIME: 3}
    assert at(after, now_ms=20 * MINUTE_MS).corrections == {Reason.CLOSING_TIME: 3}
    # The next day it closes again, and is empty: nothing is set right.
    assert at(after, now_ms=DAY_MS + 10 * MINUTE_MS).corrections == {Reason.CLOSING_TIME: 3}


def test_a_room_is_known_again_when_the_last_of_the_unseen_must_have_left() -> None:
    state = guessed(hall(), now_ms=0)
    last_ms = (DWELL_MIN + 1) * MINUTE_MS
    assert at(state, now_ms=last_ms).unseen_ms == UNSEEN_MS + 1
    assert at(state, now_ms=last_ms + 1).unseen_ms == 0


def test_nobody_is_late_before_the_whole_minute_has_gone() -> None:
    state = came(empty(hall(), now_ms=0), now_ms=0, count=2)
    assert at(state, now_ms=(DWELL_MIN + 1) * MINUTE_MS - 1).inside == 2
    late = at(state, now_ms=(DWELL_MIN + 1) * MINUTE_MS)
    assert (late.inside, late.corrections) == (0, {Reason.MAX_DWELL: 2})


def test_time_unseen_adds_up_and_says_when_it_last_was() -> None:
    state = unseen(empty(hall(), now_ms=0), now_ms=4_000, span_ms=4_000)
    state = unseen(state, now_ms=9_000, span_ms=UNSEEN_MS - 4_000)
    assert (state.unseen_ms, state.unseen_at_ms, state.unsure) == (UNSEEN_MS, 9_000, False)
    state = unseen(state, now_ms=10_000, span_ms=1)
    assert (state.unsure, state.unseen_at_ms) == (True, 10_000)
    # No time at all is none.
    assert unseen(state, now_ms=11_000, span_ms=0).unseen_at_ms == 10_000
    assert unseen(state, now_ms=11_000, span_ms=-5).unseen_ms == UNSEEN_MS + 1


def test_a_clock_set_back_takes_all_its_times_along() -> None:
    state = unseen(empty(hall(), now_ms=0), now_ms=100 * MINUTE_MS, span_ms=20_000)
    state = came(state, now_ms=100 * MINUTE_MS, count=2)
    back = at(state, now_ms=70 * MINUTE_MS + 1)
    assert back.now_ms == 70 * MINUTE_MS + 1
    assert back.unseen_at_ms == 70 * MINUTE_MS + 1
    assert back.entered == ((70, 2),)
    assert back.inside == 2


def test_a_new_site_knows_its_rooms_as_they_are_and_marks_them() -> None:
    state = begin(site(), now_ms=START_MS)
    assert state.inside == {METRIC: 0}
    assert state.marked == state.rooms
    assert state.unknown == {METRIC}
    # What is discarded before any window has closed goes back to just that.
    state, _ = run(state, seen(0, Kind.HELLO), *beats(0, 1), seen(1.5, Kind.IN, 4, DOOR_IN))
    assert state.inside == {METRIC: 4}
    state, _ = run(state, Discard(now_ms=START_MS + 2_000, reason=Reason.PAUSED))
    assert state.inside == {METRIC: 0}


def test_a_discard_takes_back_who_came_and_notes_the_window_as_unseen() -> None:
    state, _ = run(known(2), *beats(0, 11))
    state = replace(
        state, rooms={name: replace(one, unseen_ms=0) for name, one in state.rooms.items()}
    )
    state = replace(state, marked=state.rooms)
    state, _ = run(state, *beats(12, 12), seen(12.5, Kind.IN, 5, DOOR_IN))
    assert state.samples[METRIC][1] == 3
    state, _ = run(state, Discard(now_ms=START_MS + 14_000, reason=Reason.PAUSED))
    (one,) = state.rooms.values()
    assert (one.inside, one.unseen_ms, one.unseen_at_ms) == (2, 4_000, START_MS + 14_000)
    assert state.samples == {}
    # Who says hello goes on with what was there before, and nothing of the discarded time.
    state, _ = run(state, seen(15, Kind.HELLO), *beats(15, 19), seen(19.5, Kind.IN, 1, DOOR_IN))
    assert state.inside == {METRIC: 2}


def test_the_first_passage_of_a_new_window_moves_the_room_whatever_the_last_one_held() -> None:
    state, _ = run(known(), *beats(0, 9), seen(9.5, Kind.IN, 1, DOOR_IN))
    assert state.inside == {METRIC: 1}
    state, closed = run(state, seen(10.5, Kind.IN, 2, DOOR_IN))
    assert state.inside == {METRIC: 3}
    assert values(closed) == [0]
    state, _ = run(state, *beats(11, 12), seen(12.5, Kind.IN, 3, DOOR_IN))
    assert state.inside == {METRIC: 6}


def test_doors_go_unseen_from_the_last_word_of_an_eye_that_fell_silent() -> None:
    state, _ = run(known(), *beats(0, 5))
    (before,) = state.rooms.values()
    state, _ = run(state, Outage(now_ms=START_MS + 8_000, reason=Reason.NO_LEASE))
    (after,) = state.rooms.values()
    assert after.unseen_ms - before.unseen_ms == 3_000
    assert after.unseen_at_ms == START_MS + 8_000
    state, _ = run(state, seen(9, Kind.HELLO))
    (back,) = state.rooms.values()
    assert back.unseen_ms - after.unseen_ms == 1_000
    state, _ = run(state, *beats(9, 12))
    (seen_well,) = state.rooms.values()
    assert seen_well.unseen_ms == back.unseen_ms
