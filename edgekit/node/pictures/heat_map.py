"""Where people stood, drawn over the empty place in outline. Nothing here has passed the gate.

    heat_map = HeatMap((640, 480))
    for step in count("street.mp4", zones=[square], heat_map=heat_map): ...
    Path("heat.png").write_bytes(heat_map.draw(zones=[square]))

For makers, on their own device. No pixel of a frame is in it: the place is the learned background
reduced to its edges, and people are only how long somebody's feet were near a spot.
"""

from collections.abc import Iterable, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from edgekit.frames import PERSON, Frame, Pixels, Track
from edgekit.geometry import Line, Zone
from edgekit.node.pictures.canvas import FAINT, INK, LINE, PAPER, ZONE, Canvas, text_size, write
from edgekit.perception.zone import MIN_SIGHTINGS
from edgekit.redaction.background import Background, LearningRules

GRID_PX = 240
"""Cells along the picture's longer side: finer than a body, coarser than a face."""

LOOK_MS = 200
"""The background is learned this often."""

GAP_MS = 1_000
"""More time than this between two frames is time that nobody watched."""

REACH_BODIES = (0.14, 0.07)
"""How far around a foot counts as near it, across and down, in heights of the body."""

OFTEN = 0.25
"""Where somebody is seen for more than this share of the time no outline is drawn: it may be
theirs."""

SHORTEST_LEARN_S = 8
"""A short film is no time to learn as slowly as a covered picture has to; outlines show less."""

_SCALE = ((250, 248, 245), (150, 225, 255), (70, 165, 250), (45, 85, 235), (60, 25, 130))
_FOOTER_PX = 56

Grid = NDArray[np.float32]


class HeatMap:
    """Adds up for how long feet were where.

    Args:
        size: (width, height) of the frames in pixels.
        learning: when something counts as background.

    Raises:
        ConfigError: rules of learning that anything would fulfil.
    """

    def __init__(self, size: tuple[int, int], *, learning: LearningRules | None = None) -> None:
        self.size = size
        self._background = Background(size, learning)
        self._cell_px = max(1.0, max(size) / GRID_PX)
        shape = tuple(max(1, round(side / self._cell_px)) for side in size[::-1])
        self._near_s: Grid = np.zeros(shape, np.float32)
        self._covered_s: Grid = np.zeros(shape, np.float32)
        self._watched_s = 0.0
        self._last_ms: int | None = None
        self._looked_ms: int | None = None

    @property
    def most_s(self) -> float:
        """The longest time that feet were near one spot, in seconds."""
        return float(self._near_s.max())

    def add(self, frame: Frame, tracks: Iterable[Track]) -> None:
        """Take one frame and the tracks in it."""
        passed_ms = 0 if self._last_ms is None else frame.t_ms - self._last_ms
        self._last_ms = frame.t_ms
        passed_s = passed_ms / 1000 if 0 <= passed_ms <= GAP_MS else 0.0
        self._watched_s += passed_s
        if self._looked_ms is None or not 0 <= frame.t_ms - self._looked_ms < LOOK_MS:
            self._background.update(frame)
            self._looked_ms = frame.t_ms
        for track in tracks:
            if track.seen and track.class_id == PERSON and track.age_frames >= MIN_SIGHTINGS:
                self._stamp(track, passed_s)

    def _stamp(self, track: Track, passed_s: float) -> None:
        x1, y1, x2, y2 = (round(side / self._cell_px) for side in track.xyxy)
        self._covered_s[max(0, y1) : max(0, y2), max(0, x1) : max(0, x2)] += passed_s
        x, y = (side / self._cell_px for side in track.foot)
        body = (track.xyxy[3] - track.xyxy[1]) / self._cell_px
        wide, deep = (max(1.0, body * reach) for reach in REACH_BODIES)
        rows, columns = self._near_s.shape
        left, right = max(0, int(x - 3 * wide)), min(columns, int(x + 3 * wide) + 2)
        top, low = max(0, int(y - 3 * deep)), min(rows, int(y + 3 * deep) + 2)
        if left < right and top < low:
            across = np.exp(-0.5 * ((np.arange(left, right) + 0.5 - x) / wide) ** 2)
            down = np.exp(-0.5 * ((np.arange(top, low) + 0.5 - y) / deep) ** 2)
            self._near_s[top:low, left:right] += passed_s * np.outer(down, across)

    def draw(self, *, lines: Sequence[Line] = (), zones: Sequence[Zone] = ()) -> bytes:
        """Return the picture as PNG, with lines and zones drawn in."""
        canvas = Canvas(self._outline(), footer_px=_FOOTER_PX)
        self._glow(canvas.picture)
        for zone in zones:
            canvas.path(zone.polygon, ZONE, closed=True, halo=PAPER)
            canvas.label(zone.name, zone.polygon[0], offset=(8, 22))
        for line in lines:
            canvas.path((line.start, line.end), LINE, thickness=3, halo=PAPER)
            canvas.label(line.name, line.end)
        self._legend(canvas)
        return canvas.png()

    def _outline(self) -> Pixels:
        """The learned place as grey edges on paper; blank where nothing is known."""
        picture, known = self._background.picture, self._background.known
        grey = cv2.GaussianBlur(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), (0, 0), 1.2)
        steep = cv2.magnitude(
            cv2.Sobel(grey, cv2.CV_32F, 1, 0, scale=0.25),
            cv2.Sobel(grey, cv2.CV_32F, 0, 1, scale=0.25),
        )
        # The rim of what is known is no edge of the place.
        inner = cv2.erode(known, np.ones((9, 9), np.uint8))
        often = np.asarray(self._covered_s > OFTEN * self._watched_s, np.uint8)
        theirs = cv2.resize(often, self.size, interpolation=cv2.INTER_NEAREST)
        ink = np.clip((steep - 3.0) / 22.0, 0, 1) * (inner > 0) * (theirs == 0)
        shade = np.asarray(PAPER) + ink[..., None] * 0.75 * (np.asarray(INK) - np.asarray(PAPER))
        return np.asarray(np.rint(shade), np.uint8)

    def _glow(self, picture: Pixels) -> None:
        """Lay the colours over it, clearer where feet were for longer."""
        if self.most_s <= 0:
            return
        # The root shows ways that were walked once beside places where people stood for long.
        share = np.sqrt(self._near_s / self.most_s)
        share = cv2.resize(share, picture.shape[1::-1], interpolation=cv2.INTER_CUBIC)
        share = np.clip(share, 0, 1)
        cover = np.clip(2.5 * share, 0, 0.9)[..., None]
        picture[:] = np.rint((1 - cover) * picture + cover * _colour(share)).astype(np.uint8)

    def _legend(self, canvas: Canvas) -> None:
        top, right = canvas.size[1], canvas.size[0] - 24
        canvas.pixels[top] = FAINT
        known = "where it could be learned" if self._background.known_share else "not learned yet"
        said = f"how long feet were near a spot; in grey the empty place, {known}"
        write(canvas.pixels, said, (24, top + 34))
        end = f"{self.most_s:.0f} s" if self.most_s >= 10 else f"{self.most_s:.1f} s"  # noqa: PLR2004 -- two digits
        right -= text_size(end, 0.5)[0]
        bar = _colour(np.linspace(0, 1, 320, dtype=np.float32)[None, :])
        canvas.pixels[top + 20 : top + 38, right - 332 : right - 12] = bar
        write(canvas.pixels, end, (right, top + 34))
        write(canvas.pixels, "0", (right - 350, top + 34))


def learning_for(seconds: float | None) -> LearningRules:
    """Return how to learn the background of a film that lasts so long; None lasts for ever."""
    usual = LearningRules()
    if seconds is None:
        return usual
    quarter_ms = round(seconds * 1000 / 4)
    return LearningRules(learn_ms=min(usual.learn_ms, max(SHORTEST_LEARN_S * 1000, quarter_ms)))


def _colour(share: Grid) -> NDArray[np.float32]:
    """Colours from paper over yellow and red to purple: float32, one more axis, BGR."""
    places = np.linspace(0, 1, len(_SCALE))
    channels = [np.interp(share, places, [c[k] for c in _SCALE]) for k in range(3)]
    return np.stack(channels, axis=-1).astype(np.float32)
