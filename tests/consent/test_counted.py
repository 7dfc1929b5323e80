"""What is counted, in words that somebody on the square understands."""

import re
from dataclasses import replace

import pytest

from edgekit.consent.authorisation import SiteAuthorisation
from edgekit.consent.counted import counted, counted_in_short
from edgekit.consent.measure import MEASURES, VEHICLES
from edgekit.consent.notice import Notice
from edgekit.consent.room import Door, Room, Way
from edgekit.consent.terms import LawfulBasis
from edgekit.consent.texts import TEXTS
from edgekit.geometry import Ground
from edgekit.records import Profile

ENGLISH = TEXTS["en"]


def allow(site: SiteAuthorisation, *metrics: str) -> SiteAuthorisation:
    view = replace(
        site.view,
        ground=Ground.rectangle(
            ((0, 480), (640, 480), (640, 10), (0, 10)), width_cm=900, depth_cm=900
        ),
        rooms=(Room(name="hall", doors=(Door(line="middle", inward=Way.IN),)),),
    )
    outputs = tuple(replace(site.outputs[0], metric=metric) for metric in metrics)
    return replace(site, view=view, outputs=outputs, notice_digest="")


@pytest.mark.parametrize(
    ("metrics", "points"),
    [
        (
            ["line.middle.in", "line.middle.out"],
            ["how many people cross the line “middle”, each way"],
        ),
        (["line.middle.in"], ["how many people cross the line “middle”, one way"]),
        (["line.middle.out"], ["how many people cross the line “middle”, the other way"]),
        (
            [
                f"line.middle.{who}{way}"
                for who in ("", "bicycle.", "car.")
                for way in ("in", "out")
            ],
            ["how many people, bicycles and cars cross the line “middle”, each way"],
        ),
        (
            [
                "line.middle.in",
                "line.middle.out",
                "line.middle.bus.total",
                "line.middle.truck.total",
            ],
            [
                "how many people cross the line “middle”, each way",
                "how many buses and trucks cross the line “middle”",
            ],
        ),
        (
            [f"zone.square.{what}" for what in MEASURES["zone"] if what.startswith("dwell")],
            [ENGLISH["zone.dwell"].format(name="square")],
        ),
        (
            ["zone.square.heat.c1r1", "zone.square.heat.c2r1"],
            ["which parts of the zone “square” people go to, on a grid of four by three"],
        ),
        (
            ["zone.square.density", "room.hall.people", "zone.square.wait", "zone.square.queue"],
            [
                "how crowded the zone “square” is: people for each 100 m² of ground",
                "how many people are in the room “hall”, from who passes its doors",
                "how long people wait in the zone “square”, on average",
                "how many people stand in the zone “square”",
            ],
        ),
    ],
)
def test_what_is_alike_is_one_point(
    metrics: list[str], points: list[str], plaza: SiteAuthorisation
) -> None:
    assert list(counted(allow(plaza, *metrics), ENGLISH)) == points


@pytest.mark.parametrize("locale", TEXTS)
def test_every_language_has_words_for_everything(locale: str, plaza: SiteAuthorisation) -> None:
    metrics = [
        *(f"line.middle.{what}" for what in MEASURES["line"]),
        *(f"zone.square.{what}" for what in MEASURES["zone"] if what[:4] != "heat"),
        "zone.square.heat.c1r1",
        *("room.hall.people", "light.illuminance"),
    ]
    text = Notice(allow(plaza, *metrics)).text(locale)
    for vehicle in VEHICLES:
        assert TEXTS[locale][f"class.{vehicle}"] in text
    assert not re.search(r"[{}]", text)


def test_what_a_rule_does_to_waits_and_rooms_is_said_where_they_leave(
    plaza: SiteAuthorisation,
) -> None:
    words = Notice(allow(plaza, "room.hall.people", "zone.square.wait")).text()
    assert "only where 10 or more have waited" in words
    assert "Once a day it is noted" in words
    home = replace(
        allow(plaza, "room.hall.people"),
        profile=Profile.HOME,
        lawful_basis=LawfulBasis.HOUSEHOLD,
        outputs=(replace(plaza.outputs[0], metric="room.hall.people", profile=Profile.HOME),),
        notice_digest="",
    )
    assert "Each time the number of a room is set right" in Notice(home).text()
    assert "waited" not in Notice(allow(plaza, "line.middle.in")).text()


def test_the_sign_names_what_it_can_and_else_what_sort_it_is(plaza: SiteAuthorisation) -> None:
    metrics = ["line.middle.in", "line.middle.out", "zone.square.people"]
    assert "“square”" in Notice(allow(plaza, *metrics)).sign_svg()
    metrics += [f"line.middle.{vehicle}.total" for vehicle in VEHICLES]
    metrics += [f"zone.square.{what}" for what in ("density", "queue", "wait", "dwell.under_30s")]
    metrics += ["zone.square.heat.c1r1", "room.hall.people", "light.illuminance"]
    full = allow(plaza, *metrics)
    sign = re.sub(r"</text>\n<text[^>]*>", " ", Notice(full).sign_svg())
    short = list(counted_in_short(full, ENGLISH))

    assert short[0] == (
        "how many people, bicycles, cars, motorcycles, buses and trucks cross lines"
    )
    assert len(short) == 9
    assert "“square”" not in sign
    assert all(point[1:] in sign for point in short)
    assert "“square”" in Notice(full).html()
