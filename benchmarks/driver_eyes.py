"""Blinks and shut eyes of a drawn driver, by the whole way: pixels, points, ratio, decision.

    python benchmarks/driver_eyes.py --data DIR [--quick]

Films of a drawn face (`edgekit.testing.driver`) whose eyes blink at times and by ratios that are
known, which moves and turns a little as a head does, at 10, 15 and 30 frames a second and with noise.
The model of landmarks finds coloured dots (`edgekit.models.marks`): what is measured is all that
comes behind one, not how good one is on faces. Blinks are counted as the system counts them, against
those drawn; a blink counts as found where one ends within 0.4 s of it. Peer: the fixed threshold of
Soukupova and Cech (a ratio below 0.2 in two frames or more) on the same points of the same films.

Under DIR, pictures of faces (a ``labels.json`` of boxes beside a folder of pictures) and models of
faces and of landmarks (``face_landmark``, as `edgekit models get` stores it) are looked for. Where
both are there, the real model's points are laid on real eyes, and it is told how many could be
measured. No picture there says how open an eye is: nothing more can be said of them.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parent))

import tomllib

from report import Claim, Peer, arguments, finish

from edgekit.frames import Detections, Frame
from edgekit.models.catalog import load_catalog
from edgekit.models.form import read_form
from edgekit.models.landmarks import LandmarkModel, Landmarks
from edgekit.models.marks import marks
from edgekit.models.onnx import OnnxModel
from edgekit.models.tflite import with_onnx
from edgekit.node.driver import LEAST_PRESENCE, DriverWatch
from edgekit.systems.drowsiness_blinks import eye_aspect_ratio
from edgekit.systems.drowsiness_eyes import look_at
from edgekit.systems.drowsiness_state import Settings
from edgekit.testing.driver import FORM, SIDE, Pose, colours, draw

SIZE = (320, 240)
LEARN_S, FILM_S = 62, 120
OPEN, SHUT = 0.30, 0.12
NEAR_MS = 400
FIXED = 0.2
RATES, NOISES = (10, 15, 30), (0.0, 4.0, 10.0)
SHUT_FOR_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Film:
    """A driver: blinks as (begin, shut, open again), in ms; how far the head turns; shut spells."""

    blinks: tuple[tuple[float, float, float, float], ...]
    fps: int
    noise: float = 0.0
    yaw_deg: float = 8.0
    glasses: bool = False
    seed: int = 0

    def ear(self, t_ms: float) -> float:
        """Return how open the eyes are: closing fast, opening slower (Schiffman 1990)."""
        share = 1.0
        for begin, shut, opens, end in self.blinks:
            if begin <= t_ms <= end:
                share = float(np.interp(t_ms, (begin, shut, opens, end), (1, 0, 0, 1)))
        return SHUT + share * (OPEN - SHUT)


def film(
    seed: int, *, seconds: float, fps: int, shut_at_s: float | None = None, **more: float
) -> Film:
    """Blinks of a person awake: 2 to 7 s apart, 150 to 400 ms long."""
    dice = np.random.default_rng(seed)
    blinks, at = [], 1500.0
    while at < 1000 * seconds - 1000:
        closing, still, opening = dice.uniform(50, 90), dice.uniform(20, 120), dice.uniform(80, 190)
        blinks.append((at, at + closing, at + closing + still, at + closing + still + opening))
        at = blinks[-1][3] + dice.uniform(2000, 7000)
    if shut_at_s is not None:
        begin, end = 1000 * shut_at_s, 1000 * (shut_at_s + SHUT_FOR_S)
        blinks = [one for one in blinks if one[3] < begin - 500 or one[0] > end + 900]
        blinks.append((begin - 100, begin, end, end + 200))
    return Film(blinks=tuple(blinks), fps=fps, seed=seed, **more)  # type: ignore[arg-type]  -- numbers of the film


def frames(one: Film, seconds: float) -> Iterator[Frame]:
    """Draw them, at times that a camera keeps to some milliseconds."""
    dice = np.random.default_rng(one.seed + 1000)
    for index in range(int(seconds * one.fps)):
        t_ms = round(1000 * index / one.fps + dice.uniform(0, 4))
        turn = np.sin(t_ms / 4700)
        pose = Pose(
            ear=one.ear(t_ms),
            yaw_deg=one.yaw_deg * float(turn),
            centre=(0.5 + 0.04 * float(np.sin(t_ms / 3100)), 0.5 + 0.02 * float(turn)),
            height=0.75 + 0.03 * float(np.sin(t_ms / 6100)),
            glasses=one.glasses,
        )
        yield Frame(draw(pose, size=SIZE, dice=dice, noise=one.noise), t_ms, index)


class KnownFace:
    """A detector for drawn faces: where the head is, off by two pixels, as real ones are."""

    def __init__(self, seed: int) -> None:
        self._dice = np.random.default_rng(seed)

    def detect(self, frame: Frame) -> Detections:
        skin = np.all(np.abs(frame.pixels.astype(int) - (150, 180, 225)) < 30, axis=2)
        rows, columns = np.nonzero(skin)
        box = [columns.min(), rows.min(), columns.max(), rows.max()]
        return Detections.of(np.array([box + self._dice.normal(0, 2, 4)], np.float32))


class Kept:
    """Keeps the ratio that the points of each frame give, for the peer."""

    def __init__(self, finder: LandmarkModel) -> None:
        self._finder = finder
        self.ears: list[float] = []

    def find(self, frame: Frame, box: NDArray[np.float32]) -> Landmarks:
        found = self._finder.find(frame, box)
        eyes = [
            [(float(x), float(y)) for x, y in found.points[part]]
            for part in (slice(6), slice(6, 12))
        ]
        self.ears.append(sum(map(eye_aspect_ratio, eyes)) / 2)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Blinks drawn after the first minute, found, and made up; what else was told."""

    drawn: int
    found: int
    false: int
    fixed_found: int
    fixed_false: int
    told: tuple[str, ...]


def run(one: Film, seconds: float) -> Result:
    finder = Kept(
        LandmarkModel(
            OnnxModel(marks(colours(), side=SIDE), name="dots"), read_form(tomllib.loads(FORM))
        )
    )
    watch = DriverWatch(KnownFace(one.seed), finder, range(13), Settings())
    seen, fixed, told, times = [], [], [], []
    count, low = 0, 0
    for frame in frames(one, seconds):
        told += [decision.what for decision in watch.see(frame)]
        times.append(frame.t_ms)
        if watch.state.watch.blinks > count:
            seen.append(frame.t_ms)
        count = watch.state.watch.blinks
        low = low + 1 if finder.ears[-1] < FIXED else _ended(low, frame.t_ms, fixed)
    from_ms = 1000 * LEARN_S
    ends = [blink[3] for blink in one.blinks if blink[0] > from_ms]
    found, false = _matched(ends, [t for t in seen if t > from_ms])
    fixed_found, fixed_false = _matched(ends, [t for t in fixed if t > from_ms])
    return Result(
        drawn=len(ends),
        found=found,
        false=false,
        fixed_found=fixed_found,
        fixed_false=fixed_false,
        told=tuple(told),
    )


def _ended(low: int, t_ms: int, fixed: list[int]) -> int:
    if low >= 2:  # noqa: PLR2004 -- frames, as the rule has it
        fixed.append(t_ms)
    return 0


def _matched(ends: Sequence[float], told: Sequence[int]) -> tuple[int, int]:
    """Return how many were found, and how many told were none; each is used once."""
    left = list(told)
    found = 0
    for end in ends:
        near = [t for t in left if abs(t - end) <= NEAR_MS]
        if near:
            left.remove(min(near, key=lambda t: abs(t - end)))
            found += 1
    return found, len(left)


def blinks(quick: bool) -> Iterator[Claim]:
    seconds = LEARN_S + (40 if quick else FILM_S)
    seeds = range(1 if quick else 2)
    for fps in RATES:
        for noise in NOISES[:2] if quick else NOISES:
            rows = [
                run(film(seed, seconds=seconds, fps=fps, noise=noise), seconds) for seed in seeds
            ]
            drawn = sum(row.drawn for row in rows)
            minutes = len(rows) * (seconds - LEARN_S) / 60
            what = f"{fps} frames/s, noise {noise:g}, head turned up to 8 degrees"
            found = 100 * sum(row.found for row in rows) / drawn
            fixed = 100 * sum(row.fixed_found for row in rows) / drawn
            yield Claim(
                claim=f"{what}: blinks found of {drawn}",
                value=round(found, 1),
                unit="%",
                target=">= 95" if fps >= 15 else None,
                peer=Peer(name="ratio below 0.2 in two frames", value=round(fixed, 1)),
            )
            yield Claim(
                claim=f"{what}: blinks made up",
                value=round(sum(row.false for row in rows) / minutes, 2),
                unit="1/min",
                target="<= 0.5",
                peer=Peer(
                    name="ratio below 0.2 in two frames",
                    value=round(sum(row.fixed_false for row in rows) / minutes, 2),
                ),
            )
            alarms = sum(
                what in ("microsleep", "perclos", "drowsy") for row in rows for what in row.told
            )
            yield Claim(
                claim=f"{what}: alarms of a driver who only blinks",
                value=alarms,
                unit="alarms",
                target="<= 0",
            )


def spells(quick: bool) -> Iterator[Claim]:
    seconds = LEARN_S + 30
    for fps in RATES[1:2] if quick else RATES:
        rows = [
            run(film(seed, seconds=seconds, fps=fps, shut_at_s=LEARN_S + 15, noise=4.0), seconds)
            for seed in range(1 if quick else 4)
        ]
        alarmed = sum("microsleep" in row.told for row in rows)
        yield Claim(
            claim=f"{fps} frames/s: eyes shut for 2 s, alarmed of {len(rows)}",
            value=100 * alarmed / len(rows),
            unit="%",
            target=">= 100",
        )
    slow = run(film(7, seconds=70, fps=8), 70)
    yield Claim(
        claim="8 frames/s: told as not watching, and nothing else",
        value=float("not_watching" in slow.told and "learned.eye" not in slow.told),
        unit="yes",
        target=">= 1",
    )
    for what, more, begin in (
        ("turned by 45 degrees", {"yaw_deg": 45.0}, "not_watching"),
        ("sunglasses", {"glasses": True}, "not_watching"),
    ):
        row = run(film(9, seconds=70, fps=15, **more), 70)
        alarms = [one for one in row.told if one in ("microsleep", "perclos", "drowsy")]
        yield Claim(
            claim=f"{what}: told as not watching, no alarm",
            value=float(begin in row.told and not alarms),
            unit="yes",
            target=">= 1",
        )


def real(folder: Path) -> Iterator[Claim]:
    """Lay the points of the real model on real eyes."""
    catalog = load_catalog()
    sizes = {catalog[name].bytes: name for name in ("face_landmark", "yunet_n_dynamic")}
    places = (folder, folder.parent / "models", Path.home() / ".local/share/edgekit/models")
    files = {
        sizes[path.stat().st_size]: path
        for place in places
        if place.is_dir()
        for path in place.rglob("*.onnx")
        if path.stat().st_size in sizes
    }
    labels = [path for path in folder.rglob("labels.json") if (path.parent / "images").is_dir()]
    if len(files) < len(sizes) or not labels:
        print(
            "no face_landmark (edgekit models get face_landmark), YuNet or labelled faces: left out",
            file=sys.stderr,
        )
        return
    form = catalog["face_landmark"].form
    assert form is not None
    marks_of = LandmarkModel(
        OnnxModel(with_onnx(files["face_landmark"].read_bytes()), name="mesh"), form
    )
    ears, whys = [], 0
    for path in labels:
        for name, label in json.loads(path.read_text()).items():
            picture = cv2.imread(str(path.parent / "images" / name))
            for box in label["faces"]:
                corners = np.array(box["box"], np.float32)
                if picture is None or max(corners[2:] - corners[:2]) < 80:  # noqa: PLR2004 -- eyes of 12 px
                    continue
                found = marks_of.find(Frame(picture.copy(), 0, 0), corners)
                look = look_at(found.points[list(form.used)])
                measured = found.presence >= LEAST_PRESENCE and look.ear is not None
                whys += not measured
                ears += [look.ear] if measured and look.ear is not None else []
    if ears:
        low, middle, high = np.quantile(ears, (0.1, 0.5, 0.9))
        yield Claim(
            claim=f"real faces of 80 px or more, measured of {len(ears) + whys}",
            value=100 * len(ears) / (len(ears) + whys),
            unit="%",
        )
        yield Claim(
            claim=f"their ratio, median (80 % lie in {low:.2f} to {high:.2f}; nobody knows how open they are)",
            value=round(float(middle), 3),
            unit="ratio",
        )


def main() -> None:
    args = arguments(__doc__).parse_args()
    claims = [*blinks(args.quick), *spells(args.quick), *real(args.data)]
    finish("driver_eyes", claims)


if __name__ == "__main__":
    main()
