"""A hand count with keys: in a real terminal and in a real window."""

import os
import pty
import select
import shutil
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from edgekit.cli.main import main

Run = Callable[..., tuple[int, str, str]]
AUDITED = """
import sys
opened = open(sys.argv.pop(1), "a", buffering=1)
def hook(event, args):
    if event == "open" and isinstance(args[0], str) and args[2] & 3:
        opened.write(f"{args[0]}\\n")
sys.addaudithook(hook)
from edgekit.cli.main import main
sys.exit(main(sys.argv[1:]))
"""
"""Runs edgekit and notes every file that it opens for writing."""


class Terminal:
    """edgekit tally in a terminal of its own."""

    def __init__(self, *words: object) -> None:
        self.keys, inner = pty.openpty()
        self.before = termios.tcgetattr(inner)
        self.inner = inner
        self.process = subprocess.Popen(
            [sys.executable, "-m", "edgekit", "tally", *map(str, words)],
            stdin=inner,
            stderr=inner,
            start_new_session=True,
        )

    def press(self, text: str) -> None:
        os.write(self.keys, text.encode())

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.keys)
        os.close(self.inner)

    def shown(self) -> str:
        """What came on the screen since."""
        said = b""
        while select.select([self.keys], [], [], 0)[0]:
            said += os.read(self.keys, 65536)
        return said.decode(errors="replace")


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[tuple[Terminal, Path]]:
    path = tmp_path / "out.csv"
    found = Terminal(path, "--keys", "a=door.in,l=door.out", "--every", "60")
    wait_for(lambda: path.exists() and path.read_text().count("begin") == 2)
    yield found, path
    found.close()


def wait_for(true: Callable[[], bool], *, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def seconds(path: Path) -> list[float]:
    return [float(row.split(",")[0]) for row in path.read_text().splitlines()[1:]]


def events(path: Path) -> list[str]:
    return [row.split(",")[1] + row.split(",")[4] for row in path.read_text().splitlines()[3:]]


def test_keys_are_on_the_disk_before_the_next_one(terminal: tuple[Terminal, Path]) -> None:
    keys, path = terminal
    for sign, event in (
        ("a", "countin"),
        ("l", "countout"),
        ("\x7f", "undoout"),
        ("z", None),
        ("\x1b[A", None),  # an arrow key
        (" ", "pause"),
        ("a", None),
        (" ", "resume"),
        ("a", "countin"),
        ("q", "end"),
    ):
        before = events(path)
        keys.press(sign)
        expected = before + ([event] if event else [])
        wait_for(lambda wanted=expected: events(path) == wanted)
    assert keys.process.wait(60) == 0
    assert "door in" in keys.shown()
    assert termios.tcgetattr(keys.inner) == keys.before


def test_what_was_pressed_outlives_a_kill(terminal: tuple[Terminal, Path]) -> None:
    keys, path = terminal
    keys.press("aal")
    wait_for(lambda: len(events(path)) == 3)

    keys.process.kill()
    keys.process.wait()

    assert events(path) == ["countin", "countin", "countout"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_count_in_order(
    terminal: tuple[Terminal, Path], number: signal.Signals
) -> None:
    keys, path = terminal
    keys.press("a")
    wait_for(lambda: len(events(path)) == 1)

    keys.process.send_signal(number)

    assert keys.process.wait(60) == 0
    assert events(path) == ["countin", "end"]
    assert termios.tcgetattr(keys.inner) == keys.before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "no keys given"),
        (("--keys", "a=door"), "expected KEY=LINE.in"),
        (("--keys", "a=door.in"), "standard input is no terminal"),
        (("--keys", "a=door.in", "--every", "0"), "--every 0"),
        (("--keys", "a=door.in", "--start", "0"), "--start without --source"),
        (("--keys", "a=door.in", "--source", "x.mp4"), "DISPLAY"),
    ],
)
def test_what_cannot_be_counted_leaves_no_file(
    words: tuple[str, ...],
    said: str,
    tmp_path: Path,
    edgekit: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DISPLAY", "localhost:10.0")
    code, _, err = edgekit("tally", tmp_path / "out.csv", *words)

    assert code == 2
    assert said in err
    assert not (tmp_path / "out.csv").exists()


def test_without_tkinter_it_says_what_to_install(
    tmp_path: Path, edgekit: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edgekit.node.handcount.window.require_local_screen", lambda _: None)
    monkeypatch.setitem(sys.modules, "tkinter", None)
    code, _, err = edgekit("tally", tmp_path / "o.csv", "--keys", "a=d.in", "--source", "plaza")

    assert code == 1
    assert "sudo apt install python3-tk" in err


def test_names_of_the_site_are_known(home: Path, tmp_path: Path, edgekit: Run) -> None:
    words = ("tally", tmp_path / "o.csv", "--site", home / "site.toml")

    assert "no line 'midle'" in edgekit(*words, "--keys", "a=midle.in")[2]
    assert "no terminal" in edgekit(*words)[2]  # keys of its own for each line


def test_a_public_place_is_looked_at_only_under_its_authorisation(
    tmp_path: Path, edgekit: Run
) -> None:
    site = tmp_path / "square"
    assert edgekit("init", site, "--profile", "sdc-10-5", "--source", "plaza")[0] == 0

    words = ("tally", tmp_path / "o.csv", "--site", site / "site.toml")
    code, _, err = edgekit(*words, "--source", "plaza")

    assert code != 0
    assert "public key" in err  # nobody has signed: there is no key to check it with
    assert not (tmp_path / "o.csv").exists()
    assert "no terminal" in edgekit(*words)[2]  # eyes alone need no authorisation


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[str]:
    """An X server without a monitor."""
    if not (shutil.which("Xvfb") and shutil.which("xdotool")):
        pytest.skip("needs Xvfb and xdotool")
    reader, writer = os.pipe()
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", "900x900x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[writer], stderr=subprocess.DEVNULL, cwd=tmp_path)
    os.close(writer)
    with os.fdopen(reader) as told:
        number = told.readline().strip()
    yield f":{number}"
    server.terminate()
    server.wait()


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """Two seconds: a figure walks over a wall."""
    path = tmp_path / "walk.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 10, (320, 240))
    for index in range(20):
        pixels = np.full((240, 320, 3), 120, np.uint8)
        pixels[60:160, 10 * index : 10 * index + 30] = (20, 20, 220)
        writer.write(pixels)
    writer.release()
    return path


def test_a_clip_is_counted_in_its_own_time_and_nothing_else_is_stored(
    screen: str, clip: Path, home: Path, tmp_path: Path
) -> None:
    pytest.importorskip("tkinter")
    path, opened = tmp_path / "out.csv", tmp_path / "opened"
    words = [path, "--source", clip, "--site", home / "site.toml", "--keys", "a=middle.in"]
    process = subprocess.Popen(
        [sys.executable, "-B", "-c", AUDITED, str(opened), "tally", *map(str, words)],
        env={"DISPLAY": screen, "PATH": os.environ["PATH"], "HOME": str(tmp_path)},
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
    )

    def press(*signs: str) -> None:
        tool = ["xdotool", "search", "--sync", "--class", "edgekit", "key", "--window", "%1"]
        # It fails where the window closes on the key: what counts is what the file says.
        subprocess.run([*tool, *signs], env={"DISPLAY": screen}, check=False, timeout=60)

    wait_for(path.exists)
    wait_for(lambda: "begin" in path.read_text())
    press("space", "a", "a", "BackSpace", "z", "space", "plus", "plus")
    wait_for(lambda: path.read_text().count("undo") == 1, seconds=60)
    while seconds(path)[-1] < 1.95:  # until the clip has ended
        press("a")
        time.sleep(0.3)
    press("q")
    try:
        said = process.communicate(timeout=60)[1]
    finally:
        process.kill()

    assert process.returncode == 0, said
    rows = [row.split(",") for row in path.read_text().splitlines()[1:]]
    assert [row[1] for row in rows[:5]] == ["begin", "count", "count", "undo", "count"]
    assert rows[-1][1] == "end"
    first, last = float(rows[1][0]), float(rows[-1][0])
    assert 0 <= first < 1.9
    assert last == pytest.approx(2.0, abs=0.05)  # to the end of the last frame
    assert rows[1][0] == rows[2][0] == rows[3][0]  # halted, time stands still
    assert set(opened.read_text().split("\n")) - {""} == {str(path)}


def test_the_source_has_to_be_there(screen: str, tmp_path: Path) -> None:
    os.environ["DISPLAY"], before = screen, os.environ.get("DISPLAY")
    try:
        code = main(["tally", str(tmp_path / "o.csv"), "--keys", "a=d.in", "--source", "no.mp4"])
    finally:
        os.environ.pop("DISPLAY")
        if before is not None:
            os.environ["DISPLAY"] = before

    assert code == 1
    assert not (tmp_path / "o.csv").exists()
