"""What can't leave together in public: nested groups, and flows and numbers that add up."""

from dataclasses import replace

import pytest

from edgekit.consent.authorisation import SiteAuthorisation, draft
from edgekit.consent.measure import MEASURES
from edgekit.consent.room import Door, Room, Way
from edgekit.consent.view import View
from edgekit.errors import ReleaseError
from edgekit.geometry import Ground, Line, Zone
from edgekit.privacy.gate import Gate
from edgekit.privacy.independence import CLASHES, clashes
from edgekit.records import Profile

# Lines from edge to edge of a picture of 640x480, and one that people can walk round.
LEFT = Line("left", (200, 470), (200, 10))
RIGHT = Line("right", (440, 470), (440, 10))
BESIDE = Line("beside", (230, 10), (230, 470))
SHORT = Line("short", (320, 460), (320, 100))
FAR = Line("far", (600, 200), (600, 300))
MIDDLE = Zone("middle", ((260, 100), (380, 100), (380, 300), (260, 300)))
EAST = Zone("east", ((460, 100), (560, 100), (560, 300), (460, 300)))
WHOLE = Zone("whole", ((240, 50), (620, 50), (620, 400), (240, 400)))
GROUND = Ground.rectangle(((0, 480), (640, 480), (640, 10), (0, 10)), width_cm=2000, depth_cm=2000)
HALL = Room(
    name="hall",
    doors=(Door(line="left", inward=Way.IN), Door(line="right", inward=Way.OUT)),
)
ANNEX = Room(name="annex", doors=(Door(line="short", inward=Way.OUT),))
VIEW = View(
    width=640,
    height=480,
    lines=(LEFT, RIGHT, BESIDE, SHORT, FAR),
    zones=(MIDDLE, EAST, WHOLE),
    ground=GROUND,
    rooms=(HALL, ANNEX),
)


def allow(*metrics: str, profile: Profile = Profile.SDC_10_5) -> SiteAuthorisation:
    whole = draft("plaza", profile=profile, view=VIEW, window_s=900, valid_from_s=0)
    outputs = tuple(replace(whole.outputs[0], metric=metric) for metric in metrics)
    return replace(whole, outputs=outputs, notice_digest="")


def ways(*lines: str, of: str = "") -> list[str]:
    return [f"line.{line}.{of}{way}" for line in lines for way in ("in", "out")]


ALONE = {
    "both ways of a line": ways("left"),
    "a total": ["line.left.total"],
    "a total of one class beside a way of another": ["line.left.total", "line.left.car.in"],
    "one way of two lines across the same way": ["line.left.in", "line.right.in"],
    "totals of two lines across the same way": ["line.left.total", "line.right.total"],
    "two lines far apart that can be walked round": ways("short", "far"),
    "lines that run together, of different classes": ["line.left.in", "line.beside.car.in"],
    "a zone and a line that can be walked round": [*ways("short"), "zone.middle.people"],
    "two zones apart": ["zone.middle.people", "zone.east.people"],
    "a zone within another that is only waited in": ["zone.middle.wait", "zone.whole.people"],
    "how full and how long the wait": ["zone.middle.people", "zone.middle.wait"],
    "how many stand and how long": ["zone.middle.queue", "zone.middle.wait"],
    "where people go and how many are there": ["zone.middle.heat.c1r1", "zone.middle.people"],
    "all dwell classes": [f"zone.middle.{w}" for w in MEASURES["zone"] if w.startswith("dwell")],
    "dwell far from every line": ["zone.middle.dwell.under_30s", *ways("far")],
    "a room": ["room.hall.people"],
    "a room and one of its doors": ["room.hall.people", *ways("left")],
    "a room and vehicles over its doors": ["room.hall.people", *ways("left", of="car.")],
    "two rooms": ["room.hall.people", "room.annex.people"],
    "light": ["light.illuminance", *ways("left")],
    "who is on red, both ways": ["line.left.in_red", "line.left.out_red"],
    "who is on red one way, and all who come the other": ["line.left.in_red", "line.left.out"],
    "walkers on red, and all vehicles": ["line.left.in_red", "line.left.car.in"],
    "who is on red over lines around a part": [
        f"line.{line}.{way}_red" for line in ("left", "right") for way in ("in", "out")
    ],
    "dwell of one zone, people of another": ["zone.middle.dwell.under_30s", "zone.east.people"],
}


@pytest.mark.parametrize("metrics", ALONE.values(), ids=ALONE)
def test_what_says_nothing_of_each_other_may_leave_together(metrics: list[str]) -> None:
    assert list(clashes(allow(*metrics))) == []
    Gate(allow(*metrics))


TOGETHER = {
    "a total beside one way": (["line.left.total", "line.left.in"], "a total less one way"),
    "a total beside both ways": (["line.left.total", *ways("left")], "a total less one way"),
    "a class's total beside its way": (
        ["line.left.bus.total", "line.left.bus.out"],
        "a total less",
    ),
    "lines that run together": (["line.left.in", "line.beside.in"], "run together"),
    "classes over lines that run together": (
        ["line.left.car.in", "line.beside.car.out"],
        "run together",
    ),
    "a room's door that runs along a line": (
        ["room.hall.people", "line.beside.in"],
        "run together",
    ),
    "who is on red among all": (["line.left.in_red", "line.left.in"], "less those on red"),
    "who is on red among both ways": (
        ["line.left.car.out_red", "line.left.car.total"],
        "less those on red",
    ),
    "on red over lines that run together": (
        ["line.left.in_red", "line.beside.in_red"],
        "run together",
    ),
    "zones that share ground": (["zone.middle.people", "zone.whole.people"], "share ground"),
    "who stands in a part of a zone": (["zone.middle.queue", "zone.whole.people"], "share ground"),
    "dwell in a part of a zone": (["zone.east.dwell.under_30s", "zone.whole.heat.c4r1"], "share"),
    "both ways of all lines around a zone": (
        [*ways("left", "right"), "zone.middle.people"],
        "the part where the zone lies",
    ),
    "the only line to a zone": (
        [*ways("left"), "zone.east.people"],
        "the part where the zone lies",
    ),
    "one way to a zone with no other": (["line.left.in", "zone.east.people"], "the zone lies"),
    "a zone that lies on both sides of one line": (
        [*ways("left", "right"), "zone.whole.density"],
        "the part where the zone lies",
    ),
    "both ways of all lines around a part": (ways("left", "right"), "what goes in comes out"),
    "all but one way": (ways("left", "right")[:3], "what goes in comes out"),
    "vehicles around a part": (ways("left", "right", of="truck."), "what goes in comes out"),
    "a room beside all its doors": (
        ["room.annex.people", "line.short.in", "line.short.out"],
        "passes the doors of a room",
    ),
    "a room beside a way over its only door": (["room.annex.people", "line.short.in"], "the doors"),
    "a room beside the total of its only door": (
        ["room.annex.people", "line.short.total"],
        "doors",
    ),
    "a room and the zone that it is": (["room.hall.people", "zone.middle.people"], "the doors"),
    "dwell where a line is crossed": (["zone.middle.dwell.under_30s", "line.short.in"], "comes to"),
    "heat behind a room's door": (["zone.middle.heat.c1r1", "room.annex.people"], "comes to"),
    "dwell in a part that a line closes off": (
        ["zone.east.dwell.over_15min", "line.left.in"],
        "is counted there too",
    ),
}


@pytest.mark.parametrize(("metrics", "why"), TOGETHER.values(), ids=TOGETHER)
def test_what_gives_away_something_hidden_is_refused(metrics: list[str], why: str) -> None:
    site = allow(*metrics)
    (first, *_) = found = list(clashes(site))

    assert any(why in clash.why for clash in found), found
    assert all(set(clash.outputs) <= set(metrics) and clash.drop for clash in found)
    with pytest.raises(ReleaseError, match="can't leave together") as refusal:
        Gate(site)
    assert all(name in str(refusal.value) for name in first.outputs)
    assert refusal.value.hint == first.drop


@pytest.mark.parametrize("families", CLASHES, ids=lambda pair: "-".join(sorted(pair)))
def test_of_one_zone_some_numbers_contain_others(families: frozenset[str]) -> None:
    cells = {"dwell": "dwell.under_30s", "heat": "heat.c1r1"}
    metrics = [f"zone.middle.{cells.get(family, family)}" for family in sorted(families)]
    (clash,) = clashes(allow(*metrics))

    assert set(clash.outputs) == set(metrics)
    assert clash.why == CLASHES[families]
    for metric in metrics:
        assert list(clashes(allow(metric))) == []


@pytest.mark.parametrize("profile", [Profile.HOME, Profile.LOCAL])
def test_where_exact_numbers_leave_there_is_nothing_to_hide(profile: Profile) -> None:
    everything = [metric for metrics, _ in TOGETHER.values() for metric in metrics]
    Gate(allow(*dict.fromkeys(everything), profile=profile))


@pytest.mark.parametrize("metrics", [metrics for metrics, _ in TOGETHER.values()], ids=TOGETHER)
def test_leaving_out_what_is_named_last_leads_to_what_may_leave(metrics: list[str]) -> None:
    left = list(metrics)
    while found := list(clashes(allow(*left))):
        left.remove(found[0].outputs[-1])
    assert left
    Gate(allow(*left))


def test_every_reason_is_told_once() -> None:
    together = [*ways("left", "beside"), "line.left.total"]
    reasons = [clash.why for clash in clashes(allow(*together))]

    assert len(reasons) == len(set(reasons)) == 2
