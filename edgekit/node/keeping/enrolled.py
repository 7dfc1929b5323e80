"""Who is enrolled here: each consent encrypted under a key of its own, so that it can be forgotten.

It lies beside the ledger and never in it. To erase is to overwrite and remove the key, then what it
locked: without the key the rest is noise. On flash an overwritten block may live on in the chip
until it is needed; who takes the card out must also find the key there.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from edgekit.consent.enrolled import ConsentRecord
from edgekit.consent.receipt import Receipt
from edgekit.errors import ConsentError, LedgerError
from edgekit.ledger.files import Files, replace_durably
from edgekit.signing.keys import Signer

FOLDER = "enrolled"
KEY_BYTES, NONCE_BYTES = 32, 12
KEY, SEALED = ".key", ".sealed"
MAX_BYTES = 1 << 16
Entropy = Callable[[int], bytes]


class Enrolled:
    """The consents of one device.

    Args:
        directory: the node's storage; they lie in its folder `FOLDER`, which is made.
        signer: the device's key.
        entropy: random bytes (``os.urandom``).
        files: how files are written.

    Raises:
        LedgerError: nothing can be read or written there.
    """

    def __init__(
        self, directory: Path, signer: Signer, entropy: Entropy, files: Files | None = None
    ) -> None:
        self._files = files or Files()
        self._folder = directory / FOLDER
        self._signer = signer
        self._entropy = entropy
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._sweep()
        except OSError as error:
            raise _unusable(self._folder, error) from error

    def give(self, record: ConsentRecord) -> bytes:
        """Keep a consent, durably, and return the signed receipt.

        Raises:
            ConsentError: this person has one already.
            LedgerError: it cannot be written; nothing is kept then.
        """
        person, key = record.pii_principal_id, self._entropy(KEY_BYTES)
        if person in self.people():
            raise ConsentError(f"{person} is enrolled already", hint="withdraw that consent first")
        nonce = self._entropy(NONCE_BYTES)
        data = record.sign(self._signer)
        sealed = nonce + AESGCM(key).encrypt(nonce, data, person.encode())
        try:
            self._files.write(self._path(person, KEY), key, 0o600)
            replace_durably(self._path(person, SEALED), sealed, self._files)
        except OSError as error:
            self._erase(person)
            raise _unusable(self._folder, error) from error
        return Receipt.of(record).sign(self._signer)

    def people(self) -> tuple[str, ...]:
        """Return the pseudonyms of all who are enrolled, in order."""
        return tuple(sorted(path.stem for path in self._folder.glob(f"*{SEALED}")))

    def get(self, person: str) -> ConsentRecord:
        """Return a person's consent; ConsentError where there is none, or one that was altered."""
        if person not in self.people():
            raise ConsentError(f"{person!r:.40} is not enrolled here", hint="edgekit consent list")
        key, sealed = self._read(person, KEY), self._read(person, SEALED)
        try:
            data = AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], person.encode())
        except (InvalidTag, ValueError) as error:
            raise ConsentError(
                f"the consent of {person} was altered", hint="withdraw it, and ask anew"
            ) from error
        return ConsentRecord.verify(data, key=self._signer.public_key)

    def receipt(self, person: str) -> bytes:
        """Return the signed receipt once more."""
        return Receipt.of(self.get(person)).sign(self._signer)

    def withdraw(self, person: str, t_s: int) -> bytes:
        """Erase a person's consent and return the signed receipt of that, which is kept nowhere.

        Raises ConsentError where they are not enrolled; LedgerError where it cannot be erased.
        """
        record = self.get(person).withdrawn(t_s)
        self._erase(person)
        return Receipt.of(record).sign(self._signer)

    def erase_all(self) -> int:
        """Erase everybody, also what cannot be read any more; return how many."""
        people = self.people()
        for person in people:
            self._erase(person)
        return len(people)

    def _path(self, person: str, kind: str) -> Path:
        return self._folder / f"{person}{kind}"

    def _read(self, person: str, kind: str) -> bytes:
        path = self._path(person, kind)
        try:
            with path.open("rb") as file:
                return file.read(MAX_BYTES)
        except OSError as error:
            raise _unusable(path, error) from error

    def _erase(self, person: str) -> None:
        """The key first: whatever stops this half-way, nothing can be read after it."""
        try:
            for kind in (KEY, SEALED):
                self._shred(self._path(person, kind))
            self._files.sync_folder(self._folder)
        except OSError as error:
            raise _unusable(self._folder, error) from error

    def _shred(self, path: Path) -> None:
        with suppress(FileNotFoundError):
            with path.open("r+b") as file:
                file.write(bytes(path.stat().st_size))
                file.flush()
                self._files.sync(file.fileno())
            path.unlink()

    def _sweep(self) -> None:
        """Finish what was stopped half-way: a key that locks nothing, what no key opens."""
        for path in tuple(self._leftovers()):
            self._shred(path)

    def _leftovers(self) -> Iterator[Path]:
        for path in sorted(self._folder.iterdir()):
            key, sealed = path.with_suffix(KEY), path.with_suffix(SEALED)
            whole = path in (key, sealed) and key.exists() and sealed.exists()
            if not whole or not any(key.read_bytes()):
                yield path


def _unusable(path: Path, error: OSError) -> LedgerError:
    return LedgerError(
        f"{path} cannot be used: {error.strerror}",
        hint="check that this user may write there, and that the disk has room",
    )
