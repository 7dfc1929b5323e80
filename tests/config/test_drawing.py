"""What site.toml draws beside lines and zones: the ground and rooms."""

from pathlib import Path

import pytest

from edgekit.config import Settings
from edgekit.config.template import template
from edgekit.consent.room import Door, Room, Way
from edgekit.errors import ConfigError
from edgekit.geometry import Ground
from edgekit.records import Profile

HERE = Path("/home/pi/site/site.toml")
SMALL = (
    'version = 1\n[site]\nname = "plaza"\n[camera]\nsource = "plaza"\n'
    '[[line]]\nname = "door"\nfrom = [320, 460]\nto = [320, 100]\n'
)
GROUND = (
    "[ground]\npoints = [[214, 430], [466, 430], [410, 222], [254, 222]]\n"
    "cm = [[0, 0], [400, 0], [400, 900], [0, 900]]\n"
)
ROOM = '[[room]]\nname = "hall"\ndoors = [["door", "in"]]\n'


def read(text: str) -> Settings:
    return Settings.from_text(text, path=HERE)


def test_without_ground_and_rooms_there_are_none() -> None:
    settings = read(SMALL)
    assert (settings.ground, settings.rooms) == (None, ())
    assert (settings.view.ground, settings.view.rooms) == (None, ())


def test_the_ground_is_four_points_and_where_they_lie() -> None:
    settings = read(SMALL + GROUND)
    assert settings.ground == Ground.rectangle(
        ((214, 430), (466, 430), (410, 222), (254, 222)), width_cm=400, depth_cm=900
    )
    assert settings.view.ground == settings.ground


def test_a_room_has_doors_and_what_keeps_it_right() -> None:
    room = ROOM + 'max_dwell_min = 90\ncloses = "22:05"\ncapacity = 120\n'
    assert read(SMALL + ROOM).rooms == (
        Room(name="hall", doors=(Door(line="door", inward=Way.IN),)),
    )
    assert read(SMALL + room).view.rooms == (
        Room(
            name="hall",
            doors=(Door(line="door", inward=Way.IN),),
            max_dwell_min=90,
            closes_utc_minute=22 * 60 + 5,
            capacity=120,
        ),
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (GROUND.replace("points", "point"), "ground.points is missing"),
        ("[ground]\n", "ground.points is missing"),
        ("[[ground]]\n", "ground: expected a table"),
        (GROUND.replace(", [254, 222]]", "]"), "ground points: expected four points"),
        (GROUND.replace("[400, 0]", "[400.5, 0]"), "ground.cm: expected a point"),
        (GROUND.replace("[400, 0]", "[9, 9]"), "on one line on the ground"),
        (GROUND.replace("214, 430", "214, 490"), "lies outside the picture"),
        (GROUND + 'unit = "cm"\n', "unknown key 'unit' in [ground]"),
        (ROOM.replace('"door"', '"gate"'), "has a door 'gate': there is no line"),
        (ROOM.replace('"in"', '"left"'), "the way into it over 'door' is 'left'"),
        (ROOM.replace('[["door", "in"]]', "[]"), "room 'hall' has 0 doors"),
        (ROOM.replace('[["door", "in"]]', '["door", "in"]'), "doors: expected a pair of texts"),
        (ROOM.replace('[["door", "in"]]', '[["door", 1]]'), "doors: expected a pair of texts"),
        (ROOM.replace('[["door", "in"]]', '[["door"]]'), "doors: expected a pair of texts"),
        (ROOM.replace('[["door", "in"]]', '"door"'), "doors: expected a list of pairs"),
        (ROOM.replace('doors = [["door", "in"]]\n', ""), "doors is missing"),
        (ROOM + 'closes = "24:00"\n', "expected a time of day in UTC"),
        (ROOM + 'closes = "9:00"\n', "expected a time of day in UTC"),
        (ROOM + "closes = 2200\n", "expected a time of day in UTC"),
        (ROOM + "closes = 22:00:00\n", "got something else"),
        (ROOM + "max_dwell_min = 0\n", "expected a whole number from 1 to 1440"),
        (ROOM + "max_dwell_min = 1441\n", "expected a whole number from 1 to 1440"),
        (ROOM + "capacity = 0\n", "expected a whole number from 1 to 100000"),
        (ROOM + 'capacity = "many"\n', "expected a whole number"),
        (ROOM + "close = 1\n", "unknown key 'close' in [room 1]"),
        (ROOM + ROOM, "two rooms are called 'hall'"),
    ],
)
def test_what_can_not_be_drawn_is_named(text: str, words: str) -> None:
    with pytest.raises(ConfigError) as refusal:
        read(SMALL + text)
    assert words in str(refusal.value)


def test_the_commented_examples_of_the_template_can_be_used() -> None:
    text = template(name="plaza", profile=Profile.LOCAL, source="plaza")
    begin, end = text.index("# [ground]"), text.index("[keys]")
    examples = "".join(
        line.removeprefix("# ") + "\n"
        for line in text[begin:end].splitlines()
        if line.startswith(
            ("# [", "# points", "# cm", "# name", "# doors", "# max", "# cl", "# cap")
        )
    )
    settings = read(text[:begin] + examples + text[end:])

    assert settings.ground is not None
    assert [room.capacity for room in settings.rooms] == [120]
