"""What a witness is asked, what it knows, and what it refuses (c2sp.org/tlog-witness)."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from edgekit.errors import EdgekitError, ForkError, VerificationError
from edgekit.ledger.checkpoint import Checkpoint, log_key
from edgekit.ledger.cosignature import Witness
from edgekit.ledger.merkle import Frontier, consistency_proof, leaf_hash
from edgekit.ledger.request import MAX_REQUEST_BYTES, Request
from edgekit.ledger.testimony import Testimony as Known
from edgekit.ledger.testimony import utc
from edgekit.signing.canonical import from_bytes, to_bytes
from edgekit.signing.keys import MemorySigner

LOG, OTHER = (MemorySigner.from_seed(bytes([n]) * 32) for n in (7, 8))
ORIGIN = f"edgekit/plaza/{LOG.key_id}"
NOW_S = 1_800_000_000


class Tree:
    """A log of any leaves, that tells its checkpoint and proofs."""

    def __init__(self, *leaves: bytes, signer: MemorySigner = LOG, origin: str = ORIGIN) -> None:
        self.signer, self.origin, self.frontier = signer, origin, Frontier()
        self.nodes: dict[tuple[int, int], bytes] = {}
        for leaf in leaves:
            self.frontier, nodes = self.frontier.append(leaf_hash(leaf))
            self.nodes |= {(node.level, node.place): node.value for node in nodes}

    def ask(self, old_size: int) -> Request:
        size = self.frontier.size
        path = consistency_proof(min(old_size, size), size, lambda level, at: self.nodes[level, at])
        state = Checkpoint(origin=self.origin, size=size, root=self.frontier.root())
        return Request(old_size=old_size, path=path, note=state.to_note(ORIGIN, self.signer))


def leaves(*names: str) -> list[bytes]:
    return [name.encode() for name in names]


@pytest.fixture
def known() -> Known:
    """What is known after three leaves a, b, c."""
    fresh = Known(log=log_key(ORIGIN, LOG.public_key))
    return fresh.continued(Tree(*leaves("a", "b", "c")).ask(0), now_s=NOW_S)


def test_a_log_that_grows_is_followed(known: Known) -> None:
    grown = known.continued(Tree(*leaves("a", "b", "c", "d", "e")).ask(3), now_s=NOW_S + 60)
    assert (grown.size, grown.t_s) == (5, NOW_S + 60)
    assert grown.continued(Tree(*leaves("a", "b", "c", "d", "e")).ask(5), now_s=NOW_S).size == 5
    assert Known.from_bytes(grown.to_bytes()) == grown


def test_a_witness_never_says_an_earlier_time_than_before(known: Known) -> None:
    again = known.continued(Tree(*leaves("a", "b", "c")).ask(3), now_s=NOW_S - 99)
    assert again.t_s == NOW_S


@pytest.mark.parametrize(
    ("log", "old", "message"),
    [
        (("a", "b"), 2, "ROLLBACK: the log .* shows 2 records; 3 of it"),  # an old image
        (("a", "b"), 3, "ROLLBACK"),
        ((), 0, "ROLLBACK: .* shows 0"),
        (("a", "b", "x"), 3, "FORK: .* shows other 3 records"),  # a clone
        (("a", "x", "c", "d"), 3, "FORK: .* does not continue"),  # set back and gone on
        (("x", "y", "z", "a", "b", "c"), 3, "FORK"),
    ],
    ids=["old image", "cut", "empty", "clone", "rewritten", "inserted"],
)
def test_every_second_history_is_refused_and_named(
    known: Known, log: tuple[str, ...], old: int, message: str
) -> None:
    with pytest.raises(ForkError, match=message) as caught:
        known.continued(Tree(*leaves(*log)).ask(old), now_s=NOW_S)
    assert "Nothing was co-signed" in str(caught.value.hint)


def test_whoever_asks_from_another_size_is_told_the_right_one(known: Known) -> None:
    with pytest.raises(VerificationError, match="asked from 1 records on: 3 were") as caught:
        known.continued(Tree(*leaves("a", "b", "c", "d")).ask(1), now_s=NOW_S)
    assert not isinstance(caught.value, ForkError)
    assert "--old 3" in str(caught.value.hint)


def test_only_the_log_itself_is_followed(known: Known) -> None:
    tree = leaves("a", "b", "c", "d")
    with pytest.raises(VerificationError, match="no signature of"):
        known.continued(Tree(*tree, signer=OTHER).ask(3), now_s=NOW_S)
    with pytest.raises(VerificationError, match="checkpoint of else: expected"):
        known.continued(Tree(*tree, origin="else").ask(3), now_s=NOW_S)
    with pytest.raises(VerificationError, match="key of a witness"):
        Known(log=Witness(name="w", key=LOG.public_key).verifier)


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2},
        {"more": 1},
        {"size": "3"},
        {"size": 4},
        {"t_s": None},
        {"note": None},
        {"note": ""},
        {"root": "A" * 43 + "="},
        {"log": "x"},
    ],
    ids=str,
)
def test_a_damaged_testimony_is_refused(known: Known, change: dict[str, object]) -> None:
    data = to_bytes(from_bytes(known.to_bytes()) | change)
    with pytest.raises(VerificationError):
        Known.from_bytes(data)


def test_a_beginning_reads_back() -> None:
    fresh = Known(log=log_key(ORIGIN, LOG.public_key))
    assert Known.from_bytes(fresh.to_bytes()) == fresh


@given(st.integers(0, 2**60), st.lists(st.binary(min_size=32, max_size=32), max_size=63))
def test_a_request_reads_back(old_size: int, path: list[bytes]) -> None:
    note = Tree(b"a").ask(0).note
    request = Request(old_size=old_size, path=tuple(path), note=note)
    assert Request.from_text(request.to_text()) == request


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not a request"),
        ("old 0\n", "not a request"),
        ("new 0\n\nx", "not a request"),
        ("old 00\n\nx", "decimal"),
        ("old -1\n\nx", "decimal"),
        ("old 1\nAA==\n\nx", "32 bytes"),
        ("old 1\n" + "A" * 43 + "\n\nx", "base64"),
        ("old 1" + "\nAA==" * 64 + "\n\nx", "not a request"),
        ("old 0\n\n" + "x" * MAX_REQUEST_BYTES, "characters"),
    ],
)
def test_odd_requests_are_refused(text: str, message: str) -> None:
    with pytest.raises(VerificationError, match=message):
        Request.from_text(text)
    for odd in ({"old_size": -1}, {"path": (bytes(32),) * 64}):
        with pytest.raises(VerificationError, match="expected a size"):
            replace(Tree(b"a").ask(0), **odd)


@given(st.text(max_size=200))
def test_any_text_is_a_request_or_our_error(text: str) -> None:
    with pytest.raises(EdgekitError):
        Request.from_text(text)
    with pytest.raises(EdgekitError):
        Known.from_bytes(text.encode("utf-8", "replace"))


class HonestAndNot(RuleBasedStateMachine):
    """Whatever is asked: what is co-signed stays one history that only grows."""

    def __init__(self) -> None:
        super().__init__()
        self.known = Known(log=log_key(ORIGIN, LOG.public_key))
        self.signed: list[tuple[bytes, ...]] = []
        self.log: tuple[bytes, ...] = (b"0",)

    @rule(leaf=st.binary(max_size=2))
    def grow(self, leaf: bytes) -> None:
        self.log = (*self.log, leaf)

    @precondition(lambda self: len(self.log) > 1)
    @rule(data=st.data())
    def rewrite(self, data: st.DataObject) -> None:
        at = data.draw(st.integers(1, len(self.log)))
        self.log = (*self.log[: at - 1], b"rewritten", *self.log[at:])[: max(1, at)]

    @rule()
    def ask(self) -> None:
        try:
            after = self.known.continued(Tree(*self.log).ask(self.known.size), now_s=NOW_S)
        except VerificationError:
            before = self.signed[-1]
            assert self.log[: len(before)] != before
            return
        self.known = after
        self.signed.append(self.log)
        for earlier in self.signed:
            assert self.log[: len(earlier)] == earlier


TestHonestAndNot = HonestAndNot.TestCase


def test_times_are_told_in_words_or_as_they_are() -> None:
    assert utc(0) == "1970-01-01 00:00:00 UTC"
    assert utc(2**60) == f"second {2**60}"
