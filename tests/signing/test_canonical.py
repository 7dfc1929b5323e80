import json

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from edgekit.errors import VerificationError
from edgekit.signing.canonical import (
    MAX_BYTES,
    MAX_DEPTH,
    MAX_INTEGER,
    from_base64,
    from_bytes,
    read_flat,
    shown,
    to_base64,
    to_bytes,
)

TEXTS = st.text(st.characters(codec="utf-8"), max_size=12)
SCALARS = (
    st.none() | st.booleans() | st.integers(min_value=-MAX_INTEGER, max_value=MAX_INTEGER) | TEXTS
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)
OBJECTS = st.dictionaries(TEXTS, VALUES, max_size=6)


@given(OBJECTS)
def test_same_bytes_as_the_rfc_8785_oracle_and_reads_back(value: object) -> None:
    data = to_bytes(value)
    assert data == rfc8785.dumps(value)
    assert from_bytes(data) == value


def test_rfc_8785_section_3_2_3_sorts_by_utf_16_code_units() -> None:
    keys = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\x80", "\u00f6"]
    ordered = ["\r", "1", "\x80", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]
    assert list(from_bytes(to_bytes(dict.fromkeys(keys)))) == ordered


def test_rfc_8785_section_3_2_2_escapes() -> None:
    value = {"string": '€$\x0f\nA\'B"\\\\"/\x7f\u2028'}
    assert to_bytes(value) == '{"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/\x7f\u2028"}'.encode()


@pytest.mark.parametrize(
    "value",
    [
        {"a": 1.5},
        {"a": float("nan")},
        {"a": b"x"},
        {"a": (1,)},
        {"a": MAX_INTEGER + 1},
        {"a": -MAX_INTEGER - 1},
        {"a": "\ud800"},
        {"\udfff": 1},
        {1: "a"},
        {"a": {None: 1}},
    ],
)
def test_what_no_reader_would_accept_is_not_written(value: object) -> None:
    with pytest.raises(VerificationError):
        to_bytes(value)


def nested(levels: int) -> dict[str, object]:
    value = {}
    for _ in range(levels - 1):
        value = {"a": value}
    return value


def test_depth_is_bounded_both_ways() -> None:
    assert from_bytes(to_bytes(nested(MAX_DEPTH))) == nested(MAX_DEPTH)
    with pytest.raises(VerificationError, match="deeper than 16"):
        to_bytes(nested(MAX_DEPTH + 1))
    with pytest.raises(VerificationError, match="deeper than 16"):
        from_bytes(json.dumps(nested(MAX_DEPTH + 1)).encode())
    with pytest.raises(VerificationError):
        from_bytes(b'{"a":' * 100_000)
    with pytest.raises(VerificationError):
        from_bytes(b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'{"a":1,"a":1}', "given twice"),
        (b'{"a":{"b":1,"b":2}}', "given twice"),
        (b'{"a":1.0}', "integers only"),
        (b'{"a":1e3}', "integers only"),
        (b'{"a":-0}', "integers only"),
        (b'{"a":NaN}', "integers only"),
        (b'{"a":-Infinity}', "integers only"),
        (b'{"a":9007199254740992}', "53 bits"),
        (b'{"a":' + b"9" * 5000 + b"}", "53 bits"),
        (b'{"a":"\\ud800"}', "surrogate"),
        (b'{"a":"\xff"}', "not a JSON text"),
        (b'\xef\xbb\xbf{"a":1}', "not a JSON text"),
        ('{"a":1}'.encode("utf-16"), "not a JSON text"),
        (b"{} {}", "not a JSON text"),
        (b"", "not a JSON text"),
        (b"[]", "expected an object"),
        (b"1", "expected an object"),
        (b" " * (MAX_BYTES + 1), "at most"),
    ],
)
def test_bad_json_is_refused_with_its_reason(data: bytes, message: str) -> None:
    with pytest.raises(VerificationError, match=message):
        from_bytes(data)


@given(
    st.binary(max_size=64) | st.text(alphabet='{}[]",:0123456789.-eE\\u ntfalsrNI').map(str.encode)
)
def test_any_bytes_give_an_object_or_our_error(data: bytes) -> None:
    try:
        value = from_bytes(data)
    except VerificationError:
        return
    assert from_bytes(to_bytes(value)) == value


@given(st.binary(max_size=64))
def test_base64_reads_back(data: bytes) -> None:
    assert from_base64(to_base64(data)) == data


@pytest.mark.parametrize(
    "text", ["QQ", "QR==", "QQ==\n", "Q Q=", "_-8=", "QQ==QQ==", "é", "QQ===", "AAAA=", "AAAA=="]
)
def test_base64_has_one_spelling(text: str) -> None:
    with pytest.raises(VerificationError):
        from_base64(text)


def test_what_came_from_outside_moves_no_cursor_in_a_message() -> None:
    assert shown("34750f98 é") == "34750f98 é"
    assert shown("\x1b[2Jverified\u202e") == r"'\x1b[2Jverified\u202e'"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'{"a":-0}', "integers only"),
        (b'{"a":1,"a":2}', "twice"),
        (b'{"a":1} {}', "not a JSON text"),
        (b"[]", "expected an object"),
        (b'{"a":"\xff"}', "not a JSON text"),
    ],
)
def test_the_short_way_refuses_what_the_long_one_does(data: bytes, message: str) -> None:
    with pytest.raises(VerificationError, match=message):
        read_flat(data)


@given(OBJECTS)
def test_the_short_way_reads_what_the_long_one_does(value: dict[str, object]) -> None:
    assert read_flat(to_bytes(value)) == value
