"""What a camera sees when nobody is there. Nothing here has passed the gate.

The learned picture of the background is the only thing that foreground mode ever shows, so the one
question is what may enter it:

- Each block of pixels votes by time (Boyer and Moore's majority vote): a candidate gains while the
  block looks like it and loses while it does not. It is learned when it is ``learn_ms`` ahead, and
  so is everything near it, as the median of nine samples of that time. Whoever passes or stays for
  less is not in it, and somebody too faint to be noticed is outvoted.
- What is learned stays exactly as it is. There is no running average through which a faint figure
  could seep in. It is replaced only when something else has come ``relearn_ms`` ahead.
- When most of the picture changes at once and stays so, everything is forgotten; with `PATIENT`
  rules it is covered instead, until it is as it was or has been otherwise for twenty hours.

Limits, to be told: who keeps wholly still for that much longer than the place is empty becomes
background: for twenty hours with `PATIENT` rules, for half a minute with the usual ones. So does
who is fainter than ``quiet_levels``, as the mean of a block, and there for more than half of that
time, at that faintness.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from edgekit.errors import ConfigError
from edgekit.frames import Frame, Mask, Pixels
from edgekit.redaction.cover import UNKNOWN_BGR

BLOCK_PX = 4
"""Blocks are judged by their mean, which has a quarter of a pixel's noise."""

SAMPLES = 9

_MEDIAN_OF_9 = (
    *((1, 2), (4, 5), (7, 8), (0, 1), (3, 4), (6, 7), (1, 2), (4, 5), (7, 8), (0, 3)),
    *((5, 8), (4, 7), (3, 6), (1, 4), (2, 5), (4, 7), (4, 2), (6, 4), (4, 2)),
)
"""Exchanges after which number 4 is the median (Paeth, Graphics Gems I, 1990; Devillard 1998)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningRules:
    """When something counts as background.

    Attributes:
        learn_ms: how far ahead of everything else a look must be to be learned, >= 9.
        relearn_ms: how far ahead another look must be to replace what is known.
        quiet_levels: a block's mean that moves by more of 255 levels looks different.
        cover_levels: a block's mean that differs from the background by more is covered.
        margin_share: how far around an undecided block nothing is learned, as a share of the
            picture's height: a standing person's outline moves, the middle of the coat may not.
        gap_ms: time between two frames beyond this is time that nobody watched.
        upset_share: share of the known picture that must differ for everything to be forgotten.
        upset_ms: and for how long; None = nothing is ever forgotten.
    """

    learn_ms: int = 30_000
    relearn_ms: int = 600_000
    quiet_levels: int = 10
    cover_levels: int = 16
    margin_share: float = 0.03
    gap_ms: int = 3_000
    upset_share: float = 0.6
    upset_ms: int | None = 5_000

    def __post_init__(self) -> None:
        if not SAMPLES <= self.learn_ms <= self.relearn_ms or self.quiet_levels < 1:
            raise ConfigError(f"rules that anything would fulfil: {self}")


PATIENT_MS = 20 * 3_600_000
"""More than twice as long as anybody sleeps: of nine samples at most four show a sleeper who is too
faint to be noticed, so that their median does not."""

PATIENT = LearningRules(learn_ms=PATIENT_MS, relearn_ms=PATIENT_MS, upset_ms=None)
"""Of a camera that goes on looking: who sleeps for eight hours, was there when it began, or lies
there through a light that goes off and on, is not learned. Nor is anything else in that time: the
place is covered whole until it was watched for twenty hours, and a moved chair as long."""

_NEIGHBOURS = np.ones((3, 3), np.uint8)


class Background:
    """The learned background of one fixed camera.

    Args:
        size: (width, height) of every frame.
        rules: when something counts as background.
    """

    def __init__(self, size: tuple[int, int], rules: LearningRules | None = None) -> None:
        width, height = size
        self._size = size
        self._rules = rules or LearningRules()
        self._cells = (-(-width // BLOCK_PX), -(-height // BLOCK_PX))
        shape = self._cells[::-1]
        self.picture: Pixels = np.empty((height, width, 3), np.uint8)
        """The background; `UNKNOWN_BGR` where it is not known."""
        self._small: Pixels = np.zeros((*shape, 3), np.uint8)
        self._known = np.zeros(shape, np.uint8)
        self._look: Pixels = np.zeros((*shape, 3), np.uint8)
        self._ahead_ms = np.zeros(shape, np.int32)
        self._count = np.zeros(shape, np.uint8)
        reach = max(1, round(self._rules.margin_share * height / BLOCK_PX))
        self._margin = np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)
        self._samples = [np.zeros((height, width, 3), np.uint8) for _ in range(SAMPLES)]
        self._watched_ms = 0
        self._last_ms: int | None = None
        self._upset_since_ms: int | None = None
        self._frozen = False
        self._forget()

    @property
    def known_share(self) -> float:
        """Share of the picture that is known, 0..1."""
        return float(np.count_nonzero(self._known)) / self._known.size

    @property
    def known(self) -> Mask:
        """Where ``picture`` is known: uint8, shape (height, width), 255 there, 0 elsewhere."""
        return self._enlarge(self._known)

    def update(self, frame: Frame) -> Mask:
        """Learn from a frame; return where it differs from what is known.

        Returns:
            uint8, shape (height, width): 255 where the background is known and the frame shows
            something else, with a margin of a block; 0 elsewhere.
        """
        small = self._shrink(frame.pixels)
        foreign = _differs(small, self._small, self._rules.cover_levels) & (self._known > 0)
        if not self._frozen:
            self._observe(frame, small)
            self._forget_after_upset(foreign, frame.t_ms)
        cells = cv2.dilate(_mask(foreign), _NEIGHBOURS)
        return self._enlarge(np.asarray(cells & self._known, np.uint8))

    def freeze(self) -> None:
        """Learn no more: from now on this only tells what differs."""
        self._frozen = True

    def _observe(self, frame: Frame, small: Pixels) -> None:
        same = self._vote(small, self._passed_ms(frame.t_ms))
        if self._watched_ms >= self._rules.learn_ms / SAMPLES:
            self._watched_ms = 0
            self._sample(frame.pixels, same)
            self._learn()

    def _passed_ms(self, t_ms: int) -> int:
        """Watched time since the last frame."""
        passed = 0 if self._last_ms is None else t_ms - self._last_ms
        self._last_ms = t_ms
        return passed if 0 <= passed <= self._rules.gap_ms else 0

    def _vote(self, small: Pixels, passed_ms: int) -> NDArray[np.bool_]:
        """Count the time for or against each block's candidate; return which ones it is for."""
        same = ~_differs(small, self._look, self._rules.quiet_levels)
        self._watched_ms += passed_ms
        self._ahead_ms += np.where(same, passed_ms, -passed_ms).astype(np.int32)
        # What is known already needs no more of a lead: a change is then noticed in time.
        agreed = (self._known > 0) & ~_differs(self._look, self._small, self._rules.cover_levels)
        most = np.where(agreed | (self._known == 0), self._rules.learn_ms, self._rules.relearn_ms)
        np.minimum(self._ahead_ms, most, out=self._ahead_ms)
        out = (self._ahead_ms < 0) | (~same & (self._ahead_ms == 0))
        self._look[out] = small[out]
        self._ahead_ms[out] = 0
        self._count[out] = 0
        return same

    def _sample(self, pixels: Pixels, same: NDArray[np.bool_]) -> None:
        """Keep blocks that look like their candidates; what moves, or is near it, is not kept."""
        calm = cv2.erode(_mask(same), _NEIGHBOURS)
        slot = np.where(calm > 0, self._count % SAMPLES, SAMPLES)
        for number in np.unique(slot[slot < SAMPLES]):
            cv2.copyTo(pixels, self._enlarge(_mask(slot == number)), self._samples[number])
        self._count += calm > 0
        self._count[self._count == 2 * SAMPLES] = SAMPLES  # 9 to 17: full, next slot by remainder

    def _learn(self) -> None:
        known = self._known > 0
        other = known & _differs(self._look, self._small, self._rules.cover_levels)
        needed = np.where(other, self._rules.relearn_ms, self._rules.learn_ms)
        sure = cv2.erode(_mask(self._ahead_ms >= needed), self._margin) > 0
        fresh = _mask(sure & (self._count >= SAMPLES) & (other | ~known))
        if fresh.any():
            cv2.copyTo(_median(list(self._samples)), self._enlarge(fresh), self.picture)
            self._known |= fresh
            self._small = self._shrink(self.picture)

    def _forget_after_upset(self, foreign: NDArray[np.bool_], t_ms: int) -> None:
        if self._rules.upset_ms is None:
            return
        known = np.count_nonzero(self._known)
        if not known or np.count_nonzero(foreign) < self._rules.upset_share * known:
            self._upset_since_ms = None
        elif self._upset_since_ms is None:
            self._upset_since_ms = t_ms
        elif t_ms - self._upset_since_ms >= self._rules.upset_ms:
            self._forget()

    def _forget(self) -> None:
        self.picture[:] = UNKNOWN_BGR
        self._known[:] = 0
        self._upset_since_ms = None

    def _shrink(self, pixels: Pixels) -> Pixels:
        return np.asarray(cv2.resize(pixels, self._cells, interpolation=cv2.INTER_AREA), np.uint8)

    def _enlarge(self, cells: Mask) -> Mask:
        return np.asarray(cv2.resize(cells, self._size, interpolation=cv2.INTER_NEAREST), np.uint8)


def _mask(where: NDArray[np.bool_]) -> Mask:
    return where.astype(np.uint8) * np.uint8(255)


def _differs(one: Pixels, other: Pixels, levels: int) -> NDArray[np.bool_]:
    """Where two pictures differ by more than so many levels in any channel."""
    apart = cv2.absdiff(one, other)
    largest = np.maximum(np.maximum(apart[:, :, 0], apart[:, :, 1]), apart[:, :, 2])
    return np.asarray(largest > levels, np.bool_)


def _median(nine: list[Pixels]) -> Pixels:
    """The median of nine pictures, pixel by pixel and channel by channel."""
    for low, high in _MEDIAN_OF_9:
        nine[low], nine[high] = (
            np.asarray(cv2.min(nine[low], nine[high]), np.uint8),
            np.asarray(cv2.max(nine[low], nine[high]), np.uint8),
        )
    return nine[4]
