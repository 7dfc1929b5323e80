"""A change of keys ends at any step and goes on where it was."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from edgekit.config import Settings
from edgekit.errors import ConfigError, LedgerError
from edgekit.ledger.store import Ledger
from edgekit.ledger.verify import verify_ledger
from edgekit.node.keeping import succession
from edgekit.node.keeping.books import LEDGER
from edgekit.node.keeping.succession import rotate
from edgekit.signers.file import load_public, load_signer
from edgekit.signing.identity import Rotation

NOW_S = 1_800_000_000
Cut = Any
Grow = Callable[[Settings, int], None]


def keys_in(folder: Path) -> set[str]:
    return {load_signer(path).key_id for path in folder.glob("*.key.pem")}


def test_whenever_the_power_is_cut_the_same_call_ends_it(
    settings: Settings, cut: Cut, grow: Grow
) -> None:
    # One site goes through all of it: each change of keys is cut once more, one step later.
    seen = set()
    for nth in range(1, 40):
        old = load_signer(settings.keys.device).key_id
        cut.after(nth)
        try:
            rotation, _ = rotate(settings, now_s=NOW_S)
        except cut.Off:
            cut.after(0)
            seen.add(nth)
            document = done(settings, old)
            rotation = document or rotate(settings, now_s=NOW_S)[0]
        else:
            break
        check_after(settings, rotation, old)
        grow(settings, 2)
        (settings.storage.directory / "records.jsonl").write_bytes(b"new\n")
    cut.after(0)
    check_after(settings, rotation, old)
    assert len(seen) > 12


def done(settings: Settings, old: str) -> Rotation | None:
    """Return the rotation where the power was cut after its very last step."""
    keys = settings.keys.device.parent
    key = settings.keys.device
    if not key.exists() or load_signer(key).key_id == old or old in keys_in(keys):
        return None
    (document,) = keys.glob(f"rotation-{old}-*.dsse.json")
    return Rotation.verify(document.read_bytes())


def check_after(settings: Settings, rotation: Rotation, old: str) -> None:
    new = load_signer(settings.keys.device)
    assert (rotation.new, rotation.old.key_id) == (new.public_key, old)
    assert load_public(settings.keys.device.with_name("device.pub.pem")) == new.public_key
    assert old not in keys_in(settings.keys.device.parent)
    directory = settings.storage.directory
    ended = Ledger.open_readonly(directory / f"ledger-{old}.sqlite")
    assert (ended.size, ended.root()) == (rotation.end.size, rotation.end.root)
    assert verify_ledger(ended, [rotation.old]).head.size == ended.size
    ended.close()
    assert (directory / f"records-{old}-last.jsonl").exists()
    assert not (directory / LEDGER).exists()


def test_half_a_key_that_a_power_cut_left_is_not_used(settings: Settings) -> None:
    (settings.keys.device.parent / "next.key.pem").touch()
    rotation, _ = rotate(settings, now_s=NOW_S)
    check_after(settings, rotation, rotation.old.key_id)


def test_a_key_that_is_no_file_is_not_changed_here(settings: Settings) -> None:
    text = settings.path.read_text().replace("device.key.pem", "device.key.toml")
    settings.path.write_text(text)
    with pytest.raises(ConfigError, match="not in a file"):
        rotate(Settings.load(settings.path))


def test_a_disk_that_fails_says_to_run_it_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(succession, "_finish", full)
        with pytest.raises(LedgerError, match="stopped half-way"):
            rotate(settings)
    assert rotate(settings)[0].end.size == 4
