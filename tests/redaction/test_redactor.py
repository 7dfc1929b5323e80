"""The redactor: faces covered, masks burnt in, and every failure covers the picture whole."""

import struct

import cv2
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from edgekit.errors import ConfigError
from edgekit.frames import Detections, Frame
from edgekit.geometry import Zone
from edgekit.redaction.background import LearningRules
from edgekit.redaction.cover import COVER_BGR, TILE_LEVELS, box_mask, ellipse_mask, pixelated
from edgekit.redaction.redactor import Mode, Redactor, encode

SIZE = (160, 120)
PIXELS = np.random.default_rng(1).integers(0, 256, (120, 160, 3)).astype(np.uint8)
FACE = (60.0, 40.0, 90.0, 80.0)


def frame(t_ms: int = 0, pixels: np.ndarray = PIXELS) -> Frame:
    return Frame(pixels.copy(), t_ms, 0)


class FakeDetector:
    """Gives the boxes it holds, or raises the error it holds."""

    def __init__(self, *boxes: tuple[float, float, float, float]) -> None:
        self.boxes = boxes
        self.error: BaseException | None = None

    def detect(self, _: Frame) -> Detections:
        if self.error is not None:
            raise self.error
        return Detections.of(np.asarray(self.boxes, np.float32))


def faces(*boxes: tuple[float, float, float, float], **options: object) -> Redactor:
    return Redactor(SIZE, mode="faces", detector=FakeDetector(*boxes), **options)


def test_a_face_is_covered_and_the_rest_is_as_it_was() -> None:
    image = faces(FACE).redact(frame())
    covered = (image.pixels == COVER_BGR).all(axis=2)
    assert covered[40:80, 60:90].all()
    assert 0.06 < covered.mean() < 0.3
    assert (image.pixels[~covered] == PIXELS[~covered]).all()
    assert (image.mode, image.whole) == ("faces", False)
    assert not image.pixels.flags.writeable


def test_an_array_is_covered_as_a_frame_is_and_stays_as_it_was() -> None:
    pixels = PIXELS.copy()
    image = faces(FACE).apply(pixels, 0)
    assert (image.pixels == faces(FACE).redact(frame()).pixels).all()
    assert (pixels == PIXELS).all()
    assert pixels.flags.writeable
    for odd in (pixels[:, :, 0], pixels.astype(np.float32), pixels[:0], None):
        assert faces(FACE).apply(odd, 0).whole


@pytest.mark.parametrize(
    "box", [(0, 0, 160, 120), (150, 110, 160, 120), (0, 0, 1, 1), (159.5, 119.5, 160, 120)]
)
def test_the_last_row_and_column_are_covered(box: tuple[float, ...]) -> None:
    image = faces(box).redact(frame())
    x1, y1, x2, y2 = (int(v) for v in box)
    assert (image.pixels[y1:y2, x1:x2] == COVER_BGR).all()


@settings(max_examples=60)
@given(
    x=st.floats(-300, 300),
    y=st.floats(-300, 300),
    w=st.floats(0, 900),
    h=st.floats(0, 900),
)
@example(x=1.5, y=1.5, w=0.0, h=0.0)
def test_every_pixel_of_a_box_is_covered(x: float, y: float, w: float, h: float) -> None:
    box = (x, y, x + w, y + h)
    left, top = max(0, int(np.floor(x))), max(0, int(np.floor(y)))
    right, bottom = max(0, int(np.ceil(x + w))), max(0, int(np.ceil(y + h)))
    for mask in (box_mask([box], SIZE), ellipse_mask([box], SIZE)):
        assert (mask[top:bottom, left:right] == 255).all()


@pytest.mark.parametrize("mode", ["bodies", "vehicles"])
def test_other_things_are_covered_as_faces_are_and_an_ellipse_holds_its_box(mode: Mode) -> None:
    body = (40.0, 20.0, 80.0, 110.0)
    redactor = Redactor(SIZE, mode=mode, detector=FakeDetector(body))
    image = redactor.redact(frame())
    assert (image.pixels[20:110, 40:80] == COVER_BGR).all()
    assert (image.mode, image.whole) == (mode, False)
    round_ = faces(body, shape="ellipse").redact(frame())
    assert (round_.pixels[20:110, 40:80] == COVER_BGR).all()
    assert (round_.pixels == COVER_BGR).all(axis=2).mean() > (
        (image.pixels == COVER_BGR).all(axis=2).mean()
    )


def test_what_is_doubtful_gets_a_smaller_cover_and_what_is_no_number_a_full_one() -> None:
    covered = []
    for confidence in (0.9, 0.1, np.nan):
        boxes = np.asarray([FACE], np.float32)
        redactor = faces()
        found = Detections.of(boxes, np.asarray([confidence], np.float32))
        image = redactor.redact_found(frame(), found)
        covered.append((image.pixels == COVER_BGR).all(axis=2).sum())
    assert 0.8 * 30 * 40 < covered[1] < 30 * 40 < covered[0] == covered[2]


@pytest.mark.parametrize("error", [RuntimeError("model"), ValueError(), MemoryError(), OSError()])
def test_a_failing_detector_covers_the_frame_whole_and_forgets_no_face(error: Exception) -> None:
    detector = FakeDetector(FACE)
    redactor = Redactor(SIZE, mode="faces", detector=detector)
    redactor.redact(frame())
    detector.error = error
    image = redactor.redact(frame(100))
    assert image.whole
    assert (image.pixels == COVER_BGR).all()
    detector.error, detector.boxes = None, ()
    again = redactor.redact(frame(200))
    assert not again.whole
    assert (again.pixels[40:80, 60:90] == COVER_BGR).all()


@pytest.mark.parametrize(
    "box",
    [(np.nan, 0, 5, 5), (0, 0, np.inf, 5), (50, 50, 40, 60), (50, 50, 60, 40)],
)
def test_a_box_that_is_none_covers_the_frame_whole(box: tuple[float, ...]) -> None:
    assert faces(box).redact(frame()).whole


def test_a_detector_that_gives_nonsense_covers_the_frame_whole() -> None:
    redactor = faces()
    redactor._detector.detect = lambda _: "faces"
    assert redactor.redact(frame()).whole


def test_a_late_detection_another_size_and_a_flood_of_faces_cover_whole() -> None:
    redactor = faces()
    assert redactor.redact_found(frame(), None).whole
    assert faces(FACE).redact(frame(pixels=PIXELS[:50])).whole
    assert Redactor(SIZE).redact(frame(pixels=PIXELS[:50])).whole
    many = [(float(i % 150), float(i % 100), i % 150 + 3.0, i % 100 + 3.0) for i in range(1100)]
    assert faces(*many).redact(frame()).whole


def test_no_exception_shows_a_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    """Break each thing that the redactor calls in turn: the answer is always a whole cover."""
    module = "edgekit.redaction.redactor"

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError

    for name in ("hold.step", "hold.regions", "sightings", "widened"):
        with monkeypatch.context() as patch:
            redactor = faces(FACE)
            patch.setattr(f"{module}.{name}", broken)
            image = redactor.redact(frame())
            assert image.whole, name
            assert (image.pixels == COVER_BGR).all()
    redactor = faces(FACE)
    redactor._mask = broken
    assert redactor.redact(frame()).whole
    redactor = Redactor(SIZE)
    redactor._background.update = broken
    assert redactor.redact(frame()).whole


def test_static_masks_are_black_whatever_happens() -> None:
    corner = Zone("garden", ((120.0, 90.0), (160.0, 90.0), (160.0, 120.0), (120.0, 120.0)))
    detector = FakeDetector(FACE)
    redactor = Redactor(SIZE, mode="faces", detector=detector, masks=(corner,))
    shown = redactor.redact(frame()).pixels
    detector.error = RuntimeError()
    for pixels in (shown, redactor.redact(frame()).pixels, redactor.whole().pixels):
        assert not pixels[90:, 120:].any()
        assert pixels[:85, :115].any()
    background = Redactor(SIZE, masks=(corner,)).redact(frame())
    assert not background.pixels[90:, 120:].any()


def test_pixelation_has_few_tiles_of_few_colours_at_any_size_and_no_frame_beside_them() -> None:
    for side in (12, 60):
        box = (20.0, 20.0, 20.0 + side, 20.0 + side)
        image = faces(box, fill="pixelate").redact(frame())
        face = image.pixels[20 : 20 + side, 20 : 20 + side].reshape(-1, 3)
        assert len(np.unique(face, axis=0)) <= 49
        assert set(np.unique(face)) <= {32, 96, 160, 224}
        assert len(set(np.unique(face))) <= TILE_LEVELS
    onto = np.full_like(PIXELS, 7)
    out = pixelated(PIXELS, [FACE, (500, 500, 510, 510)], onto=onto)
    assert (out[:, 125:] == 7).all()
    assert (pixelated(PIXELS, [(-9, -9, 999, 999)], onto=onto) == 7).all()


def test_pixelation_shows_nothing_of_what_is_under_any_cover() -> None:
    boxes = [FACE, (92.0, 45.0, 120.0, 90.0)]
    other = PIXELS.copy()
    for x1, y1, x2, y2 in ((int(v) for v in box) for box in boxes):
        other[y1:y2, x1:x2] = 255 - other[y1:y2, x1:x2]
    one, two = (faces(*boxes, fill="pixelate").redact(frame(pixels=p)) for p in (PIXELS, other))
    assert (one.pixels == two.pixels).all()


def test_blur_is_there_by_name_and_blurs() -> None:
    image = faces(FACE, fill="blur").redact(frame())
    assert image.pixels[40:80, 60:90].std() < PIXELS[40:80, 60:90].std() / 3
    assert (image.pixels[:, 120:] == PIXELS[:, 120:]).all()


def test_settings_that_do_not_go_together_are_refused() -> None:
    for options in (
        {"mode": "faces"},
        {"mode": "foreground", "detector": FakeDetector()},
        {"mode": "blur"},
        {"mode": "bodies"},
        {"mode": "faces", "detector": FakeDetector(), "shape": "star"},
        {"mode": "faces", "detector": FakeDetector(), "fill": "paint"},
        {"masks": (Zone("out", ((0, 0), (500, 0), (500, 90))),)},
    ):
        with pytest.raises(ConfigError):
            Redactor(SIZE, **options)
    with pytest.raises(ConfigError):
        Redactor((0, 5))


def test_a_redactor_of_faces_learns_no_background() -> None:
    redactor = faces()
    redactor.learn(frame())
    redactor.freeze()
    assert redactor.known_share == 0


def test_the_png_has_the_pixels_and_nothing_else() -> None:
    image = faces(FACE).redact(frame())
    data = encode(image)
    chunks, position = [], 8
    while position < len(data):
        length, kind = struct.unpack_from(">I4s", data, position)
        chunks.append(kind)
        position += 12 + length
    assert set(chunks) == {b"IHDR", b"IDAT", b"IEND"}
    assert (cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR) == image.pixels).all()


def test_the_ground_alone_shows_nobody_and_only_what_is_known() -> None:
    corner = Zone("garden", ((120.0, 90.0), (160.0, 90.0), (160.0, 120.0), (120.0, 120.0)))
    wall = np.full((120, 160, 3), 90, np.uint8)
    redactor = Redactor(SIZE, masks=[corner], learning=LearningRules(learn_ms=900, relearn_ms=9000))
    assert redactor.ground().whole
    for t_ms in range(0, 4000, 100):
        redactor.learn(frame(t_ms, wall))
    visitor = wall.copy()
    visitor[30:100, 40:60] = 250
    redactor.learn(frame(4000, visitor))

    image = redactor.ground()

    assert (image.whole, image.mode) == (False, "foreground")
    assert (image.pixels[100:, 130:] == 0).all()
    assert (image.pixels[:85] == 90).all()
    assert faces(FACE).ground().whole
