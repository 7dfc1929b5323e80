"""A node with a Raspberry Pi's own camera: strict refuses it, maker says what it is worth."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from edgekit.config import Settings
from edgekit.confine.rules import Stage
from edgekit.node.service.unit import Plan, units_of
from edgekit.node.walls.posture import walls_of
from edgekit.provenance import Source

if TYPE_CHECKING:
    from tests.node.conftest import Places

HOSTILE = Path(__file__).parent / "hostile" / "node.py"
SOURCE = "picamera2:0"


def test_strict_refuses_before_the_camera_is_opened(places: "Places") -> None:
    node = places.run(places.make(source=SOURCE))
    assert node.end(90) == 1
    said = node.log()
    assert "libcamera steers its camera by calls that a sealed eye does not have" in said
    assert 'set confinement = "maker"' in said
    assert "picamera2 is not installed" not in said


def test_maker_reads_from_it_and_every_record_says_partial(
    places: "Places", wait: Callable[..., float]
) -> None:
    place = places.make(source=SOURCE)
    text = place.settings.read_text().replace("[site]", '[site]\nconfinement = "maker"')
    place.settings.write_text(text)
    node = places.run_program(place, [str(HOSTILE), str(place.settings), "libcamera"])
    node.wait_seeing(90)
    wait(lambda: any(one["uptime_percent"] > 0 for one in place.windows()), 60)
    node.process.terminate()
    assert node.end(60) == 0, node.log()
    last = place.payloads()[-1]
    assert (last["seal"], last["seal_clerk"], last["source"]) == ("partial", "sealed", "camera")
    assert "unsealed, as the settings allow: libcamera" in node.log()


def test_its_devices_are_the_eyes_alone(places: "Places") -> None:
    settings = Settings.load(places.make(source=SOURCE).settings)
    assert settings.camera.kind is Source.CAMERA
    assert settings.camera.live
    eye = walls_of("eye", settings, models=Path("/models"))
    assert (eye.stage, eye.writes) == (Stage.CAMERA_OPEN, ("/dev",))
    assert {"/run/udev", "/sys"} <= set(eye.reads)
    assert "/run/udev" not in walls_of("clerk", settings, models=Path("/models")).reads
    made = units_of(Plan(settings=settings, command=Path("/bin/true")))
    assert [name for name, text in made.items() if "DeviceAllow=char-dma_heap rw" in text] == [
        "edgekit-eye.service"
    ]
