"""See the marker that pauses the camera, where somebody holds it. Nothing here has passed the gate.

    wish = OptOut()
    if wish.see(frame.pixels, frame.t_ms): ...

It is looked for where something large has changed, and once in two seconds anyway. It has to be
large in the picture, flat, whole, and there in three looks: what is printed on a shirt that goes by
is not. Of who holds it nothing is said.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from edgekit.consent.marker import SQUARE, SQUARES, WIDTH, places
from edgekit.frames import Pixels

Points = NDArray[np.float32]

LOOK_MS = 200
ANYWAY_MS = 2_000
"""What was there before this eye began, or came with a slow hand, is found by then."""

HOLD = 3
FORGET_MS = 500
"""It has to be there in so many looks, with no longer time between any two of them."""

HEIGHT_PX = 240
"""The picture is reduced to this height: what is large enough is large enough in it."""

LARGE = 0.25
"""Smallest side of the marker, of the picture's height: about half a metre from a usual lens."""

FLAT = 0.03
"""Largest error of a corner against a plane, of the marker's side: cloth bends more."""

SPARSE = (48, 64)
DIFFERENT, CHANGED, BLEND = 24, 0.03, 0.1
"""Grey levels by which a place has changed, share of the places, and how fast they are learned."""


class OptOut:
    """Watches one camera for the marker."""

    def __init__(self) -> None:
        self._detector = _detector()
        self._reference: NDArray[np.float32] | None = None
        self._looked_ms = self._searched_ms = self._seen_ms = -ANYWAY_MS
        self._times = 0

    def see(self, pixels: Pixels, t_ms: int) -> bool:
        """Take one frame, uint8 (height, width, 3), and its time; return whether it is held up."""
        if 0 <= t_ms - self._looked_ms < LOOK_MS:
            return False
        self._looked_ms = t_ms
        waiting = self._times > 0 and 0 <= t_ms - self._seen_ms < FORGET_MS
        due = not 0 <= t_ms - self._searched_ms < ANYWAY_MS
        if not (self._large_change(pixels) or waiting or due):
            return False
        self._searched_ms = t_ms
        if not self.find(pixels):
            return False
        self._times = self._times + 1 if waiting else 1
        self._seen_ms = t_ms
        return self._times >= HOLD

    def _large_change(self, pixels: Pixels) -> bool:
        rows = np.linspace(0, pixels.shape[0] - 1, SPARSE[0]).astype(np.intp)
        columns = np.linspace(0, pixels.shape[1] - 1, SPARSE[1]).astype(np.intp)
        sparse = pixels[rows[:, None], columns, 1].astype(np.float32)
        if self._reference is None:
            self._reference = sparse
        change = sparse - self._reference
        self._reference += np.float32(BLEND) * change
        return float((np.abs(change) > DIFFERENT).mean()) > CHANGED

    def find(self, pixels: Pixels) -> bool:
        """Return whether it is in this one frame, uint8 (height, width, 3): large, flat, whole."""
        scale = max(1, pixels.shape[0] // HEIGHT_PX)
        reduced = np.ascontiguousarray(pixels[:, :, 1])
        if scale > 1:
            size = (pixels.shape[1] // scale, pixels.shape[0] // scale)
            reduced = np.asarray(cv2.resize(reduced, size, interpolation=cv2.INTER_AREA), np.uint8)
        corners, numbers, _ = self._detector.detectMarkers(reduced)
        if len(corners) != len(SQUARES) or sorted(map(int, np.ravel(numbers))) != sorted(SQUARES):
            return False
        found = [np.asarray(four, np.float32).reshape(4, 2) for four in corners]
        drawn = [_corners(int(n)) for n in np.ravel(numbers)]
        side_px = _side(np.concatenate(drawn), np.concatenate(found))
        return side_px is not None and side_px >= LARGE * reduced.shape[0]


def _side(drawn: Points, found: Points) -> float | None:
    """Return the marker's side in pixels where these corners lie as they do on a plane."""
    plane, _ = cv2.findHomography(drawn, found)
    if np.shape(plane) != (3, 3):
        return None
    edge = np.array([[[0, 0], [WIDTH, 0], [WIDTH, WIDTH], [0, WIDTH]]], np.float32)
    outline = np.asarray(cv2.perspectiveTransform(edge, plane), np.float32)
    side = float(np.sqrt(abs(cv2.contourArea(outline))))
    seen = np.asarray(cv2.perspectiveTransform(drawn[None], plane), np.float32)[0]
    error = float(np.linalg.norm(seen - found, axis=1).max())
    return side if side > 0 and error <= FLAT * side else None


def _corners(number: int) -> Points:
    """Return a square's corners in cells, clockwise from its top left, as they are detected."""
    x, y = places()[number]
    far_x, far_y = x + SQUARE, y + SQUARE
    return np.array([[x, y], [far_x, y], [far_x, far_y], [x, far_y]], np.float32)


def _detector() -> cv2.aruco.ArucoDetector:
    parameters = cv2.aruco.DetectorParameters()
    parameters.errorCorrectionRate = 0.0  # every cell as it was printed, or it is not the marker
    parameters.maxErroneousBitsInBorderRate = 0.1
    parameters.minMarkerPerimeterRate = 0.2
    parameters.adaptiveThreshWinSizeMin = 11
    parameters.adaptiveThreshWinSizeMax = 23
    parameters.adaptiveThreshWinSizeStep = 12
    parameters.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_ARUCO_MIP_36h12)
    return cv2.aruco.ArucoDetector(dictionary, parameters)
