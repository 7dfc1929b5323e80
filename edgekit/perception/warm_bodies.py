"""Find people by their warmth in what a thermal array sees. Nothing here has passed the gate.

    bodies = WarmBodies((640, 480))
    detections = bodies.detect(celsius, t_ms)

A point is warm where it exceeds what is learned to be there by a multiple of the array's own noise,
as ThermoSense does (Beltran, Erickson and Cerpa, BuildSys 2013, section 4); what is learned goes on
slowly with the place, and stands still under a body. What hangs together and has one peak is one
body; between two peaks there has to be a valley.

The array looks down: somebody stands where the middle of the warmth is.
"""

import itertools
import math
from collections import deque
from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from edgekit.frames import Detections

Celsius = NDArray[np.float64]
Points = NDArray[np.intp]

LEARN_MS = 1_500
"""So long the first background is the median of what is seen."""

EDGE_SIGMA, EDGE_K = 3.0, 0.8
"""Above the background by so many deviations of the noise, and so many kelvins, at least."""

PEAK_SIGMA, PEAK_K = 5.0, 1.5
"""The same for the warmest point of a body."""

SMOOTH_PX = 0.7
FOLLOW_S, COOL_S, ABSORB_S = 30.0, 1.0, 300.0
"""The background follows what is not warm; at once where it was too warm; and a body last of all:
a radiator that was turned on becomes part of the place."""

SHARED_K = 0.5
"""An array drifts as one by no more than this between readings of its own temperature."""

PEAK_SHARE, VALLEY_SHARE, CORE_SHARE = 0.4, 0.75, 0.3
"""Of the warmest point: a second peak has more, a valley between them less, and what is less than
the last is halo, not body."""

APART = 1.9
"""Points between two peaks, at least: nearer ones are the noise of one."""

SPREAD = 3.0
"""A body is so many standard deviations of its warmth wide: that of a disc is a quarter of it, and
halo is cut."""

LEAST_SIZE = 1.5
LEAST_NOISE_K = 0.05


class WarmBodies:
    """Warm bodies over a learned background.

    Args:
        size: (width, height) of the view in pixels: lines and zones are drawn in it, whatever
            number of points the array has.
    """

    def __init__(self, size: tuple[int, int]) -> None:
        self._size = size
        self._first: deque[Celsius] = deque(maxlen=256)
        self._first_ms = self._last_ms = 0
        self._background: Celsius | None = None
        self._noise_k = LEAST_NOISE_K

    @property
    def background(self) -> Celsius | None:
        """What is learned of the place, °C; None while there is nothing."""
        return self._background

    @property
    def noise_k(self) -> float:
        """Standard deviation of the array's own noise, as learned."""
        return self._noise_k

    def detect(self, celsius: Celsius, t_ms: int) -> Detections:
        """Return a box for each body, its foot in the middle of the warmth; none while it learns.

        Args:
            celsius: float64, shape (rows, columns), every point a number.
            t_ms: time of it in milliseconds; where time goes back none has passed.
        """
        if self._background is None or self._background.shape != celsius.shape:
            self._learn(celsius, t_ms)
            return Detections.of(np.zeros((0, 4), np.float32))
        elapsed_s = max(0.0, (t_ms - self._last_ms) / 1000)
        self._last_ms = t_ms
        above = celsius - self._background
        above -= np.clip(np.median(above), -SHARED_K, SHARED_K)
        smooth = cv2.GaussianBlur(above, (3, 3), SMOOTH_PX)
        edge_k = max(EDGE_SIGMA * self._noise_k, EDGE_K)
        boxes = list(self._boxes(np.asarray(smooth, np.float64), edge_k))
        slow_s = np.where(smooth > edge_k, ABSORB_S, np.where(above < 0, COOL_S, FOLLOW_S))
        rate = np.minimum(1.0, elapsed_s / slow_s)
        self._background = self._background + rate * (celsius - self._background)
        return Detections.of(np.array(boxes, np.float32).reshape(-1, 4))

    def _learn(self, celsius: Celsius, t_ms: int) -> None:
        if self._first and self._first[0].shape != celsius.shape:
            self._first.clear()
        if not self._first or t_ms < self._last_ms:
            self._first_ms = t_ms
        self._first.append(celsius)
        self._last_ms = t_ms
        if t_ms - self._first_ms < LEARN_MS:
            return
        seen = np.array(self._first)
        self._first.clear()
        self._background = np.median(seen, axis=0)
        self._noise_k = max(LEAST_NOISE_K, float(np.median(seen.std(axis=0))))

    def _boxes(self, above: Celsius, edge_k: float) -> Iterator[tuple[float, ...]]:
        peak_k = max(PEAK_SIGMA * self._noise_k, PEAK_K)
        tops = above >= cv2.dilate(above, np.ones((3, 3), np.uint8))
        count, labels = cv2.connectedComponents((above > edge_k).astype(np.uint8), connectivity=8)
        for label in range(1, count):
            part = labels == label
            warmest = float(above[part].max())
            if warmest < peak_k:
                continue
            found = np.argwhere(part & tops & (above > max(peak_k, PEAK_SHARE * warmest)))
            peaks = _separate(above, found)
            for points in _shares(np.argwhere(part), peaks):
                yield self._box(points, above)

    def _box(self, points: Points, above: Celsius) -> tuple[float, ...]:
        """Return the box in pixels of the points of one body."""
        rows, columns = above.shape
        warmth = above[points[:, 0], points[:, 1]]
        weight = np.where(warmth > CORE_SHARE * warmth.max(), warmth, 0.0)
        weight /= weight.sum()
        centre = weight @ (points + 0.5)
        # A point is as wide as itself: the variance of a uniform one is a twelfth.
        variance = weight @ np.square(points + 0.5 - centre) + 1 / 12
        high, wide = np.maximum(LEAST_SIZE, SPREAD * np.sqrt(variance))
        across, down = self._size[0] / columns, self._size[1] / rows
        foot_y, foot_x = centre
        return (
            (foot_x - wide / 2) * across,
            (foot_y - high) * down,
            (foot_x + wide / 2) * across,
            foot_y * down,
        )


def _separate(above: Celsius, found: Points) -> Points:
    """Return the peaks between which there are valleys, the warmest first."""
    order = found[np.argsort(-above[found[:, 0], found[:, 1]], kind="stable")]
    kept: list[tuple[int, int]] = []
    for row, column in order.tolist():
        if all(_valley(above, (row, column), other) for other in kept):
            kept.append((row, column))
    return np.array(kept, np.intp)


def _valley(above: Celsius, one: tuple[int, int], other: tuple[int, int]) -> bool:
    apart = math.dist(one, other)
    if apart < APART:
        return False
    steps = 2 * math.ceil(apart)
    way = np.rint(np.linspace(one, other, steps + 1)).astype(np.intp)
    least = above[way[:, 0], way[:, 1]].min()
    return bool(least < VALLEY_SHARE * min(above[one], above[other]))


def _shares(points: Points, peaks: Points) -> Iterator[Points]:
    """Give each point to the nearest peak."""
    apart = np.square(points[:, None, :] - peaks[None, :, :]).sum(axis=2)
    nearest = apart.argmin(axis=1)
    yield from (points[nearest == number] for number in itertools.islice(range(len(peaks)), 64))
