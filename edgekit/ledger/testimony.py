"""What a witness knows of a log, and whether it co-signs the next state: values in, values out.

Source: c2sp.org/tlog-witness, ``add-checkpoint``. Of each log a witness keeps the one largest state
that it co-signed; a new one has to continue it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from edgekit.errors import ForkError, VerificationError
from edgekit.ledger.checkpoint import Checkpoint, verify_note
from edgekit.ledger.merkle import EMPTY_ROOT, verify_consistency
from edgekit.ledger.note import Kind, VerifierKey
from edgekit.ledger.request import Request
from edgekit.signing.canonical import from_base64, from_bytes, to_base64, to_bytes

VERSION = 1
_FIELDS = frozenset({"v", "log", "size", "root", "t_s", "note"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Testimony:
    """The log's key, and the state that was co-signed last: size 0 where none ever was.

    ``t_s`` is when that was (Unix seconds), ``note`` the checkpoint with the log's signature.
    """

    log: VerifierKey
    size: int = 0
    root: bytes = EMPTY_ROOT
    t_s: int = 0
    note: str = ""

    def __post_init__(self) -> None:
        if self.log.kind is Kind.COSIGNATURE:
            raise VerificationError(f"{self.log.name} is the key of a witness, not of a log")

    def continued(self, request: Request, *, now_s: int) -> "Testimony":
        """Return what is known after a request that may be co-signed at this time.

        Raises:
            ForkError: the log shows another history, or less of it, than was co-signed before.
            VerificationError: not signed by the log, or asked from another size than is held.
        """
        state = verify_note(request.note, self.log.name, self.log.key)
        if state.origin != self.log.name:
            raise VerificationError(f"checkpoint of {state.origin}: expected {self.log.name}")
        self._require_no_less(state)
        if request.old_size != self.size:
            raise VerificationError(
                f"asked from {request.old_size} records on: {self.size} were co-signed last",
                hint=f"ask again with: edgekit witness ask … --old {self.size}",
            )
        self._require_continued(state, request)
        return Testimony(
            log=self.log,
            size=state.size,
            root=state.root,
            t_s=max(now_s, self.t_s),
            note=request.note,
        )

    def _require_no_less(self, state: Checkpoint) -> None:
        if state.size < self.size:
            raise ForkError(
                f"ROLLBACK: the log {state.origin} shows {state.size} records; "
                f"{self.size} of it were co-signed on {utc(self.t_s)}",
                hint="a card restored from an old image, a cut log and a clone look like this; so "
                "does an old checkpoint that somebody sends again. Nothing was co-signed",
            )
        if state.size == self.size and state.root != self.root:
            raise ForkError(
                f"FORK: the log {state.origin} shows other {state.size} records than the "
                f"{self.size} that were co-signed on {utc(self.t_s)}",
                hint="two devices may hold one key, or the log was rewritten: keep both "
                "checkpoints, they prove it. Nothing was co-signed",
            )

    def _require_continued(self, state: Checkpoint, request: Request) -> None:
        try:
            verify_consistency(
                self.size, state.size, old_root=self.root, root=state.root, proof=request.path
            )
        except VerificationError as error:
            raise ForkError(
                f"FORK: the log {state.origin} with {state.size} records does not continue the "
                f"{self.size} that were co-signed on {utc(self.t_s)}: {error}",
                hint="the log was rewritten, set back and written anew, or cloned; or the proof "
                "was damaged on its way. Nothing was co-signed",
            ) from None

    def to_bytes(self) -> bytes:
        """Return the form in which a witness keeps it."""
        return to_bytes(
            {
                "v": VERSION,
                "log": self.log.to_text(),
                "size": self.size,
                "root": to_base64(self.root),
                "t_s": self.t_s,
                "note": self.note,
            }
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> "Testimony":
        """Read what was kept; VerificationError where it is damaged."""
        fields = from_bytes(data)
        if set(fields) != _FIELDS or fields["v"] != VERSION:
            raise VerificationError(f"no testimony of version {VERSION}")
        size, t_s, note = fields["size"], fields["t_s"], fields["note"]
        if type(size) is not int or type(t_s) is not int or not isinstance(note, str):
            raise VerificationError("testimony with other types than its own")
        found = cls(
            log=VerifierKey.from_text(str(fields["log"])),
            size=size,
            root=from_base64(str(fields["root"])),
            t_s=t_s,
            note=note,
        )
        if note:
            state = verify_note(note, found.log.name, found.log.key)
            if (state.size, state.root) != (size, found.root):
                raise VerificationError("testimony that its own checkpoint contradicts")
        elif (size, found.root) != (0, EMPTY_ROOT):
            raise VerificationError("testimony without the checkpoint that it is about")
        return found


def utc(time_s: int) -> str:
    """Return Unix seconds as a date and time, UTC."""
    try:
        return f"{datetime.fromtimestamp(time_s, UTC):%Y-%m-%d %H:%M:%S} UTC"
    except (ValueError, OverflowError, OSError):
        return f"second {time_s}"
