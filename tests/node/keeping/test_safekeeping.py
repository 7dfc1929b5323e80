"""A backup is whole or none, and the way back asks what others saw."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from edgekit.config import Settings
from edgekit.errors import ConfigError, ForkError, LedgerError, VerificationError
from edgekit.ledger.checkpoint import Checkpoint, origin_of
from edgekit.ledger.cosignature import Witness, cosign
from edgekit.ledger.store import Ledger
from edgekit.node.keeping import safekeeping
from edgekit.node.keeping.books import LEDGER
from edgekit.node.keeping.safekeeping import Seen, back_up, bring_back
from edgekit.records import SignedRecord
from edgekit.signers import wrapped
from edgekit.signers.file import load_signer
from edgekit.signing.keys import MemorySigner

NOW_S = 1_800_000_000
WORDS = "correct horse battery staple"
Cut = Any


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wrap keys with little work."""
    monkeypatch.setattr(wrapped, "COST", 2)


@pytest.fixture
def backup(settings: Settings, tmp_path: Path, quick: None) -> Path:  # noqa: ARG001 -- before it
    folder = tmp_path / "backup"
    back_up(settings, folder, passphrase=WORDS)
    return folder


def note_over(settings: Settings) -> str:
    ledger = Ledger.open_readonly(settings.storage.directory / LEDGER)
    note = str(ledger.latest_checkpoint())
    ledger.close()
    return note


def test_a_backup_that_was_cut_short_is_none(
    settings: Settings, tmp_path: Path, quick: None, cut: Cut
) -> None:
    assert quick is None
    for nth in range(1, 40):
        folder = tmp_path / str(nth)
        cut.after(nth)
        try:
            back_up(settings, folder, passphrase=WORDS)
        except cut.Off:
            cut.after(0)
            assert not folder.exists() or (folder / "manifest.json").exists()
        else:
            break
    assert nth > 10
    assert (folder / "manifest.json").exists()


def test_a_backup_onto_a_disk_that_fails_leaves_nothing(
    settings: Settings, tmp_path: Path, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert quick is None

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(safekeeping, "replace_durably", full)
        with pytest.raises(LedgerError, match="cannot be written: No space left"):
            back_up(settings, tmp_path / "b", passphrase=WORDS)
        with pytest.raises(LedgerError, match="cannot be written: No space left"):
            back_up_then_restore(settings, tmp_path, patch)
    assert not list(tmp_path.glob("b*"))
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="cannot be made"):
        back_up(settings, tmp_path / "file" / "b", passphrase=WORDS)
    with pytest.raises(ConfigError, match="file exists"):
        back_up(settings, tmp_path / "file", passphrase=WORDS)


def back_up_then_restore(settings: Settings, folder: Path, patch: pytest.MonkeyPatch) -> None:
    full = safekeeping.replace_durably
    patch.undo()
    back_up(settings, folder / "good", passphrase=WORDS)
    patch.setattr(safekeeping, "replace_durably", full)
    seen = Seen(notes=[note_over(settings)])
    bring_back(folder / "good", folder / "new", passphrase=WORDS, seen=seen)


def test_every_altered_file_of_a_backup_is_noticed(
    settings: Settings, backup: Path, tmp_path: Path
) -> None:
    seen = Seen(notes=[note_over(settings)])
    for path in sorted(backup.iterdir()):
        data = path.read_bytes()
        for altered in (data[:-1], data[:20] + b"~" + data[21:], b""):
            path.write_bytes(altered)
            with pytest.raises(ConfigError):
                bring_back(backup, tmp_path / "new", passphrase=WORDS, seen=seen)
        path.write_bytes(data)
    assert not (tmp_path / "new").exists()
    with pytest.raises(ConfigError, match="has a passphrase"):
        bring_back(backup, tmp_path / "new", passphrase=None, seen=seen)
    with pytest.raises(ConfigError, match="wrong passphrase"):
        bring_back(backup, tmp_path / "new", passphrase="another passphrase", seen=seen)
    (tmp_path / "new").mkdir()
    with pytest.raises(ConfigError, match="expected a new folder"):
        bring_back(backup, tmp_path / "new", passphrase=WORDS, seen=seen)


def test_what_others_saw_decides(
    settings: Settings,
    backup: Path,
    tmp_path: Path,
    records: Callable[..., list[SignedRecord]],
) -> None:
    key = MemorySigner.from_seed(b"\x21" * 32)
    witness = Witness(name="example.org/w", key=key.public_key)
    note = note_over(settings)
    device = load_signer(settings.keys.device)
    origin = origin_of(settings.site.name, device.key_id)

    def back(seen: Seen) -> int:
        return bring_back(backup, tmp_path / "new", passphrase=WORDS, seen=seen).size

    with pytest.raises(VerificationError, match="no co-signature of these witnesses"):
        back(Seen(notes=[note], witnesses=[witness]))
    other = Checkpoint(origin=origin, size=3, root=bytes(32)).to_note(origin, device)
    with pytest.raises(ForkError, match="holds another history"):
        back(Seen(notes=[other]))
    ours = tmp_path / "records.jsonl"
    ours.write_bytes(b"nothing\n")
    with pytest.raises(ConfigError, match="does not end in a record"):
        back(Seen(records=ours))
    lines = [one.envelope for one in records(device, settings.site.name, 0, 5)]
    ours.write_bytes(b"\n".join(lines) + b"\n")
    with pytest.raises(ForkError, match="record 4 went out, it holds 4"):
        back(Seen(records=tmp_path))
    ours.write_bytes(b"\n".join(lines[:4]) + b"\n")
    (tmp_path / "empty.jsonl").touch()
    signed = note + cosign(note, witness.name, key, t_s=NOW_S)
    assert back(Seen(notes=[signed], witnesses=[witness], records=tmp_path)) == 4


def test_a_device_whose_key_is_in_a_chip_has_no_key_to_back_up(
    settings: Settings, tmp_path: Path
) -> None:
    keys = settings.keys.device.parent
    (keys / "device.key.toml").write_text('kind = "file"\npath = "device.key.pem"\n')
    text = settings.path.read_text().replace("device.key.pem", "device.key.toml")
    settings.path.write_text(text)
    found = Settings.load(settings.path)
    assert "device.key.wrapped" not in back_up(found, tmp_path / "b", passphrase=None)
    seen = Seen(notes=[note_over(settings)])
    assert bring_back(tmp_path / "b", tmp_path / "new", passphrase=None, seen=seen).size == 4
    assert not list((tmp_path / "new").rglob("*.key.pem"))
