"""Blinks and shut eyes of a drawn driver, by the whole way: pixels, points, ratio, decision.

    python benchmarks/driver_eyes.py --data DIR [--quick]

Films of a drawn face (`edgekit.testing.driver`) whose eyes blink at times and by ratios that are
known, which sways and turns as a head does, at 10, 15 and 30 frames a second and with noise. The
model of landmarks finds coloured dots (`edgekit.models.marks`): what is measured is all that comes
behind one, not how good one is on faces. Blinks are counted as the system counts them, against
those drawn, after the first minute; one is found where one ends within 0.4 s of it. Peer: a fixed
threshold (a ratio below 0.2 in two frames or more) on the same points of the same films.

Under DIR, pictures of faces (a ``labels.json`` of boxes beside a folder ``images``), and there,
in ``../models`` or where `edgekit models get` puts it, face_landmark, are looked for. Where both
are, the real model's points are laid on real eyes, and it is told how many could be measured. No
picture says how open an eye is: nothing more can be said of them.
"""

import json
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parent))

from driver_films import Film, KnownFace, blinking
from report import Claim, Peer, arguments, finish

from edgekit.errors import EdgekitError
from edgekit.frames import Frame
from edgekit.models.catalog import load_catalog
from edgekit.models.form import read_form
from edgekit.models.landmarks import LandmarkModel, Landmarks
from edgekit.models.marks import marks
from edgekit.models.onnx import OnnxModel
from edgekit.models.tflite import with_onnx
from edgekit.node.sensing.driver import LEAST_PRESENCE, DriverWatch
from edgekit.systems.drowsiness_blinks import eye_aspect_ratio
from edgekit.systems.drowsiness_eyes import look_at
from edgekit.systems.drowsiness_state import Settings
from edgekit.testing.driver import FORM, SIDE, colours

LEARN_S = 62
NEAR_MS = 400
SETTLED_MS = 4_000
FIXED, FIXED_FRAMES = 0.2, 2
LEAST_FPS = 15
LEAST_FACE_PX = 80
ALARMS = ("microsleep", "perclos", "drowsy")
PEER = "ratio below 0.2 in two frames"


class Kept:
    """Keeps the ratio that the points of each frame give, for the peer."""

    def __init__(self) -> None:
        form = read_form(tomllib.loads(FORM))
        self._finder = LandmarkModel(OnnxModel(marks(colours(), side=SIDE), name="dots"), form)
        self.ears: list[float] = []

    def find(self, frame: Frame, box: NDArray[np.float32]) -> Landmarks:
        found = self._finder.find(frame, box)
        points = [(float(x), float(y)) for x, y in found.points]
        try:
            ear = (eye_aspect_ratio(points[:6]) + eye_aspect_ratio(points[6:12])) / 2
        except EdgekitError:
            ear = 1.0
        self.ears.append(ear)
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
    blind: bool

    @property
    def alarms(self) -> int:
        return sum(self.told.count(one) for one in ALARMS)


def run(film: Film, seconds: float) -> Result:
    finder = Kept()
    watch = DriverWatch(KnownFace(film), finder, range(13), Settings())
    seen: list[int] = []
    fixed: list[int] = []
    told: list[str] = []
    count = low = 0
    blind = False
    for frame in film.frames(seconds):
        told += [decision.what for decision in watch.see(frame)]
        # The first seconds say nothing of the film.
        blind = blind or (frame.t_ms > SETTLED_MS and bool(watch.state.blind))
        if watch.state.watch.blinks > count:
            seen.append(frame.t_ms)
        count = watch.state.watch.blinks
        if finder.ears[-1] < FIXED:
            low += 1
            continue
        fixed += [frame.t_ms] if low >= FIXED_FRAMES else []
        low = 0
    from_ms = 1000 * LEARN_S
    ends = [blink[3] for blink in film.blinks if blink[3] > from_ms]
    found, false = matched(ends, [t for t in seen if t > from_ms])
    fixed_found, fixed_false = matched(ends, [t for t in fixed if t > from_ms])
    return Result(
        drawn=len(ends),
        found=found,
        false=false,
        fixed_found=fixed_found,
        fixed_false=fixed_false,
        told=tuple(told),
        blind=blind,
    )


def matched(ends: Sequence[float], told: Sequence[int]) -> tuple[int, int]:
    """Return how many were found, and how many that were told were none; each is used once."""
    left = list(told)
    found = 0
    for end in ends:
        near = [t for t in left if abs(t - end) <= NEAR_MS]
        if near:
            left.remove(min(near, key=lambda t: abs(t - end)))
            found += 1
    return found, len(left)


def blinks(*, quick: bool) -> Iterator[Claim]:
    cases = [(fps, noise, 8.0) for fps in (10, 15, 30) for noise in (0.0, 4.0, 10.0)]
    cases += [(15, 4.0, 25.0)]
    watched_s = 30 if quick else 120
    for fps, noise, yaw_deg in ((10, 4.0, 8.0), (30, 4.0, 8.0)) if quick else cases:
        seconds = LEARN_S + watched_s
        eyes = blinking(fps, seconds=seconds)
        row = run(Film(blinks=eyes, fps=fps, noise=noise, yaw_deg=yaw_deg, seed=fps), seconds)
        what = f"{fps} frames/s, noise {noise:g}, turned up to {yaw_deg:g} degrees"
        yield Claim(
            claim=f"{what}: blinks found of {row.drawn}",
            value=100 * row.found / row.drawn,
            unit="%",
            target=">= 95" if fps >= LEAST_FPS else None,
            peer=Peer(name=PEER, value=100 * row.fixed_found / row.drawn),
        )
        yield Claim(
            claim=f"{what}: blinks made up",
            value=60 * row.false / watched_s,
            unit="1/min",
            target="<= 0.5",
            peer=Peer(name=PEER, value=60 * row.fixed_false / watched_s),
        )
        yield Claim(
            claim=f"{what}: alarms of a driver who only blinks",
            value=row.alarms,
            unit="alarms",
            target="<= 0",
        )


def spells(*, quick: bool) -> Iterator[Claim]:
    seconds = LEARN_S + 22
    for fps in (10,) if quick else (10, 15, 30):
        eyes = blinking(fps + 1, seconds=seconds, shut_at_s=LEARN_S + 15)
        row = run(Film(blinks=eyes, fps=fps, noise=4.0, seed=fps), seconds)
        yield Claim(
            claim=f"{fps} frames/s: eyes shut for 2 s, alarmed",
            value=float("microsleep" in row.told),
            unit="yes",
            target=">= 1",
        )


def away(*, quick: bool) -> Iterator[Claim]:
    """What can't be watched is said not to be, and never alarms."""
    seconds = 65 if quick else 125
    eyes = blinking(5, seconds=seconds)
    for what, film in (
        ("8 frames/s", Film(blinks=eyes, fps=8)),
        ("head turned to and fro by 60 degrees", Film(blinks=eyes, fps=10, yaw_deg=60)),
        ("eyes that are not there (dark glasses)", Film(blinks=eyes, fps=10, glasses=True)),
        ("eyes that never blink (made up behind glasses)", Film(blinks=(), fps=10, noise=4.0)),
    ):
        row = run(film, seconds)
        silent = row.blind or "fault.stuck" in row.told
        yield Claim(
            claim=f"{what}: said not to be watched or not learnt, no alarm",
            value=float(silent and not row.alarms),
            unit="yes",
            target=">= 1",
        )


def real(folder: Path) -> tuple[list[Claim], list[str]]:
    """Lay the points of the real model on real eyes; return what was not there, too."""
    entry = load_catalog()["face_landmark"]
    own = Path.home() / ".local" / "share" / "edgekit" / "models"
    places = [one for one in (folder, folder.parent / "models", own) if one.is_dir()]
    files = [
        path
        for place in places
        for path in place.rglob("*.onnx")
        if path.stat().st_size == entry.bytes
    ]
    labels = [path for path in folder.rglob("labels.json") if (path.parent / "images").is_dir()]
    if not files or not labels or entry.form is None:
        return [], ["real eyes: edgekit models get face_landmark, and labelled pictures of faces"]
    model = LandmarkModel(OnnxModel(with_onnx(files[0].read_bytes()), name="mesh"), entry.form)
    used = list(entry.form.used)
    ears: list[float] = []
    faces = 0
    for frame, box in boxes(labels):
        faces += 1
        found = model.find(frame, box)
        look = look_at(found.points[used])
        if found.presence >= LEAST_PRESENCE and look.ear is not None:
            ears.append(look.ear)
    if not ears:
        return [], ["real eyes: no face is large enough"]
    low, middle, high = np.quantile(ears, (0.1, 0.5, 0.9))
    return [
        Claim(
            claim=f"real faces of {LEAST_FACE_PX} px or more, measured of {faces}",
            value=100 * len(ears) / faces,
            unit="%",
        ),
        Claim(
            claim=f"their ratio, median; 80 % lie in {low:.2f} to {high:.2f}",
            value=float(middle),
            unit="ratio",
        ),
    ], []


def boxes(labels: Sequence[Path]) -> Iterator[tuple[Frame, NDArray[np.float32]]]:
    for path in labels:
        told = json.loads(path.read_text())
        if not isinstance(told, dict):
            continue
        for name, label in told.items():
            if not isinstance(label, dict) or "faces" not in label:
                continue
            picture = cv2.imread(str(path.parent / "images" / name))
            for face in label["faces"]:
                box = np.array(face["box"], np.float32)
                if picture is not None and max(box[2:] - box[:2]) >= LEAST_FACE_PX:
                    yield Frame(np.asarray(picture, np.uint8).copy(), 0, 0), box


def main() -> None:
    args = arguments(__doc__ or "").parse_args()
    seen, absent = real(args.data)
    quick = bool(args.quick)
    claims = [*blinks(quick=quick), *spells(quick=quick), *away(quick=quick), *seen]
    finish("driver_eyes", claims, absent=absent)


if __name__ == "__main__":
    main()
