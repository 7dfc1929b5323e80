"""The sign before a crowd, and the message: let no more in. It is told one bit, and no number.

    shown, decisions = show(watch, Shown(), Said(t_ms=t_ms, pressed=True))

What is said comes several times a second from whoever counts (`edgekit.systems.crowd_watch`). The
sign is commanded for some seconds each time and goes dark without: a sign that stays on after
nobody looks any more is soon believed by nobody. The message is CAP 1.2, names a place and no
person, and is cancelled when it is over. While it is not known whether people are pressed the
warning stands for a while, since they do not go as fast as a camera does, and then ends unknown.
"""

from dataclasses import dataclass, replace

from edgekit.errors import ConfigError
from edgekit.systems.actuation import Channel, Safe
from edgekit.systems.cap import Alert, Category, Message, cap_xml
from edgekit.systems.day import MINUTE_MS
from edgekit.systems.decision import Decision, Severity

SIGN = Channel(name="sign", unit="on", safe=Safe.OFF)
SHOWN_MS = 10_000
STANDS_MS = 5 * MINUTE_MS
"""So long a warning stands while nothing is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """``[systems.crowd.watch]``.

    Attributes:
        zone: whose people are watched, by its name; the ground has to be measured.
        line: whose passages are the flow, both ways, by its name: the way through or out.
        place: where, for the message; a place, never a person.
        sender: who answers for the message.
    """

    zone: str = ""
    line: str = ""
    place: str = "a public place"
    sender: str = "crowd@edgekit.invalid"

    def __post_init__(self) -> None:
        if not self.place.strip():
            raise ConfigError("a crowd's warning: expected a place in words")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Whether people are pressed now; None where it is not known."""

    t_ms: int
    pressed: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Since when it warns, by which message, and when that was last confirmed."""

    since_ms: int | None = None
    message: str = ""
    said_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned(Decision):
    """A warning, or its end, with its CAP 1.2 message."""

    cap: str


def show(watch: Watch, shown: Shown, said: Said) -> tuple[Shown, tuple[Decision, ...]]:
    """Take what is said; return what is shown, and what is to be done and told of it."""
    t_ms = said.t_ms
    if said.pressed and shown.since_ms is None:
        return _warns(watch, t_ms)
    if shown.since_ms is None:
        return shown, ()
    if said.pressed:
        shown = replace(shown, said_ms=t_ms)
    elif said.pressed is False:
        return Shown(), (_over(watch, shown, t_ms, "they are no longer so dense"),)
    elif not 0 <= t_ms - shown.said_ms < STANDS_MS:
        return Shown(), (_over(watch, shown, t_ms, "nothing is known of them any more"),)
    stays = "the warning stands"
    command = SIGN.command(1, expires_ms=SHOWN_MS)
    return shown, (Decision(t_ms=t_ms, what="sign", reason=stays, command=command),)


def _warns(watch: Watch, t_ms: int) -> tuple[Shown, tuple[Decision, ...]]:
    words = "people are dense and ever slower: let no more in, open the ways out"
    alert = _alert(watch, t_ms, f"{words[:1].upper()}{words[1:]}")
    decision = Warned(
        t_ms=t_ms,
        what="crowded",
        reason=f"{watch.place}: {words}",
        severity=Severity.ALARM,
        command=SIGN.command(1, expires_ms=SHOWN_MS),
        cap=cap_xml(alert),
    )
    return Shown(since_ms=t_ms, message=alert.identifier, said_ms=t_ms), (decision,)


def _over(watch: Watch, shown: Shown, t_ms: int, why: str) -> Decision:
    before = (shown.message, shown.since_ms or 0)
    alert = _alert(watch, t_ms, f"The warning is over: {why}", before)
    return Warned(
        t_ms=t_ms,
        what="crowded.over",
        reason=f"{watch.place}: {why}",
        command=SIGN.command(0, expires_ms=0),
        cap=cap_xml(alert),
    )


def _alert(watch: Watch, t_ms: int, words: str, before: tuple[str, int] | None = None) -> Alert:
    return Alert(
        sender=watch.sender,
        t_ms=t_ms,
        event="Crowd",
        headline=words,
        place=watch.place,
        category=Category.SAFETY,
        message=Message.ALERT if before is None else Message.CANCEL,
        references=before,
    )
