"""How a running node is told to stop seeing: a folder of notes that the clerk reads and burns.

Whoever may write into the node's folder may leave one: the button's process, the verbs of the
command line. A note is the word of somebody present, the token that the local page shows, or the
organisation's signed objection. Nothing in it says who.
"""

import os
import secrets
import stat
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

from edgekit.consent.objection import Objection, Word
from edgekit.consent.presence import Tries, one_more, require_token, token_at
from edgekit.errors import ConfigError, ConsentError
from edgekit.node import clock
from edgekit.node.clerking.permission import Permission
from edgekit.node.keeping.books import Books
from edgekit.node.log import say
from edgekit.node.site import Site
from edgekit.records import Health, Kind, Observation
from edgekit.signing.keys import PublicKey

FOLDER = "bell"
PRESENT = b"present\n"
"""A button was pressed: who does that is there."""

TOKEN = b"token "
MAX_BYTES = 8_192
AT_ONCE = 8
"""So many notes are read in a turn: a flood of them stops nobody else."""


class Way(StrEnum):
    """By which way a token came in: who guesses by one of them shuts none of the others."""

    NOTE = "note"
    PAGE = "page"
    OUTLET = "outlet"


class Heard(StrEnum):
    """What became of a token."""

    GRANTED = "granted"  # the camera is paused
    WRONG = "wrong"  # not the digits of this minute, nor of the one before
    OFTEN = "often"  # too many wrong ones by this way in this minute: it was not looked at
    REFUSED = "refused"  # the right one, but this day has no room for a pause, or nothing can be


def ring(folder: Path, note: bytes) -> Path:
    """Leave a note for the node in this folder; return the file, which is gone once it was read.

    Raises:
        ConfigError: the folder cannot be written to by this user.
    """
    bell = folder / FOLDER
    name = secrets.token_hex(8)
    try:
        bell.mkdir(mode=0o700, parents=True, exist_ok=True)
        (bell / f"{name}.new").write_bytes(note)
        (bell / f"{name}.new").chmod(0o640)  # the clerk may be another user, of the folder's group
        (bell / f"{name}.new").replace(bell / f"{name}.note")
    except OSError as error:
        raise ConfigError(
            f"{bell} cannot be written: {error.strerror}",
            hint="run it as the user of the node, or as root",
        ) from error
    return bell / f"{name}.note"


class Bell:
    """The clerk's end.

    Args:
        site: its settings say where notes lie, and whose word counts.
        books: where what was followed is kept.
        permission: what notes move.
        secret: of the local page's token; known to nobody else.
    """

    def __init__(self, site: Site, books: Books, permission: Permission, *, secret: bytes) -> None:
        self._folder = site.settings.storage.directory / FOLDER
        self._organisation = _organisation_of(site)
        self._books = books
        self._permission = permission
        self._secret = secret
        self._tries = dict.fromkeys(Way, Tries())
        # What was left while no node ran is about a moment that is over.
        for path in _notes(self._folder):
            path.unlink(missing_ok=True)

    @property
    def token(self) -> str:
        """What the local page shows in this minute."""
        return token_at(self._secret, clock.now_ms() // 1000)

    def listen(self) -> None:
        """Read what lies there, follow it where it may be followed, and burn it."""
        for path in _notes(self._folder)[:AT_ONCE]:
            note = _read(path)
            with suppress(OSError):
                path.unlink()
            if note is not None:
                self.follow(note)

    def present(self, token: str, way: Way) -> Heard:
        """Somebody shows the digits of this minute; say what came of it."""
        now_s = clock.now_ms() // 1000
        before = self._tries[way]
        try:
            self._tries[way] = one_more(before, now_s)
        except ConsentError:
            return Heard.OFTEN
        try:
            require_token(self._secret, token, now_s=now_s)
        except ConsentError as error:
            if self._tries[way].wrong == 1:  # a log that somebody far away can fill helps nobody
                say("warning", f"no pause: {error}")
            return Heard.WRONG
        self._tries[way] = before
        return Heard.GRANTED if self.press() else Heard.REFUSED

    def press(self) -> bool:
        """Somebody present asks for a pause; return whether it was granted."""
        try:
            self._permission.ask()
        except ConsentError as error:
            say("warning", f"no pause: {error}")
            return False
        self.keep()
        return True

    def shown(self) -> bool:
        """The marker is held up: pause; False where it stays there, or no pause is left."""
        stays = self._permission.stays()
        return self.press() and not stays

    def see(self, seen: Observation) -> bool:
        """Take what the eye says; False where it sees the marker, and that is no pause."""
        if seen.kind is Kind.HEALTH and seen.value == Health.TURNED:
            # It looks elsewhere than was signed: it ends, and stays shut over a restart.
            self._permission.turned()
            self.keep()
        return seen.kind is not Kind.MARKER or self.shown()

    def keep(self) -> None:
        """Keep how things stand."""
        self._books.memory.keep(self._permission.standing)

    def follow(self, note: bytes) -> None:
        """Do what a note says, where whoever wrote it may say so."""
        if note == PRESENT:
            self.press()
            return
        try:
            if note.startswith(TOKEN):
                self.present(note.removeprefix(TOKEN).decode("ascii", "replace").strip(), Way.NOTE)
                return
            objection = Objection.verify(note, organisation=self._organisation)
            self._permission.obey(objection)
        except ConsentError as error:
            say("warning", f"not followed: {error}")
            return
        say("info", f"the organisation's word: {objection.word}")
        self.keep()
        if objection.word is Word.WITHDRAW:
            self._books.ledger.put_document(objection.digest, note)
            people = self._books.forget_enrolled(self._folder.parent)
            say("info", f"keys of enrolled people destroyed: {people}")


def _organisation_of(site: Site) -> PublicKey:
    key = PublicKey.from_pem(site.settings.keys.organisation_public.read_bytes())
    if key.key_id != site.organisation:
        raise ConsentError(
            f"the organisation's key is {key.key_id} now: {site.organisation} signed",
            hint="start the node again",
        )
    return key


def _notes(folder: Path) -> list[Path]:
    try:
        found = [path for path in folder.iterdir() if path.suffix == ".note"]
        # A folder can't be burnt: read each time, a few of them would keep all others out.
        return sorted(path for path in found if path.is_symlink() or not path.is_dir())
    except OSError:
        return []


def _read(path: Path) -> bytes | None:
    """Return a note; None where it is no plain file of its size, or gone."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):  # a folder can't even be made a file of
        os.close(descriptor)
        return None
    with os.fdopen(descriptor, "rb") as file:
        note = file.read(MAX_BYTES + 1)
    return note if len(note) <= MAX_BYTES else None
