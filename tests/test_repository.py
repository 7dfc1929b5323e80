"""The repository itself: what lies at the top, links, versions, reasons, sizes."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

import edgekit
from edgekit.cli.main import VERBS
from edgekit.errors import MissingExtraError
from edgekit.node.clock import BUILT_S

ROOT = Path(__file__).parents[1]
TOP = {
    *("edgekit", "firmware_bridge", "examples", "benchmarks", "tests", "docs", ".ci"),
    *("README.md", "LICENSE", "CHANGELOG.md", "SECURITY.md", "CONTRIBUTING.md"),
    *("Makefile", "demo.sh", "pyproject.toml", ".gitignore"),
}
MOST_BYTES = 300_000
SOURCES = ("edgekit", "benchmarks", "firmware_bridge", "examples", "tests")
WAIVER = re.compile(r"#\s*(noqa|type:\s*ignore|pragma:\s*no\s+(cover|branch))")
UNDONE = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b|NotImplemented" + r"Error")


def tracked() -> list[str]:
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    result = subprocess.run(
        ["git", "-C", str(ROOT), "-c", f"safe.directory={ROOT}", "ls-files", "-z"],
        capture_output=True,
        text=True,
        check=True,
    )
    return [name for name in result.stdout.split("\0") if name and (ROOT / name).exists()]


def python_lines() -> list[tuple[str, str]]:
    return [
        (f"{path.relative_to(ROOT)}:{number}", line)
        for shelf in SOURCES
        for path in sorted((ROOT / shelf).rglob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
    ]


def test_the_top_holds_nothing_else() -> None:
    assert {Path(name).parts[0] for name in tracked()} <= TOP


def test_no_file_is_large() -> None:
    assert not [name for name in tracked() if (ROOT / name).stat().st_size > MOST_BYTES]


def test_every_waiver_has_its_reason() -> None:
    assert not [
        where for where, line in python_lines() if WAIVER.search(line) and " -- " not in line
    ]


def test_nothing_is_left_undone() -> None:
    assert not [where for where, line in python_lines() if UNDONE.search(line)]


def test_one_version_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")

    assert project["version"] == edgekit.__version__
    assert f"## [{edgekit.__version__}]" in changelog


def test_demo_script_and_node_agree_on_the_build_date() -> None:
    assert f"BUILT_S={BUILT_S} " in (ROOT / "demo.sh").read_text(encoding="utf-8")


@pytest.mark.parametrize("script", ["demo.sh", ".ci/run"])
def test_script_can_be_executed(script: str) -> None:
    assert (ROOT / script).stat().st_mode & 0o111


def test_readme_begins_with_what_to_install() -> None:
    first = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()[0]

    assert "apt install" in first
    assert all(package in first for package in ("git", "make", "python3-venv"))


@pytest.mark.parametrize("verb", VERBS)
def test_readme_names_every_verb(verb: str) -> None:
    assert f"edgekit {verb}" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "page",
    sorted(
        str(path.relative_to(ROOT))
        for place in (ROOT, ROOT / "docs", ROOT / "benchmarks", ROOT / "firmware_bridge")
        for path in place.glob("*.md")
    ),
)
def test_links_between_pages_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", text)

    dead = [
        link for link in links if "://" not in link and not ((ROOT / page).parent / link).exists()
    ]
    assert not dead


def test_the_map_for_developers_names_every_room_and_no_place_that_is_gone() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z_/.]+)`", page.split("## Where everything lives")[1]))
    rooms = {path.name for path in (ROOT / "edgekit").iterdir() if (path / "__init__.py").exists()}
    files = {path.name for path in (ROOT / "edgekit").glob("[a-z]*.py")}
    places = {name for name in named if "/" in name}

    assert rooms | files <= named
    assert places
    for place in places:
        assert (ROOT / "edgekit" / place).exists() or (ROOT / place).exists(), place


def test_licence_is_apache_2() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")

    assert "Apache License" in text
    assert "END OF TERMS AND CONDITIONS" in text


def test_nobody_is_told_to_install_a_stranger() -> None:
    """The package of our name on PyPI is another project's: extras come from our own folder."""
    by_name = re.compile(
        r"\binstall\s+(-\S+\s+)*['\"]?" + "edgekit" + r"(\[|['\"]?\s*$)", re.MULTILINE
    )
    told = [
        name
        for name in tracked()
        if name.endswith((".py", ".md", ".toml", ".sh"))
        and name != "README.md"  # which says that it is another's
        and by_name.search((ROOT / name).read_text(encoding="utf-8"))
    ]

    assert told == []


def test_what_an_extra_lacks_names_our_own_folder() -> None:
    error = MissingExtraError("drawing needs matplotlib", extra="plot")

    assert error.hint == "in edgekit's folder: pip install '.[plot]'"
    assert MissingExtraError("no camera", hint="sudo apt install it").hint == "sudo apt install it"
