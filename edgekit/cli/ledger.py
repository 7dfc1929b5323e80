"""``edgekit ledger …``: publish, check, copy and trim a log, and prove a record of it."""

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from edgekit.cli.moment import to_s
from edgekit.errors import ConfigError, VerificationError

if TYPE_CHECKING:
    from edgekit.ledger.reader import LedgerReader
    from edgekit.ledger.store import Ledger
    from edgekit.signing.keys import PublicKey

LEDGER = "ledger.sqlite"


def add(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb."""
    parser = verbs.add_parser(
        "ledger",
        help="publish, check, copy and trim a log; prove a record of it",
        description="All of it may be done while the node runs.",
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name, (text, _) in _ACTIONS.items():
        action = actions.add_parser(name, help=text, description=text)
        action.add_argument(
            "ledger", type=Path, metavar="LEDGER", help="a ledger.sqlite, or its site.toml"
        )
        for words, options in _OPTIONS.get(name, {}).items():
            action.add_argument(*words.split(), **options)  # type: ignore[arg-type]  # -- a table
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Do what was asked."""
    _, act = _ACTIONS[args.action]
    return act(args)


def ledger_of(path: Path) -> Path:
    """Return the ledger that a path means: itself, or that of the site.toml."""
    if path.suffix != ".toml":
        return path
    from edgekit.config import Settings  # noqa: PLC0415 -- only for a site.toml

    return Settings.load(path).storage.directory / LEDGER


def key_of(args: argparse.Namespace) -> "PublicKey":
    """Return the device's public key: the one given, or the one that the site.toml names."""
    from edgekit.signers.file import load_public  # noqa: PLC0415 -- not needed for --help
    from edgekit.signers.open import public_of  # noqa: PLC0415 -- the same

    if args.key is not None:
        return load_public(args.key)
    if args.ledger.suffix != ".toml":
        raise ConfigError("which key wrote it? expected --key device.pub.pem")
    from edgekit.config import Settings  # noqa: PLC0415 -- only for a site.toml

    return public_of(Settings.load(args.ledger).keys.device)


def opened(path: Path) -> "LedgerReader":
    """Open a ledger for reading."""
    from edgekit.ledger.reader import LedgerReader  # noqa: PLC0415 -- not needed for --help

    return LedgerReader.open_readonly(ledger_of(path))


def writable(path: Path) -> "Ledger":
    """Open a ledger for what does not change its tree; the node may run."""
    from edgekit.ledger.store import Ledger  # noqa: PLC0415 -- not needed for --help

    reader = opened(path)
    origin = reader.origin
    reader.close()
    return Ledger.open(ledger_of(path), origin=origin, entropy=os.urandom)


def _tiles(args: argparse.Namespace) -> int:
    from edgekit.ledger.tiles import publish  # noqa: PLC0415 -- not needed for --help

    ledger = opened(args.ledger)
    try:
        note = ledger.latest_checkpoint()
        if note is None:
            raise ConfigError("the ledger has no checkpoint yet", hint="run the node for a window")
        new = publish(ledger, note, args.folder, watch=_bar)
    finally:
        ledger.close()
    if args.page:
        from edgekit.cli.writing import write_whole  # noqa: PLC0415 -- not needed for --help
        from edgekit.ledger.page import page  # noqa: PLC0415 -- the same

        write_whole(args.folder, {"verify.html": page()})
    size = note.split("\n")[1]
    print(
        f"{args.folder}: {size} records published, {new} files written; any web server can host it"
    )
    return 0


def _fsck(args: argparse.Namespace) -> int:
    from edgekit.ledger.verify import verify_ledger  # noqa: PLC0415 -- not needed for --help

    ledger = opened(args.ledger)
    try:
        if problems := ledger.problems():
            raise VerificationError(
                f"{args.ledger}: SQLite finds {problems[0]}",
                hint="keep the file as it is, and restore a copy",
            )
        report = verify_ledger(ledger, [key_of(args)])
        print(
            f"{args.ledger}: sound; {report.records} records, {report.erased} of them erased, "
            f"{len(report.notes)} checkpoint{'s' * (len(report.notes) != 1)}"
        )
    finally:
        ledger.close()
    return 0


def _backup(args: argparse.Namespace) -> int:
    ledger = opened(args.ledger)
    try:
        ledger.copy_to(args.file)
        print(f"{args.file}: a copy of {ledger.size} records")
    finally:
        ledger.close()
    return 0


def _compact(args: argparse.Namespace) -> int:
    path = ledger_of(args.ledger)
    before = path.stat().st_size if path.exists() else 0
    ledger = writable(args.ledger)
    try:
        ledger.compact()
    finally:
        ledger.close()
    print(f"{path}: {before} bytes before, {path.stat().st_size} now")
    return 0


def _erase(args: argparse.Namespace) -> int:
    if not args.sequence and args.before is None:
        raise ConfigError(
            "what is to be erased? expected --sequence or --before",
            hint="edgekit ledger erase site.toml --before 2024-01-01",
        )
    ledger = writable(args.ledger)
    try:
        chosen = list(args.sequence)
        if args.before is not None:
            chosen += [n for n in _older(ledger, to_s(args.before)) if n not in args.sequence]
        ledger.erase(chosen)
    finally:
        ledger.close()
    print(
        f"{len(chosen)} records erased; their commitments stay, and the log verifies.\n"
        "Copies elsewhere are not touched: exported files, published tiles (publish them again), "
        "backups and whoever fetched them."
    )
    return 0


def _older(ledger: "Ledger", before_s: int) -> Iterator[int]:
    from edgekit.signing.dsse import Envelope  # noqa: PLC0415 -- not needed for --help
    from edgekit.signing.record import read_payload, time_of  # noqa: PLC0415 -- the same

    start = 0
    while found := ledger.records(start, 256):
        for record in found:
            if time_of(read_payload(Envelope.from_bytes(record.envelope).payload)) < before_s:
                yield record.sequence
        start = found[-1].sequence + 1


def _proof(args: argparse.Namespace) -> int:
    ledger = opened(args.ledger)
    try:
        text, record = ledger.proof(args.sequence), ledger.record(args.sequence)
    finally:
        ledger.close()
    if args.output is None:
        print(text, end="")
        return 0
    from edgekit.cli.writing import write_whole  # noqa: PLC0415 -- not needed for --help

    name = f"record-{args.sequence}"
    files = {f"{name}.json": record.envelope + b"\n", f"{name}.tlog-proof": text.encode()}
    write_whole(args.output, files)
    print(*(args.output / file for file in files), sep="\n")
    return 0


def _jws(args: argparse.Namespace) -> int:
    from edgekit.config import Settings  # noqa: PLC0415 -- not needed for --help
    from edgekit.signers.open import open_signer  # noqa: PLC0415 -- the same
    from edgekit.signing.dsse import Envelope  # noqa: PLC0415 -- the same
    from edgekit.signing.jws import sign_jws  # noqa: PLC0415 -- the same

    if args.ledger.suffix != ".toml":
        raise ConfigError(
            f"a JWS is signed by the device's key: expected its site.toml, not {args.ledger}",
            hint=f"edgekit ledger jws site.toml {args.sequence}",
        )
    ledger = opened(args.ledger)
    try:
        envelope = Envelope.from_bytes(ledger.record(args.sequence).envelope)
    finally:
        ledger.close()
    print(sign_jws(envelope.payload, open_signer(Settings.load(args.ledger).keys.device)))
    return 0


def _checkpoint(args: argparse.Namespace) -> int:
    ledger = opened(args.ledger)
    try:
        print(ledger.latest_checkpoint() or "", end="")
    finally:
        ledger.close()
    return 0


def _bar(tiles: Sequence[tuple[int, int, int]]) -> Iterator[tuple[int, int, int]]:
    from tqdm import tqdm  # type: ignore[import-untyped]  # noqa: PLC0415 -- no types; help stays quick

    yield from tqdm(tiles, disable=not sys.stderr.isatty(), unit=" tiles", delay=1, leave=False)


_KEY: Mapping[str, object] = {
    "type": Path,
    "metavar": "PUBLIC.pem",
    "help": "the device's public key; default: the site's",
}
_OPTIONS: Mapping[str, Mapping[str, Mapping[str, object]]] = {
    "tiles": {
        "folder": {"type": Path, "metavar": "DIR", "help": "where a web server finds them"},
        "--page": {
            "action": "store_true",
            "help": "put verify.html beside them: it checks a record in a browser, offline",
        },
    },
    "jws": {"sequence": {"type": int, "metavar": "N", "help": "the record's number"}},
    "fsck": {"--key": _KEY},
    "backup": {"file": {"type": Path, "metavar": "FILE", "help": "a new file"}},
    "erase": {
        "--sequence": {"type": int, "action": "append", "default": [], "metavar": "N"},
        "--before": {"metavar": "TIME", "help": "what is about an earlier time"},
    },
    "proof": {
        "sequence": {"type": int, "metavar": "N", "help": "the record's number"},
        "-o --output": {
            "type": Path,
            "metavar": "DIR",
            "help": "write record and proof there; default: print the proof",
        },
    },
}
_ACTIONS: Mapping[str, tuple[str, Callable[[argparse.Namespace], int]]] = {
    "tiles": ("write the log as static files for any web server (C2SP tlog-tiles)", _tiles),
    "fsck": ("check file, records, tree and checkpoints", _fsck),
    "backup": ("copy the ledger to a new file, while it may grow", _backup),
    "compact": ("give the room of erased records back to the disk", _compact),
    "erase": ("erase what records say; the log stays verifiable", _erase),
    "proof": ("prove that a record stands in the log (.tlog-proof)", _proof),
    "jws": ("sign a record once more, as a JSON Web Signature for web stacks", _jws),
    "checkpoint": ("print the latest checkpoint, to be kept elsewhere", _checkpoint),
}
