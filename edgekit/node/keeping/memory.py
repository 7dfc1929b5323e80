"""What the clerk keeps in mind beside its ledger: versions, withdrawals, what is left of pauses.

The file is signed by the device and says how much of the ledger is in it; what came since is read
from the ledger. A file that is lost, altered or of another ledger is made anew from all of it.
"""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from edgekit.consent.remembered import Remembered, recall
from edgekit.consent.site import SiteAuthorisation
from edgekit.consent.standing import Standing
from edgekit.errors import ConsentError, EdgekitError
from edgekit.ledger.files import Files, replace_durably
from edgekit.ledger.store import Ledger
from edgekit.node import clock
from edgekit.node.log import say
from edgekit.signing.canonical import from_bytes
from edgekit.signing.dsse import Envelope
from edgekit.signing.keys import Signer
from edgekit.signing.record import read_payload

NAME = "consent.dsse.json"
PAGE = 256
MAX_BYTES = 1 << 20


class Memory:
    """One ledger's memory.

    Args:
        folder: the node's, where the file lies beside the ledger.
        ledger: what it is of.
        signer: the device's key.
    """

    def __init__(self, folder: Path, ledger: Ledger, signer: Signer) -> None:
        self._path = folder / NAME
        self._ledger = ledger
        self._signer = signer
        kept = self._read()
        self.remembered = recall(kept, self._events(kept.size), version_of=self._version_of)

    def admit(self, authorisation: SiteAuthorisation) -> Standing:
        """Return how this authorisation stands; ConsentError for an old or withdrawn one."""
        self.remembered = self.remembered.admitted(authorisation)
        return self.remembered.standing(authorisation, clock.steady_ms())

    def keep(self, standing: Standing) -> None:
        """Keep how it stands now; a full disk costs what is left of a pause, nothing else."""
        self.remembered = self.remembered.with_standing(
            standing, size=self._ledger.size, steady_ms=clock.steady_ms()
        )
        with suppress(OSError):
            replace_durably(self._path, self.remembered.sign(self._signer), Files())

    def _read(self) -> Remembered:
        try:
            with self._path.open("rb") as file:
                data = file.read(MAX_BYTES)
            kept = Remembered.verify(data, self._signer.public_key)
        except FileNotFoundError:
            return Remembered()
        except (ConsentError, OSError) as error:
            say("warning", f"{self._path}: {error}; it is made anew from the ledger")
            return Remembered()
        return kept if kept.size <= self._ledger.size else Remembered()

    def _events(self, start: int) -> Iterator[tuple[int, str, str | None]]:
        """Yield (sequence, name, digest) of the ledger's events; what was erased is none."""
        for first in range(start, self._ledger.size, PAGE):
            for record in self._ledger.records(first, PAGE):
                if record.sequence >= first + PAGE:
                    break
                fields = read_payload(Envelope.from_bytes(record.envelope).payload)
                if fields["type"] == "event":
                    digest = fields["digest"]
                    about = digest if isinstance(digest, str) else None
                    yield record.sequence, str(fields["event"]), about

    def _version_of(self, digest: str) -> int:
        try:
            document = self._ledger.document(digest) or b""
            version = from_bytes(Envelope.from_bytes(document).payload).get("version")
        except EdgekitError:
            return 0
        return version if isinstance(version, int) else 0
