"""Which numbers may leave together: none that gives away what another one hides.

Suppression hides a small group in one number. It is undone where another number, or several, say
the same: by the *difference* of two groups of which one is part of the other, or by *conservation*,
for who comes in goes out. So under a profile whose numbers must be independent these are refused:

- a total beside one of its ways;
- two lines that whoever crosses one nearly always crosses the other;
- two zones that share ground, for numbers of one sort;
- of one zone, numbers of which one counts among those of the other, or adds them up (`CLASHES`);
- where people dwell or go in a zone, beside a line over which they come to it or leave it;
- flows and numbers of people that follow from each other (`edgekit.privacy.conservation`).

What the picture doesn't show is not known here: that all who pass one line walk on to another, far
from it, between walls.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product

from edgekit.consent.measure import REDS, WAYS
from edgekit.consent.metric import PERSON, Metric
from edgekit.consent.site import SiteAuthorisation
from edgekit.errors import ReleaseError
from edgekit.geometry import Line, Zone
from edgekit.geometry.nearness import comes_near, overlap_px2, run_together
from edgekit.geometry.regions import Regions, reach_px
from edgekit.privacy.conservation import Numbers, consequences
from edgekit.privacy.profile import RULES

LEAST_PX2 = 1.0
"""Zones that share less than a pixel only touch."""

_FEW_WALK = "who stands there is among who is there: the difference tells of the few who walk"
_ADD_UP = "how many are there, and for how long each stays, add up to each other"
CLASHES: Mapping[frozenset[str], str] = {
    frozenset({"people", "density"}): "the one is the other for each 100 m²",
    frozenset({"people", "queue"}): _FEW_WALK,
    frozenset({"density", "queue"}): _FEW_WALK,
    # Little's law: the mean number there, times the window, is the sum of all stays.
    frozenset({"people", "dwell"}): _ADD_UP,
    frozenset({"density", "dwell"}): _ADD_UP,
    frozenset({"queue", "dwell"}): _ADD_UP,
    frozenset({"wait", "dwell"}): "who has waited has stayed as long: the mean tells of the others",
    frozenset({"heat", "dwell"}): "who goes to a cell is among those whose stay is counted",
}
"""Numbers of one zone that can't leave together, by family, and why."""

_CONSERVED: Mapping[str, str] = {
    "room": "what passes the doors of a room is what changes its number, so that one way over a "
    "door follows from what leaves",
    "zone": "the lines, with the picture's edge, close off the part where the zone lies: what goes "
    "in less what goes out is how its number changes, so that one way follows",
    "line": "the lines, with the picture's edge, close off a part of the picture: what goes in "
    "comes out, so that one way follows from the others",
}
"""Why flows and numbers of people follow from each other, by the first kind that is among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """Outputs that must not leave together, why, and what to do."""

    outputs: tuple[str, ...]
    why: str
    drop: str

    @property
    def text(self) -> str:
        """What is wrong, as a sentence."""
        return f"{_listed(self.outputs)} can't leave together: {self.why}"


def require_independent(authorisation: SiteAuthorisation) -> None:
    """Raise ReleaseError where what is suppressed in one output would follow from others."""
    for clash in clashes(authorisation):
        raise ReleaseError(clash.text, hint=clash.drop)


def clashes(authorisation: SiteAuthorisation) -> Iterator[Clash]:
    """Yield every set of outputs that can't leave together; none where exact numbers leave."""
    if not RULES[authorisation.profile].independent:
        return
    site = _Outputs(authorisation)
    found = [
        *_totals(site),
        *_reds(site),
        *_lines_together(site),
        *_zones_shared(site),
        *_zones_themselves(site),
        *_dwell_by_lines(site),
    ]
    yield from found
    for clash in _flows(site):
        # What has a plainer reason already is not explained once more.
        names = set(clash.outputs)
        if not any(names <= set(one.outputs) or names >= set(one.outputs) for one in found):
            yield clash


class _Outputs:
    """The outputs of one authorisation, by what they are of."""

    def __init__(self, authorisation: SiteAuthorisation) -> None:
        self.view = authorisation.view
        self.metrics = [Metric.parse(output.metric) for output in authorisation.outputs]
        self.reach_px = reach_px(self.view.width, self.view.height)
        wanted = {metric.shape for metric in self.metrics if metric.kind == "room"}
        self.rooms = [room for room in self.view.rooms if room.name in wanted]

    def of_zone(self, zone: Zone, *families: str) -> list[Metric]:
        """Return the outputs of a zone, of these families or of any."""
        return [
            one
            for one in self.metrics
            if (one.kind, one.shape) == ("zone", zone.name)
            and (not families or one.family in families)
        ]

    def of_line(self, line: Line, counted: str) -> list[Metric]:
        """Return the outputs that tell what passes a line: its own, and the rooms behind it."""
        own = [m for m in self.metrics if (m.kind, m.shape, m.counted) == _key(line, counted)]
        behind = [
            room.name for room in self.rooms if any(door.line == line.name for door in room.doors)
        ]
        rooms = [m for m in self.metrics if m.kind == "room" and m.shape in behind]
        return own + (rooms if counted == PERSON else [])

    @property
    def classes(self) -> list[str]:
        """Who and what is counted over lines, each once."""
        return list(dict.fromkeys((PERSON, *(metric.counted for metric in self.metrics))))


def _key(line: Line, counted: str) -> tuple[str, str, str]:
    return "line", line.name, counted


def _totals(site: _Outputs) -> Iterator[Clash]:
    for line, counted in product(site.view.lines, site.classes):
        own = [one for one in site.of_line(line, counted) if one.kind == "line"]
        total = [one.text for one in own if one.family == "total"]
        ways = [one.text for one in own if one.family in WAYS]
        if total and ways:
            yield Clash(
                outputs=(*total, *ways),
                why="a total less one way is the other way, however few went there",
                drop="let the total leave alone, or in and out without it",
            )


def _reds(site: _Outputs) -> Iterator[Clash]:
    for line, counted in product(site.view.lines, site.classes):
        own = [one for one in site.of_line(line, counted) if one.kind == "line"]
        for red, way in REDS.items():
            part = [one.text for one in own if one.family == red]
            whole = [one.text for one in own if one.family in (way, "total")]
            if part and whole:
                yield Clash(
                    outputs=(*part, *whole),
                    why="all who pass less those on red are who did not, however few these are",
                    drop="let the number on red leave, or the other",
                )


def _lines_together(site: _Outputs) -> Iterator[Clash]:
    for counted in site.classes:
        for one, other in combinations(site.view.lines, 2):
            ours, theirs = site.of_line(one, counted), site.of_line(other, counted)
            only = [metric for metric in theirs if metric not in ours]
            if ours and only and run_together(one, other, site.reach_px):
                yield Clash(
                    outputs=_texts([*ours, *only]),
                    why=f"the lines {one.name!r} and {other.name!r} run together, so that "
                    "nearly everybody who crosses one crosses the other, and the difference tells "
                    "of the few who don't",
                    drop=f"let the numbers of one of them leave, or draw them more than "
                    f"{site.reach_px:.0f} px apart",
                )


def _zones_shared(site: _Outputs) -> Iterator[Clash]:
    for one, other in combinations(site.view.zones, 2):
        pairs = [
            (a, b)
            for a, b in product(site.of_zone(one), site.of_zone(other))
            if a.family == b.family or frozenset({a.family, b.family}) in CLASHES
        ]
        if pairs and overlap_px2(one, other) >= LEAST_PX2:
            yield Clash(
                outputs=_texts([metric for pair in zip(*pairs, strict=True) for metric in pair]),
                why=f"the zones {one.name!r} and {other.name!r} share ground, so that their "
                "difference is a number about a part of it",
                drop="draw the zones apart, or let the numbers of one of them leave",
            )


def _zones_themselves(site: _Outputs) -> Iterator[Clash]:
    for zone, (families, why) in product(site.view.zones, CLASHES.items()):
        one, other = (site.of_zone(zone, family) for family in sorted(families))
        if one and other:
            yield Clash(
                outputs=_texts([*one, *other]),
                why=why,
                drop=f"let {' or '.join(sorted(families))} of {zone.name!r} leave, not both",
            )


def _dwell_by_lines(site: _Outputs) -> Iterator[Clash]:
    zones = [(zone, site.of_zone(zone, "dwell", "heat")) for zone in site.view.zones]
    lines = [line for line in site.view.lines if site.of_line(line, PERSON)]
    if not lines or not any(cells for _, cells in zones):
        return
    regions = Regions(site.view.width, site.view.height, lines)
    for (zone, cells), line in product(zones, lines):
        if not cells:
            continue
        around = {part for pair in regions.sides(line) if pair[0] != pair[1] for part in pair}
        if comes_near(line, zone, site.reach_px) or around & regions.of(zone) & regions.closed:
            yield Clash(
                outputs=_texts([*cells, *site.of_line(line, PERSON)]),
                why=f"who crosses {line.name!r} comes to the zone {zone.name!r} or leaves it, and "
                "is counted there too",
                drop=f"let the one or the other leave, or draw {line.name!r} away from the zone",
            )


def _flows(site: _Outputs) -> Iterator[Clash]:
    for counted in site.classes:
        people = counted == PERSON
        lines = tuple(
            line
            for line in site.view.lines
            if any(not metric.on_red for metric in site.of_line(line, counted))
        )
        numbers = Numbers(
            size=(site.view.width, site.view.height),
            lines=lines,
            ways={
                metric.text: (line, ("in", "out") if metric.family == "total" else (metric.family,))
                for line in lines
                for metric in site.of_line(line, counted)
                if metric.kind == "line" and not metric.on_red
            },
            zones=_zones_of_people(site) if people else {},
            rooms={f"room.{room.name}.people": room for room in site.rooms} if people else {},
        )
        alone = len(lines) == 1 and not numbers.zones and not numbers.rooms
        if not lines or alone:
            continue
        for names in consequences(numbers):
            used = [metric for metric in site.metrics if metric.text in names]
            kinds = {metric.kind for metric in used}
            why = next(why for kind, why in _CONSERVED.items() if kind in kinds)
            drop = f"take {used[-1].text} out, for example"
            yield Clash(outputs=_texts(used), why=why, drop=drop)


def _zones_of_people(site: _Outputs) -> dict[str, Zone]:
    found: dict[str, Zone] = {}
    for zone in site.view.zones:
        for metric in site.of_zone(zone, "people", "density")[:1]:
            found[metric.text] = zone
    return found


def _texts(metrics: Sequence[Metric]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(metric.text for metric in metrics))


def _listed(names: Sequence[str]) -> str:
    *some, last = names
    return f"{', '.join(some)} and {last}"
