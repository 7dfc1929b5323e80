"""People drawn from scratch: sprites of a walking figure, seen from the side, front and back.

Nobody's picture is used. Each `Look` is a fixed set of colours and proportions; each sprite is
premultiplied BGRA, so that a blit is one multiply and one add.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import cos, pi, sin

import cv2
import numpy as np

from edgekit.frames import Mask, Pixels

PHASES = 10
"""Sprites in one cycle of two steps."""

HEIGHT_PX = 160
"""Height of a figure in its largest sprite."""

WIDTH, HEIGHT = 132, 180
FOOT = (66, 172)
"""Canvas of the largest sprite, and the point in it that stands on the ground."""

_SS = 3  # supersampling: drawn three times as large, then averaged down

Colour = tuple[int, int, int]
Place = tuple[float, float]  # x right, y up from the ground, in units of the figure's height


class Facing(StrEnum):
    """How a figure is seen; walking left is SIDE mirrored."""

    SIDE = "side"
    FRONT = "front"
    BACK = "back"


class Cut(StrEnum):
    """The shape of the clothes."""

    JACKET = "jacket"
    COAT = "coat"
    DRESS = "dress"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a figure looks like; colours are BGR."""

    skin: Colour
    hair: Colour
    top: Colour
    legs: Colour
    shoes: Colour
    cut: Cut
    long_hair: bool
    bag: bool
    height_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sprite:
    """One pose at two sizes and its soft silhouette.

    Attributes:
        large, small: uint8, shape (height, width, 4), BGRA, premultiplied; small is half as large.
        silhouette: uint8, shape (height / 4, width / 4), blurred, for the cast shadow.
    """

    large: Pixels
    small: Pixels
    silhouette: Mask


class _Canvas:
    def __init__(self) -> None:
        self.colour = np.zeros((HEIGHT * _SS, WIDTH * _SS, 3), np.uint8)
        self.mask = np.zeros((HEIGHT * _SS, WIDTH * _SS), np.uint8)

    def at(self, place: Place) -> tuple[int, int]:
        scale = HEIGHT_PX * _SS
        return round(FOOT[0] * _SS + place[0] * scale), round(FOOT[1] * _SS - place[1] * scale)

    def limb(self, a: Place, b: Place, width: float, colour: Colour) -> None:
        """Draw a round-ended stroke, lit from the upper left."""
        thick = max(2, round(width * HEIGHT_PX * _SS))
        offset = width * 0.16
        lit_a, lit_b = (a[0] - offset, a[1] + offset / 2), (b[0] - offset, b[1] + offset / 2)
        cv2.line(self.mask, self.at(a), self.at(b), 255, thick)
        cv2.line(self.colour, self.at(a), self.at(b), shade(colour, 0.74), thick)
        cv2.line(self.colour, self.at(lit_a), self.at(lit_b), colour, max(1, round(thick * 0.62)))

    def polygon(self, corners: list[Place], colour: Colour) -> None:
        points = np.array([self.at(c) for c in corners], np.int32)
        cv2.fillPoly(self.mask, [points], 255)
        cv2.fillPoly(self.colour, [points], colour)
        join = round(0.03 * HEIGHT_PX * _SS)
        cv2.polylines(self.mask, [points], True, 255, join)
        cv2.polylines(self.colour, [points], True, colour, join)

    def ellipse(self, centre: Place, radii: Place, colour: Colour, arc: Place = (0, 360)) -> None:
        axes = (
            max(1, round(radii[0] * HEIGHT_PX * _SS)),
            max(1, round(radii[1] * HEIGHT_PX * _SS)),
        )
        cv2.ellipse(self.mask, self.at(centre), axes, 0, arc[0], arc[1], 255, -1)
        cv2.ellipse(self.colour, self.at(centre), axes, 0, arc[0], arc[1], colour, -1)

    def sprite(self) -> Sprite:
        inside = cv2.bitwise_and(self.colour, self.colour, mask=self.mask)
        covered = cv2.merge([*cv2.split(inside), self.mask])
        large = cv2.resize(covered, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
        small = cv2.resize(large, (WIDTH // 2, HEIGHT // 2), interpolation=cv2.INTER_AREA)
        tiny = cv2.resize(
            cv2.extractChannel(large, 3), (WIDTH // 4, HEIGHT // 4), interpolation=cv2.INTER_AREA
        )
        return Sprite(
            large=np.asarray(large, np.uint8),
            small=np.asarray(small, np.uint8),
            silhouette=np.asarray(cv2.GaussianBlur(tiny, (0, 0), 1.1), np.uint8),
        )


def shade(colour: Colour, gain: float) -> Colour:
    """Return the colour made darker (< 1) or lighter (> 1)."""
    b, g, r = (min(255, round(c * gain)) for c in colour)
    return b, g, r


def draw(look: Look, facing: Facing, phase: int | None) -> Sprite:
    """Draw one pose: ``phase`` 0 to PHASES - 1 of the walk, or None where the figure stands."""
    swing = 0.0 if phase is None else sin(2 * pi * phase / PHASES)
    lift = 0.0 if phase is None else cos(2 * pi * phase / PHASES)
    canvas = _Canvas()
    if facing is Facing.SIDE:
        _side(canvas, look, swing, lift)
    else:
        _upright(canvas, look, swing, front=facing is Facing.FRONT)
    return canvas.sprite()


def _side(canvas: _Canvas, look: Look, swing: float, lift: float) -> None:
    hip, shoulder = (0.0, 0.5 - 0.02 * abs(swing)), (0.015, 0.8)
    far, near = shade(look.legs, 0.8), look.legs
    if look.cut is Cut.DRESS:
        far, near = shade(look.skin, 0.8), look.skin
    _arm(canvas, shoulder, -swing, shade(look.top, 0.72), shade(look.skin, 0.85))
    _leg(canvas, (hip, -swing, -lift), far, shade(look.shoes, 0.8))
    _leg(canvas, (hip, swing, lift), near, look.shoes)
    _torso(canvas, look, 0.062, 0.058, sway=0.05 * abs(swing))
    canvas.limb((0.012, 0.83), (0.02, 0.88), 0.05, shade(look.skin, 0.85))
    head = (0.028, 0.925)
    if look.long_hair:
        canvas.limb((0.0, 0.93), (-0.02, 0.82), 0.075, shade(look.hair, 0.85))
    canvas.ellipse(head, (0.052, 0.068), look.skin)
    canvas.ellipse((0.082, 0.915), (0.014, 0.011), look.skin)
    canvas.ellipse((0.02, 0.945), (0.056, 0.055), look.hair, (150, 335))
    canvas.ellipse((-0.005, 0.93), (0.032, 0.05), look.hair)
    canvas.ellipse((0.018, 0.915), (0.011, 0.016), shade(look.skin, 0.86))
    canvas.ellipse((0.058, 0.931), (0.008, 0.007), (235, 235, 235))
    canvas.ellipse((0.061, 0.931), (0.005, 0.007), (40, 30, 30))
    canvas.limb((0.052, 0.946), (0.07, 0.946), 0.008, shade(look.hair, 0.7))
    canvas.limb((0.06, 0.889), (0.074, 0.89), 0.009, (90, 80, 170))
    if look.bag:
        canvas.polygon([(-0.085, 0.77), (-0.05, 0.77), (-0.05, 0.6), (-0.09, 0.6)], look.shoes)
    _arm(canvas, shoulder, -swing, shade(look.top, 0.93), look.skin)


def _leg(canvas: _Canvas, pose: tuple[Place, float, float], colour: Colour, shoes: Colour) -> None:
    hip, swing, lift = pose
    thigh, bend = 0.46 * swing, 0.12 + 0.75 * max(0.0, lift)
    knee = (hip[0] + 0.235 * sin(thigh), hip[1] - 0.235 * cos(thigh))
    shin = thigh - bend
    ankle = (knee[0] + 0.22 * sin(shin), max(0.03, knee[1] - 0.22 * cos(shin)))
    canvas.limb(hip, knee, 0.088, colour)
    canvas.limb(knee, ankle, 0.062, colour)
    tilt = 0.045 * max(0.0, lift)
    canvas.limb(
        (ankle[0] - 0.008, ankle[1] - 0.008),
        (ankle[0] + 0.058, ankle[1] - 0.012 - tilt / 3),
        0.042,
        shoes,
    )


def _arm(canvas: _Canvas, shoulder: Place, swing: float, sleeve: Colour, skin: Colour) -> None:
    upper = 0.5 * swing
    elbow = (shoulder[0] + 0.165 * sin(upper), shoulder[1] - 0.165 * cos(upper))
    fore = upper + 0.35
    hand = (elbow[0] + 0.145 * sin(fore), elbow[1] - 0.145 * cos(fore))
    canvas.limb(shoulder, elbow, 0.06, sleeve)
    canvas.limb(elbow, hand, 0.05, sleeve)
    canvas.ellipse(hand, (0.022, 0.026), skin)


def _upright(canvas: _Canvas, look: Look, swing: float, *, front: bool) -> None:
    leg = look.skin if look.cut is Cut.DRESS else look.legs
    for side in (-1, 1):
        up = 0.055 * max(0.0, side * swing)
        hip, knee = (0.045 * side, 0.5), (0.05 * side, 0.27 + 0.6 * up)
        ankle = (0.05 * side, 0.035 + up)
        tone = leg if up == 0 else shade(leg, 0.86)
        canvas.limb(hip, knee, 0.088, tone)
        canvas.limb(knee, ankle, 0.064, tone)
        toe = (ankle[0] + 0.008 * side, ankle[1] - (0.012 if front else 0.0))
        canvas.limb(ankle, toe, 0.052, look.shoes)
    for side in (-1, 1):
        reach = 0.035 * side * swing
        elbow = (0.128 * side, 0.645 + reach / 2)
        hand = (0.124 * side, 0.5 + reach)
        canvas.limb((0.102 * side, 0.795), elbow, 0.06, shade(look.top, 0.88))
        canvas.limb(elbow, hand, 0.05, shade(look.top, 0.88))
        canvas.ellipse(hand, (0.022, 0.026), look.skin)
    _torso(canvas, look, 0.1, 0.075, sway=0.0)
    if front:
        _face(canvas, look)
    else:
        _nape(canvas, look)


def _torso(canvas: _Canvas, look: Look, shoulder: float, hip: float, *, sway: float) -> None:
    hem = {Cut.JACKET: 0.47, Cut.COAT: 0.31, Cut.DRESS: 0.3}[look.cut]
    flare = {Cut.JACKET: 1.0, Cut.COAT: 1.12, Cut.DRESS: 1.45}[look.cut]
    low = hip * flare + sway * (0.5 - hem) * 6
    outline = [
        (-shoulder, 0.81),
        (shoulder, 0.81),
        (hip, 0.55),
        (low, hem),
        (-low, hem),
        (-hip, 0.55),
    ]
    canvas.polygon(outline, shade(look.top, 0.8))
    lit = [(x * 0.66 - shoulder * 0.2, y) for x, y in outline]
    canvas.polygon(lit, look.top)


def _face(canvas: _Canvas, look: Look) -> None:
    if look.long_hair:
        canvas.ellipse((0.0, 0.9), (0.068, 0.09), shade(look.hair, 0.82))
    canvas.limb((0.0, 0.83), (0.0, 0.88), 0.055, shade(look.skin, 0.82))
    canvas.polygon([(-0.02, 0.822), (0.02, 0.822), (0.0, 0.785)], shade(look.top, 1.25))
    canvas.ellipse((0.0, 0.952), (0.057, 0.052), look.hair)
    canvas.ellipse((0.0, 0.922), (0.05, 0.066), look.skin)
    canvas.ellipse((0.0, 0.958), (0.053, 0.036), look.hair, (180, 360))
    for side in (-1, 1):
        canvas.ellipse((0.051 * side, 0.918), (0.009, 0.015), shade(look.skin, 0.88))
        canvas.ellipse((0.02 * side, 0.93), (0.0105, 0.007), (238, 238, 238))
        canvas.ellipse((0.02 * side, 0.93), (0.0055, 0.0065), (45, 35, 30))
        canvas.limb((0.012 * side, 0.948), (0.03 * side, 0.945), 0.007, shade(look.hair, 0.7))
        canvas.ellipse((0.028 * side, 0.908), (0.011, 0.008), _blush(look.skin))
    canvas.limb((0.0, 0.926), (0.002, 0.909), 0.009, shade(look.skin, 0.86))
    canvas.ellipse((0.0, 0.893), (0.018, 0.01), (84, 74, 176), (0, 180))


def _nape(canvas: _Canvas, look: Look) -> None:
    canvas.limb((0.0, 0.83), (0.0, 0.88), 0.055, shade(look.skin, 0.82))
    canvas.ellipse((0.0, 0.922), (0.05, 0.064), look.skin)
    canvas.ellipse((0.0, 0.937), (0.056, 0.062), look.hair)
    if look.long_hair:
        canvas.ellipse((0.0, 0.87), (0.058, 0.08), look.hair)
    if look.bag:
        canvas.polygon([(-0.06, 0.77), (0.06, 0.77), (0.065, 0.58), (-0.065, 0.58)], look.shoes)


def _blush(skin: Colour) -> Colour:
    b, g, r = skin
    return round(b * 0.9), round(g * 0.9), min(255, round(r * 1.04))
