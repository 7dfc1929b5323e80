"""From a foreground mask to boxes of people. Nothing here has passed the gate.

Boxes are float32 (n, 4) x1, y1, x2, y2 in pixels of the mask.
"""

import itertools

import cv2
import numpy as np
from numpy.typing import NDArray

from edgekit.frames import Mask
from edgekit.perception.stature import Stature

Boxes = NDArray[np.float32]

_SPECK = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3))
_GAP = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 9))


def clean(mask: Mask) -> Mask:
    """Remove specks, close the gaps inside people (who are taller than wide)."""
    opened = cv2.morphologyEx(mask, cv2.MORPH_OPEN, _SPECK)
    closed = cv2.morphologyEx(opened, cv2.MORPH_CLOSE, _GAP)
    return np.asarray(closed, np.uint8)


def boxes_of(mask: Mask, *, min_area_px: float, stature: Stature | None) -> Boxes:
    """Return a box for each person-sized part of the mask.

    Args:
        mask: uint8, shape (height, width), 255 is foreground.
        min_area_px: components of fewer pixels are noise.
        stature: expected size of people, if known: joins fragments, splits groups.
    """
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    found = []
    for label in range(1, count):
        x, y, width, height, area = (int(value) for value in stats[label])
        if area >= min_area_px:
            found.append((x, y, x + width, y + height, label))
    if stature is None:
        return _array([box[:4] for box in found])
    components = np.asarray(labels, np.int32)
    people: list[tuple[int, int, int, int]] = []
    for group in _joined(found, stature):
        people.extend(_split(components, group, stature))
    return _array(people)


Fragment = tuple[int, int, int, int, int]
Box = tuple[int, int, int, int]


def _array(boxes: list[Box]) -> Boxes:
    return np.array(boxes, np.float32).reshape(-1, 4)


def _joined(found: list[Fragment], stature: Stature) -> list[list[Fragment]]:
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


def _one_person(group: list[Fragment], other: Fragment, stature: Stature) -> bool:
    x1, y1, x2, y2 = _hull(group)
    shared = min(x2, other[2]) - max(x1, other[0])
    if shared < 0.5 * min(x2 - x1, other[2] - other[0]):
        return False
    top, low = min(y1, other[1]), max(y2, other[3])
    wide = max(x2, other[2]) - min(x1, other[0])
    return low - top <= 1.15 * stature.height(low) and wide <= 1.5 * stature.width(low)


def _hull(group: list[Fragment]) -> Box:
    return (
        min(box[0] for box in group),
        min(box[1] for box in group),
        max(box[2] for box in group),
        max(box[3] for box in group),
    )


def _split(labels: NDArray[np.int32], group: list[Fragment], stature: Stature) -> list[Box]:
    """Cut a group of people into as many as fit side by side; drop what is far too small."""
    x1, y1, x2, y2 = _hull(group)
    tall, wide = stature.height(y2), stature.width(y2)
    if y2 - y1 < 0.4 * tall or x2 - x1 < 0.3 * wide:
        return []
    mask = np.isin(labels[y1:y2, x1:x2], [box[4] for box in group])
    across = round((x2 - x1) / (1.25 * wide))
    if across <= 1:
        return _deep([(x1, y1, x2, y2)], stature)
    cuts = _cuts(np.count_nonzero(mask, axis=0), across)
    parts = []
    for left, right in itertools.pairwise(cuts):
        rows = np.flatnonzero(mask[:, left:right].any(axis=1))
        if rows.size and rows[-1] - rows[0] >= 0.4 * tall:
            parts.append((x1 + left, y1 + int(rows[0]), x1 + right, y1 + int(rows[-1]) + 1))
    return _deep(parts, stature)


def _cuts(profile: NDArray[np.intp], parts: int) -> list[int]:
    """Cut near equal widths, where the silhouette is thinnest."""
    width = len(profile)
    slack = width // (4 * parts)
    cuts = [0]
    for part in range(1, parts):
        middle = width * part // parts
        low = max(cuts[-1] + 1, middle - slack)
        cuts.append(low + int(np.argmin(profile[low : middle + slack + 1])))
    return [*cuts, width]


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
