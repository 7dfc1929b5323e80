"""Number plates: four corners from known outputs, none from nothing, and other models refused."""

from pathlib import Path

import numpy as np
import pytest

from edgekit.errors import ModelError
from edgekit.frames import PLATE, Detections, Frame
from edgekit.models.catalog import load_catalog
from edgekit.models.load import load_plate_detector
from edgekit.models.looks import ScalesDetector
from edgekit.models.lpd_yunet import COUNT, PlateDetector, priors
from edgekit.models.store import ModelStore
from edgekit.redaction.cover import COVER_BGR
from edgekit.redaction.redactor import Redactor

FRAME = Frame(np.full((480, 640, 3), 90, np.uint8), 0, 0)


class FakeModel:
    """The outputs of LPD-YuNet, as its authors' code reads them."""

    def __init__(self) -> None:
        self.values = {
            "loc": np.zeros((COUNT, 14), np.float32),
            "conf": np.zeros((COUNT, 2), np.float32),
            "iou": np.zeros((COUNT, 1), np.float32),
        }
        self.outputs = tuple(self.values)
        self.seen: list[tuple[int, ...]] = []

    def run(self, blob: np.ndarray) -> dict[str, np.ndarray]:
        self.seen.append(blob.shape)
        return self.values

    def plate(self, prior: int, corners: np.ndarray, score: float) -> None:
        """Make it give these corners, in pixels of its input, at a prior."""
        x, y, side = priors()[prior]
        offsets = (corners - [x, y]) / (0.1 * side)
        for place, offset in zip(((4, 5), (6, 7), (10, 11), (12, 13)), offsets, strict=True):
            self.values["loc"][prior, place] = offset
        self.values["conf"][prior, 1] = score
        self.values["iou"][prior, 0] = score


CORNERS = np.asarray([[100, 60], [160, 66], [158, 84], [98, 78]], np.float32)


def test_the_priors_are_those_of_the_authors() -> None:
    assert priors().shape == (30 * 40 * 3 + 15 * 20 * 2 + 7 * 10 * 2 + 3 * 5 * 3, 3)
    assert priors()[0].tolist() == [4, 4, 10]
    assert priors()[3].tolist() == [12, 4, 10]
    assert priors()[-1].tolist() == [4.5 * 64, 2.5 * 64, 256]


def test_four_corners_become_an_upright_box_in_the_frame() -> None:
    model = FakeModel()
    model.plate(3600, CORNERS, 0.9)
    model.plate(3602, CORNERS + 1, 0.7)  # the same plate, less sure
    model.plate(10, CORNERS - [80, 40], 0.29)
    found = PlateDetector(model).detect(FRAME)
    assert model.seen == [(1, 3, 240, 320)]
    assert found.xyxy[0] == pytest.approx([196, 120, 320, 168], abs=1e-3)
    assert (found.class_id.tolist(), len(found)) == ([PLATE], 1)
    assert found.confidence[0] == pytest.approx(0.5 + 0.3 / 0.4 * 0.5)
    assert len(PlateDetector(FakeModel()).detect(FRAME)) == 0


def test_scores_outside_their_range_are_taken_as_its_ends() -> None:
    model = FakeModel()
    model.plate(3600, CORNERS, 1.0)
    model.values["iou"][:] = -3
    assert len(PlateDetector(model).detect(FRAME)) == 0
    model.values["iou"][3600] = 9
    assert PlateDetector(model).detect(FRAME).confidence.tolist() == [1.0]


def test_outputs_of_another_model_are_refused() -> None:
    model = FakeModel()
    model.outputs = ("loc", "conf")
    with pytest.raises(ModelError, match="LPD-YuNet"):
        PlateDetector(model)
    short = FakeModel()
    short.values["loc"] = short.values["loc"][:-1]
    with pytest.raises(ModelError, match="expected \\(4385, 14\\)"):
        PlateDetector(short).detect(FRAME)


def test_a_plate_beside_a_vehicle_is_covered() -> None:
    class Vehicle:
        def detect(self, _: Frame) -> Detections:
            return Detections.of(np.asarray([[400, 300, 500, 400]], np.float32))

    model = FakeModel()
    model.plate(3600, CORNERS, 0.9)
    both = ScalesDetector([Vehicle(), PlateDetector(model)])
    shown = Redactor(FRAME.size, mode="vehicles", detector=both).redact(FRAME).pixels
    assert (shown[140, 250] == COVER_BGR).all()
    assert (shown[350, 450] == COVER_BGR).all()
    assert (shown[20, 20] == 90).all()


def test_it_is_loaded_by_name_and_only_where_it_is_installed(tmp_path: Path) -> None:
    store = ModelStore(tmp_path, load_catalog())
    with pytest.raises(ModelError, match="not installed"):
        load_plate_detector(store, "lpd_yunet_2023mar")
    with pytest.raises(ModelError, match="finds face"):
        load_plate_detector(store, "yunet_n_dynamic")
