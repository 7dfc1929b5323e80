"""What benchmarks find in a folder, whatever else lies in it, and what they say of none."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
SCRIPTS = ("building", "crowd", "energy_recycling", "home_energy", "tariff", "water_leak")


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"benchmark_{name}", BENCHMARKS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def rubbish(tmp_path: Path) -> Path:
    """A folder of files that are not what their names say."""
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "bytes.csv").write_bytes(bytes(range(256)) * 4)
    (tmp_path / "broken.json").write_text("{broken")
    (tmp_path / "list.json").write_text("[1, 2]")
    (tmp_path / "broken.npz").write_bytes(b"PK\x03\x04 not really")
    np.save(tmp_path / "number.npy", np.array(3.0))
    (tmp_path / "heads.csv").write_text("date,Temperature,Humidity,CO2,Occupancy\n")
    (tmp_path / "homes.json").write_text('{"buildings": {}}')
    return tmp_path


@pytest.mark.parametrize(
    "text",
    ["\ufeffa,b\n1,2\n", " a ; b \n1;2\n", "a\tb\n1\t2\n", "a,b\n17,1,2\n", "a,b\n\n1,2\n"],
    ids=["mark", "semicolons", "tabs", "row_number", "blank_line"],
)
def test_a_table_is_read_whatever_its_writer_was(tmp_path: Path, text: str) -> None:
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")

    (sheet,) = load("sheets").sheets(tmp_path)

    assert sheet.has("a", "b")
    assert list(sheet.cells()) == [{"a": "1", "b": "2"}]


def test_cells_that_hold_no_number_are_none(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b\n1,\nn/a,2\n3\ninf,4\n")

    (sheet,) = load("sheets").sheets(tmp_path)

    np.testing.assert_array_equal(sheet.column("a"), [1, np.nan, 3, np.nan])
    np.testing.assert_array_equal(sheet.column("b"), [np.nan, 2, np.nan, 4])


def test_what_cannot_be_read_is_told_and_left_out(
    rubbish: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheets = load("sheets")

    assert [one.path.name for one in sheets.sheets(rubbish) if one.rows] in ([], ["bytes.csv"])
    assert [path.name for path, _ in sheets.documents(rubbish)] == ["homes.json", "list.json"]
    assert list(sheets.bundles(rubbish)) == []
    told = capsys.readouterr().err
    assert "broken.json: left out" in told
    assert "broken.npz: left out" in told


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_that_finds_nothing_says_so_and_ends_with_1(rubbish: Path, name: str) -> None:
    script = BENCHMARKS / "systems" / f"{name}.py"

    ended = subprocess.run(
        [sys.executable, script, "--data", rubbish, "--quick"],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert f"systems/{name}: not measured: " in ended.stderr
    assert json.loads(ended.stdout.splitlines()[-1])["claims"] == []


def test_what_is_no_number_holds_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    report = load("report")
    nan = float("nan")
    peer = report.Peer(name="p", value=nan)
    claims = [
        report.Claim(claim="a", value=nan, unit="", target="<= 1", peer=peer),
        report.Claim(claim="b", value=0.5, unit="", target="<= nan"),
        report.Claim(claim="c", value=0.5, unit="", target="<= 1"),
    ]

    report.finish("x", claims, absent=["d"])

    out, err = capsys.readouterr()
    line = json.loads(out.splitlines()[-1], parse_constant=pytest.fail)
    assert [one["holds"] for one in line["claims"]] == [None, None, True]
    assert line["claims"][0]["value"] is None
    assert "peer" not in line["claims"][0]
    assert line["not_measured"] == ["d"]
    assert err == "x: not measured: d\n"
