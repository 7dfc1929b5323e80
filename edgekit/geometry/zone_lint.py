"""Whether people in a zone can be seen there; standard library only."""

from collections.abc import Iterator

from edgekit.errors import ConfigError
from edgekit.geometry.cover import inside
from edgekit.geometry.finding import Finding, Severity
from edgekit.geometry.line_lint import FOUND_SHARE, GLIMPSE_SHARE, WHOLE_SHARE
from edgekit.geometry.plane import edges, middle
from edgekit.geometry.shape import Zone
from edgekit.geometry.sighting import Picture

TOUCH_PX = 2.0
CHORDS = 24
HALF = 0.5


def outside(zone: Zone, size: tuple[int, int]) -> Iterator[Finding]:
    """Yield what `Zone.require_inside` refuses."""
    try:
        zone.require_inside(*size)
    except ConfigError as error:
        yield _finding(zone, Severity.REFUSED, "outside", str(error), error.hint or "")


def at_bottom(zone: Zone, size: tuple[int, int]) -> Iterator[Finding]:
    """Yield a remark where people below the picture count as inside."""
    if max(y for _, y in zone.polygon) > size[1] - TOUCH_PX:
        yield _finding(
            zone,
            Severity.REMARK,
            "reaches the bottom edge",
            f"zone {zone.name!r} reaches the bottom edge: somebody who stands below the picture, "
            "with only the head in it, counts as inside",
            "end the zone a little above that edge if they should not",
        )


def unseen(zone: Zone, picture: Picture) -> Iterator[Finding]:
    """Yield what stands in the way of counting, for people of the known stature."""
    feet = inside(zone)
    ground = [foot for foot in feet if picture.on_ground(foot)]
    if not ground:
        yield _finding(
            zone,
            Severity.REFUSED,
            "above the horizon",
            f"zone {zone.name!r} lies above the ground: by camera.stature nobody can stand in it",
            "draw it around the ground that people stand on",
        )
        return
    yield from _too_narrow(zone, picture)
    looks = [picture.look(foot) for foot in ground]
    edge = max((look.edge for look in looks), key=[look.edge for look in looks].count)
    shares = sorted(look.share for look in looks)
    if shares[-1] < GLIMPSE_SHARE:
        yield _finding(
            zone,
            Severity.REFUSED,
            f"nobody is seen in it ({edge})",
            f"zone {zone.name!r} lies where the {edge} edge cuts people off: at best "
            f"{100 * shares[-1]:.0f} % of a body is seen",
            "draw it where whole people are seen, or turn the camera",
        )
    elif shares[len(shares) // 2] < WHOLE_SHARE:
        rare = sum(share < FOUND_SHARE for share in shares)
        yield _finding(
            zone,
            Severity.WARNING,
            f"bodies cut by the {edge} edge",
            f"in half of zone {zone.name!r} the {edge} edge cuts people, and in "
            f"{100 * rare // len(shares)} % of it less than half a body is seen",
            "draw it where whole people are seen, or turn the camera",
        )


def _too_narrow(zone: Zone, picture: Picture) -> Iterator[Finding]:
    """Yield a finding where nobody fits in, by the widest row of the zone."""
    top, low = (pick(y for _, y in zone.polygon) for pick in (min, max))
    rows = [top + (number + HALF) * (low - top) / CHORDS for number in range(CHORDS)]
    fits = [
        _widest(zone, row) / picture.stature.width(row)
        for row in rows
        if picture.on_ground((0, row))
    ]
    fit = max(fits, default=0.0)
    if fit >= 1:
        return
    yield _finding(
        zone,
        Severity.REFUSED if fit < HALF else Severity.WARNING,
        "smaller than a person",
        f"zone {zone.name!r} is {100 * fit:.0f} % as wide as one standing person",
        "make it larger than the place that one person takes",
    )


def _widest(zone: Zone, row: float) -> float:
    """Return the longest stretch of a row that lies inside a zone (even-odd rule)."""
    cuts = sorted(
        ax + (row - ay) * (bx - ax) / (by - ay)
        for (ax, ay), (bx, by) in edges(zone.polygon)
        if (ay > row) != (by > row)
    )
    return max((b - a for a, b in zip(cuts[::2], cuts[1::2], strict=True)), default=0.0)


def _finding(zone: Zone, severity: Severity, label: str, text: str, hint: str) -> Finding:
    return Finding(
        severity=severity,
        kind="zone",
        name=zone.name,
        label=label,
        text=text,
        hint=hint,
        place=middle(zone.polygon),
    )
