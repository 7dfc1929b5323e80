"""Consents to a door, and the reader beside it: tokens are digests from the first line on.

A consent is a file of its own, called by the digest of its token; in it stands until when. To
withdraw is to delete the file: what is not there is forgotten within seconds.
"""

import os
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from edgekit.bridge.port import Port
from edgekit.errors import BridgeError, ConfigError, LedgerError
from edgekit.node.steward.dropped import read_dropped
from edgekit.node.steward.kept import write_private
from edgekit.node.steward.wired import Every
from edgekit.systems.building_entry import digest_of

LOOK_MS, RETRY_MS = 2_000, 5_000
BAUD = 9_600
MOST_BYTES = 1_024
"""Of a consent, and of a line of the reader: one without an end is no token, nor is its end."""

GUESSABLE = "guessable"
"""In place of the digest of what is too short to be a token: no consent is ever called so."""

_DIGEST = re.compile("[0-9a-f]{64}")
_ENDS = re.compile(rb"[\r\n\x03]+")
"""Readers end what they have read with a line or with ETX."""


def grant(folder: Path, token: str, *, until_s: int) -> str:
    """Let a token open the door until a time; return its digest.

    Raises ConfigError for a token that could be guessed, LedgerError where nothing can be written.
    """
    digest = digest_of(token)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise LedgerError(f"{folder} cannot be made: {error.strerror}") from error
    until = datetime.fromtimestamp(until_s, UTC).isoformat()
    write_private(folder / digest, until.encode() + b"\n")
    if os.geteuid() == 0:  # the folder may be the steward's: so is what is in it
        owner = folder.stat()
        os.chown(folder / digest, owner.st_uid, owner.st_gid)
    return digest


def withdraw(folder: Path, token: str) -> bool:
    """Forget a token at once; return whether it was known. Raises ConfigError, LedgerError."""
    try:
        (folder / digest_of(token)).unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise LedgerError(f"{folder} cannot be changed: {error.strerror}") from error
    return True


class Consents:
    """The consents in a folder.

    Args:
        folder: of them; one that is not there holds none. None = none is named: then what a door
            was told before, and has kept, opens nothing any more.
        say: called with a word for the log, its level first.
    """

    def __init__(self, folder: Path | None, say: Callable[[str, str], None]) -> None:
        self._folder, self._say = folder, say
        self._every = Every(LOOK_MS)
        self._last: Mapping[str, int] | None = None
        self._wrong = ""

    def look(self, t_ms: int) -> Mapping[str, int] | None:
        """Return all of them, as digests, and until when; None where nothing has changed."""
        if not self._every.due(t_ms):
            return None
        found, wrong = ({}, "") if self._folder is None else _read(self._folder)
        if wrong != self._wrong:
            self._wrong = wrong
            self._say("warning" if wrong else "info", wrong or f"{self._folder}: all are consents")
        if found == self._last:
            return None
        self._last = found
        return found


def _read(folder: Path) -> tuple[dict[str, int], str]:
    """Return the consents of a folder, and what is wrong with it."""
    found, wrong = dict[str, int](), ""
    try:
        names = sorted(path.name for path in folder.iterdir())
    except OSError as error:
        absent = isinstance(error, FileNotFoundError)
        return {}, "" if absent else f"{folder} cannot be read: {error.strerror}"
    for name in names:
        if not _DIGEST.fullmatch(name):
            continue
        try:
            text = read_dropped(folder / name, MOST_BYTES).decode("ascii")
            found[name] = _until_ms(text)
        except (OSError, ValueError, OverflowError):
            wrong = f"{folder}: a file there is no consent, and opens nothing"
    return found, wrong


def _until_ms(text: str) -> int:
    until = datetime.fromisoformat(text.strip())
    if until.tzinfo is None:
        raise ValueError(text)
    return round(until.timestamp() * 1000)


class Reader:
    """A reader of tokens on a serial line, one token a line: a card, a code or a keypad.

    Args:
        open_port: opens its port.
        say: called with a word for the log, its level first.
        steady_ms: a clock that only goes forward.
    """

    def __init__(
        self,
        open_port: Callable[[], Port],
        say: Callable[[str, str], None],
        steady_ms: Callable[[], int],
    ) -> None:
        self._open_port, self._say, self._steady_ms = open_port, say, steady_ms
        self._port: Port | None = None
        self._tried_ms = -RETRY_MS
        self._trouble, self._rest = "", b""

    def read(self) -> tuple[str, ...]:
        """Return the digest of each since it was last asked; waits for nothing."""
        try:
            data = self._take()
        except BridgeError as error:
            self.close()
            self._tell(str(error))
            return ()
        lines, rest = lines_of(self._rest + data)
        self._rest = rest[-MOST_BYTES:]
        return tuple(_digest(line) for line in lines if len(line) < MOST_BYTES)

    def close(self) -> None:
        """Let go of the port; harmless when repeated."""
        port, self._port = self._port, None
        self._rest = b""
        if port is not None:
            with suppress(BridgeError):  # it is gone, and every other system stays
                port.close()

    def _take(self) -> bytes:
        if self._port is None:
            if self._steady_ms() - self._tried_ms < RETRY_MS:
                return b""
            self._tried_ms = self._steady_ms()
            self._port = self._open_port()
            self._tell("")
        return self._port.available()

    def _tell(self, text: str) -> None:
        if text != self._trouble:
            self._say("warning" if text else "info", text or "the reader at the door answers")
            self._trouble = text


def lines_of(data: bytes) -> tuple[tuple[str, ...], bytes]:
    """Return the tokens in what a reader sent, and the rest of one that has only begun."""
    *lines, rest = _ENDS.split(data)
    texts = (line.decode("ascii", "replace").strip("\x02 \t") for line in lines)
    return tuple(text for text in texts if text), rest


def _digest(token: str) -> str:
    try:
        return digest_of(token)
    except ConfigError:
        return GUESSABLE
