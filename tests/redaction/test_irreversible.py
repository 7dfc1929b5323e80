"""Who was covered can't be told: an attack that works on blur finds nobody under the covers.

The attacker has the picture of every face there is, and knows how edgekit covers. He takes what he
sees in place of a face, sharpens it (unsharp masking, Richardson-Lucy), and looks for the picture
that fits best, each put through the same blurs and tiles (the strongest attack on blur and mosaic:
McPherson, Shokri, Shmatikov, arXiv:1609.00408, by correlation instead of a network).
"""

import json
import math
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from edgekit.frames import Detections, Frame
from edgekit.redaction.redactor import Redactor
from edgekit.sensors.image import read_image

SIDE = 24
FACES = 80
LEAST_PX = 24
SIGNIFICANT = 0.001


class Given:
    def __init__(self, box: np.ndarray) -> None:
        self.box = box

    def detect(self, _: Frame) -> Detections:
        return Detections.of(self.box[None])


@pytest.fixture(scope="module")
def faces() -> list[tuple[np.ndarray, np.ndarray]]:
    """Pictures, each with the box of one face: no face twice."""
    folder = Path(__file__).parents[3] / "shared" / "data" / "vision" / "faces"
    if not folder.is_dir():
        pytest.skip("shared test data absent")
    labels = json.loads((folder / "labels.json").read_text())
    out = []
    for name, row in sorted(labels.items()):
        pixels = read_image(folder / "images" / name)
        boxes = [np.asarray(face["box"], np.float32) for face in row["faces"]]
        out += [(pixels, b) for b in boxes if min(b[2] - b[0], b[3] - b[1]) >= LEAST_PX]
    return out[:FACES]


def part(pixels: np.ndarray, box: np.ndarray) -> np.ndarray:
    """What lies in a box, in grey and in a common size."""
    x1, y1, x2, y2 = np.rint(box).astype(int)
    cut = pixels[max(0, y1) : y2, max(0, x1) : x2]
    grey = cv2.cvtColor(np.ascontiguousarray(cut), cv2.COLOR_BGR2GRAY).astype(np.float32)
    return cv2.resize(grey, (SIDE, SIDE), interpolation=cv2.INTER_AREA)


def sharpened(seen: np.ndarray) -> Iterator[np.ndarray]:
    """What was seen, and what the best classical means make of it."""
    yield seen
    yield seen + 2 * (seen - cv2.GaussianBlur(seen, (0, 0), 3))
    estimate = seen + 1
    for _ in range(8):  # Richardson-Lucy
        ratio = (seen + 1) / np.maximum(cv2.GaussianBlur(estimate, (0, 0), 2), 1e-3)
        estimate = estimate * cv2.GaussianBlur(ratio, (0, 0), 2)
    yield estimate


def disguised(original: np.ndarray) -> Iterator[np.ndarray]:
    """An original as it might look after each kind of cover."""
    yield original
    for sigma in (1.5, 2.5, 3.6, 5):
        yield cv2.GaussianBlur(original, (0, 0), sigma)
    for tiles in (2, 3, 4, 6):
        small = cv2.resize(original, (tiles, tiles), interpolation=cv2.INTER_AREA)
        yield cv2.resize(small, (SIDE, SIDE), interpolation=cv2.INTER_NEAREST)


def normal(patch: np.ndarray) -> np.ndarray:
    flat = patch.ravel() - patch.mean()
    return flat / max(float(np.linalg.norm(flat)), 1e-6)


def hits(faces: list[tuple[np.ndarray, np.ndarray]], fill: str) -> int:
    """How many of the faces the attacker names rightly; a tie is broken against him by chance."""
    gallery = np.stack([[normal(d) for d in disguised(part(*face))] for face in faces])
    dice = np.random.default_rng(0)
    right = 0
    for number, (pixels, box) in enumerate(faces):
        size = (pixels.shape[1], pixels.shape[0])
        redactor = Redactor(size, mode="faces", detector=Given(box), fill=fill)
        seen = part(redactor.redact(Frame(pixels.copy(), 0, 0)).pixels, box)
        views = np.stack([normal(view) for view in sharpened(seen)])
        score = np.einsum("gdk,vk->gdv", gallery, views).max(axis=(1, 2))
        best = np.flatnonzero(score >= score.max() - 1e-6)
        right += int(dice.choice(best)) == number
    return right


def by_chance(right: int, of: int) -> float:
    """The probability of at least so many right answers by guessing among ``of``."""
    p = 1 / of
    below = sum(math.comb(of, k) * p**k * (1 - p) ** (of - k) for k in range(right))
    return 1 - below


@pytest.mark.shared
@pytest.mark.parametrize("fill", ["solid", "pixelate"])
def test_under_a_cover_nobody_is_told_better_than_by_guessing(
    faces: list[tuple[np.ndarray, np.ndarray]], fill: str
) -> None:
    right = hits(faces, fill)
    print(f"{fill}: {right} of {len(faces)}, by chance {by_chance(right, len(faces)):.3f}")
    assert by_chance(right, len(faces)) > SIGNIFICANT


@pytest.mark.shared
def test_the_same_attack_tells_most_of_them_under_blur(
    faces: list[tuple[np.ndarray, np.ndarray]],
) -> None:
    right = hits(faces, "blur")
    print(f"blur: {right} of {len(faces)}")
    assert right > 0.5 * len(faces)
