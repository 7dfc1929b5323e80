"""A new key for a device: the old one signs it in, its log ends, and a new log begins.

Done in small steps, each of which can be repeated: after a power cut the same call goes on where it
was. The rotation document is on the disk before anything is moved.
"""

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

from edgekit.config import Settings
from edgekit.errors import ConfigError, LedgerError
from edgekit.ledger.checkpoint import origin_of
from edgekit.ledger.files import Files, replace_durably
from edgekit.ledger.store import Ledger
from edgekit.node.keeping.books import LEDGER
from edgekit.node.processes.lock import OneNode
from edgekit.signers.file import create_key, load_public, load_signer, public_path_of
from edgekit.signing.identity import LogEnd, Rotation
from edgekit.signing.keys import MemorySigner

SUFFIX = ".key.pem"
_OF_EARLIER_KEY = re.compile("-[0-9a-f]{16}-")


def rotate(
    settings: Settings, *, end: LogEnd | None = None, now_s: int | None = None
) -> tuple[Rotation, Path]:
    """Give a device a new key; return the rotation, and where its document lies.

    ``end`` is where the old log ended where others saw more of it than is here. The node must not
    run. The old private key is deleted at the end: what it signed is complete.

    Raises:
        ConfigError: the node runs, or the key is not in a file: then its token makes the next one.
        LedgerError: the ledger is damaged, or the disk cannot be written.
    """
    key = settings.keys.device
    if not key.name.endswith(SUFFIX):
        raise ConfigError(
            f"key {key.name} is not in a file: edgekit cannot make the next one",
            hint="make one in the token, and register it as a new device: docs/keys.md",
        )
    with OneNode(settings.storage.directory):
        document = _pending(key)
        if document is None:
            document = _begin(settings, end, int(time.time()) if now_s is None else now_s)
        try:
            rotation = Rotation.verify(document.read_bytes())
            _finish(settings, rotation)
        except OSError as error:
            raise LedgerError(
                f"the change of keys stopped half-way: {error}", hint="run the same command again"
            ) from error
    return rotation, document


def _next_key(folder: Path) -> Path:
    return folder / f"next{SUFFIX}"


def _pending(key: Path) -> Path | None:
    """Return the document of a change that has begun to move things, and is not complete."""
    for path in key.parent.glob("rotation-*.dsse.json"):
        # The old key is the first that is moved aside, and deleted there at the very end.
        if _aside(key, Rotation.verify(path.read_bytes()).old.key_id).exists():
            return path
    return None


def _begin(settings: Settings, seen: LogEnd | None, now_s: int) -> Path:
    key = settings.keys.device
    old, new = load_signer(key), _following(_next_key(key.parent))
    origin = origin_of(settings.site.name, old.key_id)
    ledger = Ledger.open(settings.storage.directory / LEDGER, origin=origin, entropy=os.urandom)
    try:
        end = LogEnd(size=ledger.size, root=ledger.root())
        if seen is not None and seen.size > end.size:
            end = seen  # signing a checkpoint over less would be a second history
        else:
            ledger.sign_checkpoint(old)
    finally:
        ledger.close()
    rotation = Rotation(
        old=old.public_key,
        new=new.public_key,
        site=settings.site.name,
        t_s=max(now_s, ledger.last_t_s or 0),
        end=end,
    )
    path = key.parent / f"rotation-{old.key_id}-{new.key_id}.dsse.json"
    replace_durably(path, rotation.sign(old, new), Files(), mode=0o644)
    return path


def _following(path: Path) -> MemorySigner:
    """Return the next key; half a one, as a power cut leaves it, was never used: it is replaced."""
    public = public_path_of(path)
    if not (path.exists() and public.exists()):
        for half in (path, public):
            half.unlink(missing_ok=True)
        create_key(path, entropy=os.urandom)
    return load_signer(path)


def _finish(settings: Settings, rotation: Rotation) -> None:
    """Move what was the old key's aside and the new key into its place; delete the old one last."""
    files, folders = Files(), set[Path]()
    for source, target in _moves(settings, rotation):
        if source.exists() and not target.exists():
            files.rename(source, target)
            folders |= {source.parent, target.parent}
    for folder in folders:
        files.sync_folder(folder)
    aside = _aside(settings.keys.device, rotation.old.key_id)
    aside.unlink(missing_ok=True)
    files.sync_folder(aside.parent)


def _moves(settings: Settings, rotation: Rotation) -> Iterator[tuple[Path, Path]]:
    """Yield what is moved where, in an order in which no moment lets a node run on wrongly.

    The old key goes first: without a key no node starts. The new one comes last.
    """
    old, key = rotation.old.key_id, settings.keys.device
    aside, following = _aside(key, old), _next_key(key.parent)
    if following.exists():  # else the key in its place is the new one already
        yield key, aside
    public = public_path_of(key)
    if public.exists() and load_public(public).key_id == old:
        yield public, public_path_of(aside)
    directory = settings.storage.directory
    yield directory / LEDGER, directory / f"ledger-{old}.sqlite"
    for path in settings.record_files:
        for file in sorted(path.parent.glob(f"{path.stem}*{path.suffix}")):
            # A new log begins with record 0: its file must not be the old one's.
            if not _OF_EARLIER_KEY.search(file.name):
                yield file, file.with_name(f"{path.stem}-{old}-{_rest(file, path)}")
    yield following, key
    yield public_path_of(following), public


def _rest(file: Path, current: Path) -> str:
    middle = file.name.removeprefix(current.stem).removesuffix(current.suffix).strip("-")
    return f"{middle or 'last'}{current.suffix}"


def _aside(key: Path, key_id: str) -> Path:
    return key.with_name(f"{key.name.removesuffix(SUFFIX)}-{key_id}{SUFFIX}")
