"""A witness's folder: its key, its name, and what it knows of each log; crash-safe.

What is co-signed is on the disk before the signature is given out (c2sp.org/tlog-witness), so that
a witness that loses its power never signs two histories. One process at a time holds the folder.
"""

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from edgekit.errors import ForkError, LedgerError, VerificationError
from edgekit.ledger.cosignature import Witness, cosign
from edgekit.ledger.files import Files, replace_durably
from edgekit.ledger.note import VerifierKey
from edgekit.ledger.request import Request
from edgekit.ledger.testimony import Testimony
from edgekit.signing.keys import Signer

NAME, LOGS, EVIDENCE, LOCK = "witness.vkey", "logs", "evidence", "lock"
_SUFFIX = ".json"


class Watch:
    """A witness at work.

    Args:
        folder: made by `begin`.
        signer: its key.
        files: a stand-in, for tests.

    Raises LedgerError where the folder is none, or another key's.
    """

    def __init__(self, folder: Path, signer: Signer, *, files: Files | None = None) -> None:
        self._folder = folder
        self._signer = signer
        self._files = files or Files()
        with translated(folder):
            self.witness = Witness.from_text((folder / NAME).read_text(encoding="utf-8"))
        if self.witness.key != signer.public_key:
            raise LedgerError(f"{folder} is the witness of another key")

    @classmethod
    def begin(cls, folder: Path, witness: Witness, *, files: Files | None = None) -> None:
        """Make the folders of a witness; LedgerError where it has begun or cannot be written."""
        files = files or Files()
        with translated(folder):
            if (folder / NAME).exists():
                raise LedgerError(f"{folder} is a witness's folder already")
            for name in (LOGS, EVIDENCE):
                (folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)
            replace_durably(folder / NAME, f"{witness.to_text()}\n".encode(), files, mode=0o644)

    def trust(self, log: VerifierKey) -> None:
        """Begin to watch a log; LedgerError where one of its name is watched by another key."""
        with self._held():
            path = self._path(log.name)
            if path.exists():
                known = self.testimony(log.name).log
                if known != log:
                    raise LedgerError(
                        f"the log {log.name} is watched with key {known.key.key_id} already",
                        hint="a log keeps its key: a new key begins a new log",
                    )
                return
            self._write(Testimony(log=log))

    def cosign(self, request: Request, *, now_s: int) -> str:
        """Check a request and return the witness's signature line; what it knows is kept first.

        Raises:
            ForkError: the log shows another history; both checkpoints lie in ``evidence``.
            VerificationError: a log that is not watched, a wrong signature, another old size.
            LedgerError: the folder cannot be read or written; nothing was co-signed.
        """
        origin = request.note.partition("\n")[0]
        with self._held():
            held = self.testimony(origin)
            try:
                known = held.continued(request, now_s=now_s)
            except ForkError:
                self._keep_evidence(held, request, now_s)
                raise
            self._write(known)
            return cosign(known.note, self.witness.name, self._signer, t_s=known.t_s)

    def testimony(self, origin: str) -> Testimony:
        """Return what is known of a log; VerificationError where it is not watched."""
        path = self._path(origin)
        try:
            return Testimony.from_bytes(path.read_bytes())
        except FileNotFoundError:
            raise VerificationError(
                f"the log {origin[:80]!r} is not watched here",
                hint="edgekit witness trust … begins to, with the log's key",
            ) from None
        except OSError as error:
            raise LedgerError(f"{path} cannot be read: {error.strerror}") from error
        except VerificationError as error:
            raise LedgerError(f"{path} is damaged: {error}", hint="restore a copy") from None

    def testimonies(self) -> list[Testimony]:
        """Return what is known of every log, by name; LedgerError where it cannot be read."""
        with translated(self._folder):
            names = sorted((self._folder / LOGS).glob(f"*{_SUFFIX}"))
            found = [Testimony.from_bytes(path.read_bytes()) for path in names]
        return sorted(found, key=lambda one: one.log.name)

    def _keep_evidence(self, held: Testimony, request: Request, now_s: int) -> None:
        name = f"{self._path(held.log.name).stem}-{now_s}.txt"
        text = f"{held.note}\n{request.to_text()}"
        with translated(self._folder):
            replace_durably(self._folder / EVIDENCE / name, text.encode(), self._files)

    def _path(self, origin: str) -> Path:
        digest = hashlib.sha256(origin.encode("utf-8", "surrogatepass")).hexdigest()[:32]
        return self._folder / LOGS / f"{digest}{_SUFFIX}"

    def _write(self, known: Testimony) -> None:
        with translated(self._folder):
            replace_durably(self._path(known.log.name), known.to_bytes(), self._files)

    @contextmanager
    def _held(self) -> Iterator[None]:
        with translated(self._folder):
            file = (self._folder / LOCK).open("a", encoding="ascii")
        with file:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX)
            yield


@contextmanager
def translated(folder: Path) -> Iterator[None]:
    """Turn errors of the disk and of what lies on it into LedgerError."""
    try:
        yield
    except LedgerError:
        raise
    except OSError as error:
        raise LedgerError(
            f"witness {folder}: {error.filename or ''} {error.strerror}".strip(),
            hint="edgekit witness init makes a witness's folder",
        ) from error
    except VerificationError as error:
        raise LedgerError(f"witness {folder} is damaged: {error}") from None
