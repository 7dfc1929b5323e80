"""What is imported, and when: the light parts stay light, the numbers' side stays blind."""

import subprocess
import sys

import pytest

from edgekit.cli.main import VERBS

HEAVY = {"numpy", "cv2", "onnxruntime"}
ROUNDS = 12


def modules_after(program: str) -> set[str]:
    """Return every module that a fresh Python holds when this program has ended."""
    report = "import atexit, sys; atexit.register(lambda: print(*sys.modules, file=sys.stderr))"
    result = subprocess.run(
        [sys.executable, "-I", "-c", f"{report}\n{program}"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(result.stderr.splitlines()[-1].split())


def modules_of_help(verb: str) -> set[str]:
    """Return every module that ``edgekit VERB --help`` takes."""
    return modules_after(
        f"import sys; sys.argv = ['edgekit', {verb!r}, '--help']\n"
        "from edgekit.cli.main import main; main()"
    )


def cpu_s(statement: str) -> float:
    """Return the CPU seconds that one statement takes in a fresh Python."""
    program = f"import time\nt = time.process_time()\n{statement}\nprint(time.process_time() - t)"
    result = subprocess.run(
        [sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True
    )
    return float(result.stdout)


def test_import_edgekit_is_light() -> None:
    loaded = modules_after("import edgekit")

    assert "edgekit" in loaded
    assert not loaded & HEAVY


def test_import_edgekit_loads_fewer_modules_than_asyncio() -> None:
    bare = modules_after("")

    ours, theirs = (len(modules_after(f"import {name}") - bare) for name in ("edgekit", "asyncio"))

    assert ours < theirs


def test_import_edgekit_is_no_slower_than_asyncio() -> None:
    pairs = [(cpu_s("import edgekit"), cpu_s("import asyncio")) for _ in range(ROUNDS)]

    # The least of many interleaved runs: a busy machine only ever adds.
    ours, theirs = (min(times) for times in zip(*pairs, strict=True))

    assert ours <= theirs


@pytest.mark.parametrize("verb", VERBS)
def test_help_of_a_verb_is_light(verb: str) -> None:
    loaded = modules_of_help(verb)

    assert "edgekit.cli." + verb.replace("-", "_") in loaded
    assert not loaded & HEAVY


def test_only_the_chosen_verb_is_imported() -> None:
    loaded = modules_of_help("verify")

    verbs = {name for name in loaded if name.startswith("edgekit.cli.")}
    shared = {"edgekit.cli.moment", "edgekit.cli.reading"}  # how words and files are read
    assert verbs == {"edgekit.cli.main", "edgekit.cli.verify", *shared}


@pytest.mark.parametrize(
    "module",
    [
        "edgekit.node.clerk",
        "edgekit.node.herald",
        "edgekit.node.supervisor",
        "edgekit.config",
        "edgekit.consent",
        "edgekit.ledger.store",
        "edgekit.ledger.verify",
        "edgekit.privacy.gate",
        "edgekit.signing.record",
        "edgekit.signers.file",
        "edgekit.outlets.file",
    ],
)
def test_the_side_of_the_numbers_cannot_see(module: str) -> None:
    loaded = modules_after(f"import {module}")

    assert module in loaded
    assert not loaded & HEAVY
    assert "edgekit.frames" not in loaded
