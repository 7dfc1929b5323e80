"""A driver's place: ``[systems.drowsiness]`` beside a ``[camera]`` that sees nothing else."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from edgekit.errors import ConfigError

if TYPE_CHECKING:
    from edgekit.config.camera import Camera
    from edgekit.config.systems import System

NAME = "drowsiness"


def require_driver(
    systems: "tuple[System, ...]", camera: "Camera", drawn: Mapping[str, object]
) -> None:
    """Raise ConfigError where a driver's eye has no camera, too slow a one, or more to do.

    ``drawn``: what else the settings ask of a camera, by the names of its tables.
    """
    found = next((one for one in systems if one.name == NAME), None)
    if found is None:
        return
    if not camera.there or camera.hears or camera.thermal:
        raise ConfigError(
            f"[systems.{NAME}] without a camera: expected one in [camera]",
            hint="a camera behind the wheel, that looks at the driver's face",
        )
    if camera.fps < found.settings.least_fps:
        raise ConfigError(
            f"camera.fps = {camera.fps}: expected {found.settings.least_fps} or more for "
            f"[systems.{NAME}], else blinks are lost",
        )
    for key, value in drawn.items():
        if value:
            raise ConfigError(
                f"[{key}] beside [systems.{NAME}]: expected an eye that sees a driver and nobody "
                "else",
                hint="another node, with keys of its own, counts",
            )
