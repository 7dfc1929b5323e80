"""A room and its doors, and the ground: drawn, checked and carried in what is signed."""

import json
from dataclasses import replace
from typing import Any

import pytest

from edgekit.consent.authorisation import SiteAuthorisation, read_draft
from edgekit.consent.outputs import MAX_OUTPUTS
from edgekit.consent.payload import read_payload
from edgekit.consent.room import MAX_DOORS, Door, Room, Way
from edgekit.consent.view import View
from edgekit.errors import ConfigError, ConsentError
from edgekit.geometry import Ground, Line, Zone

DOORS = (Door(line="door", inward=Way.IN), Door(line="back", inward=Way.OUT))
HALL = Room(name="hall", doors=DOORS, closes_utc_minute=1320, capacity=120)
GROUND = Ground.rectangle(
    ((100, 400), (300, 400), (300, 200), (100, 200)), width_cm=1000, depth_cm=500
)
# Half inside the box around it: it does not reach into the cell at the top right.
CORNER = Zone("corner", ((100, 200), (300, 400), (100, 400)))
VIEW = View(
    width=640,
    height=480,
    lines=(Line("door", (400, 100), (400, 400)), Line("back", (500, 100), (500, 400))),
    zones=(CORNER,),
    ground=GROUND,
    rooms=(HALL,),
)


def test_the_other_way_leads_out() -> None:
    assert [door.outward for door in DOORS] == [Way.OUT, Way.IN]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": "The hall"}, "room name"),
        ({"doors": ()}, "has 0 doors"),
        ({"doors": tuple(Door(line=f"l{n}", inward=Way.IN) for n in range(MAX_DOORS + 1))}, "17"),
        ({"doors": (DOORS[0], replace(DOORS[0], inward=Way.OUT))}, "names a door twice"),
        ({"max_dwell_min": 0}, "max_dwell_min 0: expected 1 to 1440"),
        ({"max_dwell_min": 1441}, "max_dwell_min"),
        ({"closes_utc_minute": 1440}, "closing minute 1440"),
        ({"closes_utc_minute": -1}, "closing minute"),
        ({"capacity": 0}, "capacity 0"),
    ],
)
def test_a_room_that_cannot_be_is_refused(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        replace(HALL, **change)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"rooms": (HALL, HALL)}, "two rooms are called 'hall'"),
        ({"lines": VIEW.lines[:1]}, "has a door 'back': there is no line of that name"),
        ({"lines": ()}, "has a door 'door'"),
        ({"width": 250, "lines": (), "rooms": (), "zones": ()}, "ground point"),
    ],
)
def test_a_view_holds_its_rooms_and_its_ground(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        replace(VIEW, **change)


def test_ground_and_rooms_are_signed_and_not_on_the_sign(plaza: SiteAuthorisation) -> None:
    site = allow(plaza, "room.hall.people", "zone.corner.density", "zone.corner.heat.c1r1")
    bare = replace(VIEW, ground=None, rooms=())

    assert read_payload(site.to_payload()) == site
    assert read_draft(json.dumps(site.to_draft()).encode()) == site
    draft = plaza.to_draft()
    assert (draft["ground"], draft["rooms"]) == (None, [])
    lines = allow(plaza, "line.door.in")
    changed = replace(lines, view=bare)
    assert changed.digest != lines.digest
    assert changed.notice_digest == lines.notice_digest
    with pytest.raises(ConsentError, match="not those that were authorised"):
        site.require_view(bare)


def allow(site: SiteAuthorisation, *metrics: str, view: View = VIEW) -> SiteAuthorisation:
    outputs = tuple(replace(site.outputs[0], metric=metric) for metric in metrics)
    return replace(site, view=view, outputs=outputs, notice_digest="")


TINY = Ground.rectangle(
    ((100, 400), (300, 400), (300, 200), (100, 200)), width_cm=100, depth_cm=100
)
TILTED = Ground.rectangle(
    ((60, 470), (580, 470), (400, 400), (250, 400)), width_cm=400, depth_cm=900
)


@pytest.mark.parametrize(
    ("metric", "view", "words"),
    [
        ("room.annex.people", VIEW, "there is no room 'annex'"),
        ("line.hall.in", VIEW, "there is no line 'hall'"),
        ("zone.corner.heat.c4r1", VIEW, "does not reach into that cell"),
        ("zone.corner.density", replace(VIEW, ground=None), "needs to know the ground"),
        ("zone.corner.density", replace(VIEW, ground=TINY), "0.50 m² of ground"),
        ("zone.corner.density", replace(VIEW, ground=TILTED), "horizon"),
    ],
)
def test_only_what_is_drawn_can_be_an_output(
    metric: str, view: View, words: str, plaza: SiteAuthorisation
) -> None:
    with pytest.raises(ConsentError, match=words):
        allow(plaza, metric, view=view)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("rooms", 0, "doors", 0, "inward"), "left"),
        (("rooms", 0, "doors", 0, "extra"), 1),
        (("rooms", 0, "doors"), []),
        (("rooms", 0, "doors", 0, "line"), "gone"),
        (("rooms", 0, "max_dwell_min"), None),
        (("rooms", 0, "closes_utc_minute"), "22:00"),
        (("rooms", 0, "closes_utc_minute"), True),
        (("rooms", 0, "capacity"), 1.5),
        (("rooms", 0, "extra"), 1),
        (("rooms",), None),
        (("ground", "points"), [[1, 2]]),
        (("ground", "points", 0), [1, 2, 3]),
        (("ground", "cm", 0, 0), 0.5),
        (("ground", "cm", 1), [0, 0]),
        (("ground", "extra"), 1),
        (("ground",), []),
    ],
    ids=str,
)
def test_an_odd_room_or_ground_is_refused(
    path: tuple[Any, ...], value: object, plaza: SiteAuthorisation
) -> None:
    document = json.loads(json.dumps(allow(plaza, "room.hall.people").to_draft()))
    inner = document
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    with pytest.raises(ConsentError):
        read_draft(json.dumps(document).encode())


def test_there_are_not_too_many_outputs(plaza: SiteAuthorisation) -> None:
    names = [f"l{n}" for n in range(16)]
    view = View(
        width=640,
        height=480,
        lines=tuple(
            Line(name, (40 * n + 20, 100), (40 * n + 20, 400)) for n, name in enumerate(names)
        ),
    )
    whats = (
        "in",
        "out",
        "total",
        *(
            f"{v}.{w}"
            for v in ("car", "bus", "truck", "bicycle", "motorcycle")
            for w in ("in", "out", "total")
        ),
    )
    metrics = [f"line.{name}.{what}" for name in names for what in whats]
    allow(plaza, *metrics[:MAX_OUTPUTS], view=view)
    with pytest.raises(ConsentError, match="257 outputs: expected 1 to 256"):
        allow(plaza, *metrics[: MAX_OUTPUTS + 1], view=view)
