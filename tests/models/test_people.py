"""The decoders of people and vehicles: known outputs, real clips, refusals."""

import csv
from pathlib import Path

import cv2
import numpy as np
import pytest

from edgekit.errors import ModelError
from edgekit.frames import Frame
from edgekit.models.boxes import overlap, settled
from edgekit.models.catalog import load_catalog
from edgekit.models.load import PEOPLE, load_people_detector
from edgekit.models.picodet import PicoDetDetector
from edgekit.models.square import Square
from edgekit.models.store import ModelStore
from edgekit.models.yolox import YoloxDetector

FILES = {
    "nanodet_2022nov": "nanodet_m_416.onnx",
    "yolox_nano_416": "yolox_nano_416.onnx",
    "picodet_s_320": "picodet_s_320.onnx",
}


class FakeModel:
    """Looks like an `OnnxModel` of the given shape and outputs; keeps what it was given."""

    def __init__(self, shape: tuple[int, ...], outputs: dict[str, np.ndarray]) -> None:
        self.input_shape = shape
        self.outputs = tuple(outputs)
        self._values = outputs
        self.seen = np.zeros(0)

    def run(self, blob: np.ndarray) -> dict[str, np.ndarray]:
        self.seen = blob.copy()
        return self._values


def focal_outputs(side: int, strides: tuple[int, ...]) -> dict[str, np.ndarray]:
    """Nothing found; where something is, it reaches one stride to each side."""
    values = {}
    for stride in strides:
        cells = (side // stride) ** 2
        values[f"c{stride}"] = np.zeros((1, cells, 80), np.float32)
        values[f"b{stride}"] = np.full((1, cells, 32), -50, np.float32)
        values[f"b{stride}"].reshape(cells, 4, 8)[:, :, 1] = 50
    return values


def picture(width: int, height: int) -> Frame:
    return Frame(np.zeros((height, width, 3), np.uint8), 0, 0)


def test_picodet_stretches_the_picture_and_so_its_boxes() -> None:
    values = focal_outputs(64, (8, 16, 32, 64))
    values["c16"][0, 1 * 4 + 2, 5] = 0.8  # row 1, column 2: centre (40, 24) of 64x64
    detector = PicoDetDetector(FakeModel((1, 3, 64, 64), values), classes=(0, 5))

    found = detector.detect(picture(128, 32))

    assert found.xyxy.tolist() == [[48, 4, 112, 20]]
    assert found.class_id.tolist() == [5]


def test_yolox_reads_centre_size_and_both_scores() -> None:
    rows = np.zeros((1, 8 * 8 + 4 * 4 + 2 * 2, 85), np.float32)
    rows[0, 2 * 8 + 3] = [0.5, 0.5, np.log(2), np.log(4), 0.9, *[0.0] * 2, 0.8, *[0.0] * 77]
    detector = YoloxDetector(FakeModel((1, 3, 64, 64), {"output": rows}), classes=(0, 2))

    found = detector.detect(picture(64, 32))

    assert found.xyxy[0] == pytest.approx((20, 4, 36, 32))  # 16 wide, 32 high, cut at the edge
    assert found.class_id.tolist() == [2]
    assert found.confidence[0] == pytest.approx(0.5 + 0.5 * (0.72 - 0.45) / 0.55)
    rows[0, :, 4] = 0.1
    assert not len(detector.detect(picture(64, 32)))


def test_yolox_sees_grey_beside_the_picture_and_colours_as_they_are() -> None:
    model = FakeModel((1, 3, 64, 64), {"output": np.zeros((1, 84, 85), np.float32)})
    pixels = np.full((32, 64, 3), (1, 2, 3), np.uint8)

    YoloxDetector(model).detect(Frame(pixels, 0, 0))

    assert model.seen[0, :, 0, 0].tolist() == [1, 2, 3]
    assert model.seen[0, :, 63, 63].tolist() == [114, 114, 114]


def test_picodet_sees_red_green_blue_of_mean_0() -> None:
    model = FakeModel((1, 3, 64, 64), focal_outputs(64, (8, 16, 32, 64)))
    pixels = np.full((32, 64, 3), (103.53, 116.28, 123.675 + 58.395), np.uint8)

    PicoDetDetector(model).detect(Frame(pixels, 0, 0))

    assert model.seen[0, :, 5, 5] == pytest.approx((1, 0, 0), abs=0.02)


@pytest.mark.parametrize("kind", sorted(PEOPLE))
def test_wrong_models_and_empty_rules_are_refused(kind: str) -> None:
    reader = PEOPLE[kind]
    square = FakeModel((1, 3, 64, 64), {"a": np.zeros((1, 1, 1), np.float32)})
    with pytest.raises(ModelError, match="output"):
        reader(square).detect(picture(9, 9))
    with pytest.raises(ModelError, match="input of shape"):
        reader(FakeModel((1, 3, "h", 64), {}))
    for options in ({"classes": ()}, {"threshold": 1.0}):
        with pytest.raises(ModelError, match="nothing could be found"):
            reader(square, **options)


@pytest.mark.parametrize(("stretch", "scale"), [(True, (0.5, 2.0)), (False, (0.5, 0.5))])
def test_square_says_how_it_scaled(stretch: bool, scale: tuple[float, float]) -> None:
    square = Square(32, stretch=stretch)
    assert square.fill(np.zeros((16, 64, 3), np.uint8)).tolist() == [*scale, *scale]
    assert square.fill(np.zeros((3, 1, 3), np.uint8))[1] == pytest.approx(32 / 3)


def test_confidence_means_the_same_for_every_model() -> None:
    boxes = np.array([[0, 0, 10, 10], [20, 0, 30, 10], [40, 0, 50, 10]], np.float32)
    score, classes = np.array([0.3, 0.6, 1.0], np.float32), np.zeros(3, np.int64)

    found = settled((boxes, score, classes), np.ones(4, np.float32), (100, 100), iou=0.5, sure=0.6)

    assert sorted(found.confidence.tolist()) == pytest.approx([0.25, 0.5, 1.0])


@pytest.mark.shared
@pytest.mark.parametrize("name", FILES)
def test_people_of_a_real_clip_are_found(
    name: str, shared_models: Path, shared_data: Path, tmp_path: Path
) -> None:
    folder = shared_data / "vision" / "pets"
    store = ModelStore(tmp_path, load_catalog())
    store.add(name, shared_models / FILES[name])
    truth: dict[int, list[list[float]]] = {}
    with (folder / "gt_frames_mod20.csv").open() as file:
        for row in csv.DictReader(file):
            x, y, w, h = (float(row[key]) * 0.625 for key in ("x", "y", "w", "h"))
            truth.setdefault(int(row["frame"]), []).append([x, y, x + w, y + h])
    detector = load_people_detector(store, name)
    capture = cv2.VideoCapture(str(folder / "vtest_480x360.avi"))
    hits = sure = there = 0
    for number in range(1, 281):
        _, pixels = capture.read()
        if number not in {20, 140, 280}:
            continue
        found = detector.detect(Frame(pixels, 0, number))
        labels = np.asarray(truth[number], np.float32)
        hits += sum(bool((overlap(label, found.xyxy) > 0.4).any()) for label in labels)
        sure += int((found.confidence >= 0.5).sum())
        there += len(labels)
    assert hits >= 0.8 * there
    assert hits >= 0.7 * sure
