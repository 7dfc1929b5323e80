"""How one picture lies over another of the same place. Nothing here has passed the gate.

Both are reduced and turned into edges that neither exposure nor gain changes; blocks of the one
are looked for in the other, and what most of them agree on is the camera's own movement.
"""

from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from edgekit.frames import Pixels

Edges = NDArray[np.float32]
Move = NDArray[np.float64]
"""Similarity, (2, 3), from points of the reduced reference to those of the reduced picture."""

STAYED: Move = np.eye(2, 3)

LONGER_PX = 240
"""The longer side of the reduced picture."""

BLOCK_PX = 24
REACH_PX = 30
"""So far a block is looked for, each way: an eighth of the picture's longer side."""

TEXTURE = 0.012
"""Standard deviation of edges from which on a block shows something."""

ALIKE = 0.6
"""Normalised correlation from which on a block is the same."""

NEAR_PX = 1.5
"""A block that agrees with the others lies so close to where they say that it does."""

LEAST_BLOCKS, LEAST_AGREED = 8, 5
AGREED, IN_PLACE = 0.3, 0.15
"""Shares of the reference's blocks: so many agree on one movement, or are where they were."""

OUTER = 0.18
"""What stays is looked for at this distance from the centre and beyond, as a share of the diagonal:
the middle of a picture stays where it was while the rest is zoomed or turned."""

_DARK = 8.0
"""Grey levels that are added before the logarithm, so that noise in the dark is no edge."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Setting:
    """What one comparison says.

    Attributes:
        move: what the blocks agree on; None where they agree on nothing.
        share: of the reference's blocks, how many say so.
        plain: the picture shows too little for that to mean much: fog, or a wall.
    """

    move: Move | None
    share: float
    plain: bool = False


def reduced(pixels: Pixels) -> Pixels:
    """Return a picture, uint8 (height, width, 3), in grey and small: uint8 (rows, columns)."""
    height, width = pixels.shape[:2]
    scale = LONGER_PX / max(height, width)
    step = max(1, int(0.5 / scale))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = cv2.resize(
        np.ascontiguousarray(pixels[::step, ::step]), size, interpolation=cv2.INTER_AREA
    )
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), np.uint8)


def edges(grey: Pixels) -> Edges:
    """Return the steepness of a reduced picture, relative to its brightness."""
    light = np.log(grey.astype(np.float32) + np.float32(_DARK))
    across = cv2.Sobel(light, cv2.CV_32F, 1, 0, scale=0.125)
    down = cv2.Sobel(light, cv2.CV_32F, 0, 1, scale=0.125)
    return np.asarray(cv2.magnitude(across, down), np.float32)


def textured(picture: Edges) -> list[tuple[int, int]]:
    """Return left and top of each block that shows something."""
    down, across = (side // BLOCK_PX for side in picture.shape)
    whole = picture[: down * BLOCK_PX, : across * BLOCK_PX]
    spread = whole.reshape(down, BLOCK_PX, across, BLOCK_PX).std(axis=(1, 3))
    return [(int(x) * BLOCK_PX, int(y) * BLOCK_PX) for y, x in np.argwhere(spread >= TEXTURE)]


def compare(reference: Edges, picture: Edges) -> Setting | None:
    """Return how a picture lies over the reference; None where that shows too little."""
    blocks = textured(reference)
    if len(blocks) < LEAST_BLOCKS:
        return None
    found = [_found(reference, picture, x, y) for x, y in blocks]
    stayed = sum(in_place for in_place, _ in found)
    pairs = [(x, y, *at) for (x, y), (_, at) in zip(blocks, found, strict=True) if at is not None]
    move, agreed = _agreed(np.asarray(pairs, np.float32).reshape(-1, 4))
    if move is not None and agreed >= max(LEAST_AGREED, AGREED * len(blocks), stayed):
        return Setting(move=move, share=agreed / len(blocks))
    outer = _outer(blocks, reference.shape)
    still = sum(in_place and far for (in_place, _), far in zip(found, outer, strict=True))
    if still >= max(2, IN_PLACE * sum(outer)):
        return Setting(move=STAYED, share=stayed / len(blocks))
    return Setting(move=None, share=0.0, plain=2 * len(textured(picture)) < len(blocks))


def _outer(blocks: list[tuple[int, int]], shape: tuple[int, ...]) -> list[bool]:
    """Return which blocks lie away from the centre."""
    rows, columns = shape
    near_px = OUTER * float(np.hypot(rows, columns))
    middle_x, middle_y = (columns - BLOCK_PX) / 2, (rows - BLOCK_PX) / 2
    return [bool(np.hypot(x - middle_x, y - middle_y) > near_px) for x, y in blocks]


def _found(
    reference: Edges, picture: Edges, x: int, y: int
) -> tuple[bool, tuple[float, float] | None]:
    """Return whether a block is where it was, and where it is most alike, if anywhere."""
    left, top = max(0, x - REACH_PX), max(0, y - REACH_PX)
    block = reference[y : y + BLOCK_PX, x : x + BLOCK_PX]
    around = picture[top : y + BLOCK_PX + REACH_PX, left : x + BLOCK_PX + REACH_PX]
    alike = cv2.matchTemplate(around, block, cv2.TM_CCOEFF_NORMED)
    _, best, _, (column, row) = cv2.minMaxLoc(alike)
    here_x, here_y = x - left, y - top
    here = alike[max(0, here_y - 1) : here_y + 2, max(0, here_x - 1) : here_x + 2]
    at = (float(left + column), float(top + row)) if best >= ALIKE else None
    return bool(here.max() >= ALIKE), at


def _agreed(pairs: NDArray[np.float32]) -> tuple[Move | None, int]:
    """Return the similarity that most pairs agree on, and how many do."""
    if len(pairs) < LEAST_AGREED:
        return None, 0
    half = np.float32(BLOCK_PX / 2)
    move, near = cv2.estimateAffinePartial2D(
        pairs[:, :2] + half,
        pairs[:, 2:] + half,
        method=cv2.RANSAC,
        ransacReprojThreshold=NEAR_PX,
        maxIters=300,
    )
    agreed = cast("Move | None", move)  # which the stubs leave out
    return (None, 0) if agreed is None else (np.asarray(agreed, np.float64), int(near.sum()))


def after(first: Move, then: Move) -> Move:
    """Return both movements as one."""
    return np.column_stack([then[:, :2] @ first[:, :2], then[:, :2] @ first[:, 2] + then[:, 2]])


def farthest(move: Move, size: tuple[int, int]) -> float:
    """Return by how much the corner that moves most does, for a reduced picture (columns, rows)."""
    width, height = size
    corners = np.array([[0.0, 0.0], [width, 0.0], [0.0, height], [width, height]])
    moved = corners @ move[:, :2].T + move[:, 2]
    return float(np.linalg.norm(moved - corners, axis=1).max())
