"""A thermal array as the node's eye: opened before the seal, counted like a camera's lines."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from edgekit.config import Settings
from edgekit.confine.rules import Stage
from edgekit.errors import ConfigError, SensorError
from edgekit.node.sensing.warm_sight import WarmSight, require_proportions
from edgekit.node.site import Site, load_site
from edgekit.node.status import read_state
from edgekit.node.walls.posture import stage_of, walls_of
from edgekit.records import Kind
from edgekit.testing.emulator import EmulatedBoard
from edgekit.testing.fakes import FakeClock
from edgekit.testing.warm_door import WarmDoor, WarmWalker
from tests.sensors.test_thermal import eeprom, reading

if TYPE_CHECKING:
    from tests.node.conftest import Place, Places

PORT = "/dev/serial/by-id/usb-board"
WALKERS = tuple(
    WarmWalker(start_s=start_s, speed_m_s=1.2, lane_m=1.1, rightward=rightward)
    for start_s, rightward in ((2.0, True), (5.0, True), (8.0, False))
)


def recorded(folder: Path, *, points: tuple[int, int] = (32, 24)) -> Path:
    path = folder / "door.npy"
    np.save(path, WarmDoor(seconds=12, walkers=WALKERS, points=points).celsius)
    return path


def site_of(place: "Place") -> Site:
    return load_site(place.settings, now_s=place.authorisation.valid_from_s + 1)


def test_its_lines_and_zones_are_channels_as_those_of_a_camera(
    places: "Places", tmp_path: Path
) -> None:
    place = places.make(source=str(recorded(tmp_path)), camera="fps = 8")
    opened: list[str] = []
    sight = WarmSight(site_of(place), clock_ms=FakeClock().ms, on_open=lambda: opened.append("x"))
    sight._source = _at_once(sight._source)
    sight.settle()
    sight.start()
    glances = list(iter(sight.step, None))
    sight.close()

    said = [one for glance in glances for one in glance.passages]
    assert sorted(kind for _, kind, _ in said) == [Kind.IN, Kind.IN, Kind.OUT]
    people = {
        value for glance in glances for _, kind, value in glance.levels if kind is Kind.PEOPLE
    }
    assert people == {0, 1}
    assert opened == ["x"]
    assert sight.covered_picture() is None
    assert sight.marker is False


def _at_once(source: object) -> object:
    source._realtime = False  # type: ignore[attr-defined] -- a recording need not take its time
    return source


def test_a_picture_of_other_proportions_is_refused_and_the_port_let_go(
    places: "Places", tmp_path: Path
) -> None:
    place = places.make(source=str(recorded(tmp_path, points=(8, 8))))
    with pytest.raises(ConfigError, match="8x8 points in a picture of 640x480") as caught:
        WarmSight(site_of(place), clock_ms=FakeClock().ms)
    assert "width = 160, height = 160" in str(caught.value.hint)
    require_proportions((8, 8), (480, 480))


@pytest.mark.parametrize(
    ("camera", "said"),
    [('detector = "yolox_nano"', "by their warmth"), ('sees = "vehicles"', "by their warmth")],
)
def test_what_an_array_cannot_have_is_refused(places: "Places", camera: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        Settings.load(places.make(source=f"thermal:{PORT}", camera=camera).settings)


def test_its_port_has_to_be_named(places: "Places") -> None:
    with pytest.raises(ConfigError, match="serial port"):
        Settings.load(places.make(source="thermal:usb").settings)


def test_an_eye_may_open_its_port_and_nothing_else_of_the_machine(places: "Places") -> None:
    settings = Settings.load(places.make(source=f"thermal:{PORT}").settings)
    walls = walls_of("eye", settings, models=Path("/nowhere"))

    assert (settings.camera.live, settings.camera.file) == (True, None)
    assert stage_of(settings.camera) is Stage.CAMERA_OPEN
    assert walls.writes == (PORT,)


def test_there_is_no_array(places: "Places") -> None:
    place = places.make(source="thermal:/dev/edgekit-nowhere")
    with pytest.raises(SensorError, match="can't be opened"):
        WarmSight(site_of(place), clock_ms=FakeClock().ms)


def test_a_node_counts_who_passed_a_recorded_door(places: "Places", tmp_path: Path) -> None:
    place = places.make(source=str(recorded(tmp_path)), camera="fps = 8")
    node = places.run(place)
    assert node.end(120) == 0, node.log()

    place.require_sound_grid(1)
    counts = {
        way: sum(one["count"] or 0 for one in place.windows(f"line.door.{way}"))
        for way in ("in", "out")
    }
    assert counts == {"in": 2, "out": 1}, node.log()
    assert {one["seal"] for one in place.windows() if one["count"]} == {"sealed"}


@pytest.fixture
def board(firmware: Path, tmp_path: Path) -> Iterator[EmulatedBoard]:
    with EmulatedBoard.start(tmp_path, firmware) as board:
        yield board


@pytest.mark.emulator
def test_a_node_sees_by_an_array_on_its_own_port_until_that_is_stuck(
    places: "Places", board: EmulatedBoard, wait: Callable[..., float]
) -> None:
    for address, words in (
        (0x2400, eeprom()),
        (0x0400, reading(500, 0)[:832]),
        (0x800D, (0x1901,)),
    ):
        data = b"".join(word.to_bytes(2, "big") for word in words)
        board.tell("i2c", 33, f"{address:04x}", data.hex())
    place = places.make(source=f"thermal:{board.port}", camera="fps = 4")
    node = places.run(place)

    # What the emulated array tells is hotter than people, and always the same.
    node.wait_seeing()
    wait(lambda: read_state(place.data / "status.json")["view"] == "stalled")
    state = read_state(place.data / "status.json")
    node.stop()

    place.require_sound_grid(1)
    assert state["seal"] == "sealed", node.log()
    assert ("gap", "view_blind") in {(one["status"], one["reason"]) for one in place.windows()}
