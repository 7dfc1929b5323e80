"""Pauses by people present: granted at once, bounded, and never cut short by anybody else."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.consent.pause import (
    DAY_MS,
    DAY_PAUSE_MS,
    FOR_EVER_MS,
    PAUSE_MS,
    STAYED_MS,
    Pauses,
    asked,
    held,
    let_go,
    stays,
)
from edgekit.errors import ConsentError

MIN_MS = 60_000


def test_whoever_is_there_gets_a_quarter_of_an_hour() -> None:
    pauses = asked(Pauses(), 1000)
    assert pauses.until_ms == 1000 + PAUSE_MS
    later = asked(pauses, 1000 + MIN_MS)
    assert later.until_ms == pauses.until_ms + MIN_MS
    assert later.spent_ms == PAUSE_MS + MIN_MS


def test_a_day_has_room_for_so_much_and_no_more() -> None:
    pauses, now_ms = Pauses(), 5
    for _ in range(DAY_PAUSE_MS // PAUSE_MS):
        pauses = asked(pauses, now_ms)
        now_ms = pauses.until_ms
    with pytest.raises(ConsentError, match="4 hours"):
        asked(pauses, now_ms)
    assert asked(pauses, 5 + DAY_MS).until_ms == 5 + DAY_MS + PAUSE_MS


def test_the_last_pause_of_a_day_is_as_long_as_there_is_room_and_asking_again_is_harmless() -> None:
    nearly = Pauses(day_ms=0, spent_ms=DAY_PAUSE_MS - 10)
    last = asked(nearly, 100)
    assert last.until_ms == 110
    assert asked(last, 105) == last
    assert asked(replace(nearly, spent_ms=DAY_PAUSE_MS - 1), 100).until_ms == 101


@given(st.lists(st.integers(0, 2 * PAUSE_MS), max_size=60))
def test_never_more_of_a_day_than_is_said(waits: list[int]) -> None:
    pauses, now_ms, paused_ms = Pauses(), 0, 0
    for wait_ms in waits:
        paused_ms += min(wait_ms, max(0, pauses.public_until_ms - now_ms))
        now_ms += wait_ms
        if now_ms >= DAY_MS:
            break
        try:
            pauses = asked(pauses, now_ms)
        except ConsentError:
            assert pauses.spent_ms == DAY_PAUSE_MS
            assert now_ms >= pauses.public_until_ms
    assert paused_ms <= pauses.spent_ms <= DAY_PAUSE_MS


def test_the_organisation_holds_as_long_as_it_says_and_lets_go_of_its_own_only() -> None:
    pauses = held(asked(Pauses(), 0), 0, 60)
    assert pauses.until_ms == 60 * MIN_MS
    assert held(pauses, 0, 5) == pauses
    assert held(pauses, 0, None).until_ms == FOR_EVER_MS
    assert let_go(held(pauses, 0, None)).until_ms == PAUSE_MS
    assert let_go(held(Pauses(), 5, 1)) == Pauses()


def test_a_marker_that_is_there_right_after_its_pause_was_never_taken_away() -> None:
    pauses = asked(Pauses(), 0)
    assert stays(pauses, PAUSE_MS + STAYED_MS - 1)
    assert not stays(pauses, PAUSE_MS + STAYED_MS)
    assert not stays(Pauses(), 10)
    assert not stays(replace(pauses, public_until_ms=0), 10)
