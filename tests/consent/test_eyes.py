"""Sites whose eye is no camera: a thermal array that counts, a microphone that measures."""

from dataclasses import replace

import pytest

from edgekit.consent.authorisation import SiteAuthorisation, draft
from edgekit.consent.dtpr import chains
from edgekit.consent.icons import MICROPHONE, WARMTH
from edgekit.consent.notice import Notice
from edgekit.consent.sign import BLUE
from edgekit.consent.terms import Sensor, SensorKind
from edgekit.consent.texts import TEXTS
from edgekit.consent.view import View
from edgekit.errors import ConfigError, ConsentError
from edgekit.geometry import Line, Zone
from edgekit.privacy.tally import channel_table
from edgekit.records import Profile

LINE = Line("door", (320, 460), (320, 20))
ZONE = Zone("hall", ((0, 0), (300, 0), (300, 400), (0, 400)))


def warm(profile: Profile = Profile.HOME) -> SiteAuthorisation:
    return draft(
        "library",
        profile=profile,
        view=View(width=640, height=480, lines=(LINE,), zones=(ZONE,)),
        window_s=900,
        valid_from_s=1_795_392_000,
        array=True,
    )


def loud() -> SiteAuthorisation:
    return draft(
        "street",
        profile=Profile.HOME,
        view=View(width=0, height=0),
        window_s=900,
        valid_from_s=1_795_392_000,
        camera=False,
        systems=("noise",),
    )


def test_an_array_counts_who_passes_and_is_there_as_a_camera_does_and_tells_no_light() -> None:
    site = warm()
    metrics = {output.metric for output in site.outputs}

    assert metrics == {"line.door.in", "line.door.out", "zone.hall.people"}
    assert {one.metric for one in channel_table(site).values()} == metrics
    assert (site.eye, site.sees, site.covered_preview) == (SensorKind.THERMAL_ARRAY, False, False)
    for metric in ("light.illuminance", "line.door.car.in"):
        with pytest.raises(ConsentError, match="sensed by a camera"):
            replace(site, outputs=(replace(site.outputs[0], metric=metric),), notice_digest="")


def test_a_microphone_tells_how_loud_it_is_and_sees_nothing() -> None:
    site = loud()
    assert [output.metric for output in site.outputs] == [
        *("noise.laeq", "noise.lamax", "noise.l10", "noise.l90")
    ]
    assert site.eye is SensorKind.MICROPHONE
    line = replace(site.outputs[0], metric="line.door.in")
    with pytest.raises(ConsentError, match="sensed by a camera"):
        replace(site, outputs=(line,), notice_digest="")


def test_where_nothing_is_seen_nothing_is_drawn() -> None:
    for shapes in ({"lines": (LINE,)}, {"zones": (ZONE,)}):
        with pytest.raises(ConfigError, match="0x0"):
            View(width=0, height=0, **shapes)  # type: ignore[arg-type] -- a row of the table
    with pytest.raises(ConfigError, match="0x480"):
        View(width=0, height=480)


@pytest.mark.parametrize("locale", TEXTS)
def test_the_sign_says_in_each_language_what_it_is(locale: str) -> None:
    texts = TEXTS[locale]
    for site, icon, end in ((warm(), WARMTH, "thermal_array"), (loud(), MICROPHONE, "microphone")):
        notice = Notice(site)
        sign, told = notice.sign_svg(locale), notice.text(locale)
        assert icon in sign
        assert BLUE in sign
        assert texts[f"title.{end}"] in told
        assert texts[f"subtitle.{end}"] in sign
        assert texts["title"] not in told
        assert notice.html(locale)
    assert texts["sound.none"] in Notice(loud()).text(locale)
    assert texts["pictures.none.thermal_array"] in Notice(warm()).text(locale)
    assert texts["sensor.thermal_array"] not in Notice(warm()).text(locale)


def test_what_else_senses_there_is_said_beside_the_array() -> None:
    both = (Sensor(kind=SensorKind.WATER_METER, model="m"), *warm().sensors)
    told = Notice(replace(warm(), sensors=both, notice_digest="")).text()
    assert "Beside the heat sensor these sense: a water meter." in told


def test_its_chain_is_of_a_device_and_of_no_ai() -> None:
    for site, tech in ((warm(), "thermometer"), (loud(), "sound_level_meter")):
        made = chains(Notice(site))
        assert set(made) == {"device"}
        assert tech in str(made["device"])
