"""``edgekit key …``: show, change, revoke, back up and register keys.

What an operator does when, in words to follow: docs/keys.md.
"""

import argparse
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from edgekit.cli.moment import to_s
from edgekit.cli.reading import read_bytes

if TYPE_CHECKING:
    from edgekit.config import Settings
    from edgekit.signing.keys import Signer
    from edgekit.signing.registry import Registry

MAX_BYTES = 1 << 21
YEAR_S = 365 * 86_400


def add(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb."""
    parser = verbs.add_parser(
        "key",
        help="show, change, revoke, back up and register keys",
        description="Keys of devices and of the operator: docs/keys.md says when to do what.",
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
    return act(args)


def _show(args: argparse.Namespace) -> int:
    from edgekit.ledger.checkpoint import origin_of, verifier_key  # noqa: PLC0415 -- not for --help
    from edgekit.signers.open import public_of  # noqa: PLC0415 -- the same
    from edgekit.signing.identity import did_key  # noqa: PLC0415 -- the same

    settings = _settings(args.site)
    key = public_of(settings.keys.device)
    print(f"key id     {key.key_id}")
    print(f"algorithm  {key.algorithm}")
    print(f"did        {did_key(key)}")
    print(f"log        {verifier_key(origin_of(settings.site.name, key.key_id), key)}")
    if args.output is not None:
        _write(args.output, _identity(settings))
        print(f"identity   {args.output}: signed by the key itself, for the operator's registry")
    return 0


def _identity(settings: "Settings") -> bytes:
    from edgekit.signers.open import open_signer  # noqa: PLC0415 -- not needed for --help
    from edgekit.signing.identity import Identity  # noqa: PLC0415 -- the same

    signer = open_signer(settings.keys.device)
    name = settings.site.name
    return Identity(key=signer.public_key, site=name, made_s=int(time.time())).sign(signer)


def _new(args: argparse.Namespace) -> int:
    from edgekit.signers.file import create_key, public_path_of  # noqa: PLC0415 -- not for --help

    made = create_key(args.key, entropy=os.urandom, passphrase=_passphrase(args))
    how = "under its passphrase" if args.passphrase_file else "readable by its owner alone"
    print(f"Made key {made.key_id}: {args.key} ({how}) and {public_path_of(args.key)}")
    return 0


def _rotate(args: argparse.Namespace) -> int:
    from edgekit.node.keeping.succession import rotate  # noqa: PLC0415 -- not needed for --help

    rotation, document = rotate(_settings(args.site))
    print(f"Key {rotation.new.key_id} follows {rotation.old.key_id}, which has signed it in.")
    print(f"  The old log ended with {rotation.end.size} records; a new one begins.")
    print(f"  Give this to the operator, for the registry: {document}")
    return 0


def _backup(args: argparse.Namespace) -> int:
    from edgekit.node.keeping.safekeeping import back_up  # noqa: PLC0415 -- not needed for --help

    files = back_up(_settings(args.site), args.folder, passphrase=_passphrase(args))
    print(f"{args.folder}: {', '.join(sorted(files))}")
    print(
        "Keep it away from the device, and make a new one often: an old one cannot be gone on from"
    )
    return 0


def _restore(args: argparse.Namespace) -> int:
    from edgekit.cli.trust import witness  # noqa: PLC0415 -- not needed for --help
    from edgekit.node.keeping.safekeeping import Seen, bring_back  # noqa: PLC0415 -- the same
    from edgekit.node.keeping.succession import rotate  # noqa: PLC0415 -- the same

    seen = Seen(
        notes=[read_bytes(path, MAX_BYTES).decode("utf-8", "replace") for path in args.checkpoint],
        witnesses=[witness(text) for text in args.witness],
        records=args.records,
    )
    end = bring_back(
        args.folder, args.to, passphrase=_passphrase(args), seen=seen, new_log=args.new_log
    )
    if not args.new_log:
        print(f"{args.to}: the log goes on from {end.size} records, and nobody saw more of it")
        return 0
    rotation, document = rotate(_settings(args.to / "site.toml"), end=end)
    print(f"{args.to}: key {rotation.new.key_id} follows {rotation.old.key_id}; a new log begins")
    print(f"  The old log ended with {end.size} records, as far as anybody saw it.")
    print(f"  Give this to the operator, for the registry: {document}")
    return 0


def _registry(args: argparse.Namespace) -> int:
    from edgekit.signing.identity import Identity, Rotation  # noqa: PLC0415 -- not for --help

    signer = _operator(args)
    registry = _open_registry(args.registry, signer, new=True)
    now_s, until_s = int(time.time()), _until(args.until)
    for path in args.add:
        identity = Identity.verify(read_bytes(path, MAX_BYTES))
        from_s = None if args.since is None else to_s(args.since)
        registry = registry.with_key(identity, from_s=from_s, until_s=until_s, now_s=now_s)
    for path in args.rotation:
        registry = registry.rotated(
            Rotation.verify(read_bytes(path, MAX_BYTES)), until_s=until_s, now_s=now_s
        )
    if args.add or args.rotation:
        _write(args.registry, registry.sign(signer))
    _print(registry)
    return 0


def _revoke(args: argparse.Namespace) -> int:
    signer = _operator(args)
    registry = _open_registry(args.registry, signer, new=False)
    since_s = int(time.time()) if args.since is None else to_s(args.since)
    registry = registry.revoked(
        args.key_id, since_s=since_s, reason=args.reason, now_s=int(time.time())
    )
    _write(args.registry, registry.sign(signer))
    _print(registry)
    return 0


def _print(registry: "Registry") -> None:
    from edgekit.ledger.testimony import utc  # noqa: PLC0415 -- not needed for --help

    print(f"edition {registry.edition}, issued {utc(registry.issued_s)}")
    for entry in registry.entries:
        since = "" if entry.since_s is None else f" since {utc(entry.since_s)} ({entry.reason})"
        until = f"until {utc(entry.not_after_s)}"
        print(f"  {entry.key.key_id}  {entry.site:20} {entry.status}{since}, {until}")


def _open_registry(path: Path, signer: "Signer", *, new: bool) -> "Registry":
    from edgekit.signing.registry import Registry  # noqa: PLC0415 -- not needed for --help

    if new and not path.exists():
        return Registry(edition=0, issued_s=0)
    return Registry.verify(read_bytes(path, MAX_BYTES), [signer.public_key])


def _operator(args: argparse.Namespace) -> "Signer":
    from edgekit.signers.open import open_signer  # noqa: PLC0415 -- not needed for --help

    given = args.passphrase_file is not None
    return open_signer(args.key, passphrase=(lambda: _passphrase(args) or "") if given else None)


def _settings(path: Path) -> "Settings":
    from edgekit.config import Settings  # noqa: PLC0415 -- not needed for --help

    return Settings.load(path)


def _passphrase(args: argparse.Namespace) -> str | None:
    """Return what stands in the file: a passphrase on a command line would be seen by others."""
    from edgekit.signers.file import read_secret  # noqa: PLC0415 -- not needed for --help

    if args.passphrase_file is None:
        return None
    return read_secret(args.passphrase_file, "passphrase").decode("utf-8", "replace").rstrip("\n")


def _write(path: Path, data: bytes) -> None:
    from edgekit.cli.writing import write_whole  # noqa: PLC0415 -- not needed for --help

    write_whole(path.parent, {path.name: data})


def _until(text: str | None) -> int:
    return int(time.time()) + 2 * YEAR_S if text is None else to_s(text)


Table = Mapping[str, Mapping[str, object]]
_SITE: Mapping[str, object] = {"type": Path, "metavar": "site.toml"}
_PASSPHRASE: Mapping[str, object] = {
    "type": Path,
    "metavar": "FILE",
    "help": "holds the passphrase in one line; readable by its owner alone",
}
_OPERATOR: Mapping[str, object] = {
    "type": Path,
    "required": True,
    "metavar": "OPERATOR.key.pem",
    "help": "the operator's key; never on a device",
}
_REGISTRY: Mapping[str, object] = {"type": Path, "metavar": "REGISTRY.dsse.json"}
_MANY: Mapping[str, object] = {"type": Path, "action": "append", "default": []}
_OPTIONS: Mapping[str, Table] = {
    "show": {
        "site": _SITE,
        "-o --output": {"type": Path, "metavar": "FILE", "help": "write the identity document"},
    },
    "new": {"key": {"type": Path, "metavar": "NAME.key.pem"}, "--passphrase-file": _PASSPHRASE},
    "rotate": {"site": _SITE},
    "backup": {
        "site": _SITE,
        "folder": {"type": Path, "metavar": "DIR", "help": "a new folder, away from the device"},
        "--passphrase-file": _PASSPHRASE,
    },
    "restore": {
        "folder": {"type": Path, "metavar": "DIR", "help": "the backup"},
        "to": {"type": Path, "metavar": "SITE", "help": "the site's new folder"},
        "--passphrase-file": _PASSPHRASE,
        "--checkpoint": {**_MANY, "metavar": "NOTE", "help": "the latest that others hold"},
        "--witness": {
            "action": "append",
            "default": [],
            "metavar": "VKEY",
            "help": "each checkpoint must carry one of these co-signatures",
        },
        "--records": {"type": Path, "metavar": "PATH", "help": "records that went out"},
        "--new-log": {"action": "store_true", "help": "take a new key: the old log has ended"},
    },
    "registry": {
        "registry": _REGISTRY,
        "--key": _OPERATOR,
        "--add": {**_MANY, "metavar": "IDENTITY", "help": "a device's identity document"},
        "--rotation": {**_MANY, "metavar": "ROTATION", "help": "a device's rotation document"},
        "--since": {"metavar": "TIME", "help": "since when the added are valid; default: now"},
        "--until": {"metavar": "TIME", "help": "end of the new entries; default: in two years"},
        "--passphrase-file": _PASSPHRASE,
    },
    "revoke": {
        "registry": _REGISTRY,
        "key_id": {"metavar": "KEY_ID"},
        "--key": _OPERATOR,
        "--reason": {"required": True, "help": "lost, stolen, cloned, …"},
        "--since": {"metavar": "TIME", "help": "from when on it proves nothing; default: now"},
        "--passphrase-file": _PASSPHRASE,
    },
}
_ACTIONS: Mapping[str, tuple[str, Callable[[argparse.Namespace], int]]] = {
    "show": ("show a device's key, and write its identity document", _show),
    "new": ("make a key: an operator's, or one under a passphrase", _new),
    "rotate": ("give a stopped device a new key, signed in by the old one", _rotate),
    "backup": ("copy key, ledger and papers of a device, while it runs", _backup),
    "restore": ("put a backup onto a new card without a second history", _restore),
    "registry": ("show the operator's registry; add devices and rotations to it", _registry),
    "revoke": ("say that a key proves nothing from a time on", _revoke),
}
