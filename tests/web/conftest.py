"""A square with a number, a suppressed one and a gap, and who asks for its page."""

import pytest

from edgekit.records import Unit
from edgekit.web.board import Board
from tests.web.square import FEW, GAP, NOW_S, Asker, FakeClerk, a_board, a_record, an_asker


@pytest.fixture
def board() -> Board:
    """A square with a number, a suppressed one and a gap."""
    made = a_board()
    made.take(a_record(0), NOW_S)
    made.take(a_record(1, metric="line.gate.out", **FEW), NOW_S)
    made.take(a_record(2, metric="zone.square.people", unit=Unit.PEOPLE, **GAP), NOW_S)
    return made


@pytest.fixture
def clerk() -> FakeClerk:
    return FakeClerk()


@pytest.fixture
def ask(board: Board, clerk: FakeClerk) -> Asker:
    return an_asker(board, clerk)
