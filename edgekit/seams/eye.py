"""Seams on the side of the pixels. Nothing here has passed the gate."""

from typing import Protocol

from edgekit.frames import Detections, Frame, ThermalFrame


class FrameSource(Protocol):
    """Where frames come from: a camera, a stream, a file, a folder, a rendered scene.

    ``live`` sources drop old frames in favour of the newest; others deliver every frame.
    """

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) of the frames in pixels."""
        ...

    @property
    def fps(self) -> float:
        """Nominal frames per second, > 0."""
        ...

    @property
    def live(self) -> bool:
        """Whether the world goes on while nobody reads."""
        ...

    def read(self) -> Frame | None:
        """Return the next frame, or None when the source has ended; SensorError when it is lost."""
        ...

    def close(self) -> None:
        """Let go of the device or file; harmless when repeated."""
        ...


class HeatSource(Protocol):
    """Where readings of a thermal array come from: the array itself, or a recording of one."""

    @property
    def size(self) -> tuple[int, int]:
        """(columns, rows) of points."""
        ...

    @property
    def fps(self) -> float:
        """Nominal readings per second, > 0."""
        ...

    def read(self) -> ThermalFrame | None:
        """Return the next reading, or None at the end; SensorError when it is lost."""
        ...

    def forget(self) -> None:
        """Drop what was measured until now and not read."""
        ...

    def close(self) -> None:
        """Let go of the port or file; harmless when repeated."""
        ...


class Detector(Protocol):
    """Finds people (and other declared classes) in one frame."""

    def detect(self, frame: Frame) -> Detections:
        """Return boxes in pixels of the frame."""
        ...
