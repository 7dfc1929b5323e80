import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from edgekit.cli.status import rows
from edgekit.node.processes.lock import OneNode
from edgekit.node.status import write_state

Run = Callable[..., tuple[int, str, str]]
NOW_S = 1_800_000_000


def state(**changes: object) -> dict[str, Any]:
    child = {"pid": 7, "restarts": 0}
    return {
        "running": True,
        "processes": {"eye": child, "clerk": child, "herald": {"pid": 9, "restarts": 2}},
        "site": "market",
        "profile": "sdc-10-5",
        "seal": "partial",
        "lease": "27 s",
        "clock": "synced",
        "view": "good",
        "records": 12,
        "delivered": 12,
        "shut_because": None,
        "t_s": NOW_S - 1,
        "live": {},
        "last_window": {
            "line.door.in": window(count=25),
            "zone.square.people": window(status="suppressed", people=None),
            "light.illuminance": window(illuminance_lux=320, uptime_percent=60, reason="stalled"),
        },
        **changes,
    }


def window(**changes: object) -> dict[str, object]:
    return {
        "status": "released",
        "window_start_s": NOW_S - 900,
        "uptime_percent": 100,
        "reason": None,
        **changes,
    }


def words(**changes: object) -> str:
    return "\n".join(f"{name}: {text}" for name, text in rows(state(**changes), NOW_S))


def test_a_node_in_words() -> None:
    told = words()

    assert "node: running\n" in told
    assert "eye: running (process 7)\n" in told
    assert "herald: running (process 9), restarted 2 times" in told
    assert "camera: sees well; may see for another 27 s" in told
    assert "records: 12 signed, all handed over" in told
    assert "line.door.in: 25 (watched 100 % of the time)" in told
    assert "zone.square.people: too few to be told apart, withheld" in told
    assert "light.illuminance: 320 lux (watched 60 % of the time, stalled)" in told
    assert not set("{}_") & set(told)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"shut_because": "the authorisation has expired"}, "camera: shut: the authorisation"),
        ({"view": "view_covered"}, "camera: covered"),
        ({"view": "pipe_broken", "lease": "none"}, "camera: pipe broken; not seeing"),
        ({"delivered": 10}, "records: 12 signed, 2 wait to be handed over"),
        ({"last_window": {}}, "last window: none yet"),
        ({"t_s": NOW_S - 60}, "node: running, but it has said nothing for 60 s"),
        ({"running": False}, "node: not running since 2027-01-15 07:59:59 UTC"),
        (
            {"last_window": {"line.door.in": window(status="gap", count=None, reason="no_lease")}},
            "line.door.in: no number (watched 100 % of the time, no lease)",
        ),
    ],
)
def test_what_is_not_as_it_should_be_is_said(changes: dict[str, object], expected: str) -> None:
    assert expected in words(**changes)


def test_it_says_whether_the_eye_can_decide() -> None:
    told = words(decisions={"temperature": "refused: the black body is off"})
    assert "temperature: refused: the black body is off" in told
    assert "temperature" not in words(decisions={})


def test_node_that_just_starts_or_never_spoke() -> None:
    young: dict[str, Any] = {"running": True, "processes": {"clerk": {"pid": 3, "restarts": 1}}}

    assert rows(young, NOW_S) == [
        ("node", "starting"),
        ("eye", "not running"),
        ("clerk", "running (process 3), restarted once"),
        ("herald", "not running"),
    ]
    assert rows(young | {"running": False}, NOW_S) == [("node", "not running")]


def test_exit_code_tells_whether_it_runs(home: Path, edgekit: Run) -> None:
    code, _, err = edgekit("status", home / "site.toml")
    assert code == 1
    assert "no node has run" in err
    with OneNode(home / "data"):
        write_state(home / "data" / "processes.json", {"eye": {"pid": None, "restarts": 0}})
        code, out, _ = edgekit("status", home / "site.toml")
        assert (code, out.splitlines()[0].split()) == (0, ["node", "starting"])
    code, out, _ = edgekit("status", home / "site.toml", "--json")
    assert code == 1
    assert json.loads(out)["running"] is False


def test_logs_show_the_end_across_both_files(home: Path, edgekit: Run) -> None:
    code, _, err = edgekit("logs", home / "site.toml")
    assert code == 1
    assert "no node has run" in err
    (home / "data").mkdir()
    (home / "data" / "node.old.log").write_text("first\nsecond\n")
    (home / "data" / "node.log").write_bytes(b"third\nbroken \xff\n")

    assert edgekit("logs", home / "site.toml", "--lines", 3)[1].splitlines() == [
        "second",
        "third",
        "broken \N{REPLACEMENT CHARACTER}",
    ]
    assert len(edgekit("logs", home / "site.toml")[1].splitlines()) == 4
