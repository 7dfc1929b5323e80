"""Every process of a node attacked from inside, as `edgekit audit` does it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from edgekit.cli.main import main
from edgekit.config import Settings
from edgekit.confine.attacks import attacks_on
from edgekit.confine.attempt import Promise
from edgekit.node.service.users import User
from edgekit.node.walls import audit as audits
from edgekit.node.walls.audit import LOOKED_AT, RUNNING, WORKS, attack

if TYPE_CHECKING:
    from tests.node.conftest import Place, Places

LESSER = Path(__file__).parents[2] / "lesser_kernel.py"


@pytest.fixture(scope="module")
def place(many: "Places") -> "Place":
    return many.make()


@pytest.mark.parametrize("role", ["eye", "fetcher", "reviewer", "clerk", "herald"])
def test_nothing_comes_through(role: str, place: "Place") -> None:
    findings = list(attack(role, Settings.load(place.settings)))
    through = [(one.promise, one.faults) for one in findings if not one.holds]
    assert through == []
    promises = {one.promise for one in findings}
    assert {LOOKED_AT, Promise.PROGRAMS, Promise.OTHERS, Promise.CAMERA} <= promises
    assert (WORKS in promises) == (role in ("eye", "reviewer"))
    assert (Promise.KEY in promises) == (role != "clerk")
    print(f"{role}: {len(attacks_on(role))} attacks refused")


def test_running_node_is_looked_at_and_goes_on(
    places: "Places", capsys: pytest.CaptureFixture[str]
) -> None:
    place = places.make()
    node = places.run(place)
    node.wait_seeing()
    roles = ("eye", "reviewer", "clerk", "herald")
    pids = [node.pid(role) for role in roles]

    assert main(["audit", "--json", str(place.settings)]) == 0

    told = json.loads(capsys.readouterr().out)
    assert told["holds"]
    running = [one for one in told["findings"] if one["promise"] == RUNNING]
    assert [one["who"] for one in running] == list(roles)
    assert [node.pid(role) for role in roles] == pids
    assert node.process.poll() is None


def test_a_process_of_another_user_than_its_own_is_found() -> None:
    home, uid = Path("/proc/self"), os.getuid()
    own = audits._own_user("eye", User(name="me", uid=uid, gid=0), home)
    other = audits._own_user("eye", User(name="edgekit-eye", uid=uid + 1, gid=0), home)
    assert (own.holds, own.faults) == (True, ())
    assert (other.holds, other.faults) == (False, (f"it is user {uid}'s",))


def test_table_says_who_promises_what_and_how_it_was_tried(
    place: "Place", capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audits, "roles_of", lambda _: ("clerk",))
    assert main(["audit", str(place.settings)]) == 0
    said = capsys.readouterr().out
    assert "The clerk, which signs:" in said
    assert f"  held   {Promise.CALLS}" in said
    assert "tried: " in said
    assert said.endswith("All held.\n")


def test_where_there_is_no_wall_it_says_what_came_through(places: "Places") -> None:
    place = places.make()
    text = place.settings.read_text().replace("[site]", '[site]\nconfinement = "maker"')
    place.settings.write_text(text)
    before = sorted(place.folder.rglob("*"))
    done = subprocess.run(
        [
            *(sys.executable, str(LESSER), "seccomp+namespaces+landlock"),
            *(sys.executable, "-m", "edgekit", "audit", "--json", str(place.settings)),
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 1, done.stderr
    told = json.loads(done.stdout)
    broken = {(one["who"], one["promise"]) for one in told["findings"] if not one["holds"]}
    assert {("eye", Promise.CALLS), ("clerk", Promise.PROGRAMS), ("herald", Promise.KEY)} <= broken
    assert ("eye", LOOKED_AT) in broken
    assert sorted(place.folder.rglob("*")) == before
