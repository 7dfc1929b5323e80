"""A dispenser of paper, soap or water that lasts for everybody, and knows nobody.

    state = begin(Settings())
    state, decisions = step(state, Seen(t_ms=t_ms, present=True))
    state, decisions = step(state, Asked(t_ms=t_ms))

Rationing by time and presence: who comes gets a few portions at once, then one after each wait,
while more is left than one for each who is still to come. How many at once follows from what is
left and how many visits the next refill is away (a fair share, never below one). Somebody who comes
right after a visit that took all its portions gets one, then waits: that may be the same one again,
and it does the next one no harm. What is kept is counts.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from edgekit.errors import ConfigError
from edgekit.systems.actuation import Channel, Safe
from edgekit.systems.card import Card
from edgekit.systems.decision import Decision, Severity
from edgekit.systems.vitals import Fault, told

MOTOR = Channel(name="motor", unit="on", safe=Safe.OFF, limit_ms=5_000)
WATCHED_MS = 600_000
"""A presence sensor that said nothing for longer is none."""
LEARN = 0.3
"""How much the last span between refills counts for the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One dispenser.

    Attributes:
        portions: that it holds when full.
        most_each: portions at once when there is enough.
        wait_ms: after those, the time to the next one.
        gap_ms: an absence of so long ends a visit.
        again_ms: who comes so soon after a visit that took all gets one portion at once.
        bounce_ms: asking again so soon is the same asking.
        portion_ms: how long the motor runs for one.
        usual_visits: between refills, until it has learnt them.
        low: a refill is asked for when so few are left.
        stuck_ms: presence without a break for so long is a sensor that stands.
    """

    portions: int = 500
    most_each: int = 3
    wait_ms: int = 20_000
    gap_ms: int = 5_000
    again_ms: int = 20_000
    bounce_ms: int = 400
    portion_ms: int = 800
    usual_visits: int = 200
    low: int = 50
    stuck_ms: int = 1_800_000

    def __post_init__(self) -> None:
        whole = (self.portions, self.most_each, self.wait_ms, self.gap_ms, self.portion_ms)
        if min(*whole, self.usual_visits, self.stuck_ms) < 1 or not 0 <= self.low < self.portions:
            raise ConfigError("a dispenser: expected counts and times from 1 on, low below full")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Whether somebody is there; None where the sensor gave nothing."""

    t_ms: int
    present: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A hand asks for a portion."""

    t_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Refilled:
    """Somebody has refilled it: so many portions are in it now."""

    t_ms: int
    portions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Stock, the visit that goes on, and counts since the refill: nothing of anybody."""

    settings: Settings
    stock: int
    usual_visits: int
    visits: int = 0
    given: int = 0
    allowed: int = 0
    seen_ms: int | None = None
    watched_ms: int | None = None
    there_since_ms: int | None = None
    asked_ms: int | None = None
    given_ms: int | None = None
    took_all_ms: int | None = None
    stuck: bool = False
    blind: bool = False
    empty: bool = False
    low: bool = False


Reading = Seen | Asked | Refilled


def begin(settings: Settings) -> State:
    """Return the state of a full dispenser."""
    return State(settings=settings, stock=settings.portions, usual_visits=settings.usual_visits)


def step(state: State, reading: Reading) -> tuple[State, tuple[Decision, ...]]:
    """Take one reading."""
    if isinstance(reading, Refilled):
        return _refilled(state, reading)
    times = (state.seen_ms, state.asked_ms, state.watched_ms)
    if any(one is not None and reading.t_ms < one for one in times):
        # Clocks that went back: the visit and its waits are over, counts stay.
        fresh = replace(state, seen_ms=None, asked_ms=None, given_ms=None, watched_ms=None)
        fresh = replace(fresh, there_since_ms=None, took_all_ms=None, given=0, allowed=0)
        back = told("clock", Fault.CLOCK_BACK, reading.t_ms, "waits begin anew")
        after, more = step(fresh, reading)
        return after, (back, *more)
    if isinstance(reading, Seen):
        return _seen(state, reading)
    return _asked(state, reading)


def _seen(state: State, seen: Seen) -> tuple[State, tuple[Decision, ...]]:
    if seen.present is None:
        words = "presence is not known: asking alone counts"
        told_now = () if state.blind else (told("presence", Fault.MISSING, seen.t_ms, words),)
        return replace(state, blind=True), told_now
    if state.blind:
        words = "presence: no longer missing"
        well = Decision(t_ms=seen.t_ms, what="cleared.missing", reason=words)
        after, more = _seen(replace(state, blind=False), seen)
        return after, (well, *more)
    state = replace(state, watched_ms=seen.t_ms)
    if not seen.present:
        cleared = Decision(t_ms=seen.t_ms, what="cleared.stuck", reason="presence moves again")
        return replace(state, there_since_ms=None, stuck=False), (cleared,) * state.stuck
    since = seen.t_ms if state.there_since_ms is None else state.there_since_ms
    stuck = seen.t_ms - since >= state.settings.stuck_ms
    state = _visited(state, seen.t_ms) if not stuck else state
    after = replace(state, there_since_ms=since, stuck=stuck)
    if stuck and not state.stuck:
        words = "somebody is there without a break: asking alone counts"
        return after, (told("presence", Fault.STUCK, seen.t_ms, words),)
    return after, ()


def _visited(state: State, t_ms: int) -> State:
    """Go on with the visit, or begin another one with its share."""
    settings = state.settings
    watched = state.watched_ms is not None and t_ms - state.watched_ms < WATCHED_MS
    # Where nobody watches, who asks again before a wait is over may be the same one.
    gap_ms = settings.gap_ms if watched and not state.stuck else settings.wait_ms
    if state.seen_ms is not None and t_ms - state.seen_ms < gap_ms:
        return replace(state, seen_ms=t_ms)
    again = state.took_all_ms is not None and t_ms - state.took_all_ms < settings.again_ms
    left = max(1, state.usual_visits - state.visits)
    share = max(1, min(settings.most_each, state.stock // left))
    return replace(
        state, seen_ms=t_ms, visits=state.visits + 1, given=0, allowed=1 if again else share
    )


def _asked(state: State, asked: Asked) -> tuple[State, tuple[Decision, ...]]:
    settings, t_ms = state.settings, asked.t_ms
    if state.asked_ms is not None and t_ms - state.asked_ms < settings.bounce_ms:
        return replace(state, asked_ms=t_ms), ()
    state = replace(_visited(state, t_ms), asked_ms=t_ms)
    if state.stock <= 0:
        return replace(state, empty=True), tuple(_empty(state, t_ms))
    since = t_ms - (state.given_ms if state.given_ms is not None else t_ms)
    waited = since >= settings.wait_ms
    if state.given < state.allowed or (waited and not _scarce(state)):
        return _give(state, t_ms)
    left_s = -(-(settings.wait_ms - since) // 1000)
    words = f"{state.given} given in this visit: the next one in {left_s} s"
    if waited:
        words = f"{state.stock} are left, one for each who is still to come"
    return state, (Decision(t_ms=t_ms, what="wait", reason=words),)


def _scarce(state: State) -> bool:
    """Whether nothing is left beyond one for each visit that the next refill is away."""
    return state.stock <= state.usual_visits - state.visits


def _give(state: State, t_ms: int) -> tuple[State, tuple[Decision, ...]]:
    settings = state.settings
    given, stock = state.given + 1, state.stock - 1
    all_taken = given >= state.allowed
    after = replace(
        state,
        given=given,
        stock=stock,
        given_ms=t_ms,
        took_all_ms=t_ms if all_taken else state.took_all_ms,
        low=stock <= settings.low,
    )
    portion = Decision(
        t_ms=t_ms,
        what="portion",
        reason=f"portion {given} of {max(given, state.allowed)} at once; {stock} are left",
        severity=Severity.ACTION,
        command=MOTOR.command(1, expires_ms=settings.portion_ms),
    )
    if not after.low or state.low:
        return after, (portion,)
    refill = Decision(
        t_ms=t_ms,
        what="refill",
        reason=f"{stock} portions are left: time to refill",
        severity=Severity.ACTION,
    )
    return after, (portion, refill)


def _empty(state: State, t_ms: int) -> Iterator[Decision]:
    if not state.empty:
        yield Decision(
            t_ms=t_ms,
            what="empty",
            reason="nothing is left: somebody asked in vain",
            severity=Severity.FAULT,
        )


def _refilled(state: State, refill: Refilled) -> tuple[State, tuple[Decision, ...]]:
    settings = state.settings
    if not 0 <= refill.portions <= settings.portions:
        words = f"{refill.portions} portions: it holds 0 to {settings.portions}"
        return state, (told("refill", Fault.OUT_OF_RANGE, refill.t_ms, words),)
    usual = state.usual_visits
    if state.visits:
        usual = max(1, round((1 - LEARN) * usual + LEARN * state.visits))
    words = f"{refill.portions} portions, for some {usual} visits"
    after = replace(state, stock=refill.portions, usual_visits=usual, visits=0, empty=False)
    low = refill.portions <= settings.low
    return replace(after, low=low), (Decision(t_ms=refill.t_ms, what="refilled", reason=words),)


CARD = Card(
    name="dispenser",
    title="paper, soap or water that lasts for everybody, by time and presence, knowing nobody",
    method="A visit gets a fair share of what is left at once (stock over the visits until the "
    "refill, 1 to 3 portions), then one after each wait while there is more than one for each to "
    "come. One that follows at once on a visit that "
    "took all gets one. Visits between refills are learnt. Only counts are kept.",
    source="fair share with a floor of one (max-min fairness: Bertsekas and Gallager, Data "
    "Networks, 1992, section 6.5.2)",
    unknown="who somebody is, always; whether somebody is there, where the sensor stands",
    settings=Settings,
    channels=(MOTOR,),
)
