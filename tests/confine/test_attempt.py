"""Attacks: what counts as refused, and that they get through where nothing stands in their way."""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from edgekit.confine.attacks import attacks_on
from edgekit.confine.attempt import Attack, Of, Promise, Target, attempt, peek

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.confine.conftest import FakeKernel

    Kernels = Callable[..., FakeKernel]

ROLES = ("eye", "fetcher", "clerk", "herald", "page")
TARGET = Target(victim=77, file="/site.toml", descriptor=3, pipe=5)
WRITE = Attack(Promise.WALLS, "write elsewhere", "write", (Of.FREE, b"x", 1))


@pytest.mark.parametrize(
    ("number", "denied", "outcome"),
    [
        (0, False, "worked"),
        (errno.EPERM, True, "EPERM"),
        (errno.EACCES, True, "EACCES"),
        (errno.ENOSYS, True, "ENOSYS"),
        (errno.EBADF, False, "EBADF"),
        (errno.ENOENT, False, "ENOENT"),
    ],
)
def test_only_a_refusal_counts(
    number: int, denied: bool, outcome: str, fake_kernel: "Kernels"
) -> None:
    kernel = fake_kernel(refusals={"write": number})
    tried = attempt(WRITE, TARGET, kernel=kernel)
    assert (tried.denied, tried.outcome) == (denied, outcome)
    assert (tried.promise, tried.words) == (WRITE.promise, WRITE.words)
    assert kernel.called == [("write", (999, b"x", 1))]


def test_what_an_attack_aims_at_is_filled_in() -> None:
    resolved = [TARGET.resolve(one) for one in (*Of, 4, b"y")]
    assert resolved == [77, b"/site.toml", b"/site.toml.absent", 3, 5, 999, 4, b"y"]


def test_a_file_is_peeked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    full, hidden = tmp_path / "full", tmp_path / "hidden"
    full.write_text("x")
    hidden.touch()

    def outcome(path: Path) -> tuple[bool, str]:
        tried = peek(Promise.KEY, "open the key", str(path))
        return tried.denied, tried.outcome

    assert outcome(full) == (False, "worked")
    assert outcome(hidden) == (True, "empty")
    assert outcome(tmp_path / "absent") == (True, "ENOENT")
    assert outcome(full / "below") == (True, "ENOTDIR")
    assert outcome(tmp_path) == (False, "EISDIR")

    def refuses(*_: object) -> int:
        raise OSError(None, "odd")

    monkeypatch.setattr(os, "open", refuses)
    assert outcome(full) == (False, "failed")


@pytest.mark.parametrize("role", ROLES)
def test_there_are_enough_of_them_and_none_twice(role: str) -> None:
    attacks = attacks_on(role)
    assert len(attacks) >= {"eye": 100, "fetcher": 100}.get(role, 60)
    assert len({attack.words for attack in attacks}) == len(attacks)


OPEN = """
import json, os, subprocess, sys
from edgekit.confine.attacks import attacks_on
from edgekit.confine.attempt import Target, attempt
victim = subprocess.Popen(["/bin/sleep", "30"])
r, w = os.pipe()
target = Target(victim=victim.pid, file=sys.argv[1], descriptor=os.open("/dev/null", 0), pipe=w)
tried = [attempt(one, target) for one in attacks_on("eye")]
alive = victim.poll() is None
victim.kill()
print(json.dumps([alive, [[one.words, one.denied, one.outcome] for one in tried]]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux")
def test_without_a_wall_they_come_through_and_do_no_harm(tmp_path: Path) -> None:
    """Else a refusal would prove nothing, and an audit of an unsealed site would hurt."""
    file = tmp_path / "site.toml"
    file.write_text("kept")
    done = subprocess.run(
        [sys.executable, "-c", OPEN, str(file)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    alive, tried = json.loads(done.stdout)
    assert alive
    assert file.read_text() == "kept"
    through = [words for words, denied, _ in tried if not denied]
    print(f"{len(through)} of {len(tried)} get through without a wall")
    assert len(through) >= 80
