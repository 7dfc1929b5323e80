"""One run of one condition: the same film before several eyes; for crowd.py and quality.py."""

import itertools
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import TypeVar

import cv2
import numpy as np
from axes import Setup
from tqdm import tqdm

from edgekit.frames import Frame, Track
from edgekit.perception.motion import MotionDetector
from edgekit.perception.scene import Scene, SceneStep
from edgekit.perception.stature import Stature
from edgekit.testing.crowd import CrowdScene, Shot
from edgekit.testing.onlooker import Onlooker
from edgekit.testing.pinhole import EYE_PX, WIDTH, project
from edgekit.testing.throng import FAR_M, NEAR_M
from edgekit.testing.wardrobe import Wardrobe

Task = TypeVar("Task")
Result = TypeVar("Result")

PERSON_M = 1.68
EYES = ("motion, size given", "motion, size learned", "boxes")
SAME = 0.4  # overlap from which on a track is this person's
SHOWS = 0.3  # share of a person from which on somebody could follow it


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What one eye made of one run."""

    mae: float
    bias: float
    crossed: tuple[int, int]
    switches: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of one condition: the truth, and what each eye counted."""

    people: float
    crossings: tuple[int, int]
    person_s: float
    counts: Mapping[str, Count]


def known_size(width: int) -> Stature:
    """The size of people as a calibration would give it."""
    near, far = (
        (project(0, far_m)[1] * width / WIDTH, PERSON_M * EYE_PX / far_m * width / WIDTH)
        for far_m in (NEAR_M, FAR_M)
    )
    return Stature.through(near, far)


class Film:
    """One condition and seed, played frame by frame, with its truth.

    Args:
        measured_s: how long is scored, after the pavement has filled.
    """

    def __init__(self, setup: Setup, *, seed: int, measured_s: float, wardrobe: Wardrobe) -> None:
        self.setup = setup
        self.from_s = setup.throng.fill_s
        self.until_s = self.from_s + measured_s
        self.scene = CrowdScene(
            seed=seed,
            seconds=self.until_s,
            throng=setup.throng,
            weather=setup.weather,
            place=setup.place,
            wardrobe=wardrobe,
        )

    @property
    def frames(self) -> int:
        return round(self.until_s * self.setup.fps)

    def at(self, index: int) -> tuple[Shot, Frame]:
        t_s = index / self.setup.fps
        shot = self.scene.shot(t_s)
        return shot, Frame(shot.pixels, round(1000 * t_s), index)

    def is_scored(self, index: int) -> bool:
        return index / self.setup.fps >= self.from_s

    def crossings(self) -> tuple[int, int]:
        """True passages that a counter, which needs to see them completed, can tell in time."""
        late_s = 0.15 + 0.2 / self.setup.throng.speed_m_s
        before = self.scene.people.crossings(self.from_s - late_s)
        after = self.scene.people.crossings(self.until_s - late_s)
        return after[0] - before[0], after[1] - before[1]


class Tally:
    """Adds up what one eye says against the truth."""

    def __init__(self) -> None:
        self.off: list[int] = []
        self.crossed = [0, 0]
        self.switches = 0
        self._last: dict[int, int] = {}

    def add(self, step: SceneStep, shot: Shot) -> None:
        self.off.append(step.people - shot.people)
        for _, _, came, went in step.crossings:
            self.crossed[0] += came
            self.crossed[1] += went
        for number, track in _matched(step.tracks, shot):
            self.switches += self._last.get(number, track) != track
            self._last[number] = track

    def count(self) -> Count:
        off = np.array(self.off)
        return Count(
            mae=float(np.abs(off).mean()),
            bias=float(off.mean()),
            crossed=(self.crossed[0], self.crossed[1]),
            switches=self.switches,
        )


def _matched(tracks: tuple[Track, ...], shot: Shot) -> list[tuple[int, int]]:
    """Pair each person that shows with the track that lies over it best."""
    seen = [track for track in tracks if track.seen]
    shows = np.flatnonzero(shot.whole & (shot.visible >= SHOWS))
    if not seen or not shows.size:
        return []
    own, other = shot.xyxy[shows][:, None, :], np.array([track.xyxy for track in seen])[None]
    size = np.clip(
        np.minimum(own[..., 2:], other[..., 2:]) - np.maximum(own[..., :2], other[..., :2]), 0, None
    )
    shared = size.prod(axis=2)
    areas = [(box[..., 2:] - box[..., :2]).prod(axis=2) for box in (own, other)]
    overlap = shared / np.maximum(areas[0] + areas[1] - shared, 1e-6)
    best = overlap.argmax(axis=1)
    return [
        (int(shot.number[person]), seen[column].tracker_id)
        for row, (person, column) in enumerate(zip(shows.tolist(), best.tolist(), strict=True))
        if overlap[row, column] >= SAME
    ]


def play(setup: Setup, *, seed: int, measured_s: float, wardrobe: Wardrobe) -> Run:
    """Show one film to every eye and return what each counted."""
    cv2.setNumThreads(1)
    film = Film(setup, seed=seed, measured_s=measured_s, wardrobe=wardrobe)
    size, fps = film.scene.size, setup.fps
    onlooker = Onlooker(seed=seed)
    given = MotionDetector(size, fps=fps, stature=known_size(size[0]))
    detectors = (given, MotionDetector(size, fps=fps), onlooker)
    scenes = {
        eye: Scene(
            size=size, fps=fps, ids=itertools.count(), detector=detector, lines=[film.scene.line]
        )
        for eye, detector in zip(EYES, detectors, strict=True)
    }
    tallies = {eye: Tally() for eye in EYES}
    people = []
    for index in range(film.frames):
        shot, frame = film.at(index)
        onlooker.shot = shot
        for eye, scene in scenes.items():
            step = scene.step(frame)
            if film.is_scored(index):
                tallies[eye].add(step, shot)
        if film.is_scored(index):
            people.append(shot.people)
    return Run(
        people=float(np.mean(people)),
        crossings=film.crossings(),
        person_s=sum(people) / fps,
        counts={eye: tally.count() for eye, tally in tallies.items()},
    )


def spread(call: Callable[[Task], Result], tasks: Sequence[Task], *, jobs: int) -> list[Result]:
    """Return what the call gives for each task, in their order, whoever finishes first."""
    watched = {"total": len(tasks), "file": sys.stderr, "disable": not sys.stderr.isatty()}
    if jobs == 1:
        return list(tqdm(map(call, tasks), **watched))
    # Spawned, not forked: OpenCV's threads do not survive a fork.
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        return list(tqdm(pool.map(call, tasks), **watched))
