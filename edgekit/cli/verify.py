"""``edgekit verify``: check signatures, order and log of records, and say what they cover."""

import argparse
import json
import os
import sys
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from edgekit.cli.moment import to_s
from edgekit.cli.reading import read_bytes, unreadable
from edgekit.errors import ConfigError, LedgerError, VerificationError

if TYPE_CHECKING:
    from edgekit.ledger.anchor import Anchors, Witnessed
    from edgekit.ledger.report import Report

SQLITE_MAGIC = b"SQLite format 3\x00"
LEDGER_SUFFIXES = (".sqlite", ".db")
MAX_LINE_BYTES = (1 << 20) + 1
MAX_FILE_BYTES = 1 << 20

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
        help="a ledger (ledger.sqlite), published tiles, a file of records (records.jsonl), or "
        "their folder",
    )
    for name, kind, metavar, text in (
        ("--key", Path, "PUBLIC.pem", "the device's public key"),
        (
            "--checkpoint",
            Path,
            "NOTE",
            "a checkpoint kept from earlier: the log has to continue it",
        ),
        ("--witness", str, "VKEY", "a witness that you trust: its line, or a file with it"),
        ("--operator", Path, "PUBLIC.pem", "the operator's key, for --registry"),
    ):
        parser.add_argument(
            name,
            type=kind,
            action="append",
            default=[],
            metavar=metavar,
            help=f"{text}; may be given more than once",
        )
    parser.add_argument("--registry", type=Path, metavar="FILE", help="the operator's registry")
    parser.add_argument(
        "--quorum", type=int, metavar="N", help="so many of the witnesses must have signed"
    )
    parser.add_argument(
        "--expect-until", metavar="TIME", help="the end that is expected: 2026-11-30, or seconds"
    )
    parser.add_argument(
        "--proof", type=Path, metavar="FILE", help="the .tlog-proof of the one record in PATH"
    )
    parser.add_argument(
        "--jobs", type=int, default=0, metavar="N", help="processes; default: one a core"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Verify and print; VerificationError names what does not hold."""
    from edgekit.cli import finding, trust  # noqa: PLC0415 -- not needed for --help

    until_s = None if args.expect_until is None else to_s(args.expect_until)
    try:
        anchors = trust.anchors(args, until_s)
        if args.proof is not None:
            return _one(args, anchors)
        report, witnessed, origin = _verified(args, anchors)
    except VerificationError as error:
        error.hint = error.hint or NO_TRUST
        raise
    if args.json:
        print(json.dumps(finding.facts(report, witnessed)))
    else:
        held = len(anchors.notes)
        print(*finding.words(args.path, report, witnessed, held=held, origin=origin), sep="\n")
    return 0


def _one(args: argparse.Namespace, anchors: "Anchors") -> int:
    from edgekit.cli import trust  # noqa: PLC0415 -- not needed for --help

    proof = read_bytes(args.proof, MAX_FILE_BYTES + 1).decode("utf-8", "replace")
    found = trust.prove(read_bytes(args.path, MAX_FILE_BYTES + 1), proof, args, anchors)
    print(json.dumps(found) if args.json else trust.proof_words(found))
    return 0


def _verified(
    args: argparse.Namespace, anchors: "Anchors"
) -> "tuple[Report, Witnessed | None, str]":
    from edgekit.cli import trust  # noqa: PLC0415 -- not needed for --help

    path: Path = args.path
    try:
        if path.is_dir() and (path / "checkpoint").is_file():
            return trust.tiles(path, args, anchors)
        if path.is_dir():
            return trust.lines(_lines(_exported(path)), args, anchors)
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
        try:
            return trust.ledger(path, args, anchors, watch=_bar, jobs=args.jobs or _cores())
        except LedgerError as error:
            raise VerificationError(str(error), hint=error.hint) from error
    return trust.lines(_lines([path]), args, anchors)


def _cores() -> int:
    return len(os.sched_getaffinity(0))


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


def _lines(files: list[Path]) -> "partial[Report]":
    """Return what verifies the lines of these files once it is given the keys."""
    from edgekit.ledger.lines import verify_lines  # noqa: PLC0415 -- not needed for --help

    starts: list[tuple[int, str]] = []

    def where(number: int) -> str:
        start, name = next(one for one in reversed(starts) if one[0] < number)
        return f"{name} line {number - start}"

    return partial(verify_lines, _bar(_read(files, starts)), where=where)


def _read(files: list[Path], starts: list[tuple[int, str]]) -> Iterator[bytes]:
    """Yield the lines of all files, noting before which line each file starts."""
    number = 0
    for path in files:
        starts.append((number, path.name))
        try:
            with path.open("rb") as file:
                while line := file.readline(MAX_LINE_BYTES):
                    number += 1
                    yield line
        except OSError as error:
            raise unreadable(path, error) from None


def _bar(records: Iterable[Record], *, total: int | None = None) -> Iterator[Record]:
    if not sys.stderr.isatty():
        yield from records
        return
    from tqdm import tqdm  # type: ignore[import-untyped]  # noqa: PLC0415 -- no types; starts slowly

    yield from tqdm(records, total=total, unit=" records", delay=1, leave=False)
