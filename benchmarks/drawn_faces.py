"""A film of drawn figures, whose faces are known to the pixel, and a detector that blinks.

A part of ``redaction_video.py``: no benchmark of its own. Detectors of faces make little of drawn
ones, so the one here knows where they are, and loses them as a real one does: for a few frames at a
time, with boxes that jitter and confidence that comes and goes.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edgekit.frames import FACE, Detections, Frame
from edgekit.testing.blit import affine, draw_sprite
from edgekit.testing.cast import looks
from edgekit.testing.figure import FOOT, HEIGHT_PX, PHASES, Facing, draw

SIZE = (640, 480)
FPS = 25
PEOPLE = 6
FACES = {Facing.FRONT: (0.0, 0.922, 0.05, 0.066), Facing.SIDE: (0.028, 0.925, 0.052, 0.068)}
"""Centre and half sides of a drawn face, in heights of its figure (`edgekit.testing.figure`)."""

PACE_M_S, HEIGHT_M, WAY_PX = (0.5, 1.8), 1.75, 380
"""How fast they walk in the middle of their way, their height, and half of their way."""

TURNING = 0.4
"""Share of the pace below which they look into the camera."""

LOST, LONGEST = 0.04, 12
"""How often a face is lost, and for how many frames at most: 9 % of all are missing by that."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """People who walk to and fro, pass each other and turn round."""

    seed: int
    seconds: int = 12

    def frames(self) -> Iterator[tuple[Frame, NDArray[np.float32]]]:
        """Yield each frame, with the boxes of all faces (n, 4), in the picture or not."""
        dice = np.random.default_rng(self.seed)
        cast = looks(dice)[:PEOPLE]
        ground = dice.integers(90, 150, (*SIZE[::-1], 3)).astype(np.uint8)
        heights = np.sort(dice.uniform(180, 400, PEOPLE))
        phase, pace_m_s = dice.uniform(0, 2 * np.pi, PEOPLE), dice.uniform(*PACE_M_S, PEOPLE)
        pace = pace_m_s * heights / HEIGHT_M / WAY_PX
        for index in range(self.seconds * FPS):
            picture, boxes = ground.copy(), []
            for look, height, start, speed in zip(cast, heights, phase, pace, strict=True):
                turn = start + speed * index / FPS
                x, y = 320 + WAY_PX * np.sin(turn), 100 + height + 20 * np.sin(2 * turn)
                left = bool(np.cos(turn) < 0)
                facing = Facing.FRONT if abs(np.cos(turn)) < TURNING else Facing.SIDE
                sprite = draw(look, facing, index // 2 % PHASES).large
                across = -height if left and facing is Facing.SIDE else height
                matrix = affine((x, y), (across, 0), (0, -height), 1)
                draw_sprite(picture, sprite, matrix)
                boxes.append(_face(matrix, facing))
            yield Frame(picture, index * 1000 // FPS, index), np.asarray(boxes, np.float32)


def _face(matrix: NDArray[np.float64], facing: Facing) -> tuple[float, ...]:
    x, y, across, down = FACES[facing]
    corners = np.asarray([[x - across, y + down], [x + across, y - down]]) * HEIGHT_PX
    places = np.column_stack([FOOT[0] + corners[:, 0], FOOT[1] - corners[:, 1], [1, 1]])
    (x1, y1), (x2, y2) = places @ matrix.T
    return min(x1, x2), y1, max(x1, x2), y2


class Blinking:
    """A `Detector` that knows the truth of a film, and tells less of it."""

    def __init__(self, film: Drawn) -> None:
        dice = np.random.default_rng(film.seed + 1000)
        self._found: list[tuple[NDArray[np.float32], NDArray[np.float32]]] = []
        gone = np.zeros(PEOPLE, int)
        for _, boxes in film.frames():
            gone = np.where(gone > 0, gone - 1, 0)
            lost = (gone == 0) & (dice.random(PEOPLE) < LOST)
            gone[lost] = np.minimum(dice.geometric(0.4, int(lost.sum())), LONGEST)
            side = (boxes[:, 2:] - boxes[:, :2]).repeat(2, axis=1)
            seen = boxes + dice.normal(0, 0.04, boxes.shape) * side
            sure = np.clip(dice.normal(0.6, 0.2, PEOPLE), 0.15, 1)
            inside = (boxes[:, 2] > 0) & (boxes[:, 0] < SIZE[0]) & (gone == 0)
            self._found.append((seen[inside].astype(np.float32), sure[inside].astype(np.float32)))

    def detect(self, frame: Frame) -> Detections:
        """Return what it tells of the frame of that number."""
        xyxy, confidence = self._found[frame.index]
        sides = np.asarray([*SIZE] * 2, np.float32)
        return Detections(
            xyxy=np.sort(np.clip(xyxy, 0, sides).reshape(-1, 2, 2), axis=1).reshape(-1, 4),
            confidence=confidence,
            class_id=np.full(len(xyxy), FACE, np.int64),
        )
