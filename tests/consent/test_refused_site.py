"""What an authorisation refuses to be, word for word, and what to do about it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from consent.refusal import refusal

from edgekit.consent.authorisation import SiteAuthorisation
from edgekit.consent.form import MAX_TIME_S
from edgekit.consent.lawful import MAX_VALIDITY_S, MAX_VERSION
from edgekit.consent.metric import Metric
from edgekit.consent.systems import SYSTEMS, told_of
from edgekit.consent.terms import (
    Controller,
    LawfulBasis,
    Output,
    Purpose,
    Schedule,
    Sensor,
    SensorKind,
    require_duration,
    require_id,
    require_url,
)
from edgekit.records import Profile

FROM_S = 1_795_392_000
EITHER = "expected either dpia_reference or dpia_not_required, which says why there is none"
INTERESTS = (
    "legitimate_interests: expected a text with the basis A6-1-f, and null with any other",
    None,
)
SHORT = "a short one will do, such as 'door'"
PUBLIC = "a public place needs a lawful basis: A6-1-e or A6-1-f"


@pytest.mark.parametrize(
    ("change", "said", "hint"),
    [
        ({"version": 0}, "version 0: expected 1 or more", None),
        ({"version": MAX_VERSION + 1}, "version 2147483648: expected 1 or more", None),
        ({"legitimate_interests": "ours"}, *INTERESTS),
        ({"lawful_basis": LawfulBasis.LEGITIMATE_INTERESTS}, *INTERESTS),
        (
            {"lawful_basis": LawfulBasis.HOUSEHOLD},
            "a household cannot allow sdc-10-5: expected home or local",
            PUBLIC,
        ),
        (
            {"profile": Profile.HOME},
            "exact numbers leave under home: only a household may allow that",
            "a public place takes sdc-10-5; your own home takes the lawful basis household",
        ),
        (
            {"supervisory_authority": None},
            "supervisory_authority is missing: say where people can complain",
            None,
        ),
        ({"dpia_reference": None}, EITHER, None),
        ({"dpia_not_required": "small"}, EITHER, None),
        (
            {"valid_from_s": -1},
            "valid from -1 to 1826928000: expected an end after the start",
            None,
        ),
        (
            {"valid_to_s": FROM_S},
            "valid from 1795392000 to 1795392000: expected an end after the start",
            None,
        ),
        (
            {"valid_from_s": MAX_TIME_S, "valid_to_s": MAX_TIME_S + 1},
            "valid from 253402300799 to 253402300800: expected an end after the start",
            None,
        ),
        (
            {"valid_to_s": FROM_S + MAX_VALIDITY_S + 86_400},
            "valid for 732 days: expected at most 731",
            "nothing is allowed for ever; sign again in time",
        ),
        ({"purposes": ()}, "0 purposes: expected 1 to 3", None),
        ({"sensors": ()}, "0 sensors: expected 1 to 8", None),
        ({"outputs": ()}, "0 outputs: expected 1 to 256", None),
        (
            {"id": "A"},
            "authorisation id name 'A': expected 1 to 24 of a-z, 0-9, _ and -, a letter first",
            SHORT,
        ),
        (
            {"site": ""},
            "site name '': expected 1 to 24 of a-z, 0-9, _ and -, a letter first",
            SHORT,
        ),
        ({"processor": ""}, "processor has 0 characters: expected 1 to 600", None),
        ({"jurisdiction": ""}, "jurisdiction has 0 characters: expected 1 to 600", None),
        ({"place": ""}, "place has 0 characters: expected 1 to 600", None),
        ({"objection": ""}, "objection has 0 characters: expected 1 to 600", None),
        ({"dpia_reference": ""}, "dpia_reference has 0 characters: expected 1 to 600", None),
        (
            {"supervisory_authority": ""},
            "supervisory_authority has 0 characters: expected 1 to 600",
            None,
        ),
        (
            {"aggregate_retention": "1 year"},
            "duration '1 year': expected one like P30D, P6M or P1Y",
            None,
        ),
        (
            {"notice_url": "http://a.example"},
            (
                "notice_url 'http://a.example': expected https://… of at most 200 plain "
                "characters, without #"
            ),
            None,
        ),
        (
            {"model_digests": ("sha256:00",)},
            "model digest 'sha256:00': expected sha256: and 64 hexadecimal digits",
            None,
        ),
    ],
    ids=range(27),
)
def test_what_cannot_be_authorised(
    change: dict[str, Any], said: str, hint: str | None, plaza: SiteAuthorisation
) -> None:
    assert refusal(lambda: replace(plaza, notice_digest="", **change)) == (said, hint)


def test_the_ends_of_every_range_are_in_it(plaza: SiteAuthorisation) -> None:
    for change in (
        {"version": MAX_VERSION},
        {"valid_from_s": 0, "valid_to_s": 1},
        {"valid_from_s": MAX_TIME_S - 1, "valid_to_s": MAX_TIME_S},
        {"valid_to_s": FROM_S + MAX_VALIDITY_S},
    ):
        assert replace(plaza, notice_digest="", **change).version >= 1


def test_another_sign_is_told_with_both_digests(plaza: SiteAuthorisation) -> None:
    moved = replace(plaza, place="the playground", notice_digest="")
    assert refusal(lambda: replace(plaza, place="the playground")) == (
        (
            f"the sign is out of date: its digest is {plaza.notice_digest}, "
            f"what it must say now has {moved.notice_digest}"
        ),
        "sign the authorisation anew and put up the new notice",
    )


ASKED: list[tuple[Callable[[SiteAuthorisation], object], str, str | None]] = [
    (
        lambda site: site.require_valid(site.valid_from_s - 5),
        "the authorisation of plaza begins 5 s from now",
        "check the clock of this machine",
    ),
    (
        lambda site: site.require_open(site.valid_to_s),
        "the authorisation of plaza has expired",
        "the organisation signs a new one: edgekit authorise",
    ),
    (
        lambda site: site.require_open(site.valid_from_s),
        "outside the hours of this site, which are 06:00 to 22:00 UTC",
        None,
    ),
    (
        lambda site: site.require_metric("line.middle.total"),
        "line.middle.total is not among the outputs that plaza may make",
        None,
    ),
    (
        lambda site: replace(
            site, model_digests=(f"sha256:{'a' * 64}",), notice_digest=""
        ).require_model("sha256:b"),
        "the model sha256:b is not among those that were authorised",
        "use one of them, or have a new authorisation signed",
    ),
    (
        lambda site: site.require_view(replace(site.view, zones=())),
        (
            "the picture, its lines or zones, the ground or the rooms are not those that were "
            "authorised"
        ),
        "set them back in site.toml, or have a new authorisation signed",
    ),
    (
        lambda site: site.require_lamp(),
        "a lamp shows whether somebody is there, and the sign does not say so",
        "sign it anew, and put up the new sign: edgekit authorise … --site site.toml",
    ),
]


@pytest.mark.parametrize(("ask", "said", "hint"), ASKED, ids=range(len(ASKED)))
def test_what_was_not_authorised_is_refused_with_what_to_do(
    ask: Callable[[SiteAuthorisation], object],
    said: str,
    hint: str | None,
    plaza: SiteAuthorisation,
) -> None:
    assert refusal(lambda: ask(plaza)) == (said, hint)


TEXT = "x has 0 characters: expected 1 to 600"
CAMERA = SensorKind.CAMERA
LUX = "light.illuminance"
PARTS: list[tuple[Callable[[], object], str, str | None]] = [
    (lambda: Controller(name="", contact="c"), TEXT.replace("x", "controller.name", 1), None),
    (lambda: Controller(name="n", contact=""), TEXT.replace("x", "controller.contact", 1), None),
    (
        lambda: Controller(name="n", contact="c", dpo=""),
        TEXT.replace("x", "controller.dpo", 1),
        None,
    ),
    (lambda: Purpose(id="light", text=""), TEXT.replace("x", "purpose light", 1), None),
    (lambda: Sensor(kind=CAMERA, model=""), TEXT.replace("x", "sensor.model", 1), None),
    (
        lambda: Output(metric=LUX, profile=Profile.LOCAL, window_s=86_401),
        "light.illuminance every 86401 s: expected 1 to 86400",
        None,
    ),
    (
        lambda: Output(metric=LUX, profile=Profile.LOCAL, window_s=60, recipients=("us",)),
        (
            "light.illuminance has 1 recipients under local: "
            "expected none, for nothing leaves the device"
        ),
        None,
    ),
    (
        lambda: Output(metric=LUX, profile=Profile.HOME, window_s=60),
        "light.illuminance has 0 recipients under home: expected 1 to 8",
        None,
    ),
    (
        lambda: Output(metric=LUX, profile=Profile.HOME, window_s=60, recipients=("",)),
        TEXT.replace("x", "recipient of light.illuminance", 1),
        None,
    ),
    (
        lambda: Schedule(from_utc_minute=5, to_utc_minute=1440),
        "schedule from minute 5 to 1440: expected two of 0 to 1439",
        "null means all day",
    ),
    (lambda: require_duration("P"), "duration 'P': expected one like P30D, P6M or P1Y", None),
    (
        lambda: require_id("site", "A b"),
        "site name 'A b': expected 1 to 24 of a-z, 0-9, _ and -, a letter first",
        SHORT,
    ),
    (
        lambda: require_url("https://a.example/#b"),
        (
            "notice_url 'https://a.example/#b': expected https://… of at most 200 plain "
            "characters, without #"
        ),
        None,
    ),
    (
        lambda: Metric.parse("zone.a.in"),
        "there is no metric 'zone.a.in'",
        (
            "there are line.NAME.in, .out, .total, .in_red and .out_red, also of a class as in "
            "line.NAME.car.in; "
            "zone.NAME.people, .density, .queue, .wait, .dwell.CLASS and .heat.CELL; "
            "room.NAME.people; light.illuminance; and what systems tell: "
            + ", ".join(f"{name}.{what}" for name in SYSTEMS for what in told_of(name))
        ),
    ),
]


@pytest.mark.parametrize(("make", "said", "hint"), PARTS, ids=range(len(PARTS)))
def test_a_part_that_cannot_be_says_why(
    make: Callable[[], object], said: str, hint: str | None
) -> None:
    assert refusal(make) == (said, hint)


def test_the_ends_of_a_day_and_of_the_list_of_recipients_are_in_it() -> None:
    for window_s in (1, 86_400):
        Output(metric=LUX, profile=Profile.HOME, window_s=window_s, recipients=("us",) * 8)
    hours = Schedule(from_utc_minute=0, to_utc_minute=1439)
    assert hours.words() == "00:00 to 23:59 UTC"
    hours.require_open(1439 * 60 - 1)
    assert refusal(lambda: hours.require_open(1439 * 60))[0].startswith("outside the hours")
    assert Schedule(from_utc_minute=1439, to_utc_minute=0).times() == {
        "start": "23:59",
        "end": "00:00",
    }
