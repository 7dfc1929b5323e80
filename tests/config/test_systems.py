"""``[systems.NAME]``: settings of the systems' own dataclasses, and sites without a camera."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from edgekit.config import Settings
from edgekit.errors import ConfigError
from edgekit.provenance import Source

HERE = Path("/home/pi/site/site.toml")
SITE = 'version = 1\n[site]\nname = "yard"\n'
WATER = '[systems.water]\nport = "/dev/ttyACM0"\n'


def read(text: str) -> Settings:
    return Settings.from_text(SITE + text, path=HERE)


def test_a_site_of_meters_has_no_camera_and_no_eye() -> None:
    site = read(WATER + 'ml_per_unit = 10\nzone = "Europe/Berlin"\n')
    (water,) = site.systems
    assert (water.name, water.port, water.sensor) == ("water", "/dev/ttyACM0", "water_meter")
    assert (water.settings.ml_per_unit, water.settings.q4_l_per_h) == (10, 3125)
    assert water.settings.zone == ZoneInfo("Europe/Berlin")
    assert (site.camera.there, site.camera.kind, site.camera.file) == (False, Source.METERS, None)
    assert set(site.roles) == {"supervisor", "clerk", "herald", "steward"}


def test_parts_of_settings_are_tables_and_a_pulse_has_a_worth() -> None:
    text = '[systems.water_leak]\nport = "/dev/ttyUSB0"\nper_pulse = 0.5\n'
    (leak,) = read(text + "[systems.water_leak.home]\nburst_s = 60\n").systems
    assert (leak.per_pulse, leak.settings.home.burst_s) == (0.5, 60)


@pytest.mark.parametrize(
    ("text", "why", "hint"),
    [
        (WATER + "ml_per_unt = 1\n", "unknown key 'ml_per_unt'", "ml_per_unit"),
        ('[systems.watr]\nport = "/dev/x"\n', "unknown key 'watr'", "water"),
        (WATER + "ml_per_unit = 0\n", "systems.water: a meter's units", None),
        (WATER + 'ml_per_unit = "x"\n', "systems.water.ml_per_unit: expected a whole", None),
        (WATER + 'zone = "Mars/Base"\n', "no such time zone", "Europe/Berlin"),
        ("[systems.water]\n", "systems.water.port is missing", "add"),
        ('[systems.water]\nport = "socket://a:1"\n', "a port of this machine", "no network"),
        ("", "camera.source is missing", None),
        (
            WATER + '[[line]]\nname = "a"\nfrom = [9, 9]\nto = [9, 400]\n',
            r"\[line\] without a \[camera\]",
            "add",
        ),
    ],
)
def test_what_cannot_be_is_named(text: str, why: str, hint: str | None) -> None:
    with pytest.raises(ConfigError, match=why) as refused:
        read(text)
    assert hint is None or hint in str(refused.value.hint)
