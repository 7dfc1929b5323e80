"""``edgekit verify``: check signatures, order and log of records, and say what they cover."""

import argparse
import dataclasses
import json
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from edgekit.errors import ConfigError, LedgerError, VerificationError

if TYPE_CHECKING:
    from edgekit.ledger.report import Report
    from edgekit.signing.keys import PublicKey

SQLITE_MAGIC = b"SQLite format 3\x00"
LEDGER_SUFFIXES = (".sqlite", ".db")
MAX_LINE_BYTES = (1 << 20) + 1

NO_TRUST = "use none of it: get a fresh copy; if that fails too, ask whoever keeps the device"

Record = TypeVar("Record")


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb."""
    parser = subparsers.add_parser(
        "verify",
        help="check signatures, order and log of records",
        description="Check every signature, the order, and of a ledger its Merkle tree and "
        "checkpoints. Exit 0: everything holds; 3: something does not, and it is named.",
    )
    parser.add_argument(
        "path",
        type=Path,
        metavar="PATH",
        help="a ledger (ledger.sqlite), a file of records (records.jsonl), or their folder",
    )
    parser.add_argument(
        "--key",
        type=Path,
        action="append",
        required=True,
        metavar="PUBLIC.pem",
        help="the device's public key; may be given more than once",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Verify and print; VerificationError names what does not hold."""
    from edgekit.signers.file import load_public  # noqa: PLC0415 -- not needed for --help

    keys = [load_public(path) for path in args.key]
    try:
        report = _verified(args.path, keys)
    except VerificationError as error:
        error.hint = error.hint or NO_TRUST
        raise
    print(json.dumps(_facts(report)) if args.json else "\n".join(_words(args.path, report)))
    return 0


def _verified(path: Path, keys: "list[PublicKey]") -> "Report":
    try:
        if path.is_dir():
            return _lines(_exported(path), keys)
        with path.open("rb") as file:
            start = file.read(len(SQLITE_MAGIC))
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be read: {error.strerror}",
            hint="give a ledger, a file of records or their folder",
        ) from None
    if not start:
        raise VerificationError(f"{path} is an empty file: it verifies nothing")
    if start == SQLITE_MAGIC or path.suffix in LEDGER_SUFFIXES:
        return _ledger(path, keys)
    return _lines([path], keys)


def _ledger(path: Path, keys: "list[PublicKey]") -> "Report":
    from edgekit.ledger.store import Ledger  # noqa: PLC0415 -- not needed for --help
    from edgekit.ledger.verify import verify_ledger  # noqa: PLC0415 -- not needed for --help

    try:
        ledger = Ledger.open_readonly(path)
        try:
            return verify_ledger(ledger, keys, watch=partial(_bar, total=ledger.size))
        finally:
            ledger.close()
    except LedgerError as error:
        raise VerificationError(str(error), hint=error.hint) from error


def _exported(folder: Path) -> list[Path]:
    """Return the files of records, oldest first: their names hold their first sequence."""
    newest = folder / "records.jsonl"
    files = [*sorted(folder.glob("records-*.jsonl")), *([newest] if newest.exists() else [])]
    if not files:
        ledgers = sorted(folder.glob("*.sqlite"))
        raise VerificationError(
            f"{folder} holds no records.jsonl: it verifies nothing",
            hint=f"verify {ledgers[0]}" if ledgers else "give the folder that the outlet writes",
        )
    return files


def _lines(files: list[Path], keys: "list[PublicKey]") -> "Report":
    from edgekit.ledger.lines import verify_lines  # noqa: PLC0415 -- not needed for --help

    starts: list[tuple[int, str]] = []

    def where(number: int) -> str:
        start, name = next(one for one in reversed(starts) if one[0] < number)
        return f"{name} line {number - start}"

    try:
        return verify_lines(_bar(_read(files, starts)), keys, where=where)
    except OSError as error:
        raise ConfigError(f"{error.filename} cannot be read: {error.strerror}") from None


def _read(files: list[Path], starts: list[tuple[int, str]]) -> Iterator[bytes]:
    """Yield the lines of all files, noting before which line each file starts."""
    number = 0
    for path in files:
        starts.append((number, path.name))
        with path.open("rb") as file:
            while line := file.readline(MAX_LINE_BYTES):
                number += 1
                yield line


def _bar(records: Iterable[Record], *, total: int | None = None) -> Iterator[Record]:
    from tqdm import tqdm  # type: ignore[import-untyped]  # noqa: PLC0415 -- no types; help stays quick

    hidden = not sys.stderr.isatty()
    yield from tqdm(records, total=total, disable=hidden, unit=" records", delay=1, leave=False)


def _facts(report: "Report") -> dict[str, object]:
    facts = dataclasses.asdict(report)
    if report.head is not None:
        facts["head"] |= {"root": report.head.root.hex()}
    return {"verified": True, **facts, "witnessed": False}


def _how_many(report: "Report") -> str:
    if not report.erased:
        return f"{report.records} records verify"
    return f"{report.records - report.erased} records verify, {report.erased} were erased"


def _words(path: Path, report: "Report") -> list[str]:
    first, last = report.first_sequence, report.last_sequence
    rows = [
        f"{path}: {_how_many(report)}, {first} to {last}, none missing between",
        f"  site        {report.site or 'erased'}",
        f"  device      {report.device or 'erased'}",
        f"  time        {_utc(report.first_s)} to {_utc(report.last_s)}",
        (
            f"  windows     {report.released} released, {report.suppressed} suppressed, "
            f"{report.gaps} gaps"
        ),
        f"  events      {report.events}",
        f"  metrics     {', '.join(report.metrics) or 'none'}",
        (
            f"  profile     {', '.join(report.profiles) or 'none'}; "
            f"eye: {', '.join(report.seals) or 'unknown'}"
        ),
    ]
    if report.erased:
        rows.append(f"  erased      {report.erased} records: only their commitments verify")
    if first:
        rows.append(f"  older       records 0 to {first - 1} are not here")
    return [*rows, *_checkpoint_words(report)]


def _checkpoint_words(report: "Report") -> list[str]:
    if report.head is None:
        return [
            "  checkpoint  none: whether records are missing after the last cannot be seen here",
        ]
    return [
        f"  checkpoint  {report.head.size} of {report.records} records, signed by the device",
        "  witness     none: the device's key alone vouches that nothing was rewritten",
    ]


def _utc(time_s: int | None) -> str:
    if time_s is None:
        return "unknown"
    try:
        return f"{datetime.fromtimestamp(time_s, UTC):%Y-%m-%d %H:%M:%S} UTC"
    except (ValueError, OverflowError, OSError):
        return f"second {time_s}"
