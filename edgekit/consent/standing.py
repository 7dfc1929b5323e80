"""How one signed authorisation stands at this moment, and what moves it: values in, values out.

standing = Standing(authorisation=authorisation)
standing, happened = step(standing, Look(now_s=now_s, steady_ms=steady_ms, clock=clock))
standing.require_seeing(now_s, clock)
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from edgekit.consent import pause
from edgekit.consent.objection import Objection, Word
from edgekit.consent.pause import Pauses
from edgekit.consent.site import SiteAuthorisation
from edgekit.consent.states import Move, State, after, require_seeing
from edgekit.errors import ConsentError
from edgekit.records import ClockTrust, EventName


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Time goes by: Unix seconds by a clock of some worth, and a steady clock's milliseconds."""

    now_s: int
    steady_ms: int
    clock: ClockTrust


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Somebody who is there asks for a pause."""

    steady_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """The eye has found that its camera looks elsewhere than was signed, and stays so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The organisation's own word, verified."""

    steady_ms: int
    objection: Objection


Message = Look | Asked | Turned | Said

_EVENTS: Mapping[Move, EventName] = {
    Move.PAUSE: EventName.PAUSE,
    Move.RESUME: EventName.RESUME,
    Move.TURN: EventName.TURNED,
    Move.WITHDRAW: EventName.WITHDRAWN,
    Move.EXPIRE: EventName.EXPIRED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One authorisation that was verified for what is configured, hence `posted` at first.

    ``heard_t_s`` is the time of the organisation's last word: an older one is no news;
    ``clock_from_s`` is not 0 once it has said that the clock was wrong before; ``turned`` is true
    from when the camera was found turned until the organisation confirms that it was turned back.
    """

    authorisation: SiteAuthorisation
    state: State = State.POSTED
    pauses: Pauses = field(default_factory=Pauses)
    heard_t_s: int = 0
    clock_from_s: int = 0
    turned: bool = False

    def require_seeing(self, now_s: int, clock: ClockTrust) -> None:
        """Raise ConsentError unless an eye may see now."""
        require_seeing(self.state, clock=clock)
        self.authorisation.require_open(now_s)


def step(standing: Standing, message: Message) -> tuple[Standing, tuple[EventName, ...]]:
    """Take one message; return the new standing and what is to be told of it.

    Raises:
        ConsentError: a pause that is not granted, or a word that is not about this authorisation,
            is older than the last one, or comes too late.
    """
    match message:
        case Look():
            return _looked(standing, message)
        case Asked():
            _require_ongoing(standing)
            pauses = pause.asked(standing.pauses, message.steady_ms)
            return _paused(replace(standing, pauses=pauses), message.steady_ms)
        case Turned():
            return _turned(replace(standing, turned=True))
    return _told(standing, message)


def _looked(standing: Standing, look: Look) -> tuple[Standing, tuple[EventName, ...]]:
    if look.clock is ClockTrust.NONE or standing.state in (State.WITHDRAWN, State.EXPIRED):
        return standing, ()
    if look.now_s >= standing.authorisation.valid_to_s:
        return _moved(standing, Move.EXPIRE)
    if standing.state is State.POSTED and look.now_s >= standing.authorisation.valid_from_s:
        standing, _ = _moved(standing, Move.BEGIN)
        return _paused(_turned(standing)[0], look.steady_ms)
    return _resumed(standing, look.steady_ms)


def _told(standing: Standing, said: Said) -> tuple[Standing, tuple[EventName, ...]]:
    word = said.objection
    word.require_about(standing.authorisation)
    if word.word is Word.WITHDRAW:  # whenever it was said: it is for ever
        return (
            (standing, ()) if standing.state is State.WITHDRAWN else _moved(standing, Move.WITHDRAW)
        )
    if word.word is not Word.CLOCK:  # which may have ended it before its time
        _require_ongoing(standing)
    if word.t_s <= standing.heard_t_s:
        raise ConsentError("the organisation has said this, or something newer, before")
    standing = replace(standing, heard_t_s=word.t_s)
    if word.word is Word.CLOCK:
        return replace(standing, clock_from_s=word.t_s), ()
    if word.word is Word.PAUSE:
        pauses = pause.held(standing.pauses, said.steady_ms, word.minutes)
        return _paused(replace(standing, pauses=pauses), said.steady_ms)
    if word.word is Word.CONFIRM:
        return _confirmed(standing, said.steady_ms)
    return _resumed(replace(standing, pauses=pause.let_go(standing.pauses)), said.steady_ms)


def _turned(standing: Standing) -> tuple[Standing, tuple[EventName, ...]]:
    """Close it where the camera was turned; pauses that are under way are kept for later."""
    due = standing.turned and standing.state in (State.ACTIVE, State.PAUSED)
    return _moved(standing, Move.TURN) if due else (standing, ())


def _confirmed(standing: Standing, steady_ms: int) -> tuple[Standing, tuple[EventName, ...]]:
    if not standing.turned:
        raise ConsentError("the camera was not found turned: there is nothing to confirm")
    standing = replace(standing, turned=False)
    if standing.state is State.TURNED:
        standing, _ = _moved(standing, Move.CONFIRM)
    standing, told = _paused(standing, steady_ms)
    return standing, (EventName.CONFIRMED, *told)


def _paused(standing: Standing, steady_ms: int) -> tuple[Standing, tuple[EventName, ...]]:
    """Pause where it is active and a pause is under way; one more of them tells nothing new."""
    due = standing.state is State.ACTIVE and steady_ms < standing.pauses.until_ms
    return _moved(standing, Move.PAUSE) if due else (standing, ())


def _resumed(standing: Standing, steady_ms: int) -> tuple[Standing, tuple[EventName, ...]]:
    due = standing.state is State.PAUSED and steady_ms >= standing.pauses.until_ms
    return _moved(standing, Move.RESUME) if due else (standing, ())


def _moved(standing: Standing, move: Move) -> tuple[Standing, tuple[EventName, ...]]:
    told = (_EVENTS[move],) if move in _EVENTS else ()
    return replace(standing, state=after(standing.state, move)), told


_ONGOING = frozenset({State.POSTED, State.ACTIVE, State.PAUSED, State.TURNED})


def _require_ongoing(standing: Standing) -> None:
    if standing.state not in _ONGOING:
        raise ConsentError(f"the authorisation is {standing.state}: there is nothing to pause")
