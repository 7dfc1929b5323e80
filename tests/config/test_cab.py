"""A driver's place in the settings: a camera that sees a face and nothing else."""

from pathlib import Path

import pytest

from edgekit.config import Settings
from edgekit.errors import ConfigError
from edgekit.records import Profile


def text(source: str = "0", *, profile: Profile = Profile.LOCAL) -> str:
    return Settings.template(name="cab", profile=profile, source=source, systems=("drowsiness",))


def load(written: str) -> Settings:
    return Settings.from_text(written, path=Path("site.toml"))


def test_the_template_of_a_cab_has_a_camera_and_draws_nothing() -> None:
    settings = load(text())

    (system,) = settings.systems
    assert (system.name, system.settings.landmarks) == ("drowsiness", "face_landmark")
    assert settings.lines == settings.zones == ()
    assert settings.camera.fps >= system.settings.least_fps


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("fps = 30", "fps = 9", "expected 10 or more"),
        (
            "[keys]",
            '[[zone]]\nname = "a"\npolygon = [[60, 60], [600, 60], [600, 460]]\n[keys]',
            r"\[zone\]",
        ),
        ('source = "0"', 'source = "thermal:/dev/ttyACM1"', "without a camera"),
        ("[systems.drowsiness]", "[systems.drowsiness]\nshut_ms = 100", "half a second"),
    ],
)
def test_what_does_not_go_with_a_driver_is_refused(old: str, new: str, message: str) -> None:
    assert old in text()
    with pytest.raises(ConfigError, match=message):
        load(text().replace(old, new, 1))


@pytest.mark.parametrize("source", ["", "hw:1"])
def test_a_site_that_does_not_see_watches_no_driver(source: str) -> None:
    with pytest.raises(ConfigError, match="without a camera"):
        load(text(source))
