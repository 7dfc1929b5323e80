"""Released records as they come: server-sent events (HTML Living Standard, section 9.2).

Each record is an event ``record`` whose id is its sequence number, so that who was away goes on
where it stopped; how the node stands is an event ``state`` without an id.
"""

import json
from collections.abc import AsyncIterator, Callable

from edgekit.errors import ConfigError
from edgekit.records import SignedRecord
from edgekit.web.asking import Clerk
from edgekit.web.board import Board

BEAT_S = 15.0
"""So often a silent stream says that it is there, for what lies between."""

RETRY_MS = 5_000
AT_ONCE = 64
MAX_SEQUENCE = 2**53 - 1


def start_after(last: str | None, board: Board) -> int:
    """Return the first record that a reader wants; ConfigError where its id cannot be one.

    Args:
        last: the id of the last one it has; None: it wants what comes from now on.
        board: what there is.
    """
    if last is None:
        return board.next_sequence
    if not (last.isascii() and last.isdecimal() and len(last) <= len(str(MAX_SEQUENCE))):
        raise ConfigError("Last-Event-ID: expected the number of a record")
    # A number that this log has not reached is of another log: it then goes on from now.
    return min(int(last) + 1, board.next_sequence)


def event(record: SignedRecord) -> bytes:
    """Return one record as an event."""
    return b"id: %d\nevent: record\ndata: %s\n\n" % (record.sequence, record.envelope)


async def records_from(board: Board, clerk: Clerk, start: int, count: int) -> list[SignedRecord]:
    """Return up to so many records from there on: from memory, or the log where they are older."""
    kept = board.records
    if kept and start < kept[0].sequence:
        found = list(await clerk.records(start, count))
        if found or start >= board.next_sequence:
            return found
    return [one for one in kept if one.sequence >= start][:count]


async def events(
    board: Board, clerk: Clerk, start: int, is_over: Callable[[], bool]
) -> AsyncIterator[bytes]:
    """Yield what happens until it is over: who reads on comes back with the last id."""
    yield b"retry: %d\n\n" % RETRY_MS
    told: bytes | None = None
    while not is_over():
        turn = board.turn
        found = await records_from(board, clerk, start, AT_ONCE)
        for record in found:
            yield event(record)
            start = record.sequence + 1
        standing = state(board)
        if standing != told:
            told = standing
            yield b"event: state\ndata: %s\n\n" % standing
        if len(found) < AT_ONCE and not await board.changed(turn, BEAT_S):
            yield b": still here\n\n"


def state(board: Board) -> bytes:
    """Return how the node stands, as JSON; exact numbers are in it at home alone."""
    now = board.condition
    if now is None:
        return b"{}"
    told: dict[str, object] = {
        "state": now.state,
        "shut": now.shut,
        "until_s": now.until_s,
        "view": now.view,
        "clock": now.clock,
    }
    if board.site.profile.at_home:
        told["live"] = dict(now.live)
    return json.dumps(told, sort_keys=True).encode()
