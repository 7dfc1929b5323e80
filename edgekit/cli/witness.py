"""``edgekit witness …``: somebody other than the operator watches logs and co-signs them.

The witness holds a folder of its own, on a laptop or a server. What it is asked and what it answers
are small texts that may travel by any way::

    device   edgekit witness ask site.toml > request
    witness  edgekit witness sign FOLDER request > cosigned
    device   edgekit witness take site.toml cosigned --witness VKEY
"""

import argparse
import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from edgekit.cli.ledger import key_of, opened, writable
from edgekit.cli.reading import read_bytes
from edgekit.errors import ConfigError, VerificationError

if TYPE_CHECKING:
    from edgekit.ledger.watch import Watch

KEY = "witness.key.pem"
MAX_BYTES = 1 << 17


def add(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb."""
    parser = verbs.add_parser(
        "witness",
        help="watch logs of others and co-sign them",
        description="Somebody who is not the operator checks that a log only grows, and co-signs "
        "it: then a log that was rewritten, cut, cloned or set back is noticed.",
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name, (text, _) in _ACTIONS.items():
        action = actions.add_parser(name, help=text, description=text)
        for words, options in _OPTIONS[name].items():
            action.add_argument(*words.split(), **options)  # type: ignore[arg-type]  # -- a table
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Do what was asked."""
    _, act = _ACTIONS[args.action]
    try:
        return act(args)
    except VerificationError as error:
        error.hint = error.hint or "it was cut or altered on its way: ask for it once more"
        raise


def _init(args: argparse.Namespace) -> int:
    from edgekit.ledger.cosignature import Witness  # noqa: PLC0415 -- not needed for --help
    from edgekit.ledger.watch import Watch  # noqa: PLC0415 -- the same
    from edgekit.signers.file import create_key, load_public, public_path_of  # noqa: PLC0415 -- the same

    folder: Path = args.folder
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"{folder} cannot be made: {error.strerror}") from None
    key = folder / KEY
    # A key without a name is what an interrupted beginning leaves: it goes on.
    made = load_public(public_path_of(key)) if key.exists() else create_key(key, entropy=os.urandom)
    witness = Witness(name=args.name, key=made)
    Watch.begin(folder, witness)
    print(f"A witness is in {folder}. Its key stays there; give everybody this line:")
    print(witness.to_text())
    return 0


def _trust(args: argparse.Namespace) -> int:
    from edgekit.ledger.note import VerifierKey  # noqa: PLC0415 -- not needed for --help

    text = args.log if "+" in args.log else _text(Path(args.log))
    log = VerifierKey.from_text(text)
    _watch(args.folder).trust(log)
    print(f"{log.name} is watched, by key {log.key.key_id}")
    return 0


def _ask(args: argparse.Namespace) -> int:
    ledger = opened(args.ledger)
    try:
        old = ledger.witnessed_size() if args.old is None else args.old
        print(ledger.request(old), end="")
    finally:
        ledger.close()
    return 0


def _sign(args: argparse.Namespace) -> int:
    from edgekit.ledger.request import Request  # noqa: PLC0415 -- not needed for --help

    request = Request.from_text(_text(args.request))
    line = _watch(args.folder).cosign(request, now_s=int(time.time()))
    print(line if args.line else request.note + line, end="")
    return 0


def _take(args: argparse.Namespace) -> int:
    from edgekit.cli.trust import witness  # noqa: PLC0415 -- not needed for --help

    key = key_of(args)
    witnesses = [witness(text) for text in args.witness]
    ledger = writable(args.ledger)
    try:
        size = ledger.keep_cosigned(_text(args.note), key=key, witnesses=witnesses)
    finally:
        ledger.close()
    names = ", ".join(one.name for one in witnesses)
    print(f"kept: {size} records are co-signed ({names})")
    return 0


def _list(args: argparse.Namespace) -> int:
    from edgekit.ledger.testimony import utc  # noqa: PLC0415 -- not needed for --help

    watch = _watch(args.folder)
    print(watch.witness.to_text())
    for known in watch.testimonies():
        when = utc(known.t_s) if known.size else "never"
        print(f"{known.size:>10}  {when}  {known.log.name}")
    return 0


def _watch(folder: Path) -> "Watch":
    from edgekit.ledger.watch import Watch  # noqa: PLC0415 -- not needed for --help
    from edgekit.signers.file import load_signer  # noqa: PLC0415 -- the same

    if not (folder / KEY).exists():
        raise ConfigError(
            f"{folder} is no witness's folder: it holds no {KEY}",
            hint="make one with: edgekit witness init DIR --name NAME",
        )
    return Watch(folder, load_signer(folder / KEY))


def _text(path: Path) -> str:
    if str(path) == "-":
        data = sys.stdin.buffer.read(MAX_BYTES + 1)
    else:
        data = read_bytes(path, MAX_BYTES + 1)
    return data.decode("utf-8", "replace")


_FOLDER: Mapping[str, object] = {"type": Path, "metavar": "DIR", "help": "the witness's folder"}
_LEDGER: Mapping[str, object] = {
    "type": Path,
    "metavar": "LEDGER",
    "help": "a ledger.sqlite, or its site.toml",
}
_STDIN: Mapping[str, object] = {"type": Path, "nargs": "?", "default": Path("-")}
_OPTIONS: Mapping[str, Mapping[str, Mapping[str, object]]] = {
    "init": {
        "folder": _FOLDER,
        "--name": {"required": True, "help": "who it is, such as example.org/witness"},
    },
    "trust": {
        "folder": _FOLDER,
        "log": {"metavar": "VKEY", "help": "the log's line (edgekit key show), or a file with it"},
    },
    "ask": {
        "ledger": _LEDGER,
        "--old": {"type": int, "metavar": "N", "help": "how many records the witness knows"},
    },
    "sign": {
        "folder": _FOLDER,
        "request": {**_STDIN, "metavar": "REQUEST", "help": "default: standard input"},
        "--line": {"action": "store_true", "help": "print the signature line alone (C2SP)"},
    },
    "take": {
        "ledger": _LEDGER,
        "note": {**_STDIN, "metavar": "NOTE", "help": "default: standard input"},
        "--witness": {
            "action": "append",
            "required": True,
            "metavar": "VKEY",
            "help": "the witness's line, or a file with it",
        },
        "--key": {
            "type": Path,
            "metavar": "PUBLIC.pem",
            "help": "the device's public key; default: the site's",
        },
    },
    "list": {"folder": _FOLDER},
}
_ACTIONS: Mapping[str, tuple[str, Callable[[argparse.Namespace], int]]] = {
    "init": ("make a witness's key and folder", _init),
    "trust": ("begin to watch a log", _trust),
    "ask": ("on the device: what a witness is asked to co-sign", _ask),
    "sign": ("check a request and co-sign it; forks and rollbacks are refused", _sign),
    "take": ("on the device: keep what a witness co-signed", _take),
    "list": ("show which logs are watched, and how far", _list),
}
