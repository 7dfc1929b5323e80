"""The city's systems for people without code, and what every one of them must stand."""

import json
from collections.abc import Callable
from datetime import UTC
from importlib import import_module
from pathlib import Path

import pytest

from edgekit.cli.series import Adapter, Cells, play, settings_of
from edgekit.cli.systems import names
from edgekit.consent.sensitivity import Sensitivity
from edgekit.errors import ConfigError
from edgekit.evaluation.sheet import read_sheet
from edgekit.privacy.profile import released_of
from edgekit.records import Profile
from edgekit.systems.actuation import Safe
from edgekit.systems.decision import Decision
from edgekit.systems.persistence import from_json, to_json

Run = Callable[..., tuple[int, str, str]]
MOST_STATE_BYTES = 256 * 1024


def adapter_of(name: str) -> Adapter:
    adapter: Adapter = import_module(f"edgekit.cli.city.{name}").ADAPTER
    return adapter


@pytest.fixture(params=names())
def adapter(request: pytest.FixtureRequest) -> Adapter:
    """Every system, one after the other."""
    return adapter_of(request.param)


def restarted(adapter: Adapter) -> list[Decision]:
    """Replay a system's example with a restart after every reading."""
    settings = adapter.card.settings()
    state, told = adapter.begin(settings), []
    columns = [column.name for column in adapter.columns]
    for row in read_sheet(adapter.example.strip().encode(), columns)[1]:
        for reading in adapter.read(Cells(row=row, zone=UTC)):
            state, more = adapter.step(state, reading)
            told += more
            data = to_json(state)
            assert len(data) <= MOST_STATE_BYTES
            state = from_json(type(state), data, settings=settings)
    return told


def test_its_example_gives_the_same_with_a_restart_after_every_reading(adapter: Adapter) -> None:
    played = play(adapter, adapter.example.encode(), adapter.card.settings(), None, None)

    assert played.decisions
    assert restarted(adapter) == list(played.decisions)
    assert any(times for times, _ in played.curves.values())


def test_its_commands_expire_into_the_safe_state_that_it_names(adapter: Adapter) -> None:
    played = play(adapter, adapter.example.encode(), adapter.card.settings(), None, None)
    safe = {channel.name: channel.safe for channel in adapter.card.channels}

    for decision in played.decisions:
        if decision.command is not None:
            assert safe[decision.command.channel] is decision.command.safe
            assert decision.command.expires_ms > 0 or decision.command.safe is not Safe.HOLD


def test_of_a_household_nothing_leaves_a_public_place(adapter: Adapter) -> None:
    for output in adapter.card.outputs:
        if output.sensitivity is Sensitivity.HOUSEHOLD:
            assert released_of(Profile.SDC_10_5, output.measure, 100) is None


def test_its_name_is_that_of_its_files(adapter: Adapter) -> None:
    assert import_module(f"edgekit.cli.city.{adapter.card.name}").ADAPTER is adapter
    assert adapter.step.__module__.startswith(f"edgekit.systems.{adapter.card.name}")


def test_list(edgekit: Run) -> None:
    code, out, _ = edgekit("systems", "list")

    assert code == 0
    assert [line.split()[0] for line in out.splitlines()[::2]] == list(names())
    lines = edgekit("systems", "list", "--json")[1].splitlines()
    assert [json.loads(line)["name"] for line in lines] == list(names())


@pytest.mark.parametrize("name", names())
def test_explain(name: str, edgekit: Run) -> None:
    code, out, _ = edgekit("systems", "explain", name)

    assert code == 0
    card = adapter_of(name).card
    for words in (card.title, "Method", "Source", "Does not know", "Drives", "File (CSV)"):
        assert words in out
    for output in card.outputs:
        assert output.metric in out
    assert json.loads(edgekit("systems", "explain", name, "--json")[1])["columns"]


def test_explain_says_once_what_is_the_same_for_all(edgekit: Run) -> None:
    out = edgekit("systems", "explain", "water_leak")[1]

    assert "any                  not told: no process of the node measures it" in out
    assert "sdc-10-5, dp, bands  withheld, from 900 s on" in out


def test_times_are_those_of_the_clocks_of_the_place(tmp_path: Path, edgekit: Run) -> None:
    (tmp_path / "meter.csv").write_text(adapter_of("water").example)
    words = ("systems", "run", "water", "--data", tmp_path / "meter.csv")

    said = edgekit(*words, "--timezone", "Europe/Berlin")[1]

    assert " CEST  " in said
    assert "UTC" not in said
    assert "UTC  " in edgekit(*words)[1]
    for one in edgekit(*words, "--timezone", "Europe/Berlin", "--json")[1].splitlines():
        assert json.loads(one)["time"].endswith("Z")


def test_run_draws_and_keeps_its_state(tmp_path: Path, edgekit: Run) -> None:
    (tmp_path / "meter.csv").write_text(adapter_of("water").example)
    words = ["systems", "run", "water", "--data", tmp_path / "meter.csv"]
    words += ["--draw", tmp_path / "meter.png", "--state", tmp_path / "state.json"]

    code, out, err = edgekit(*words, "--json")

    assert code == 0
    told = [json.loads(line) for line in out.splitlines()]
    assert all(one["reason"] and one["time"].endswith("Z") for one in told)
    assert "readings" in err
    assert (tmp_path / "meter.png").read_bytes().startswith(b"\x89PNG")
    kept = (tmp_path / "state.json").read_bytes()
    assert kept.startswith(b'{"edgekit_state":1')
    code, again, _ = edgekit(*words)  # the same file again: every reading is an old one
    assert code == 0
    assert "clock back" in again


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("run", "wine", "--data", "x.csv"), "there is no system 'wine'"),
        (("run", "water", "--data", "x.csv"), "x.csv does not exist"),
        (("run", "water", "--data", "odd.csv"), "column 'volume': expected some of"),
        (("run", "water", "--data", "few.csv"), "no column time"),
        (("run", "water", "--data", "bad.csv"), "line 2: time 'noon'"),
        (("run", "water", "--data", "good.csv", "--draw", "x.gif"), "ends in .png"),
        (("run", "water", "--data", "good.csv", "--set", "colour=red"), "expected NAME=VALUE"),
        (("run", "water", "--data", "good.csv", "--set", "ml_per_unit=x"), "expected int"),
        (("run", "water", "--data", "good.csv", "--timezone", "Mars"), "no such time zone"),
        (("run", "water", "--data", "good.csv", "--state", "bad.csv"), "the state is not one of"),
        (("run", "crowd", "--data", "good.csv", "--state", "new.json"), "kept on no disk"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(
    words: tuple[str, ...],
    said: str,
    tmp_path: Path,
    edgekit: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    files = {
        "odd.csv": "time,volume\n",
        "few.csv": "total\n1\n",
        "bad.csv": "time,total\nnoon,1\n",
        "good.csv": adapter_of("water").example,
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)

    code, out, err = edgekit("systems", *words)

    assert code == 2
    assert out == ""
    assert said in err
    assert {path.name for path in tmp_path.iterdir()} == set(files)


def test_settings_by_words() -> None:
    settings = settings_of(adapter_of("water"), ["ml_per_unit=1000"], "Europe/Berlin")

    assert (settings.ml_per_unit, str(settings.zone)) == (1000, "Europe/Berlin")
    with pytest.raises(ConfigError, match="expected NAME=VALUE"):
        settings_of(adapter_of("water"), ["ml_per_unit"], None)


def test_settings_of_a_part() -> None:
    settings = settings_of(adapter_of("water_leak"), ["home.burst_s=60"], "Europe/Berlin")

    assert (settings.home.burst_s, str(settings.network.zone)) == (60, "Europe/Berlin")
