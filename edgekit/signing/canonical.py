"""Canonical bytes: JSON without floats (RFC 8785), base64 in one spelling (RFC 4648).

    >>> to_bytes({"people": 3, "clock": "synced"})
    b'{"clock":"synced","people":3}'

Only writers make canonical bytes. Readers verify the bytes that came and never write them again.
"""

import binascii
import json
from collections.abc import Mapping
from typing import NoReturn

from edgekit.errors import VerificationError

JsonValue = None | bool | int | str | list["JsonValue"] | dict[str, "JsonValue"]

MAX_INTEGER = 2**53 - 1
"""Beyond it a reader that keeps numbers as IEEE doubles sees another one (RFC 7493 section 2.2)."""

MAX_DEPTH = 16
MAX_BYTES = 1 << 20


def to_bytes(value: Mapping[str, JsonValue]) -> bytes:
    """Return the RFC 8785 form of an object of integers, strings, booleans, null, lists, objects.

    Without floats RFC 8785 is: no spaces, keys sorted by UTF-16 code units, minimal escapes.

    Raises:
        VerificationError: a float or another type, an integer beyond ±(2**53 - 1), a string that
            is no Unicode text, or more than 16 levels: no reader would accept it.
    """
    return json.dumps(
        _ordered(dict(value), 1), ensure_ascii=False, allow_nan=False, separators=(",", ":")
    ).encode()


def from_bytes(data: bytes) -> dict[str, JsonValue]:
    """Read one JSON object, canonical or not.

    Raises:
        VerificationError: not UTF-8 or JSON, not an object, a key given twice, a float or NaN, an
            integer beyond ±(2**53 - 1), more than 16 levels or more than 1 MiB.
    """
    if len(data) > MAX_BYTES:
        raise VerificationError(f"JSON of {len(data)} bytes: expected at most {MAX_BYTES}")
    try:
        value = json.loads(
            data.decode(),
            object_pairs_hook=_unique,
            parse_int=_integer,
            parse_float=_no_float,
            parse_constant=_no_float,
        )
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise VerificationError(f"not a JSON text in UTF-8: {error}") from None
    if not isinstance(value, dict):
        raise VerificationError(f"JSON {type(value).__name__}: expected an object")
    _ordered(value, 1)
    return value


def flat_to_bytes(fields: Mapping[str, bool | int | str | None]) -> bytes:
    """Return the RFC 8785 form of a flat object whose keys and values were checked already.

    For the one format that is written all day: keys of ASCII, so that their order is that of
    UTF-16, integers in range and strings of Unicode text.
    """
    return _FLAT.encode(fields).encode()


def read_flat(data: bytes) -> dict[str, JsonValue]:
    """Read one JSON object as `from_bytes` does, whose values the caller checks by a schema.

    Depth, range and Unicode of the values are left to that schema; all else is checked here. What
    is out of the ordinary goes the long way, so that every refusal has its one reason.

    Raises VerificationError.
    """
    try:
        text = data.decode()
        fields, end = _READER.raw_decode(text)
    except (UnicodeDecodeError, ValueError, RecursionError):
        return from_bytes(data)
    if isinstance(fields, dict) and end == len(text) and ":-0" not in text:
        strings = [value for value in fields.values() if type(value) is str]
        # Each key and each string has two quotes: with more, a key was given twice, or a string
        # holds one, or there is an object inside.
        if text.count('"') == 2 * (len(fields) + len(strings)):
            return fields
    return from_bytes(data)


def to_base64(data: bytes) -> str:
    """Return standard base64 with padding."""
    return binascii.b2a_base64(data, newline=False).decode("ascii")


def from_base64(text: str | bytes) -> bytes:
    """Read standard base64 in its one spelling; VerificationError otherwise.

    Other spellings of the same bytes (no padding, loose last bits, line breaks) are refused, so
    that no byte of a signed text can change unnoticed (RFC 4648 section 3.5).
    """
    try:
        coded = text.encode("ascii") if isinstance(text, str) else text
        data = binascii.a2b_base64(coded, strict_mode=True)
    except UnicodeEncodeError:
        raise VerificationError("not standard base64: it holds other characters") from None
    except binascii.Error as error:
        raise VerificationError(f"not standard base64: {error}") from None
    padding = 2 if coded.endswith(b"==") else coded.endswith(b"=")
    if len(coded) % 4 or len(data) != len(coded) // 4 * 3 - padding:
        raise VerificationError("base64 with another padding: expected the one spelling")
    if padding and coded[-1 - padding] not in _LAST[padding - 1]:
        raise VerificationError("base64 with loose bits at its end: expected the one spelling")
    return data


_FLAT = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True)
_LAST = (b"AEIMQUYcgkosw048", b"AQgw")
"""Letters that may stand before one and before two signs of padding: the loose bits are zero."""


def shown(text: str) -> str:
    """Return what came from outside as it may stand in a message: nothing moves a cursor."""
    return text if text.isprintable() else ascii(text)


def _ordered(value: object, depth: int) -> JsonValue:
    if depth > MAX_DEPTH:
        raise VerificationError(f"JSON deeper than {MAX_DEPTH} levels")
    match value:
        case None | bool():
            return value
        case int():
            return _bounded(value)
        case str():
            return _text(value)
        case list():
            return [_ordered(item, depth + 1) for item in value]
        case dict():
            keys = sorted(map(_text, value), key=_utf16)
            return {key: _ordered(value[key], depth + 1) for key in keys}
    raise VerificationError(
        f"JSON cannot hold a {type(value).__name__} here: "
        "expected integers, strings, booleans, null, lists and objects"
    )


def _utf16(text: str) -> bytes:
    # RFC 8785 section 3.2.3: not the order of code points, from U+E000 on.
    return text.encode("utf-16-be")


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise VerificationError(f"JSON key of type {type(value).__name__}: expected a string")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise VerificationError("JSON string with half a surrogate pair: not Unicode") from None
    return value


def _bounded(value: int) -> int:
    if abs(value) > MAX_INTEGER:
        raise VerificationError("JSON integer beyond 53 bits: readers would disagree on it")
    return value


def _unique(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise VerificationError(f"JSON key {twice!r} given twice")
    return found


def _integer(digits: str) -> int:
    if len(digits) > len("-9007199254740991"):
        raise VerificationError("JSON integer beyond 53 bits: readers would disagree on it")
    if digits == "-0":
        _no_float(digits)
    return int(digits)


def _no_float(text: str) -> NoReturn:
    raise VerificationError(f"JSON number {text[:24]}: expected integers only")


_READER = json.JSONDecoder(parse_float=_no_float, parse_constant=_no_float)
