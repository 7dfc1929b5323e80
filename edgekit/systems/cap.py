"""Alarms as Common Alerting Protocol 1.2 messages (OASIS Standard, 1 July 2010).

    xml = cap_xml(Alert(sender="site@example.org", t_ms=t_ms, event="Fire", …))

A message carries a place, never a person. Elements stand in the order of the standard's schema
(section 3.4); identifiers hold none of the characters that section 3.2.1 forbids.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from xml.sax.saxutils import escape

from edgekit.errors import ConfigError

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
_PLAIN = re.compile(r"[^\s,<&]+")


class Status(StrEnum):
    """What a message is for; ``Actual`` is acted on."""

    ACTUAL = "Actual"
    EXERCISE = "Exercise"
    TEST = "Test"


class Message(StrEnum):
    """Whether it is the first word, a further one, or the end."""

    ALERT = "Alert"
    UPDATE = "Update"
    CANCEL = "Cancel"


class Category(StrEnum):
    """What it is about."""

    GEO = "Geo"
    MET = "Met"
    SAFETY = "Safety"
    SECURITY = "Security"
    RESCUE = "Rescue"
    FIRE = "Fire"
    HEALTH = "Health"
    ENV = "Env"
    TRANSPORT = "Transport"
    INFRA = "Infra"
    CBRNE = "CBRNE"
    OTHER = "Other"


class Urgency(StrEnum):
    """How soon to act."""

    IMMEDIATE = "Immediate"
    EXPECTED = "Expected"
    FUTURE = "Future"
    PAST = "Past"
    UNKNOWN = "Unknown"


class Gravity(StrEnum):
    """CAP's severity."""

    EXTREME = "Extreme"
    SEVERE = "Severe"
    MODERATE = "Moderate"
    MINOR = "Minor"
    UNKNOWN = "Unknown"


class Certainty(StrEnum):
    """How sure it is."""

    OBSERVED = "Observed"
    LIKELY = "Likely"
    POSSIBLE = "Possible"
    UNLIKELY = "Unlikely"
    UNKNOWN = "Unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One message with one area.

    Attributes:
        sender: who answers for it, such as an address; no spaces, commas, ``<`` or ``&``.
        t_ms: when it is sent, Unix time; with ``event`` and ``place`` it makes the identifier.
        event: what happens, in a word or two.
        headline: a sentence.
        place: where, in words.
        circle: latitude, longitude (degrees) and radius (km), where known.
        references: identifier and time (ms) of the message that it follows; needed for updates.

    Raises ConfigError where the standard forbids what is given.
    """

    sender: str
    t_ms: int
    event: str
    headline: str
    place: str
    category: Category = Category.FIRE
    urgency: Urgency = Urgency.IMMEDIATE
    gravity: Gravity = Gravity.SEVERE
    certainty: Certainty = Certainty.OBSERVED
    status: Status = Status.ACTUAL
    message: Message = Message.ALERT
    description: str = ""
    circle: tuple[float, float, float] | None = None
    references: tuple[str, int] | None = None

    def __post_init__(self) -> None:
        if not _PLAIN.fullmatch(self.sender):
            raise ConfigError(f"sender {self.sender!r}: expected no spaces, commas, < or &")
        if not all(one.strip() for one in (self.event, self.headline, self.place)):
            raise ConfigError("a message: expected an event, a headline and a place in words")
        if (self.message is Message.ALERT) != (self.references is None):
            raise ConfigError("a message: an update or cancel follows another, an alert does not")
        if self.circle is not None:
            latitude, longitude, radius_km = self.circle
            if not (abs(latitude) <= 90 and abs(longitude) <= 180 and radius_km >= 0):  # noqa: PLR2004 -- the globe
                raise ConfigError(f"circle {self.circle}: expected latitude, longitude, km")

    @property
    def identifier(self) -> str:
        """A name that no other message of this sender has."""
        word = re.sub(r"[^A-Za-z0-9]+", "-", f"{self.place}-{self.event}").strip("-")
        return f"{word}-{self.message}-{self.t_ms}"


def cap_xml(alert: Alert) -> str:
    """Return the message as an XML document."""
    lines = "\n".join(_alert(alert))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{lines}\n'


def cap_time(t_ms: int) -> str:
    """Return a time as section 3.2.1 wants it: with an offset, never Z."""
    return f"{datetime.fromtimestamp(t_ms // 1000, UTC):%Y-%m-%dT%H:%M:%S}-00:00"


def _alert(alert: Alert) -> Iterator[str]:
    yield f'<alert xmlns="{NAMESPACE}">'
    yield _element("identifier", alert.identifier)
    yield _element("sender", alert.sender)
    yield _element("sent", cap_time(alert.t_ms))
    yield _element("status", alert.status)
    yield _element("msgType", alert.message)
    yield _element("scope", "Public")
    if alert.references is not None:
        identifier, sent_ms = alert.references
        yield _element("references", f"{alert.sender},{identifier},{cap_time(sent_ms)}")
    yield "  <info>"
    for name, value in (
        ("language", "en"),
        ("category", alert.category),
        ("event", alert.event),
        ("urgency", alert.urgency),
        ("severity", alert.gravity),
        ("certainty", alert.certainty),
        ("headline", alert.headline),
        ("description", alert.description),
    ):
        if value:
            yield "  " + _element(name, value)
    yield "    <area>"
    yield "    " + _element("areaDesc", alert.place)
    if alert.circle is not None:
        latitude, longitude, radius_km = alert.circle
        yield "    " + _element("circle", f"{latitude:.5f},{longitude:.5f} {radius_km:g}")
    yield "    </area>"
    yield "  </info>"
    yield "</alert>"


def _element(name: str, value: str) -> str:
    text = "".join(one for one in value if one.isprintable())
    return f"  <{name}>{escape(text)}</{name}>"
