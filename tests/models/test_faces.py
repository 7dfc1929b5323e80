"""Detectors of faces: each decodes what its model means, and several looks become one box."""

import json
from pathlib import Path

import numpy as np
import pytest

from edgekit.errors import ModelError
from edgekit.frames import FACE, Detections, Frame
from edgekit.models.boxes import overlap
from edgekit.models.catalog import load_catalog
from edgekit.models.centerface import CenterFaceDetector
from edgekit.models.load import load_face_detector
from edgekit.models.looks import LargeFaces, LooksDetector, NearDetector, ScalesDetector, Scores
from edgekit.models.store import ModelStore, default_folder
from edgekit.models.ultralight import UltraLightDetector, priors
from edgekit.sensors.image import read_image

SCORES = Scores(doubt=0.03, least=0.2, sure=0.4)
WIDE = Frame(np.zeros((64, 128, 3), np.uint8), 0, 0)


class FakeModel:
    def __init__(self, **outputs: np.ndarray) -> None:
        self.outputs = tuple(outputs)
        self.values = outputs
        self.seen: list[tuple[int, ...]] = []

    def run(self, blob: np.ndarray) -> dict[str, np.ndarray]:
        self.seen.append(blob.shape)
        return self.values


class Fixed:
    """Gives the same boxes to whatever it is shown; different ones in the mirror."""

    def __init__(
        self, *rows: tuple[float, ...], mirror: tuple[tuple[float, ...], ...] = ()
    ) -> None:
        self.looks = [rows, mirror]
        self.calls = 0

    def detect(self, _: Frame) -> Detections:
        rows = np.asarray(self.looks[self.calls % 2], np.float32).reshape(-1, 5)
        self.calls += 1
        return Detections.of(rows[:, :4], rows[:, 4], np.full(len(rows), FACE, np.int64))


def test_centerface_reads_its_four_maps() -> None:
    heat, size, offset = (np.zeros((1, n, 16, 32), np.float32) for n in (1, 2, 2))
    heat[0, 0, 5, 10] = 0.9
    size[0, :, 5, 10] = np.log(5), np.log(3)  # 20 high, 12 wide
    offset[0, :, 5, 10] = 0.25, -0.25
    model = FakeModel(**{"537": heat, "538": size, "539": offset})
    found = CenterFaceDetector(model).detect(WIDE)
    # The centre: column (10 - 0.25 + 0.5) 4 = 41, row (5 + 0.25 + 0.5) 4 = 23.
    assert found.xyxy[0] == pytest.approx([35, 13, 47, 33], abs=1e-4)
    assert (found.confidence.tolist(), found.class_id.tolist()) == ([np.float32(0.9)], [FACE])
    double = CenterFaceDetector(model, longer_px=256).detect(WIDE)
    assert model.seen == [(1, 3, 64, 128), (1, 3, 128, 256)]
    assert double.xyxy[0] == pytest.approx(found.xyxy[0] / 2, abs=1e-4)
    heat[:] = 0
    assert len(CenterFaceDetector(model).detect(WIDE)) == 0


def test_ultralight_reads_offsets_and_corners() -> None:
    scores, boxes = np.zeros((1, 4420, 2), np.float32), np.zeros((1, 4420, 4), np.float32)
    scores[0, 1000, 1] = 0.9
    found = UltraLightDetector(FakeModel(scores=scores, boxes=boxes)).detect(WIDE)
    x, y, w, h = priors()[1000]
    corners = np.asarray([(x - w / 2) * 128, (y - h / 2) * 64, (x + w / 2) * 128, (y + h / 2) * 64])
    assert found.xyxy[0] == pytest.approx(np.clip(corners, 0, None), abs=1e-3)
    boxes[0, 1000] = 0.25, 0.25, 0.5, 0.75
    decoded = UltraLightDetector(FakeModel(scores=scores, boxes=boxes), decoded=True).detect(WIDE)
    assert decoded.xyxy.tolist() == [[32, 16, 64, 48]]


def test_the_priors_are_those_of_the_paper() -> None:
    assert priors().shape == (4420, 4)
    assert priors()[0] == pytest.approx([0.5 / 40, 0.5 / 30, 10 / 320, 10 / 240])
    assert priors()[-1] == pytest.approx([0.9, 0.875, 256 / 320, 1.0])


def test_models_of_another_kind_are_refused() -> None:
    odd = FakeModel(y=np.zeros(1, np.float32))
    for kind in (CenterFaceDetector, UltraLightDetector):
        with pytest.raises(ModelError, match="expected"):
            kind(odd)
    short = FakeModel(scores=np.zeros((1, 9, 2)), boxes=np.zeros((1, 9, 4)))
    with pytest.raises(ModelError, match="expected 4420"):
        UltraLightDetector(short).detect(WIDE)
    with pytest.raises(ModelError, match="no detector"):
        ScalesDetector([])
    with pytest.raises(ModelError, match="expected 0 < doubt"):
        Scores(doubt=0.3, least=0.2, sure=0.4)
    with pytest.raises(ModelError, match="slack"):
        Scores(doubt=0.03, least=0.2, sure=0.4, slack=-1)


def test_boxes_of_one_face_become_their_hull() -> None:
    detector = Fixed((10, 10, 30, 30, 0.6), (14, 8, 34, 30, 0.31), (8, 6, 30, 34, 0.2))
    found = LooksDetector(detector, scores=SCORES, mirrored=False).detect(WIDE)
    assert found.xyxy.tolist() == [[10, 8, 34, 30]]  # the third is less than half as sure


def test_the_mirror_is_turned_back_and_halves_what_it_does_not_see() -> None:
    detector = Fixed(
        (10, 10, 30, 30, 0.6),
        (80, 10, 90, 20, 0.38),
        (50, 40, 60, 50, 0.5),
        mirror=((98, 12, 118, 30, 0.5),),
    )
    found = LooksDetector(detector, scores=SCORES).detect(WIDE)
    assert found.xyxy.tolist() == [[10, 10, 30, 30], [50, 40, 60, 50]]
    assert found.confidence == pytest.approx([0.5 + 0.15 / 0.6 * 0.5, 0.25 / 0.4 * 0.5])
    assert len(LooksDetector(Fixed(), scores=SCORES).detect(WIDE)) == 0


def test_a_sure_box_is_given_the_slack_of_its_model() -> None:
    scores = Scores(doubt=0.03, least=0.2, sure=0.4, slack=1 / 64)
    rows = ((10, 10, 30, 30, 0.6), (80, 10, 90, 20, 0.3))
    found = LooksDetector(Fixed(*rows), scores=scores, mirrored=False).detect(WIDE)
    assert found.xyxy.tolist() == [[8, 8, 32, 32], [80, 10, 90, 20]]


def test_what_is_barely_doubted_is_covered_in_its_middle() -> None:
    scores = Scores(doubt=0.03, barely=0.05, least=0.2, sure=0.4)
    rows = (0.0, 0.0, 20.0, 40.0, 0.06), (60.0, 0.0, 80.0, 40.0, 0.25), (90.0, 0, 99, 9, 0.04)
    found = LooksDetector(Fixed(*rows), scores=scores, mirrored=False).detect(WIDE)
    assert found.xyxy.tolist() == pytest.approx(np.asarray([[60, 0, 80, 40], [5.5, 11, 14.5, 29]]))
    with pytest.raises(ModelError, match="barely"):
        Scores(doubt=0.03, barely=0.3, least=0.2, sure=0.4)


def test_scores_are_means_over_sizes_and_hulls_are_as_narrow_as_asked() -> None:
    scores = Scores(doubt=0.03, least=0.2, sure=0.4, same=0.5, hull=0.7)
    near = Fixed((10, 10, 30, 30, 0.6), (80, 10, 90, 20, 0.3))
    nearer = Fixed((12, 8, 32, 30, 0.4), (10, 12, 30, 36, 0.5))
    found = LooksDetector(near, nearer, scores=scores, mirrored=False).detect(WIDE)
    assert found.xyxy.tolist() == [[10, 10, 30, 36]]  # the one at 0.4 is too unsure to take part
    assert found.confidence == pytest.approx([0.5 + 0.15 / 0.6 * 0.5])


@pytest.mark.parametrize(
    ("longer", "looked"),
    [
        (128, [(480, 800)]),
        (600, [(480, 800)]),
        (1200, [(960, 1600), (480, 800)]),
        (9000, [(1638, 2731), (480, 800)]),
    ],
)
def test_a_long_picture_is_looked_at_nearer_and_for_large_faces_as_a_short_one(
    longer: int, looked: list[tuple[int, ...]]
) -> None:
    frame = Frame(np.zeros((8, longer, 3), np.uint8), 0, 0)
    asked: list[tuple[int, ...]] = []

    def look(sizes: tuple[int, ...]) -> Fixed:
        asked.append(sizes)
        share = 0.05 if len(asked) == 1 else 0.11
        return Fixed((0, 0, share * longer, 8, 0.9), (0, 0, 0.09 * longer, 8, 0.8))

    found = NearDetector(look, Fixed((1, 1, 2, 2, 0.7))).detect(frame)
    assert asked == looked
    assert found.confidence == pytest.approx([0.9, 0.8, *[0.9] * (len(looked) - 1), 0.7])


def test_longer_pictures_are_looked_at_closer_too() -> None:
    far, near = Fixed((20, 20, 30, 30, 0.9)), Fixed((1, 1, 9, 9, 0.9))
    detector = ScalesDetector([far], {128: near, 129: Fixed((0, 0, 1, 1, 0.9))})
    assert detector.detect(WIDE).xyxy.tolist() == [[20, 20, 30, 30], [1, 1, 9, 9]]
    small = Frame(np.zeros((8, 8, 3), np.uint8), 0, 0)
    assert len(ScalesDetector([Fixed((2, 2, 4, 4, 0.9))], {9: near}).detect(small)) == 1


def test_a_look_from_afar_gives_large_faces_only() -> None:
    rows = ((0, 0, 30, 20, 0.9), (0, 0, 20, 33, 0.8), (0, 0, 20, 20, 0.7))
    found = LargeFaces(Fixed(*rows), share=0.22).detect(WIDE)  # 28.16 of 128 pixels
    assert found.confidence == pytest.approx([0.9, 0.8])
    assert len(LargeFaces(Fixed(), share=0.22).detect(WIDE)) == 0


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("ultralight_rfb320", "ultralight_rfb320_simplified.onnx"),
        ("ultralight_slim320", "ultralight_slim320.onnx"),
        ("yunet_s_dynamic", "yunet_s_dynamic.onnx"),
        ("centerface", None),
    ],
)
def test_each_model_finds_labelled_faces(
    shared_models: Path, shared_data: Path, tmp_path: Path, name: str, file: str | None
) -> None:
    path = default_folder() / f"{name}.onnx" if file is None else shared_models / file
    if not path.is_file():
        pytest.skip(f"{path} absent")
    store = ModelStore(tmp_path, load_catalog())
    store.add(name, path)
    detector = load_face_detector(store, name)
    folder = shared_data / "vision" / "faces"
    labels = json.loads((folder / "labels.json").read_text())
    hits = there = 0
    for picture in sorted(labels)[:4]:
        found = detector.detect(Frame(read_image(folder / "images" / picture), 0, 0))
        for face in labels[picture]["faces"]:
            box = np.asarray(face["box"], np.float32)
            hits += bool((overlap(box, found.xyxy) > 0.3).any())
            there += 1
    assert hits / there > 0.8
