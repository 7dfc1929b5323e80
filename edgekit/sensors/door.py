"""A thermal array at a door: its pictures become "warm" or "not warm", and nothing else leaves.

    door = Door(ThermalSource(path, clock_ms=clock_ms), face=(0, 0, 5, 8), body=(6, 0, 8, 3))
    for decision in door.read(): ...

The array (AMG8833, MLX90640) and its board are `edgekit.sensors.thermal`; where faces come and
where the black body stands are boxes of pixels, drawn once by who hangs it up. What a face measures
goes from picture to decision within one call: no temperature is returned, none outlives a passage.
"""

from collections.abc import Sequence
from typing import Protocol

from edgekit.errors import ConfigError
from edgekit.frames import ThermalFrame
from edgekit.perception.warmth import LEAST_BODY_PX, Box, Doorway
from edgekit.systems.decision import Decision
from edgekit.systems.temperature import Settings, Shot, begin, step


class Thermal(Protocol):
    """What gives thermal pictures; `edgekit.sensors.thermal.ThermalSource` does."""

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in pixels."""

    def read(self) -> ThermalFrame:
        """Return the next picture."""

    def close(self) -> None:
        """Let go of it."""


class Door:
    """One door: a thermal array with a black body in its picture.

    Args:
        source: of pictures.
        face: where faces come, as a box of pixels (left, top, right, bottom).
        body: where the black body stands; apart from ``face``.
        settings: of the screening.

    Raises:
        ConfigError: a box outside of the picture, or they overlap, or the body has too few pixels.
    """

    def __init__(
        self, source: Thermal, *, face: Box, body: Box, settings: Settings | None = None
    ) -> None:
        width, height = source.size
        for name, (left, top, right, bottom) in (("face", face), ("black body", body)):
            if not (0 <= left < right <= width and 0 <= top < bottom <= height):
                raise ConfigError(
                    f"{name} {(left, top, right, bottom)}: expected a box within {width}x{height}"
                )
        pixels = (body[2] - body[0]) * (body[3] - body[1])
        if pixels < LEAST_BODY_PX or _overlap(face, body):
            raise ConfigError(
                f"black body {body}, face {face}: expected {LEAST_BODY_PX} pixels or more, apart",
                hint="a larger black body, or nearer to the array",
            )
        self._source = source
        self._state = begin(settings or Settings())
        body_c = self._state.settings.body_c
        self._doorway = Doorway(face=face, body=body, body_c=body_c)

    def read(self) -> Sequence[Decision]:
        """Wait for one picture; return what was decided by it.

        Raises:
            SensorError: the array gives no pictures; its passage is forgotten.
        """
        frame = self._source.read()
        seen = self._doorway.see(frame)
        shot = Shot(
            t_ms=frame.t_ms,
            face_c=seen.face_c,
            reference_c=seen.reference_c,
            ambient_c=seen.ambient_c,
            noise_k=seen.noise_k,
            faces=seen.faces,
        )
        self._state, decisions = step(self._state, shot)
        return decisions

    def close(self) -> None:
        """Let go of the array."""
        self._source.close()


def _overlap(one: Box, other: Box) -> bool:
    return max(one[0], other[0]) < min(one[2], other[2]) and max(one[1], other[1]) < min(
        one[3], other[3]
    )
