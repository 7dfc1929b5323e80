"""From a foreground mask to boxes of people. Nothing here has passed the gate.

Boxes are float32 (n, 4) x1, y1, x2, y2 in pixels of the mask.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from edgekit.frames import Mask
from edgekit.geometry.stature import Stature

Boxes = NDArray[np.float32]

WIDE_FOR_ONE = 1.25
"""A silhouette wider than this, in widths of one person, may be several people."""

UPRIGHT = 1.3
"""Height over width of what may be a person in rows where nobody has yet walked."""

SLENDER = 3.0
"""Height over width up to which parts over one another may be one person of unknown size."""

WIDTH_OF_PAIR = 1.1
"""Width of each person of a group without visible heads, in widths of one person."""

Fragment = tuple[int, int, int, int, int]
Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Components:
    """The connected parts of a mask that are large enough to matter.

    Attributes:
        labels: uint16, shape (height, width): which component a pixel belongs to, 0 is none.
        fragments: (x1, y1, x2, y2, label) of each component.
    """

    labels: NDArray[np.uint16]
    fragments: tuple[Fragment, ...]

    @classmethod
    def of(cls, mask: Mask, *, min_area_px: float) -> "Components":
        """Find them; components of fewer pixels are noise."""
        # 16-bit labels: a third of the time, and a reduced picture has too few pixels for more.
        _, labels, stats, _ = cv2.connectedComponentsWithStats(
            mask, connectivity=8, ltype=cv2.CV_16U
        )
        fragments = tuple(
            (x, y, x + width, y + height, label)
            for label, (x, y, width, height, area) in enumerate(stats.tolist())
            if label and area >= min_area_px
        )
        return cls(labels=np.asarray(labels, np.uint16), fragments=fragments)

    def whole(self) -> Boxes:
        """Return the boxes of components that the picture's edge does not cut."""
        height, width = self.labels.shape
        return _array(
            [
                (x1, y1, x2, y2)
                for x1, y1, x2, y2, _ in self.fragments
                if min(x1, y1) > 0 and x2 < width and y2 < height
            ]
        )

    def hulls(self) -> Boxes:
        """Return the box of each component."""
        return _array([fragment[:4] for fragment in self.fragments])

    def people(self, stature: Stature | None) -> Boxes:
        """Return a box for each person; a known size joins fragments and splits groups."""
        people: list[Box] = []
        for group in _joined(self.fragments, stature):
            hull = _hull(group)
            if stature is not None and stature.knows(hull[3]):
                people.extend(_split(self.labels, group, stature))
            elif stature is None or hull[3] - hull[1] >= UPRIGHT * (hull[2] - hull[0]):
                people.append(hull)
        return _array(people)


def _array(boxes: list[Box]) -> Boxes:
    return np.array(boxes, np.float32).reshape(-1, 4)


def _joined(found: Sequence[Fragment], stature: Stature | None) -> list[list[Fragment]]:
    """Join fragments that lie over one another and together are no taller than one person."""
    groups: list[list[Fragment]] = []
    for fragment in sorted(found, key=lambda box: -box[3]):
        for group in groups:
            if _one_person(group, fragment, stature):
                group.append(fragment)
                break
        else:
            groups.append([fragment])
    return groups


def _one_person(group: list[Fragment], other: Fragment, stature: Stature | None) -> bool:
    x1, y1, x2, y2 = _hull(group)
    shared = min(x2, other[2]) - max(x1, other[0])
    if shared < 0.5 * min(x2 - x1, other[2] - other[0]):
        return False
    top, low = min(y1, other[1]), max(y2, other[3])
    wide = max(x2, other[2]) - min(x1, other[0])
    if stature is None:
        return UPRIGHT * wide <= low - top <= SLENDER * wide
    if not stature.knows(low):
        return False
    return low - top <= 1.15 * stature.height(low) and wide <= 1.5 * stature.width(low)


def _hull(group: list[Fragment]) -> Box:
    return (
        min(box[0] for box in group),
        min(box[1] for box in group),
        max(box[2] for box in group),
        max(box[3] for box in group),
    )


def _split(labels: NDArray[np.uint16], group: list[Fragment], stature: Stature) -> list[Box]:
    """Cut a group of people into one box for each head; drop what is far too small."""
    x1, y1, x2, y2 = _hull(group)
    tall, wide = stature.height(y2), stature.width(y2)
    if y2 - y1 < 0.4 * tall or x2 - x1 < 0.3 * wide:
        return []
    if x2 - x1 < WIDE_FOR_ONE * wide:
        return _deep([(x1, y1, x2, y2)], stature)
    mask = np.isin(labels[y1:y2, x1:x2], [box[4] for box in group])
    cuts = _cuts(mask, tall, wide)
    parts = []
    for left, right in itertools.pairwise(cuts):
        rows = np.flatnonzero(mask[:, left:right].any(axis=1))
        if rows.size and rows[-1] - rows[0] >= 0.4 * tall:
            parts.append((x1 + left, y1 + int(rows[0]), x1 + right, y1 + int(rows[-1]) + 1))
    return _deep(parts, stature)


def _cuts(mask: NDArray[np.bool_], tall: float, wide: float) -> list[int]:
    """Cut between heads where the silhouette is thinnest; where no head shows, at equal widths."""
    profile = np.count_nonzero(mask, axis=0)
    width = len(profile)
    heads = _heads(mask, tall, wide)
    inner = [
        left + 1 + int(np.argmin(profile[left + 1 : right]))
        for left, right in itertools.pairwise(heads)
    ]
    cuts = [0]
    for right in (*inner, width):
        left = cuts[-1]
        parts = max(1, round((right - left) / (WIDTH_OF_PAIR * wide)))
        cuts.extend(left + (right - left) * part // parts for part in range(1, parts + 1))
    return cuts


def _heads(mask: NDArray[np.bool_], tall: float, wide: float) -> list[int]:
    """Columns of the heads: highest points of the outline with a dip between them."""
    outline = np.where(mask.any(axis=0), mask.argmax(axis=0), mask.shape[0])
    heads: list[int] = []
    for column in np.argsort(outline, kind="stable").tolist():
        if outline[column] > mask.shape[0] - 0.4 * tall:
            break
        for head in heads:
            low, high = sorted((column, head))
            dip = int(outline[low : high + 1].max()) - int(outline[column])
            if high - low < 0.5 * wide or dip < 0.12 * tall:
                break
        else:
            heads.append(column)
    return sorted(heads)


def _deep(boxes: list[Box], stature: Stature) -> list[Box]:
    """See two people in a box that is far too tall for one: the nearer one hides the other."""
    people: list[Box] = []
    for x1, y1, x2, y2 in boxes:
        people.append((x1, max(y1, round(y2 - 1.25 * stature.height(y2))), x2, y2))
        far = _foot_of(y1, stature)
        if y2 - y1 > 1.5 * stature.height(y2) and far < y2:
            people.append((x1, y1, x2, far))
    return people


def _foot_of(head_y: int, stature: Stature) -> int:
    """Row of the feet of a person whose head is in this row."""
    return round((head_y + stature.offset_px) / max(0.1, 1 - stature.slope))
