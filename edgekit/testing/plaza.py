"""A rendered plaza at dusk with known truth: a source of frames for demos, tests and tuning.

    source = PlazaSource(seed=7, seconds=60, clock_ms=lambda: time.time_ns() // 1_000_000)
    frame = source.read()
    source.truth().crossings          # who passed DEFAULT_LINE, when, in which direction

Nothing here has passed the gate. Nobody's picture is used: every figure is drawn.
"""

import time
from collections.abc import Callable
from math import floor, hypot

import cv2
import numpy as np

from edgekit.errors import ConfigError, SensorError
from edgekit.frames import Frame, Pixels
from edgekit.testing.blit import affine, darken, draw_occluder, draw_sprite
from edgekit.testing.cast import Pose, Schedule, Walker, looks
from edgekit.testing.figure import (
    HEIGHT,
    HEIGHT_PX,
    PHASES,
    WIDTH,
    Facing,
    Sprite,
    draw,
)
from edgekit.testing.pinhole import EYE_PX, LAMP, project
from edgekit.testing.pinhole import HEIGHT as PICTURE_HEIGHT
from edgekit.testing.pinhole import WIDTH as PICTURE_WIDTH
from edgekit.testing.stage import build
from edgekit.testing.truth import (
    DEFAULT_LINE,
    DEFAULT_ZONE,
    Passage,
    PlazaTruth,
    lamp_level,
    lux_at,
    truth_of,
)

__all__ = [
    "DEFAULT_LINE",
    "DEFAULT_ZONE",
    "Passage",
    "Plaza",
    "PlazaSource",
    "PlazaTruth",
    "lux_at",
]

_SPRITES = 80  # so many drawn figures are kept: a tenth of a megabyte each
_STRIDE = 0.82  # metres walked in one cycle of two steps, for each metre of height
_SHADOW_LIMIT_M = 2.3
_NOISE_BANK, _NOISE_SIGMA, _NOISE_MARGIN = 3, 2.2, 64


class Plaza:
    """The scene itself; ``render`` is a pure function of the time.

    Args:
        seed: of everything random; the same seed gives the same pixels.
        seconds: how long people keep arriving, > 0.
        start_empty_s: nobody is in view before this time.

    Raises:
        ConfigError: the times make no scene.
    """

    def __init__(self, *, seed: int = 7, seconds: float = 60.0, start_empty_s: float = 4.0) -> None:
        if seconds <= 0 or start_empty_s < 0:
            raise ConfigError(
                f"plaza of {seconds} s, empty for {start_empty_s} s: expected > 0 and >= 0"
            )
        rng = np.random.default_rng(seed)
        self.seconds = seconds
        self._stage = build(rng)
        self._looks = looks(rng)
        self._schedule = Schedule(rng, seconds=seconds, start_empty_s=start_empty_s)
        self._drawn: dict[tuple[int, Facing, int | None], Sprite] = {}
        self._noise = [_noise(rng) for _ in range(_NOISE_BANK)]
        self._empty = self._stage.ground.copy()
        for occluder in self._stage.occluders:
            draw_occluder(self._empty, occluder, occluder.box)

    def render(self, t_s: float) -> Pixels:
        """Return the picture at that time: uint8, shape (480, 640, 3), BGR, the caller's own."""
        albedo = self._empty.copy()
        present = self._schedule.present(t_s)
        for walker, pose in present:
            self._shadow(albedo, walker, pose)
        for walker, pose in present:
            self._show(albedo, walker, pose)
        lit = self._stage.lit(albedo, lamp_level(t_s))
        return np.asarray(cv2.addWeighted(lit, 1.0, self._grain(t_s), 1.0, -128.0), np.uint8)

    def truth(self, *, fps: float = 15.0) -> PlazaTruth:
        """Return what really happens in the frames at that rate."""
        return truth_of(self._schedule, seconds=self.seconds, fps=fps)

    def _grain(self, t_s: float) -> Pixels:
        """Sensor noise around 128: one of a few large sheets, moved about by a hash of the time."""
        tick = floor(t_s * 1000) * 2654435761 % 2**32  # Knuth's multiplicative hash
        x, y = tick >> 26, tick >> 20 & 63
        sheet = self._noise[(tick >> 8 & 0xFFF) % _NOISE_BANK]
        return sheet[y : y + PICTURE_HEIGHT, x : x + PICTURE_WIDTH]

    def _sprite(self, walker: Walker, pose: Pose) -> Sprite:
        moving = bool(pose.speed_right or pose.speed_far)
        facing = Facing.SIDE
        if not moving or -pose.speed_far > abs(pose.speed_right):
            facing = Facing.FRONT
        elif pose.speed_far > abs(pose.speed_right):
            facing = Facing.BACK
        stride = _STRIDE * self._looks[walker.look].height_m
        phase = floor(pose.walked_m / stride * PHASES) % PHASES if moving else None
        key = (walker.look, facing, phase)
        sprite = self._drawn.pop(key, None) or draw(self._looks[walker.look], facing, phase)
        self._drawn[key] = sprite  # the latest used stand last
        if len(self._drawn) > _SPRITES:
            del self._drawn[next(iter(self._drawn))]
        return sprite

    def _shadow(self, albedo: Pixels, walker: Walker, pose: Pose) -> None:
        """Darken the ground that the figure hides from the lamp, and the spot under its feet."""
        height = self._looks[walker.look].height_m
        away = (pose.right_m - LAMP[0], pose.far_m - LAMP[1])
        apart = max(hypot(*away), 0.01)
        reach = min(apart * height / (LAMP[2] - height), _SHADOW_LIMIT_M) / apart
        foot, size = project(pose.right_m, pose.far_m), height * EYE_PX / pose.far_m
        up = _step(pose, (away[0] * reach, away[1] * reach))
        across = _step(pose, (-away[1] * height / apart, away[0] * height / apart))
        mask = self._sprite(walker, pose).silhouette
        darken(albedo, mask, affine(foot, across, up, 4), 0.4 / (1 + (apart / 9) ** 2))
        darken(albedo, _SPOT, affine(foot, (size, 0), (0, -size), 4), 0.5)

    def _show(self, albedo: Pixels, walker: Walker, pose: Pose) -> None:
        size = self._looks[walker.look].height_m * EYE_PX / pose.far_m
        sprite = self._sprite(walker, pose)
        small = size < HEIGHT_PX / 2
        across = -size if pose.speed_right < 0 else size
        foot = project(pose.right_m, pose.far_m)
        matrix = affine(foot, (across, 0), (0, -size), 2 if small else 1)
        box = draw_sprite(albedo, sprite.small if small else sprite.large, matrix)
        for occluder in self._stage.occluders:
            if occluder.far_m < pose.far_m:
                draw_occluder(albedo, occluder, box)


class PlazaSource:
    """A plaza as a FrameSource: the same seed gives the same frames, however fast they are read.

    Args:
        seed, seconds, start_empty_s: of the plaza.
        fps: frames per second, > 0.
        clock_ms: Unix time in milliseconds; read once, at the first frame, when not in real time.
        realtime: wait until each frame is due; otherwise deliver as fast as they are read.
        sleep: how to wait, in seconds.

    Raises:
        ConfigError: the rate or the times make no scene.
    """

    def __init__(  # noqa: PLR0913 -- keyword-only, and every one has a default but the clock
        self,
        *,
        clock_ms: Callable[[], int],
        seed: int = 7,
        fps: float = 15.0,
        seconds: float = 60.0,
        realtime: bool = True,
        start_empty_s: float = 4.0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if fps <= 0:
            raise ConfigError(f"plaza at {fps} frames per second: expected > 0")
        self._plaza = Plaza(seed=seed, seconds=seconds, start_empty_s=start_empty_s)
        self._fps, self._realtime = fps, realtime
        self._clock_ms, self._sleep = clock_ms, sleep
        self._start_ms: int | None = None
        self._index = 0
        self._closed = False

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) of the frames in pixels."""
        return PICTURE_WIDTH, PICTURE_HEIGHT

    @property
    def fps(self) -> float:
        """Frames per second."""
        return self._fps

    @property
    def live(self) -> bool:
        """Whether the world goes on while nobody reads: in real time it does."""
        return self._realtime

    def read(self) -> Frame | None:
        """Return the next frame, or None after the last; SensorError once closed."""
        if self._closed:
            raise SensorError("the plaza is closed", hint="open a new PlazaSource")
        if self._index >= round(self._plaza.seconds * self._fps):
            return None
        if self._start_ms is None:
            self._start_ms = self._clock_ms()
        due_ms = self._start_ms + round(self._index * 1000 / self._fps)
        if self._realtime and (early_ms := due_ms - self._clock_ms()) > 0:
            self._sleep(early_ms / 1000)
        pixels = self._plaza.render(self._index / self._fps)
        frame = Frame(pixels, due_ms, self._index)
        self._index += 1
        return frame

    def truth(self) -> PlazaTruth:
        """Return what really happens in these frames."""
        return self._plaza.truth(fps=self._fps)

    def close(self) -> None:
        """End; harmless when repeated."""
        self._closed = True


def _step(pose: Pose, by: tuple[float, float]) -> tuple[float, float]:
    """What a step on the ground, in metres, is in pixels."""
    x0, y0 = project(pose.right_m, pose.far_m)
    x1, y1 = project(pose.right_m + by[0], pose.far_m + by[1])
    return x1 - x0, y1 - y0


def _noise(rng: np.random.Generator) -> Pixels:
    shape = (PICTURE_HEIGHT + _NOISE_MARGIN, PICTURE_WIDTH + _NOISE_MARGIN, 3)
    noise = rng.normal(128.5, _NOISE_SIGMA, shape)
    return np.clip(noise, 0, 255, out=noise).astype(np.uint8)


def _spot() -> Pixels:
    spot = np.zeros((HEIGHT // 4, WIDTH // 4), np.uint8)
    cv2.ellipse(spot, (16, 42), (7, 1), 0, 0, 360, 255, -1)
    return np.asarray(cv2.GaussianBlur(spot, (0, 0), 1.2), np.uint8)


_SPOT = _spot()
