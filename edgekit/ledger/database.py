"""The ledger's SQLite file: how it is made, opened and asked; SQLite's errors become ours here."""

import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

from edgekit.errors import LedgerError

APPLICATION_ID = 0x45444745  # "EDGE"
SCHEMA_VERSION = 2
PAGE_BYTES = 8192
"""A record with its commitment takes about 1 kB: of small pages a quarter would stay empty."""

_SCHEMA = """
CREATE TABLE log (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    origin TEXT NOT NULL, size INTEGER NOT NULL, last_t_s INTEGER
) STRICT;
CREATE TABLE entry (
    sequence INTEGER PRIMARY KEY, commitment BLOB NOT NULL, salt BLOB, envelope BLOB
) STRICT;
CREATE TABLE node (
    level INTEGER NOT NULL, place INTEGER NOT NULL, hash BLOB NOT NULL,
    PRIMARY KEY (level, place)
) STRICT, WITHOUT ROWID;
CREATE TABLE checkpoint (
    size INTEGER PRIMARY KEY, day INTEGER NOT NULL, witnessed INTEGER NOT NULL, note TEXT NOT NULL
) STRICT;
CREATE TABLE delivered (outlet TEXT PRIMARY KEY, next_sequence INTEGER NOT NULL) STRICT;
CREATE TABLE document (digest TEXT PRIMARY KEY, data BLOB NOT NULL) STRICT;
"""

MAX_VALUE_BYTES = 1 << 22
"""No envelope or document is longer; SQLite alone would fetch a gigabyte."""

_HINTS: Mapping[int, str] = {
    sqlite3.SQLITE_FULL: "free some space on the disk; nothing of it was written",
    sqlite3.SQLITE_IOERR: "check disk and card; nothing of it was written",
    sqlite3.SQLITE_BUSY: "another process is writing: stop it, a ledger has one writer",
    sqlite3.SQLITE_CORRUPT: "the file is damaged: keep it, and restore a copy",
    sqlite3.SQLITE_NOTADB: "give the ledger's own file, ledger.sqlite",
    sqlite3.SQLITE_READONLY: "the file or its folder cannot be written by this user",
    sqlite3.SQLITE_CANTOPEN: "may this user read it? If not, copy it, with the -wal file beside it",
}

Row = tuple[Any, ...]


class Database:
    """One connection to a ledger's file; raises LedgerError and nothing else."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection

    def rows(self, sql: str, *values: object) -> list[Row]:
        """Return all rows of a query."""
        with translated(self.path):
            return self._connection.execute(sql, values).fetchall()

    def one(self, sql: str, *values: object) -> Row | None:
        """Return the first row of a query, or None."""
        with translated(self.path):
            row: Row | None = self._connection.execute(sql, values).fetchone()
            return row

    def write(self, sql: str, rows: Sequence[Row]) -> None:
        """Run one statement for each row of values; within a `transaction`."""
        with translated(self.path):
            self._connection.executemany(sql, rows)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything written inside is on the disk afterwards, or nothing of it."""
        try:
            with translated(self.path):
                self._connection.execute("BEGIN IMMEDIATE")
            yield
            with translated(self.path):
                self._connection.execute("COMMIT")
        except BaseException:
            # A full disk makes SQLite roll back by itself; otherwise the transaction is still open.
            if self._connection.in_transaction:
                with translated(self.path):
                    self._connection.execute("ROLLBACK")
            raise

    def forget_journal(self) -> None:
        """Move everything into the file itself, so that erased bytes are in no journal.

        Raises LedgerError while somebody reads what was there before.
        """
        with translated(self.path):
            (busy, *_) = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise LedgerError(
                f"ledger {self.path} is being read: what was erased is in its journal still",
                hint="wait for the other program to end, then run `edgekit ledger compact`",
            )

    def vacuum(self) -> None:
        """Write the file anew without its empty room, then forget the journal."""
        with translated(self.path):
            self._connection.execute("VACUUM")
        self.forget_journal()

    def copy_to(self, path: Path) -> None:
        """Copy everything as it is now to a new file, while others may write; on the disk after.

        Raises LedgerError where the file exists or cannot be written; nothing is left then.
        """
        new = make_new(path)
        try:
            with translated(new), closing(sqlite3.connect(new, isolation_level=None)) as target:
                target.execute("PRAGMA synchronous = FULL")
                self._connection.backup(target)
                target.execute("PRAGMA journal_mode = DELETE")
            rename_new(new, path)
        except OSError as error:
            raise _unmade(path, new, error) from None

    def close(self) -> None:
        """Close; harmless when repeated."""
        with translated(self.path):
            self._connection.close()


def create(path: Path, origin: str) -> None:
    """Make an empty ledger: under another name first, so that no half-made one is ever found."""
    new = make_new(path)
    try:
        with translated(path):
            connection = sqlite3.connect(new, isolation_level=None)
            try:
                connection.execute("PRAGMA synchronous = FULL")
                connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
                connection.executescript(
                    f"BEGIN; PRAGMA application_id = {APPLICATION_ID};"
                    f"PRAGMA user_version = {SCHEMA_VERSION}; {_SCHEMA}"
                )
                connection.execute("INSERT INTO log VALUES (1, ?, 0, NULL)", (origin,))
                connection.execute("COMMIT")
            finally:
                connection.close()
        rename_new(new, path)
    except OSError as error:
        raise _unmade(path, new, error) from None


def make_new(path: Path) -> Path:
    """Make an empty file for its owner alone beside the place where it is to lie; return it."""
    new = path.with_name(f"{path.name}.new")
    try:
        if path.exists():
            raise LedgerError(f"{path} exists already", hint="name a new file")
        new.unlink(missing_ok=True)
        os.close(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise _unmade(path, new, error) from None
    return new


def rename_new(new: Path, path: Path) -> None:
    """Give a finished file its name, durably."""
    new.rename(path)
    sync_folder(path.parent)


def _unmade(path: Path, new: Path, error: OSError) -> LedgerError:
    with suppress(OSError):
        new.unlink(missing_ok=True)
    if isinstance(error, LedgerError):
        return error
    return LedgerError(
        f"ledger {path} cannot be made: {error.strerror}",
        hint="check that the folder exists, may be written and has room",
    )


def connect(path: Path, *, connection: type[sqlite3.Connection]) -> Database:
    """Open for reading and writing: write-ahead log, each commit on the disk before it counts."""
    _require_file(path)
    with translated(path):
        opened = sqlite3.connect(path, isolation_level=None, factory=connection, timeout=5)
    try:
        with translated(path):
            _require_ledger(path, opened)
            opened.execute("PRAGMA journal_mode = WAL")
            opened.execute("PRAGMA synchronous = FULL")
            opened.execute("PRAGMA secure_delete = ON")
    except LedgerError:
        opened.close()
        raise
    return Database(path, opened)


def connect_readonly(path: Path) -> Database:
    """Open for reading, as it is now; where nobody has it open the reading leaves no trace."""
    _require_file(path)
    # With a journal beside it the file alone is not the whole: then it must be read together.
    journal = path.with_name(f"{path.name}-wal")
    mode = "mode=ro" if journal.exists() else "mode=ro&immutable=1"
    with translated(path):
        opened = sqlite3.connect(
            f"{path.absolute().as_uri()}?{mode}", uri=True, isolation_level=None
        )
    try:
        with translated(path):
            # One transaction until it is closed: a ledger that grows meanwhile is seen as it was.
            opened.execute("BEGIN")
            _require_ledger(path, opened)
    except LedgerError:
        opened.close()
        raise
    return Database(path, opened)


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into LedgerError."""
    try:
        yield
    except (sqlite3.Error, OverflowError, UnicodeDecodeError) as error:
        # Not UTF-8: a damaged schema, quoted in SQLite's own message.
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        raise LedgerError(f"ledger {path}: {error}", hint=_HINTS.get(code)) from error


def _require_file(path: Path) -> None:
    try:
        size = path.stat().st_size if path.is_file() else None
    except OSError as error:
        raise LedgerError(f"ledger {path} cannot be read: {error.strerror}") from None
    if size is None:
        raise LedgerError(f"ledger {path} is no file", hint="check the path")
    if size == 0:
        raise LedgerError(
            f"ledger {path} is an empty file: it was cut off",
            hint="restore a copy, or move the file away to begin a new ledger",
        )


def _require_ledger(path: Path, connection: sqlite3.Connection) -> None:
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES)
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION_ID:
        raise LedgerError(f"{path} is an SQLite file, but no ledger of edgekit")
    if version != SCHEMA_VERSION:
        raise LedgerError(
            f"ledger {path} has version {version}: expected {SCHEMA_VERSION}",
            hint="use the edgekit release that wrote it",
        )
    if _things_in(connection) != _expected_things():
        raise LedgerError(
            f"{path} holds other tables than a ledger of edgekit",
            hint="who made it so may have put code into it: do not open it with other programs",
        )


def _things_in(connection: sqlite3.Connection) -> list[Row]:
    """Return all that a file declares: a view or a trigger would run whatever its author wrote."""
    return connection.execute(
        "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name LIMIT 50"
    ).fetchall()


@cache
def _expected_things() -> list[Row]:
    with closing(sqlite3.connect(":memory:")) as empty:
        empty.executescript(_SCHEMA)
        return _things_in(empty)


def sync_folder(folder: Path) -> None:
    """Bring a folder's names to the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
