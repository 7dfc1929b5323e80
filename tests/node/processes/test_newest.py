"""The supervisor's own memory of versions: raised by what lies there, lowered by nothing."""

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from edgekit.config import Settings
from edgekit.node.processes.newest import NAME, Newest

if TYPE_CHECKING:
    from tests.node.conftest import Place, Places


def signed(places: "Places", place: "Place", version: int) -> None:
    document = replace(place.authorisation, version=version, notice_digest="")
    places.authorise(replace(place, authorisation=document))


def test_it_is_raised_and_never_lowered(places: "Places") -> None:
    place, now_s = places.make(), int(time.time())
    place.data.mkdir()
    newest = Newest(Settings.load(place.settings))
    for version, kept in ((1, 1), (3, 3), (2, 3)):
        signed(places, place, version)
        site = newest.look(now_s)
        assert site is not None
        assert (site.authorisation.version, newest.version) == (version, kept)
        (place.data / NAME).unlink(missing_ok=version == 2)
    signed(places, place, 3)
    newest.look(now_s)
    assert Newest(Settings.load(place.settings)).version == 0, "the file was taken away"
    signed(places, place, 4)
    newest.look(now_s)
    assert Newest(Settings.load(place.settings)).version == 4


def test_what_does_not_hold_raises_nothing(places: "Places") -> None:
    place = places.make()
    place.data.mkdir()
    newest = Newest(Settings.load(place.settings))
    assert newest.look(place.authorisation.valid_to_s) is None
    assert newest.version == 0


@pytest.mark.parametrize(
    "text",
    ["", "[]", '{"site":"site"}', '{"site":"site","version":true}', '{"site":"x","version":9}'],
)
def test_an_odd_file_is_none(places: "Places", text: str) -> None:
    place = places.make()
    place.data.mkdir()
    (place.data / NAME).write_text(text, "utf-8")
    assert Newest(Settings.load(place.settings)).version == 0
