"""``[microphone]``, and a thermal array in ``[camera]``: what init writes is what can be read."""

import json
from pathlib import Path

import pytest

from edgekit.cli.main import main
from edgekit.config import Settings
from edgekit.consent.terms import SensorKind
from edgekit.provenance import Source
from edgekit.records import Profile


@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize(
    ("source", "sensor", "kind", "device"),
    [
        ("hw:1", SensorKind.MICROPHONE, Source.MICROPHONE, "/dev/snd"),
        ("street.wav", SensorKind.MICROPHONE, Source.FILE, None),
        ("thermal:/dev/ttyUSB0", SensorKind.THERMAL_ARRAY, Source.THERMAL_ARRAY, "/dev/ttyUSB0"),
        ("door.npy", SensorKind.THERMAL_ARRAY, Source.FILE, None),
        ("0", SensorKind.CAMERA, Source.CAMERA, "/dev/video0"),
    ],
)
def test_a_site_begins_with_what_its_eye_is(
    tmp_path: Path,
    source: str,
    sensor: SensorKind,
    kind: Source,
    device: str | None,
    profile: Profile,
) -> None:
    folder = tmp_path / "yard"
    assert main(["init", str(folder), "--source", source, "--profile", profile]) == 0
    camera = Settings.load(folder / "site.toml").camera
    draft = json.loads((folder / "authorisation.draft.json").read_bytes())

    assert (camera.sensor, camera.kind, camera.device) == (sensor, kind, device)
    assert [one["kind"] for one in draft["sensors"]] == [sensor]
    assert draft["covered_preview"] is (sensor is SensorKind.CAMERA and profile.at_home)
    assert (draft["picture"] is None) is (sensor is SensorKind.MICROPHONE)
    assert camera.hears is (sensor is SensorKind.MICROPHONE)
    assert not camera.steady or sensor is SensorKind.CAMERA
