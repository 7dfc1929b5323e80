"""What people type wrong: one error, what to do, the right exit code, never a traceback."""

import importlib
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from edgekit.cli.main import VERBS, build_parser, main

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def things(tmp_path: Path) -> dict[str, Path]:
    """Wrong things to give to a verb that wants a video."""
    (tmp_path / "empty.mp4").touch()
    (tmp_path / "noise.mp4").write_bytes(bytes(range(256)) * 40)
    (tmp_path / "folder").mkdir()
    video = tmp_path / "whole.avi"
    writer = cv2.VideoWriter(str(video), cv2.VideoWriter.fourcc(*"MJPG"), 10, (320, 240))
    wall = np.random.default_rng(0).integers(0, 255, (240, 320, 3)).astype(np.uint8)
    for _ in range(60):
        writer.write(wall)
    writer.release()
    (tmp_path / "truncated.avi").write_bytes(video.read_bytes()[: video.stat().st_size // 2])
    return {
        "missing": tmp_path / "none.mp4",
        "empty": tmp_path / "empty.mp4",
        "noise": tmp_path / "noise.mp4",
        "folder": tmp_path / "folder",
        "truncated": tmp_path / "truncated.avi",
        "camera": Path("/dev/video99"),
    }


KINDS = ("missing", "empty", "noise", "folder", "truncated", "camera")


def require_one_error(code: int, err: str, *, expected: int = 1) -> None:
    told = [line for line in err.splitlines() if line.startswith("edgekit: ")]
    assert code == expected, err
    assert [line for line in told if line.startswith("edgekit: error: ")] == told[:1]
    assert "Traceback" not in err


@pytest.mark.parametrize("kind", KINDS)
def test_count(kind: str, things: dict[str, Path], edgekit: Run) -> None:
    code, _, err = edgekit("count", things[kind], "--line", "100,200,100,0")

    require_one_error(code, err)
    assert things[kind].name in err


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "camera"])
def test_redact(kind: str, things: dict[str, Path], tmp_path: Path, edgekit: Run) -> None:
    out = tmp_path / "covered.mp4"

    code, _, err = edgekit("redact", things[kind], out)

    require_one_error(code, err)
    assert not out.exists()


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "truncated"])
def test_demo(kind: str, things: dict[str, Path], tmp_path: Path, edgekit: Run) -> None:
    code, _, err = edgekit("demo", "--source", things[kind], "--out", tmp_path / "out")

    require_one_error(code, err)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("kind", ["missing", "empty", "noise", "folder", "truncated"])
def test_verify(kind: str, things: dict[str, Path], handed_over: Path, edgekit: Run) -> None:
    key = handed_over / "device.pub.pem"

    code, _, err = edgekit("verify", things[kind], "--key", key)

    assert code in (1, 2, 3)
    require_one_error(code, err, expected=code)


def test_verify_with_another_key(handed_over: Path, home: Path, edgekit: Run) -> None:
    other = home / "keys" / "device.pub.pem"

    code, _, err = edgekit("verify", handed_over / "records.jsonl", "--key", other)

    require_one_error(code, err, expected=3)


BAD_SETTINGS = {
    "unknown key": ("[camera]", "[camera]\nsorce = 1", "source"),
    "line outside": ("from = [320, 460]", "from = [3200, 460]", "outside the picture"),
    "no TOML": ("version = 1", "version = ", "is not TOML"),
    "newer version": ("version = 1", "version = 9", "newer edgekit"),
    "zone outside": (
        "[keys]",
        '[[zone]]\nname = "z"\npolygon = [[0, 0], [900, 0], [900, 4]]\n\n[keys]',
        "outside the picture",
    ),
}


@pytest.mark.parametrize("bad", BAD_SETTINGS.values(), ids=BAD_SETTINGS)
@pytest.mark.parametrize("verb", ["run", "status", "logs"])
def test_settings(
    bad: tuple[str, str, str],
    verb: str,
    home: Path,
    edgekit: Run,
    edit: Callable[[Path, str, str], None],
) -> None:
    old, new, words = bad
    edit(home / "site.toml", old, new)

    code, _, err = edgekit(verb, home / "site.toml")

    require_one_error(code, err, expected=2)
    assert words in err


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_help_is_answered_without_pixels(verb: str) -> None:
    code = (
        "import sys\nfrom edgekit.cli.main import main\n"
        f"try:\n    main([{verb!r}, '--help'])\n"
        "except SystemExit as end:\n    assert not end.code\n"
        "heavy = {'numpy', 'cv2', 'onnxruntime'} & set(sys.modules)\nassert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)

    assert done.returncode == 0, done.stderr.decode()
    assert b"usage: edgekit" in done.stdout


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_table_says_what_the_verb_says(verb: str) -> None:
    assert importlib.import_module(f"edgekit.cli.{verb.replace('-', '_')}").add
    assert re.search(rf"^ +{verb}\s+\S", build_parser(None).format_help(), re.MULTILINE)


def test_usage_is_an_error_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["fly"])
    assert end.value.code == 2
    assert "invalid choice" in capsys.readouterr().err


def test_verbose_shows_where_it_happened(things: dict[str, Path]) -> None:
    with pytest.raises(OSError, match="does not exist"):
        main(["--verbose", "count", str(things["missing"]), "--line", "9,99,9,0"])


def test_reader_that_leaves_is_no_error(handed_over: Path) -> None:
    command = (
        f'"{sys.executable}" -m edgekit verify "{handed_over}/records.jsonl" '
        f'--key "{handed_over}/device.pub.pem" | true'
    )
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, check=False)

    assert b"Traceback" not in done.stderr
    assert b"Broken pipe" not in done.stderr


def test_misspelt_verb_is_told_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["verfy"])

    assert left.value.code == 2
    assert "did you mean: edgekit verify" in capsys.readouterr().err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("edgekit models list >/dev/full", "No space left on device"),
        ("PYTHONIOENCODING=ascii edgekit check ä.toml >&2", "site.toml"),
        ("edgekit models list | head -n 1", ""),
    ],
)
def test_odd_outputs_give_no_traceback(command: str, said: str) -> None:
    program = f"{shlex.quote(sys.executable)} -m edgekit"
    shell = command.replace("edgekit", program, 1)
    result = subprocess.run(["sh", "-c", shell], capture_output=True, text=True, check=False)

    assert "Traceback" not in result.stderr
    assert said.replace("site.toml", "\\xe4.toml") in result.stderr
