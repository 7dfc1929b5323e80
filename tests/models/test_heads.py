"""Heads from boxes of people, where no face was seen."""

import numpy as np
import pytest

from edgekit.frames import FACE, PERSON, Detections, Frame
from edgekit.models.heads import HeadsDetector

FRAME = Frame(np.zeros((200, 300, 3), np.uint8), 0, 0)
Row = tuple[float, float, float, float, float]
STANDING: Row = (100, 20, 140, 140, 0.9)
HEAD = (110, 20, 130, 44)


class Finds:
    def __init__(self, class_id: int, *rows: Row) -> None:
        self._rows = np.asarray(rows, np.float32).reshape(-1, 5)
        self._class_id = class_id

    def detect(self, _: Frame) -> Detections:
        ids = np.full(len(self._rows), self._class_id, np.int64)
        return Detections.of(self._rows[:, :4], self._rows[:, 4], ids)


def heads(people: tuple[Row, ...], faces: tuple[Row, ...] = ()) -> list[list[float]]:
    found = HeadsDetector(Finds(FACE, *faces), Finds(PERSON, *people)).detect(FRAME)
    assert (found.class_id == FACE).all()
    assert len(found.confidence) == len(found.xyxy)
    return found.xyxy[len(faces) :].tolist()


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        (STANDING, [HEAD]),
        ((100, 20, 200, 130, 0.9), [(125, 20, 175, 80)]),  # cut off at the chest
        ((280, 20, 320, 140, 0.9), [(290, 20, 300, 44)]),  # half out of the picture
        ((50, 100, 170, 140, 0.9), [(50, 100, 74, 140), (146, 100, 170, 140)]),  # lying
        ((100, 20, 140, 140, 0.4), []),  # rather nobody
    ],
)
def test_a_head_is_where_the_box_has_it(person: Row, expected: list[tuple[int, ...]]) -> None:
    found = np.asarray(heads((person,))).reshape(-1, 4)
    assert found == pytest.approx(np.asarray(expected).reshape(-1, 4))


@pytest.mark.parametrize(
    ("face", "seen"), [((112, 24, 128, 40, 0.6), True), ((0, 0, 9, 9, 1), False)]
)
def test_a_head_whose_face_was_seen_is_not_covered_twice(face: Row, seen: bool) -> None:
    assert bool(heads((STANDING,), (face,))) != seen


def test_nobody_is_no_head() -> None:
    assert heads(()) == []
