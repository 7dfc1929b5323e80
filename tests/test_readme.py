"""What the pages tell people to type does what they say."""

import re
import runpy
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from edgekit.cli.main import build_parser

ROOT = Path(__file__).parents[1]
PAGES = ("README.md", "docs/deploying.md", "docs/first-node.md", "docs/keys.md")


def blocks(page: str, language: str) -> list[str]:
    text = (ROOT / page).read_text(encoding="utf-8")
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```", text, flags=re.MULTILINE | re.DOTALL)
    return [block.replace(f"\n{indent}", "\n").removeprefix(indent) for indent, block in found]


def commands(page: str) -> list[list[str]]:
    lines = "".join(blocks(page, "sh")).splitlines()
    words = (shlex.split(line, comments=True) for line in lines if line.startswith("edgekit "))
    return [line[1 : line.index(">") if ">" in line else None] for line in words]


def run(program: list[str], folder: Path) -> str:
    result = subprocess.run(program, cwd=folder, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@pytest.mark.parametrize(
    "words", sorted({tuple(c) for page in PAGES for c in commands(page)}), ids=" ".join
)
def test_every_command_is_understood(words: tuple[str, ...]) -> None:
    assert build_parser(words[0]).parse_args(words).verb == words[0]


def test_the_steps_to_a_node_work_in_their_order(tmp_path: Path) -> None:
    steps = {words[0]: words for words in commands("README.md") if "door" in " ".join(words)}
    assert list(steps)[:5] == ["init", "authorise", "check", "notice", "run"]

    for verb in ("init", "authorise", "check", "notice"):
        run([sys.executable, "-m", "edgekit", *steps[verb]], tmp_path)

    assert (tmp_path / "door" / "notice" / "sign.svg").exists()


def test_first_example_is_four_lines_and_runs(tmp_path: Path) -> None:
    program = blocks("README.md", "python")[0].replace('"plaza"', '"plaza:15"')

    said = run([sys.executable, "-I", "-c", program], tmp_path)

    assert len(program.splitlines()) <= 4
    assert re.fullmatch(r"(\d+ \d+ \d+\n)+", said)


@pytest.mark.parametrize("altered", [False, True])
def test_openssl_verifies_a_record_as_told(handed_over: Path, altered: bool) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl absent")
    block = next(block for block in blocks("README.md", "sh") if "openssl" in block)
    if altered:
        assert "; cat payload.json;" in block
        block = block.replace("; cat payload.json;", "; tr 5 6 <payload.json;")

    result = subprocess.run(
        ["sh", "-uc", block], cwd=handed_over, capture_output=True, text=True, check=False
    )

    assert ("Signature Verified Successfully" in result.stdout) is not altered
    assert (result.returncode == 0) is not altered


@pytest.mark.emulator
def test_the_page_for_makers_runs_without_a_board(firmware: Path, tmp_path: Path) -> None:
    program = blocks("docs/first-node.md", "python")[1]

    said = run(
        [sys.executable, "-c", program.replace("firmware_bridge/build", str(firmware))], tmp_path
    )

    assert re.fullmatch(r"0\.\d+ (True|False)\n", said)


def test_wiring_pictures_are_what_their_table_says() -> None:
    drawn: dict[str, str] = runpy.run_path(str(ROOT / "docs/wiring/draw.py"))["pictures"]()

    assert len(drawn) == 4
    for name, svg in drawn.items():
        assert (ROOT / f"docs/wiring/{name}.svg").read_text(encoding="utf-8") == svg
