"""The radio profile: a window of one output in at most 100 bytes, signed, for LoRa.

COSE_Sign1 (RFC 9052 section 4.2) with the algorithms Ed25519 (-19) and ESP256 (-9) of RFC 9864. The
payload is a CBOR array of six integers (RFC 8949 section 4.2, deterministic)::

    [sequence, output, window, state, value, uptime]

``output`` is the place in the site's list of outputs, ``window`` the start divided by the length,
``state`` quality + 4 · status + 16 · reason (0 for none) in the orders of `records`, ``uptime``
percent / 5, ``value`` null where nothing was released. What the list says is not sent, but the
signature covers it: ``external_aad`` is SHA-256 over `RADIO_TYPE`, a zero byte, and key id and list
in canonical JSON.
Needs ``pip install '.[cose]'``.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType

from edgekit.errors import MissingExtraError, VerificationError
from edgekit.records import Aggregate, QualityWord, Reason, Status, Trouble
from edgekit.signing.canonical import to_bytes
from edgekit.signing.keys import ED25519, ES256, PublicKey, Signer, from_fixed, to_fixed

RADIO_TYPE = "application/vnd.edgekit.radio.v1+cbor"
MAX_BYTES = 100
MAX_U32 = 2**32 - 1
KEY_ID_BYTES = 2
SIGNATURE_BYTES = 64
MAX_OUTPUTS = 256
MAX_UPTIME = 20

# A tag 18, an array of 4, the protected header {1: algorithm} in a byte string, {4: two bytes}.
_PROTECTED: Mapping[str, bytes] = {ED25519: b"\xa1\x01\x32", ES256: b"\xa1\x01\x28"}
_KEY_ID = b"\xa1\x04\x42"
_BEFORE_SIGNATURE = b"\x58\x40"

_STATUSES = tuple(Status)
_QUALITIES = tuple(word for word in QualityWord if word is not QualityWord.UNTOLD)
_NAMED = frozenset(trouble.reason for trouble in Trouble)  # what is wrong with a sensor: of events
_REASONS: tuple[Reason | None, ...] = (None, *(one for one in Reason if one not in _NAMED))


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """One of the outputs that the site's authorisation lists, as its records name it."""

    metric: str
    unit: str
    window_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RadioWindow:
    """What a verified message says."""

    sequence: int
    output: Output
    window_start_s: int
    status: Status
    reason: Reason | None
    quality: QualityWord
    value: int | None
    uptime_percent: int


def sign_window(
    release: Aggregate, sequence: int, outputs: Sequence[Output], signer: Signer
) -> bytes:
    """Return the message of a window that the gate released, at most 100 bytes.

    Raises:
        VerificationError: an output that is not in the list, or a number beyond 32 bits.
        MissingExtraError: cbor2 is not installed.
    """
    output = Output(metric=release.metric, unit=release.unit.value, window_s=release.window_s)
    _require_list(outputs)
    if output not in outputs:
        raise VerificationError(f"{output} is none of the {len(outputs)} outputs of the site")
    if release.quality not in _QUALITIES:
        raise VerificationError(
            f"{release.metric} under {release.profile}: the radio has no place for its epsilon"
        )
    numbers = [
        sequence,
        outputs.index(output),
        release.window_start_s // release.window_s,
        _state(release.status, release.reason, release.quality),
        release.value,
        release.uptime_percent // 5,
    ]
    if any(not 0 <= number <= MAX_U32 for number in numbers if number is not None):
        raise VerificationError(f"{numbers} do not fit on the radio: expected 0 to {MAX_U32}")
    payload: bytes = _cbor().dumps(numbers, canonical=True)
    signature = signer.sign(_signed(signer.public_key, outputs, payload))
    if signer.algorithm == ES256:
        signature = to_fixed(signature)
    head = _head(signer.public_key)
    return b"".join((head, bytes([0x40 + len(payload)]), payload, _BEFORE_SIGNATURE, signature))


def read_window(message: bytes, outputs: Sequence[Output], key: PublicKey) -> RadioWindow:
    """Return what a message says that this key signed for this list of outputs.

    The message has one form; it is compared and taken apart where it stands.

    Raises:
        VerificationError: another form, key, list or signature, or numbers out of their range.
        MissingExtraError: cbor2 is not installed.
    """
    _require_list(outputs)
    head = _head(key)
    start, end = len(head) + 1, len(message) - SIGNATURE_BYTES - len(_BEFORE_SIGNATURE)
    payload = message[start:end]
    frame = (message[: len(head)], message[start - 1 : start], message[end:-SIGNATURE_BYTES])
    if len(message) > MAX_BYTES or frame != (head, bytes([0x40 + len(payload)]), _BEFORE_SIGNATURE):
        raise VerificationError(
            f"{len(message)} bytes: not a radio message of key {key.key_id}, version 1"
        )
    signature = message[-SIGNATURE_BYTES:]
    if key.algorithm == ES256:
        signature = _one_spelling(signature)
    key.verify(signature, _signed(key, outputs, payload))
    return _window(_integers(payload), outputs)


def _window(numbers: Sequence[int | None], outputs: Sequence[Output]) -> RadioWindow:
    sequence, at, window, state, value, uptime = numbers
    if sequence is None or at is None or window is None or state is None or uptime is None:
        raise VerificationError("radio message with null where a number should be")
    quality, status, reason = state % 4, state // 4 % 4, state // 16
    places = ((at, outputs), (quality, _QUALITIES), (status, _STATUSES), (reason, _REASONS))
    if any(place >= len(table) for place, table in places) or uptime > MAX_UPTIME:
        raise VerificationError(f"radio message {list(numbers)}: out of its range")
    found = RadioWindow(
        sequence=sequence,
        output=outputs[at],
        window_start_s=window * outputs[at].window_s,
        status=_STATUSES[status],
        reason=_REASONS[reason],
        quality=_QUALITIES[quality],
        value=value,
        uptime_percent=uptime * 5,
    )
    released = found.status is Status.RELEASED
    if released != (value is not None) or not (released or found.reason):
        raise VerificationError(f"radio message is {found.status}, but its value says otherwise")
    return found


def _integers(payload: bytes) -> list[int | None]:
    cbor = _cbor()
    try:
        numbers = cbor.loads(payload)
        alike = isinstance(numbers, list) and cbor.dumps(numbers, canonical=True) == payload
    except (cbor.CBORError, ValueError, TypeError, OverflowError, MemoryError) as error:
        raise VerificationError(f"radio payload is no CBOR: {type(error).__name__}") from None
    if not alike or len(numbers) != 6 or any(map(_odd, numbers)):  # noqa: PLR2004 -- as listed on top
        raise VerificationError("radio payload: expected six whole numbers of 32 bits at most")
    return list(numbers)


def _odd(number: object) -> bool:
    return number is not None and not (type(number) is int and 0 <= number <= MAX_U32)


def _state(status: Status, reason: Reason | None, quality: QualityWord) -> int:
    return _QUALITIES.index(quality) + 4 * _STATUSES.index(status) + 16 * _REASONS.index(reason)


def _head(key: PublicKey) -> bytes:
    protected = _PROTECTED[key.algorithm]
    short_id = bytes.fromhex(key.key_id)[:KEY_ID_BYTES]
    return b"\xd2\x84" + bytes([0x40 + len(protected)]) + protected + _KEY_ID + short_id


def _signed(key: PublicKey, outputs: Sequence[Output], payload: bytes) -> bytes:
    """Return the Sig_structure (RFC 9052 section 4.4)."""
    listed = to_bytes(
        {"outputs": [[one.metric, one.unit, one.window_s] for one in outputs], "key": key.key_id}
    )
    aad = hashlib.sha256(RADIO_TYPE.encode() + b"\0" + listed).digest()
    parts = ["Signature1", _PROTECTED[key.algorithm], aad, payload]
    signed: bytes = _cbor().dumps(parts, canonical=True)
    return signed


def _one_spelling(signature: bytes) -> bytes:
    coded = from_fixed(signature)
    if to_fixed(coded) != signature:
        raise VerificationError("radio message with an ES256 signature in another spelling")
    return coded


def _require_list(outputs: Sequence[Output]) -> None:
    if not 0 < len(outputs) <= MAX_OUTPUTS:
        raise VerificationError(f"{len(outputs)} outputs: expected 1 to {MAX_OUTPUTS}")


def _cbor() -> ModuleType:
    try:
        import cbor2  # noqa: PLC0415 -- an extra
    except ImportError:
        raise MissingExtraError("the radio profile needs cbor2", extra="cose") from None
    return cbor2
