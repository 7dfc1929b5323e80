"""Alters one room line by line and counts the alterations that its own tests notice (mutmut 3).

python tests/mutants/hunt.py consent [PATTERN …]     all of them, or those; needs mutmut
python tests/mutants/hunt.py privacy --in FOLDER     goes on there; what survived is tried once more

Works on a copy of the tree, one mutant after the other. Only functions are altered: the tables of a
module (forms, terms, texts) are held by the documents, schemas and pages that are made of them.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
TREE = ("edgekit", "tests", "docs", "README.md", "Makefile", "demo.sh", "pyproject.toml")
AT_LEAST = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """Whose functions are altered, and the tests that are to notice.

    ``first``: how the files begin that say most exactly what is expected: they are run before all
    others, as a mutant is done with at the first test that fails. ``slow``: tests that are left
    out, because they would take most of the time and find little.
    """

    tests: tuple[str, ...]
    first: tuple[str, ...] = ()
    slow: tuple[str, ...] = ()


ROOMS: Mapping[str, Room] = {
    "consent": Room(
        tests=("tests/consent",),
        first=(
            *("test_refused", "test_draft", "test_fields", "test_table", "test_sign", "test_page"),
            *("test_row", "test_chain", "test_measure", "test_remembered", "test_counted"),
        ),
        slow=(
            "tests/consent/test_authorisation.py::test_every_flip_of_a_byte_is_refused",
            "tests/consent/test_payload.py::test_a_mutated_draft_gives_a_value_or_our_error",
            "tests/consent/test_catalogue.py::test_the_code_is_read_askew_and_out_of_focus",
            "tests/consent/test_catalogue.py::test_sign_page_and_text_are_made_in_each",
            "tests/consent/test_sensors.py::test_it_is_said_in_each_language_what_senses_and_what_leaves",
        ),
    ),
    "privacy": Room(tests=("tests/privacy",)),
}

IN_ORDER = """

def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda one: not one.path.name.startswith({first}))
"""

VERDICTS: Mapping[int | None, str] = {
    **dict.fromkeys((1, 3), "killed"),
    **dict.fromkeys((24, -24, 36, 152, 255, -9), "timeout"),
    **dict.fromkeys((5, 33), "no tests"),
    0: "survived",
    None: "not tried",
}
"""What mutmut's exit codes mean; any other is odd, and no kill."""


def copy(folder: Path, name: str, room: Room) -> None:
    """Bring the tree into a folder, with mutmut's settings for one room."""
    for part in TREE:
        if (ROOT / part).is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / part, folder / part, dirs_exist_ok=True, ignore=ignored)
        else:
            shutil.copy2(ROOT / part, folder / part)
    with (folder / "tests" / "conftest.py").open("a", encoding="utf-8") as written:
        written.write(IN_ORDER.format(first=room.first))
    left_out = [word for test in room.slow for word in ("--deselect", test)]
    settings = {
        "source_paths": ["edgekit/"],
        "only_mutate": [f"edgekit/{name}/*"],
        "pytest_add_cli_args": ["-p", "no:cacheprovider", "--hypothesis-profile=few", *left_out],
        "pytest_add_cli_args_test_selection": room.tests,
        "also_copy": [part for part in TREE if part != "edgekit"],
    }
    with (folder / "pyproject.toml").open("a", encoding="utf-8") as written:
        written.write("\n[tool.mutmut]\n")
        written.writelines(f"{key} = {json.dumps(value)}\n" for key, value in settings.items())


def forget(folder: Path) -> None:
    """Let what survived be tried again, by tests of which it is seen anew what they run."""
    (folder / "mutants" / "mutmut-stats.json").unlink(missing_ok=True)
    for file in (folder / "mutants" / "edgekit").rglob("*.meta"):
        known = json.loads(file.read_text(encoding="utf-8"))
        codes = known["exit_code_by_key"]
        known["exit_code_by_key"] = {
            name: code if VERDICTS.get(code) in ("killed", "timeout") else None
            for name, code in codes.items()
        }
        file.write_text(json.dumps(known), encoding="utf-8")


def told(folder: Path) -> dict[str, Counter[str]]:
    """Return for each module how many mutants came to which end."""
    found = {}
    for file in sorted((folder / "mutants" / "edgekit").rglob("*.meta")):
        codes = json.loads(file.read_text(encoding="utf-8"))["exit_code_by_key"].values()
        if codes:
            found[file.name.partition(".")[0]] = Counter(VERDICTS.get(c, "odd") for c in codes)
    return found


def score(counts: Counter[str]) -> float:
    """Return which share was killed, of those that were tried; one that ran for ever is noticed."""
    tried = counts.total() - counts["not tried"]
    return (counts["killed"] + counts["timeout"]) / max(tried, 1)


def table(found: Mapping[str, Counter[str]]) -> str:
    """Return the figures in Markdown."""
    ends = ("killed", "timeout", "survived", "no tests", "odd", "not tried")
    rows = [f"| module | mutants | {' | '.join(ends)} | score |", "|---" * (len(ends) + 3) + "|"]
    whole: Counter[str] = sum(found.values(), Counter())
    for name, counts in (*found.items(), ("**all**", whole)):
        numbers = " | ".join(str(counts[end]) for end in ends)
        rows.append(f"| {name} | {counts.total()} | {numbers} | {score(counts):.1%} |")
    return "\n".join(rows)


def hunt(name: str, folder: Path, patterns: Sequence[str]) -> int:
    """Try the mutants of a room; return 1 where too few are noticed."""
    copy(folder, name, ROOMS[name])
    forget(folder)
    words = [sys.executable, "-m", "mutmut", "run", "--max-children", "1", *patterns]
    done = subprocess.run(words, cwd=folder, check=False, stdout=sys.stderr)
    found = told(folder)
    print(table(found))
    whole: Counter[str] = sum(found.values(), Counter())
    return int(done.returncode != 0 or score(whole) < AT_LEAST)


def main() -> int:
    """Read the words of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("room", choices=ROOMS)
    parser.add_argument("patterns", nargs="*", metavar="PATTERN")
    parser.add_argument("--in", dest="folder", type=Path, metavar="FOLDER")
    told_of = parser.parse_intermixed_args()
    os.nice(15)
    if told_of.folder is not None:
        told_of.folder.mkdir(parents=True, exist_ok=True)
        return hunt(told_of.room, told_of.folder, told_of.patterns)
    with tempfile.TemporaryDirectory(prefix="edgekit-mutants-") as folder:
        return hunt(told_of.room, Path(folder), told_of.patterns)


if __name__ == "__main__":
    sys.exit(main())
