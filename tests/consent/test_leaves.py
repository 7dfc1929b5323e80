"""What the notice says of what leaves: each rule that the numbers are under, and no other."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from consent.measuring import measured

from edgekit.consent.authorisation import SiteAuthorisation
from edgekit.consent.notice import Notice, sensed
from edgekit.consent.outputs import may_leave
from edgekit.consent.terms import Sensor, SensorKind
from edgekit.consent.texts import TEXTS
from edgekit.errors import ConsentError
from edgekit.geometry import Ground, Line
from edgekit.records import Profile

ENGLISH = TEXTS["en"]


def leaves(site: SiteAuthorisation) -> Sequence[str]:
    (section,) = [one for one in Notice(site).sections() if one.title == ENGLISH["leaves"]]
    return section.lines


NUMBERS = "Only the numbers, every 15 minutes, to:"


@pytest.mark.parametrize(
    ("profile", "system", "keys"),
    [
        (Profile.SDC_10_5, "noise", ["leaves.environment"]),
        (Profile.SDC_10_5, "fire", ["leaves.equipment", "leaves.alarms"]),
        (Profile.DP, "water_quality", ["leaves.environment", "leaves.equipment", "leaves.alarms"]),
        (Profile.SDC_10_5, "dispenser", ["leaves.sdc-10-5", "leaves.equipment"]),
        (Profile.HOME, "water", ["leaves.home", "leaves.household", "leaves.alarms"]),
        (Profile.HOME, "noise", ["leaves.home"]),
    ],
)
def test_every_rule_is_told_that_a_number_is_under(
    profile: Profile, system: str, keys: list[str]
) -> None:
    site = measured(profile, system)
    assert leaves(site) == (*(ENGLISH[key] for key in keys), NUMBERS)
    lit = replace(site, lamp=True, notice_digest="")
    assert leaves(lit) == (ENGLISH["leaves.lamp"], *leaves(site))


def test_where_nothing_leaves_no_rule_is_told() -> None:
    assert leaves(measured(Profile.LOCAL, "fire")) == (
        "Nothing. The numbers stay on the device.",
        "A number is made every 15 minutes.",
    )


def test_what_senses_is_told_before_where() -> None:
    where = ENGLISH["sensed"].format(place="our own home")
    both = measured(Profile.LOCAL, "water", "air", camera=True)
    assert list(sensed(both, ENGLISH)) == [
        ENGLISH["sensors"].format(what="a water meter and an air probe"),
        where,
    ]
    assert list(sensed(measured(Profile.LOCAL, camera=True), ENGLISH)) == [where]


def test_what_a_microphone_and_a_thermal_array_keep_is_told_where_there_is_one() -> None:
    def pictures(site: SiteAuthorisation) -> tuple[str, ...]:
        title = Notice(site).words("en")["pictures"]
        (section,) = [one for one in Notice(site).sections() if one.title == title]
        return section.lines

    assert ENGLISH["sound.none"] in pictures(measured(Profile.LOCAL, "noise"))
    assert ENGLISH["sound.none"] not in pictures(measured(Profile.LOCAL, "fire"))
    assert ENGLISH["thermal.none"] not in pictures(measured(Profile.LOCAL, "noise"))
    fire = measured(Profile.LOCAL, "fire")
    door = replace(
        fire,
        sensors=(Sensor(kind=SensorKind.THERMAL_ARRAY, model="x"),),
        view=replace(fire.view, lines=(Line("sill", (0, 240), (640, 240)),)),
        outputs=(replace(fire.outputs[0], metric="line.sill.in"),),
        notice_digest="",
    )
    assert ENGLISH["pictures.none.thermal_array"] in pictures(door)


def test_a_warning_of_a_crowd_leaves_where_no_noise_and_no_band_is_promised() -> None:
    kept = {profile for profile in Profile if not may_leave("crowd.alarm", profile)}
    assert kept == {Profile.DP, Profile.BANDS}


def test_who_nearly_met_takes_ground_that_is_known() -> None:
    site = measured(Profile.LOCAL, camera=True)
    outputs = (*site.outputs, replace(site.outputs[0], metric="traffic.near"))
    with pytest.raises(ConsentError, match="needs to know the ground"):
        replace(site, outputs=outputs, notice_digest="")
    ground = Ground.rectangle(
        ((0, 480), (640, 480), (640, 10), (0, 10)), width_cm=900, depth_cm=900
    )
    view = replace(site.view, ground=ground)
    near = replace(site, view=view, outputs=outputs, notice_digest="")
    assert near.outputs[-1].metric == "traffic.near"
