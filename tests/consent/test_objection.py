"""The organisation's word: what it may say, and every way to say it without being it."""

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.consent.objection import MAX_MINUTES, OBJECTION_TYPE, Objection, Word
from edgekit.consent.site import SiteAuthorisation
from edgekit.errors import ConsentError
from edgekit.signing import dsse
from edgekit.signing.keys import MemorySigner

SIGNER = MemorySigner.from_seed(bytes(range(32)))
GOOD = Objection(
    word=Word.PAUSE, site="plaza", authorisation="sha256:" + "a" * 64, t_s=1_795_400_000, minutes=30
)
SIGNED = GOOD.sign(SIGNER)


def read(data: bytes) -> Objection:
    return Objection.verify(data, organisation=SIGNER.public_key)


@given(
    word=st.sampled_from(Word),
    t_s=st.integers(1, 2**35),
    minutes=st.none() | st.integers(1, MAX_MINUTES),
)
def test_what_is_signed_is_read_as_it_was(word: Word, t_s: int, minutes: int | None) -> None:
    said = Objection(
        word=word,
        site="plaza",
        authorisation=GOOD.authorisation,
        t_s=t_s,
        minutes=minutes if word is Word.PAUSE else None,
    )
    assert read(said.sign(SIGNER)) == said


@pytest.mark.parametrize("word", Word)
def test_it_is_about_one_document_of_one_site(
    word: Word, home: SiteAuthorisation, plaza: SiteAuthorisation
) -> None:
    said = Objection.about(home, word, t_s=5)
    said.require_about(home)
    with pytest.raises(ConsentError, match="about home"):
        said.require_about(plaza)


def test_it_says_nothing_about_who_objects() -> None:
    assert set(json.loads(GOOD.to_payload())) == {
        *("v", "word", "site", "authorisation", "t_s", "minutes")
    }


def test_its_digest_is_of_what_is_signed() -> None:
    signed = dsse.Envelope.from_bytes(SIGNED).payload
    assert GOOD.digest == f"sha256:{hashlib.sha256(signed).hexdigest()}"


FIELDS = json.loads(GOOD.to_payload())


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2},
        {"word": "watch"},
        {"site": "../plaza"},
        {"authorisation": "sha256:aa"},
        {"t_s": 0},
        {"t_s": 10**12},
        {"t_s": "now"},
        {"minutes": 0},
        {"minutes": MAX_MINUTES + 1},
        {"word": "resume"},
        {"who": "a person"},
        {"minutes": None, "reason": "they asked"},
    ],
)
def test_what_is_odd_is_refused_whoever_signed_it(change: dict[str, object]) -> None:
    payload = json.dumps({**FIELDS, **change}, separators=(",", ":"), sort_keys=True).encode()
    with pytest.raises(ConsentError):
        read(dsse.sign(OBJECTION_TYPE, payload, SIGNER).to_bytes() + b"\n")


def test_another_spelling_is_refused() -> None:
    loose = json.dumps(FIELDS, sort_keys=True).encode()
    for data in (
        dsse.sign(OBJECTION_TYPE, loose, SIGNER).to_bytes() + b"\n",
        dsse.sign(OBJECTION_TYPE, GOOD.to_payload(), SIGNER, SIGNER).to_bytes() + b"\n",
        SIGNED.rstrip(),
        SIGNED + SIGNED,
        GOOD.sign(MemorySigner.from_seed(bytes(32))),
        dsse.sign("application/json", GOOD.to_payload(), SIGNER).to_bytes() + b"\n",
    ):
        with pytest.raises(ConsentError):
            read(data)


@given(st.integers(0, 8 * len(SIGNED) - 1))
def test_a_flip_of_any_bit_is_refused(bit: int) -> None:
    changed = bytearray(SIGNED)
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(ConsentError):
        read(bytes(changed))
