"""A detector fake that knows the truth and tells it as a network would: with gaps and errors.

    onlooker = Onlooker(seed=1)
    onlooker.shot = scene.shot(t_s)
    scene.step(frame)

With it a curve shows where tracker and counters end, whatever finds the people.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import SensorError
from edgekit.frames import Detections, Frame
from edgekit.testing.crowd import Shot


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaws:
    """How a network errs.

    The defaults are near what NanoDet does on PETS 2009 S2.L1 (recall 0.83, precision 0.94).

    Attributes:
        hidden, clear: share of a silhouette below which nobody is found, and from which on
            somebody is found with ``recall``; in between it rises evenly.
        recall: share of clearly visible people found in a frame.
        jitter: standard deviation of each edge, in heights and widths of the box.
        merged: intersection over union above which of two boxes only the surer one stays.
        ghosts: boxes in each frame where nobody is, on average.
    """

    hidden: float = 0.2
    clear: float = 0.6
    recall: float = 0.95
    jitter: float = 0.03
    merged: float = 0.5
    ghosts: float = 0.05


CHUNK_MS = 250
"""Half of all misses last so long: a network that overlooks somebody does so again."""


class Onlooker:
    """A `Detector` of who is in the ``shot`` that was given last.

    Args:
        seed: of everything it gets wrong.
        flaws: how much that is.

    Raises SensorError from ``detect`` where no shot was given.
    """

    def __init__(self, *, seed: int, flaws: Flaws | None = None) -> None:
        self.shot: Shot | None = None
        self._seed = seed
        self._flaws = flaws or Flaws()

    def detect(self, frame: Frame) -> Detections:
        """Return boxes of people, surest first."""
        if self.shot is None:
            raise SensorError("an onlooker without a shot", hint="set onlooker.shot first")
        rng = np.random.default_rng((self._seed, frame.index))
        found = self._found(rng, self.shot, frame.t_ms)
        true = self.shot.xyxy[found]
        sizes = np.tile(true[:, 2:] - true[:, :2], 2)
        near = true + rng.normal(0, self._flaws.jitter, true.shape) * sizes
        sure = 0.35 + 0.5 * self.shot.visible[found] + rng.normal(0, 0.08, len(near))
        ghosts = self._ghosts(rng, frame.size)
        boxes = np.concatenate((near, ghosts)).astype(np.float32)
        sure = np.concatenate((sure, rng.uniform(0.2, 0.6, len(ghosts))))
        kept = _distinct(boxes, sure, self._flaws.merged)
        confidence = np.clip(sure[kept], 0.05, 0.99).astype(np.float32)
        return Detections.of(boxes[kept], confidence)

    def _found(self, rng: np.random.Generator, shot: Shot, t_ms: int) -> NDArray[np.bool_]:
        flaws = self._flaws
        shows = (shot.visible - flaws.hidden) / (flaws.clear - flaws.hidden)
        chance = np.sqrt(flaws.recall * np.clip(shows, 0, 1))
        lasting = _unit(shot.number, self._seed, t_ms // CHUNK_MS)
        found: NDArray[np.bool_] = (rng.random(len(chance)) < chance) & (lasting < chance)
        return found

    def _ghosts(self, rng: np.random.Generator, size: tuple[int, int]) -> NDArray[np.float64]:
        count = int(rng.poisson(self._flaws.ghosts))
        foot = rng.uniform((0.1, 0.6), (0.9, 0.95), (count, 2)) * size
        high = size[1] / 4
        return np.column_stack(
            (foot[:, 0] - high / 5, foot[:, 1] - high, foot[:, 0] + high / 5, foot[:, 1])
        )


def _unit(number: NDArray[np.int64], seed: int, chunk: int) -> NDArray[np.float64]:
    """A fixed random number 0..1 for each person and while: splitmix64 (Steele et al. 2014)."""
    start = (seed * 0x9E3779B97F4A7C15 + chunk * 0xD1B54A32D192ED03) % 2**64
    z = number.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(start)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    result: NDArray[np.float64] = (z ^ (z >> np.uint64(31))).astype(np.float64) / 2**64
    return result


def _distinct(
    boxes: NDArray[np.float32], sure: NDArray[np.float64], merged: float
) -> NDArray[np.int64]:
    """Return what a network's own non-maximum suppression leaves, surest first."""
    left, top, right, low = boxes.T
    area = (right - left) * (low - top)
    wide = np.minimum(right[:, None], right) - np.maximum(left[:, None], left)
    high = np.minimum(low[:, None], low) - np.maximum(top[:, None], top)
    shared = np.clip(wide, 0, None) * np.clip(high, 0, None)
    overlap = shared / np.maximum(area[:, None] + area - shared, 1e-6)
    kept: list[int] = []
    for index in np.argsort(-sure, kind="stable").tolist():
        if not kept or float(overlap[index, kept].max()) <= merged:
            kept.append(index)
    return np.array(kept, np.int64)
