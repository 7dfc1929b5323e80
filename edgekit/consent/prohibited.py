"""What edgekit does not do, by which law, and what it does instead.

The names are reserved: importing one from here, or asking for it as a purpose or a metric, raises
`ProhibitedPractice`. There is nothing behind them that could be switched on: each row says by what
the code cannot do it, and which test shows that. docs/prohibited.md is this table.

Sources: Regulation (EU) 2024/1689 (AI Act) art. 5(1); Regulation (EU) 2016/679 (GDPR).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

from edgekit.errors import ProhibitedPractice


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """One practice.

    Attributes:
        name: reserved.
        what: it is, in words.
        law: that forbids it or that it could hardly be reconciled with.
        instead: what serves the need.
        how: by what the code cannot do it.
        test: that shows it, ``file::function``.
    """

    name: str
    what: str
    law: str
    instead: str
    how: str
    test: str


_AI_ACT = "AI Act art. 5(1)"
_OUTPUTS = (
    "tests/models/test_catalog.py::test_outputs_about_who_somebody_is_are_a_prohibited_practice"
)
_RENAMED = "tests/models/test_store.py::test_other_bytes_leave_nothing_behind"
_LATTICE = "tests/architecture/test_lattice.py::test_no_outlet_is_handed_anything_about_one_person"
_ABSENT = "tests/architecture/test_absent.py::test_nothing_that_does_it_is_imported_or_required"
_WALL = "tests/node/test_confined.py::test_eye_has_a_filter_on_every_thread_and_no_way_out"
_METRICS = "tests/consent/test_metric.py::test_there_are_no_others"
_DESK = "what finds people says where and how many, nothing else; "

PRACTICES: tuple[Practice, ...] = (
    Practice(
        name="face_recognition",
        what="telling who a face belongs to",
        law=f"{_AI_ACT}(h); GDPR art. 9",
        instead="count people without knowing them",
        how=f"{_DESK}a model that measures a face is refused",
        test=_OUTPUTS,
    ),
    Practice(
        name="biometric_identification",
        what="telling people apart by face, gait, voice or body",
        law=f"{_AI_ACT}(h); GDPR art. 9",
        instead="count passages over a line",
        how="nothing that leaves can say who somebody is, where they were or what they look like",
        test=_LATTICE,
    ),
    Practice(
        name="biometric_categorisation",
        what="sorting people by origin, faith, orientation or belief",
        law=f"{_AI_ACT}(g); GDPR art. 9",
        instead="ask people, and let them not answer",
        how=f"{_DESK}a model that says what somebody is like is refused",
        test=_OUTPUTS,
    ),
    Practice(
        name="age_estimation",
        what="guessing how old somebody is from a picture",
        law="GDPR art. 5(1)(c)",
        instead="count everybody alike",
        how=f"{_DESK}a model is known by its every byte, whatever its name",
        test=_RENAMED,
    ),
    Practice(
        name="gender_estimation",
        what="guessing somebody's sex or gender from a picture",
        law=f"GDPR art. 5(1)(c) and 9; compare {_AI_ACT}(g)",
        instead="count everybody alike",
        how=f"{_DESK}a model is known by its every byte, whatever its name",
        test=_RENAMED,
    ),
    Practice(
        name="emotion_recognition",
        what="guessing what somebody feels",
        law=f"{_AI_ACT}(f)",
        instead="put up a box with questions",
        how=f"{_DESK}a model that names a feeling is refused",
        test=_OUTPUTS,
    ),
    Practice(
        name="social_scoring",
        what="rating people by how they behave",
        law=f"{_AI_ACT}(c)",
        instead="measure the place, not the person",
        how="every number is about a stretch of time at a place; none has room for one person",
        test=_LATTICE,
    ),
    Practice(
        name="predictive_policing",
        what="guessing who will break the law",
        law=f"{_AI_ACT}(d)",
        instead="light the way and count how full it is",
        how="nobody's path leaves the part that sees; this is refused as a purpose",
        test="tests/consent/test_authorisation.py::test_a_reserved_purpose_is_refused_by_name",
    ),
    Practice(
        name="face_scraping",
        what="collecting faces for a database",
        law=f"{_AI_ACT}(e)",
        instead="keep no pictures",
        how="the part that sees can write no file, reach no network and start no program",
        test=_WALL,
    ),
    Practice(
        name="behavioural_manipulation",
        what="steering single people without their knowing, or using their weakness",
        law=f"{_AI_ACT}(a) and (b)",
        instead="switch lights and doors for everybody alike",
        how="lamps and valves follow how many people there are and how bright it is, never who",
        test=_LATTICE,
    ),
    Practice(
        name="person_tracking",
        what="following a person from camera to camera or from day to day",
        law="GDPR art. 5(1)(c) and 6",
        instead="compare counts of places",
        how="people are followed for seconds, by where they are and not by what they look like, in "
        "the part that sees, which forgets them",
        test="tests/perception/test_tracking.py::test_a_pause_of_a_minute_forgets_everybody",
    ),
    Practice(
        name="re_identification",
        what="recognising somebody on another camera or another day",
        law="GDPR art. 5(1)(c) and 6",
        instead="compare counts of places",
        how=f"{_DESK}there is nothing to compare people by",
        test=_OUTPUTS,
    ),
    Practice(
        name="temperature_screening",
        what="telling or keeping anybody's temperature, or turning people away by it",
        law="GDPR art. 9",
        instead="[systems.temperature]: a lamp that asks whoever seems warm to a thermometer, "
        "where the authorisation names its reason in art. 9(2) and another way in",
        how="no number is the temperature of somebody; the eye says one word, a lamp goes on for "
        "seconds, and no output of it holds a door",
        test=_METRICS,
    ),
    Practice(
        name="device_tracking",
        what="listening for telephones and their radio addresses",
        law="Directive 2002/58/EC art. 5(3); GDPR art. 6",
        instead="count people over a line",
        how="no part listens to radio, and none that could comes with it",
        test=_ABSENT,
    ),
    Practice(
        name="plate_recognition",
        what="reading number plates",
        law="GDPR art. 5(1)(c) and 6",
        instead="count vehicles",
        how="plates are covered, never read: no part reads text",
        test=_ABSENT,
    ),
    Practice(
        name="speech_recording",
        what="recording or understanding what people say",
        law="GDPR art. 5(1)(c) and 6; national criminal law",
        instead="measure how loud it is",
        how="no part records sound or understands speech",
        test=_ABSENT,
    ),
    Practice(
        name="covert_sensing",
        what="sensing without a sign",
        law="GDPR art. 5(1)(a), 12 and 13",
        instead="put up the sign that edgekit notice writes",
        how="where the sign says something else than was signed, the camera does not start",
        test="tests/consent/test_authorisation.py::test_other_words_need_another_sign",
    ),
    Practice(
        name="video_recording",
        what="keeping pictures of people",
        law="GDPR art. 5(1)(c) and (e)",
        instead="keep the numbers",
        how="pictures are kept for 0 seconds, no setting says otherwise, and a picture refuses "
        "to be stored or printed",
        test="tests/test_frames.py::test_a_frame_stays_in_its_process",
    ),
    Practice(
        name="data_resale",
        what="selling what was sensed",
        law="GDPR art. 5(1)(b)",
        instead="publish the released numbers for all",
        how="who gets the numbers is named in what was signed, and stands on the sign; a broker "
        "that is not among them is not called, and the node does not start",
        test="tests/consent/test_recipient.py::test_a_host_that_is_not_is_refused_in_words",
    ),
    Practice(
        name="enforcement",
        what="using counts or pictures to punish somebody",
        law="GDPR art. 5(1)(b)",
        instead="use the numbers to improve the place",
        how="no picture and no number about one person leaves; this is refused as a purpose",
        test=_LATTICE,
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


def table() -> str:
    """Return the practices as a table in Markdown."""
    rows = [
        "| reserved name | what it is | law | by what edgekit cannot do it | the test | instead |",
        "|---|---|---|---|---|---|",
    ]
    for one in PRACTICES:
        file, _, function = one.test.partition("::")
        test = f"[{function}](../{file})"
        rows.append(
            f"| `{one.name}` | {one.what} | {one.law} | {one.how} | {test} | {one.instead} |"
        )
    return "\n".join(rows)


def __getattr__(name: str) -> NoReturn:
    if name in _BY_NAME:
        refuse(name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
