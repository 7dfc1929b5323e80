"""What is wrong with the lines and zones of a camera, before anybody relies on their numbers.

    for finding in lint(lines, zones, size=(640, 480), fps=15, stature=stature):
        print(finding.severity, finding.text, finding.hint)

Standard library only, so that every process can ask. Rules look at one line, at one zone, at pairs
and at names; what needs to know how high people stand is left out where nobody has said so.
"""

from collections.abc import Iterator, Sequence

from edgekit.errors import ConfigError
from edgekit.geometry import line_lint, zone_lint
from edgekit.geometry.finding import Finding, Severity
from edgekit.geometry.name_lint import misleading
from edgekit.geometry.overlap_lint import overlaps
from edgekit.geometry.plane import Segment
from edgekit.geometry.shape import Line, Zone
from edgekit.geometry.sighting import Picture
from edgekit.geometry.stature import Stature

__all__ = ["Finding", "Severity", "lint", "require_countable"]

DEFAULT_FPS = 15.0
NEAR_SHARE = 0.1
"""Who walks within this share of the picture's width of a line's middle walks by that line."""


def lint(
    lines: Sequence[Line],
    zones: Sequence[Zone],
    *,
    size: tuple[int, int],
    fps: float = DEFAULT_FPS,
    stature: Stature | None = None,
    ways: Sequence[Segment] = (),
) -> tuple[Finding, ...]:
    """Return what is wrong, the worst first.

    Args:
        lines: what counts passages.
        zones: what counts people.
        size: (width, height) of the picture in pixels.
        fps: pictures a second, > 0.
        stature: how high people stand in the picture, where that is known.
        ways: where people were seen to walk, from first to last foot, where somebody has looked.
    """
    found = [
        *_singly(lines, zones, size, None if stature is None else _picture(size, fps, stature)),
        *overlaps(lines, zones, size),
        *misleading(lines, zones),
    ]
    for line in lines:
        found += line_lint.walked_along(line, ways, NEAR_SHARE * size[0])
    order = list(Severity)
    return tuple(sorted(found, key=lambda finding: order.index(finding.severity)))


def require_countable(
    lines: Sequence[Line],
    zones: Sequence[Zone],
    *,
    size: tuple[int, int],
    fps: float = DEFAULT_FPS,
    stature: Stature | None = None,
) -> None:
    """Raise ConfigError where a line or zone is refused: it can never count as it is drawn."""
    picture = None if stature is None else _picture(size, fps, stature)
    for finding in _singly(lines, zones, size, picture):
        if finding.severity is Severity.REFUSED:
            raise ConfigError(finding.text, hint=finding.hint)


def _singly(
    lines: Sequence[Line], zones: Sequence[Zone], size: tuple[int, int], picture: Picture | None
) -> Iterator[Finding]:
    for line in lines:
        refused = tuple(line_lint.outside(line, size))
        yield from refused
        if refused:
            continue
        yield from line_lint.unseen(line, picture) if picture else line_lint.near_edge(line, size)
    for zone in zones:
        refused = tuple(zone_lint.outside(zone, size))
        yield from refused
        if refused:
            continue
        yield from zone_lint.at_bottom(zone, size)
        if picture:
            yield from zone_lint.unseen(zone, picture)


def _picture(size: tuple[int, int], fps: float, stature: Stature) -> Picture:
    return Picture(width=size[0], height=size[1], fps=fps, stature=stature)
