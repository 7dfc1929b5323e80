"""How large people look, learned while they walk by. Nothing here has passed the gate."""

import numpy as np
from numpy.typing import NDArray

from edgekit.geometry.stature import Stature

_BANDS = 12
_ENOUGH_IN_BAND = 12
_ENOUGH_BANDS = 2
_LASTING = 5


class StatureLearner:
    """Learn the `Stature` of a view from blobs that look like one upright person each.

    Bounded memory: a running median height for each of twelve bands of rows. Merged people are
    wider than upright people are, so only slender blobs teach; drops of rain are slender too, but
    only people are in the next frames where they were, as tall as they were.
    """

    def __init__(self, picture_height: int) -> None:
        self._rows = float(picture_height)
        self._count = np.zeros(_BANDS, np.int64)
        self._median = np.zeros(_BANDS)
        self._foot = np.zeros(_BANDS)
        self._last = np.zeros((0, 4), np.float32)
        self._frames = np.zeros(0, np.int64)  # in how many in a row each of the last boxes was seen

    def learn(self, xyxy: NDArray[np.float32]) -> None:
        """Take the boxes of one frame: float32, shape (n, 4); call it with each frame."""
        high, wide = xyxy[:, 3] - xyxy[:, 1], xyxy[:, 2] - xyxy[:, 0]
        slender = xyxy[(1.8 * wide <= high) & (high <= 4.0 * wide)]
        self._frames = self._lasting(slender)
        self._last = slender
        for _, y1, _, y2 in slender[self._frames >= _LASTING].tolist():
            height = y2 - y1
            band = min(_BANDS - 1, max(0, int(y2 / self._rows * _BANDS)))
            self._count[band] += 1
            seen = min(int(self._count[band]), 200)
            if seen == 1:
                self._median[band], self._foot[band] = height, y2
                continue
            # Robbins-Monro step towards the median: an outlier moves it no more than a neighbour.
            step = self._median[band] * max(0.02, 0.5 / seen)
            self._median[band] += float(np.clip(height - self._median[band], -step, step))
            self._foot[band] += (y2 - self._foot[band]) / seen

    def _lasting(self, boxes: NDArray[np.float32]) -> NDArray[np.int64]:
        """Count the frames in a row in which each box was about there: within its own width."""
        frames = np.ones(len(boxes), np.int64)
        if not len(boxes) or not len(self._last):
            return frames
        now, last = boxes[:, None, :], self._last[None, :, :]
        high, wide = now[..., 3] - now[..., 1], now[..., 2] - now[..., 0]
        aside = np.abs(now[..., 0] + now[..., 2] - last[..., 0] - last[..., 2]) / 2
        same = (aside < wide) & (np.abs(now[..., 3] - last[..., 3]) < high / 4)
        same &= np.abs(last[..., 3] - last[..., 1] - high) < high / 4
        frames += np.where(same, self._frames, 0).max(axis=1)
        return frames

    def stature(self) -> Stature | None:
        """Return what has been learned, or None while too little has."""
        known = self._count >= _ENOUGH_IN_BAND
        if np.count_nonzero(known) < _ENOUGH_BANDS:
            return None
        weight = np.minimum(self._count[known], 200).astype(np.float64)
        weight /= weight.sum()
        foot, height = self._foot[known], self._median[known]
        mean_foot, mean_height = float(weight @ foot), float(weight @ height)
        slope = float(weight @ ((foot - mean_foot) * (height - mean_height)))
        # People do not shrink towards the camera; a fit that says so saw too little of the ground.
        slope = max(0.0, slope / float(weight @ (foot - mean_foot) ** 2))
        reach = self._rows / _BANDS
        return Stature(
            offset_px=mean_height - slope * mean_foot,
            slope=slope,
            known_from=float(self._foot[known].min()) - reach,
            known_to=float(self._foot[known].max()) + reach,
        )
