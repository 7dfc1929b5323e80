"""Sites that sense by more than a camera, or without one: what may be authorised, what is said."""

from dataclasses import replace

import pytest

from edgekit.consent.authorisation import SiteAuthorisation, draft
from edgekit.consent.decided import DECIDING
from edgekit.consent.dtpr import chains
from edgekit.consent.measure import MEASURES
from edgekit.consent.metric import Metric, metrics_of
from edgekit.consent.notice import Notice
from edgekit.consent.outputs import may_leave
from edgekit.consent.papers import article_30, article_35
from edgekit.consent.sensitivity import Sensitivity
from edgekit.consent.sign import BLUE
from edgekit.consent.systems import SYSTEMS
from edgekit.consent.terms import SENSED_BY, Output, Sensor, SensorKind
from edgekit.consent.texts import TEXTS
from edgekit.consent.view import View
from edgekit.errors import ConsentError
from edgekit.records import Profile

VIEW = View(width=640, height=480)
TOLD = tuple(
    name
    for name in SYSTEMS
    if MEASURES[name] and name not in DECIDING and SENSED_BY[name] is not SensorKind.CAMERA
)
PUBLIC = tuple(profile for profile in Profile if not profile.at_home)


def measured(profile: Profile, *systems: str) -> SiteAuthorisation:
    return draft(
        "yard",
        profile=profile,
        view=VIEW,
        window_s=900,
        valid_from_s=1_795_392_000,
        systems=systems,
        camera=False,
    )


def asked(site: SiteAuthorisation, metric: str, *kinds: SensorKind) -> SiteAuthorisation:
    one = replace(site.outputs[0], metric=metric)
    sensors = tuple(Sensor(kind=kind, model="x") for kind in kinds)
    return replace(site, outputs=(one,), sensors=sensors or site.sensors, notice_digest="")


@pytest.mark.parametrize("profile", PUBLIC)
def test_what_a_household_uses_can_be_authorised_at_home_alone(profile: Profile) -> None:
    air = measured(profile, "air")
    with pytest.raises(ConsentError, match="expected home or local"):
        asked(air, "water.volume", SensorKind.WATER_METER)
    assert [one.metric for one in measured(profile, "air", "water").outputs] == [
        *("air.aqi", "air.caqi", "air.faults", "water.faults")
    ]
    assert may_leave("water.volume", Profile.HOME)


@pytest.mark.parametrize("profile", [Profile.DP, Profile.BANDS])
def test_a_systems_numbers_of_people_get_neither_noise_nor_bands(profile: Profile) -> None:
    assert may_leave("dispenser.visits", Profile.SDC_10_5)
    assert may_leave("line.door.in", profile)
    with pytest.raises(ConsentError, match=r"dispenser.visits .* cannot leave"):
        asked(measured(profile, "air"), "dispenser.visits", SensorKind.DISPENSER)


@pytest.mark.parametrize(
    ("metric", "kinds", "why"),
    [
        ("fire.alarm", (SensorKind.AIR_PROBE,), "sensed by a fire_probe"),
        ("noise.laeq", (SensorKind.CAMERA,), "sensed by a microphone"),
        ("air.aqi", (SensorKind.AIR_PROBE,) * 2, "two sensors of one kind"),
    ],
)
def test_what_senses_has_to_be_named_once(
    metric: str, kinds: tuple[SensorKind, ...], why: str
) -> None:
    with pytest.raises(ConsentError, match=why):
        asked(measured(Profile.SDC_10_5, "air"), metric, *kinds)


def test_a_number_is_made_no_more_often_than_it_makes_sense() -> None:
    home = measured(Profile.HOME, "noise")
    short = tuple(replace(one, window_s=60) for one in home.outputs)
    with pytest.raises(ConsentError, match=r"noise.laeq every 60 s: expected at least 900 s"):
        replace(home, outputs=short, notice_digest="")


def test_a_draft_asks_for_all_that_its_systems_tell() -> None:
    assert metrics_of(VIEW, ("fire",), camera=False) == ("fire.alarm", "fire.faults")
    assert metrics_of(VIEW, ("fire",))[0] == "light.illuminance"
    site = measured(Profile.HOME, *TOLD)
    assert {SENSED_BY[name] for name in TOLD} == {sensor.kind for sensor in site.sensors}
    assert not site.sees
    assert not site.covered_preview


@pytest.mark.parametrize("locale", TEXTS)
@pytest.mark.parametrize("profile", Profile)
def test_it_is_said_in_each_language_what_senses_and_what_leaves(
    profile: Profile, locale: str
) -> None:
    site = measured(profile, *TOLD)
    texts, notice = TEXTS[locale], Notice(site)
    told = notice.text(locale)

    assert texts["title.meters"] in told
    assert texts["title"] not in told
    for sensor in site.sensors:
        assert texts[f"sensor.{sensor.kind}"] in told
    for metric in (Metric.parse(output.metric) for output in site.outputs):
        assert metric.what == "faults" or texts[f"{metric.kind}.{metric.what}"] in told
    assert (texts["leaves.environment"] in told) is not profile.at_home
    assert (texts["leaves.household"] in told) is (profile is Profile.HOME)
    assert texts["sound.none"] in told
    assert notice.sign_svg(locale)
    assert texts["law.data.text.meters"] in notice.html(locale)
    assert texts["sensor.water_meter"] in article_30(site, locale)["c_people"]


def test_a_site_with_both_says_what_senses_beside_the_camera() -> None:
    both = replace(
        draft(
            "yard",
            profile=Profile.LOCAL,
            view=VIEW,
            window_s=60,
            valid_from_s=1_795_392_000,
            systems=("water",),
        )
    )
    told = Notice(both).text()
    assert "This camera counts." in told
    assert "Beside the camera these sense: a water meter." in told
    assert set(chains(Notice(both))) == {"device", "ai"}


def test_what_senses_nothing_personal_is_white_and_a_household_is_blue() -> None:
    assert BLUE not in Notice(measured(Profile.SDC_10_5, "air", "fire")).sign_svg()
    assert BLUE in Notice(measured(Profile.HOME, "water")).sign_svg()
    assert BLUE in Notice(measured(Profile.SDC_10_5, "dispenser")).sign_svg()


def test_chains_say_what_the_taxonomy_has_words_for() -> None:
    air = chains(Notice(measured(Profile.SDC_10_5, "air", "water_quality")))
    assert set(air) == {"device"}
    elements = air["device"]["instance"]["elements"]  # type: ignore[call-overload, index] -- as it was just made
    tech = [one["element_id"] for one in elements if one["category_id"] == "tech"]
    assert tech == ["air_quality", "water_quality"]
    assert not any(one["element_id"] == "computer_vision" for one in elements)
    assert chains(Notice(measured(Profile.HOME, "water"))) == {}


def test_the_assessment_asks_about_these_sensors() -> None:
    sheet = article_35(measured(Profile.SDC_10_5, "air"), {}, ())
    assert "without these sensors?" in sheet
    assert "how clean the air is" in sheet


def test_every_measure_is_about_somebody_or_something() -> None:
    about = {one.sensitivity for measures in MEASURES.values() for one in measures.values()}
    assert about == set(Sensitivity)
    assert isinstance(measured(Profile.HOME, "water").outputs[0], Output)
