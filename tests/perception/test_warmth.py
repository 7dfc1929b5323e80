"""A face's hottest, which no single bad pixel makes, beside a black body; two are told apart."""

import math

import numpy as np
import pytest

from edgekit.errors import ConfigError
from edgekit.frames import ThermalFrame
from edgekit.perception.warmth import Box, Doorway, Warmth
from edgekit.testing.warm_face import BODY as BODY_OF
from edgekit.testing.warm_face import FACE as FACE_OF
from edgekit.testing.warm_face import Faults, FeverDoor, Visitor

FACE, BODY = (4, 2, 19, 18), (20, 2, 26, 8)


def frame(**spots: float) -> ThermalFrame:
    celsius = np.full((24, 32), 21.0)
    celsius[4:15, 5:14] = 34.0
    celsius[7:9, 8:11] = 36.2
    celsius[2:8, 20:26] = 35.0
    for place, value in spots.items():
        row, column = map(int, place[1:].split("_"))
        celsius[row, column] = value
    return ThermalFrame(celsius, 25.0, 0, 0)


def seen(picture: ThermalFrame, *, face: Box = FACE, body: Box = BODY) -> Warmth:
    return Doorway(face=face, body=body, body_c=35.0).see(picture)


def test_face_black_body_and_room() -> None:
    assert seen(frame()) == Warmth(face_c=36.2, reference_c=35.0, ambient_c=21.0, faces=1)


@pytest.mark.parametrize("value", [300.0, 44.0, -40.0, np.nan])
def test_one_bad_pixel_is_no_fever(value: float) -> None:
    found = seen(frame(p12_12=value))
    assert (found.face_c, found.faces) == (36.2, 1)


def test_what_is_no_face_is_none() -> None:
    nobody = seen(frame(), face=(26, 12, 32, 20))
    assert (nobody.face_c, nobody.faces) == (None, 0)
    few = seen(frame(p20_20=34.0, p20_21=34.0), face=(18, 18, 24, 24))
    assert (few.face_c, few.faces) == (None, 0)


def test_a_face_has_to_be_well_above_the_room() -> None:
    hot = ThermalFrame(np.where(frame().celsius == 21.0, 31.0, frame().celsius), 25.0, 0, 0)
    assert seen(hot).faces == 1
    assert seen(hot, face=(26, 12, 32, 20)).faces == 0


def test_a_black_body_that_is_not_read_is_none() -> None:
    blind = ThermalFrame(np.full((24, 32), np.nan), 25.0, 0, 0)
    assert seen(blind) == Warmth(face_c=None, reference_c=None)


@pytest.mark.parametrize(
    "spots",
    [
        {f"p{row}_{column}": 29.0 for row in range(2, 8) for column in range(20, 23)},
        {f"p{row}_{column}": 22.0 for row in range(2, 8) for column in range(20, 26)},
    ],
    ids=["a hand before it", "it is cold"],
)
def test_what_stands_before_the_black_body_is_none(spots: dict[str, float]) -> None:
    assert seen(frame(**spots)).reference_c is None


@pytest.mark.parametrize("box", [(0, 0, 0, 4), (0, 0, 33, 4), (-1, 0, 4, 4), (5, 9, 9, 5)], ids=str)
def test_boxes_that_cannot_be(box: Box) -> None:
    with pytest.raises(ConfigError, match="within 32x24"):
        seen(frame(), body=box)


def looks(door: FeverDoor) -> list[Warmth]:
    doorway = Doorway(face=FACE_OF, body=BODY_OF, body_c=35.0)
    return [
        doorway.see(ThermalFrame(one.astype(np.float64), 25.0, 125 * n, n))
        for n, one in enumerate(door.celsius)
    ]


@pytest.mark.parametrize("noise_k", [0.05, 0.3])
@pytest.mark.parametrize("subpages", [False, True])
def test_the_noise_is_learned_from_the_black_body(noise_k: float, *, subpages: bool) -> None:
    """Where every second point is new, what is read twice is known no better."""
    door = FeverDoor(seconds=20, faults=Faults(noise_k=noise_k, subpages=subpages))
    found = looks(door)[-1].noise_k
    of_both = math.hypot(0.43, 1 / 6)
    assert found == pytest.approx(noise_k * of_both * math.sqrt(2 if subpages else 1), rel=0.15)


@pytest.mark.parametrize("noise_k", [0.05, 0.3])
def test_what_is_said_of_the_noise_is_what_it_is(noise_k: float) -> None:
    one = Visitor(start_s=0.0, stays_s=60.0, mouth_c=37.0)
    door = FeverDoor(seconds=50, visitors=(one,), faults=Faults(noise_k=noise_k))
    found = looks(door)[40:]
    apart = [one.face_c - one.reference_c for one in found if one.face_c and one.reference_c]
    assert 0.7 < float(np.std(apart)) / found[-1].noise_k < 1.1


def test_two_at_once_are_two_and_one_is_one() -> None:
    one = Visitor(start_s=0.5, stays_s=3.0, mouth_c=36.6)
    two = Visitor(start_s=0.5, stays_s=3.0, mouth_c=36.6, with_other=True)
    alone = looks(FeverDoor(seconds=4, visitors=(one,)))
    both = looks(FeverDoor(seconds=4, visitors=(two,)))

    assert {found.faces for found in alone[8:24]} == {1}
    assert {found.faces for found in both[8:24]} == {2}
    middle = [found.face_c for found in alone[12:20] if found.face_c is not None]
    assert np.mean(middle) == pytest.approx(36.6 - 0.95, abs=0.1)


def test_two_whose_faces_touch_are_wider_than_one() -> None:
    celsius = frame().celsius.copy()
    celsius[6:12, 5:18] = 34.0
    celsius[4:6], celsius[12:15] = 21.0, 21.0
    assert seen(ThermalFrame(celsius, 25.0, 0, 0)).faces == 2


def test_a_door_for_no_time_is_none() -> None:
    with pytest.raises(ConfigError, match="a door for 0"):
        FeverDoor(seconds=0)
    assert not FeverDoor(seconds=4).visitors
