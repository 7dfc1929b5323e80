"""A backup of who a device is and how far its log is, and the way back onto a new card.

A copy that is older than the log that others saw must not be gone on from: it would sign a second
history. So the way back asks for what others hold, the checkpoint that a witness co-signed or the
records that went out, and refuses where the copy knows less; then only a new key, with a new log,
helps.
"""

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from edgekit.config import Settings
from edgekit.errors import ConfigError, ForkError, LedgerError, VerificationError
from edgekit.ledger.checkpoint import verify_note
from edgekit.ledger.cosignature import Witness, cosigned_at
from edgekit.ledger.document import digest_of
from edgekit.ledger.files import Files, replace_durably
from edgekit.ledger.reader import LedgerReader
from edgekit.node.keeping.books import LEDGER
from edgekit.signers.file import public_path_of, read_secret
from edgekit.signers.open import public_of
from edgekit.signers.wrapped import unwrap, wrap
from edgekit.signing.canonical import JsonValue, from_bytes, to_bytes
from edgekit.signing.dsse import Envelope
from edgekit.signing.identity import LogEnd
from edgekit.signing.keys import PublicKey
from edgekit.signing.record import read_payload

MANIFEST, SECRET, PUBLIC, SETTINGS = (
    "manifest.json",
    "device.key.wrapped",
    "device.pub.pem",
    "site.toml",
)
VERSION = 1


def back_up(settings: Settings, folder: Path, *, passphrase: str | None) -> Mapping[str, str]:
    """Write key, ledger and papers of a device into a new folder; return their digests by name.

    The node may run. The key is wrapped under the passphrase; of a key in a token or chip there is
    nothing to write, and none is needed.

    Raises:
        ConfigError: a short passphrase or none, or a folder that exists.
        LedgerError: the ledger is damaged, or something cannot be written.
    """
    files = _papers(settings, passphrase)
    new = folder.with_name(f"{folder.name}.new")
    if folder.exists():
        raise ConfigError(f"{folder} exists", hint="name a new folder")
    try:
        new.mkdir(mode=0o700, parents=True)
    except OSError as error:
        raise ConfigError(f"{new} cannot be made: {error.strerror}") from None
    try:
        digests = _fill(new, files, settings.storage.directory / LEDGER)
        new.rename(folder)
        Files().sync_folder(folder.parent)
    except OSError as error:
        shutil.rmtree(new, ignore_errors=True)
        if isinstance(error, LedgerError):
            raise
        raise LedgerError(f"{folder} cannot be written: {error.strerror}") from error
    return digests


def _papers(settings: Settings, passphrase: str | None) -> dict[str, bytes]:
    key = settings.keys.device
    files = {
        SETTINGS: _read(settings.path),
        "authorisation.dsse.json": _read(settings.authorisation.file),
        "organisation.pub.pem": _read(settings.keys.organisation_public),
        PUBLIC: public_of(key).to_pem(),
    }
    if key.name.endswith(".key.pem"):
        if passphrase is None:
            raise ConfigError("a backup of a key needs a passphrase: expected --passphrase-file")
        files[SECRET] = wrap(read_secret(key, "private key"), passphrase, entropy=os.urandom)
    return files


def _fill(folder: Path, files: Mapping[str, bytes], path: Path) -> Mapping[str, str]:
    ledger = LedgerReader.open_readonly(path)
    try:
        ledger.copy_to(folder / LEDGER)
        state: dict[str, JsonValue] = {
            "origin": ledger.origin,
            "size": ledger.size,
            "root": ledger.root().hex(),
        }
    finally:
        ledger.close()
    digests = {name: digest_of(data) for name, data in files.items()}
    digests[LEDGER] = digest_of(_read(folder / LEDGER))
    manifest = to_bytes({"v": VERSION, "files": {**digests}, "state": {**state}})
    for name, data in {**files, MANIFEST: manifest}.items():
        replace_durably(folder / name, data, Files())
    return digests


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What others saw of the log.

    ``notes`` are the latest checkpoints that they hold, each with a co-signature of one of
    ``witnesses`` where any are named; ``records`` the exported records, file or folder.
    """

    notes: Sequence[str] = ()
    witnesses: Sequence[Witness] = ()
    records: Path | None = None


def bring_back(
    folder: Path, site: Path, *, passphrase: str | None, seen: Seen, new_log: bool = False
) -> LogEnd:
    """Put a backup into a site's new folder; return how far others saw the log at most.

    With ``new_log`` the copy may be older than that: then nothing may be signed with the key but
    the change to a new one, `succession.rotate`, which the caller does at once.

    Raises:
        ForkError: others saw more of the log, or another one.
        ConfigError: a damaged or incomplete backup, a wrong passphrase, a site that exists.
    """
    digests = _manifest(folder)
    end = _seen_end(folder, seen, new_log=new_log)
    if site.exists():
        raise ConfigError(f"{site} exists: expected a new folder")
    settings = Settings.from_text(_read(folder / SETTINGS).decode(), path=site / SETTINGS)
    key = settings.keys.device
    places = {
        "authorisation.dsse.json": (settings.authorisation.file, 0o644),
        "organisation.pub.pem": (settings.keys.organisation_public, 0o644),
        LEDGER: (settings.storage.directory / LEDGER, 0o600),
        SETTINGS: (settings.path, 0o644),
    }
    contents = {name: _read(folder / name) for name in places}
    if SECRET in digests:
        if passphrase is None:
            raise ConfigError("the key in the backup has a passphrase: expected --passphrase-file")
        places |= {SECRET: (key, 0o600), PUBLIC: (public_path_of(key), 0o644)}
        contents[SECRET] = unwrap(_read(folder / SECRET), passphrase)
        contents[PUBLIC] = _read(folder / PUBLIC)
    try:
        for name, (path, mode) in places.items():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            replace_durably(path, contents[name], Files(), mode=mode)
    except OSError as error:
        raise LedgerError(f"{site} cannot be written: {error.strerror}") from error
    return end


def _manifest(folder: Path) -> Mapping[str, object]:
    try:
        fields = from_bytes(_read(folder / MANIFEST))
    except VerificationError as error:
        raise ConfigError(f"{folder} is no backup: {error}") from None
    digests = fields.get("files")
    if fields.get("v") != VERSION or not isinstance(digests, dict):
        raise ConfigError(f"{folder} is no backup of version {VERSION}")
    for name, digest in digests.items():
        if Path(name).name != name or digest_of(_read(folder / name)) != digest:
            raise ConfigError(f"{folder}: {name} was altered or is another file's")
    return digests


def _seen_end(folder: Path, seen: Seen, *, new_log: bool) -> LogEnd:
    if not new_log and not seen.notes and seen.records is None:
        raise ConfigError(
            "nothing tells how far the log had got: expected --checkpoint or --records",
            hint="ask the witness for the last state that it co-signed, or take the records that "
            "were published; without either use --new-log",
        )
    key = PublicKey.from_pem(_read(folder / PUBLIC))
    ledger = LedgerReader.open_readonly(folder / LEDGER)
    try:
        ends = [LogEnd(size=ledger.size, root=ledger.root())]
        for note in seen.notes:
            if seen.witnesses and not cosigned_at(note, seen.witnesses):
                raise VerificationError("the checkpoint carries no co-signature of these witnesses")
            held = verify_note(note, ledger.origin, key)
            ends.append(LogEnd(size=held.size, root=held.root))
            if held.size > ledger.size and not new_log:
                raise _too_old(f"{held.size} records were signed", ledger.size)
            if held.size <= ledger.size and ledger.frontier(held.size).root() != held.root:
                raise ForkError(
                    f"this backup holds another history than the checkpoint of {held.size}",
                    hint="it is of another device, or of a clone: do not go on from it",
                )
        last = -1 if seen.records is None else _last_sequence(seen.records)
        if last >= ledger.size and not new_log:
            raise _too_old(f"record {last} went out", ledger.size)
    finally:
        ledger.close()
    return max(ends, key=lambda one: one.size)


def _too_old(what: str, size: int) -> ForkError:
    return ForkError(
        f"this backup is too old: {what}, it holds {size}. To go on from it would sign a second "
        "history",
        hint="bring a newer backup; with none, restore with --new-log: a new key begins a new log",
    )


def _last_sequence(records: Path) -> int:
    files = sorted(records.glob("*.jsonl")) if records.is_dir() else [records]
    found = [-1]
    for file in files:
        lines = [line for line in _read(file).split(b"\n") if line]
        if lines:
            try:
                fields = read_payload(Envelope.from_bytes(lines[-1]).payload)
            except VerificationError as error:
                raise ConfigError(f"{file} does not end in a record: {error}") from None
            found.append(int(str(fields["sequence"])))
    return max(found)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from None
