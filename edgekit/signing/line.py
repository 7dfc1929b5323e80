"""The one line that a record is: taken apart where it stands, never written anew."""

from binascii import b2a_base64
from collections.abc import Mapping

from edgekit.errors import VerificationError
from edgekit.signing import dsse
from edgekit.signing.canonical import from_base64
from edgekit.signing.keys import PublicKey
from edgekit.signing.record import RECORD_TYPE

_START = b'{"payload":"'
_MIDDLE = f'","payloadType":"{RECORD_TYPE}","signatures":[{{"keyid":"'.encode()
_BEFORE_SIG = b'","sig":"'
_END = b'"}]}'
_PAE = dsse.pae(RECORD_TYPE, b"").removesuffix(b"0 ")
_FRAME = (_START, _MIDDLE, _BEFORE_SIG, _END)
_KEY_ID_BYTES = 16


def open_envelope(envelope: bytes, keys: Mapping[str, PublicKey]) -> tuple[str, bytes]:
    """Return key id and payload of a record in its one form, signed by that key, one of these.

    The form is compared and taken apart where it stands; nothing is written anew.

    Raises VerificationError.
    """
    end = envelope.find(b'"', len(_START))
    key_at = end + len(_MIDDLE)
    sig_at = key_at + _KEY_ID_BYTES + len(_BEFORE_SIG)
    key_id = envelope[key_at : key_at + _KEY_ID_BYTES].decode("ascii", "replace")
    frame = (
        envelope[: len(_START)],
        envelope[end:key_at],
        envelope[sig_at - len(_BEFORE_SIG) : sig_at],
        envelope[-len(_END) :],
    )
    if frame != _FRAME or key_id not in keys:
        raise _why_not(envelope, keys)
    try:
        payload = from_base64(envelope[len(_START) : end])
        signature = from_base64(envelope[sig_at : -len(_END)])
    except VerificationError:
        raise _why_not(envelope, keys) from None
    keys[key_id].verify(signature, b"%b%d %b" % (_PAE, len(payload), payload))
    return key_id, payload


def envelope_of(payload: bytes, key_id: str, signature: bytes) -> bytes:
    """Return the line of one record; ``key_id`` is 16 hex digits."""
    return b"".join(
        (
            *(_START, b2a_base64(payload, newline=False), _MIDDLE, key_id.encode(), _BEFORE_SIG),
            *(b2a_base64(signature, newline=False), _END),
        )
    )


def _why_not(envelope: bytes, keys: Mapping[str, PublicKey]) -> VerificationError:
    """Say what is wrong with an envelope that is not of the one form, or of another key."""
    try:
        dsse.verify(dsse.Envelope.from_bytes(envelope), [*keys.values()], payload_type=RECORD_TYPE)
    except VerificationError as error:
        return error
    return VerificationError(
        "it is not in the one form of a record: canonical, one signature",
        hint="take the file as the device wrote it, not one that a program has written anew",
    )
