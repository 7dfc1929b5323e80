"""Every way to authority without a signature that holds now: all closed."""

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.consent.authorisation import (
    AUTHORISATION_TYPE,
    draft,
    load_authorisation,
    read_authorisation,
    sign_authorisation,
)
from edgekit.consent.site import SiteAuthorisation
from edgekit.consent.view import View
from edgekit.errors import ConsentError
from edgekit.geometry import Line
from edgekit.records import Profile
from edgekit.signing import dsse
from edgekit.signing.keys import MemorySigner
from edgekit.signing.record import RECORD_TYPE

TEN_YEARS_S = 3653 * 86_400
FROM_S = 1_795_392_000
SIGNER = MemorySigner.from_seed(bytes(range(32)))
SITE = draft(
    "home",
    profile=Profile.LOCAL,
    view=View(width=640, height=480, lines=(Line("middle", (320, 460), (320, 100)),)),
    window_s=60,
    valid_from_s=FROM_S,
)
PAYLOAD = SITE.to_payload()
SIGNED = sign_authorisation(SITE, SIGNER)


def load(data: bytes, now_s: int = FROM_S) -> SiteAuthorisation:
    return load_authorisation(data, organisation=SIGNER.public_key, now_s=now_s)


def read_any(data: bytes) -> SiteAuthorisation:
    return read_authorisation(data, organisation=SIGNER.public_key)


def dumped(fields: Mapping[str, object]) -> bytes:
    text = json.dumps(fields, separators=(",", ":"), ensure_ascii=False, sort_keys=True)
    return text.encode()


def payloads() -> Iterator[tuple[str, bytes]]:
    """Yield payloads that are odd, to be signed by the organisation's own key."""
    fields = json.loads(PAYLOAD)
    yield "nothing", b""
    yield "no object", b"[]"
    yield "a key twice", PAYLOAD.replace(b'"version":1', b'"version":1,"version":1')
    yield "blanks", json.dumps(fields, sort_keys=True).encode()
    yield "another order", json.dumps(fields, separators=(",", ":")).encode()[:-1] + b',"a":1}'
    yield "escapes", PAYLOAD.replace(b'"site":"home"', b'"site":"h\\u006fme"')
    yield "a byte order mark", b"\xef\xbb\xbf" + PAYLOAD
    yield "no UTF-8", PAYLOAD.replace(b'"site":"home"', b'"site":"h\xf3me"')
    yield "more after it", PAYLOAD + b"{}"
    yield "one field more", dumped({**fields, "always": True})
    yield "one field less", dumped({k: v for k, v in fields.items() if k != "valid_to_s"})
    yield "deep nesting", PAYLOAD.replace(b'"zones":[]', b'"zones":' + b"[" * 5000 + b"]" * 5000)
    for name, text in {
        "a float": "1.5",
        "a number with an exponent": "1e12",
        "a huge number": "9" * 5000,
        "a number beyond 2^53": str(2**53),
        "a number below zero": "-1",
        "minus zero": "-0",
        "infinity": "Infinity",
        "true for a number": "true",
        "a text for a number": '"1826928000"',
        "null for a number": "null",
        "for ever": "253402300799",
    }.items():
        told = f'"valid_to_s":{SITE.valid_to_s}'.encode()
        yield name, PAYLOAD.replace(told, f'"valid_to_s":{text}'.encode())
    for key, value in {
        "v": 2,
        "version": 0,
        "raw_retention_s": 1,
        "notice_digest": "sha256:" + "0" * 64,
        "place": "our\u202ehome",
        "site": "../home",
        "profile": "sdc-10-5",
        "outputs": [],
        "purposes": [{"id": "face-recognition", "text": "to know them"}],
        "sensors": [],
        "schedule": {"from_utc_minute": 0, "to_utc_minute": 0},
    }.items():
        yield f"{key}: {value!r:.20}", dumped({**fields, key: value})


def envelopes() -> Iterator[tuple[str, bytes]]:
    """Yield whole documents that are odd, whatever they hold."""
    for name, payload in payloads():
        yield name, dsse.sign(AUTHORISATION_TYPE, payload, SIGNER).to_bytes() + b"\n"
    yield "a record's type", dsse.sign(RECORD_TYPE, PAYLOAD, SIGNER).to_bytes() + b"\n"
    stranger = MemorySigner.from_seed(bytes(32))
    yield "another key", sign_authorisation(SITE, stranger)
    named = json.loads(sign_authorisation(SITE, stranger))
    named["signatures"][0]["keyid"] = SIGNER.key_id
    yield "another key under the name of this one", dumped(named) + b"\n"
    line = json.loads(SIGNED)
    yield "no signature", dumped(line | {"signatures": []}) + b"\n"
    yield "a signature twice", dumped(line | {"signatures": line["signatures"] * 2}) + b"\n"
    loose = base64.urlsafe_b64encode(PAYLOAD).decode().rstrip("=")
    yield "base64 without padding", dumped(line | {"payload": loose + "A"}) + b"\n"
    yield "cut in half", SIGNED[: len(SIGNED) // 2]
    yield "twice", SIGNED * 2


ODD = dict(envelopes())


@pytest.mark.parametrize("name", ODD)
def test_what_is_odd_is_refused_whoever_signed_it(name: str) -> None:
    with pytest.raises(ConsentError):
        load(ODD[name])


def test_the_corpus_is_of_many_documents_and_none_is_the_good_one() -> None:
    assert load(SIGNED) == SITE
    assert len(set(ODD.values())) == len(ODD) >= 40
    assert SIGNED not in ODD.values()


@given(st.integers(0, 8 * len(SIGNED) - 1))
def test_a_flip_of_any_bit_is_refused(bit: int) -> None:
    changed = bytearray(SIGNED)
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(ConsentError):
        load(bytes(changed))


@given(at=st.integers(0, len(SIGNED)), length=st.integers(0, 40), junk=st.binary(max_size=40))
def test_a_cut_or_a_patch_anywhere_is_refused(at: int, length: int, junk: bytes) -> None:
    patched = SIGNED[:at] + junk + SIGNED[at + length :]
    if patched != SIGNED:
        with pytest.raises(ConsentError):
            load(patched)


@pytest.mark.parametrize(
    "now_s",
    [FROM_S - TEN_YEARS_S, FROM_S - 1, SITE.valid_to_s, SITE.valid_to_s + 1, FROM_S + TEN_YEARS_S],
)
def test_a_clock_outside_the_authorisation_is_refused(now_s: int) -> None:
    load(SIGNED, SITE.valid_to_s - 1)
    with pytest.raises(ConsentError, match=r"begins|expired"):
        load(SIGNED, now_s)


def test_an_authorisation_for_another_view_is_refused() -> None:
    with pytest.raises(ConsentError, match="not those that were authorised"):
        load(SIGNED).require_view(replace(SITE.view, lines=()))
