import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from edgekit.confine.rules import Stage
from edgekit.confine.walls import Walls
from edgekit.node.log import MAX_LINE, Entry
from edgekit.node.processes import child as children
from edgekit.node.processes.child import BACK_OFF_S, STEADY_S, Child

WALLS = Walls(stage=Stage.FILES, reads=())


@pytest.fixture
def playing(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Let every child run these lines instead of its role."""

    def play(code: str) -> None:
        def spawn(
            _role: str,
            _walls: Walls,
            _words: Sequence[str],
            *,
            pass_fds: Sequence[int],
            log_fd: int,
            user: None,  # noqa: ARG001 -- one of its words
        ) -> subprocess.Popen[bytes]:
            command = [sys.executable, "-I", "-c", code]
            return subprocess.Popen(command, stderr=log_fd, pass_fds=pass_fds)

        monkeypatch.setattr(children, "spawn", spawn)

    return play


def ended(child: Child, now_s: float) -> int:
    assert child.process is not None
    child.process.wait(60)
    code = child.reap(now_s)
    assert code is not None
    return code


def test_waits_grow_and_a_steady_life_begins_anew(playing: Callable[[str], None]) -> None:
    playing("raise SystemExit(3)")
    child = Child("eye", Path("site.toml"), WALLS)
    now_s, waits = 100.0, []
    for _ in range(len(BACK_OFF_S) + 1):
        assert child.due(now_s)
        child.start([], pass_fds=(), now_s=now_s)
        assert not child.due(now_s)
        assert ended(child, now_s + 1) == 3
        waits.append(child.next_start_s - now_s - 1)
        assert not child.due(child.next_start_s - 0.01)
        now_s = child.next_start_s
        child.read_log()
    assert waits == [*BACK_OFF_S, BACK_OFF_S[-1]]
    assert child.restarts == len(BACK_OFF_S)

    child.start([], pass_fds=(), now_s=now_s)
    ended(child, now_s + STEADY_S + 1)
    assert child.next_start_s - now_s - STEADY_S - 1 == BACK_OFF_S[0]
    child.read_log()


def test_last_error_is_remembered_and_talk_is_not_one(playing: Callable[[str], None]) -> None:
    real = Entry(level="error", text="no camera", hint="plug it in", kind="SensorError")
    talk = Entry(level="error", text="the eye broke the rules")
    playing(
        "import sys\n"
        f"sys.stderr.write({real.to_line()!r} + chr(10) + {talk.to_line()!r} + chr(10))\n"
        "sys.stderr.write('a library speaks')"
    )
    child = Child("eye", Path("site.toml"), WALLS)
    child.start([], pass_fds=(), now_s=0)
    ended(child, 1)

    said = [*child.read_log(), *child.read_log(), *child.read_log()]

    assert child.error == real
    assert [entry.text for entry in said] == [real.text, talk.text, "a library speaks"]
    assert child.log_fd is None


def test_killing_is_harmless_where_nothing_runs(playing: Callable[[str], None]) -> None:
    playing("import time; time.sleep(60)")
    child = Child("eye", Path("site.toml"), WALLS)
    child.kill()
    assert child.read_log() == ()
    child.start([], pass_fds=(), now_s=0)
    assert child.read_log() == ()

    child.kill()

    assert child.reap(1) == -9
    assert child.reap(1) is None
    child.read_log()
    assert child.log_fd is None


def said(child: Child) -> list[Entry]:
    """Everything that the child said until it ended."""
    entries: list[Entry] = []
    while child.log_fd is not None:
        entries += child.read_log()
        time.sleep(0.001)
    child.kill()
    return entries


LOUD = (
    "import json, sys\n"
    "for n in range(50):\n"
    "    print('PIXELS' * 99, file=sys.stderr)\n"
    "    print(json.dumps(['info', str(n) + 'x' * 5000, '', '']), file=sys.stderr)\n"
    "sys.stderr.write('y' * 300_000)\n"
)


def test_eye_has_few_and_short_words_for_the_log(playing: Callable[[str], None]) -> None:
    playing(LOUD)
    child = Child("eye", Path("site.toml"), WALLS, taciturn=True)
    child.start([], pass_fds=(), now_s=1.0)

    entries = said(child)

    assert len(entries) == children.TACITURN_WORDS
    assert max(len(entry.text) for entry in entries) <= children.TACITURN_CHARACTERS
    assert not [entry for entry in entries if "PIXELS" in entry.text]


def test_others_may_say_more_but_no_line_is_endless(playing: Callable[[str], None]) -> None:
    playing(LOUD)
    child = Child("clerk", Path("site.toml"), WALLS)
    child.start([], pass_fds=(), now_s=1.0)

    entries = said(child)

    assert len(entries) >= 100
    assert max(len(entry.text) for entry in entries) <= MAX_LINE
    assert len(child.log_rest) <= MAX_LINE
