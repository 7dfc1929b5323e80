"""Whether a face in a film is ever seen after it was first covered, and before.

    python benchmarks/redaction_video.py --data DIR [--models DIR] [--quick]

DIR holds pictures with a JSON file that maps their names to boxes of ``faces``. A window pans over
each, with the noise of a sensor: every face is truly there in each frame that holds it, and where
it is is known to the pixel, while a detector loses it in some. Each film is redacted from file to
file as ``edgekit redact`` does it, and once more frame by frame as from a camera. So are films of
drawn people who walk and turn, with a detector that blinks: those need no data.
"""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from drawn_faces import Blinking, Drawn
from faces import Picture, fill, find, folders, open_store
from numpy.typing import NDArray
from report import Claim, arguments, finish
from tqdm import tqdm

from edgekit.cli.redact_style import LOOK_MS
from edgekit.frames import Frame, Pixels
from edgekit.models.load import load_face_detector
from edgekit.node.redacting.files import redact
from edgekit.node.redacting.job import RedactionStyle
from edgekit.node.redacting.video import video_writer
from edgekit.redaction.cover import COVER_BGR
from edgekit.redaction.redactor import Redactor
from edgekit.seams.eye import Detector
from edgekit.sensors.video import VideoSource

WORKING = ("yunet_n_dynamic", "centerface")
SIZE = (640, 480)
FPS = 25
SECONDS = 6
NOISE = 4.0
DRAWN = 4
"""Films of drawn people."""

CROWD = 5
"""Faces of a picture that is panned over."""

COVERED = 0.75
"""A face is covered where this share of it is."""

NEAR = 40
"""What compression may do to the colour of a cover."""


@dataclass(slots=True)
class Tally:
    """Frames of faces, over all films."""

    tracks: int = 0
    frames: int = 0
    before: int = 0
    after: int = 0
    never: int = 0
    other: float = 0.0
    other_of: float = 0.0

    def add(self, seen: NDArray[np.bool_], covered: NDArray[np.bool_]) -> None:
        """Count the frames of one face: those that show it, and those that cover it."""
        there = np.flatnonzero(seen)
        self.tracks += 1
        self.frames += len(there)
        hits = covered[there]
        first = int(hits.argmax()) if hits.any() else len(hits)
        self.never += first == len(hits)
        self.before += first
        self.after += int(np.count_nonzero(~hits[first:]))


@dataclass(frozen=True, slots=True)
class Pan:
    """A film that a window makes as it goes over a picture and back."""

    picture: Picture

    def frames(self) -> Iterator[tuple[Frame, NDArray[np.float32]]]:
        """Yield each frame, with the boxes of the faces that are there (n, 4), partly or not."""
        pixels = self.picture.read()
        scale = 1.3 * max(SIZE[0] / pixels.shape[1], SIZE[1] / pixels.shape[0])
        large = np.asarray(cv2.resize(pixels, None, fx=scale, fy=scale), np.uint8)
        room = np.asarray([large.shape[1] - SIZE[0], large.shape[0] - SIZE[1]])
        dice = np.random.default_rng(0)
        noise = dice.normal(0, NOISE, (5, SIZE[1], SIZE[0], 3)).astype(np.float32)
        total = round(FPS * SECONDS)
        for index in range(total):
            turn = 2 * np.pi * index / total
            x, y = (room * (0.5 - 0.5 * np.cos([turn, 2 * turn]))).astype(int)
            part = large[y : y + SIZE[1], x : x + SIZE[0]] + noise[index % 5]
            shown = np.clip(part, 0, 255).astype(np.uint8)
            boxes = self.picture.faces * np.float32(scale) - np.asarray([x, y, x, y], np.float32)
            yield Frame(shown, index * 1000 // FPS, index), boxes


def shares(mask: NDArray[np.bool_], boxes: NDArray[np.float32]) -> Iterator[tuple[bool, bool]]:
    """Whether each face is wholly in the frame, and whether it is covered."""
    for x1, y1, x2, y2 in np.rint(boxes).astype(int):
        inside = x1 >= 0 and y1 >= 0 and x2 <= SIZE[0] and y2 <= SIZE[1]
        yield inside, inside and bool(mask[y1:y2, x1:x2].mean() >= COVERED)


def count(tally: Tally, truth: Sequence[NDArray[np.float32]], shown: Sequence[Pixels]) -> None:
    rows = []
    for boxes, pixels in zip(truth, shown, strict=True):
        mask = (np.abs(pixels.astype(np.int16) - COVER_BGR) <= NEAR).all(axis=2)
        rows.append(list(shares(mask, boxes)))
        faces = np.zeros(mask.shape, np.bool_)
        for x1, y1, x2, y2 in np.clip(np.rint(boxes), 0, 9999).astype(int):
            faces[y1:y2, x1:x2] = True
        tally.other += float(np.count_nonzero(mask & ~faces))
        tally.other_of += float(np.count_nonzero(~faces))
    for track in np.asarray(rows, np.bool_).transpose(1, 2, 0):
        if track[0].any():
            tally.add(track[0], track[1])


def from_file(pan: Pan | Drawn, detector: Detector, folder: Path) -> list[Pixels]:
    """Redact the film from file to file, and read it again."""
    source, target = folder / "in.mp4", folder / "out.mp4"
    plain = Redactor(SIZE, mode="faces", detector=detector)
    with video_writer(source, size=SIZE, fps=FPS) as write:
        for frame, _ in pan.frames():
            write(plain.redact_at(frame, ()), frame.t_ms)
    style = RedactionStyle(mode="faces", detector=detector, look_ms=LOOK_MS, workers=2)
    redact(source, target, style=style, force=True)
    film = VideoSource(target, clock_ms=int)
    return [frame.pixels for frame in iter(film.read, None)]


def as_live(pan: Pan | Drawn, detector: Detector) -> list[Pixels]:
    redactor = Redactor(SIZE, mode="faces", detector=detector)
    return [redactor.redact(frame).pixels for frame, _ in pan.frames()]


def claims(name: str, film: Tally, live: Tally) -> list[Claim]:
    title = f"{name}, {film.tracks} faces in {film.frames} frames"
    return [
        Claim(
            claim=f"{title}, file: uncovered after its first sight",
            value=film.after,
            unit="frames",
            target="<= 0",
        ),
        Claim(
            claim=f"{title}, file: uncovered before it",
            value=film.before,
            unit="frames",
            target="<= 0",
        ),
        Claim(claim=f"{title}, file: never covered", value=film.never, unit="faces"),
        Claim(
            claim=f"{title}, file: other pixels covered",
            value=100 * film.other / film.other_of,
            unit="%",
        ),
        Claim(
            claim=f"{title}, live: uncovered after its first sight",
            value=live.after,
            unit="frames",
            target="<= 0",
        ),
        Claim(claim=f"{title}, live: uncovered before it", value=live.before, unit="frames"),
        Claim(
            claim=f"{title}, live: other pixels covered",
            value=100 * live.other / live.other_of,
            unit="%",
        ),
    ]


def drawn(folder: Path, films: int) -> list[Claim]:
    """The same of drawn people."""
    film, live = Tally(), Tally()
    for seed in range(films):
        scene = Drawn(seed)
        truth = [boxes for _, boxes in scene.frames()]
        count(film, truth, from_file(scene, Blinking(scene), folder))
        count(live, truth, as_live(scene, Blinking(scene)))
    return claims("drawn people, a detector that blinks", film, live)


def main() -> None:
    parser = arguments("Whether a face in a film is ever seen.")
    parser.add_argument("--models", type=Path, metavar="DIR", help="model files, known by hash")
    args = parser.parse_args()
    said: list[Claim] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = open_store(folder)
        fill(store, folders(args.data, args.models))
        crowds = [
            Pan(picture)
            for _, pictures in find(args.data)
            for picture in pictures[1::2] or pictures
            if len(picture.faces) >= CROWD
        ]
        pans = crowds[: 1 if args.quick else 4]
        for model in (model for model in WORKING if model in store.installed()):
            film, live = Tally(), Tally()
            detector = load_face_detector(store, model, film=True)
            for pan in tqdm(pans, leave=False, disable=None, desc=model):
                truth = [boxes for _, boxes in pan.frames()]
                count(film, truth, from_file(pan, detector, folder))
                count(live, truth, as_live(pan, detector))
            said += claims(model, film, live)
        said += drawn(folder, 1 if args.quick else DRAWN)
    finish("redaction_video", said, films=len(pans))


if __name__ == "__main__":
    main()
