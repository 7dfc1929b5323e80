"""Keys by the command line: what an operator does for a new, lost, stolen and cloned device."""

import json
import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from edgekit.config import Settings
from edgekit.ledger.checkpoint import origin_of
from edgekit.ledger.store import Ledger
from edgekit.node.keeping.books import LEDGER
from edgekit.records import (
    Event,
    EventName,
    Profile,
)
from edgekit.signers import wrapped
from edgekit.signers.file import load_signer
from edgekit.signing.jws import verify_jws
from edgekit.signing.record import sign_release
from tests import sample

Run = Callable[..., tuple[int, str, str]]
PASSPHRASE = "correct horse battery staple"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wrap keys with little work."""
    monkeypatch.setattr(wrapped, "COST", 2)


class Device:
    """A site whose node has written some records."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.site = folder, folder / "site.toml"
        self.settings = Settings.load(self.site)
        self.key = self.settings.keys.device
        self.public = self.key.with_name("device.pub.pem")
        self.path = self.settings.storage.directory / LEDGER

    def write(self, count: int) -> list[bytes]:
        signer = load_signer(self.key)
        name = self.settings.site.name
        self.path.parent.mkdir(exist_ok=True)
        origin = origin_of(name, signer.key_id)
        ledger = Ledger.open(self.path, origin=origin, entropy=os.urandom)
        start = ledger.size
        records = [
            sign_release(
                Event(
                    name=EventName.START,
                    t_s=int(time.time()) // 900 * 900,
                    reason=None,
                    profile=Profile.LOCAL,
                ),
                replace(sample.HEAD, device=signer.key_id, site=name, sequence=sequence),
                signer,
            )
            for sequence in range(start, start + count)
        ]
        ledger.append(records, signer)
        ledger.close()
        out = self.path.parent / "records.jsonl"
        lines = [record.envelope + b"\n" for record in records]
        with out.open("ab") as file:
            file.write(b"".join(lines))
        return lines

    def note(self, folder: Path) -> Path:
        ledger = Ledger.open_readonly(self.path)
        path = folder / f"checkpoint-{ledger.size}"
        path.write_text(str(ledger.latest_checkpoint()), encoding="utf-8")
        ledger.close()
        return path


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "passphrase"
    path.touch(mode=0o600)
    path.write_text(PASSPHRASE + "\n")
    return path


@pytest.fixture
def device(home: Path, authorise: Run) -> Device:
    assert authorise(home, "--site", home / "site.toml")[0] == 0
    found = Device(home)
    found.write(4)
    return found


class Operator:
    """Who keeps the registry, on a computer of its own."""

    def __init__(self, folder: Path, run: Run) -> None:
        self.folder, self._run = folder, run
        self.key, self.public = folder / "operator.key.pem", folder / "operator.pub.pem"
        self.registry = folder / "registry.dsse.json"
        code, out, _ = run("key", "new", self.key)
        assert (code, "readable by its owner alone" in out) == (0, True)

    def does(self, action: str, *words: object) -> str:
        code, out, err = self._run("key", action, self.registry, *words, "--key", self.key)
        assert code == 0, err
        return out

    def verify(self, path: Path, *words: object) -> tuple[int, str, str]:
        trust = ("--registry", self.registry, "--operator", self.public)
        return self._run("verify", path, *trust, *words)


@pytest.fixture
def operator(tmp_path: Path, edgekit: Run) -> Operator:
    folder = tmp_path / "operator"
    folder.mkdir()
    return Operator(folder, edgekit)


@pytest.fixture
def registered(operator: Operator, device: Device, edgekit: Run) -> Operator:
    """The operator, with the device in the registry."""
    identity = operator.folder / "identity.json"
    code, out, _ = edgekit("key", "show", device.site, "-o", identity)
    assert code == 0
    assert "did:key:z6Mk" in out
    assert f"edgekit/{device.settings.site.name}/" in out
    added = operator.does("registry", "--add", identity, "--since", "2026-01-01")
    assert added.startswith("edition 1, ")
    assert " active, until 20" in added
    return operator


def test_with_the_registry_no_other_key_is_needed(registered: Operator, device: Device) -> None:
    for path in (device.path, device.path.parent / "records.jsonl"):
        code, out, _ = registered.verify(path)
        assert (code, "4 records verify" in out) == (0, True)
    code, _, err = registered._run("verify", device.path, "--registry", registered.registry)
    assert (code, "expected --operator" in err) == (2, True)
    code, _, err = registered._run("verify", device.path)
    assert (code, "expected --key" in err) == (2, True)


def test_a_record_as_a_web_signature(device: Device, edgekit: Run) -> None:
    code, out, _ = edgekit("ledger", "jws", device.site, 2)
    payload = verify_jws(out.strip(), [load_signer(device.key).public_key])
    assert (code, json.loads(payload)["sequence"]) == (0, 2)


def test_a_key_that_is_carried_about_is_under_a_passphrase(
    tmp_path: Path, edgekit: Run, secret: Path
) -> None:
    key, registry = tmp_path / "operator.key.pem", tmp_path / "registry"
    code, out, _ = edgekit("key", "new", key, "--passphrase-file", secret)
    assert (code, "under its passphrase" in out) == (0, True)
    assert json.loads(key.read_text())["kdf"] == "scrypt"
    code, _, err = edgekit("key", "registry", registry, "--key", key)
    assert (code, "is under a passphrase" in err, "--passphrase-file" in err) == (2, True, True)
    (tmp_path / "other").write_text("not this one\n")
    (tmp_path / "other").chmod(0o600)
    words = ("key", "registry", registry, "--key", key, "--passphrase-file", tmp_path / "other")
    code, _, err = edgekit(*words)
    assert (code, "wrong passphrase" in err) == (2, True)
    code, out, _ = edgekit("key", "registry", registry, "--key", key, "--passphrase-file", secret)
    assert (code, "edition 0" in out) == (0, True)


def test_a_rotation_ends_one_log_and_begins_the_next(
    registered: Operator, device: Device, edgekit: Run
) -> None:
    old = load_signer(device.key)
    code, out, _ = edgekit("key", "rotate", device.site)
    assert (code, "The old log ended with 4 records" in out) == (0, True)
    document = Path(out.rsplit(": ", 1)[1].strip())
    shown = registered.does("registry", "--rotation", document)
    assert f"{old.key_id}  {device.settings.site.name:20} retired since" in shown
    device.write(2)
    for path, records in (
        (device.path.with_name(f"ledger-{old.key_id}.sqlite"), 4),
        (device.path.with_name(f"records-{old.key_id}-last.jsonl"), 4),
        (device.path, 2),
    ):
        code, out, err = registered.verify(path)
        assert (code, f"{records} records verify" in out) == (0, True), err
    assert not list(device.key.parent.glob(f"*{old.key_id}.key.pem"))


def test_a_lost_device_is_brought_back_from_its_backup(
    device: Device, edgekit: Run, tmp_path: Path, secret: Path
) -> None:
    copy = tmp_path / "backup"
    code, out, _ = edgekit("key", "backup", device.site, copy, "--passphrase-file", secret)
    assert (code, "manifest" not in out) == (0, True)
    note = device.note(tmp_path)
    new = tmp_path / "new card"
    more = ("--passphrase-file", secret)
    code, _, err = edgekit("key", "restore", copy, new, *more)
    assert (code, "nothing tells how far" in err) == (2, True)
    code, out, err = edgekit("key", "restore", copy, new, "--checkpoint", note, *more)
    assert (code, "goes on from 4 records" in out) == (0, True), err
    back = Device(new)
    back.write(3)
    code, out, _ = edgekit("verify", back.path, "--key", back.public, "--checkpoint", note)
    assert (code, "7 records verify" in out) == (0, True)


def test_an_old_backup_cannot_be_gone_on_from_but_with_a_new_log(
    registered: Operator, device: Device, edgekit: Run, tmp_path: Path, secret: Path
) -> None:
    copy, more = tmp_path / "backup", ("--passphrase-file", secret)
    assert edgekit("key", "backup", device.site, copy, *more)[0] == 0
    device.write(2)  # what went out since
    note, out_since = device.note(tmp_path), device.path.parent / "records.jsonl"
    old = load_signer(device.key)
    for seen in (("--checkpoint", note), ("--records", out_since)):
        code, _, err = edgekit("key", "restore", copy, tmp_path / "new", *seen, *more)
        assert (code, "too old" in err, "second history" in err) == (3, True, True), err
        assert not (tmp_path / "new").exists()
    code, out, err = edgekit(
        "key", "restore", copy, tmp_path / "new", "--checkpoint", note, "--new-log", *more
    )
    assert (code, "ended with 6 records, as far as anybody saw" in out) == (0, True), err
    document = Path(out.rsplit(": ", 1)[1].strip())
    registered.does("registry", "--rotation", document)
    back = Device(tmp_path / "new")
    back.write(1)
    assert load_signer(back.key).key_id != old.key_id
    assert registered.verify(back.path)[0] == 0
    assert registered.verify(out_since)[0] == 0  # what went out of the old log is complete
    device.write(1)  # and the old card, found again, cannot go on
    code, _, err = registered.verify(device.path)
    assert (code, "record 6 is one too many" in err) == (3, True)


def test_a_stolen_key_proves_nothing_that_no_witness_saw_before(
    registered: Operator, device: Device, edgekit: Run, tmp_path: Path
) -> None:
    folder = tmp_path / "witness"
    code, out, _ = edgekit("witness", "init", folder, "--name", "example.org/w")
    vkey = out.splitlines()[1]
    log = edgekit("key", "show", device.site)[1].split("log ")[1].strip()
    assert edgekit("witness", "trust", folder, log)[0] == 0
    (tmp_path / "ask").write_text(edgekit("witness", "ask", device.site)[1], encoding="utf-8")
    code, signed, _ = edgekit("witness", "sign", folder, tmp_path / "ask")
    (tmp_path / "signed").write_text(signed, encoding="utf-8")
    code, out, _ = edgekit("witness", "take", device.site, tmp_path / "signed", "--witness", vkey)
    assert (code, "4 records are co-signed" in out) == (0, True)
    device.write(2)  # by the thief, or before: nobody can tell
    key_id = load_signer(device.key).key_id
    shown = registered.does("revoke", key_id, "--reason", "stolen", "--since", "2100-01-01")
    assert "revoked since 2100-01-01 00:00:00 UTC (stolen)" in shown
    code, _, err = registered.verify(device.path, "--witness", vkey)
    assert (code, "records from 4 on prove nothing" in err) == (3, True)
    code, _, err = registered.verify(device.path)
    assert (code, "records from 0 on prove nothing" in err) == (3, True)
    registered.does("revoke", key_id, "--reason", "stolen", "--since", "2020-01-01T12:00")
    code, _, err = registered.verify(device.path, "--witness", vkey)
    assert (code, "records from 0 on prove nothing" in err) == (3, True)


def test_what_is_typed_wrong_is_one_clear_error(
    device: Device, edgekit: Run, tmp_path: Path, secret: Path, operator: Operator
) -> None:
    more = ("--passphrase-file", secret)
    key = ("--key", operator.key)
    for words, message in (
        (("key", "backup", device.site, tmp_path / "b"), "needs a passphrase"),
        (("key", "restore", tmp_path, tmp_path / "n", *more), "cannot be read"),
        (("key", "registry", operator.registry, "--add", tmp_path / "x", *key), "does not exist"),
        (
            ("key", "registry", operator.registry, "--until", "soon", *key),
            "expected ISO 8601 or Unix seconds",
        ),
        (("key", "revoke", operator.registry, "0", "--reason", "x", *key), "does not exist"),
        (("key", "rotate", tmp_path / "none.toml"), "none.toml"),
    ):
        code, out, err = edgekit(*words)
        assert (code, out, message in err) == (2, "", True), err
    assert not (tmp_path / "b").exists()
