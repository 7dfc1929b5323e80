"""Judge the view itself: covered, moved or blind. Nothing here has passed the gate.

What is counted through a hand, from a turned camera or in the dark is not a number but a gap. A
state is named only after it has held for seconds, so that a passing bus is not one.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from edgekit.frames import Pixels
from edgekit.records import Health

Gray = NDArray[np.float32]

LOOK_MS = 500
_SIZE = (96, 72)

HOLD_MS: Mapping[Health, int] = {Health.COVERED: 3_000, Health.BLIND: 8_000, Health.MOVED: 8_000}
RECOVER_MS = 2_000
FROZEN_MS = 60_000
REFERENCE_S = 300.0
LEARN_LOOKS = 10

UNIFORM = 6.0
"""Standard deviation in grey levels: below it a lens cap, a hand or fog on the dome, unless the
picture still has the reference's edges."""

DARK, BRIGHT, CLIPPED = 16, 250, 0.9
"""Grey levels at which nothing is seen, and the share of the picture that makes it blind."""

BLURRED = 0.35
"""Sharpness over the reference's: below it the picture is out of focus."""

SAME, ALIEN = 0.6, 0.35
"""Correlation of edges with the reference: from SAME up the same view, below ALIEN another."""

SHIFTED_PX, SURE_PEAK = 2.5, 0.2
"""Shift in pixels of the reduced picture (2.6 % of the width) and peak of the phase correlation."""


@dataclass(frozen=True, slots=True)
class _Look:
    """One glance at the reduced picture."""

    gray: Gray
    edges: Gray
    sharpness: float


class ViewHealth:
    """Watch one view and name what is wrong with it.

    Looks twice a second at 96x72 pixels against a slow reference (five minutes); the reference is
    learned from the first five seconds and stands still while anything seems wrong. A moved view
    stays moved until it is as it was, or until the eye starts anew.
    """

    def __init__(self) -> None:
        self._health = Health.GOOD
        self._suspect = Health.GOOD
        self._since_ms = 0
        self._looked_ms: int | None = None
        self._changed_ms: int | None = None
        self._checksum: int | None = None
        self._reference: _Look | None = None
        self._gray: Gray | None = None
        self._looks = 0
        self._window = cv2.createHanningWindow(_SIZE, cv2.CV_32F)

    @property
    def health(self) -> Health:
        """The state named last."""
        return self._health

    @property
    def look(self) -> Gray | None:
        """Grey levels, float32 (72, 96), of the last frame where it was looked at, else None."""
        return self._gray

    def update(self, pixels: Pixels, t_ms: int) -> Health:
        """Take one frame, uint8 (height, width, 3), and its time; return the state in force."""
        self._gray = None
        if self._looked_ms is not None and 0 <= t_ms - self._looked_ms < LOOK_MS:
            return self._health
        self._looked_ms = t_ms
        frozen = self._frozen(pixels, t_ms)
        look = _look(pixels)
        self._gray = look.gray
        seems = Health.BLIND if frozen else self._judge(look)
        if seems is Health.GOOD:
            self._learn(look)
        return self._hold(seems, t_ms)

    def _frozen(self, pixels: Pixels, t_ms: int) -> bool:
        # Sensor noise alone changes a live picture; a decoder that hangs repeats it to the bit.
        checksum = hash(pixels[::7, ::7].tobytes())
        if checksum != self._checksum or self._changed_ms is None:
            self._checksum, self._changed_ms = checksum, t_ms
        self._changed_ms = min(self._changed_ms, t_ms)
        return t_ms - self._changed_ms >= FROZEN_MS

    def _judge(self, look: _Look) -> Health:
        likeness = 0.0
        reference = self._reference
        if reference is not None:
            likeness = _correlation(look.edges, reference.edges)
        if float(look.gray.std()) < UNIFORM and likeness < SAME:
            white = float((look.gray >= BRIGHT).mean()) > CLIPPED
            return Health.BLIND if white else Health.COVERED
        if float(((look.gray <= DARK) | (look.gray >= BRIGHT)).mean()) > CLIPPED:
            return Health.BLIND
        if reference is None or self._looks < LEARN_LOOKS:
            return Health.GOOD
        if look.sharpness < BLURRED * reference.sharpness:
            return Health.BLIND
        return Health.MOVED if self._moved(look, reference, likeness) else Health.GOOD

    def _moved(self, look: _Look, reference: _Look, likeness: float) -> bool:
        if likeness >= SAME:
            return False
        # Once named, only the old view itself takes it back.
        if likeness < ALIEN or self._health is Health.MOVED:
            return True
        # Copies: OpenCV applies the window to its arguments in place.
        (dx, dy), peak = cv2.phaseCorrelate(reference.edges.copy(), look.edges.copy(), self._window)
        return max(abs(dx), abs(dy)) >= SHIFTED_PX and peak >= SURE_PEAK

    def _learn(self, look: _Look) -> None:
        self._looks += 1
        old = self._reference
        if old is None:
            self._reference = look
            return
        rate = max(1.0 / self._looks, LOOK_MS / 1000.0 / REFERENCE_S)
        self._reference = _Look(
            gray=old.gray,
            edges=old.edges + np.float32(rate) * (look.edges - old.edges),
            sharpness=old.sharpness + rate * (look.sharpness - old.sharpness),
        )

    def _hold(self, seems: Health, t_ms: int) -> Health:
        if seems is not self._suspect:
            self._suspect, self._since_ms = seems, t_ms
        # A clock that is set back must not hold a state for as long as it was set back.
        self._since_ms = min(self._since_ms, t_ms)
        held_ms = t_ms - self._since_ms
        if held_ms >= HOLD_MS.get(seems, RECOVER_MS):
            self._health = seems
        return self._health


def _look(pixels: Pixels) -> _Look:
    # Nearest first: half a megapixel need not be averaged to see whether the lens is covered.
    step_y, step_x = max(1, pixels.shape[0] // 288), max(1, pixels.shape[1] // 384)
    small = cv2.resize(
        np.ascontiguousarray(pixels[::step_y, ::step_x]), _SIZE, interpolation=cv2.INTER_AREA
    )
    gray = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY).astype(np.float32)
    dx = cv2.Sobel(gray, cv2.CV_32F, 1, 0)
    dy = cv2.Sobel(gray, cv2.CV_32F, 0, 1)
    edges = np.sqrt(np.asarray(cv2.magnitude(dx, dy), np.float32))
    return _Look(
        gray=np.asarray(gray, np.float32), edges=edges, sharpness=_sharpness(pixels, gray.std())
    )


def _sharpness(pixels: Pixels, contrast: float) -> float:
    """The steepest steps between neighbours, in rows of the full picture, over its contrast."""
    rows = pixels[:: max(1, pixels.shape[0] // 32), :, 1].astype(np.int16)
    steps = np.abs(np.diff(rows, axis=1))
    if not steps.size:
        return 0.0
    typical, steepest = np.percentile(steps, (50, 99.5))
    # Sensor noise is everywhere, edges are not: four medians of it are taken off.
    return max(0.0, float(steepest - 4 * typical)) / max(1.0, float(contrast))


def _correlation(a: Gray, b: Gray) -> float:
    x, y = a - a.mean(), b - b.mean()
    scale = float(np.sqrt((x * x).sum() * (y * y).sum()))
    return float((x * y).sum()) / scale if scale > 0 else 0.0
