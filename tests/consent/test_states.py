"""The table of states, and the page that is made of it."""

from itertools import product
from pathlib import Path

import pytest

from edgekit.consent.states import (
    CAUSE,
    MEANING,
    MOVES,
    Move,
    State,
    after,
    diagram,
    require_seeing,
    tables,
)
from edgekit.errors import ConsentError
from edgekit.records import ClockTrust

PAGE = Path(__file__).parents[2] / "docs" / "states.md"


@pytest.mark.parametrize(("state", "move"), [*product(State, Move)])
def test_a_move_is_in_the_table_or_does_not_exist(state: State, move: Move) -> None:
    if (state, move) in MOVES:
        assert after(state, move) is MOVES[state, move]
    else:
        with pytest.raises(ConsentError, match=f"{state} cannot {move}"):
            after(state, move)


def reached(start: State, *without: State) -> set[State]:
    found, new = {start}, {start}
    while new:
        new = {MOVES[one, move] for one, move in MOVES if one in new} - found - set(without)
        found |= new
    return found


def test_every_state_is_reached_from_a_draft_and_ends_erased() -> None:
    assert reached(State.DRAFT) == set(State) == set(MEANING)
    assert all(State.ERASED in reached(state) for state in State)
    assert {move for _, move in MOVES} == set(Move) == set(CAUSE)


@pytest.mark.parametrize("step", [State.SIGNED, State.POSTED])
def test_no_way_to_active_leaves_out_a_signature_or_the_sign(step: State) -> None:
    assert State.ACTIVE not in reached(State.DRAFT, step)


@pytest.mark.parametrize("end", [State.WITHDRAWN, State.EXPIRED, State.ERASED])
def test_nothing_leads_back_from_the_end(end: State) -> None:
    assert not reached(end) & {State.ACTIVE, State.PAUSED, State.POSTED, State.SIGNED}


@pytest.mark.parametrize(("state", "clock"), [*product(State, ClockTrust)])
def test_only_active_by_a_clock_that_is_trusted_may_see(state: State, clock: ClockTrust) -> None:
    if state is State.ACTIVE and clock is not ClockTrust.NONE:
        require_seeing(state, clock=clock)
    else:
        with pytest.raises(ConsentError):
            require_seeing(state, clock=clock)


def test_the_page_is_the_table() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page.endswith(f"```mermaid\n{diagram()}\n```\n\n{tables()}\n")
