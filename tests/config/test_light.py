"""``[light]`` in site.toml."""

from dataclasses import replace
from pathlib import Path

import pytest

from edgekit.config import Settings
from edgekit.config.light import Light
from edgekit.errors import ConfigError

HERE = Path("/home/pi/site/site.toml")
SITE = 'version = 1\n[site]\nname = "hall"\n[camera]\nsource = "0"\nfps = 10\n'
LIGHT = Light(exposure_ms=20.5, gain=16, lux_at_one=71.25, factor=2.36, pairs=((0.0813, 340.0),))


def read(text: str, site: str = SITE) -> Light | None:
    return Settings.from_text(site + text, path=HERE).light


@pytest.mark.parametrize("light", [LIGHT, replace(LIGHT, gain=None, pairs=())])
def test_what_is_written_is_read(light: Light) -> None:
    assert read(light.to_toml()) == light


def test_without_it_the_brightness_stays_rough() -> None:
    assert read("") is None


def test_a_recording_was_exposed_as_it_was() -> None:
    for source in ("film.mp4", "/dev/video2"):
        assert read(LIGHT.to_toml(), SITE.replace('"0"', f'"{source}"')) == LIGHT


@pytest.mark.parametrize("source", ["plaza", "rtsp://host/1"])
def test_an_exposure_that_nobody_here_holds_is_refused(source: str) -> None:
    with pytest.raises(ConfigError, match="can't be held from here"):
        read(LIGHT.to_toml(), SITE.replace('"0"', f'"{source}"'))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("exposure_ms = 20.5", "exposure_ms = 0", "a number from 0.01 to 1000"),
        ("exposure_ms = 20.5", "exposure_ms = 101", "at most 100 at 10 frames"),
        ("exposure_ms = 20.5\n", "", "light.exposure_ms is missing"),
        ("gain = 16", "gain = 1.5", "a whole number from 0"),
        ("factor = 2.36", "factor = 1.2", "a number from 2 to 100"),
        ("lux_at_one = 71.25", "lux_at_one = nan", "a number from 1e-06"),
        ("[[0.0813, 340]]", "[[0.0813]]", "a list of pairs of numbers"),
        ("[[0.0813, 340]]", "[[0, 340]]", "a luminance of 0 to 1"),
        ("[[0.0813, 340]]", "3", "a list of pairs of numbers"),
        ("gain = 16", "gains = 16", "unknown key 'gains'"),
    ],
)
def test_what_cannot_be_is_said(old: str, new: str, said: str) -> None:
    text = LIGHT.to_toml()
    assert old in text
    with pytest.raises(ConfigError, match=said):
        read(text.replace(old, new))


def test_it_says_how_far_to_believe_it() -> None:
    assert "at 20.5 ms: the truth lies within a factor of 2.36" in LIGHT.words()
