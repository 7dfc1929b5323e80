"""Films of people before a thermal array and a black body, for `fever_door.py`."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parent / "systems"))

from temperature import cameras

from edgekit.testing.warm_face import TO_MOUTH_K, Faults, FeverDoor, Visitor

REAL_FPS = 8.0
Celsius = NDArray[np.floating]


@dataclass(frozen=True, slots=True, kw_only=True)
class Film:
    """One film, who stood there, and how far the points of its array were measured to differ."""

    celsius: Celsius
    visitors: tuple[Visitor, ...]
    uneven_k: float = 0.0
    fps: float = REAL_FPS


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of array: what is wrong with it, its readings a second, what was measured of it."""

    faults: Faults
    fps: float = REAL_FPS
    uneven_k: float = 0.1


People = list[tuple[float, float]]
"""Mouth, and how much warmer the skin is than others' with such a mouth."""


def volunteers(folder: Path) -> People:
    """Return the faces and mouths of a folder's volunteers, in an order of no meaning."""
    people: People = []
    for camera in cameras(folder):
        face = np.nanmean(camera.face, axis=1)
        people += [
            (float(mouth), float(skin - (mouth - TO_MOUTH_K)))
            for skin, mouth in zip(face, camera.mouth, strict=True)
        ]
    np.random.default_rng(11).shuffle(people)
    return people


def still(visitor: Visitor, fps: float) -> slice:
    """Return the readings in which somebody neither comes nor goes."""
    return slice(round((visitor.start_s + 0.8) * fps), round((visitor.end_s - 0.5) * fps))


def made(
    seeds: range, kind: Kind, *, off_k: float = 0.0, people: People | None = None
) -> Iterator[Film]:
    """Yield films of arrays that are off by up to so much, each by another; nobody comes twice."""
    faults, fps = kind.faults, kind.fps
    seen_yet = 0
    for seed in seeds:
        drawn_k = float(np.random.default_rng(seed).uniform(-off_k, off_k))
        own = replace(faults, off_k=faults.off_k + drawn_k)
        door = FeverDoor(seed=seed, seconds=150, fps=fps, warm=0.3, faults=own)
        if people:
            mine = people[seen_yet : seen_yet + len(door.visitors)]
            seen_yet += len(mine)
            if not mine:
                return
            drawn = zip(door.visitors, mine, strict=False)
            seen = tuple(replace(one, mouth_c=c, skin_k=float(k)) for one, (c, k) in drawn)
            door = FeverDoor(seed=seed, seconds=150, fps=fps, visitors=seen, faults=own)
        yield Film(celsius=door.celsius, visitors=door.visitors, uneven_k=kind.uneven_k, fps=fps)


def recordings(folder: Path) -> Iterator[Film]:
    for path in sorted(folder.rglob("*_visitors.npy")):
        heat = path.with_name(path.name.replace("_visitors", ""))
        if heat.is_file():
            rows = np.load(path, allow_pickle=False).tolist()
            yield Film(
                celsius=np.load(heat, allow_pickle=False),
                visitors=tuple(
                    Visitor(start_s=start, stays_s=end - start, mouth_c=mouth)
                    for start, end, mouth in rows
                ),
            )
