"""Where faces come and the black body stands, in ``[systems.temperature]``.

face = [[40, 20], [400, 460]]     # two corners, in pixels of the picture as lines have them
body = [[480, 60], [600, 180]]    # what the black body fills
uneven_k = 0.15                   # measured: the black body once here and once where faces come
"""

from typing import TYPE_CHECKING

from edgekit.config.camera import Camera
from edgekit.config.table import Table
from edgekit.errors import ConfigError

if TYPE_CHECKING:
    from edgekit.config.systems import System

Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels; the last two are outside."""

NAME = "temperature"
FACE, BODY = "face", "body"


def read_boxes(name: str, table: Table) -> dict[str, Box]:
    """Return where a system looks; nowhere where it does not. Raises ConfigError."""
    if name != NAME:
        return {}
    if "uneven_k" not in table:
        raise ConfigError(
            f"systems.{name}.uneven_k is missing: by how many kelvins two points of the array "
            "differ on one black body",
            hint="show it the black body once in its place and once where faces come; where that "
            "differs by more than 0.2 K nobody can be screened by this array",
        )
    boxes = {what: _box(name, what, table) for what in (FACE, BODY)}
    one, other = boxes[FACE], boxes[BODY]
    across = max(one[0], other[0]) < min(one[2], other[2])
    if across and max(one[1], other[1]) < min(one[3], other[3]):
        raise ConfigError(f"systems.{name}: face and body overlap: expected them apart")
    return boxes


def require_seen(systems: "tuple[System, ...]", camera: Camera) -> None:
    """Raise ConfigError where there is no thermal array, or a box lies outside of its picture."""
    for system in systems:
        if not system.boxes:
            continue
        if not camera.thermal:
            raise ConfigError(
                f"[systems.{system.name}] without a thermal array: expected one in [camera]",
                hint='source = "thermal:/dev/serial/by-id/…"',
            )
        for what, (_, _, right, bottom) in system.boxes.items():
            if right > camera.width or bottom > camera.height:
                raise ConfigError(
                    f"systems.{system.name}.{what}: expected a box within "
                    f"{camera.width}x{camera.height}"
                )


def _box(name: str, what: str, table: Table) -> Box:
    points = table.points(what)
    if len(points) != 2:  # noqa: PLR2004 -- two corners
        raise ConfigError(
            f"systems.{name}.{what} has {len(points)} points: expected two corners [[x, y], [x, y]]"
        )
    (one_x, one_y), (other_x, other_y) = points
    left, right = sorted((int(one_x), int(other_x)))
    top, bottom = sorted((int(one_y), int(other_y)))
    if left < 0 or top < 0 or left == right or top == bottom:
        raise ConfigError(f"systems.{name}.{what}: expected two corners of a box in the picture")
    return left, top, right, bottom
