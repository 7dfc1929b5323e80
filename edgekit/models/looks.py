"""Faces by more than one look at a picture. Nothing here has passed the gate.

A cover has to hold the whole face, and a detector's best box often does not: on a mask, a profile
or a bowed head it takes a part. The weaker boxes beside it say how else the face may lie, so a face
is the hull of those that are nearly as sure as the best. And what is nearly a face only in one size
of the picture, or not in the mirror, most often is none: scores are means over the looks.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from edgekit.errors import ModelError
from edgekit.frames import FACE, Detections, Frame
from edgekit.models.boxes import Boxes, clip, overlap
from edgekit.seams.eye import Detector

MIDDLE = 0.45
"""Of its sides: what is most likely no face is covered where its eyes and its nose would be."""

NEAR_SHARES = (0.8, 4 / 3)
"""Of a single picture's longer side: the sizes in which it is looked at."""

NEAR_FROM_PX, NEAR_TO_PX = 600, 2048
"""A shorter picture is looked at as if it were as long as the first; a longer one, the second."""

FAR_SHARE = 0.1
"""Of a longer picture's longer side: a face that is as long is looked for in a smaller size too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """What a model's scores mean for covering, 0..1 each.

    Attributes:
        doubt: a single box from here on is looked at.
        least: the mean over the looks from here on is covered.
        sure: the mean that becomes confidence 0.5, so that nobody else need know the model.
        slack: by which share of the picture's longer side the edges of a sure box may be off.
        barely: the mean from here on, below ``least``, is covered in its middle alone; None =
            nothing is.
        same: boxes whose overlap with the best one (IoU) is more than this show the same face.
        hull: a box takes part in the hull with this share of the best one's score.
    """

    doubt: float
    least: float
    sure: float
    slack: float = 0.0
    barely: float | None = None
    same: float = 0.4
    hull: float = 0.5

    def __post_init__(self) -> None:
        if not 0 < self.doubt <= self.lowest <= self.least < self.sure < 1 or self.slack < 0:
            raise ModelError(
                f"{self}: expected 0 < doubt <= barely <= least < sure < 1 and slack >= 0"
            )

    @property
    def lowest(self) -> float:
        """The mean from which on anything is covered."""
        return self.least if self.barely is None else self.barely


class LooksDetector:
    """A `Detector` of faces that looks with others, as the picture is and in the mirror.

    Args:
        detectors: give every box that they doubt, those that overlap too; of one model, whose
            scores mean the same, in one size or several.
        scores: what they mean.
        mirrored: whether to look in the mirror as well, at twice the time.
    """

    def __init__(self, *detectors: Detector, scores: Scores, mirrored: bool = True) -> None:
        self._detectors = detectors
        self._scores = scores
        self._mirrored = mirrored

    def detect(self, frame: Frame) -> Detections:
        """Return faces in pixels of the frame, each once; ModelError where the model fails."""
        looks = [detector.detect(frame) for detector in self._detectors]
        if self._mirrored:
            looks += [_in_mirror(detector, frame) for detector in self._detectors]
        xyxy = np.concatenate([look.xyxy for look in looks])
        score = np.concatenate([look.confidence for look in looks])
        number = np.repeat(np.arange(len(looks)), [len(look) for look in looks])
        # A mean is never above its best part: boxes of faces that cannot reach it are left out.
        hulls, mean = _hulls(xyxy, score, number, len(looks), scores=self._scores)
        kept = mean >= self._scores.lowest
        _cut(hulls, mean < self._scores.least)
        slack = np.where(mean >= self._scores.sure, self._scores.slack * max(frame.size), 0)
        hulls += np.outer(slack, [-1, -1, 1, 1]).astype(np.float32)
        points = np.asarray([0.0, self._scores.sure, 1.0]), np.asarray([0.0, 0.5, 1.0])
        return Detections(
            xyxy=clip(hulls[kept], frame.size),
            confidence=np.interp(mean[kept], *points).astype(np.float32),
            class_id=np.full(int(np.count_nonzero(kept)), FACE, np.int64),
        )


def _cut(boxes: Boxes, which: NDArray[np.bool_]) -> None:
    """Leave of these boxes their middle."""
    centre = (boxes[which, :2] + boxes[which, 2:]) / 2
    half = MIDDLE / 2 * (boxes[which, 2:] - boxes[which, :2])
    boxes[which] = np.hstack([centre - half, centre + half])


def _in_mirror(detector: Detector, frame: Frame) -> Detections:
    mirror = Frame(np.asarray(cv2.flip(frame.pixels, 1), np.uint8), frame.t_ms, frame.index)
    found = detector.detect(mirror)
    x1, y1, x2, y2 = found.xyxy.T
    width = np.float32(frame.size[0])
    return Detections(
        xyxy=np.stack([width - x2, y1, width - x1, y2], axis=1),
        confidence=found.confidence,
        class_id=found.class_id,
    )


def _hulls(
    xyxy: Boxes,
    score: NDArray[np.float32],
    look: NDArray[np.int64],
    looks: int,
    *,
    scores: Scores,
) -> tuple[Boxes, NDArray[np.float32]]:
    """Boxes that show the same face as one hull, with the mean over the looks of their best."""
    order = np.argsort(-score, kind="stable")
    hulls: list[NDArray[np.float32]] = []
    means: list[float] = []
    while len(order) and score[order[0]] >= scores.lowest:
        same = overlap(xyxy[order[0]], xyxy[order]) > scores.same
        same[0] = True  # a box without area overlaps nothing, itself included
        face, order = order[same], order[~same]
        part = xyxy[face[score[face] >= scores.hull * score[face[0]]]]
        hulls.append(np.concatenate([part[:, :2].min(axis=0), part[:, 2:].max(axis=0)]))
        best = [score[face[look[face] == n]].max(initial=0) for n in range(looks)]
        means.append(float(sum(best)) / looks)
    return (
        np.asarray(hulls, np.float32).reshape(-1, 4),
        np.asarray(means, np.float32),
    )


class LargeFaces:
    """A `Detector` of faces that fill much of the picture, from one that sees it small.

    Args:
        detector: of faces.
        share: least longer side of a face, as a share of the picture's, 0..1.
    """

    def __init__(self, detector: Detector, *, share: float) -> None:
        self._detector = detector
        self._share = share

    def detect(self, frame: Frame) -> Detections:
        """Return large faces in pixels of the frame."""
        found = self._detector.detect(frame)
        side = (found.xyxy[:, 2:] - found.xyxy[:, :2]).max(axis=1, initial=0)
        large = side >= self._share * max(frame.size)
        return Detections(
            xyxy=found.xyxy[large],
            confidence=found.confidence[large],
            class_id=found.class_id[large],
        )


class ScalesDetector:
    """A `Detector` of faces that looks at the whole, and again closer where there is more to see.

    Args:
        always: detectors that look at every picture.
        closer: detectors by the length in pixels to which each scales the picture's longer side;
            they look at pictures that are at least as long.
    """

    def __init__(
        self, always: Sequence[Detector], closer: Mapping[int, Detector] | None = None
    ) -> None:
        if not always:
            raise ModelError("no detector to look with")
        self._always = tuple(always)
        self._closer = dict(closer or {})

    def detect(self, frame: Frame) -> Detections:
        """Return faces in pixels of the frame; one that is seen twice is given twice."""
        closer = [detector for px, detector in self._closer.items() if px <= max(frame.size)]
        return _joined([detector.detect(frame) for detector in (*self._always, *closer)])


class NearDetector:
    """A `Detector` of faces in single pictures, as near as the picture is long.

    A face of a dozen pixels is as small in a long picture as in a short one: a size that fits the
    one makes too little of the other's faces. Faces that are large in a long picture are looked for
    as in a short one, beside.

    Args:
        look: makes the detector that looks in these longer sides, in pixels.
        large: finds faces that fill much of any picture, where that needs one more.
    """

    def __init__(
        self, look: Callable[[tuple[int, ...]], Detector], large: Detector | None = None
    ) -> None:
        self._look = look
        self._large = large

    def detect(self, frame: Frame) -> Detections:
        """Return faces in pixels of the frame; one that is seen twice is given twice."""
        longer = max(frame.size)
        detectors = [self._look(_near(longer))]
        if longer > NEAR_FROM_PX:
            detectors.append(LargeFaces(self._look(_near(NEAR_FROM_PX)), share=FAR_SHARE))
        if self._large is not None:
            detectors.append(self._large)
        return _joined([detector.detect(frame) for detector in detectors])


def _near(longer_px: int) -> tuple[int, ...]:
    """The sizes in which a picture of this longer side is looked at."""
    near_px = min(max(longer_px, NEAR_FROM_PX), NEAR_TO_PX)
    return tuple(round(share * near_px) for share in NEAR_SHARES)


def _joined(found: Sequence[Detections]) -> Detections:
    return Detections(
        xyxy=np.concatenate([look.xyxy for look in found]),
        confidence=np.concatenate([look.confidence for look in found]),
        class_id=np.concatenate([look.class_id for look in found]),
    )
