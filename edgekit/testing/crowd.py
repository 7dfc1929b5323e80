"""A synthetic crowd before a fixed camera, with exact truth: density, pace, light, rain, shake.

    scene = CrowdScene(Throng(density_per_m2=0.5), Weather(noise=8), seed=1, seconds=60)
    shot = scene.shot(12.4)
    shot.pixels, shot.people, shot.visible

Cheaper to draw than the plaza and made to be swept, not to be looked at. Nothing here has passed
the gate. Nobody's picture is used: every figure is drawn.
"""

from dataclasses import dataclass
from math import hypot

import cv2
import numpy as np
from numpy.typing import NDArray

from edgekit.errors import ConfigError
from edgekit.frames import Pixels
from edgekit.geometry import Line, Zone
from edgekit.testing.blit import (
    Labels,
    affine,
    darken,
    draw_sprite,
    mark_sprite,
)
from edgekit.testing.cast import Pose, Walker
from edgekit.testing.figure import HEIGHT_PX
from edgekit.testing.pinhole import EYE_PX, WIDTH, project
from edgekit.testing.throng import People, Throng, require
from edgekit.testing.wardrobe import Wardrobe
from edgekit.testing.weather import Lens, Weather

SMALL = 320
"""Width of the picture unless another is asked for: as much as motion looks at."""

_MARGIN = (0.14, 0.05)  # of the width and the height: people are whole there, outside the picture
_PILLAR_M, _PILLAR = 6.5, (92, 100, 104)
_GROUND_M = (6.1, 12.4)  # from the camera: the line and the zone reach so far
_SUN = (0.9, -0.44)  # where shadows fall: mostly aside, a little towards the camera

Someone = tuple[int, Walker, Pose]
Marked = tuple[int, int, int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What stands and falls on the pavement.

    Attributes:
        pillar_m: width of a pillar before the middle of the picture; 0: none.
        shadow: length of a shadow over the height of who casts it; 0: none.
        shadow_dark: share of the light that a shadow takes, 0 to 1.

    Raises:
        ConfigError: a value outside its range.
    """

    pillar_m: float = 0.0
    shadow: float = 0.0
    shadow_dark: float = 0.5

    def __post_init__(self) -> None:
        require(
            ("pillar_m", self.pillar_m, 0.0, 4.0),
            ("shadow", self.shadow, 0.0, 4.0),
            ("shadow_dark", self.shadow_dark, 0.0, 1.0),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shot:
    """One picture of the crowd and the truth about it, for everybody on the pavement.

    Attributes:
        pixels: uint8 (height, width, 3), BGR.
        xyxy: float32 (n, 4): the whole silhouette, hidden or not, in pixels.
        number: int64 (n,): who it is, the same in every picture.
        visible: float32 (n,): share of the silhouette that shows in the picture, 0 to 1.
        whole: bool (n,): whether it is in the picture and neither side of it cuts the silhouette.
        in_zone: bool (n,): whether the feet are in the zone.
    """

    pixels: Pixels
    xyxy: NDArray[np.float32]
    number: NDArray[np.int64]
    visible: NDArray[np.float32]
    whole: NDArray[np.bool_]
    in_zone: NDArray[np.bool_]

    @property
    def people(self) -> int:
        """People who are whole in the picture, hidden by others or not."""
        return int(np.count_nonzero(self.whole))


class CrowdScene:
    """The crowd as one camera sees it; ``shot`` is a pure function of the time.

    Args:
        throng, weather, place: what is swept.
        seed: of everything random; the same seed gives the same pixels.
        seconds: how long people keep arriving, > 0.
        width: of the picture in pixels; its height is three quarters of that.
        wardrobe: drawn things to share between scenes; its own if None.

    Raises:
        ConfigError: the time or the width makes no scene.
    """

    def __init__(  # noqa: PLR0913 -- keyword-only, and each but the seed has a default
        self,
        *,
        seed: int,
        seconds: float = 60.0,
        throng: Throng | None = None,
        weather: Weather | None = None,
        place: Place | None = None,
        width: int = SMALL,
        wardrobe: Wardrobe | None = None,
    ) -> None:
        if seconds <= 0 or width % 4 or not 0 < width <= WIDTH:
            raise ConfigError(
                f"crowd of {seconds} s, {width} px wide: expected > 0, and 4 to {WIDTH} in fours"
            )
        rng = np.random.default_rng(seed)
        self.place = place or Place()
        height = width * 3 // 4
        self.size = (width, height)
        self._scale = width / WIDTH
        near, far = (min(height, self._row(far_m)) for far_m in _GROUND_M)
        middle = width / 2
        self.line = Line("middle", (middle, near), (middle, far))
        self.zone = Zone("half", ((middle, far), (width, far), (width, near), (middle, near)))
        self.people = People(rng, throng or Throng(), seconds=seconds)
        self._wardrobe = wardrobe or Wardrobe.of(rng)
        self._margin = across, down = round(_MARGIN[0] * width), round(_MARGIN[1] * height)
        self._lens = Lens(rng, weather or Weather(), size=self.size, margin=self._margin)
        small = cv2.resize(self._wardrobe.ground, self.size, interpolation=cv2.INTER_AREA)
        self._empty = cv2.copyMakeBorder(small, down, down, across, across, cv2.BORDER_REFLECT)

    def shot(self, t_s: float) -> Shot:
        """Return the picture at that time with its truth."""
        scene = np.asarray(self._empty.copy(), np.uint8)
        labels: Labels = np.zeros(scene.shape[:2], np.uint16)
        present = self.people.present(t_s)
        if self.place.shadow:
            for _, walker, pose in present:
                self._shadow(scene, walker, pose)
        marked = [self._show(scene, labels, mark, one) for mark, one in enumerate(present, 1)]
        if self.place.pillar_m:
            self._stand(scene, labels)
        return self._judged(scene, labels, present, marked, t_s)

    def _judged(
        self,
        scene: Pixels,
        labels: Labels,
        present: list[Someone],
        marked: list[Marked],
        t_s: float,
    ) -> Shot:
        """Put picture and truth together; the view's sway moves both."""
        (width, height), (across, down) = self.size, self._margin
        dx, dy = self._lens.sway(t_s)
        seen = labels[down : down + height, across : across + width].ravel()
        shown = np.bincount(seen, minlength=len(present) + 1)[1 : len(present) + 1]
        found = np.array(marked, np.float32).reshape(-1, 5)
        feet = [self._foot(pose) for _, _, pose in present]
        xyxy = found[:, :4] + np.array((dx - across, dy - down) * 2, np.float32)
        return Shot(
            pixels=self._lens.picture(scene, t_s),
            xyxy=xyxy,
            number=np.array([number for number, _, _ in present], np.int64),
            visible=np.asarray(shown / np.maximum(found[:, 4], 1), np.float32),
            whole=np.asarray((xyxy[:, 0] >= 0) & (xyxy[:, 2] <= width), np.bool_),
            in_zone=np.array([self.zone.contains(foot) for foot in feet], np.bool_),
        )

    def _foot(self, pose: Pose) -> tuple[float, float]:
        """Where somebody stands in the picture, without its margin."""
        x, y = project(pose.right_m, pose.far_m)
        return x * self._scale, y * self._scale

    def _step(self, pose: Pose, by: tuple[float, float]) -> tuple[float, float]:
        """What a step on the ground, in metres, is in pixels of the picture."""
        x0, y0 = project(pose.right_m, pose.far_m)
        x1, y1 = project(pose.right_m + by[0], pose.far_m + by[1])
        return (x1 - x0) * self._scale, (y1 - y0) * self._scale

    def _placed(self, pose: Pose) -> tuple[float, float]:
        """Where somebody stands in the drawn scene, with its margin."""
        x, y = self._foot(pose)
        return x + self._margin[0], y + self._margin[1]

    def _show(self, scene: Pixels, labels: Labels, mark: int, one: Someone) -> Marked:
        _, walker, pose = one
        size = self._wardrobe.height_m(walker) * EYE_PX / pose.far_m * self._scale
        sprite = self._wardrobe.sprite(walker, pose)
        small = size < HEIGHT_PX / 2
        across = -size if pose.speed_right < 0 else size
        matrix = affine(self._placed(pose), (across, 0), (0, -size), 2 if small else 1)
        pixels = sprite.small if small else sprite.large
        draw_sprite(scene, pixels, matrix)
        return mark_sprite(labels, pixels, matrix, mark)

    def _shadow(self, scene: Pixels, walker: Walker, pose: Pose) -> None:
        """Darken the ground that somebody hides from the sun."""
        height = self._wardrobe.height_m(walker)
        reach = self.place.shadow * height / hypot(*_SUN)
        up = self._step(pose, (_SUN[0] * reach, _SUN[1] * reach))
        across = self._step(pose, (-_SUN[1] * height, _SUN[0] * height))
        mask = self._wardrobe.sprite(walker, pose).silhouette
        darken(scene, mask, affine(self._placed(pose), across, up, 4), self.place.shadow_dark)

    def _stand(self, scene: Pixels, labels: Labels) -> None:
        """Put the pillar before everybody."""
        half = self.place.pillar_m / 2
        left, right = (project(x, _PILLAR_M)[0] * self._scale for x in (-half, half))
        base = round(project(0, _PILLAR_M)[1] * self._scale) + self._margin[1]
        x1, x2 = round(left) + self._margin[0], round(right) + self._margin[0]
        round_ = 0.75 + 0.35 * np.sin(np.linspace(0.2, 2.6, x2 - x1))
        scene[:base, x1:x2] = (round_[:, None] * np.array(_PILLAR)).astype(np.uint8)
        labels[:base, x1:x2] = 0

    def _row(self, far_m: float) -> float:
        return project(0, far_m)[1] * self._scale
