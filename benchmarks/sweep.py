"""What the synthetic crowd is swept over, and one run of it: a part of crowd.py and quality.py."""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import cv2
import numpy as np

from edgekit.frames import Frame, Track
from edgekit.perception.motion import MotionDetector
from edgekit.perception.scene import Scene, SceneStep
from edgekit.perception.stature import Stature
from edgekit.seams.eye import Detector
from edgekit.testing.crowd import CrowdScene, Place, Shot
from edgekit.testing.onlooker import Onlooker
from edgekit.testing.pinhole import EYE_PX, WIDTH, project
from edgekit.testing.throng import FAR_M, NEAR_M, Throng
from edgekit.testing.wardrobe import Wardrobe
from edgekit.testing.weather import Weather

PERSON_M = 1.68
EYES = ("motion, size given", "motion, size learned", "boxes")
SAME = 0.4  # overlap from which on a track is this person's
SHOWS = 0.3  # share of a person from which on somebody could follow it


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """One condition; its defaults are the base from which each axis departs."""

    throng: Throng = field(default_factory=Throng)
    weather: Weather = field(default_factory=Weather)
    place: Place = field(default_factory=Place)
    fps: float = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """One thing that is swept.

    ``base`` is its value in the base condition; ``judged``: whether the node can notice it live.
    """

    name: str
    unit: str
    values: tuple[float, ...]
    base: float
    make: Callable[[float], Setup]
    judged: bool = False
    log: bool = False

    def stated(self, eye: str) -> tuple[float, float]:
        return self.base, self.base


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


def throng(**changes: float) -> Setup:
    return Setup(throng=replace(Throng(), **changes))  # type: ignore[arg-type] -- one is an int


def weather(**changes: float) -> Setup:
    return Setup(weather=replace(Weather(), **changes))


def place(**changes: float) -> Setup:
    return Setup(place=replace(Place(), **changes))


AXES: tuple[Axis, ...] = (
    Axis(
        name="density",
        unit="people/m2",
        values=(0.02, 0.05, 0.1, 0.2, 0.35, 0.6, 1.0, 2.0),
        base=0.1,
        make=lambda x: throng(density_per_m2=x),
        judged=True,
        log=True,
    ),
    Axis(
        name="walking speed",
        unit="m/s",
        values=(0.4, 0.8, 1.3, 2.0, 3.0, 4.0),
        base=1.3,
        make=lambda x: throng(speed_m_s=x),
    ),
    Axis(
        name="frame rate",
        unit="1/s",
        values=(2, 3, 5, 7, 10, 15, 30),
        base=10,
        make=lambda x: Setup(fps=x),
        judged=True,
        log=True,
    ),
    Axis(
        name="walking abreast",
        unit="people",
        values=(1, 2, 3, 4),
        base=1,
        make=lambda x: throng(abreast=int(x)),
    ),
    Axis(
        name="every second stands",
        unit="s",
        values=(0, 5, 15, 30, 60),
        base=0,
        make=lambda x: throng(stand_s=x),
    ),
    Axis(
        name="pillar at the line",
        unit="m wide",
        values=(0, 0.3, 0.6, 1.0, 2.0),
        base=0,
        make=lambda x: place(pillar_m=x),
    ),
    Axis(
        name="shadow, half the light",
        unit="heights long",
        values=(0, 0.5, 1, 2, 3),
        base=0,
        make=lambda x: place(shadow=x),
    ),
    Axis(
        name="shadow, 1.5 heights long",
        unit="of the light",
        values=(0, 0.3, 0.5, 0.6, 0.8),
        base=0,
        make=lambda x: place(shadow=1.5, shadow_dark=x),
    ),
    Axis(
        name="light changes at once",
        unit="times",
        values=(1, 1.1, 1.25, 1.5, 2, 3),
        base=1,
        make=lambda x: weather(light_step=x),
        judged=True,
    ),
    Axis(
        name="light changes slowly",
        unit="%/s",
        values=(0, 5, 10, 20, 40),
        base=0,
        make=lambda x: weather(light_swing=x / 100),
        judged=True,
    ),
    Axis(
        name="camera shake",
        unit="per mille of the width",
        values=(0, 1, 2, 4, 8, 12),
        base=0,
        make=lambda x: weather(shake_px=x * WIDTH / 1000),
        judged=True,
    ),
    Axis(
        name="rain",
        unit="% of the picture",
        values=(0, 0.3, 1, 2, 4, 8, 16),
        base=0,
        make=lambda x: weather(rain=x / 100),
        judged=True,
    ),
    Axis(
        name="noise",
        unit="grey levels",
        values=(2, 5, 8, 12, 16, 20, 30),
        base=2,
        make=lambda x: weather(noise=x),
        judged=True,
    ),
    Axis(
        name="darkness",
        unit="of daylight",
        values=(0.06, 0.1, 0.15, 0.25, 0.5, 1),
        base=1,
        make=lambda x: weather(brightness=x),
        judged=True,
        log=True,
    ),
)


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
        for _, came, went in step.crossings:
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
    shows = np.flatnonzero(shot.inside & (shot.visible >= SHOWS))
    if not seen or not shows.size:
        return []
    own, other = shot.xyxy[shows][:, None, :], np.array([track.xyxy for track in seen])[None]
    size = np.clip(np.minimum(own[..., 2:], other[..., 2:]) - np.maximum(own[..., :2], other[..., :2]), 0, None)
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
    detectors: tuple[Detector, ...] = (
        MotionDetector(size, fps=fps, stature=known_size(size[0])),
        MotionDetector(size, fps=fps),
        onlooker,
    )
    scenes = {
        eye: Scene(
            size=size,
            fps=fps,
            ids=itertools.count(),
            detector=detector,
            lines=[film.scene.line],
            zones=[film.scene.zone],
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
