import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from edgekit.config import Settings
from edgekit.consent.room import Door, Room, Way
from edgekit.errors import SensorError
from edgekit.node.clerking.display import EVERY_MS, SELDOM_MS, Display
from edgekit.node.site import Site
from edgekit.node.status import CLERK, read_node, read_state, write_state
from edgekit.privacy.gate import Gate
from edgekit.privacy.tally import WindowTally, channel_table
from edgekit.records import Kind, Observation, Profile, QualityWord

if TYPE_CHECKING:
    from tests.node.conftest import Place, Places

START_S = int(time.time())
NUMBER = 7_739_151
"""Stands nowhere by chance."""


def site_of(place: "Place") -> Site:
    settings = Settings.load(place.settings)
    return Site(
        settings=settings, authorisation=place.authorisation, organisation="o", authority="self"
    )


def said(*values: tuple[int, Kind, int]) -> Iterable[Observation]:
    return [
        Observation(seq=n, t_ms=START_S * 1000 + n, channel=channel, kind=kind, value=value)
        for n, (channel, kind, value) in enumerate(values)
    ]


def everything(display: Display, site: Site, window_s: int) -> str:
    """Feed one number by every way there is; return what then stands in the file."""
    table = channel_table(site.authorisation)
    display.see(said(*((n, channel.kind, NUMBER) for n, channel in table.items())), {})
    display.see(said((0, Kind.PEOPLE, NUMBER), (0, Kind.HEARTBEAT, 15)), {})
    tally = WindowTally(
        start_s=START_S - START_S % window_s,
        window_s=window_s,
        values={channel.metric: 8 for channel in table.values()},
        uptime_ms=window_s * 1000,
        reason=None,
    )
    display.show(Gate(site.authorisation).release(tally))
    directory = site.settings.storage.directory
    directory.mkdir(parents=True, exist_ok=True)
    display.write(START_S * 1000, {"site": "site"})
    return (directory / CLERK).read_text()


def test_in_public_the_file_holds_nothing_that_was_not_released(places: "Places") -> None:
    site = site_of(places.make(profile=Profile.SDC_10_5, window_s=900))
    display = Display(site, channel_table(site.authorisation))

    text = everything(display, site, 900)

    assert str(NUMBER) not in text
    shown = read_state(site.settings.storage.directory / CLERK)
    assert shown["live"] == {}
    light = shown["last_window"].pop("light.illuminance")
    assert light["illuminance_lux"] == 10
    assert {window["status"] for window in shown["last_window"].values()} == {"suppressed"}
    assert {
        window.get("count", window.get("people")) for window in shown["last_window"].values()
    } == {None}


@pytest.mark.parametrize("profile", [Profile.HOME, Profile.LOCAL])
def test_at_home_the_live_numbers_are_shown(places: "Places", profile: Profile) -> None:
    site = site_of(places.make(profile=profile, window_s=60))
    display = Display(site, channel_table(site.authorisation))

    everything(display, site, 60)

    shown = read_state(site.settings.storage.directory / CLERK)
    assert shown["live"]["people"] == NUMBER
    assert shown["live"]["line.door.in"] == NUMBER
    assert shown["last_window"]["line.door.in"]["count"] == 8


def test_passages_add_up_and_levels_do_not(places: "Places") -> None:
    site = site_of(places.make())
    display = Display(site, channel_table(site.authorisation))
    display.see(said((1, Kind.IN, 2), (1, Kind.IN, 3), (3, Kind.OCCUPANCY, 4)), {})
    display.see(said((3, Kind.OCCUPANCY, 1)), {})

    assert display._live["line.door.in"] == 5
    assert display._live["zone.square.people"] == 1


@pytest.mark.parametrize("profile", [Profile.LOCAL, Profile.HOME])
def test_file_is_written_seldom_and_at_the_end(places: "Places", profile: Profile) -> None:
    every_ms = EVERY_MS.get(profile, SELDOM_MS)
    site = site_of(places.make(profile=profile, window_s=60))
    site.settings.storage.directory.mkdir()
    display = Display(site, {})
    path = site.settings.storage.directory / CLERK
    for number, after_ms, expected in ((1, 0, 1), (2, every_ms - 1, 1), (3, every_ms, 3)):
        display.write(10_000 + after_ms, {"n": number})
        assert read_state(path)["n"] == expected
    display.write(10_001 + every_ms, {"n": 4}, last=True)
    assert read_state(path)["n"] == 4


def test_state_is_written_whole_or_stays(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    write_state(path, {"n": 1})
    assert read_state(path) == {"n": 1}
    (tmp_path / "state.new").mkdir()
    try:
        write_state(path, {"n": 2})
    except OSError:
        pytest.fail("a disk that does not take the state must not stop the node")
    assert read_state(path) == {"n": 1}
    write_state(tmp_path / "absent" / "state.json", {"n": 1})
    assert list(tmp_path.glob("*.new")) == [tmp_path / "state.new"]


@pytest.mark.parametrize("text", ["", "{", "[1]", '"x"', "\xff"])
def test_damaged_state_is_an_empty_one(tmp_path: Path, text: str) -> None:
    path = tmp_path / "state.json"
    path.write_bytes(text.encode("latin-1"))

    assert read_state(path) == {}


def test_where_no_node_has_run_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(SensorError, match="no node has run"):
        read_node(tmp_path)
    write_state(tmp_path / "processes.json", {"supervisor": 1, "seal": "none"})

    # Process 1 runs everywhere: it is no sign of a node.
    assert read_node(tmp_path)["running"] is False


HALL = Room(name="hall", doors=(Door(line="door", inward=Way.IN),), capacity=80)


def with_room(site: Site) -> Site:
    allowed = site.authorisation
    output = replace(allowed.outputs[0], metric="room.hall.people")
    view = replace(allowed.view, rooms=(HALL,))
    return replace(
        site, authorisation=replace(allowed, view=view, outputs=(output,), notice_digest="")
    )


@pytest.mark.parametrize("profile", [Profile.SDC_10_5, Profile.HOME, Profile.LOCAL])
def test_a_room_is_shown_live_at_home_and_as_released_in_public(
    places: "Places", profile: Profile
) -> None:
    public = profile is Profile.SDC_10_5
    window_s = 900 if public else 60
    site = with_room(site_of(places.make(profile=profile, window_s=window_s)))
    site.settings.storage.directory.mkdir()
    display = Display(site, channel_table(site.authorisation))
    display.see(said((1, Kind.IN, 1)), {"room.hall.people": NUMBER})
    tally = WindowTally(
        start_s=START_S - START_S % window_s,
        window_s=window_s,
        values={"room.hall.people": 13},
        uptime_ms=window_s * 1000,
        reason=None,
        quality=QualityWord.DEGRADED,
    )
    display.show(Gate(site.authorisation).release(tally))
    display.write(START_S * 1000, {"site": "site"})

    text = (site.settings.storage.directory / CLERK).read_text()
    shown = read_state(site.settings.storage.directory / CLERK)
    assert (str(NUMBER) in text) is not public
    room = shown["last_window"]["room.hall.people"]
    assert (room["people"], room["capacity"], room["quality"]) == (
        15 if public else 13,
        80,
        "degraded",
    )
