"""From a frame to a covered picture, and never further than that when something goes wrong.

    redactor = Redactor((640, 480))
    png = encode(redactor.redact(frame))

Nothing here has passed the gate.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal, Protocol, get_args

import cv2
import numpy as np

from edgekit.errors import ConfigError, EdgekitError
from edgekit.frames import Detections, Frame, Mask, Pixels, RedactedImage
from edgekit.geometry import Zone
from edgekit.redaction import hold
from edgekit.redaction.background import Background, LearningRules
from edgekit.redaction.box import Box, moved
from edgekit.redaction.cover import (
    BURNT,
    COVER_BGR,
    COVERED,
    MASK_BGR,
    UNKNOWN,
    blurred,
    box_mask,
    ellipse_mask,
    flat,
    pixelated,
    polygon_mask,
    widened,
)
from edgekit.redaction.pan import Pan
from edgekit.seams.eye import Detector

Mode = Literal["foreground", "faces", "bodies", "vehicles"]
Fill = Literal["solid", "pixelate", "blur"]
Shape = Literal["box", "ellipse"]

MODES, FILLS, SHAPES = get_args(Mode), get_args(Fill), get_args(Shape)


class _Over(Protocol):
    def __call__(self, pixels: Pixels, boxes: Sequence[Box], *, onto: Pixels) -> Pixels: ...


def _solid(pixels: Pixels, boxes: Sequence[Box], *, onto: Pixels) -> Pixels:  # noqa: ARG001 -- as the others
    return onto


_OVER: Mapping[str, _Over] = {"solid": _solid, "pixelate": pixelated, "blur": blurred}
_MASKS: Mapping[str, Callable[[Iterable[Box], tuple[int, int]], Mask]] = {
    "box": box_mask,
    "ellipse": ellipse_mask,
}


class Redactor:
    """Covers people in the frames of one source.

    Mode ``foreground`` shows the learned background and flat silhouettes, never a pixel of the
    frame. Mode ``faces`` shows the frame with covered faces: gait and clothes stay. Modes
    ``bodies`` and ``vehicles`` cover whole people, and vehicles with their plates. What a detector
    doubts is covered; what fails covers all of it.

    Args:
        size: (width, height) of every frame.
        mode: which of the four.
        detector: finds faces, people or vehicles; needed by every mode but ``foreground``, which
            refuses one.
        masks: polygons that are black before anything else looks, and in every picture.
        fill: of faces and bodies: ``solid``; ``pixelate``, a few tiles of what is around; or
            ``blur``, by which it can still be told who somebody is: only if you must.
        shape: of covers: ``box``, or ``ellipse`` around it, which covers more and hides less: the
            outline of a face is what detectors look for.
        learning: when something counts as background.
        holding: how long a face stays covered.

    Raises:
        ConfigError: settings that do not go together, or a mask outside the picture.
    """

    def __init__(  # noqa: PLR0913 -- keywords of one mode or the other
        self,
        size: tuple[int, int],
        *,
        mode: Mode = "foreground",
        detector: Detector | None = None,
        masks: Sequence[Zone] = (),
        fill: Fill = "solid",
        shape: Shape = "box",
        learning: LearningRules | None = None,
        holding: hold.HoldRules | None = None,
    ) -> None:
        _require_settings(size, mode, detector)
        _require_one_of("fill", fill, FILLS)
        _require_one_of("shape", shape, SHAPES)
        for zone in masks:
            zone.require_inside(*size)
        self.size = size
        self.mode = mode
        self._fill = fill
        self._mask = _MASKS[shape]
        self._detector = detector
        self._background = Background(size, learning) if mode == "foreground" else None
        self._holding = holding or hold.HoldRules()
        self._held: tuple[hold.Held, ...] = ()
        self._pan = Pan()
        self._follows = False
        self._black = polygon_mask(masks, size)
        self._masked = bool(masks)
        self._cover = flat(size, COVER_BGR)
        self._everything: Mask = np.full(size[::-1], COVERED, np.uint8)

    @property
    def known_share(self) -> float:
        """Share of the background that is known, 0..1; 0 in mode ``faces``."""
        return 0.0 if self._background is None else self._background.known_share

    def learn(self, frame: Frame) -> None:
        """Learn the background from a frame without making a picture (mode ``foreground``)."""
        if self._background is not None and frame.size == self.size:
            self._background.update(self.burnt(frame))

    def freeze(self) -> None:
        """Learn no more, as when the same file comes a second time (mode ``foreground``)."""
        if self._background is not None:
            self._background.freeze()

    def redact(self, frame: Frame) -> RedactedImage:
        """Return the covered picture; never raises, never lets a frame through.

        Returns:
            ``whole`` is True where all of it is covered: the detector failed, the frame has
            another size, or no background is known yet.
        """
        try:
            frame = self.burnt(frame)
            if self._background is not None:
                return self._over_background(frame, self._background)
            return self.redact_found(frame, self._find(frame))
        except Exception:  # noqa: BLE001 -- whatever it was, the answer is the same: cover it all
            return self.whole()

    def apply(self, pixels: Pixels, t_ms: int) -> RedactedImage:
        """Return an array covered: as `redact`, for whoever has no `Frame`; the array stays as is.

        Args:
            pixels: uint8, shape (height, width, 3), BGR; of another form = covered whole.
            t_ms: when it was taken, in milliseconds.
        """
        try:
            frame = Frame(pixels.copy(), t_ms, 0)
        except Exception:  # noqa: BLE001 -- as in redact
            return self.whole()
        return self.redact(frame)

    def burnt(self, frame: Frame) -> Frame:
        """Return the frame with the static masks black: for whoever looks at it first."""
        if not self._masked or frame.size != self.size:
            return frame
        pixels = frame.pixels.copy()
        pixels[self._black > 0] = MASK_BGR
        return Frame(pixels, frame.t_ms, frame.index)

    def ground(self) -> RedactedImage:
        """Return the learned background alone: nobody, not even covered (mode ``foreground``).

        What is not known is dark; ``whole`` is True where nothing is, or there is no background.
        """
        if self._background is None or not self._background.known_share:
            return self.whole()
        background = self._background
        return self._finished(background.picture.copy(), _unknown(background))

    def redact_found(self, frame: Frame, found: Detections | None) -> RedactedImage:
        """Return the picture with these and the held ones covered (not mode ``foreground``).

        For a detector that runs elsewhere; None means that it failed or is late, and covers the
        picture whole.
        """
        try:
            x, y = at = self._pan.follow(frame.pixels)
            boxes = () if found is None else sightings(found, self.size, follows=self._follows)
            self._follows = True
            there = [(moved(box, (-x, -y)), sure) for box, sure in boxes]
            self._held = hold.step(self._held, there, frame.t_ms, self._holding)
            if found is None or frame.size != self.size or len(self._held) > hold.MAX_FACES:
                self._held = self._held[: hold.MAX_FACES]
                return self.whole()
            boxes_now = hold.regions(self._held, self.size, frame.t_ms, self._holding, at)
            return self._over_boxes(frame, boxes_now)
        except Exception:  # noqa: BLE001 -- as above
            return self.whole()

    def redact_at(self, frame: Frame, boxes: Sequence[Box] | None) -> RedactedImage:
        """Return the picture with these regions covered and nothing remembered.

        For a film of which a `Timeline` knows what is to be covered; None covers the picture whole.
        """
        try:
            if boxes is None or frame.size != self.size:
                return self.whole()
            return self._over_boxes(frame, boxes)
        except Exception:  # noqa: BLE001 -- as above
            return self.whole()

    def whole(self) -> RedactedImage:
        """A picture that shows nothing but the cover and the static masks."""
        return self._finished(self._cover.copy(), self._everything.copy(), whole=True)

    def _find(self, frame: Frame) -> Detections | None:
        if self._detector is None:
            return None
        try:
            return self._detector.detect(frame)
        except Exception:  # noqa: BLE001 -- None covers the picture and keeps the held faces moving
            return None

    def _over_boxes(self, frame: Frame, boxes: Sequence[Box]) -> RedactedImage:
        mask = self._mask(boxes, self.size)
        over = _OVER[self._fill](frame.pixels, boxes, onto=self._cover)
        pixels = frame.pixels.copy()
        cv2.copyTo(over, mask, pixels)
        return self._finished(pixels, mask & np.uint8(COVERED))

    def _over_background(self, frame: Frame, background: Background) -> RedactedImage:
        if frame.size != self.size:
            return self.whole()
        silhouettes = background.update(frame)
        if not background.known_share:
            return self.whole()
        pixels = background.picture.copy()
        cv2.copyTo(self._cover, silhouettes, pixels)
        covers = _unknown(background)
        covers[silhouettes > 0] = COVERED
        return self._finished(pixels, covers)

    def _finished(self, pixels: Pixels, covers: Mask, *, whole: bool = False) -> RedactedImage:
        if self._masked:
            pixels[self._black > 0] = MASK_BGR
            covers[self._black > 0] = BURNT
        pixels.flags.writeable = covers.flags.writeable = False
        return RedactedImage(pixels=pixels, mode=self.mode, whole=whole, covers=covers)


def _unknown(background: Background) -> Mask:
    return np.where(background.known > 0, np.uint8(0), np.uint8(UNKNOWN))


def encode(image: RedactedImage) -> bytes:
    """Return a covered picture as PNG without metadata."""
    done, data = cv2.imencode(".png", image.pixels)
    if not done:
        raise EdgekitError("the covered picture cannot be encoded as PNG")
    return data.tobytes()


def sightings(found: Detections, size: tuple[int, int], *, follows: bool) -> list[hold.Sighting]:
    """Boxes to cover, widened, and how likely each is right.

    Where the frame follows others, what is doubtful at its edge may be a face that comes in, of
    which little is seen yet: it is widened as if there were no doubt.

    Raises:
        ValueError: a box that is none, because its face is then somewhere else.
    """
    xyxy = found.xyxy
    if not np.isfinite(xyxy).all() or (xyxy[:, 2:] < xyxy[:, :2]).any():
        raise ValueError("a detector gave a box that is none")
    out = []
    for (a, b, c, d), confidence in zip(xyxy, found.confidence, strict=True):
        likely = 1.0 if np.isnan(confidence) else float(confidence)  # no number: covered in full
        box = (float(a), float(b), float(c), float(d))
        edge = follows and (min(a, b) <= 1 or c >= size[0] - 1 or d >= size[1] - 1)
        out.append((widened(box, size, sure=likely >= hold.SURE or edge), likely))
    return out


def _require_settings(size: tuple[int, int], mode: str, detector: Detector | None) -> None:
    if min(size) < 1:
        raise ConfigError(f"size {size[0]} x {size[1]}: expected at least 1 pixel a side")
    _require_one_of("mode", mode, MODES)
    if mode != "foreground" and detector is None:
        raise ConfigError(
            f"mode {mode!r} without a detector of {mode}",
            hint="hand one in, or use mode 'foreground', which needs none",
        )
    if mode == "foreground" and detector is not None:
        raise ConfigError("mode 'foreground' uses no detector: hand in none, or use mode 'faces'")


def _require_one_of(what: str, value: str, known: Sequence[str]) -> None:
    if value not in known:
        raise ConfigError(f"{what} {value!r}: expected one of {', '.join(known)}")
