"""Judge what the counts of this moment are worth. Nothing here has passed the gate.

Good, degraded or blind, from conditions alone: pictures too rare, too dark, too noisy, a shaking
pole, rain, changing light, a crowd of ten or more too dense to be told apart. Never from who walks
how, nor from fewer than ten people: the word is released, and may say nothing about anybody.
"""

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

import numpy as np

from edgekit.frames import Frame, Track
from edgekit.perception.conditions import Drift, DriftMeter, Grain, GrainMeter
from edgekit.perception.view import LOOK_MS, Gray
from edgekit.records import Health, Quality


class Cause(Enum):
    """Why counts are degraded; stays in the eye."""

    RARE = auto()
    DARK = auto()
    NOISE = auto()
    SWAY = auto()
    SPECKS = auto()
    LIGHT = auto()
    LEARNING = auto()
    CROWD = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Where counting by motion stops being trustworthy; measured by ``benchmarks/crowd.py``.

    Attributes:
        interval_ms: longest time between frames, in which who walks 1.5 m/s goes 0.8 m: beyond it,
            people who pass each other are taken for one another. Fixed, whoever walks now.
        bright: grey level that the brightest quarter of the picture reaches.
        noise: standard deviation in grey levels at 320 pixels of width.
        sway: root mean square between looks, as a share of the width.
        specks: share of the picture.
        light_step, light_rate: logarithm of the change at once, and in a second for three seconds.
        people, near: a crowd is of so many at least, with so many others close to each on average.
    """

    interval_ms: float = 540.0
    bright: float = 33.0
    noise: float = 17.5
    sway: float = 0.0055
    specks: float = 0.016
    light_step: float = 0.26
    light_rate: float = 0.2
    people: int = 10
    near: float = 0.4


MOTION = Limits()
NETWORK = Limits(sway=math.inf, specks=math.inf, light_step=math.inf, light_rate=math.inf, near=2.7)
"""What a detection model needs: it looks at each picture alone, so that much less disturbs it."""

HOLD_MS, ADAPT_MS = 8_000, 8_000
"""Judged over so long; and so long a background needs after the light has changed."""

BAD_SHARE, WELL_SHARE = 0.5, 0.25
"""Share of that time in which one cause makes counts degraded, and below which they are good."""

_GRAIN_MS, _LONGEST_MS = 1_000, 2_000
_GRAINS, _DRIFTS = 4, 10
_RATED, _SURE = 6, 3
_SPECKS_OF_SWAY = 4.0


class QualityJudge:
    """Name what counts are worth, with inertia: a cause has to hold for seconds, and so its end.

    Args:
        limits: `MOTION`, or `NETWORK` where a detection model finds the people.

    Looks as often as `ViewHealth` does, twice a second, at the picture that was reduced there.
    """

    def __init__(self, limits: Limits = MOTION) -> None:
        self._limits = limits
        self._quality = Quality.GOOD
        self._causes: frozenset[Cause] = frozenset()
        self._grain = GrainMeter()
        self._drift = DriftMeter()
        self._grains: deque[Grain] = deque(maxlen=_GRAINS)
        self._drifts: deque[Drift] = deque(maxlen=_DRIFTS)
        self._past: deque[tuple[int, int, frozenset[Cause]]] = deque()
        self._bright = 255.0
        self._last_ms: int | None = None
        self._look_ms = self._grain_ms = 0
        self._rare_ms = 0
        self._adapted_ms = 0

    @property
    def causes(self) -> frozenset[Cause]:
        """Why the quality is not good now; for a local display and for tests."""
        return self._causes

    def update(
        self,
        frame: Frame,
        *,
        look: Gray | None,
        health: Health,
        tracks: Sequence[Track],
        learning: bool,
    ) -> Quality:
        """Take one frame and return the quality in force.

        Args:
            frame: the picture and its time.
            look: the reduced picture where `ViewHealth` has just made one, else None.
            health: what the view is worth; whatever is not good is blind.
            tracks: people in the picture, only counted, and only from ten on.
            learning: whether the detector reports nothing because it learns its background.
        """
        self._time(frame.t_ms)
        if frame.t_ms - self._grain_ms >= _GRAIN_MS:
            self._grain_ms = frame.t_ms
            self._grain.start()
        if self._grain.waiting and (grain := self._grain.take(frame.pixels)) is not None:
            self._grains.append(grain)
        if look is not None:
            self._see(look, frame.t_ms)
            self._judge(self._now(tracks, learning=learning, t_ms=frame.t_ms), frame.t_ms)
        return Quality.BLIND if health is not Health.GOOD else self._quality

    def _time(self, t_ms: int) -> None:
        last_ms = self._last_ms
        self._last_ms = t_ms
        if last_ms is None or t_ms < last_ms:  # the first, or a clock that was set back
            self._past.clear()
            self._look_ms = self._grain_ms = self._adapted_ms = t_ms
            self._rare_ms = 0
        elif t_ms - last_ms > self._limits.interval_ms:
            self._rare_ms += t_ms - last_ms

    def _see(self, look: Gray, t_ms: int) -> None:
        grays = look[::3, ::3].ravel()
        self._bright = float(np.partition(grays, 3 * grays.size // 4)[3 * grays.size // 4])
        drift = self._drift.take(look)
        if drift is None:
            return
        self._drifts.append(drift)
        light = [one.light for one in self._drifts]
        at_once, lately = abs(sum(light[-2:])), abs(sum(light[-_RATED:]))
        rate = lately / (_RATED * LOOK_MS / 1000)
        if at_once > self._limits.light_step or rate > self._limits.light_rate:
            self._adapted_ms = t_ms + ADAPT_MS

    def _now(self, tracks: Sequence[Track], *, learning: bool, t_ms: int) -> frozenset[Cause]:
        limits, past_ms = self._limits, max(1, t_ms - self._look_ms)
        noise = float(np.median([one.noise for one in self._grains])) if self._grains else 0.0
        specks = float(np.mean([one.specks for one in self._grains])) if self._grains else 0.0
        sway = math.sqrt(sum(one.sway**2 for one in self._drifts) / max(1, len(self._drifts)))
        found = {
            Cause.RARE: self._rare_ms > past_ms / 2,
            Cause.DARK: self._bright < limits.bright,
            # Texture that sways past a spot looks like noise.
            Cause.NOISE: noise > limits.noise and sway <= MOTION.sway,
            Cause.SWAY: sway > limits.sway,
            # Nor is an edge that sways over a spot a drop of rain.
            Cause.SPECKS: specks > limits.specks + _SPECKS_OF_SWAY * sway,
            Cause.LIGHT: t_ms < self._adapted_ms,
            Cause.LEARNING: learning,
            Cause.CROWD: _crowding(tracks, limits.people) > limits.near,
        }
        return frozenset(cause for cause, holds in found.items() if holds)

    def _judge(self, now: frozenset[Cause], t_ms: int) -> None:
        self._past.append((t_ms, min(_LONGEST_MS, t_ms - self._look_ms), now))
        self._look_ms, self._rare_ms = t_ms, 0
        while self._past[0][0] <= t_ms - HOLD_MS:
            self._past.popleft()
        held = {
            cause: sum(ms for _, ms, causes in self._past if cause in causes) / HOLD_MS
            for cause in Cause
        }
        least = BAD_SHARE if self._quality is Quality.GOOD else WELL_SHARE
        self._causes = frozenset(cause for cause, share in held.items() if share >= least)
        self._quality = Quality.DEGRADED if self._causes else Quality.GOOD


def _crowding(tracks: Sequence[Track], least: int) -> float:
    """Return how many others are close to each on average; 0 where fewer than ``least`` are there.

    Close is within a width aside and half a height up or down.
    """
    sure = [track.xyxy for track in tracks if track.age_frames >= _SURE]
    boxes = np.array(sure, np.float32).reshape(-1, 4)
    if len(boxes) < least:
        return 0.0
    x, y = (boxes[:, 0] + boxes[:, 2]) / 2, boxes[:, 3]
    wide, high = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    aside = np.abs(x[:, None] - x) < wide[:, None]
    along = np.abs(y[:, None] - y) < high[:, None] / 2
    return float(np.count_nonzero(aside & along)) / len(boxes) - 1.0
