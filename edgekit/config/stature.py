"""How high people stand in the picture, by what the installer has measured."""

from edgekit.config.table import Table
from edgekit.errors import ConfigError
from edgekit.geometry import Ground, Point
from edgekit.geometry.stature import Stature
from edgekit.geometry.viewpoint import Viewpoint, stature_of


def expected_stature(
    people: tuple[Point, Point] | None, ground: Ground | None, size: tuple[int, int]
) -> Stature | None:
    """Return it by two measured people, else by four points of the ground; None where unknown.

    Args:
        people: ``camera.stature``: (row of the feet, height) of two people.
        ground: ``[ground]``; it tells nothing where its points are too unsure.
        size: (width, height) of the picture in pixels.
    """
    if people is not None:
        return Stature.through(*people)
    if ground is None:
        return None
    columns, rows = zip(*ground.points, strict=True)
    try:
        measured = stature_of(
            ground,
            Viewpoint.of(ground, size=size),
            column=sum(columns) / len(columns),
            rows=(max(rows), min(rows)),
        )
        return Stature.through(*measured)
    except ConfigError:  # a ground for densities may tell nothing of heights
        return None


def read_stature(table: Table) -> tuple[Point, Point] | None:
    """Read ``stature`` of ``[camera]``; None where it is absent."""
    people = table.points("stature", ())
    if not people:
        return None
    rows = {row for row, _ in people}
    if len(people) != 2 or len(rows) != len(people) or min(height for _, height in people) < 1:  # noqa: PLR2004 -- two people
        raise ConfigError(
            "camera.stature: expected two people at different places, "
            "[[row of the feet, height], [row of the feet, height]], in pixels",
            hint="measure one person in front and one at the back: [[450, 190], [220, 70]]",
        )
    return people[0], people[1]
