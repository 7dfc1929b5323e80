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
    ],
)
def test_what_cannot_be_is_said(text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        read(text)
