"""A door that opens to a consented token from outside, and to everybody from inside.

    lock = turn(lock, Inputs(exit_asked=False, fire=False, token=True), elapsed_ms=200)
    lock.held

A door may be held only while everything that must free it is known to work: the exit is asked for
or not, there is a fire alarm or none, readings come without a break. Whatever is not known frees
it. A token can open, never hold: the way out asks nobody who he is. The rules are those of
access-controlled egress doors (NFPA 101-2021, 7.2.1.6.2: freed by who approaches, by hand for 30 s,
by loss of power, and by the fire alarm until reset by hand; likewise EN 13637). The lock itself
must be of the kind that opens without power, and the button must also cut its power by itself.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from edgekit.errors import ConfigError
from edgekit.systems.actuation import Channel, Command, Safe
from edgekit.systems.decision import Decision, Severity
from edgekit.systems.register import Meter, Moved, Register, Total, advance
from edgekit.systems.vitals import Fault, told

DOOR = Channel(name="door", unit="open", safe=Safe.OPEN)
ENTRY_MS, EXIT_MS, SILENT_MS, HOLD_MS = 5_000, 30_000, 5_000, 5_000
MOST_TOKENS, LEAST_TOKEN = 200, 16
COUNTER = Meter(most_per_hour=7200, modulus=65_536)


class Phase(StrEnum):
    """What the door does, and why."""

    HELD = "held"
    ENTRY = "entry"
    EXIT = "exit"
    ALARM = "alarm"
    DOUBT = "doubt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What the door's own wires say; None where a wire says nothing."""

    exit_asked: bool | None
    fire: bool | None
    token: bool = False
    reset: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """The phase, and for how long it lasts; begins free, in doubt."""

    phase: Phase = Phase.DOUBT
    left_ms: int = 0

    @property
    def held(self) -> bool:
        """Whether the door is held; in every other phase it is free."""
        return self.phase is Phase.HELD


def turn(lock: Lock, inputs: Inputs, elapsed_ms: int) -> Lock:
    """Return the lock after the door's inputs; time that stood, ran back or was long is doubt."""
    if inputs.fire or (lock.phase is Phase.ALARM and not (inputs.reset and inputs.fire is False)):
        return Lock(phase=Phase.ALARM)
    if inputs.fire is None or inputs.exit_asked is None or not 0 <= elapsed_ms <= SILENT_MS:
        return Lock(phase=Phase.DOUBT)
    if inputs.exit_asked:
        return Lock(phase=Phase.EXIT, left_ms=EXIT_MS)
    left_ms = lock.left_ms - elapsed_ms
    lasts = left_ms > 0 and lock.phase in {Phase.EXIT, Phase.ENTRY}
    if inputs.token and not (lasts and lock.phase is Phase.EXIT):
        return Lock(phase=Phase.ENTRY, left_ms=ENTRY_MS)
    return replace(lock, left_ms=left_ms) if lasts else Lock(phase=Phase.HELD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One look at the door.

    Attributes:
        token: digest of what was held to the reader, or nothing.
        exit_asked, fire: as in `Inputs`.
        reset: a person resets after an alarm.
        opened: the door's contact; None where there is none.
        passages: total of the door's own counter of people who came in, where it has one.
    """

    t_ms: int
    exit_asked: bool | None
    fire: bool | None
    token: str = ""
    reset: bool = False
    opened: bool | None = None
    passages: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Somebody consents that his token opens the door, until a time."""

    t_ms: int
    token: str
    until_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """Somebody withdraws: the token is forgotten at once."""

    t_ms: int
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Consents:
    """All tokens whose holders consent, and until when: what is not among them is forgotten."""

    t_ms: int
    tokens: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """The lock, consented tokens (digests, until when), who came in today as a number."""

    lock: Lock = field(default_factory=Lock)
    t_ms: int | None = None
    command_ms: int | None = None
    tokens: Mapping[str, int] = field(default_factory=dict)
    counter: Register = field(default_factory=Register)
    came: int = 0
    forced: bool = False


def digest_of(token: str) -> str:
    """Return what is kept of a token: SHA-256, which does not give it back.

    Raises ConfigError for a token that could be guessed: it must be random and of 16 characters
    or more, never a name or a number of staff.
    """
    if len(token) < LEAST_TOKEN:
        raise ConfigError(f"a token of {len(token)} characters: expected {LEAST_TOKEN} or more")
    return hashlib.sha256(token.encode()).hexdigest()


def consent(entry: Entry, reading: Grant | Withdrawal) -> tuple[Entry, Decision]:
    """Take a consent or its end; neither names anybody."""
    tokens = {k: until for k, until in entry.tokens.items() if until > reading.t_ms}
    tokens.pop(reading.token, None)
    words = "a consent was withdrawn: its token is forgotten"
    if isinstance(reading, Grant):
        if len(tokens) >= MOST_TOKENS or reading.until_ms <= reading.t_ms:
            words = f"a consent was not taken: it is over, or there are {MOST_TOKENS} already"
            refused = Decision(
                t_ms=reading.t_ms, what="refused", reason=words, severity=Severity.UNKNOWN
            )
            return replace(entry, tokens=tokens), refused
        tokens[reading.token] = reading.until_ms
        words = f"a consent was given; {len(tokens)} tokens open the door"
    done = Decision(t_ms=reading.t_ms, what="consent", reason=words)
    return replace(entry, tokens=tokens), done


def renew(entry: Entry, reading: Consents) -> tuple[Entry, tuple[Decision, ...]]:
    """Take the whole list of consents; told is how many were given or withdrawn, of nobody."""
    good = sorted(token for token, until in reading.tokens.items() if until > reading.t_ms)
    tokens = {token: reading.tokens[token] for token in good[:MOST_TOKENS]}
    held = {token for token, until in entry.tokens.items() if until > reading.t_ms}
    given, gone = len(tokens.keys() - held), len(held - tokens.keys())
    decisions = []
    if given or gone:
        words = f"{given} consents were given, {gone} withdrawn; {len(tokens)} tokens open the door"
        decisions.append(Decision(t_ms=reading.t_ms, what="consent", reason=words))
    if len(good) > MOST_TOKENS and len(held) < MOST_TOKENS:
        words = f"{len(good)} consents: only {MOST_TOKENS} are taken"
        decisions.append(
            Decision(t_ms=reading.t_ms, what="refused", reason=words, severity=Severity.UNKNOWN)
        )
    return replace(entry, tokens=tokens), tuple(decisions)


def look(entry: Entry, seen: Seen) -> tuple[Entry, tuple[Decision, ...]]:
    """Take one look at the door; every look says anew whether it is held."""
    t_ms = seen.t_ms
    elapsed_ms = SILENT_MS + 1 if entry.t_ms is None else t_ms - entry.t_ms
    good = entry.tokens.get(seen.token, 0) > t_ms
    inputs = Inputs(exit_asked=seen.exit_asked, fire=seen.fire, token=good, reset=seen.reset)
    lock = turn(entry.lock, inputs, elapsed_ms)
    decisions = list(_faults(entry, seen, elapsed_ms))
    came, counted = _came(entry, seen, good=good and lock.phase is Phase.ENTRY)
    if counted is not None:
        decisions.append(counted)
    if seen.token and not good:
        words = "a token without a consent in force: not opened from outside"
        decisions.append(Decision(t_ms=t_ms, what="refused", reason=words))
    forced = lock.held and entry.lock.held and bool(seen.opened)
    if forced and not entry.forced:
        words = "open while it is held: by force, or the lock does not hold"
        alarm = Decision(t_ms=t_ms, what="forced", reason=words, severity=Severity.ALARM)
        decisions.append(alarm)
    after = replace(came, lock=lock, t_ms=t_ms, forced=forced)
    due = entry.command_ms is None or not 0 <= t_ms - entry.command_ms < HOLD_MS // 2
    if lock.phase is not entry.lock.phase or due:
        decisions.append(_command(entry, lock, seen))
        after = replace(after, command_ms=t_ms)
    return after, tuple(decisions)


WORDS: Mapping[Phase, str] = {
    Phase.HELD: "held from outside: exit, alarm and time are watched",
    Phase.ENTRY: "free for a token whose holder consented",
    Phase.EXIT: "free: somebody goes out",
    Phase.ALARM: "free: fire alarm, until a person resets it",
}


def _command(entry: Entry, lock: Lock, seen: Seen) -> Decision:
    doubts = (("the exit button", seen.exit_asked), ("the fire alarm", seen.fire))
    unknown = " and ".join(name for name, value in doubts if value is None)
    in_doubt = f"free: nothing is known of {unknown or 'what happened since the last look'}"
    new = lock.phase is not entry.lock.phase
    doubt = lock.phase is Phase.DOUBT
    command: Command = DOOR.command(int(not lock.held), expires_ms=HOLD_MS)
    severity = Severity.UNKNOWN if doubt else Severity.ACTION if new else Severity.INFO
    if lock.phase is Phase.ALARM and new:
        severity = Severity.ALARM
    return Decision(
        t_ms=seen.t_ms,
        what=f"door.{lock.phase}",
        reason=WORDS.get(lock.phase, in_doubt),
        severity=severity,
        command=command,
    )


def _faults(entry: Entry, seen: Seen, elapsed_ms: int) -> "tuple[Decision, ...]":
    if entry.t_ms is None or 0 < elapsed_ms <= SILENT_MS:
        return ()
    back = Fault.REPEATED if elapsed_ms == 0 else Fault.CLOCK_BACK
    fault = back if elapsed_ms <= 0 else Fault.MISSING
    words = f"{elapsed_ms / 1000:g} s since the last look: it is free until the next"
    return (told("door", fault, seen.t_ms, words),)


def _came(entry: Entry, seen: Seen, *, good: bool) -> tuple[Entry, Decision | None]:
    """Count who came in: by the door's counter where it has one, else by tokens that opened."""
    if seen.passages is None:
        fresh = good and entry.lock.phase is not Phase.ENTRY
        return replace(entry, came=entry.came + fresh), None
    total = Total(t_ms=seen.t_ms, total=seen.passages)
    counter, moved = advance(COUNTER, entry.counter, total)
    entry = replace(entry, counter=counter, came=entry.came + max(0, moved.units or 0))
    if moved.fault is None:
        return entry, None
    return entry, told("door counter", moved.fault, seen.t_ms, _counted(moved))


def _counted(moved: Moved) -> str:
    if moved.units is None:
        return "how many came in since its last total is not known"
    return f"{moved.units} came in since its last total"
