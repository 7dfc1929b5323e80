"""A message is one that the schema of CAP 1.2 takes, whatever words it is given."""

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgekit.errors import ConfigError
from edgekit.systems.cap import (
    NAMESPACE,
    Alert,
    Category,
    Certainty,
    Gravity,
    Message,
    Status,
    Urgency,
    cap_time,
    cap_xml,
)

ALERT = Alert(
    sender="fire@example.org",
    t_ms=1_780_272_000_000,
    event="Fire",
    headline="Fire warning: 61 °C",
    place="store & <yard>",
    circle=(51.33, 12.37, 0.1),
)
# The sequences of the OASIS schema, section 3.4, with the fewest and the most of each element.
TOP = "identifier sender sent status msgType source? scope restriction? addresses? code* note? "
TOP += "references? incidents? info*"
INFO = "language? category+ event responseType* urgency severity certainty audience? eventCode* "
INFO += "effective? onset? expires? senderName? headline? description? instruction? web? contact? "
INFO += "parameter* resource* area*"
AREA = "areaDesc polygon* circle* geocode* altitude? ceiling?"
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d"
WORDS = {
    "status": "Actual Exercise System Test Draft",
    "msgType": "Alert Update Cancel Ack Error",
    "scope": "Public Restricted Private",
    "category": "Geo Met Safety Security Rescue Fire Health Env Transport Infra CBRNE Other",
    "urgency": "Immediate Expected Future Past Unknown",
    "severity": "Extreme Severe Moderate Minor Unknown",
    "certainty": "Observed Likely Possible Unlikely Unknown",
}
PLAIN = r"[^\s,<&]+"
FORMS = {name: words.replace(" ", "|") for name, words in WORDS.items()} | {
    **dict.fromkeys(("sent", "effective", "onset", "expires"), TIME),
    **dict.fromkeys(("identifier", "sender"), PLAIN),
    "references": f"{PLAIN},{PLAIN},{TIME}",
    "circle": r"-?\d+\.\d+,-?\d+\.\d+ [\d.e+-]+",
}


def validate(xml: str) -> ET.Element:
    """Hold a document against the schema's rules."""
    root = ET.fromstring(xml)
    assert root.tag == f"{{{NAMESPACE}}}alert"
    in_order(root, TOP)
    for info in root.findall(f"{{{NAMESPACE}}}info"):
        in_order(info, INFO)
        for area in info.findall(f"{{{NAMESPACE}}}area"):
            in_order(area, AREA)
    for element in root.iter():
        pattern = FORMS.get(plain(element))
        assert pattern is None or re.fullmatch(pattern, element.text or ""), element.tag
    return root


def plain(element: ET.Element) -> str:
    return element.tag.removeprefix(f"{{{NAMESPACE}}}")


def in_order(element: ET.Element, sequence: str) -> None:
    pattern = "".join(
        f"(?:{word.rstrip('?*+')} ){word[-1] if word[-1] in '?*+' else ''}"
        for word in sequence.split()
    )
    names = "".join(f"{plain(child)} " for child in element)
    assert re.fullmatch(pattern, names), names


def test_an_alert() -> None:
    root = validate(cap_xml(ALERT))

    words = {plain(one): one.text for one in root.iter()}
    assert words["areaDesc"] == "store & <yard>"
    assert words["circle"] == "51.33000,12.37000 0.1"
    assert words["sent"] == "2026-06-01T00:00:00-00:00"
    assert words["msgType"] == "Alert"


def test_a_cancel_names_what_it_ends() -> None:
    end = replace(
        ALERT, message=Message.CANCEL, references=(ALERT.identifier, ALERT.t_ms), description="Over"
    )

    root = validate(cap_xml(end))

    references = root.find(f"{{{NAMESPACE}}}references")
    assert references is not None
    assert references.text == f"fire@example.org,{ALERT.identifier},{cap_time(ALERT.t_ms)}"
    assert end.identifier != ALERT.identifier


@settings(max_examples=50)
@given(st.text(min_size=1), st.text(min_size=1), st.text(), st.integers(0, 4_000_000_000_000))
def test_any_words_make_a_message(event: str, place: str, description: str, t_ms: int) -> None:
    try:
        alert = replace(ALERT, event=event, place=place, description=description, t_ms=t_ms)
    except ConfigError:
        assert not event.strip() or not place.strip()
        return
    validate(cap_xml(alert))


@given(*(st.sampled_from(list(kind)) for kind in (Category, Urgency, Gravity, Certainty, Status)))
def test_every_word_of_ours_is_one_of_the_schema(
    category: Category, urgency: Urgency, gravity: Gravity, certainty: Certainty, status: Status
) -> None:
    alert = replace(ALERT, category=category, urgency=urgency, gravity=gravity)

    validate(cap_xml(replace(alert, certainty=certainty, status=status)))


@pytest.mark.parametrize(
    "bad",
    [
        {"sender": "two words"},
        {"sender": "a<b"},
        {"event": " "},
        {"circle": (91.0, 0.0, 1.0)},
        {"message": Message.UPDATE},
        {"references": ("x", 1)},
    ],
    ids=str,
)
def test_messages_that_cannot_be(bad: dict[str, object]) -> None:
    with pytest.raises(ConfigError, match=r"expected|follows"):
        replace(ALERT, **bad)
