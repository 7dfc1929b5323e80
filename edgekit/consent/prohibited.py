"""What edgekit does not do, by which law, and what it does instead.

The names are reserved: importing one from here, or asking for it as a purpose or a metric, raises
`ProhibitedPractice`. There is nothing behind them that could be switched on.

Sources: Regulation (EU) 2024/1689 (AI Act) art. 5(1); Regulation (EU) 2016/679 (GDPR).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

from edgekit.errors import ProhibitedPractice


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """One practice: its reserved name, what it is, the law, and what serves the need instead."""

    name: str
    what: str
    law: str
    instead: str


_AI_ACT = "AI Act art. 5(1)"

PRACTICES: tuple[Practice, ...] = (
    Practice(
        name="face_recognition",
        what="telling who a face belongs to",
        law=f"{_AI_ACT}(h); GDPR art. 9",
        instead="count people without knowing them",
    ),
    Practice(
        name="biometric_identification",
        what="telling people apart by face, gait, voice or body",
        law=f"{_AI_ACT}(h); GDPR art. 9",
        instead="count passages over a line",
    ),
    Practice(
        name="biometric_categorisation",
        what="sorting people by origin, faith, orientation or belief",
        law=f"{_AI_ACT}(g); GDPR art. 9",
        instead="ask people, and let them not answer",
    ),
    Practice(
        name="age_estimation",
        what="guessing how old somebody is from a picture",
        law="GDPR art. 5(1)(c)",
        instead="count everybody alike",
    ),
    Practice(
        name="gender_estimation",
        what="guessing somebody's sex or gender from a picture",
        law=f"GDPR art. 5(1)(c) and 9; compare {_AI_ACT}(g)",
        instead="count everybody alike",
    ),
    Practice(
        name="emotion_recognition",
        what="guessing what somebody feels",
        law=f"{_AI_ACT}(f)",
        instead="put up a box with questions",
    ),
    Practice(
        name="social_scoring",
        what="rating people by how they behave",
        law=f"{_AI_ACT}(c)",
        instead="measure the place, not the person",
    ),
    Practice(
        name="predictive_policing",
        what="guessing who will break the law",
        law=f"{_AI_ACT}(d)",
        instead="light the way and count how full it is",
    ),
    Practice(
        name="face_scraping",
        what="collecting faces for a database",
        law=f"{_AI_ACT}(e)",
        instead="keep no pictures",
    ),
    Practice(
        name="behavioural_manipulation",
        what="steering single people without their knowing, or using their weakness",
        law=f"{_AI_ACT}(a) and (b)",
        instead="switch lights and doors for everybody alike",
    ),
    Practice(
        name="person_tracking",
        what="following a person from camera to camera or from day to day",
        law="GDPR art. 5(1)(c) and 6",
        instead="compare counts of places",
    ),
    Practice(
        name="device_tracking",
        what="listening for telephones and their radio addresses",
        law="Directive 2002/58/EC art. 5(3); GDPR art. 6",
        instead="count people over a line",
    ),
    Practice(
        name="plate_recognition",
        what="reading number plates",
        law="GDPR art. 5(1)(c) and 6",
        instead="count vehicles",
    ),
    Practice(
        name="speech_recording",
        what="recording or understanding what people say",
        law="GDPR art. 5(1)(c) and 6; national criminal law",
        instead="measure how loud it is",
    ),
    Practice(
        name="covert_sensing",
        what="sensing without a sign",
        law="GDPR art. 5(1)(a), 12 and 13",
        instead="put up the sign that edgekit notice writes",
    ),
    Practice(
        name="video_recording",
        what="keeping pictures of people",
        law="GDPR art. 5(1)(c) and (e)",
        instead="keep the numbers",
    ),
    Practice(
        name="data_resale",
        what="selling what was sensed",
        law="GDPR art. 5(1)(b)",
        instead="publish the released numbers for all",
    ),
    Practice(
        name="enforcement",
        what="using counts or pictures to punish somebody",
        law="GDPR art. 5(1)(b)",
        instead="use the numbers to improve the place",
    ),
)

_BY_NAME: Mapping[str, Practice] = {practice.name: practice for practice in PRACTICES}


def refuse(name: str) -> NoReturn:
    """Raise ProhibitedPractice for one of the reserved names."""
    practice = _BY_NAME[name]
    raise ProhibitedPractice(
        f"{name}: edgekit does not do this ({practice.what}; {practice.law})",
        hint=f"instead: {practice.instead}",
    )


def require_allowed(name: str) -> None:
    """Raise ProhibitedPractice where a purpose or a metric is called by a reserved name.

    The parts of a dotted name count each; case, blanks and hyphens make no difference.
    """
    for part in name.lower().replace("-", "_").replace(" ", "_").split("."):
        if part in _BY_NAME:
            refuse(part)


def __getattr__(name: str) -> NoReturn:
    if name in _BY_NAME:
        refuse(name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
