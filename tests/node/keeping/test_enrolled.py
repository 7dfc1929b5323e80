"""Who was enrolled is known to nobody after they were forgotten, whatever stops it half-way."""

import os
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from consent.test_enrolled import KEY, OTHER, T_S, consent

from edgekit.consent.enrolment import State
from edgekit.consent.receipt import Receipt
from edgekit.errors import ConsentError, LedgerError
from edgekit.ledger.files import Files
from edgekit.node.keeping.enrolled import FOLDER, Enrolled

PERSON = consent().pii_principal_id


def keeper(folder: Path, files: Files | None = None) -> Enrolled:
    return Enrolled(folder, KEY, os.urandom, files)


def everything(folder: Path) -> bytes:
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return b"".join(str(path).encode() + path.read_bytes() for path in paths)


def test_what_is_given_can_be_read_and_proved(tmp_path: Path) -> None:
    receipt = keeper(tmp_path).give(consent())
    again = keeper(tmp_path)
    assert again.people() == (PERSON,)
    assert again.get(PERSON) == consent()
    assert again.receipt(PERSON) == receipt
    assert Receipt.verify(receipt, key=KEY.public_key).record == consent().digest
    with pytest.raises(ConsentError, match="already"):
        again.give(consent())
    with pytest.raises(ConsentError, match="not enrolled"):
        again.get("ff" * 16)


def test_on_the_disk_it_is_encrypted_and_for_its_owner_alone(tmp_path: Path) -> None:
    keeper(tmp_path).give(consent())
    data = everything(tmp_path)
    for word in (b"ServiceProvision", b"a driver", consent().record_id.encode(), b"payload"):
        assert word not in data
    for path in (tmp_path / FOLDER).iterdir():
        assert path.stat().st_mode & 0o077 == 0


def test_after_withdrawal_no_byte_of_it_is_anywhere(tmp_path: Path) -> None:
    store = keeper(tmp_path)
    store.give(consent())
    kept = {path.suffix: path.read_bytes() for path in (tmp_path / FOLDER).iterdir()}
    held = {suffix: (tmp_path / FOLDER / f"{PERSON}{suffix}").open("rb") for suffix in kept}
    receipt = Receipt.verify(store.withdraw(PERSON, T_S + 9), key=KEY.public_key)
    assert (receipt.event_state, receipt.event_time_s) == (State.WITHDRAWN, T_S + 9)
    assert everything(tmp_path) == b""
    for suffix, file in held.items():  # the blocks themselves, not only their names
        with file:
            assert file.read() == bytes(len(kept[suffix]))
    with pytest.raises(ConsentError, match="not enrolled"):
        store.get(PERSON)


def test_one_is_forgotten_and_the_others_stay(tmp_path: Path) -> None:
    store = keeper(tmp_path)
    other = replace(consent(), pii_principal_id="b2" * 16)
    store.give(consent())
    store.give(other)
    store.withdraw(PERSON, T_S)
    assert store.people() == ("b2" * 16,)
    assert store.get("b2" * 16) == other
    assert store.erase_all() == 1
    assert everything(tmp_path) == b""


def test_an_altered_or_exchanged_file_is_refused_and_can_be_erased(tmp_path: Path) -> None:
    store = keeper(tmp_path)
    store.give(consent())
    sealed = tmp_path / FOLDER / f"{PERSON}.sealed"
    data = bytearray(sealed.read_bytes())
    data[20] ^= 1
    sealed.write_bytes(data)
    with pytest.raises(ConsentError, match="altered"):
        store.get(PERSON)
    assert store.erase_all() == 1


def test_a_record_of_another_device_is_refused(tmp_path: Path) -> None:
    Enrolled(tmp_path, OTHER, os.urandom).give(consent())
    with pytest.raises(ConsentError, match="does not verify"):
        keeper(tmp_path).get(PERSON)


class Failing(Files):
    """Fails at its n-th call."""

    def __init__(self, at: int) -> None:
        self.left = at

    def sync(self, descriptor: int) -> None:
        self.left -= 1
        if self.left < 0:
            raise OSError(28, "No space left on device")
        super().sync(descriptor)


def test_whatever_fails_the_consent_is_kept_whole_or_not_at_all(tmp_path: Path) -> None:
    kept = 0
    for at in range(8):
        folder = tmp_path / str(at)
        with suppress(LedgerError):
            keeper(folder, Failing(at)).give(consent())
        found = keeper(folder).people()
        assert found in ((), (PERSON,))
        if found:
            kept += 1
            assert keeper(folder).get(PERSON) == consent()
        else:
            assert b"edgekit" not in everything(folder)
    assert kept > 0


def test_whatever_fails_in_forgetting_the_rest_is_forgotten_next_time(tmp_path: Path) -> None:
    for at in range(4):
        folder = tmp_path / str(at)
        keeper(folder).give(consent())
        store = keeper(folder, Failing(at))
        with suppress(LedgerError):
            store.withdraw(PERSON, T_S)
        assert keeper(folder).people() == ()
        assert everything(folder) == b""


def test_what_was_left_half_made_is_swept(tmp_path: Path) -> None:
    keeper(tmp_path).give(consent())
    folder = tmp_path / FOLDER
    (folder / f"{'c3' * 16}.key").write_bytes(b"k" * 32)
    (folder / f"{'d4' * 16}.sealed").write_bytes(b"s" * 32)
    (folder / f"{'e5' * 16}.sealed.new").write_bytes(b"n" * 32)
    assert keeper(tmp_path).people() == (PERSON,)
    assert len(list(folder.iterdir())) == 2


def test_a_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / FOLDER).write_text("x")
    with pytest.raises(LedgerError, match="cannot be used"):
        keeper(tmp_path)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    store = keeper(tmp_path)
    store.give(consent())
    (tmp_path / FOLDER / f"{PERSON}.key").unlink()
    with pytest.raises(LedgerError, match=r"\.key"):
        store.get(PERSON)
