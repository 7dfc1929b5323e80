"""The organisation's word about its own authorisation: pause it, go on, or withdraw it.

A document as the others: JSON, signed (DSSE) by who signed the authorisation, read without mercy.
It says what and about which document; of who objected, and why, it says nothing.
"""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from edgekit.consent.fields import Fields, require_digest
from edgekit.consent.form import (
    DIGEST,
    MAX_TIME_S,
    NAME,
    Table,
    choice,
    constant,
    or_null,
    read,
    text,
    whole,
)
from edgekit.consent.site import SiteAuthorisation
from edgekit.consent.terms import require_id
from edgekit.errors import ConsentError, VerificationError
from edgekit.signing import canonical, dsse
from edgekit.signing.keys import PublicKey, Signer

OBJECTION_TYPE = "application/vnd.edgekit.objection.v1+json"
WITHDRAWAL = "withdrawal.dsse.json"
"""The file beside the authorisation that it ends."""

VERSION = 1
MAX_MINUTES = 366 * 1440


class Word(StrEnum):
    """What is to become of the authorisation."""

    PAUSE = "pause"
    RESUME = "resume"
    WITHDRAW = "withdraw"
    CONFIRM = "confirm"  # the camera was found turned, and looks where it was signed again
    CLOCK = "clock"  # the device's clock was wrong: of the log's times so far none counts


OBJECTION: Table = {
    "v": constant(VERSION, f"objection of format {{got}}: expected {VERSION}"),
    "word": choice(Word),
    "site": text(longest=24, pattern=NAME),
    "authorisation": text(longest=71, pattern=DIGEST),
    "t_s": whole(1, MAX_TIME_S),
    "minutes": or_null(whole(1, MAX_MINUTES)),
}
"""Every field of an objection; docs/schemas/objection.json is made of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """One word about one authorisation; every field is checked here (ConsentError).

    Attributes:
        word: what is to become of it.
        site: whose it is.
        authorisation: ``sha256:…`` of its payload.
        t_s: when it was said, Unix seconds: an older one does not undo a newer one; with
            `Word.CLOCK` also the time before which no honest clock can be.
        minutes: how long a pause lasts; None = until it is resumed, and with every other word.
    """

    word: Word
    site: str
    authorisation: str
    t_s: int
    minutes: int | None = None

    def __post_init__(self) -> None:
        require_id("site", self.site)
        require_digest("authorisation", self.authorisation)
        if not 0 < self.t_s <= MAX_TIME_S:
            raise ConsentError(f"objection of {self.t_s}: expected a time in Unix seconds")
        if self.minutes is not None and self.word is not Word.PAUSE:
            raise ConsentError(f"{self.word} for {self.minutes} minutes: only a pause has an end")
        if self.minutes is not None and not 0 < self.minutes <= MAX_MINUTES:
            raise ConsentError(f"a pause of {self.minutes} minutes: expected 1 to {MAX_MINUTES}")

    @classmethod
    def about(
        cls, authorisation: SiteAuthorisation, word: Word, *, t_s: int, minutes: int | None = None
    ) -> "Objection":
        """Return a word about this authorisation."""
        return cls(
            word=word,
            site=authorisation.site,
            authorisation=authorisation.digest,
            t_s=t_s,
            minutes=minutes,
        )

    @property
    def digest(self) -> str:
        """``sha256:…`` of the payload."""
        return f"sha256:{hashlib.sha256(self.to_payload()).hexdigest()}"

    def to_payload(self) -> bytes:
        """Return the canonical JSON that is signed."""
        return canonical.to_bytes(
            {
                "v": VERSION,
                "word": self.word.value,
                "site": self.site,
                "authorisation": self.authorisation,
                "t_s": self.t_s,
                "minutes": self.minutes,
            }
        )

    def sign(self, signer: Signer) -> bytes:
        """Return the signed document, one line of JSON."""
        return dsse.sign(OBJECTION_TYPE, self.to_payload(), signer).to_bytes() + b"\n"

    @classmethod
    def verify(cls, data: bytes, *, organisation: PublicKey) -> "Objection":
        """Read a signed objection.

        Raises:
            ConsentError: not signed by this organisation, altered, malformed or simply odd.
        """
        try:
            envelope = dsse.Envelope.from_bytes(data)
            payload = dsse.verify(envelope, [organisation], payload_type=OBJECTION_TYPE)
            objection = cls.from_payload(payload)
        except VerificationError as error:
            raise ConsentError(
                f"the objection does not verify: {error}",
                hint="the organisation signs it: edgekit pause, resume or withdraw with --key",
            ) from error
        # One signature in one spelling: then no byte of the file can change unnoticed.
        if len(envelope.signatures) != 1 or envelope.to_bytes() + b"\n" != data:
            raise ConsentError("the objection was changed after it was signed")
        return objection

    @classmethod
    def from_payload(cls, payload: bytes) -> "Objection":
        """Read a payload; ConsentError on anything that `to_payload` would not have written."""
        try:
            told = read(Fields(canonical.from_bytes(payload), "objection"), OBJECTION)
        except VerificationError as error:
            raise ConsentError(f"objection: {error}") from error
        told.pop("v")
        objection = cls(**told)
        if objection.to_payload() != payload:
            raise ConsentError("the objection is not in canonical form")
        return objection

    def require_about(self, authorisation: SiteAuthorisation) -> None:
        """Raise ConsentError where this is about another authorisation."""
        if (self.site, self.authorisation) != (authorisation.site, authorisation.digest):
            raise ConsentError(
                f"the objection is about {self.site} {self.authorisation[:19]}…, "
                f"not about {authorisation.site} {authorisation.digest[:19]}…"
            )
