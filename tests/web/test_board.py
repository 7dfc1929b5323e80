"""What the page knows, and how long it keeps it."""

import asyncio
from dataclasses import replace

import pytest

from edgekit.errors import VerificationError
from edgekit.records import Profile, SignedRecord, Unit
from edgekit.web import board as boards
from edgekit.web.board import DAY_S, FRESH_S, Board
from tests.web.square import CONDITION, NOW_S, a_board, a_record, a_site

START_S = NOW_S // 900 * 900 - 900


def test_the_latest_windows_of_each_authorised_metric_are_kept() -> None:
    board = a_board()
    for number in range(120):
        board.take(a_record(number, window_start_s=START_S - 900 * (119 - number)), NOW_S)
    board.take(a_record(120, metric="line.other.in"), NOW_S)

    kept = board.readings["line.gate.in"]
    assert len(kept) == boards.WINDOWS
    assert kept[-1].start_s == START_S
    assert "line.other.in" not in board.readings
    assert board.next_sequence == 121


def test_nothing_is_kept_for_longer_than_a_day_or_than_the_authorisation_says() -> None:
    week = Board(replace(a_site(), aggregate_retention="P7D", notice_digest=""))
    day = Board(replace(a_site(), aggregate_retention="P1D", notice_digest=""))
    for board in (week, day):
        board.take(a_record(0), NOW_S)
        board.forget(START_S + 900 + DAY_S)
        assert len(board.records) == 1
        board.set_condition(CONDITION, START_S + 900 + DAY_S + 1)
        assert not board.records
        assert not board.readings["line.gate.in"]


def test_what_is_no_record_is_refused() -> None:
    with pytest.raises(VerificationError):
        a_board().take(SignedRecord(sequence=0, envelope=b"{}"), NOW_S)


def test_a_clerk_that_is_silent_is_not_fresh() -> None:
    board = Board(a_site())
    assert not board.is_fresh(NOW_S)
    board.set_condition(CONDITION, NOW_S)
    assert board.is_fresh(NOW_S + FRESH_S)
    assert not board.is_fresh(NOW_S + FRESH_S + 1)


def test_who_waits_is_woken_by_what_is_new_and_by_nothing_else() -> None:
    async def waiting() -> list[bool]:
        board = a_board()
        turn = board.turn
        said = [await board.changed(turn, 0.01)]
        board.set_condition(CONDITION, NOW_S + 1)  # says nothing new
        said.append(board.turn != turn)
        task = asyncio.create_task(board.changed(turn, 60))
        await asyncio.sleep(0)
        board.take(a_record(0, metric="zone.square.people", unit=Unit.PEOPLE), NOW_S)
        said.append(await task)
        said.append(await board.changed(turn, 60))
        return said

    assert asyncio.run(waiting()) == [False, False, True, True]


def test_at_home_the_live_numbers_are_a_change_too() -> None:
    board = a_board(Profile.LOCAL)
    turn = board.turn
    board.set_condition(replace(CONDITION, live={"people": 3}), NOW_S)
    assert board.turn == turn + 1
