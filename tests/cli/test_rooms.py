"""Rooms, densities and the like on the command line: allowed, explained, refused with a reason."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from edgekit.cli.status import rows
from edgekit.signers.file import create_key

Run = Callable[..., tuple[int, str, str]]
Ask = Callable[[Path], list[str]]
Edit = Callable[[Path, str, str], None]
Change = Callable[..., None]
Fill = Callable[[Path], None]

GROUND = (
    "[ground]\npoints = [[60, 460], [580, 460], [400, 200], [240, 200]]\n"
    "cm = [[0, 0], [600, 0], [600, 900], [0, 900]]\n"
)
ZONE = '[[zone]]\nname = "square"\npolygon = [[400, 230], [460, 230], [520, 400], [400, 400]]\n'
BACK = '[[line]]\nname = "back"\nfrom = [60, 400]\nto = [60, 200]\n'
ROOM = '[[room]]\nname = "hall"\ndoors = [["middle", "in"], ["back", "out"]]\ncapacity = 120\n'


def draw(folder: Path, text: str) -> None:
    path = folder / "site.toml"
    path.write_text(path.read_text().replace("[keys]\n", text + "[keys]\n"))


@pytest.fixture
def plaza(tmp_path: Path, edgekit: Run, fill_in: Fill) -> Path:
    """A public place whose draft only waits for its signature."""
    site = tmp_path / "plaza"
    edgekit("init", site, "--profile", "sdc-10-5")
    create_key(site / "keys/organisation.key.pem", entropy=os.urandom)
    fill_in(site)
    return site


def outputs(folder: Path, *metrics: str) -> list[dict[str, object]]:
    first = json.loads((folder / "authorisation.draft.json").read_text())["outputs"][0]
    return [first | {"metric": metric} for metric in metrics]


def test_what_is_drawn_later_is_taken_into_the_draft(home: Path, authorise: Run) -> None:
    draw(home, GROUND + ZONE + BACK + ROOM)
    code, out, _ = authorise(home, "--site", home / "site.toml")

    assert code == 0
    assert "how many people are in the room “hall”, from who passes its doors" in out
    assert "how many people are in the zone “square”" in out


def test_check_tells_what_the_new_numbers_are(
    home: Path, edgekit: Run, authorise: Run, change_draft: Change
) -> None:
    draw(home, GROUND + ZONE + BACK + ROOM)
    authorise(home, "--site", home / "site.toml")
    _, out, _ = edgekit("check", home / "site.toml")
    assert "Nothing is wrong." in out

    change_draft(
        home,
        outputs=outputs(home, "line.middle.in", "line.middle.out", "line.middle.car.total"),
    )
    code, out, _ = authorise(home, "--site", home / "site.toml")
    assert code == 0
    assert "how many cars cross the line “middle”" in out


def test_in_public_what_would_give_something_away_is_left_out_with_the_reason(
    plaza: Path, authorise: Run
) -> None:
    draw(plaza, BACK + ROOM)
    code, out, err = authorise(plaza, "--site", plaza / "site.toml")

    assert code == 0
    assert "note: room.hall.people is left out: line.middle.in" in err
    assert "what passes the doors of a room is what changes its number" in err
    assert "the room" not in out


def test_who_wants_the_room_leaves_out_a_door(
    plaza: Path, authorise: Run, change_draft: Change
) -> None:
    draw(plaza, BACK + ROOM)
    change_draft(plaza, outputs=outputs(plaza, "light.illuminance"))
    code, out, err = authorise(plaza, "--site", plaza / "site.toml")

    assert (code, err) == (0, "")
    assert "how many people are in the room “hall”" in out
    assert "“middle”" not in out


def test_check_says_of_a_draft_what_the_gate_would_refuse(
    plaza: Path, problems: Ask, edgekit: Run, change_draft: Change
) -> None:
    change_draft(plaza, outputs=outputs(plaza, "line.middle.in", "line.middle.total"))
    (found,) = [one for one in problems(plaza) if "can't leave together" in one]
    assert found.startswith("line.middle.total and line.middle.in can't leave together: a total")
    _, out, _ = edgekit("check", plaza / "site.toml")
    assert "What to do: let the total leave alone, or in and out without it" in out


def test_a_room_that_nobody_authorised_is_named(
    home: Path, authorise: Run, problems: Ask, change_draft: Change
) -> None:
    draw(home, ROOM.replace(', ["back", "out"]', ""))
    authorise(home, "--site", home / "site.toml")
    assert problems(home) == []
    document = json.loads((home / "authorisation.draft.json").read_text())
    door = {"line": "middle", "inward": "in"}
    room = {"name": "hall", "doors": [door], "max_dwell_min": 720}
    change_draft(
        home,
        rooms=[room | {"closes_utc_minute": None, "capacity": 120}],
        outputs=[one for one in document["outputs"] if not one["metric"].startswith("room")],
    )
    authorise(home)
    assert any("room 'hall' is drawn, but no number of it" in one for one in problems(home))
    change_draft(home, outputs=outputs(home, "room.hall.people"))
    authorise(home)
    # Its doors are counted for it, so that they are not drawn for nothing.
    assert problems(home) == []


def test_status_shows_the_new_units() -> None:
    window = {
        "status": "released",
        "window_start_s": 1_800_000_000,
        "uptime_percent": 100,
        "reason": None,
        "quality": "good",
    }
    state = {
        "running": False,
        "processes": {},
        "site": "hall",
        "profile": "home",
        "records": 1,
        "delivered": 1,
        "t_s": 1_800_000_000,
        "last_window": {
            "room.hall.people": window | {"people": 34, "capacity": 120, "quality": "degraded"},
            "zone.z.density": window | {"people_per_100_m2": 40},
            "zone.z.wait": window | {"wait_s": 75},
        },
    }
    text = "\n".join(value for _, value in rows(state, 1_800_000_100))

    assert "room.hall.people: 34 of 120 (watched 100 % of the time, only roughly)" in text
    assert "zone.z.density: 40 for each 100 m² (watched 100 % of the time)" in text
    assert "zone.z.wait: 75 s (watched 100 % of the time)" in text
