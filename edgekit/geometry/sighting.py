"""What of somebody who stands at a point is in the picture; standard library only.

A counter knows a person by the box that is seen. Where the edge of the picture cuts the body, the
box is smaller, and its foot (the middle of the lower edge) is not where the feet are.
"""

import math
from dataclasses import dataclass

from edgekit.geometry.shape import Point
from edgekit.geometry.stature import Stature

OFF_GROUND_PX = 8.0
"""Where people would be lower than this the horizon is near: nobody is found there."""

WALK_M_S = 1.4
PERSON_M = 1.7

DEPTH = 0.5
"""A step away from the camera over a step across, in pixels: that of ground seen from 30° above.
It is not known how steeply a camera looks; this is usual."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What is known of the camera.

    Attributes:
        width: pixels.
        height: pixels.
        fps: pictures a second.
        stature: how high people stand in it.
    """

    width: int
    height: int
    fps: float
    stature: Stature

    def on_ground(self, foot: Point) -> bool:
        """Whether a point can be stood on: below the horizon."""
        return self.stature.offset_px + self.stature.slope * foot[1] >= OFF_GROUND_PX

    def look(self, foot: Point) -> "Sighting":
        """Return what is seen of an upright person whose feet are at a point, also outside."""
        width, height = self.stature.width(foot[1]), self.stature.height(foot[1])
        left, right = foot[0] - width / 2, foot[0] + width / 2
        top = foot[1] - height
        x1, x2 = max(0.0, left), min(float(self.width), right)
        y1, y2 = max(0.0, top), min(float(self.height), foot[1])
        across, down = max(0.0, x2 - x1) / width, max(0.0, y2 - y1) / height
        cuts = {
            "left": max(0.0, -left) / width,
            "right": max(0.0, right - self.width) / width,
            "top": max(0.0, -top) / height,
            "bottom": max(0.0, foot[1] - self.height) / height,
        }
        worst = max(cuts, key=lambda edge: cuts[edge])
        return Sighting(
            share=across * down, foot=((x1 + x2) / 2, y2), edge=worst if cuts[worst] else ""
        )

    def step_px(self, foot: Point, way: Point) -> float:
        """Return how far somebody walks from one picture to the next along a unit vector."""
        metres = WALK_M_S / self.fps
        foreshortened = math.hypot(way[0], DEPTH * way[1])
        return metres * self.stature.height(foot[1]) / PERSON_M * foreshortened


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A body as it is seen.

    Attributes:
        share: of the body that is in the picture, 0..1.
        foot: middle of the lower edge of what is seen.
        edge: which edge of the picture cuts most of it: left, right, top or bottom; empty for none.
    """

    share: float
    foot: Point
    edge: str
