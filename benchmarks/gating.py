"""What an empty street costs when a network looks: CPU of an idle scene over a busy one.

    python benchmarks/gating.py --data DIR [--models DIR] [--quick]

Idle is a picture of a real clip, or of the rendered plaza, that stands still but for sensor noise;
busy is the clip or the plaza itself. The same detector sees both in turns, so that a busy machine
slows both alike. Models are known by their hash; without one nothing can be claimed.
"""

import itertools
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from labels import find
from occupancy import Clip, models, with_models
from report import Claim, arguments, finish

from edgekit.frames import Frame
from edgekit.models.catalog import load_catalog
from edgekit.models.store import ModelStore
from edgekit.node.sensing.detector import model_detector
from edgekit.perception.scene import Scene
from edgekit.testing.plaza import Plaza

FPS = 15
BLOCK = 30
NOISE = 2.0
TARGET = "<= 15"


def plaza(count: int, *, people: bool) -> list[Frame]:
    scene = Plaza(seed=7, seconds=120, start_empty_s=0.0 if people else 120)
    return [
        Frame(scene.render(8 + index / FPS), round(index * 1000 / FPS), index)
        for index in range(count)
    ]


def still(frame: Frame, count: int) -> list[Frame]:
    """The same picture again and again, with noise of its own each time."""
    noise = np.random.default_rng(0).normal(0, NOISE, (7, *frame.pixels.shape))
    return [
        Frame(
            np.clip(frame.pixels + noise[index % 7], 0, 255).astype(np.uint8),
            round(index * 1000 / FPS),
            index,
        )
        for index in range(count)
    ]


def scene(size: tuple[int, int], store: ModelStore, name: str) -> Scene:
    detector = model_detector(Clip(size, FPS), store, name)
    return Scene(size=size, fps=FPS, ids=itertools.count(), detector=detector)


def cost(idle: list[Frame], busy: list[Frame], store: ModelStore, name: str) -> tuple[float, float]:
    """CPU milliseconds a frame of the idle and of the busy scene, in turns."""
    spent = [0.0, 0.0]
    scenes = [scene(frames[0].size, store, name) for frames in (idle, busy)]
    for start in range(0, min(len(idle), len(busy)), BLOCK):
        for turn, frames in enumerate((idle, busy)):
            began = time.thread_time()
            for frame in frames[start : start + BLOCK]:
                scenes[turn].step(frame)
            if start:  # the first block learns the background
                spent[turn] += time.thread_time() - began
    count = min(len(idle), len(busy)) - BLOCK
    return 1000 * spent[0] / count, 1000 * spent[1] / count


def scenes_of(data: Path, count: int) -> Iterator[tuple[str, list[Frame], list[Frame]]]:
    yield "rendered plaza", plaza(count, people=False), plaza(count, people=True)
    for labels in find(data):
        if labels.boxes:
            busy = [
                Frame(frame.pixels, round(index * 1000 / FPS), index)
                for index, frame in enumerate(labels.frames(count))
            ]
            if len(busy) > 2 * BLOCK:
                yield labels.clip.name, still(busy[0], len(busy)), busy


def main() -> None:
    parser = with_models(arguments("CPU of an idle scene over a busy one, with a network."))
    args = parser.parse_args()
    cv2.setNumThreads(1)
    count = (5 if args.quick else 15) * BLOCK
    claims = []
    with tempfile.TemporaryDirectory() as folder:
        store = ModelStore(Path(folder), load_catalog())
        names = models(args.models, store)[: 1 if args.quick else None]
        for what, idle, busy in scenes_of(args.data, count):
            for name in names:
                idle_ms, busy_ms = cost(idle, busy, store, name)
                each = f"{idle_ms:.1f} / {busy_ms:.1f} ms"
                claims.append(
                    Claim(
                        claim=f"{what}, {name}: CPU idle over busy ({each})",
                        value=100 * idle_ms / busy_ms,
                        unit="%",
                        target=TARGET,
                    )
                )
    finish("gating", claims)


if __name__ == "__main__":
    main()
