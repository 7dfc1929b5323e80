"""The table ``[ground]``: four points of the picture, and where they lie on the ground.

[ground]
points = [[160, 440], [480, 440], [408, 215], [232, 215]]   # pixels
cm = [[0, 0], [400, 0], [450, 900], [-50, 900]]             # on the ground, same order
"""

from pathlib import Path

from edgekit.config.document import parse_toml, read_text
from edgekit.config.table import Table
from edgekit.errors import ConfigError
from edgekit.geometry import Ground
from edgekit.geometry.homography import Four


def ground_of(table: Table) -> Ground | None:
    """Return the ground that a table describes, None where it is empty; ConfigError if bad."""
    points, cm = table.points("points", ()), table.points("cm", ())
    table.done()
    if not points and not cm:
        return None
    return Ground(_four(points, "points"), _four(cm, "cm"))


def load_ground(path: Path) -> Ground:
    """Read the ``[ground]`` of a ``site.toml``, or of a file that holds nothing else.

    Raises:
        ConfigError: there is none in it, or it can't be used.
    """
    ground = ground_of(Table(parse_toml(read_text(path), path)).table("ground"))
    if ground is None:
        raise ConfigError(
            f"{path} has no [ground]: expected four points of the ground",
            hint="measure four points and write it with: edgekit calibrate",
        )
    return ground


def _four(points: tuple[tuple[float, float], ...], key: str) -> Four:
    if len(points) != 4:  # noqa: PLR2004 -- four points fix a plane
        raise ConfigError(
            f"ground.{key}: expected four points, got {len(points)}",
            hint="points and cm each name the same four places, in the same order",
        )
    return points[0], points[1], points[2], points[3]
