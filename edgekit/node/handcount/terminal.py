"""A hand count by keys in a terminal: no camera, somebody at the door."""

import os
import re
import select
import signal
import sys
import termios
import tty
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import TextIO

from edgekit.errors import ConfigError
from edgekit.node.handcount.session import TallySession

REDRAW_S = 1.0
BACKSPACE = ("\x7f", "\x08")
ENDS = ("q", "\x04", "")  # q, Ctrl-D, the terminal has gone
_SEQUENCE = re.compile(r"\x1b(\[[0-?]*[ -/]*[@-~]|O.|.)?", re.DOTALL)
"""What an arrow or function key sends: ECMA-48, section 5.4, and what terminals add to it."""
HELP = "space: pause   backspace: take back the last   q: end"


def require_terminal() -> None:
    """Raise ConfigError where nobody can press keys: before a file is made for them."""
    if not sys.stdin.isatty():
        raise ConfigError(
            "standard input is no terminal: nobody can press keys",
            hint="run it in a terminal, or give --source for a window",
        )


def count_in_terminal(session: TallySession, *, screen: TextIO = sys.stderr) -> None:
    """Read keys until the end; Ctrl-C, SIGTERM and a closed terminal end it in order too.

    Raises:
        ConfigError: standard input is no terminal.
        OutletError: the file can't be written.
    """
    require_terminal()
    descriptor = sys.stdin.fileno()
    table = _Table(screen)
    with _raw(descriptor), _orderly():
        session.start()
        try:
            _read(session, descriptor, table)
        except KeyboardInterrupt:
            pass  # the way out that everybody knows
        finally:
            session.end()
            table.show([*session.table()])


def _read(session: TallySession, descriptor: int, table: "_Table") -> None:
    commands: Mapping[str, Callable[[], bool]] = {
        " ": session.pause,
        **dict.fromkeys(BACKSPACE, session.undo),
    }
    while True:
        table.show([*session.table(), HELP])
        if not select.select([descriptor], [], [], REDRAW_S)[0]:
            continue
        text = os.read(descriptor, 256).decode(errors="replace")
        for sign in _signs(text):
            if sign in ENDS:
                return
            done = commands[sign]() if sign in commands else session.press(sign)
            if not done:
                table.ring()


def _signs(text: str) -> Iterator[str]:
    """Yield what was typed; the sequence of an arrow or function key counts nothing."""
    yield from _SEQUENCE.sub("", text) if text else ("",)


class _Table:
    """Lines that are drawn over themselves."""

    def __init__(self, screen: TextIO) -> None:
        self._screen = screen
        self._rows = 0

    def show(self, rows: list[str]) -> None:
        up = f"\x1b[{self._rows}A" if self._rows else ""
        self._screen.write(up + "".join(f"\r\x1b[K{row}\n" for row in rows) + "\x1b[J")
        self._screen.flush()
        self._rows = len(rows)

    def ring(self) -> None:
        self._screen.write("\a")


@contextmanager
def _raw(descriptor: int) -> Iterator[None]:
    """Give every key at once, and the terminal back as it was."""
    before = termios.tcgetattr(descriptor)
    try:
        tty.setcbreak(descriptor)
        yield
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


@contextmanager
def _orderly() -> Iterator[None]:
    """End as by Ctrl-C where the terminal goes away or somebody ends the process."""

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    old = {number: signal.signal(number, on_signal) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in old.items():
            signal.signal(number, handler)
