"""What stays: frames, detections, tracks, redacted images. Nothing here has passed the gate.

A `Frame` refuses to be pickled, copied or printed, so that it cannot stray into a log, a queue or
another process by accident; what stops malice is the eye's seal.
"""

from dataclasses import dataclass
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import SensorError

Pixels = NDArray[np.uint8]
"""uint8, shape (height, width, 3), BGR."""

Mask = NDArray[np.uint8]
"""uint8, shape (height, width), 255 where it applies, 0 elsewhere."""

PERSON = 0
"""COCO's class id of a person."""

CAR = 2
VEHICLES = (1, CAR, 3, 5, 7)
"""COCO's class ids of bicycle, car, motorcycle, bus and truck."""

FACE, PLATE = -1, -2
"""Class ids of a face and of a number plate: COCO has none."""


class Frame:
    """One picture in memory, read-only, with the time it was taken.

    Args:
        pixels: uint8, shape (height, width, 3), BGR; kept without a copy and made read-only.
        t_ms: Unix time of capture in milliseconds.
        index: running number from the source, from 0.

    Raises:
        SensorError: the array is not a picture.
    """

    __slots__ = ("index", "pixels", "t_ms")

    def __init__(self, pixels: Pixels, t_ms: int, index: int) -> None:
        if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3 or not pixels.size:  # noqa: PLR2004 -- three channels
            raise SensorError(
                f"frame of {pixels.dtype} {pixels.shape}: expected uint8 (height, width, 3)"
            )
        self.pixels = pixels
        self.pixels.flags.writeable = False
        self.t_ms = t_ms
        self.index = index

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in pixels."""
        return self.pixels.shape[1], self.pixels.shape[0]

    def wipe(self) -> None:
        """Overwrite the picture with zeros: whoever still holds this frame sees black.

        Raises:
            ValueError: the memory is read-only to us.
        """
        self.pixels.flags.writeable = True
        self.pixels.fill(0)
        self.pixels.flags.writeable = False

    def __repr__(self) -> str:
        return f"<Frame {self.index}: {self.pixels.shape[1]}x{self.pixels.shape[0]}, stays>"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a Frame stays in the process that took it: it can't be copied or pickled")


class ThermalFrame:
    """One picture of temperatures in memory, read-only; it stays, like a `Frame`.

    Args:
        celsius: float64, shape (height, width); NaN where a pixel has no value.
        own_celsius: temperature of the array itself.
        t_ms: Unix time in milliseconds.
        index: running number from the source, from 0.
    """

    __slots__ = ("celsius", "index", "own_celsius", "t_ms")

    def __init__(
        self, celsius: NDArray[np.float64], own_celsius: float, t_ms: int, index: int
    ) -> None:
        self.celsius = celsius
        self.celsius.flags.writeable = False
        self.own_celsius = own_celsius
        self.t_ms = t_ms
        self.index = index

    def __repr__(self) -> str:
        return (
            f"<ThermalFrame {self.index}: {self.celsius.shape[1]}x{self.celsius.shape[0]}, stays>"
        )

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a ThermalFrame stays in the process that took it")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Detections:
    """What a detector found in one frame; n may be 0.

    Attributes:
        xyxy: float32, shape (n, 4): x1, y1, x2, y2 in pixels of the frame.
        confidence: float32, shape (n,), 0..1.
        class_id: int64, shape (n,), COCO ids; 0 is a person.
    """

    xyxy: NDArray[np.float32]
    confidence: NDArray[np.float32]
    class_id: NDArray[np.int64]

    def __post_init__(self) -> None:
        n = len(self.xyxy)
        shapes = (self.xyxy.shape, self.confidence.shape, self.class_id.shape)
        if shapes != ((n, 4), (n,), (n,)):
            raise ValueError(f"detections of shapes {shapes}: expected (n, 4), (n,), (n,)")

    def __len__(self) -> int:
        return len(self.xyxy)

    @classmethod
    def of(
        cls,
        xyxy: NDArray[np.float32],
        confidence: NDArray[np.float32] | None = None,
        class_id: NDArray[np.int64] | None = None,
    ) -> "Detections":
        """Fill in confidence 1 and class person where they are not given."""
        boxes = np.asarray(xyxy, dtype=np.float32).reshape(-1, 4)
        n = len(boxes)
        return cls(
            xyxy=boxes,
            confidence=np.ones(n, np.float32) if confidence is None else confidence,
            class_id=np.full(n, PERSON, np.int64) if class_id is None else class_id,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """One thing followed for a short while; its id is random and means nothing elsewhere.

    ``xyxy`` is the box detected in this frame, or where it should be if it was not ``seen``;
    ``class_id`` is what it was detected as most often; ``age_frames`` counts the detections so far.
    """

    tracker_id: int
    xyxy: tuple[float, float, float, float]
    class_id: int
    seen: bool
    age_frames: int

    @property
    def foot(self) -> tuple[float, float]:
        """The anchor: middle of the lower edge, where a person touches the ground."""
        x1, _, x2, y2 = self.xyxy
        return (x1 + x2) / 2, y2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RedactedImage:
    """A covered picture; only ``redaction/`` makes one.

    ``mode`` says how it was covered; ``whole`` is True where everything was, because something
    failed or was unsure. ``covers`` says of each pixel with what it is covered, uint8, shape
    (height, width), numbers of `edgekit.redaction.cover.COVERS_BGR`; 0 = what it shows was seen.
    """

    pixels: Pixels
    mode: str
    whole: bool
    covers: Mask
