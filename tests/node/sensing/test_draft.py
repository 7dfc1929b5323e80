import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.errors import PipeError
from edgekit.frames import Frame, RedactedImage
from edgekit.geometry import Zone
from edgekit.node.sensing.draft import HEAD, MAX_DRAFT_BYTES, from_bytes, to_bytes
from edgekit.redaction.background import LearningRules
from edgekit.redaction.cover import BURNT, COVERED, COVERS_BGR, SHOWN
from edgekit.redaction.redactor import Redactor

sides = st.integers(min_value=1, max_value=9)


@given(sides, sides)
def test_draft_comes_back_as_it_was(width: int, height: int) -> None:
    dice = np.random.default_rng(width * height)
    pixels = dice.integers(0, 256, (height, width, 3)).astype(np.uint8)
    covers = dice.integers(0, 4, (height, width)).astype(np.uint8)
    image = RedactedImage(pixels=pixels, mode="foreground", whole=False, covers=covers)
    shown, said = from_bytes(to_bytes(image))
    assert np.array_equal(shown, pixels)
    assert np.array_equal(said, covers)


def test_a_redactor_says_what_it_covered() -> None:
    corner = Zone("corner", ((0, 0), (40, 0), (0, 40)))
    redactor = Redactor((80, 60), masks=(corner,), learning=LearningRules(learn_ms=900))
    still = np.full((60, 80, 3), 90, np.uint8)
    unknown = redactor.redact(Frame(still, 0, 0))
    for n in range(1, 30):
        redactor.learn(Frame(still, n * 100, n))
    somebody = still.copy()
    somebody[30:, 50:] = 200
    image = redactor.redact(Frame(somebody, 3000, 30))
    assert set(np.unique(unknown.covers)) == {COVERED, BURNT}
    assert set(np.unique(image.covers)) == {SHOWN, COVERED, BURNT}
    for number, colour in COVERS_BGR.items():
        assert (image.pixels[image.covers == number] == colour).all()
    assert (image.pixels[image.covers == SHOWN] == 90).all()
    ground = Redactor((80, 60)).ground()
    assert (ground.covers == COVERED).all()


@given(st.binary(max_size=200))
def test_anything_else_is_refused(data: bytes) -> None:
    width, height = HEAD.unpack_from(data) if len(data) >= HEAD.size else (0, 0)
    if not width * height or len(data) != HEAD.size + 4 * width * height:
        with pytest.raises(PipeError, match="expected"):
            from_bytes(data)


def test_largest_picture_fits() -> None:
    assert HEAD.size + 4 * 3840 * 2160 < MAX_DRAFT_BYTES < 1 << 30
