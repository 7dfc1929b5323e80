"""People in a room from what passes its doors, without drift. Nothing here has passed the gate.

    state = empty(Room(name="hall", doors=(Door(line="door", inward=Way.IN),)), now_ms=0)
    state = passed(state, line="door", way=Way.IN, now_ms=1_000, count=2)
    state = passed(state, line="door", way=Way.OUT, now_ms=5_000, count=1)
    state.inside, state.corrections

In minus out drifts: each passage that is missed stays in the number for good. Three things set it
right, and each says so:

- it never falls below zero: who leaves an empty room came in unseen (``below_zero``);
- nobody stays longer than ``max_dwell_min``: who should still be there has left unseen; people
  leave in the order in which they came (``max_dwell``; Density calls it a max dwell time reset);
- at its closing time the room is empty (``closing_time``).

So inside = in - out + below zero - max dwell - closing time, always. While nobody looks, nothing
is made up: the number stays as it is and is ``unsure`` until it is known again, at closing time or
when everybody who can have come in unseen has left by the dwell rule.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from edgekit.consent.room import Room, Way
from edgekit.records import Reason

MINUTE_MS = 60_000
DAY_MS = 86_400_000

UNSEEN_MS = 10_000
"""The doors may go unseen for so long altogether before the number is called unsure: one new start
of an eye takes 1 to 2 s, and few people pass a door within it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomState:
    """One room now.

    Attributes:
        rule: the room as it was authorised.
        now_ms: the latest time that was heard of, Unix.
        entered: (minute since 1970, how many) of those inside, oldest first; one entry a minute, so
            that at most ``max_dwell_min`` + 1 are kept.
        corrections: how many people each rule has set right since they were last taken away.
        unseen_ms: how long the doors went unseen since the number was last known.
        unseen_at_ms: when they last did.
    """

    rule: Room
    now_ms: int
    entered: tuple[tuple[int, int], ...] = ()
    corrections: Mapping[Reason, int] = field(default_factory=dict)
    unseen_ms: int = 0
    unseen_at_ms: int = 0

    @property
    def inside(self) -> int:
        """People in the room."""
        return sum(count for _, count in self.entered)

    @property
    def unsure(self) -> bool:
        """Whether people may have come or gone unseen whom no rule has set right yet."""
        return self.unseen_ms > UNSEEN_MS


def empty(rule: Room, *, now_ms: int) -> RoomState:
    """Return a room that is known to be empty."""
    return RoomState(rule=rule, now_ms=now_ms)


def guessed(rule: Room, *, now_ms: int, inside: int = 0) -> RoomState:
    """Return a room with so many people inside, of which nobody can be sure."""
    state = RoomState(rule=rule, now_ms=now_ms, unseen_ms=UNSEEN_MS + 1, unseen_at_ms=now_ms)
    return came(state, now_ms=now_ms, count=inside)


def known_since_s(rule: Room, *, now_s: int) -> int:
    """Return the time before which nobody came in who can be inside now."""
    dwell_s = now_s - rule.max_dwell_min * MINUTE_MS // 1000
    if rule.closes_utc_minute is None:
        return dwell_s
    closing_s = rule.closes_utc_minute * MINUTE_MS // 1000
    return max(dwell_s, now_s - (now_s - closing_s) % (DAY_MS // 1000))


def passed(state: RoomState, *, line: str, way: Way, now_ms: int, count: int) -> RoomState:
    """Take so many passages over a line, one way; those over no door of the room change nothing."""
    for door in state.rule.doors:
        if door.line == line:
            move = came if door.inward is way else went
            return move(state, now_ms=now_ms, count=count)
    return at(state, now_ms=now_ms)


def came(state: RoomState, *, now_ms: int, count: int) -> RoomState:
    """Let people in."""
    state = at(state, now_ms=now_ms)
    if not count:
        return state
    minute = state.now_ms // MINUTE_MS
    *before, last = state.entered or ((minute, 0),)
    if last[0] == minute:
        return replace(state, entered=(*before, (minute, last[1] + count)))
    return replace(state, entered=(*state.entered, (minute, count)))


def went(state: RoomState, *, now_ms: int, count: int) -> RoomState:
    """Let people out, who came first leaves first; who cannot have been inside is a correction."""
    state = at(state, now_ms=now_ms)
    missing = max(0, count - state.inside)
    state = _first_leave(state, count - missing)
    return _corrected(state, Reason.BELOW_ZERO, missing)


def at(state: RoomState, *, now_ms: int) -> RoomState:
    """Let time pass: who stayed too long leaves, and at closing time everybody.

    A clock that was set back takes the times of those inside with it.
    """
    if now_ms < state.now_ms:
        return _set_back(state, now_ms)
    closed = _closed_between(state.rule, state.now_ms, now_ms)
    state = replace(state, now_ms=now_ms)
    if closed:
        inside = state.inside
        state = _corrected(replace(state, entered=()), Reason.CLOSING_TIME, inside)
        return replace(state, unseen_ms=0)
    oldest = now_ms // MINUTE_MS - state.rule.max_dwell_min
    late = sum(count for minute, count in state.entered if minute < oldest)
    state = _corrected(_first_leave(state, late), Reason.MAX_DWELL, late)
    known = now_ms - state.unseen_at_ms > (state.rule.max_dwell_min + 1) * MINUTE_MS
    return replace(state, unseen_ms=0) if known else state


def unseen(state: RoomState, *, now_ms: int, span_ms: int) -> RoomState:
    """Note that for so long, until now, nobody looked at the doors."""
    state = at(state, now_ms=now_ms)
    if span_ms <= 0:
        return state
    return replace(state, unseen_ms=state.unseen_ms + span_ms, unseen_at_ms=now_ms)


def corrections_taken(state: RoomState) -> RoomState:
    """Return the same room with no correction left to tell."""
    return replace(state, corrections={})


def _first_leave(state: RoomState, count: int) -> RoomState:
    entered = []
    for minute, there in state.entered:
        leave = min(count, there)
        count -= leave
        if there > leave:
            entered.append((minute, there - leave))
    return replace(state, entered=tuple(entered))


def _corrected(state: RoomState, reason: Reason, count: int) -> RoomState:
    if not count:
        return state
    before = state.corrections.get(reason, 0)
    return replace(state, corrections={**state.corrections, reason: before + count})


def _closed_between(rule: Room, from_ms: int, to_ms: int) -> bool:
    """Whether a closing time lies after the one and not after the other."""
    if rule.closes_utc_minute is None:
        return False
    closing_ms = rule.closes_utc_minute * MINUTE_MS
    return (from_ms - closing_ms) // DAY_MS < (to_ms - closing_ms) // DAY_MS


def _set_back(state: RoomState, now_ms: int) -> RoomState:
    # Rounded up: nobody may have come in after now.
    minutes = -((now_ms - state.now_ms) // MINUTE_MS)
    return replace(
        state,
        now_ms=now_ms,
        entered=tuple((minute - minutes, count) for minute, count in state.entered),
        unseen_at_ms=state.unseen_at_ms - (state.now_ms - now_ms),
    )
