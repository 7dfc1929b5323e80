"""A Raspberry Pi's own camera, played by a module of the test's: no such camera was at hand."""

import sys
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from edgekit.errors import ConfigError, MissingExtraError, SensorError
from edgekit.sensors.open import open_source
from edgekit.sensors.picamera import PicameraSource


class Picamera2:
    """As much of the documented class as is used; refuses what the real one refuses."""

    made: "list[Picamera2]" = []  # noqa: RUF012 -- emptied by the fixture

    def __init__(self, number: int) -> None:
        if number > 0:
            raise IndexError("list index out of range")
        self.said: list[str] = []
        self.pixels: Any = np.zeros((480, 640, 3), np.uint8)
        Picamera2.made.append(self)

    def create_video_configuration(
        self, *, main: dict[str, Any], controls: dict[str, Any]
    ) -> dict[str, Any]:
        return {"main": main, "controls": controls}

    def configure(self, wanted: dict[str, Any]) -> None:
        if any(side % 2 for side in wanted["main"]["size"]):
            raise RuntimeError("width and height should be even")
        self.wanted = wanted

    def start(self) -> None:
        self.said.append("start")

    def capture_array(self, name: str) -> Any:  # noqa: ANN401 -- as the real one
        assert name == "main"
        if isinstance(self.pixels, Exception):
            raise self.pixels
        return self.pixels

    def close(self) -> None:
        self.said.append("close")


@pytest.fixture(autouse=True)
def library(monkeypatch: pytest.MonkeyPatch) -> type[Picamera2]:
    monkeypatch.setitem(sys.modules, "picamera2", SimpleNamespace(Picamera2=Picamera2))
    Picamera2.made.clear()
    return Picamera2


def test_it_asks_for_colours_in_our_order_and_captures_from_the_first_read_on(
    library: type[Picamera2],
) -> None:
    source = open_source("picamera2:0", clock_ms=lambda: 7, width=640, height=480, fps=20)
    (camera,) = library.made
    assert camera.said == []
    assert camera.wanted == {
        "main": {"size": (640, 480), "format": "RGB888"},
        "controls": {"FrameDurationLimits": (50_000, 50_000)},
    }
    camera.pixels[..., 0] = 200
    frames = [source.read(), source.read()]
    assert camera.said == ["start"]
    assert [frame.index for frame in frames if frame] == [0, 1]
    assert frames[0] is not None
    assert frames[0].pixels[0, 0].tolist() == [200, 0, 0]
    source.close()
    source.close()
    assert camera.said == ["start", "close"]
    assert source.read() is None


def test_another_size_is_brought_to_ours(library: type[Picamera2]) -> None:
    source = PicameraSource(0, clock_ms=lambda: 7)
    library.made[0].pixels = np.zeros((240, 320, 3), np.uint8)
    frame = source.read()
    assert frame is not None
    assert frame.pixels.shape == (480, 640, 3)


@pytest.mark.parametrize(
    "given",
    [RuntimeError("timeout"), np.zeros((480, 640, 4), np.uint8), np.zeros((4, 4), np.uint8)],
)
def test_what_is_no_picture_is_a_lost_camera(library: type[Picamera2], given: object) -> None:
    source = PicameraSource(0, clock_ms=lambda: 7)
    library.made[0].pixels = given
    with pytest.raises(SensorError, match="camera 0 of libcamera gives"):
        source.read()


def test_a_size_that_it_cannot_give_is_told_and_the_camera_let_go(
    library: type[Picamera2],
) -> None:
    with pytest.raises(SensorError, match="cannot give 641 x 480: width and height should be even"):
        PicameraSource(0, clock_ms=lambda: 7, size=(641, 480))
    assert library.made[0].said == ["close"]


def test_no_such_camera_is_told() -> None:
    with pytest.raises(SensorError, match="camera 3 of libcamera cannot be opened"):
        open_source("picamera2:3", clock_ms=lambda: 7)


@pytest.mark.parametrize("spec", ["picamera2:", "picamera2:front", "picamera2:-1"])
def test_a_camera_goes_by_its_number(spec: str) -> None:
    with pytest.raises(ConfigError, match="expected picamera2: and a number"):
        open_source(spec, clock_ms=lambda: 7)


def test_without_the_library_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "picamera2", None)
    with pytest.raises(MissingExtraError, match="picamera2 is not installed"):
        open_source("picamera2:0", clock_ms=lambda: 7)
