"""What may leave, what is held back, and that neither tells when."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.frames import Detections, Frame, Pixels
from edgekit.models.catalog import load_catalog
from edgekit.models.load import FACES, hold_face_finder
from edgekit.models.store import ModelStore
from edgekit.node.second_look import BITS_A_PIXEL, LEAST_BYTES, Batches, SecondLook, blank
from edgekit.redaction.cover import COVER_BGR, COVERED, COVERS_BGR, UNKNOWN
from edgekit.sensors.image import read_image

SIZE = (96, 64)
HERE, NOWHERE = np.asarray([[10, 10, 30, 30]], np.float32), np.zeros((0, 4), np.float32)


class Finds:
    """A detector that finds what it is told to, and keeps what it was shown."""

    def __init__(self, boxes: "np.ndarray[tuple[int, int], np.dtype[np.float32]]") -> None:
        self._boxes = boxes
        self.seen: list[Pixels] = []

    def detect(self, frame: Frame) -> Detections:
        self.seen.append(frame.pixels)
        n = len(self._boxes)
        return Detections(
            xyxy=self._boxes,
            confidence=np.ones(n, np.float32),
            class_id=np.zeros(n, np.int64),
        )


def picture() -> Pixels:
    shade = np.linspace(40, 200, SIZE[0]).astype(np.uint8)
    return np.repeat(np.repeat(shade[None, :, None], SIZE[1], axis=0), 3, axis=2)


def decoded(data: bytes | None) -> Pixels:
    assert data is not None
    return np.asarray(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR), np.uint8)


def test_covers_are_filled_anew_whatever_lies_under_them() -> None:
    covers = np.zeros(SIZE[::-1], np.uint8)
    covers[16:48, 16:48], covers[:, 64:] = COVERED, UNKNOWN
    plain, hidden = picture(), picture()
    hidden[covers > 0] = np.random.default_rng(0).integers(0, 255, (1, 3))
    hidden[20:40, 20:40] = 255
    one, other = (SecondLook(()).review(pixels, covers) for pixels in (plain, hidden))
    assert one == other
    left = decoded(one).astype(int)
    assert np.abs(left[24:40, 24:40] - COVER_BGR).max() < 12
    assert np.abs(left[:, 72:] - COVERS_BGR[UNKNOWN]).max() < 12
    assert np.abs(left[:, :12] - plain[:, :12]).max() < 12


def test_a_number_that_is_no_cover_is_covered_too() -> None:
    covers = np.full(SIZE[::-1], 200, np.uint8)
    left = decoded(SecondLook(()).review(picture(), covers))
    assert np.abs(left.astype(int) - COVER_BGR).max() < 6


@pytest.mark.parametrize(("boxes", "held"), [(HERE, True), (NOWHERE, False)])
def test_a_finding_holds_the_picture_back(boxes: Pixels, held: bool) -> None:
    finder = Finds(np.asarray(boxes, np.float32))
    left = SecondLook((Finds(NOWHERE), finder)).review(picture(), np.zeros(SIZE[::-1], np.uint8))
    assert (left is None) == held
    # It is shown what would leave, not what came.
    assert held or np.array_equal(finder.seen[0], decoded(left))


def test_a_detector_that_fails_holds_it_back() -> None:
    class Broken:
        def detect(self, _: Frame) -> Detections:
            raise RuntimeError("out of memory")

    assert SecondLook((Broken(),)).review(picture(), np.zeros(SIZE[::-1], np.uint8)) is None


def test_what_a_picture_can_carry_has_an_end() -> None:
    dice = np.random.default_rng(1)
    covers = np.zeros((240, 320), np.uint8)
    for deviation in (0, 2, 10, 40, 120):
        noise = np.clip(dice.normal(128, deviation, (240, 320, 3)), 0, 255).astype(np.uint8)
        left = SecondLook(()).review(noise, covers)
        assert left is None or len(left) <= BITS_A_PIXEL * covers.size // 8
    assert left is None, "the loudest noise had to stay"


def test_the_lowest_bits_do_not_leave() -> None:
    covers = np.zeros(SIZE[::-1], np.uint8)
    bits = np.random.default_rng(2).integers(0, 2, (SIZE[1], SIZE[0], 3)).astype(np.uint8)
    grey = np.full((SIZE[1], SIZE[0], 3), 128, np.uint8)
    assert SecondLook(()).review(grey, covers) == SecondLook(()).review(grey ^ bits, covers)


def test_nothing_but_the_picture_is_in_it() -> None:
    left = SecondLook(()).review(picture(), np.zeros(SIZE[::-1], np.uint8))
    assert left is not None
    markers = _markers(left)
    assert markers == [0xE0, 0xDB, 0xDB, 0xC0, 0xC4, 0xC4, 0xC4, 0xC4, 0xDA]
    assert left.endswith(b"\xff\xd9")
    assert b"Exif" not in left


def _markers(data: bytes) -> list[int]:
    """The segments of a JPEG up to its first scan (ITU-T T.81, B.1.1.4)."""
    at, found = 2, []
    while not found or found[-1] != 0xDA:
        assert data[at] == 0xFF
        found.append(data[at + 1])
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return found


@given(st.lists(st.booleans(), max_size=60), st.integers(1, 5), st.integers(1, 6))
def test_pictures_leave_by_number_alone(clean: list[bool], batch: int, hour: int) -> None:
    batches = Batches(batch=batch, hour=hour)
    left = [batches.add(b"%d" % n if ok else None, (8, 8)) for n, ok in enumerate(clean)]
    others = Batches(batch=batch, hour=hour)
    always = [others.add(b"x", (8, 8)) for _ in clean]
    assert [one is None for one in left] == [one is None for one in always]
    for n, one in enumerate(left):
        if one is not None:
            earlier = [b"%d" % k for k in range(n + 1) if clean[k]]
            assert one[1:] == (earlier[-1] if earlier else blank((8, 8)))


@given(st.lists(st.booleans(), max_size=60), st.integers(1, 3), st.integers(1, 4))
def test_that_one_was_held_back_is_told_of_whole_hours(
    clean: list[bool], batch: int, hour: int
) -> None:
    batches = Batches(batch=batch, hour=hour)
    span = batch * hour
    for n, ok in enumerate(clean):
        left = batches.add(b"x" if ok else None, (8, 8))
        if left is not None:
            last = (n + 1) // span * span
            assert bool(left[0]) == (not all(clean[max(0, last - span) : last]))


def test_blank_shows_nothing() -> None:
    data = blank((64, 48))
    assert len(data) <= LEAST_BYTES
    assert np.abs(decoded(data).astype(int) - COVER_BGR).max() < 4


def _finders(shared_models: Path, folder: Path) -> Sequence[str]:
    store = ModelStore(folder, load_catalog())
    sizes = {entry.bytes: name for name, entry in store.catalog.items() if entry.decoder in FACES}
    for file in shared_models.glob("*.onnx"):
        if (name := sizes.get(file.stat().st_size)) is not None:
            store.add(name, file)
    return store.installed()


@pytest.mark.shared
def test_a_face_that_was_left_is_found(
    shared_data: Path, shared_models: Path, tmp_path: Path
) -> None:
    street = read_image(next((shared_data / "vision" / "city").glob("*.jpg")))
    everything = np.full(street.shape[:2], COVERED, np.uint8)
    for name in _finders(shared_models, tmp_path):
        look = SecondLook((hold_face_finder(ModelStore(tmp_path, load_catalog()), name)(),))
        assert look.review(street, everything) is not None, name
        if name.startswith("yunet"):
            assert look.review(street, everything * 0) is None, name
