"""What cannot be drawn, counted or read, word for word, and what to do about it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from consent.refusal import refusal

from edgekit.consent.authorisation import SiteAuthorisation
from edgekit.consent.room import MAX_CAPACITY, MAX_DOORS, MAX_DWELL_MIN, Door, Room, Way
from edgekit.consent.texts import texts_of
from edgekit.consent.view import MAX_SHAPES, MAX_SIZE_PX, View
from edgekit.geometry import Ground, Line, Zone
from edgekit.records import Profile

DOOR = Door(line="door", inward=Way.IN)
HALL = Room(name="hall", doors=(DOOR,))
CORNERS = ((100, 400), (300, 400), (300, 200), (100, 200))
GROUND = Ground.rectangle(CORNERS, width_cm=1000, depth_cm=500)
VIEW = View(
    width=640,
    height=480,
    lines=(Line("door", (400, 100), (400, 400)), Line("back", (500, 100), (500, 400))),
    zones=(Zone("corner", ((100, 200), (300, 400), (100, 400))),),
    ground=GROUND,
    rooms=(HALL,),
)
NAMES = [f"l{n}" for n in range(MAX_SHAPES + 1)]
OWN = "give each a name of its own"
CORRECT = "correct [ground], or draw the zone larger"


def doors(number: int) -> tuple[Door, ...]:
    return tuple(Door(line=f"l{n}", inward=Way.IN) for n in range(number))


def small(width_cm: int, depth_cm: int) -> Ground:
    return Ground.rectangle(CORNERS, width_cm=width_cm, depth_cm=depth_cm)


DRAWN: list[tuple[Callable[[], object], str, str | None]] = [
    (
        lambda: replace(HALL, doors=()),
        "room 'hall' has 0 doors: expected 1 to 16",
        'name the lines at its doors and the way in: doors = [["door", "in"]]',
    ),
    (
        lambda: replace(HALL, doors=doors(17)),
        "room 'hall' has 17 doors: expected 1 to 16",
        'name the lines at its doors and the way in: doors = [["door", "in"]]',
    ),
    (
        lambda: replace(HALL, doors=(DOOR, replace(DOOR, inward=Way.OUT))),
        "room 'hall' names a door twice: who passes it would be counted twice",
        "name each line once, with the way that leads in",
    ),
    (
        lambda: replace(HALL, name="A"),
        "room name 'A': expected 1 to 24 of a-z, 0-9, _ and -, a letter first",
        "a short one will do, such as 'door'",
    ),
    (
        lambda: replace(HALL, max_dwell_min=0),
        "room 'hall': max_dwell_min 0: expected 1 to 1440",
        None,
    ),
    (
        lambda: replace(HALL, max_dwell_min=1441),
        "room 'hall': max_dwell_min 1441: expected 1 to 1440",
        None,
    ),
    (
        lambda: replace(HALL, closes_utc_minute=-1),
        "room 'hall': closing minute -1: expected 0 to 1439",
        None,
    ),
    (
        lambda: replace(HALL, closes_utc_minute=1440),
        "room 'hall': closing minute 1440: expected 0 to 1439",
        None,
    ),
    (lambda: replace(HALL, capacity=0), "room 'hall': capacity 0: expected 1 to 100000", None),
    (
        lambda: replace(HALL, capacity=100_001),
        "room 'hall': capacity 100001: expected 1 to 100000",
        None,
    ),
    *(
        (
            lambda size=size: View(width=size[0], height=size[1]),
            f"picture of {size[0]}x{size[1]}: expected 1 to 8192 pixels a side",
            None,
        )
        for size in ((0, 1), (1, 0), (8193, 1), (1, 8193))
    ),
    (
        lambda: View(
            width=640, height=480, lines=tuple(Line(n, (100, 100), (100, 400)) for n in NAMES)
        ),
        "17 lines: expected at most 16",
        None,
    ),
    (lambda: replace(VIEW, rooms=(HALL, HALL)), "two rooms are called 'hall'", OWN),
    (lambda: replace(VIEW, zones=VIEW.zones * 2), "two zones are called 'corner'", OWN),
    (lambda: replace(VIEW, lines=VIEW.lines * 2), "two lines are called 'door'", OWN),
    (
        lambda: replace(VIEW, lines=(VIEW.lines[1], replace(VIEW.lines[1], name="side"))),
        "room 'hall' has a door 'door': there is no line of that name",
        "draw it, or use one of back, side",
    ),
    (
        lambda: replace(VIEW, lines=()),
        "room 'hall' has a door 'door': there is no line of that name",
        "draw it first",
    ),
    (
        lambda: texts_of("tlh"),
        "no texts in 'tlh': expected de or en or es or fr or it",
        "a language is one more table in edgekit/consent/catalogue/",
    ),
]


@pytest.mark.parametrize(("do", "words", "hint"), DRAWN, ids=range(len(DRAWN)))
def test_it_is_refused_with_what_was_expected_what_came_and_what_to_do(
    do: Callable[[], object], words: str, hint: str | None
) -> None:
    assert refusal(do) == (words, hint)


def test_the_ends_of_every_range_are_in_it() -> None:
    assert len(replace(HALL, doors=doors(MAX_DOORS)).doors) == MAX_DOORS
    for change in (
        {"max_dwell_min": 1, "closes_utc_minute": 0, "capacity": 1},
        {"max_dwell_min": MAX_DWELL_MIN, "closes_utc_minute": 1439, "capacity": MAX_CAPACITY},
    ):
        assert replace(HALL, **change).name == "hall"
    assert View(width=1, height=1).width == 1
    assert View(width=MAX_SIZE_PX, height=MAX_SIZE_PX).height == MAX_SIZE_PX
    lines = tuple(Line(name, (100, 100), (100, 400)) for name in NAMES[:MAX_SHAPES])
    assert len(View(width=640, height=480, lines=lines).lines) == MAX_SHAPES


def allow(site: SiteAuthorisation, *metrics: str, **change: Any) -> SiteAuthorisation:  # noqa: ANN401 -- fields
    outputs = tuple(replace(site.outputs[0], metric=metric) for metric in metrics)
    return replace(site, **{"view": VIEW, "outputs": outputs, "notice_digest": "", **change})


def one_and(site: SiteAuthorisation, **change: Any) -> SiteAuthorisation:  # noqa: ANN401 -- fields
    first = replace(site.outputs[0], metric="line.door.in")
    other = replace(first, **{"metric": "line.door.out", **change})
    return allow(site, outputs=(first, other))


def ruled(site: SiteAuthorisation, profile: Profile, metric: str) -> SiteAuthorisation:
    output = replace(site.outputs[0], metric=metric, profile=profile)
    return allow(site, profile=profile, outputs=(output,))


COUNTED: list[tuple[Callable[[SiteAuthorisation], object], str, str | None]] = [
    (lambda site: one_and(site, metric="line.door.in"), "an output is listed twice", None),
    (
        lambda site: one_and(site, window_s=1800),
        "outputs with different windows: expected one window_s for all",
        None,
    ),
    (
        lambda site: one_and(site, profile=Profile.BANDS),
        "an output under another profile than sdc-10-5",
        None,
    ),
    (
        lambda site: allow(site, "line.side.in"),
        "line.side.in: there is no line 'side'",
        None,
    ),
    (
        lambda site: allow(site, "zone.door.people"),
        "zone.door.people: there is no zone 'door'",
        None,
    ),
    (
        lambda site: allow(site, "room.door.people"),
        "room.door.people: there is no room 'door'",
        None,
    ),
    (
        lambda site: allow(site, "zone.corner.heat.c4r1"),
        "zone.corner.heat.c4r1: the zone does not reach into that cell",
        "it reaches into c1r1, c2r1, c1r2, c2r2, c3r2, c1r3, c2r3, c3r3, c4r3",
    ),
    (
        lambda site: allow(site, "zone.corner.density", view=replace(VIEW, ground=None)),
        "zone.corner.density: a density needs to know the ground",
        "measure four points of it: [ground] in site.toml",
    ),
    (
        lambda site: allow(site, "zone.corner.density", view=replace(VIEW, ground=small(100, 190))),
        "zone.corner.density: the zone is 0.95 m² of ground: expected at least 1 m²",
        CORRECT,
    ),
    (
        lambda site: ruled(site, Profile.DP, "room.hall.people"),
        "room.hall.people (people, about people) cannot leave under dp: expected count",
        "take it out, or choose another profile",
    ),
    (
        lambda site: ruled(site, Profile.BANDS, "zone.corner.wait"),
        (
            "zone.corner.wait (wait_s, about people) cannot leave under bands: "
            "expected count or people"
        ),
        "take it out, or choose another profile",
    ),
]


@pytest.mark.parametrize(("do", "words", "hint"), COUNTED, ids=range(len(COUNTED)))
def test_a_number_that_cannot_be_made_is_refused(
    do: Callable[[SiteAuthorisation], object],
    words: str,
    hint: str | None,
    plaza: SiteAuthorisation,
) -> None:
    assert refusal(lambda: do(plaza)) == (words, hint)


def test_a_zone_beyond_the_horizon_is_told_with_what_to_do(plaza: SiteAuthorisation) -> None:
    corners = ((60, 470), (580, 470), (400, 400), (250, 400))
    tilted = replace(VIEW, ground=Ground.rectangle(corners, width_cm=400, depth_cm=900))
    said, hint = refusal(lambda: allow(plaza, "zone.corner.density", view=tilted))
    assert said == (
        "zone.corner.density: point (100, 200) lies on or beyond the horizon of the ground, "
        "where metres have no end"
    )
    assert hint == (
        "keep zones on the ground, below the horizon; or set the four points of [ground] again"
    )


def test_a_square_metre_is_ground_enough_for_a_density(plaza: SiteAuthorisation) -> None:
    for depth_cm in (200, 201):
        enough = replace(VIEW, ground=small(100, depth_cm))
        assert allow(plaza, "zone.corner.density", view=enough).view == enough
