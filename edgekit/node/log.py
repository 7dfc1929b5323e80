"""What the node says about itself: one JSON line a word inside, one plain line a word outside.

Never pixels, boxes, tracks, keys or unreleased numbers.
"""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from edgekit import errors
from edgekit.errors import EdgekitError

LOG_BYTES = 1_048_576
"""A log of this size is set aside, and the one set aside before it is dropped."""

MAX_LINE = 2000
NOISE = "noise"


def _shown(text: object) -> str:
    """Return a text as it may stand in a log: short, and nothing in it moves a cursor."""
    cut = str(text)[:MAX_LINE]
    return cut if cut.isprintable() else ascii(cut)[1:-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing said by one process."""

    level: str
    text: str
    hint: str = ""
    kind: str = ""

    def to_line(self) -> str:
        """Return the inside form: a JSON line."""
        return json.dumps([self.level, self.text, self.hint, self.kind])

    @classmethod
    def from_line(cls, line: str) -> "Entry":
        """Read a line of a process; what is not ours (a library's word) is kept as noise."""
        try:
            level, text, hint, kind = (_shown(part) for part in json.loads(line))
        except (TypeError, ValueError, RecursionError):
            return cls(level=NOISE, text=_shown(line))
        return cls(level=level, text=text, hint=hint, kind=kind)

    def cut(self, characters: int) -> "Entry":
        """Return the entry with no text longer than that."""
        return Entry(
            level=self.level[:characters],
            text=self.text[:characters],
            hint=self.hint[:characters],
            kind=self.kind[:characters],
        )

    def to_error(self) -> EdgekitError:
        """Return the error that the process ended with, as one of ours."""
        found: object = getattr(errors, self.kind, EdgekitError)
        if not (isinstance(found, type) and issubclass(found, EdgekitError)):
            found = EdgekitError
        return found(self.text, hint=self.hint or None)


def say(level: str, text: str, *, error: EdgekitError | None = None) -> None:
    """Write one word to our standard error, for the supervisor to keep."""
    entry = Entry(
        level=level,
        text=text,
        hint=(error.hint or "") if error else "",
        kind=type(error).__name__ if error else "",
    )
    sys.stderr.write(entry.to_line() + "\n")
    sys.stderr.flush()


class LogBook:
    """The node's log file, with the one set aside before it: bounded, readable by ``edgekit logs``.

    Args:
        path: the log file.
        echo: also called with every line.
        clock_s: Unix time in seconds.
    """

    def __init__(
        self, path: Path, *, echo: Callable[[str], None], clock_s: Callable[[], float]
    ) -> None:
        self._path = path
        self._echo = echo
        self._clock_s = clock_s

    def write(self, role: str, entry: Entry) -> None:
        """Keep one entry; a full disk costs the log, never the node."""
        at = datetime.fromtimestamp(self._clock_s(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        hint = f" ({entry.hint})" if entry.hint else ""
        said = f"{at} {role} {entry.level}: {entry.text}{hint}"
        # What a process says is one line, and moves no terminal's cursor.
        line = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in said)
        self._echo(line)
        try:
            if self._path.exists() and self._path.stat().st_size > LOG_BYTES:
                self._path.replace(self._path.with_suffix(".old.log"))
            with self._path.open("a", encoding="utf-8") as file:
                file.write(line + "\n")
        except OSError as error:
            self._echo(f"{at} supervisor warning: the log cannot be written: {error}")
