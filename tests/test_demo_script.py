"""``demo.sh`` refuses a machine it can't work on with one line and its fix; it installs once."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
REAL = (
    "sh",
    "dirname",
    "cat",
    "cksum",
    "awk",
    "sed",
    "tail",
    "head",
    "grep",
    "id",
    "rm",
    "mkdir",
    "tee",
)


def program(folder: Path, name: str, body: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(0o755)


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A clone in a folder with a space, on a machine where everything is as it should be."""
    clone = tmp_path / "a clone"
    (clone / "bin").mkdir(parents=True)
    for name in ("demo.sh", "pyproject.toml"):
        shutil.copy(ROOT / name, clone)
    shutil.copytree(
        ROOT / "edgekit", clone / "edgekit", ignore=shutil.ignore_patterns("__pycache__", "[a-z]*/")
    )
    for name in REAL:
        found = shutil.which(name)
        assert found is not None
        (clone / "bin" / name).symlink_to(found)
    program(clone / "bin", "python3", f'exec "{sys.executable}" "$@"')
    program(clone / "bin", "uname", '[ "$1" = -s ] && echo Linux || echo x86_64')
    program(clone / "bin", "date", '[ "$1" = +%s ] && echo 1900000000 || echo 2030-03-17')
    program(clone / "bin", "df", "echo head; echo dev 999999999 0 900000000 1% /")
    return clone


def demo(clone: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": str(clone / "bin"), "LC_ALL": "C", "HOME": "/proc/no"}
    return subprocess.run(
        [str(clone / "demo.sh"), *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


NO_ENSUREPIP = f'case "$2" in *ensurepip*) exit 1;; esac; exec "{sys.executable}" "$@"'
OLD = 'case "$2" in *"not (3"*) exit 1;; *) echo 3.9;; esac'
NARROW = f'case "$2" in *calcsize*) echo 32;; *) exec "{sys.executable}" "$@";; esac'


@pytest.mark.parametrize(
    ("name", "body", "said", "fix"),
    [
        ("python3", OLD, "python3 is 3.9, expected Python 3.11", "apt install"),
        ("python3", "exit 127", "python3 is missing", "apt install"),
        ("python3", NO_ENSUREPIP, "no venv module", "apt install python3-venv"),
        ("python3", NARROW, "32-bit system on x86_64", "64-bit edition"),
        ("uname", "[ $1 = -s ] && echo Linux || echo armv7l", "armv7l", "64-bit edition"),
        ("uname", "echo Darwin", "this is Darwin", "Linux"),
        ("df", "echo head; echo dev 9 9 400000 1% /", "390 MB are free", "free some space"),
        ("date", '[ "$1" = +%s ] && echo 10 || echo 1970-01-01', "1970-01-01", "timedatectl"),
    ],
)
def test_unfit_machine_is_refused_in_one_line(
    machine: Path, name: str, body: str, said: str, fix: str
) -> None:
    program(machine / "bin", name, body)

    result = demo(machine)

    assert result.returncode == 1
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1, result.stderr
    assert result.stderr.startswith("edgekit: error: ")
    assert said in result.stderr
    assert fix in result.stderr.partition("; fix: ")[2]
    assert not (machine / ".venv").exists()


FAKE_VENV = """
mkdir -p .venv/bin; echo made >>made
echo "command = python3 -m venv $PWD/.venv" >.venv/pyvenv.cfg
cat >.venv/bin/python <<'END'
#!/bin/sh
case "$*" in *"pip install"*) echo "$@" >>pip; sh pip_exit ;; esac
END
cat >.venv/bin/edgekit <<'END'
#!/bin/sh
case "$*" in models*) echo "$@" >>fetched; sh fetch_exit ;; *) echo ran "$@" ;; esac
END
chmod +x .venv/bin/*
"""


@pytest.fixture
def fitted(machine: Path) -> Path:
    """A machine whose ``python3 -m venv`` makes a venv that only notes what is asked of it."""
    (machine / "bin" / "chmod").symlink_to(str(shutil.which("chmod")))
    body = f'if [ "$1 $2" = "-m venv" ]; then {FAKE_VENV}\nelse exec "{sys.executable}" "$@"; fi'
    program(machine / "bin", "python3", body)
    for name in ("pip_exit", "fetch_exit"):
        (machine / name).write_text("exit 0")
    return machine


def test_installs_once_then_needs_nothing(fitted: Path) -> None:
    first = demo(fitted, "--source", "0")
    (fitted / "pip_exit").write_text("exit 1")
    program(fitted / "bin", "python3", "exit 1")
    second = demo(fitted)

    assert first.returncode == 0, first.stderr
    assert first.stdout == "ran demo --source 0\n"
    assert second.returncode == 0, second.stderr
    assert second.stdout == "ran demo\n"
    assert second.stderr == ""
    assert len((fitted / "pip").read_text().splitlines()) == 1


def test_a_model_that_cannot_be_fetched_stops_nobody(fitted: Path) -> None:
    demo(fitted, "--install")
    assert not (fitted / "fetched").exists(), "installing alone fetches no model"
    (fitted / "fetch_exit").write_text("echo 'edgekit: hint: no network' >&2; exit 1")
    result = demo(fitted)

    assert result.returncode == 0
    assert result.stdout == "ran demo\n"
    assert "goes on without CenterFace: edgekit: hint: no network" in result.stderr
    assert (fitted / "fetched").read_text() == "models get centerface\n"


def test_native_packages_are_never_compiled(fitted: Path) -> None:
    demo(fitted, "--install")

    asked = (fitted / "pip").read_text()
    assert "--only-binary=numpy,opencv-python-headless,onnxruntime,cryptography" in asked
    assert "--no-cache-dir" in asked, "HOME can't be written, so pip is told not to try"


def test_new_requirements_are_installed_again(fitted: Path) -> None:
    demo(fitted, "--install")
    with (fitted / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    demo(fitted, "--install")

    assert len((fitted / "pip").read_text().splitlines()) == 2


def test_moved_folder_gets_a_new_venv(fitted: Path) -> None:
    demo(fitted, "--install")
    moved = fitted.rename(fitted.with_name("another place"))
    result = demo(moved, "--install")

    assert result.returncode == 0, result.stderr
    assert (moved / "made").read_text() == "made\nmade\n"


def test_failed_install_is_one_line_and_is_tried_again(fitted: Path) -> None:
    (fitted / "pip_exit").write_text("echo '  ERROR: No matching wheel'; exit 1")
    failed = demo(fitted)
    (fitted / "pip_exit").write_text("exit 0")
    again = demo(fitted)

    assert failed.returncode == 1
    assert "installing failed: No matching wheel; fix: connect to the internet" in failed.stderr
    assert again.returncode == 0
    assert again.stdout == "ran demo\n"


def test_tools_of_the_check_are_installed_beside(fitted: Path) -> None:
    result = demo(fitted, "--install-check")

    assert result.returncode == 0, result.stderr
    assert "--requirement .venv/check.txt" in (fitted / "pip").read_text()


@pytest.mark.skipif(os.uname().machine not in {"x86_64", "aarch64"}, reason="no packages for it")
def test_this_machine_is_fit(fitted: Path) -> None:
    for name in ("uname", "date", "df"):
        (fitted / "bin" / name).unlink()
        (fitted / "bin" / name).symlink_to(str(shutil.which(name)))

    assert demo(fitted, "--install").returncode == 0
