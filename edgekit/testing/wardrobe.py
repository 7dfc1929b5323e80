"""What is drawn once and shown in many scenes: the ground, the looks and their sprites."""

from dataclasses import dataclass, field
from math import floor

import numpy as np

from edgekit.frames import Pixels
from edgekit.testing.cast import Pose, Walker, looks
from edgekit.testing.figure import PHASES, Facing, Look, Sprite, draw
from edgekit.testing.ground import draw_ground

STRIDE = 0.82
"""Metres walked in one cycle of two steps, for each metre of height."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wardrobe:
    """Drawn things that do not depend on who walks where.

    Attributes:
        ground: uint8 (480, 640, 3), BGR albedo.
        looks: what people wear.
        sprites: filled as figures are first seen.
    """

    ground: Pixels
    looks: tuple[Look, ...]
    sprites: dict[tuple[int, Facing, int | None], Sprite] = field(default_factory=dict)

    @classmethod
    def of(cls, rng: np.random.Generator) -> "Wardrobe":
        """Draw the ground and choose the looks; takes about half a second."""
        return cls(ground=draw_ground(rng), looks=looks(rng))

    def height_m(self, walker: Walker) -> float:
        """Return how tall somebody is."""
        return self.looks[walker.look].height_m

    def sprite(self, walker: Walker, pose: Pose) -> Sprite:
        """Return the figure in this pose, from the side; who stands faces the camera."""
        moving = bool(pose.speed_right or pose.speed_far)
        stride = STRIDE * self.height_m(walker)
        phase = floor(pose.walked_m / stride * PHASES) % PHASES if moving else None
        key = (walker.look, Facing.SIDE if moving else Facing.FRONT, phase)
        if key not in self.sprites:
            self.sprites[key] = draw(self.looks[walker.look], key[1], phase)
        return self.sprites[key]
