"""Follow boxes from frame to frame, briefly and without identity. Nothing here has passed the gate.

Association in two rounds, sure detections first, as in ByteTrack (Zhang et al., ECCV 2022,
arXiv:2110.06864), over an alpha-beta filter with constant velocity (Kalata 1984). No appearance is
kept: a track is a box, a velocity and a random number.
"""

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import ConfigError
from edgekit.frames import Detections, Track

Array = NDArray[np.float64]

SURE = 0.5
UNSURE = 0.1
COAST_S = 1.0
MAX_TRACKS = 128
ALPHA, BETA = 0.6, 0.25
MAX_COST = 1.0


class Tracker:
    """Give boxes of consecutive frames a common, random, short-lived id.

    Args:
        fps: nominal frames per second, > 0; sets how long a track coasts unseen (one second, at
            least three frames).
        ids: where new ids come from; the caller decides how random they are.

    Raises:
        ConfigError: fps is not above 0.

    A track that was seen once only is dropped at its first miss. At most 128 tracks are kept.
    """

    def __init__(self, *, fps: float, ids: Iterator[int]) -> None:
        if not fps > 0:
            raise ConfigError(f"{fps!r} frames per second: expected more than 0")
        self._ids = ids
        self._step_ms = 1000.0 / fps
        self._coast_ms = max(1000.0 * COAST_S, 3 * self._step_ms)
        self._last_ms: int | None = None
        self._id: list[int] = []
        self._class: list[int] = []
        self._box = np.zeros((0, 4))  # centre x, lower edge y, width, height
        self._velocity = np.zeros((0, 2))  # px per nominal frame
        self._age = np.zeros(0, np.int64)
        self._unseen_ms = np.zeros(0)
        self._shown = np.zeros((0, 4))  # x1 y1 x2 y2

    def update(self, detections: Detections, t_ms: int) -> tuple[Track, ...]:
        """Take the detections of one frame and return the tracks that live in it.

        ``t_ms`` is the frame's time; frames may be dropped, the filter uses the real interval. A
        track that is seen has the box of its detection, one that coasts has the predicted box.
        """
        steps = self._advance(t_ms)
        boxes = _to_state(np.asarray(detections.xyxy, np.float64))
        sure = detections.confidence >= SURE
        unsure = (detections.confidence >= UNSURE) & ~sure
        pairs = self._associate(boxes, np.flatnonzero(sure), set())
        pairs |= self._associate(boxes, np.flatnonzero(unsure), set(pairs))
        for row, column in pairs.items():
            self._correct(row, boxes[column], steps)
            self._class[row] = int(detections.class_id[column])
        self._drop(set(pairs), steps)
        taken = set(pairs.values())
        for column in np.flatnonzero(sure).tolist():
            if column not in taken and len(self._id) < MAX_TRACKS:
                self._begin(boxes[column], int(detections.class_id[column]))
        return self._tracks()

    def _advance(self, t_ms: int) -> float:
        steps = 1.0 if self._last_ms is None else (t_ms - self._last_ms) / self._step_ms
        steps = min(max(steps, 0.1), self._coast_ms / self._step_ms)
        self._last_ms = t_ms
        # What is unseen slows down: nobody walks on for long behind a pillar as predicted.
        fading = np.where(self._unseen_ms > 0, 0.95**steps, 1.0)[:, None]
        self._velocity *= fading
        self._box[:, :2] += self._velocity * steps
        return steps

    def _associate(
        self, boxes: Array, columns: NDArray[np.int64], taken: set[int]
    ) -> dict[int, int]:
        rows = np.array([row for row in range(len(self._id)) if row not in taken], np.int64)
        if not rows.size or not columns.size:
            return {}
        cost = self._cost(rows, boxes[columns])
        near = np.argwhere(cost < MAX_COST)
        order = near[np.argsort(cost[near[:, 0], near[:, 1]], kind="stable")]
        pairs: dict[int, int] = {}
        used: set[int] = set()
        for i, j in order:
            row, column = int(rows[i]), int(columns[j])
            if row not in pairs and column not in used:
                pairs[row] = column
                used.add(column)
        return pairs

    def _cost(self, rows: NDArray[np.int64], boxes: Array) -> Array:
        """Distance over the gate, eased by overlap: below 1 a pair may be one thing."""
        own = self._box[rows][:, None, :]
        other = boxes[None, :, :]
        distance = np.hypot(own[..., 0] - other[..., 0], own[..., 1] - other[..., 1])
        diagonal = np.maximum(np.hypot(own[..., 2], own[..., 3]), 1.0)
        # A newborn has no velocity yet, and uncertainty grows while a track is unseen.
        newborn = (self._age[rows] == 1).astype(np.float64)
        waited = np.minimum(self._unseen_ms[rows] / 1000.0, 1.0)
        gate = diagonal * (0.5 + 0.6 * newborn + 0.5 * waited)[:, None]
        taller = np.maximum(np.maximum(own[..., 3], other[..., 3]), 1.0)
        height = np.minimum(own[..., 3], other[..., 3]) / taller
        result: Array = distance / gate + 0.3 * (1 - height) - 0.3 * _overlap(own, other)
        return result

    def _correct(self, row: int, box: Array, steps: float) -> None:
        error = box[:2] - self._box[row, :2]
        self._shown[row] = _to_xyxy(box)
        gap = steps + self._unseen_ms[row] / self._step_ms
        gain = 1.0 if self._age[row] == 1 else BETA
        self._velocity[row] += gain * error / gap
        self._box[row, :2] += (1.0 if self._age[row] == 1 else ALPHA) * error
        self._box[row, 2:] += 0.5 * (box[2:] - self._box[row, 2:])
        self._age[row] += 1
        self._unseen_ms[row] = 0.0

    def _drop(self, seen: set[int], steps: float) -> None:
        keep = []
        for row in range(len(self._id)):
            if row not in seen:
                self._unseen_ms[row] += steps * self._step_ms
                self._shown[row] = _to_xyxy(self._box[row])
                if self._age[row] == 1 or self._unseen_ms[row] > self._coast_ms:
                    continue
            keep.append(row)
        if len(keep) == len(self._id):
            return
        self._id = [self._id[row] for row in keep]
        self._class = [self._class[row] for row in keep]
        self._box, self._velocity = self._box[keep], self._velocity[keep]
        self._age, self._unseen_ms = self._age[keep], self._unseen_ms[keep]
        self._shown = self._shown[keep]

    def _begin(self, box: Array, class_id: int) -> None:
        self._id.append(next(self._ids))
        self._class.append(class_id)
        self._box = np.vstack((self._box, box))
        self._velocity = np.vstack((self._velocity, np.zeros(2)))
        self._age = np.append(self._age, 1)
        self._unseen_ms = np.append(self._unseen_ms, 0.0)
        self._shown = np.vstack((self._shown, _to_xyxy(box)))

    def _tracks(self) -> tuple[Track, ...]:
        return tuple(
            Track(
                tracker_id=self._id[row],
                xyxy=(box[0], box[1], box[2], box[3]),
                class_id=self._class[row],
                seen=not unseen,
                age_frames=age,
            )
            for row, (box, unseen, age) in enumerate(
                zip(self._shown.tolist(), self._unseen_ms.tolist(), self._age.tolist(), strict=True)
            )
        )


def _to_state(xyxy: Array) -> Array:
    x1, y1, x2, y2 = xyxy.T
    return np.stack(((x1 + x2) / 2, y2, x2 - x1, y2 - y1), axis=1)


def _to_xyxy(box: Array) -> Array:
    x, y, width, height = box
    return np.array((x - width / 2, y - height, x + width / 2, y))


def _overlap(a: Array, b: Array) -> Array:
    """Intersection over union of boxes (centre x, lower edge y, width, height)."""
    wide = np.minimum(a[..., 0] + a[..., 2] / 2, b[..., 0] + b[..., 2] / 2)
    wide = wide - np.maximum(a[..., 0] - a[..., 2] / 2, b[..., 0] - b[..., 2] / 2)
    high = np.minimum(a[..., 1], b[..., 1])
    high = high - np.maximum(a[..., 1] - a[..., 3], b[..., 1] - b[..., 3])
    shared = np.clip(wide, 0, None) * np.clip(high, 0, None)
    union = a[..., 2] * a[..., 3] + b[..., 2] * b[..., 3] - shared
    result: Array = shared / np.maximum(union, math.ulp(1.0))
    return result
