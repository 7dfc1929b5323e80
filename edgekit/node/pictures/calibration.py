"""What four points of the ground say about a picture, and how sure they are.

found = Calibration.of(ground, size=(640, 480), zones=[square])
    print("; ".join(found.words()))
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from edgekit.errors import ConfigError
from edgekit.geometry import Ground, Point, Zone
from edgekit.geometry.viewpoint import PERSON_M, Viewpoint, stature_of
from edgekit.perception.zone import area_m2

UNSURE = 0.1
"""A zone whose area moves by more than this share for one pixel is told to be unsure."""

PATCH = "the four points"


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """One polygon on the ground.

    ``spread_m2`` is the standard deviation of its area when each coordinate of the four points is
    a pixel off; ``far_m`` is how wide and how deep a pixel is, in metres, at its far end.
    """

    name: str
    area_m2: float
    spread_m2: float
    far_m: tuple[float, float]

    def words(self) -> str:
        """Say it in a sentence."""
        share = self.spread_m2 / self.area_m2
        if share > 1:
            return (
                f"{self.name}: {self.area_m2:.1f} m², but nearly anything would be: "
                "it lies too near the horizon for these points"
            )
        said = (
            f"{self.name}: {self.area_m2:.1f} m²; points set wrong by 1 px each would move that by "
            f"{self.spread_m2:.1f} m² ({100 * share:.1f} %), by 2 px by {2 * self.spread_m2:.1f} m²"
        )
        wide, deep = self.far_m
        said += f"; at its far end a pixel is {100 * wide:.0f} cm wide and {100 * deep:.0f} cm deep"
        if share > UNSURE:
            said += "; take points that lie further apart, around it"
        return said


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """All that follows from a ground.

    Attributes:
        size: (width, height) of the picture in pixels.
        patches: the zones; where there are none, the patch between the four points.
        view: where the camera hangs; None where the points do not tell.
        stature: (row of the feet, height) of a person near and far; None likewise.
        unknown: why ``view`` or ``stature`` is None, and what to do.
    """

    ground: Ground
    size: tuple[int, int]
    zones: tuple[Zone, ...]
    patches: tuple[Patch, ...]
    view: Viewpoint | None
    stature: tuple[Point, Point] | None
    person_m: float
    unknown: tuple[str, str | None] | None

    @classmethod
    def of(
        cls,
        ground: Ground,
        *,
        size: tuple[int, int],
        zones: Sequence[Zone] = (),
        centre: Point | None = None,
        person_m: float = PERSON_M,
    ) -> "Calibration":
        """Derive everything.

        Args:
            ground: the four points.
            size: (width, height) of the picture in pixels.
            zones: whose areas are wanted.
            centre: where the lens's axis meets the picture; its middle if None.
            person_m: how high the people of the outlines stand.

        Raises:
            ConfigError: a point or zone outside the picture, or a zone over the horizon.
        """
        ground.require_inside(*size)
        for zone in zones:
            zone.require_inside(*size)
        patches = [_patch(zone.name, zone.polygon, ground, area_m2(zone, ground)) for zone in zones]
        if not zones:
            patches = [_patch(PATCH, ground.points, ground, ground.area_m2(ground.points))]
        view, stature, unknown = None, None, None
        try:
            view = Viewpoint.of(ground, size=size, centre=centre)
            stature = _stature(ground, view, zones, person_m)
        except ConfigError as error:
            unknown = str(error), error.hint
        return cls(
            ground=ground,
            size=size,
            zones=tuple(zones),
            patches=tuple(patches),
            view=view,
            stature=stature,
            person_m=person_m,
            unknown=unknown,
        )

    def words(self) -> Iterator[str]:
        """Say what was found, a sentence each."""
        for patch in self.patches:
            yield patch.words()
        if self.view is not None and self.stature is not None:
            (near, high), (far, low) = self.stature
            yield (
                f"the camera hangs about {self.view.height_m:.1f} m over the ground, if the "
                f"picture is not cropped; a person of {self.person_m:.2f} m is {high:g} px high "
                f"with the feet in row {near:g}, {low:g} px in row {far:g}: "
                f"stature = [[{near:g}, {high:g}], [{far:g}, {low:g}]] in [camera]"
            )
        elif self.unknown is not None:
            why, hint = self.unknown
            yield f"no height of people: {why}" + (f"; {hint}" if hint else "")


def _patch(name: str, polygon: Sequence[Point], ground: Ground, area: float) -> Patch:
    far = max(polygon, key=lambda point: ground.metres_per_pixel(point)[1])
    return Patch(
        name=name,
        area_m2=area,
        spread_m2=ground.area_spread_m2(polygon),
        far_m=ground.metres_per_pixel(far),
    )


def _stature(
    ground: Ground, view: Viewpoint, zones: Sequence[Zone], person_m: float
) -> tuple[Point, Point]:
    """Measure a person in the middle of where people are counted, in front and at the back."""
    corners = [point for zone in zones for point in zone.polygon] or list(ground.points)
    xs, ys = zip(*corners, strict=True)
    column, rows = (min(xs) + max(xs)) / 2, (max(ys), min(ys))
    return stature_of(ground, view, column=column, rows=rows, person_m=person_m)
