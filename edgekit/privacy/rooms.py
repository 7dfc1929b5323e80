"""Windows and rooms in step: what a window counts at the doors is what moves the rooms.

    state = begin(authorisation, now_ms=now_ms)
    state, closed = step(state, observation)
    state.window.outage, state.inside

Takes the messages of `edgekit.privacy.window` and returns its tallies, completed by each
authorised room: the mean of what was inside at each heartbeat of a well-seeing eye, whether that is
unsure, and by how many the room was set right.

A room that nothing is known of begins at zero, and its first window is a gap: only from the next on
is there a number, and it is unsure until the room is known again. A window that is discarded takes
its passages out of the rooms too.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from edgekit.consent.room import Room, Way
from edgekit.consent.site import SiteAuthorisation
from edgekit.privacy import room, window
from edgekit.privacy.message import Message
from edgekit.privacy.room import RoomState
from edgekit.privacy.tally import Correction, WindowTally, channel_table
from edgekit.records import Kind, Observation


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomsState:
    """The open window and the rooms, by the name of their metric.

    Attributes:
        doors: the line and the way over it of each channel that a room is known by.
        marked: the rooms as they were when the open window began.
        samples: sum and number of what was inside, in the open window.
        unknown: rooms of which nothing is known yet: no number in the open window.
    """

    window: window.WindowState
    rooms: Mapping[str, RoomState]
    doors: Mapping[int, tuple[str, Way]]
    marked: Mapping[str, RoomState]
    samples: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    unknown: frozenset[str] = frozenset()

    @property
    def inside(self) -> dict[str, int]:
        """People in each room now, exact, by metric; for the device's own display at home."""
        return {metric: one.inside for metric, one in self.rooms.items()}


def begin(
    authorisation: SiteAuthorisation,
    *,
    now_ms: int,
    resume_s: int | None = None,
    inside: Mapping[str, int] | None = None,
) -> RoomsState:
    """Open the first window; ``resume_s`` as in `edgekit.privacy.window.begin`.

    ``inside``: by metric, what was last released of a room since `known_since_s`.
    """
    channels = channel_table(authorisation)
    before = inside or {}
    rooms = {
        metric: room.guessed(rule, now_ms=now_ms, inside=before.get(metric, 0))
        for metric, rule in _rules(authorisation).items()
    }
    doors = {
        number: (door.line, way)
        for number, channel in channels.items()
        for one in rooms.values()
        for door in one.rule.doors
        for way in Way
        if channel.metric == f"line.{door.line}.{way}"
    }
    return RoomsState(
        window=window.begin(
            channels, window_s=authorisation.window_s, now_ms=now_ms, resume_s=resume_s
        ),
        rooms=rooms,
        doors=doors,
        marked=rooms,
        unknown=frozenset(rooms) - frozenset(before),
    )


def known_since_s(authorisation: SiteAuthorisation, now_ms: int) -> dict[str, int]:
    """Return, by metric, how old the last number of a room may be to say who is inside now."""
    rules = _rules(authorisation).items()
    return {metric: room.known_since_s(rule, now_s=now_ms // 1000) for metric, rule in rules}


def step(state: RoomsState, message: Message) -> tuple[RoomsState, tuple[WindowTally, ...]]:
    """Take one message; return the new state and the windows that it closed, oldest first.

    Raises:
        PipeError: as `edgekit.privacy.window.step`.
    """
    before = state.window
    after, closed = window.step(before, message)
    state = replace(state, window=after)
    completed = []
    from_ms = _blind_from_ms(before, after)
    for tally in closed:
        end_ms = (tally.start_s + tally.window_s) * 1000
        state = _passed_by(state, from_ms, end_ms)
        from_ms = from_ms and max(from_ms, end_ms)
        state, tally = _completed(state, tally)  # noqa: PLW2901 -- the same window, with its rooms
        completed.append(tally)
    state = _passed_by(state, from_ms, after.now_ms)
    reopened = after.start_s != before.start_s
    if after.discarded and (reopened or not before.discarded):
        state = _taken_back(state, before.now_ms)
    if isinstance(message, Observation):
        state = _heard(state, message, {} if reopened else before.sums)
    return state, tuple(completed)


def _blind_from_ms(before: window.WindowState, after: window.WindowState) -> int | None:
    """Return since when nobody looks at the doors, or None where somebody does."""
    if before.outage is not None or before.discarded:
        return before.now_ms
    return None if after.outage is None else before.seen_ms


def _passed_by(state: RoomsState, from_ms: int | None, to_ms: int) -> RoomsState:
    span_ms = 0 if from_ms is None else to_ms - from_ms
    rooms = {
        metric: room.unseen(one, now_ms=to_ms, span_ms=span_ms)
        for metric, one in state.rooms.items()
    }
    return replace(state, rooms=rooms)


def _completed(state: RoomsState, tally: WindowTally) -> tuple[RoomsState, WindowTally]:
    tally = replace(
        tally,
        values={**tally.values, **_means(state, tally)},
        unsure=frozenset(metric for metric, one in state.rooms.items() if one.unsure),
        corrections=tuple(
            Correction(metric=metric, reason=reason, count=count)
            for metric, one in state.rooms.items()
            for reason, count in one.corrections.items()
        ),
    )
    rooms = {metric: room.corrections_taken(one) for metric, one in state.rooms.items()}
    unknown = state.unknown if not tally.uptime_ms else frozenset[str]()
    return replace(state, rooms=rooms, marked=rooms, samples={}, unknown=unknown), tally


def _means(state: RoomsState, tally: WindowTally) -> dict[str, int | None]:
    means: dict[str, int | None] = dict.fromkeys(state.rooms)
    if tally.uptime_ms:
        for metric, (total, number) in state.samples.items():
            means[metric] = (2 * total + number) // (2 * number)
    return means


def _taken_back(state: RoomsState, was_ms: int) -> RoomsState:
    """Undo what the open window did to the rooms: nobody knows who passed in that time."""
    now_ms = state.window.now_ms
    span_ms = max(was_ms, now_ms) - state.window.start_s * 1000
    rooms = {
        metric: room.unseen(one, now_ms=now_ms, span_ms=span_ms)
        for metric, one in state.marked.items()
    }
    return replace(state, rooms=rooms, samples={})


def _heard(state: RoomsState, seen: Observation, sums: Mapping[int, tuple[int, int]]) -> RoomsState:
    now = state.window
    if seen.kind is Kind.HEARTBEAT and now.outage is None and not now.discarded:
        return replace(state, samples=_sampled(state))
    counted = now.sums.get(seen.channel, (0, 0))[1] > sums.get(seen.channel, (0, 0))[1]
    if not counted or seen.channel not in state.doors:
        return state
    line, way = state.doors[seen.channel]
    rooms = {
        metric: room.passed(one, line=line, way=way, now_ms=now.now_ms, count=seen.value)
        for metric, one in state.rooms.items()
    }
    return replace(state, rooms=rooms)


def _sampled(state: RoomsState) -> dict[str, tuple[int, int]]:
    samples = dict(state.samples)
    for metric, one in state.rooms.items():
        if metric not in state.unknown:
            total, number = samples.get(metric, (0, 0))
            samples[metric] = total + one.inside, number + 1
    return samples


def _rules(authorisation: SiteAuthorisation) -> dict[str, Room]:
    wanted = {output.metric for output in authorisation.outputs}
    rules = {f"room.{rule.name}.people": rule for rule in authorisation.view.rooms}
    return {metric: rule for metric, rule in rules.items() if metric in wanted}
