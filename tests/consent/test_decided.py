"""What an eye may decide on the spot: only what is named, with its reason where it is of health."""

import re
from dataclasses import replace
from typing import Any

import pytest

from edgekit.consent import authorisation, decided
from edgekit.consent.authorisation import decisions_of, draft
from edgekit.consent.decided import DECIDING, Deciding, Exemption, decided_at
from edgekit.consent.dtpr import chains
from edgekit.consent.notice import Notice, health, otherwise
from edgekit.consent.papers import article_30, article_35
from edgekit.consent.payload import read_draft, read_payload
from edgekit.consent.sign import BLUE
from edgekit.consent.terms import Output, Sensor, SensorKind
from edgekit.consent.texts import TEXTS
from edgekit.consent.view import View
from edgekit.errors import ConsentError
from edgekit.geometry import Line
from edgekit.records import Decided, Profile
from edgekit.signing import canonical
from tests.consent.deciding import HEALTH, cab, door


def test_a_draft_names_the_decision_and_asks_for_its_reason() -> None:
    (public,) = decisions_of(("water", "temperature"), public=True)
    assert public.exemption is Exemption.PUBLIC_HEALTH
    assert str(public.law).startswith("<")
    home = door(Profile.LOCAL)
    assert [one.exemption for one in home.decisions] == [Exemption.HOUSEHOLD]
    assert decided_at(home) == ("temperature",)
    assert [one.metric for one in home.outputs] == ["temperature.screened", "temperature.warm"]


def test_it_is_read_back_as_it_was_signed_and_absent_where_there_is_none() -> None:
    site = door()
    assert read_payload(site.to_payload()) == site
    told = canonical.from_bytes(site.to_payload())
    assert told["decisions"] == [HEALTH.to_json()]
    light = replace(
        site,
        decisions=(),
        outputs=(replace(site.outputs[0], metric="air.aqi"),),
        sensors=(*site.sensors, Sensor(kind=SensorKind.AIR_PROBE, model="x")),
        notice_digest="",
    )
    assert "decisions" not in canonical.from_bytes(light.to_payload())
    assert read_payload(light.to_payload()) == light
    assert light.notice_digest != site.notice_digest


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"decisions": ()}, "decisions does not name temperature"),
        ({"decisions": (HEALTH, HEALTH)}, "listed twice"),
        ({"dpia_reference": None, "dpia_not_required": "few"}, "takes an impact assessment"),
        (
            {"decisions": (replace(HEALTH, exemption=Exemption.HOUSEHOLD),)},
            "household with household",
        ),
        (
            {"sensors": (Sensor(kind=SensorKind.CAMERA, model="x"),)},
            "made by a thermal_array, and the eye is camera|sensed by a thermal_array",
        ),
    ],
    ids=str,
)
def test_what_cannot_be_authorised(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ConsentError, match=said):
        door(**change)


def test_an_eye_that_screens_counts_nothing_else() -> None:
    site = door()
    view = replace(site.view, lines=(Line("door", (320, 460), (320, 100)),))
    line = replace(site.outputs[0], metric="line.door.in")
    with pytest.raises(ConsentError, match=r"beside line.door.in: the eye .* counts nothing else"):
        replace(site, view=view, outputs=(*site.outputs, line), notice_digest="")


def test_an_eye_of_another_kind_decides_nothing() -> None:
    air = replace(door().outputs[0], metric="air.aqi")
    probe = Sensor(kind=SensorKind.AIR_PROBE, model="x")
    with pytest.raises(ConsentError, match="made by a thermal_array, and the eye is not there"):
        door(outputs=(air,), sensors=(probe,))


@pytest.mark.parametrize("profile", [Profile.HOME, Profile.DP, Profile.BANDS])
def test_a_profile_without_a_rule_for_it_has_none(profile: Profile) -> None:
    with pytest.raises(ConsentError, match=r"expected local or sdc-10-5|0 outputs"):
        door(profile)


def test_under_a_profile_without_a_rule_no_decision_is_made_either() -> None:
    site = door()
    line = Output(metric="air.aqi", profile=Profile.DP, window_s=86_400, recipients=("all",))
    probe = Sensor(kind=SensorKind.AIR_PROBE, model="x")
    with pytest.raises(ConsentError, match="decision temperature under dp"):
        replace(
            site,
            profile=Profile.DP,
            outputs=(line,),
            sensors=(*site.sensors, probe),
            notice_digest="",
        )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"system": "water"}, "there is no such system"),
        ({"exemption": None}, "by None: expected A9-2-b"),
        ({"exemption": Exemption.EXPLICIT_CONSENT}, "by A9-2-a"),
        ({"law": None}, "law: expected a text"),
        ({"otherwise": None}, "otherwise: expected a text"),
        ({"otherwise": " "}, "blanks"),
    ],
    ids=str,
)
def test_a_decision_that_cannot_be(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ConsentError, match=said):
        replace(HEALTH, **change)


def test_a_decision_that_is_not_about_health_names_no_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loud = Deciding(words={}, profiles=frozenset({Profile.LOCAL}))
    monkeypatch.setattr(decided, "DECIDING", {**DECIDING, "noise": loud})
    monkeypatch.setattr(authorisation, "DECIDING", {**DECIDING, "noise": loud})
    (one,) = decisions_of(("noise", "air"), public=True)
    assert one.to_json() == {"system": "noise", "exemption": None, "law": None, "otherwise": None}
    with pytest.raises(ConsentError, match="law: expected null"):
        replace(one, law="x")
    with pytest.raises(ConsentError, match="by A9-2-i: expected null"):
        replace(one, exemption=Exemption.PUBLIC_HEALTH)
    site = draft(
        "yard",
        profile=Profile.LOCAL,
        view=View(width=0, height=0),
        window_s=900,
        valid_from_s=1_795_392_000,
        systems=("noise",),
        camera=False,
    )
    assert decided_at(site) == ("noise",)
    assert not list(health(site, TEXTS["en"]))
    assert not list(otherwise(site, TEXTS["en"]))


def test_an_empty_list_is_not_canonical() -> None:
    told = canonical.from_bytes(door(Profile.LOCAL).to_payload())
    with pytest.raises(ConsentError, match="does not name temperature"):
        read_draft(canonical.to_bytes({**told, "decisions": [], "notice_digest": ""}))


def test_every_word_says_how_it_is_or_is_about_somebody_and_never_both() -> None:
    words = {word: one for deciding in DECIDING.values() for word, one in deciding.words.items()}
    assert set(words) == set(Decided)
    for meaning in words.values():
        assert not (meaning.text and meaning.adds)
        # What somebody is judged by drives an output; how it is may chirp, as a driver's eye does.
        assert not (meaning.text and meaning.drives and meaning.works)
        assert meaning.text or not meaning.works


@pytest.mark.parametrize("profile", [Profile.SDC_10_5, Profile.LOCAL])
@pytest.mark.parametrize("locale", TEXTS)
def test_the_notice_says_what_it_is_and_what_to_do_otherwise(locale: str, profile: Profile) -> None:
    site, texts = door(profile), TEXTS[locale]
    notice = Notice(site)
    told, page = notice.text(locale), notice.html(locale)

    for key in (
        *("title.decides_temperature", "subtitle.decides_temperature", "decides.temperature"),
        *("decides.temperature.shows", "temperature.screened", "temperature.warm"),
        "pictures.nobody.decides_temperature",
    ):
        assert texts[key] in told, key
    assert texts["pictures.nobody.thermal_array"] not in told
    assert str(site.decisions[0].otherwise) in told
    assert str(site.decisions[0].law) in page
    assert texts["law.automated.text"] not in page
    assert texts["law.health.head"].replace("'", "&#x27;") in page
    sign = notice.sign_svg(locale)
    assert BLUE in sign
    assert str(site.decisions[0].law) in article_30(site, locale)["c_data"]


def test_the_chain_says_health_and_the_assessment_asks() -> None:
    site = door()
    elements = chains(Notice(site))["device"]["instance"]["elements"]  # type: ignore[call-overload, index] -- as it was just made
    assert "health" in [one["element_id"] for one in elements if one["category_id"] == "purpose"]
    sheet = article_35(site, {}, ())
    assert "data about health (article 9)" in sheet
    assert "take the side door" in sheet


@pytest.mark.parametrize("locale", TEXTS)
def test_a_cab_counts_nothing_and_its_notice_says_so(locale: str) -> None:
    site = cab()
    notice, texts = Notice(site), TEXTS[locale]

    told = notice.text(locale)
    for key in ("title", "counts.none", "decides.drowsiness", "leaves.made"):
        word = texts.get(f"{key}.decides_drowsiness", texts[key])
        assert word in told
    assert texts["law.health.text.decides_drowsiness"].split(".")[0] in notice.html(locale)
    sign = " ".join(re.sub(r"<[^>]+>", " ", notice.sign_svg(locale)).split())
    assert texts["counts.none"] in sign
    assert site.outputs == ()
    assert {one["element_id"] for one in chains(notice)["ai"]["elements"]} >= {"people"}


def test_a_cab_is_read_as_it_was_signed_and_lets_no_number_in_by_another_name() -> None:
    site = cab()
    assert read_payload(site.to_payload()) == site
    assert site.window_s == 60
    with pytest.raises(ConsentError, match="0 outputs"):
        replace(site, decisions=(), notice_digest="")
    with pytest.raises(ConsentError, match="expected local"):
        replace(
            site,
            profile=Profile.HOME,
            outputs=(),
            notice_digest="",
        )


def test_only_the_driver_can_allow_it() -> None:
    assert DECIDING["drowsiness"].exemptions == (Exemption.EXPLICIT_CONSENT, Exemption.HOUSEHOLD)
    own = replace(cab().decisions[0], exemption=Exemption.EXPLICIT_CONSENT)
    with pytest.raises(ConsentError, match="household with household"):
        replace(cab(), decisions=(own,), notice_digest="")
