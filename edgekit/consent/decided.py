"""What an eye may decide on the spot, as the one table: its words, what they count and drive.

An eye that decides says one small word (`edgekit.records.Decided`) where it would else say a
number; the clerk counts by this table, and a board's output is commanded by it. Each system has to
be named in the authorisation. Where its data are about health, a reason of GDPR art. 9(2) stands
there, too, the law that it rests on, and the other way for whoever does not want it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from edgekit.consent.fields import require_text
from edgekit.consent.form import Table, choice, or_null, text
from edgekit.consent.metric import Metric
from edgekit.consent.terms import DRAWN, SENSED_BY, LawfulBasis
from edgekit.errors import ConsentError
from edgekit.records import Decided, Profile
from edgekit.signing.canonical import JsonValue

if TYPE_CHECKING:
    from edgekit.consent.site import SiteAuthorisation


class Exemption(StrEnum):
    """Why data about health may be processed; named as in DPV's GDPR terms."""

    EXPLICIT_CONSENT = "A9-2-a"
    EMPLOYMENT = "A9-2-b"
    PUBLIC_INTEREST = "A9-2-g"
    OCCUPATIONAL_MEDICINE = "A9-2-h"
    PUBLIC_HEALTH = "A9-2-i"
    HOUSEHOLD = "household"  # GDPR art. 2(2)(c): one's own home, seen by oneself


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a word means.

    Attributes:
        text: for the status: how it is now; empty where the word is about somebody, which no
            status shows.
        works: of a word that says how it is: whether decisions are made.
        adds: what it adds one to, by measure of its system.
        drives: the output is on from now on until it expires (True), goes to its safe state
            (False), or is left alone (None).
    """

    text: str = ""
    works: bool = False
    adds: tuple[str, ...] = ()
    drives: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deciding:
    """A system whose decisions an eye makes.

    Attributes:
        words: that it has, and no others.
        profiles: under which it may run at all.
        exemptions: of which one has to be named; none where its data are not about health.
        alone: whether its eye may tell of nothing else: how well somebody is found by their warmth
            tells how warm they are.
    """

    words: Mapping[Decided, Meaning]
    profiles: frozenset[Profile]
    exemptions: tuple[Exemption, ...] = ()
    alone: bool = False


DECIDING: Mapping[str, Deciding] = {
    "temperature": Deciding(
        words={
            Decided.READY: Meaning(text="ready", works=True),
            Decided.WARMING_UP: Meaning(text="refused: the array warms up"),
            Decided.NO_REFERENCE: Meaning(text="refused: no black body is seen"),
            Decided.REFERENCE_OFF: Meaning(text="refused: the black body is off"),
            Decided.REFERENCE_DRIFTS: Meaning(text="refused: the black body drifts"),
            Decided.STANDS: Meaning(text="refused: the array stands"),
            Decided.ROOM: Meaning(text="refused: the room is too cold or too warm"),
            Decided.POOR_ARRAY: Meaning(text="refused: the array is too poor for it"),
            # Whoever comes next is not to be asked by the sign of who was there before.
            Decided.NOT_WARM: Meaning(adds=("screened",), drives=False),
            Decided.WARM: Meaning(adds=("screened", "warm"), drives=True),
            # Two at once, or too short a look: neither is counted.
            Decided.CROWD: Meaning(drives=False),
            Decided.UNSURE: Meaning(drives=False),
        },
        # Exact numbers of who was warm are nobody's business, not even a household's.
        profiles=frozenset({Profile.SDC_10_5, Profile.LOCAL}),
        # Who passes a door has not consented to anything before the array has seen them.
        exemptions=tuple(one for one in Exemption if one is not Exemption.EXPLICIT_CONSENT),
        alone=True,
    ),
    "drowsiness": Deciding(
        words={
            Decided.LEARNING: Meaning(text="learning the driver's eye"),
            # It never says that anybody is awake.
            Decided.WATCHING: Meaning(text="watching", works=True),
            Decided.NOT_WATCHING: Meaning(text="not watching", drives=True),
            Decided.DROWSY: Meaning(drives=True),
        },
        # A buzzer in the cab, and nothing else: there is no number of it that could leave.
        profiles=frozenset({Profile.LOCAL}),
        # Tiredness is of the driver's health: nobody but the driver can allow it.
        exemptions=(Exemption.EXPLICIT_CONSENT, Exemption.HOUSEHOLD),
    ),
}
"""The systems by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalDecision:
    """One system that may decide on the spot.

    ``law`` is what the exemption rests on, ``otherwise`` what somebody does who does not want it;
    both are None where the data are not about health.
    """

    system: str
    exemption: Exemption | None = None
    law: str | None = None
    otherwise: str | None = None

    def __post_init__(self) -> None:
        found = DECIDING.get(self.system)
        if found is None:
            raise ConsentError(
                f"decisions of {self.system!r}: there is no such system",
                hint=f"an eye decides for {', '.join(DECIDING)}",
            )
        health = bool(found.exemptions)
        for what in ("law", "otherwise"):
            value: str | None = getattr(self, what)
            if value is not None:
                require_text(f"decision {self.system}: {what}", value)
            if (value is not None) is not health:
                raise ConsentError(
                    f"decision {self.system}: {what}: expected "
                    f"{'a text: its data are about health' if health else 'null'}"
                )
        if self.exemption not in (found.exemptions or (None,)):
            listed = ", ".join(found.exemptions) or "null"
            raise ConsentError(
                f"decision {self.system} by {self.exemption}: expected {listed}",
                hint="GDPR art. 9(2): say why data about health may be processed at all",
            )

    def to_json(self) -> dict[str, JsonValue]:
        """Return the JSON object."""
        return {
            "system": self.system,
            "exemption": None if self.exemption is None else self.exemption.value,
            "law": self.law,
            "otherwise": self.otherwise,
        }


DECISION: Table = {
    "system": text(longest=24),
    "exemption": or_null(choice(Exemption)),
    "law": or_null(text()),
    "otherwise": or_null(text()),
}


def decided_at(site: "SiteAuthorisation") -> tuple[str, ...]:
    """Return the systems whose decisions the eye of a site may make."""
    return tuple(one.system for one in site.decisions)


def require_decisions(site: "SiteAuthorisation") -> None:
    """Raise ConsentError where a decision goes unnamed, or under a rule that does not fit it."""
    named = decided_at(site)
    if len(set(named)) != len(named):
        raise ConsentError("a decision is listed twice")
    for metric in (Metric.parse(output.metric) for output in site.outputs):
        if metric.kind in DECIDING and metric.kind not in named:
            raise ConsentError(
                f"{metric.text} is counted by what the eye decides on the spot, and decisions does "
                f"not name {metric.kind}",
                hint="name it in decisions, with its reason in GDPR art. 9(2), and sign it anew",
            )
    for one in site.decisions:
        _require_allowed(one, site)


def _require_allowed(one: LocalDecision, site: "SiteAuthorisation") -> None:
    found = DECIDING[one.system]
    if site.profile not in found.profiles:
        raise ConsentError(
            f"decision {one.system} under {site.profile}: expected "
            f"{' or '.join(sorted(found.profiles))}"
        )
    if SENSED_BY[one.system] is not site.eye:
        raise ConsentError(
            f"decision {one.system} is made by a {SENSED_BY[one.system]}, and the eye is "
            f"{site.eye or 'not there'}"
        )
    drawn = [one.metric for one in site.outputs if Metric.parse(one.metric).kind in DRAWN]
    if found.alone and drawn:
        raise ConsentError(
            f"decision {one.system} beside {drawn[0]}: the eye that makes it counts nothing else",
            hint="take out lines, zones and rooms; another node counts",
        )
    if not found.exemptions:
        return
    home = site.lawful_basis is LawfulBasis.HOUSEHOLD
    if home is not (one.exemption is Exemption.HOUSEHOLD):
        raise ConsentError(
            f"decision {one.system} by {one.exemption} on the basis {site.lawful_basis}: expected "
            "household with household, and neither alone"
        )
    if not home and site.dpia_reference is None:
        raise ConsentError(
            f"decision {one.system}: data about health takes an impact assessment: expected "
            "dpia_reference",
            hint="GDPR art. 35(3)(b)",
        )
