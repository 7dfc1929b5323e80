"""The marker that pauses the camera: how often it is seen, what else is taken for it, its cost.

    python benchmarks/marker.py --data DIR [--quick]

False ones are counted over every film and photograph in DIR and over made scenes full of what looks
alike: other markers, cells at random. Each frame of them is searched, which a node
does only where something large has changed.
"""

import itertools
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
from report import Claim, Peer, arguments, finish

from edgekit.frames import Frame, Pixels
from edgekit.perception.marker import HOLD, LOOK_MS, OptOut
from edgekit.perception.motion import MotionDetector
from edgekit.testing.held_marker import Held, drawn, sheet

FILMS, PHOTOS = (".avi", ".mp4", ".mkv", ".mov"), (".jpg", ".jpeg", ".png")
SIZE = (640, 480)
FPS = 15
SMALL = (320, 240)
"""To this size a node reduces what it searches."""
FALSE_FRAMES, QUICK_FRAMES = 100_000, 1_000
CELLS_ONLY = 0.3
"""Share of the made scenes that show no markers but cells at random."""
TIMES = 20

HELD = {
    "at 0.3 to 0.9 of the picture's height": [Held(share=s) for s in (0.3, 0.4, 0.6, 0.9)],
    "tilted by 15 to 45 degrees": [Held(share=0.4, tilt_deg=t) for t in (15.0, 30.0, 45.0)],
    "turned in the hand": [Held(share=0.5, roll_deg=r) for r in (20.0, 45.0, 90.0, 180.0)],
    "out of focus or moved by 1 to 2 px": [Held(share=0.4, blur_px=b) for b in (1.0, 1.5, 2.0)],
    "in the shade or in noise": [
        Held(share=0.4, black=60, white=140),
        Held(share=0.4, noise=12),
        Held(share=0.4, black=20, white=90, noise=8),
    ],
}


def real(data: Path) -> Iterator[Pixels]:
    """Yield every frame of every film, and every photograph, below a folder."""
    for path in sorted(data.rglob("*")):
        if path.suffix.lower() in PHOTOS and (picture := cv2.imread(str(path))) is not None:
            yield np.asarray(picture, np.uint8)
        elif path.suffix.lower() in FILMS:
            film = cv2.VideoCapture(str(path))
            while True:
                good, picture = film.read()
                if not good:
                    break
                yield np.asarray(picture, np.uint8)
            film.release()


def made(chance: np.random.Generator) -> Iterator[Pixels]:
    """Yield pictures without end that hold what looks alike."""
    names = ("DICT_ARUCO_MIP_36h12", "DICT_6X6_250", "DICT_5X5_100", "DICT_APRILTAG_36h11")
    dictionaries = [cv2.aruco.getPredefinedDictionary(getattr(cv2.aruco, name)) for name in names]
    while True:
        rough = chance.integers(0, 255, (12, 16, 3)).astype(np.uint8)
        picture = np.asarray(cv2.resize(rough, SMALL, interpolation=cv2.INTER_CUBIC), np.uint8)
        paper = _alike(chance, dictionaries)
        held = Held(
            share=float(chance.uniform(0.2, 0.9)),
            tilt_deg=float(chance.uniform(-40, 40)),
            roll_deg=float(chance.uniform(0, 360)),
            noise=0,
        )
        yield drawn(picture, held, paper, chance)


def _alike(chance: np.random.Generator, dictionaries: list[cv2.aruco.Dictionary]) -> Pixels:
    """Return a sheet of four strange markers, or of cells at random."""
    side = len(sheet())
    if chance.random() < CELLS_ONLY:
        cells = 255 * chance.integers(0, 2, (22, 22)).astype(np.uint8)
        return np.asarray(
            cv2.resize(cells, (side, side), interpolation=cv2.INTER_NEAREST), np.uint8
        )
    paper = np.full((side, side), 255, np.uint8)
    for top, left in itertools.product((24, 144), (24, 144)):
        dictionary = dictionaries[int(chance.integers(len(dictionaries)))]
        number = int(chance.integers(len(dictionary.bytesList)))
        paper[top : top + 96, left : left + 96] = cv2.aruco.generateImageMarker(
            dictionary, number, 96
        )
    return paper


def false_ones(data: Path, most: int) -> tuple[int, int, int]:
    """Return how many real and made frames were searched, and how many false markers found."""
    wish, found, counted = OptOut(), 0, [0, 0]
    films = itertools.islice(real(data), most // 2)
    for kind, source in enumerate((films, made(np.random.default_rng(1)))):
        for pixels in source:
            counted[kind] += 1
            found += wish.find(pixels)
            if sum(counted) >= most:
                break
    return counted[0], counted[1], found


def seen(held: list[Held]) -> float:
    """Return in what share of the trials the marker was seen at its third look."""
    paper, chance, good = sheet(), np.random.default_rng(2), 0
    for one in held:
        for _ in range(TIMES):
            rough = chance.integers(40, 200, (6, 8, 3)).astype(np.uint8)
            picture = np.asarray(cv2.resize(rough, SIZE, interpolation=cv2.INTER_CUBIC), np.uint8)
            wish = OptOut()
            wish.see(picture, 0)
            looks = [
                wish.see(drawn(picture, one, paper, chance), (n + 1) * LOOK_MS) for n in range(HOLD)
            ]
            good += looks[-1]
    return 100 * good / (TIMES * len(held))


def cost(data: Path) -> tuple[float, float]:
    """Return milliseconds of a frame for the marker and for finding motion, in the same film."""
    frames = [cv2.resize(pixels, SIZE) for pixels in itertools.islice(real(data), 300)]
    if len(frames) < 2 * FPS:
        frames = list(itertools.islice(made(np.random.default_rng(3)), 60))
    wish, motion = OptOut(), MotionDetector(SIZE, fps=FPS)
    spent = [0.0, 0.0]
    for n, pixels in enumerate(frames):
        frame = Frame(np.array(pixels, np.uint8), n * 1000 // FPS, n)
        spent[0] += _took(lambda frame=frame: wish.see(frame.pixels, frame.t_ms))
        spent[1] += _took(lambda frame=frame: motion.detect(frame))
    return spent[0] * 1000 / len(frames), spent[1] * 1000 / len(frames)


def _took(call: Callable[[], object]) -> float:
    begun = time.thread_time()
    call()
    return time.thread_time() - begun


def main() -> None:
    options = arguments(__doc__ or "").parse_args()
    cv2.setNumThreads(1)
    films, scenes, found = false_ones(options.data, QUICK_FRAMES if options.quick else FALSE_FRAMES)
    claims = [
        Claim(
            claim=f"false markers in {films} real and {scenes} made frames",
            value=found,
            unit="markers",
            target="<= 0",
        )
    ]
    claims += [
        Claim(claim=f"seen {how}", value=seen(held), unit="%", target=">= 99")
        for how, held in HELD.items()
    ]
    marker_ms, motion_ms = cost(options.data)
    claims.append(
        Claim(
            claim="time a frame, of that for finding motion in it",
            value=round(100 * marker_ms / motion_ms, 1),
            unit="%",
            target="<= 10",
            peer=Peer(name="motion, ms a frame", value=round(motion_ms, 2)),
        )
    )
    finish("marker", claims, marker_ms=round(marker_ms, 3))


if __name__ == "__main__":
    main()
