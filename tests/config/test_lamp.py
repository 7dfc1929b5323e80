"""``[lamp]`` in site.toml."""

from pathlib import Path

import pytest

from edgekit.config import Settings
from edgekit.config.lamp import Daylight, Lamp, Motion
from edgekit.errors import ConfigError

HERE = Path("/home/pi/site/site.toml")
SMALL = (
    'version = 1\n[site]\nname = "plaza"\n[camera]\nsource = "plaza"\n'
    '[[zone]]\nname = "way"\npolygon = [[60, 120], [580, 120], [580, 460], [60, 460]]\n'
    '[lamp]\nport = "serial:by-id/uno"\n'
)
PLACE = "latitude = 47.648\nlongitude = -122\n"


def read(text: str) -> Lamp | None:
    return Settings.from_text(SMALL + text, path=HERE).lamp


def test_no_lamp() -> None:
    text = SMALL[: SMALL.index("[lamp]")]
    assert Settings.from_text(text, path=HERE).lamp is None


def test_the_smallest_lamp() -> None:
    assert read('zone = "way"\n' + PLACE) == Lamp(
        port="serial:by-id/uno",
        zone="way",
        motion=Motion.NONE,
        daylight=Daylight.SUN,
        latitude_deg=47.648,
        longitude_deg=-122.0,
        standby_percent=20,
        hold_s=30,
        hand_min=0,
        rated_w=40,
        window_s=60,
    )


def test_everything_can_be_said() -> None:
    lamp = read(
        'motion = "pir"\ndaylight = "bh1750"\nstandby_percent = 10\nhold_s = 60\n'
        "hand_min = 15\nrated_w = 12\npause_button = 2\n"
    )
    assert lamp is not None
    assert (lamp.zone, lamp.motion, lamp.daylight) == (None, Motion.PIR, Daylight.BH1750)
    assert (lamp.latitude_deg, lamp.standby_percent, lamp.hand_min) == (None, 10, 15)
    assert lamp.pause_button == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (PLACE, "follows nobody"),
        ('zone = "way"\nhand_min = 9\npause_button = 1\n' + PLACE, "already gives full light"),
        ('zone = "road"\n' + PLACE, "'road' is not drawn; zones: way"),
        ('zone = "way"\n', "needs the sun, and it is not said"),
        ('zone = "way"\ndaylight = "none"\nlatitude = 3\n', "expected both or none"),
        ('zone = "way"\nlatitude = 91\nlongitude = 0\n', "a number from -90 to 90"),
        ('zone = "way"\nlatitude = "north"\nlongitude = 0\n', "a number from -90 to 90"),
        ('zone = "way"\nlatitude = nan\nlongitude = 0\n', "a number from -90 to 90"),
        ('zone = ""\n' + PLACE, "a text that is not empty"),
        ('zone = "way"\nstandby_percent = 0\n' + PLACE, "from 1 to 100"),
        ('zone = "way"\ndaylight = "moon"\n' + PLACE, '"sun" or "analog" or "bh1750" or "camera"'),
        ('zone = "way"\ndaylight = "camera"\n' + PLACE, r"there is no \[light\]"),
        ('zone = "way"\nhold = 3\n' + PLACE, "unknown key 'hold'"),
        ('line = "door"\npeak_per_h = 40\n' + PLACE, "'door' is not drawn; lines: none"),
        ('zone = "way"\npeak_per_h = 40\n' + PLACE, "lamp.line and lamp.peak_per_h: expected both"),
        ('zone = "way"\nclass_for_people = true\n' + PLACE, "lamp.class_for_people: expected"),
        ('zone = "way"\nclass_for_people = 1\n' + PLACE, "expected true or false"),
        ("setpoint_lux = 300\n" + PLACE, 'lamp.daylight = "sun": expected a light sensor'),
        ('zone = "way"\nlamp_lux = 9\n' + PLACE, "lamp.lamp_lux: expected lamp.setpoint_lux"),
    ],
)
def test_what_cannot_be_is_said(text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        read(text)


ROAD = SMALL.replace(
    "[lamp]", '[[line]]\nname = "road"\nfrom = [320, 460]\nto = [320, 100]\n[lamp]'
)


def test_a_road_and_a_hall_need_nobody() -> None:
    road = Settings.from_text(
        ROAD + 'line = "road"\npeak_per_h = 400\nclass_for_people = true\n' + PLACE, path=HERE
    ).lamp
    hall = read('daylight = "bh1750"\nsetpoint_lux = 300\nlamp_lux = 280\n')
    assert road is not None
    assert hall is not None
    assert (road.line, road.peak_per_h, road.class_for_people) == ("road", 400, True)
    assert (hall.setpoint_lux, hall.lamp_lux) == (300, 280)
    assert not road.shows_presence
    assert not hall.shows_presence


def test_a_window_longer_than_a_quarter_tells_no_class() -> None:
    text = ROAD.replace('"plaza"\n[camera]', '"plaza"\nwindow_s = 3600\n[camera]')
    with pytest.raises(ConfigError, match="do not divide a quarter"):
        Settings.from_text(text + 'line = "road"\npeak_per_h = 9\n' + PLACE, path=HERE)


def test_a_calibrated_camera_tells_daylight_with_its_error() -> None:
    light = "[light]\nexposure_ms = 20\nlux_at_one = 50.0\nfactor = 2.5\n"
    text = SMALL.replace('source = "plaza"', 'source = "0"') + 'zone = "way"\n' + PLACE
    for daylight, factor in (("camera", 2.5), ("sun", 1.0)):
        said = f'daylight = "{daylight}"\n{light}'
        lamp = Settings.from_text(text + said, path=HERE).lamp
        assert lamp is not None
        assert lamp.lux_factor == factor
