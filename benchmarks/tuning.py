"""Choose the thresholds of people in view on the first half of labelled frames; report the second.

    python benchmarks/tuning.py --data DIR [--models DIR]

Every combination of a grid is tried: two thresholds of each model, and the four values of `InView`,
which all detectors share. Chosen is the least sum of the detectors' errors on the first half; among
equals, what is nearest to what edgekit ships. Only then are the second half's labels looked at.
"""

import inspect
import itertools
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from labels import Labels, find
from numpy.typing import NDArray
from occupancy import Clip, models, with_models
from report import Claim, arguments, finish
from tqdm import tqdm

from edgekit.frames import PERSON, VEHICLES, Detections, Frame, Track
from edgekit.models.catalog import load_catalog
from edgekit.models.load import PEOPLE
from edgekit.models.onnx import OnnxModel, import_runtime
from edgekit.models.store import ModelStore
from edgekit.node.sensing.detector import MOTION, motion_detector
from edgekit.perception.gating import GatedDetector
from edgekit.perception.in_view import InView, InViewCounter
from edgekit.perception.tracking import Tracker
from edgekit.seams.eye import Detector

STEPS = (-0.1, -0.05, 0.0, 0.05, 0.1)
LEAST = 0.12
GRID = {
    "followed_ms": (200, 300, 400, 500, 700, 1000),
    "hidden_ms": (300, 500, 800, 1100, 1500, 2000),
    "cut": (0.0, 0.004, 0.01, 0.02, 0.03),
    "leaving": (0.004, 0.02, 0.04, 0.08),
}

Tracks = list[tuple[int, tuple[Track, ...]]]
Errors = NDArray[np.int64]


@dataclass(slots=True)
class Memory:
    """A network that is asked once for each picture, whatever the thresholds."""

    network: Detector
    least: float
    sure: float
    shipped_sure: float
    _found: dict[tuple[int, int, int, int], Detections] = field(default_factory=dict)

    def detect(self, frame: Frame) -> Detections:
        """Return what these thresholds leave of what the network found."""
        # A part of a picture is known by where it lies in its memory and by its size.
        where = frame.pixels.__array_interface__["data"][0]
        key = frame.index, where, *frame.size
        found = self._found.get(key) or self._found.setdefault(key, self.network.detect(frame))
        score = np.interp(found.confidence, (0, 0.5, 1), (0, self.shipped_sure, 1))
        kept = score > self.least
        return Detections(
            xyxy=found.xyxy[kept],
            confidence=np.interp(score[kept], (0, self.sure, 1), (0, 0.5, 1)).astype(np.float32),
            class_id=found.class_id[kept],
        )


def follow(detector: Detector, labels: Labels, frames: list[Frame]) -> Tracks:
    tracker = Tracker(fps=labels.fps, ids=itertools.count())
    tracked = []
    for frame in frames:
        tracks = tracker.update(detector.detect(frame), frame.t_ms)
        tracked.append((frame.t_ms, tuple(one for one in tracks if one.class_id == PERSON)))
    return tracked


def errors_of(tracked: Tracks, rule: InView, labels: Labels) -> Errors:
    counter = InViewCounter(labels.size[0], rule)
    people = [counter.update(tracks, t_ms) for t_ms, tracks in tracked]
    return np.array([people[n - 1] - labels.visible[n].sum() for n in sorted(labels.visible)])


def shipped(reader: type) -> tuple[float, float]:
    """Return a reader's least score of a box, and the score that becomes confidence 0.5."""
    least = inspect.signature(reader).parameters["threshold"].default
    return least, sys.modules[reader.__module__].SURE


def thresholds(least: float, sure: float) -> Iterator[tuple[float, float]]:
    """Yield what is tried for a model, what is shipped first."""
    for a, b in sorted(itertools.product(STEPS, STEPS), key=lambda step: float(np.hypot(*step))):
        if sure + b > least + a:
            yield round(least + a, 3), round(sure + b, 3)


def tracks_of(
    name: str, store: ModelStore, labels: Labels, frames: list[Frame]
) -> dict[tuple[float, float], Tracks]:
    if name == MOTION:
        return {(0.0, 0.0): follow(motion_detector(Clip(labels.size, labels.fps)), labels, frames)}
    reader = PEOPLE[store.catalog[name].decoder]
    import_runtime()
    model = OnnxModel(store.read(name), name=name)
    least, sure = shipped(reader)
    network = reader(model, classes=(PERSON, *VEHICLES), threshold=LEAST)
    memory = Memory(network, least, sure, sure)
    found = {}
    for memory.least, memory.sure in tqdm(list(thresholds(least, sure)), desc=name, disable=None):
        gated = GatedDetector(memory, labels.size, fps=labels.fps)
        found[memory.least, memory.sure] = follow(gated, labels, frames)
    return found


def rules() -> list[InView]:
    """Return every rule of the grid, what is nearest to the shipped one first."""
    own = InView()

    def steps(rule: InView) -> int:
        return sum(
            abs(grid.index(getattr(rule, key)) - grid.index(getattr(own, key)))
            for key, grid in GRID.items()
        )

    made = [
        InView(followed_ms=f, hidden_ms=h, cut=c, leaving=v)
        for f, h, c, v in itertools.product(*GRID.values())
    ]
    return sorted(made, key=steps)


def claims_of(
    labels: Labels, tracked: dict[str, dict[tuple[float, float], Tracks]]
) -> Iterator[Claim]:
    tuned = slice(0, -(-len(labels.visible) // 2))
    held = slice(tuned.stop, None)
    least = np.inf
    for rule in tqdm(rules(), desc="rules", disable=None):
        errors = {
            name: {pair: np.abs(errors_of(one, rule, labels)) for pair, one in pairs.items()}
            for name, pairs in tracked.items()
        }
        best = {
            name: min(pairs, key=lambda pair, pairs=pairs: float(pairs[pair][tuned].mean()))  # type: ignore[misc] -- a default binds the loop's value
            for name, pairs in errors.items()
        }
        total = sum(float(errors[name][pair][tuned].mean()) for name, pair in best.items())
        if total < least - 1e-9:
            least, chosen, picked, told = total, rule, best, errors
    print(f"chosen on the first half: {chosen}, {picked}")
    for name, pair in picked.items():
        for which, part in (("tuned", tuned), ("held", held)):
            one = told[name][pair][part]
            yield Claim(
                claim=f"{labels.clip.name}, {name} {pair}: MAE of the {which} half ({len(one)})",
                value=float(one.mean()),
                unit="people",
                target=None if which == "tuned" else f"<= {1.0 if name == MOTION else 0.5}",
            )


def main() -> None:
    args = with_models(arguments("Tune on one half, report the other.")).parse_args()
    claims: list[Claim] = []
    with tempfile.TemporaryDirectory() as folder:
        store = ModelStore(Path(folder), load_catalog())
        names = [MOTION, *models(args.models, store)]
        for labels in find(args.data):
            if labels.boxes:
                frames = list(labels.frames())
                names = names[:2] if args.quick else names
                found = {name: tracks_of(name, store, labels, frames) for name in names}
                claims += claims_of(labels, found)
    finish("tuning", claims)


if __name__ == "__main__":
    main()
