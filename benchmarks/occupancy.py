"""How well people are counted on real video: in view, found, and over lines.

    python benchmarks/occupancy.py --data DIR [--models DIR] [--quick]

DIR holds clips with labels beside them, by form: a CSV with the columns frame, id, x, y, w, h and
visible, and JSON files with a line and its passages in and out. Each detector sees each clip once,
from first to last frame, as a node would: nothing of what comes later is known. The thresholds of
PETS 2009 S2.L1 were chosen on the first half of its labelled frames (tuning.py).
"""

import itertools
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from labels import Labels, find
from numpy.typing import NDArray
from report import Claim, arguments, finish

from edgekit.errors import ModelError
from edgekit.frames import Frame
from edgekit.geometry import Line
from edgekit.models.boxes import overlap
from edgekit.models.catalog import load_catalog
from edgekit.models.store import ModelStore
from edgekit.node.sensing.detector import MOTION, model_detector, motion_detector
from edgekit.perception.scene import Scene
from edgekit.seams.eye import Detector

DEFAULT = "nanodet_2022nov"
SAME = 0.4
MOST_MAE = {MOTION: 1.0}
"""People; a model is held to 0.5."""

WRONG, WRONG_PERCENT = 2, 15


@dataclass(frozen=True, slots=True)
class Clip:
    """As much of a source as a detector needs to know."""

    size: tuple[int, int]
    fps: float
    live: bool = False

    def read(self) -> Frame | None:
        """Return nothing: frames are handed over one by one."""
        return None

    def close(self) -> None:
        """Do nothing."""


@dataclass(slots=True)
class Score:
    """What one detector made of one clip."""

    errors: list[int] = field(default_factory=list)
    hits: int = 0
    false: int = 0
    missed: int = 0
    counted: list[tuple[int, int]] = field(default_factory=list)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.hits / max(1, 2 * self.hits + self.false + self.missed)


def score(labels: Labels, detector: Detector, most: int | None) -> Score:
    result = Score()
    lines = [Line(f"line{n}", p.line.start, p.line.end) for n, p in enumerate(labels.passages)]
    scene = Scene(
        size=labels.size,
        fps=labels.fps,
        ids=itertools.count(),
        detector=detector,
        lines=lines,
    )
    for frame in labels.frames(most):
        step = scene.step(frame)
        truth = labels.boxes.get(frame.index + 1)
        if truth is not None:
            visible = labels.visible[frame.index + 1]
            result.errors.append(step.people - int(visible.sum()))
            _match(step.detections.xyxy, truth, visible, result)
    result.counted = [(line.in_count, line.out_count) for line in scene.lines]
    return result


def _match(
    found: NDArray[np.float32],
    truth: NDArray[np.float32],
    visible: NDArray[np.bool_],
    result: Score,
) -> None:
    """Pair boxes greedily by overlap; who is labelled as hidden is neither missed nor false."""
    shared = np.array([overlap(box, truth) for box in found]).reshape(len(found), len(truth))
    free_found, free_truth = set(range(len(found))), set(range(len(truth)))
    for i, j in np.argwhere(shared >= SAME)[np.argsort(-shared[shared >= SAME])].tolist():
        if i in free_found and j in free_truth:
            free_found.remove(i)
            free_truth.remove(j)
            result.hits += int(visible[j])
    result.false += len(free_found)
    result.missed += sum(bool(visible[j]) for j in free_truth)


def claims_of(name: str, labels: Labels, result: Score) -> Iterator[Claim]:
    what = f"{labels.clip.name}, {name}"
    errors = np.abs(result.errors)
    most = MOST_MAE.get(name, 0.5)
    if len(errors):
        yield Claim(
            claim=f"{what}: people in view, MAE a frame ({len(errors)} frames)",
            value=float(errors.mean()),
            unit="people",
            target=f"<= {most}",
        )
        yield Claim(claim=f"{what}: bias", value=float(np.mean(result.errors)), unit="people")
        tuned = -(-len(errors) // 2)
        for which, half in (("first", errors[:tuned]), ("second", errors[tuned:])):
            yield Claim(
                claim=f"{what}: MAE of the {which} half of the labelled frames",
                value=float(half.mean()) if len(half) else 0.0,
                unit="people",
                target=f"<= {most}" if which == "second" else None,
            )
        yield Claim(claim=f"{what}: detection F1 at IoU {SAME}", value=result.f1, unit="ratio")
    for truth, (came, went) in zip(labels.passages, result.counted, strict=True):
        yield from _crossing(
            f"{what}: {_words(truth.line)}", name, (truth.came, came), (truth.went, went)
        )


def _crossing(
    what: str, name: str, came: tuple[int, int], went: tuple[int, int]
) -> Iterator[Claim]:
    wrong = [abs(counted - true) for true, counted in (came, went)]
    for way, (true, counted), error in zip(("in", "out"), (came, went), wrong, strict=True):
        yield Claim(
            claim=f"{what}, {way}: {counted} of {true}, wrong by",
            value=error,
            unit="people",
            target=None if name == MOTION else f"<= {WRONG}",
        )
    yield Claim(
        claim=f"{what}: crossing error",
        value=100 * sum(wrong) / max(1, came[0] + went[0]),
        unit="%",
        target=f"<= {WRONG_PERCENT}" if name == MOTION else None,
    )


def _words(line: Line) -> str:
    return "line {:.0f},{:.0f},{:.0f},{:.0f}".format(*line.start, *line.end)


def models(folder: Path, store: ModelStore) -> list[str]:
    """Take in every model of people in a folder, known by its hash; the default one first."""
    names = [
        name
        for name, entry in store.catalog.items()
        if "person" in entry.classes and entry.decoder and _taken(name, folder, store)
    ]
    return sorted(names, key=lambda name: name != DEFAULT)


def _taken(name: str, folder: Path, store: ModelStore) -> bool:
    for path in sorted(folder.glob("*.onnx")):
        try:
            store.add(name, path)
        except ModelError:
            continue
        return True
    return False


def with_models(parser: ArgumentParser) -> ArgumentParser:
    """Add ``--models DIR``."""
    parser.add_argument(
        "--models",
        type=Path,
        default=Path(__file__).parents[2] / "shared" / "models",
        metavar="DIR",
        help="folder with model files, known by their hash",
    )
    return parser


def main() -> None:
    parser = with_models(arguments("How well people are counted on real video."))
    args = parser.parse_args()
    claims: list[Claim] = []
    with tempfile.TemporaryDirectory() as folder:
        store = ModelStore(Path(folder), load_catalog())
        names = [MOTION, *models(args.models, store)]
        for labels in find(args.data):
            if not labels.boxes:
                continue
            source = Clip(labels.size, labels.fps)
            for name in names[:2] if args.quick else names:
                detector = (
                    motion_detector(source)
                    if name == MOTION
                    else model_detector(source, store, name)
                )
                result = score(labels, detector, 500 if args.quick else None)
                claims += claims_of(name, labels, result)
    finish("occupancy", claims)


if __name__ == "__main__":
    main()
