"""What lies between a scene and its picture: light, rain, a shaking pole, a noisy sensor."""

from dataclasses import dataclass
from math import exp, floor, pi, sin

import cv2
import numpy as np

from edgekit.frames import Mask, Pixels
from edgekit.testing.pinhole import WIDTH
from edgekit.testing.throng import require

STEP_S = 10.0
"""The light changes at once this often, to brighter and to darker in turn."""

SWING_S = 20.0
"""Slow light comes and goes in this time."""

_SHEETS, _ROOM = 4, 64
_FALL_PX, _FALL_WIDTH = 22.0, 1.4  # of a streak in a picture 640 px wide
_SHAKE_HZ = (0.7, 1.9, 3.7)  # a pole in the wind


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """What the camera has to see through.

    Attributes:
        brightness: of the whole picture; 1 is daylight, 0 nothing.
        light_step: factor by which the light changes at once, every ten seconds; 1: never.
        light_swing: steepest slow change of light in a second, as a share; 0: none.
        shake_px: the farthest that the view sways, in pixels of a picture 640 px wide.
        rain: share of the picture that streaks cover, 0 to 0.2.
        noise: standard deviation of each pixel in grey levels.

    Raises:
        ConfigError: a value outside its range.
    """

    brightness: float = 1.0
    light_step: float = 1.0
    light_swing: float = 0.0
    shake_px: float = 0.0
    rain: float = 0.0
    noise: float = 2.0

    def __post_init__(self) -> None:
        require(
            ("brightness", self.brightness, 0.0, 1.5),
            ("light_step", self.light_step, 1.0, 4.0),
            ("light_swing", self.light_swing, 0.0, 1.0),
            ("shake_px", self.shake_px, 0.0, 16.0),
            ("rain", self.rain, 0.0, 0.2),
            ("noise", self.noise, 0.0, 60.0),
        )

    def gain(self, t_s: float) -> float:
        """Return how bright it is at that time; 1 is daylight."""
        # Up and down around the middle, so that each step is one that was not there just before.
        turn = (0, 1, 0, -1)[floor(t_s / STEP_S) % 4]
        swing = self.light_swing * SWING_S / (2 * pi) * sin(2 * pi * t_s / SWING_S)
        return float(self.brightness * self.light_step**turn * exp(swing))


class Lens:
    """Turns a drawn scene into what a camera under this weather gives.

    Args:
        rng: of noise, rain and sway; the same one gives the same pictures.
        size: (width, height) of the picture in pixels.
        margin: pixels that the drawn scene is larger, on the left and right, at the top and low.
    """

    def __init__(
        self,
        rng: np.random.Generator,
        weather: Weather,
        *,
        size: tuple[int, int],
        margin: tuple[int, int],
    ) -> None:
        self._weather, self._size, self._margin = weather, size, margin
        self._scale = size[0] / WIDTH
        self._phases = rng.uniform(0, 2 * pi, (2, len(_SHAKE_HZ)))
        shape = (size[1] + _ROOM, size[0] + _ROOM)
        self._noise = [_grain(rng, shape, weather.noise) for _ in range(_SHEETS)]
        self._rain = [self._streaks(rng, shape) for _ in range(_SHEETS if weather.rain else 0)]

    def sway(self, t_s: float) -> tuple[float, float]:
        """Return how far the view is off at that time, in pixels of this picture."""
        waves = [[sin(2 * pi * hz * t_s + p) for hz, p in zip(_SHAKE_HZ, row, strict=True)]
                 for row in self._phases]  # fmt: skip
        reach = self._weather.shake_px * self._scale / len(_SHAKE_HZ)
        return sum(waves[0]) * reach, sum(waves[1]) * reach / 2

    def picture(self, scene: Pixels, t_s: float) -> Pixels:
        """Return uint8 (height, width, 3), BGR, the caller's own."""
        (width, height), (dx, dy) = self._size, self.sway(t_s)
        across, down = self._margin
        if dx or dy:
            shift = np.array([[1.0, 0.0, dx - across], [0.0, 1.0, dy - down]])
            seen = cv2.warpAffine(scene, shift, self._size, borderMode=cv2.BORDER_REPLICATE)
        else:
            seen = scene[down : down + height, across : across + width]
        lit = cv2.convertScaleAbs(seen, alpha=self._weather.gain(t_s))
        tick = floor(t_s * 1000 + 0.5) * 2654435761 % 2**32  # Knuth's multiplicative hash
        if self._rain:
            lit = cv2.add(lit, self._cut(self._rain[tick >> 16 & 3], tick >> 4))
        grain = self._cut(self._noise[tick >> 14 & 3], tick)
        return np.asarray(cv2.addWeighted(lit, 1.0, grain, 1.0, -128.0), np.uint8)

    def _cut(self, sheet: Pixels, tick: int) -> Pixels:
        x, y = tick >> 26 & 63, tick >> 20 & 63
        return sheet[y : y + self._size[1], x : x + self._size[0]]

    def _streaks(self, rng: np.random.Generator, shape: tuple[int, int]) -> Pixels:
        sheet: Mask = np.zeros(shape, np.uint8)
        thick = max(1, round(_FALL_WIDTH * self._scale))
        while cv2.countNonZero(sheet) < self._weather.rain * sheet.size:
            x, y = rng.uniform(0, shape[1]), rng.uniform(0, shape[0])
            fall = _FALL_PX * self._scale * rng.uniform(0.5, 1.5)
            light = int(rng.integers(30, 110) * self._weather.brightness)
            start, end = (round(8 * x), round(8 * y)), (round(8 * x + fall), round(8 * (y + fall)))
            cv2.line(sheet, start, end, light, thick, cv2.LINE_AA, 3)
        return np.asarray(cv2.cvtColor(sheet, cv2.COLOR_GRAY2BGR), np.uint8)


def _grain(rng: np.random.Generator, shape: tuple[int, int], sigma: float) -> Pixels:
    noise = rng.normal(128.5, max(sigma, 1e-6), (*shape, 3))
    return np.clip(noise, 0, 255, out=noise).astype(np.uint8)
