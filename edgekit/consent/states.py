"""What an authorisation can be, and what leads from one to the other: one table.

    state = after(State.ACTIVE, Move.PAUSE)
    require_seeing(state, clock=clock)

A move that is not in `MOVES` does not exist. docs/states.md is this table and the diagram of it.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from edgekit.errors import ConsentError
from edgekit.records import ClockTrust


class State(StrEnum):
    """What the authorisation of a site is at a moment."""

    DRAFT = "draft"
    SIGNED = "signed"
    POSTED = "posted"
    ACTIVE = "active"
    PAUSED = "paused"
    TURNED = "turned"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    ERASED = "erased"


class Move(StrEnum):
    """What happens to it."""

    SIGN = "sign"
    POST = "post"
    BEGIN = "begin"
    PAUSE = "pause"
    RESUME = "resume"
    TURN = "turn"
    CONFIRM = "confirm"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    ERASE = "erase"


MEANING: Final[Mapping[State, str]] = {
    State.DRAFT: "written, signed by nobody",
    State.SIGNED: "signed by the organisation that answers for the place",
    State.POSTED: "the sign that it names says what is configured",
    State.ACTIVE: "the one state in which a frame may be taken",
    State.PAUSED: "somebody asked for it: no eye until it ends",
    State.TURNED: "the camera looks elsewhere than was signed: no eye until that is set right",
    State.WITHDRAWN: "ended by the organisation, for ever",
    State.EXPIRED: "its time is over",
    State.ERASED: "what it allowed to keep is gone",
}

CAUSE: Final[Mapping[Move, str]] = {
    Move.SIGN: "the organisation's signature verifies",
    Move.POST: "place, view, rule and sign are those that were signed",
    Move.BEGIN: "its time has come, by a clock that is trusted",
    Move.PAUSE: "a button, a marker, a token that only who is there can read, or the organisation",
    Move.RESUME: "the time asked for is over; the organisation's own pause also ends by its word",
    Move.TURN: "the whole picture has moved by more than the signed geometry allows, and stays so",
    Move.CONFIRM: "the organisation's signed word that it was turned back",
    Move.WITHDRAW: "the organisation's signed objection",
    Move.EXPIRE: "its last second is over, by a clock that is trusted",
    Move.ERASE: "what it allowed to keep has been deleted",
}

MOVES: Final[Mapping[tuple[State, Move], State]] = {
    (State.DRAFT, Move.SIGN): State.SIGNED,
    (State.SIGNED, Move.POST): State.POSTED,
    (State.SIGNED, Move.WITHDRAW): State.WITHDRAWN,
    (State.SIGNED, Move.EXPIRE): State.EXPIRED,
    (State.POSTED, Move.BEGIN): State.ACTIVE,
    (State.POSTED, Move.WITHDRAW): State.WITHDRAWN,
    (State.POSTED, Move.EXPIRE): State.EXPIRED,
    (State.ACTIVE, Move.PAUSE): State.PAUSED,
    (State.ACTIVE, Move.TURN): State.TURNED,
    (State.ACTIVE, Move.WITHDRAW): State.WITHDRAWN,
    (State.ACTIVE, Move.EXPIRE): State.EXPIRED,
    (State.PAUSED, Move.RESUME): State.ACTIVE,
    (State.PAUSED, Move.TURN): State.TURNED,
    (State.PAUSED, Move.WITHDRAW): State.WITHDRAWN,
    (State.PAUSED, Move.EXPIRE): State.EXPIRED,
    (State.TURNED, Move.CONFIRM): State.ACTIVE,
    (State.TURNED, Move.WITHDRAW): State.WITHDRAWN,
    (State.TURNED, Move.EXPIRE): State.EXPIRED,
    (State.WITHDRAWN, Move.ERASE): State.ERASED,
    (State.EXPIRED, Move.WITHDRAW): State.WITHDRAWN,
    (State.EXPIRED, Move.ERASE): State.ERASED,
}


def after(state: State, move: Move) -> State:
    """Return the state that a move leads to; ConsentError where it leads nowhere from here."""
    following = MOVES.get((state, move))
    if following is None:
        raise ConsentError(f"an authorisation that is {state} cannot {move}")
    return following


def require_seeing(state: State, *, clock: ClockTrust) -> None:
    """Raise ConsentError unless a frame may be taken in this state, by this clock.

    The hours of the day and the lease are asked of those who hold them:
    `SiteAuthorisation.require_open` and `Lease.require_live`.
    """
    if state is not State.ACTIVE:
        raise ConsentError(f"the authorisation is {state}: {MEANING[state]}")
    if clock is ClockTrust.NONE:
        raise ConsentError("the clock is not to be trusted")


def diagram() -> str:
    """Return the table as a diagram, in the notation of Mermaid (stateDiagram-v2)."""
    arrows = [f"    {one} --> {other}: {move}" for (one, move), other in MOVES.items()]
    lines = [f"    [*] --> {State.DRAFT}", *arrows, f"    {State.ERASED} --> [*]"]
    return "\n".join(["stateDiagram-v2", *lines])


def tables() -> str:
    """Return states and moves in words, as two tables in Markdown."""
    rows = ["| state | is | may become |", "|---|---|---|"]
    for state, text in MEANING.items():
        next_ones = [other for (one, _), other in MOVES.items() if one is state]
        rows.append(f"| `{state}` | {text} | {', '.join(next_ones) or 'nothing'} |")
    rows += ["", "| move | by what |", "|---|---|"]
    rows += [f"| `{move}` | {text} |" for move, text in CAUSE.items()]
    return "\n".join(rows)
