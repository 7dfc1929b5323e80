"""What no sensor senses and what may not go to somebody, word for word."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from consent.measuring import measured
from consent.refusal import refusal

from edgekit.consent.authorisation import SiteAuthorisation, sensors_of
from edgekit.consent.counted import listed
from edgekit.consent.outputs import may_leave, require_recipient
from edgekit.consent.presence import MOST_WRONG, Tries, one_more
from edgekit.consent.terms import Sensor, SensorKind
from edgekit.consent.texts import TEXTS, worded
from edgekit.records import Profile

HOST = "numbers.city.example"


def asked(site: SiteAuthorisation, metric: str, *kinds: SensorKind) -> SiteAuthorisation:
    one = replace(site.outputs[0], metric=metric)
    sensors = tuple(Sensor(kind=kind, model="x") for kind in kinds)
    return replace(site, outputs=(one,), sensors=sensors, notice_digest="")


def shorter(site: SiteAuthorisation, window_s: int) -> SiteAuthorisation:
    outputs = tuple(replace(one, window_s=window_s) for one in site.outputs)
    return replace(site, outputs=outputs, notice_digest="")


TAKE_OUT = "take it out, or choose another profile"
SENSED: list[tuple[Callable[[SiteAuthorisation], object], str, str | None]] = [
    (
        lambda air: asked(air, "fire.alarm", SensorKind.AIR_PROBE),
        "fire.alarm is sensed by a fire_probe, and none is among the sensors",
        "name it in sensors: what senses has to stand on the sign",
    ),
    (
        lambda air: asked(air, "air.aqi", *(SensorKind.AIR_PROBE,) * 2),
        "two sensors of one kind: expected one of each",
        None,
    ),
    (
        lambda air: asked(air, "water.volume", SensorKind.WATER_METER),
        (
            "water.volume (volume_ml, about household) cannot leave under sdc-10-5: "
            "expected home or local"
        ),
        TAKE_OUT,
    ),
    (
        lambda _: shorter(measured(Profile.SDC_10_5, "noise"), 899),
        "noise.laeq every 899 s: expected at least 900 s",
        "choose a longer window_s, or take it out",
    ),
]


def given(site: SiteAuthorisation, *recipients: str) -> SiteAuthorisation:
    outputs = tuple(replace(one, recipients=recipients) for one in site.outputs)
    return replace(site, outputs=outputs, notice_digest="")


@pytest.mark.parametrize(("do", "words", "hint"), SENSED, ids=range(len(SENSED)))
def test_it_is_refused_with_what_was_expected_what_came_and_what_to_do(
    do: Callable[[SiteAuthorisation], object], words: str, hint: str | None
) -> None:
    assert refusal(do, measured(Profile.SDC_10_5, "air")) == (words, hint)


@pytest.mark.parametrize(
    ("profile", "recipients", "told", "example"),
    [
        (Profile.SDC_10_5, ("all", "us"), "all and us", "all"),
        (Profile.SDC_10_5, ("all",), "all", "all"),
        (Profile.LOCAL, (), "nobody", "the city"),
    ],
)
def test_who_is_no_recipient_gets_nothing_and_is_told_how_to_become_one(
    profile: Profile, recipients: tuple[str, ...], told: str, example: str
) -> None:
    said = f"air.aqi may go to {told}: no recipient names {HOST}, to which an outlet would send it"
    hint = (
        f'name it among the recipients of each number in the draft, as in "{example}, by {HOST}", '
        "and have it signed; or take the outlet out of site.toml"
    )
    air = given(measured(profile, "air"), *recipients)
    assert refusal(require_recipient, air, HOST) == (said, hint)


def test_a_host_is_named_as_a_word_of_its_own_in_any_case() -> None:
    air = measured(Profile.SDC_10_5, "air")
    for told in (f"the city, by {HOST}", HOST.upper(), f"({HOST})", f"by {HOST}.", f"{HOST}:8883"):
        require_recipient(given(air, "the press", told), HOST)
    for told in (f"my{HOST}", f"a.{HOST}", f"{HOST}.org", f"{HOST}-b", HOST[:-1]):
        assert "no recipient names" in refusal(require_recipient, given(air, told), HOST)[0]


def test_every_number_goes_to_that_host_or_none_does() -> None:
    air = given(measured(Profile.SDC_10_5, "air"), HOST)
    *some, last = air.outputs
    site = replace(air, outputs=(*some, replace(last, recipients=("us",))), notice_digest="")
    assert refusal(require_recipient, site, HOST)[0].startswith(f"{last.metric} may go to us: ")


@pytest.mark.parametrize(
    ("metric", "profiles"),
    [
        ("line.a.in", set(Profile)),
        ("line.door.out", set(Profile)),
        ("zone.a.people", set(Profile) - {Profile.DP}),
        ("zone.a.wait", set(Profile) - {Profile.DP, Profile.BANDS}),
        ("dispenser.visits", set(Profile) - {Profile.DP, Profile.BANDS}),
        ("light.illuminance", set(Profile)),
        ("fire.alarm", set(Profile)),
        ("water.volume", {Profile.HOME, Profile.LOCAL}),
        ("building.occupied", {Profile.HOME, Profile.LOCAL}),
    ],
)
def test_what_may_leave_depends_on_whom_it_is_about(metric: str, profiles: set[Profile]) -> None:
    assert {profile for profile in Profile if may_leave(metric, profile)} == profiles


def test_each_kind_of_sensor_is_listed_once_with_the_camera_before() -> None:
    sensors = sensors_of(["water", "water_leak", "air"], camera=True)
    assert [(one.kind, one.model) for one in sensors] == [
        (SensorKind.CAMERA, "camera"),
        (SensorKind.WATER_METER, "water meter"),
        (SensorKind.AIR_PROBE, "air probe"),
    ]
    assert sensors_of(["tariff"], camera=False) == ()


def test_words_are_listed_in_words() -> None:
    english = TEXTS["en"]
    assert listed([], english) == ""
    assert listed(["a"], english) == "a"
    assert listed(["a", "b", "c"], english) == "a, b and c"


def test_a_site_without_a_camera_has_words_of_its_own() -> None:
    english = TEXTS["en"]
    assert worded(english, [SensorKind.CAMERA]) is english
    meters = worded(english, [])
    assert meters.keys() == english.keys()
    for key, text in english.items():
        assert meters[key] == english.get(f"{key}.meters", text)


def test_a_minute_has_room_for_so_many_wrong_tokens() -> None:
    tries = Tries()
    for number in range(1, MOST_WRONG + 1):
        tries = one_more(tries, 119)
        assert tries == Tries(minute=1, wrong=number)
    assert refusal(one_more, tries, 60) == (
        "5 wrong tokens in this minute already",
        "wait for the next minute, or use the button or the marker",
    )
    assert one_more(tries, 120) == Tries(minute=2, wrong=1)
    assert one_more(Tries(), 5) == Tries(minute=0, wrong=1)
