"""A token that only who is there can know: six digits that change every minute.

The node makes a secret at each start and keeps it in memory. Its local page shows the digits of the
minute; who types them has seen that page, hence is near. HOTP (RFC 4226, section 5.3) over the
number of the minute, with SHA-256 as in TOTP (RFC 6238).
"""

import hashlib
import hmac
from dataclasses import dataclass

from edgekit.errors import ConsentError

EVERY_S = 60
DIGITS = 6
SECRET_BYTES = 32
MOST_WRONG = 5
"""So many wrong tokens are looked at in a minute. Two of a million are right: who guesses without a
rest is right once in seventy days on average, and then for a quarter of an hour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tries:
    """How many wrong tokens came by one way in, in which minute."""

    minute: int = 0
    wrong: int = 0


def one_more(tries: Tries, now_s: int) -> Tries:
    """Count one more wrong token; raises ConsentError where this minute has had enough of them."""
    minute = now_s // EVERY_S
    wrong = tries.wrong + 1 if tries.minute == minute else 1
    if wrong > MOST_WRONG:
        raise ConsentError(
            f"{MOST_WRONG} wrong tokens in this minute already",
            hint="wait for the next minute, or use the button or the marker",
        )
    return Tries(minute=minute, wrong=wrong)


def token_at(secret: bytes, now_s: int) -> str:
    """Return the digits of this minute; raises ConsentError for a short secret."""
    if len(secret) < SECRET_BYTES:
        raise ConsentError(f"secret of {len(secret)} bytes: expected {SECRET_BYTES}")
    counter = max(0, now_s // EVERY_S).to_bytes(8, "big")
    digest = hmac.new(secret, counter, hashlib.sha256).digest()
    at = digest[-1] & 0xF
    number = int.from_bytes(digest[at : at + 4], "big") & 0x7FFF_FFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def require_token(secret: bytes, token: str, *, now_s: int) -> None:
    """Raise ConsentError unless this is the token of this minute or of the one before."""
    good = [token_at(secret, at_s) for at_s in (now_s, now_s - EVERY_S)]
    if not any(hmac.compare_digest(one.encode(), token.encode()) for one in good):
        raise ConsentError(
            "the token is not, or no longer, that of the local page",
            hint="read it from the page again: it changes every minute",
        )
