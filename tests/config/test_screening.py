"""Where faces come and the black body stands; what has to be measured before."""

from pathlib import Path

import pytest

from edgekit.config import Settings
from edgekit.errors import ConfigError

TABLE = """
port = "/dev/ttyACM0"
face = [[40, 20], [420, 460]]
body = [[500, 60], [620, 180]]
uneven_k = 0.1
"""


def load(
    table: str = TABLE,
    *,
    camera: str = 'source = "thermal:/dev/serial/by-id/x"',
    window_s: int = 86_400,
) -> Settings:
    text = f"""version = 1
[site]
name = "ward"
window_s = {window_s}
[camera]
{camera}
[systems.temperature]
{table}
"""
    return Settings.from_text(text, path=Path("/nowhere/site.toml"))


def test_two_boxes_and_the_settings_of_the_system() -> None:
    settings = load(
        TABLE.replace("[[40, 20], [420, 460]]", "[[420, 20], [40, 460]]") + "warm_c = 38"
    )
    (system,) = settings.systems

    assert system.boxes == {"face": (40, 20, 420, 460), "body": (500, 60, 620, 180)}
    assert (system.settings.uneven_k, system.settings.warm_c) == (0.1, 38.0)
    assert system.sensor == "thermal_array"
    assert settings.roles.keys() >= {"eye", "steward"}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("uneven_k = 0.1", "", "uneven_k is missing"),
        ("uneven_k = 0.1", "uneven_k = -1", "uneven_k"),
        ("[[40, 20], [420, 460]]", "[[40, 20]]", "has 1 points: expected two corners"),
        ("[[40, 20], [420, 460]]", "[[40, 20], [40, 460]]", "two corners of a box"),
        ("[[40, 20], [420, 460]]", "[[40, 20], [520, 460]]", "overlap"),
        ("[[500, 60], [620, 180]]", "[[500, 60], [650, 180]]", "expected a box within 640x480"),
        ("face = [[40, 20], [420, 460]]", "", "face is missing"),
        ('port = "/dev/ttyACM0"', "", "port is missing"),
        ("body =", "body_c = 60\nsign_ms = 5\nbody =", "a sign for 5 ms"),
        ("body =", "most_drift_k = 0.3\nbody =", "a drift of 0.3 K"),
        ("body =", "look_ms = -1\nbody =", "look_ms"),
        ("body =", "gaze = 3\nbody =", "gaze"),
    ],
    ids=str,
)
def test_a_door_that_cannot_be(old: str, new: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        load(TABLE.replace(old, new))


@pytest.mark.parametrize("source", ["0", "plaza", "rtsp://camera/1"])
def test_a_camera_is_no_thermal_array(source: str) -> None:
    with pytest.raises(ConfigError, match="without a thermal array"):
        load(camera=f'source = "{source}"')
