"""A driver's face drawn by the computer, whose eyes are open by exactly so much.

    picture = draw(Pose(ear=0.3), size=(320, 240), dice=dice)
    edgekit.models.marks.marks(colours(), side=SIDE)    # a model that finds its points, by `FORM`

The face is a generic one in three dimensions, so that it can be turned; a face detector finds it.
Each of its points carries a dot of a colour of its own, by which the model finds it: pixels are all
that it knows. It stands in for a model of landmarks, and says nothing of how good one is.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from edgekit.frames import Pixels

POINTS = 13
SIDE = 160
FORM = f"""\
points = {POINTS}
right_eye = [0, 1, 2, 3, 4, 5]
left_eye = [6, 7, 8, 9, 10, 11]
nose = 12
width = {SIDE}
height = {SIDE}
colour = "bgr"
mean = [0, 0, 0]
deviation = [255, 255, 255]
layout = "nchw"
margin = 0.1
unit = "input"
output = "points"
presence = "presence"
"""

EYE_X_MM, EYE_WIDTH_MM, NOSE_MM = 31.0, 30.0, (0.0, 36.0, 27.0)
"""Where the eyes' middles are from the face's, and how wide they are; the nose's tip, down and out.

A biocular breadth of some 92 mm, and a nose that stands out by three tenths of it: about the means
of Farkas, "Anthropometry of the Head and Face" (1994).
"""

DOT_MM = 1.6
EYE_DOTS = ((0, 0, 255), (0, 255, 0), (255, 0, 0), (255, 255, 0), (255, 0, 255), (0, 255, 255))
NOSE_DOT = (255, 128, 0)
SKIN, DARK, LIP, WHITE = (150, 180, 225), (45, 55, 80), (95, 95, 180), (235, 235, 235)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pose:
    """How the face is held, and how its eyes are.

    Attributes:
        ear: the eye aspect ratio of both eyes, seen from the front.
        yaw_deg: turned to the side.
        centre: of the face, as shares of the picture's sides.
        height: of the face, as a share of the picture's height.
        glasses: dark ones, which hide the eyes.
    """

    ear: float = 0.3
    yaw_deg: float = 0.0
    centre: tuple[float, float] = (0.5, 0.5)
    height: float = 0.75
    glasses: bool = False


FACE_MM = 200.0


def colours() -> NDArray[np.int64]:
    """Return the colour of each point's dot, BGR: the eyes have the same six, the nose its own."""
    return np.array([*EYE_DOTS, *EYE_DOTS, NOSE_DOT], np.int64)


def points_mm(ear: float) -> NDArray[np.float64]:
    """Return the thirteen points (13, 3) of a face from the front: right, down and out, in mm."""
    rows: list[tuple[float, float, float]] = []
    for middle in (-EYE_X_MM, EYE_X_MM):
        half, lid = EYE_WIDTH_MM / 2, ear * EYE_WIDTH_MM / 2
        for across, down in ((-half, 0.0), (-half / 3, -lid), (half / 3, -lid)):
            rows.append((middle + across, down, 0.0))
        for across, down in ((half, 0.0), (half / 3, lid), (-half / 3, lid)):
            rows.append((middle + across, down, 0.0))
    return np.array([*rows, NOSE_MM])


def seen(mm: NDArray[np.float64], pose: Pose, size: tuple[int, int]) -> NDArray[np.float64]:
    """Return where points in mm are in the picture (n, 2), seen from far away."""
    yaw = np.deg2rad(pose.yaw_deg)
    x = mm[:, 0] * np.cos(yaw) + mm[:, 2] * np.sin(yaw)
    scale = pose.height * size[1] / FACE_MM
    at = np.array([pose.centre[0] * size[0], (pose.centre[1] - 0.05 * pose.height) * size[1]])
    return np.asarray(np.stack([x, mm[:, 1]], axis=1) * scale + at)


def draw(
    pose: Pose, *, size: tuple[int, int] = (320, 240), dice: np.random.Generator, noise: float = 0.0
) -> Pixels:
    """Return a picture of the face; ``noise`` is a standard deviation in grey levels."""
    picture = np.full((size[1], size[0], 3), (95, 90, 80), np.uint8)
    scale = pose.height * size[1] / FACE_MM
    _head(picture, pose, size, scale)
    for middle in (-EYE_X_MM, EYE_X_MM):
        _eye(picture, pose, size, middle)
    if pose.glasses:
        for middle in (-EYE_X_MM, EYE_X_MM):
            lens = seen(np.array([(middle, 2.0, 0.0)]), pose, size)[0]
            axes = (26 * scale * np.cos(np.deg2rad(pose.yaw_deg)), 19 * scale)
            _ellipse(picture, lens, axes, (20, 20, 20))
    else:
        for at, colour in zip(seen(points_mm(pose.ear), pose, size), colours(), strict=True):
            _ellipse(picture, at, (DOT_MM * scale, DOT_MM * scale), tuple(map(int, colour)))
    if noise:
        grain = dice.normal(0, noise, picture.shape)
        picture = np.clip(picture + grain, 0, 255).astype(np.uint8)
    return picture


def _head(picture: Pixels, pose: Pose, size: tuple[int, int], scale: float) -> None:
    turn = float(np.cos(np.deg2rad(pose.yaw_deg)))
    middle, nose = seen(np.array([(0.0, 10.0, 0.0), NOSE_MM]), pose, size)
    _ellipse(picture, middle - (0, 22 * scale), (82 * scale, 92 * scale), (30, 35, 45))
    _ellipse(picture, middle, (70 * scale, 95 * scale), SKIN)
    for side in (-EYE_X_MM, EYE_X_MM):
        brow = seen(np.array([(side, -19.0, 4.0)]), pose, size)[0]
        _ellipse(picture, brow, (19 * scale * turn, 3 * scale), DARK)
    bridge = seen(np.array([(0.0, 8.0, 12.0)]), pose, size)[0]
    cv2.line(
        picture, _at(bridge), _at(nose), (120, 150, 200), max(1, round(6 * scale)), cv2.LINE_AA
    )
    for side in (-8.0, 8.0):
        nostril = seen(np.array([(side, 42.0, 18.0)]), pose, size)[0]
        _ellipse(picture, nostril, (4 * scale, 2.5 * scale), DARK)
    mouth = seen(np.array([(0.0, 66.0, 10.0)]), pose, size)[0]
    _ellipse(picture, mouth, (24 * scale * turn, 7 * scale), LIP)


def _eye(picture: Pixels, pose: Pose, size: tuple[int, int], middle: float) -> None:
    here = points_mm(pose.ear)[:6] + np.array([middle + EYE_X_MM, 0.0, 0.0])
    outline = seen(here, pose, size)
    scale = pose.height * size[1] / FACE_MM
    cv2.fillPoly(picture, [np.round(outline).astype(np.int32)], WHITE, cv2.LINE_AA)
    lid = float(outline[4, 1] - outline[1, 1]) / 2
    radius = min(5.5 * scale, max(1.0, lid))
    _ellipse(picture, outline.mean(axis=0), (radius, radius), DARK)
    cv2.polylines(picture, [np.round(outline).astype(np.int32)], True, DARK, 1, cv2.LINE_AA)


def _ellipse(
    picture: Pixels, at: NDArray[np.float64], axes: tuple[float, float], colour: tuple[int, ...]
) -> None:
    """Draw one to a sixteenth of a pixel."""
    fine = 16
    cv2.ellipse(
        picture,
        (round(float(at[0]) * fine), round(float(at[1]) * fine)),
        (round(axes[0] * fine), round(axes[1] * fine)),
        0,
        0,
        360,
        colour,
        -1,
        cv2.LINE_AA,
        4,
    )


def _at(point: NDArray[np.float64]) -> tuple[int, int]:
    return round(float(point[0])), round(float(point[1]))
