"""Does the truth lie within the error that a calibrated camera states?

Scenes of known illuminance through the model of a small camera: surfaces of many reflectances under
uneven light, a lens that darkens to its corners, shot and read noise, a white balance that is off,
clipping, sRGB's curve, 8 bits, motion JPEG. Each camera is calibrated as a maker does it, at one
exposure, by a meter that is off by some percent itself; then the scene reflects between half and
twice of what it did, and the light is anything from far below to far above what can be told.

The model is ours: no camera was measured. Noise and reflectances are drawn, so ``--data`` is not
read.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import report
from numpy.typing import NDArray

from edgekit.frames import Pixels
from edgekit.perception.illuminance import illuminance_lux
from edgekit.perception.photometer import SCENE_FACTOR, Exposed, Photometer, calibrate, exposed

Array = NDArray[np.float64]
SIZE = (96, 128)
EXPOSURE_S = 0.02
METER_ERROR = 0.05
"""Standard deviation of what a cheap meter, and where it is held, make of the truth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """One camera at one place: shape (height, width) each, linear.

    ``reflects`` is the scene lit evenly by one lux, ``full`` how much of it fills the range in a
    second.
    """

    reflects: Array
    balance: Array
    full: float
    electrons: float
    read_noise: float

    @classmethod
    def at(cls, dice: np.random.Generator) -> "Camera":
        """Draw a place and a camera that looks at it."""
        height, width = SIZE
        surfaces = dice.lognormal(np.log(0.2), 0.6, (6, 8))
        scene = cv2.resize(surfaces, (width, height), interpolation=cv2.INTER_NEAREST)
        scene *= dice.lognormal(0, 0.15, SIZE)
        shade = cv2.resize(dice.uniform(0.4, 1.0, (3, 4)), (width, height))
        y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
        lens = 1 - dice.uniform(0.1, 0.4) * (x**2 + y**2) / 2
        return cls(
            reflects=np.minimum(scene, 0.95 / SCENE_FACTOR) * shade * lens,
            balance=dice.uniform(0.8, 1.2, 3),
            full=float(dice.uniform(2, 40)),
            electrons=float(dice.uniform(1_000, 6_000)),
            read_noise=float(dice.uniform(0.0005, 0.003)),
        )

    def picture(
        self, lux: float, reflects: float, exposure_s: float, dice: np.random.Generator
    ) -> Pixels:
        """Take a picture, uint8 (height, width, 3) BGR."""
        light = self.reflects[..., None] * self.balance * (reflects * lux * exposure_s / self.full)
        light = dice.poisson(np.minimum(light, 50) * self.electrons) / self.electrons
        light = np.clip(light + dice.normal(0, self.read_noise, light.shape), 0, 1)
        curve = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)  # noqa: PLR2004 -- constants of IEC 61966-2-1
        pixels = np.rint(curve * 255).astype(np.uint8)
        _, jpeg = cv2.imencode(".jpg", pixels, (cv2.IMWRITE_JPEG_QUALITY, 85))
        return np.asarray(cv2.imdecode(jpeg, cv2.IMREAD_COLOR), np.uint8)

    def lux_at(self, luminance: float, exposure_s: float) -> float:
        """Return about how much light makes a picture of this mean luminance."""
        return luminance * self.full / (float(self.reflects.mean()) * exposure_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One picture: what it was, what was said, and what an uncalibrated camera makes of it."""

    lux: float
    reflects: float
    said: int | None
    factor: float
    rough: int

    def holds(self, said: float) -> bool:
        """Whether the truth lies within the stated error of this."""
        return said / self.factor <= self.lux <= said * self.factor


def calibrated(camera: Camera, pairs: int, dice: np.random.Generator) -> Photometer:
    """Calibrate it as a maker does, at so many times of a day."""
    taken: list[tuple[Exposed, float]] = []
    while len(taken) < pairs:
        lux = camera.lux_at(float(np.exp(dice.uniform(*np.log((0.03, 0.3))))), EXPOSURE_S)
        seen = exposed(camera.picture(lux, 1, EXPOSURE_S, dice), exposure_s=EXPOSURE_S)
        if seen.measurable:
            taken.append((seen, lux * float(np.exp(dice.normal(0, METER_ERROR)))))
    return calibrate(taken)


def tries(cameras: int, pictures: int, pairs: int, seed: int) -> list[Tried]:
    """Return what happened in all pictures of all cameras."""
    dice = np.random.default_rng(seed)
    found = []
    for _ in range(cameras):
        camera = Camera.at(dice)
        photometer = calibrated(camera, pairs, dice)
        for _ in range(pictures):
            lux = camera.lux_at(float(np.exp(dice.uniform(*np.log((0.0005, 8))))), EXPOSURE_S)
            reflects = float(np.exp(dice.uniform(-1, 1) * np.log(SCENE_FACTOR)))
            picture = camera.picture(lux, reflects, EXPOSURE_S, dice)
            # A camera left alone looks for a mean of 18 %, and says nothing of how it got there.
            regulated_s = EXPOSURE_S * 0.18 / (lux / camera.lux_at(1, EXPOSURE_S) * reflects)
            itself = camera.picture(lux, reflects, min(1 / 15, regulated_s), dice)
            found.append(
                Tried(
                    lux=lux,
                    reflects=reflects,
                    said=photometer.whole_lux(exposed(picture, exposure_s=EXPOSURE_S)),
                    factor=photometer.stated_factor,
                    rough=illuminance_lux(itself),
                )
            )
    return found


def held_percent(found: list[Tried]) -> float:
    """Return the share of what was said that held."""
    said = [one for one in found if one.said is not None]
    return 100 * sum(one.holds(one.said or 0) for one in said) / len(said)


def main() -> None:
    """Print the claims."""
    args = report.arguments(__doc__ or "").parse_args()
    cameras, pictures = (20, 60) if args.quick else (150, 200)
    once = tries(cameras, pictures, 1, seed=11)
    thrice = tries(cameras, pictures, 3, seed=12)
    said = [one for one in once if one.said is not None]
    rough = 100 * sum(one.holds(one.rough) for one in said) / len(said)
    extremes = [one for one in once if abs(np.log(one.reflects)) > 0.9 * np.log(SCENE_FACTOR)]
    factors = sorted(one.factor for one in thrice)
    report.finish(
        "photometer",
        [
            report.Claim(
                claim="told lux whose truth lies within the stated error, calibrated by one pair",
                value=held_percent(once),
                unit="%",
                target=">= 95",
                peer=report.Peer(name="rough illuminance, exposure left automatic", value=rough),
            ),
            report.Claim(
                claim="the same, calibrated by three pairs",
                value=held_percent(thrice),
                unit="%",
                target=">= 95",
            ),
            report.Claim(
                claim="the same by one pair, the scene at half or twice its reflectance only",
                value=held_percent(extremes),
                unit="%",
            ),
            report.Claim(claim="stated factor, one pair", value=once[0].factor, unit="x"),
            report.Claim(
                claim="stated factor, three pairs, middle one",
                value=factors[len(factors) // 2],
                unit="x",
            ),
            report.Claim(
                claim="pictures of anything that told nothing",
                value=100 - 100 * len(said) / len(once),
                unit="%",
            ),
        ],
        pictures=len(once) + len(thrice),
        cameras=2 * cameras,
    )


if __name__ == "__main__":
    main()
