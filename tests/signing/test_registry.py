"""The operator's registry: what it says of each key, and that nobody else can say it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.errors import EdgekitError, VerificationError
from edgekit.signing import dsse
from edgekit.signing.canonical import from_bytes, to_bytes
from edgekit.signing.dsse import Envelope
from edgekit.signing.identity import Identity, LogEnd, Rotation
from edgekit.signing.keys import MemorySigner
from edgekit.signing.registry import MAX_KEYS, REGISTRY_TYPE, Entry, KeyStatus, Registry

OPERATOR, SECOND, OLD, NEW = (MemorySigner.from_seed(bytes([n]) * 32) for n in range(1, 5))
NOW_S, UNTIL_S = 1_800_000_000, 1_900_000_000
END = LogEnd(size=5, root=b"\x05" * 32)
IDENTITY = Identity(key=OLD.public_key, site="plaza", made_s=NOW_S - 100)
ROTATION = Rotation(old=OLD.public_key, new=NEW.public_key, site="plaza", t_s=NOW_S + 10, end=END)


def first() -> Registry:
    return Registry(edition=0, issued_s=0).with_key(IDENTITY, until_s=UNTIL_S, now_s=NOW_S)


def test_a_key_is_valid_from_its_identity_on_or_as_given() -> None:
    assert (first().edition, first().issued_s) == (1, NOW_S)
    assert first().entry(OLD.key_id).not_before_s == NOW_S - 100
    later = Registry(edition=0, issued_s=0).with_key(
        IDENTITY, from_s=NOW_S, until_s=UNTIL_S, now_s=NOW_S
    )
    assert later.entry(OLD.key_id).not_before_s == NOW_S
    with pytest.raises(VerificationError, match="not among the 1 keys"):
        first().entry(NEW.key_id)
    with pytest.raises(VerificationError, match="one twice"):
        first().with_key(IDENTITY, until_s=UNTIL_S, now_s=NOW_S)


def test_a_rotation_retires_one_key_and_brings_the_next() -> None:
    after = first().rotated(ROTATION, until_s=UNTIL_S, now_s=NOW_S + 20)
    old, new = after.entry(OLD.key_id), after.entry(NEW.key_id)
    assert (old.status, old.since_s, old.end) == (KeyStatus.RETIRED, NOW_S + 10, END)
    assert (new.status, new.follows, new.not_before_s) == (
        KeyStatus.ACTIVE,
        OLD.key_id,
        NOW_S + 10,
    )
    assert after.edition == 2
    for wrong in (ROTATION, replace(ROTATION, site="market")):
        with pytest.raises(VerificationError, match="nothing can follow it"):
            after.rotated(wrong, until_s=UNTIL_S, now_s=NOW_S)
    with pytest.raises(VerificationError, match="nothing can follow it"):
        first().rotated(replace(ROTATION, site="market"), until_s=UNTIL_S, now_s=NOW_S)


def test_the_earlier_time_of_revocation_wins() -> None:
    revoked = first().revoked(OLD.key_id, since_s=NOW_S, reason="stolen", now_s=NOW_S)
    assert revoked.entry(OLD.key_id).reason == "stolen"
    for later in (NOW_S, NOW_S + 1):
        with pytest.raises(VerificationError, match="revoked from"):
            revoked.revoked(OLD.key_id, since_s=later, reason="lost", now_s=NOW_S)
    earlier = revoked.revoked(OLD.key_id, since_s=NOW_S - 9, reason="lost", now_s=NOW_S)
    assert earlier.entry(OLD.key_id).since_s == NOW_S - 9
    retired = first().rotated(ROTATION, until_s=UNTIL_S, now_s=NOW_S)
    assert retired.revoked(OLD.key_id, since_s=1, reason="cloned", now_s=1).issued_s == NOW_S
    with pytest.raises(VerificationError, match="not among"):
        first().revoked("0" * 16, since_s=1, reason="x", now_s=1)


def test_it_reads_back_and_only_the_operator_makes_it() -> None:
    for registry in (first(), first().rotated(ROTATION, until_s=UNTIL_S, now_s=NOW_S)):
        document = registry.sign(OPERATOR)
        assert Registry.verify(document, [OPERATOR.public_key]) == registry
        for keys in ([SECOND.public_key], []):
            with pytest.raises(VerificationError):
                Registry.verify(document, keys)
        with pytest.raises(VerificationError, match="expected key 2 of"):
            Registry.verify(document, [OPERATOR.public_key, SECOND.public_key], threshold=2)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: f.update(v=2), "version 2"),
        (lambda f: f.update(edition=-1), "edition is -1"),
        (lambda f: f.update(keys={}), "expected a list"),
        (lambda f: f.update(keys=[1]), "registry entry with int"),
        (lambda f: f["keys"][0].update(status="fine"), "key status 'fine'"),
        (lambda f: f["keys"][0].update(since_s=1), "is active, but says otherwise"),
        (lambda f: f["keys"][0].update(status="revoked"), "is revoked, but says otherwise"),
        (lambda f: f["keys"][0].update(end={"size": 1, "root": "A" * 43 + "="}), "says otherwise"),
        (lambda f: f["keys"][0].update(not_after_s=0), "valid from"),
        (lambda f: f["keys"][0].update(reason=1), "reason is 1"),
        (lambda f: f["keys"][0].update(follows=1), "follows is 1"),
        (lambda f: f["keys"].append(f["keys"][0]), "one twice"),
    ],
)
def test_every_field_is_checked(change: object, message: str) -> None:
    fields = from_bytes(Envelope.from_bytes(first().sign(OPERATOR)).payload)
    change(fields)
    document = dsse.sign(REGISTRY_TYPE, to_bytes(fields), OPERATOR).to_bytes()
    with pytest.raises(VerificationError, match=message):
        Registry.verify(document, [OPERATOR.public_key])


def test_there_is_an_end_to_how_many_keys() -> None:
    entry = first().entries[0]
    keys = [MemorySigner.from_seed(n.to_bytes(32, "big")).public_key for n in range(MAX_KEYS + 1)]
    with pytest.raises(VerificationError, match="too many"):
        Registry(edition=1, issued_s=1, entries=tuple(replace(entry, key=key) for key in keys))


@given(st.binary(max_size=200))
def test_any_bytes_are_our_error(data: bytes) -> None:
    with pytest.raises(EdgekitError):
        Registry.verify(data, [OPERATOR.public_key])


def test_every_flipped_byte_is_noticed() -> None:
    document = first().sign(OPERATOR)
    for at in range(len(document)):
        altered = bytearray(document)
        altered[at] ^= 1
        with pytest.raises(VerificationError):
            Registry.verify(bytes(altered), [OPERATOR.public_key])


def test_an_entry_cannot_contradict_itself() -> None:
    good = first().entries[0]
    for odd in ({"end": END}, {"since_s": 1}, {"status": KeyStatus.RETIRED}):
        with pytest.raises(VerificationError, match="says otherwise"):
            replace(good, **odd)
    assert isinstance(good, Entry)
