"""What stands outside a log and holds it: kept checkpoints, witnesses, an end, the registry."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from edgekit.errors import VerificationError
from edgekit.ledger.anchor import DAY_S, Anchors, Witnessed, hold
from edgekit.ledger.checkpoint import Checkpoint, origin_of
from edgekit.ledger.cosignature import Witness, cosign
from edgekit.ledger.lines import verify_lines
from edgekit.ledger.report import Report
from edgekit.ledger.store import Ledger
from edgekit.ledger.verify import verify_ledger
from edgekit.records import SignedRecord
from edgekit.signing.identity import LogEnd
from edgekit.signing.keys import MemorySigner
from edgekit.signing.registry import Entry, KeyStatus

Make = Callable[..., list[SignedRecord]]
START_S, T_S = 1_800_000_000, 1_800_020_000
END_S = START_S + 7 * 900 + 900
ONE, TWO = (MemorySigner.from_seed(bytes([n]) * 32) for n in (21, 22))
WITNESSES = tuple(
    Witness(name=f"example.org/{name}", key=key.public_key)
    for name, key in (("one", ONE), ("two", TWO))
)


class Held:
    """A ledger of eight records, verified, and its checkpoints at 4 and 8."""

    def __init__(self, ledger: Ledger, make: Make, signer: MemorySigner) -> None:
        self.ledger, self.signer, self.origin = ledger, signer, ledger.origin
        ledger.append(make(0, 4), signer)
        self.four = str(ledger.latest_checkpoint())
        ledger.append(make(4, 8), signer)
        self.eight = str(ledger.latest_checkpoint())

    @property
    def report(self) -> Report:
        return verify_ledger(self.ledger, [self.signer.public_key])

    def root_at(self, size: int) -> bytes:
        return self.ledger.frontier(size).root()

    def hold(self, anchors: Anchors, *, lines: bool = False) -> Witnessed | None:
        report = self.report
        if lines:
            texts = [one.envelope + b"\n" for one in self.ledger.records(0, 99)]
            report = verify_lines(texts, [self.signer.public_key])
        return hold(
            report,
            anchors,
            origin=self.origin,
            key=self.signer.public_key,
            root_at=None if lines else self.root_at,
        )

    def refused(self, anchors: Anchors, message: str, *, lines: bool = False) -> int | None:
        with pytest.raises(VerificationError, match=message) as caught:
            self.hold(anchors, lines=lines)
        return caught.value.sequence

    def entry(self, **change: object) -> Entry:
        good = Entry(
            key=self.signer.public_key,
            site="plaza",
            not_before_s=START_S,
            not_after_s=END_S,
        )
        return replace(good, **change)


@pytest.fixture
def held(ledger: Ledger, make: Make, signer: MemorySigner) -> Held:
    return Held(ledger, make, signer)


def test_a_log_that_continues_what_is_held(held: Held) -> None:
    for lines in (False, True):
        assert held.hold(Anchors(notes=(held.four, held.eight)), lines=lines) is None
    assert held.hold(Anchors(until_s=END_S)) is None


def test_every_end_that_is_missing_is_named(held: Held, make: Make, signer: MemorySigner) -> None:
    held.ledger.append(make(8, 9), signer)
    nine = str(held.ledger.latest_checkpoint())
    held.ledger.append(make(9, 11), signer)
    eleven = str(held.ledger.latest_checkpoint())
    report = replace(held.report, last_sequence=7, records=8)
    for note, words in ((nine, "record 8 is missing"), (eleven, "records 8 to 10 are missing")):
        with pytest.raises(VerificationError, match=words) as caught:
            hold(
                report,
                Anchors(notes=(note,)),
                origin=held.origin,
                key=signer.public_key,
                root_at=None,
            )
        assert caught.value.sequence == 8
    message = r"records from 11 on are missing: .* expected until 2027"
    assert held.refused(Anchors(until_s=START_S + 99 * 900), message) == 11


def test_a_rewritten_history_is_named(held: Held, signer: MemorySigner) -> None:
    for size in (1, 8):
        state = Checkpoint(origin=held.origin, size=size, root=bytes(32))
        note = state.to_note(held.origin, signer)
        assert held.refused(Anchors(notes=(note,)), "history was rewritten") == size - 1
        assert held.hold(Anchors(notes=(note,)), lines=True) is None  # lines tell no root


def test_what_is_held_has_to_be_of_this_log(
    held: Held, signer: MemorySigner, other: MemorySigner
) -> None:
    state = Checkpoint(origin=held.origin, size=4, root=held.root_at(4))
    held.refused(Anchors(notes=(state.to_note(held.origin, other),)), "no signature of")
    elsewhere = replace(state, origin=origin_of("market", signer.key_id))
    held.refused(Anchors(notes=(elsewhere.to_note(held.origin, signer),)), "checkpoint is of")


def cosigned(note: str, *marks: tuple[MemorySigner, int]) -> str:
    names = {ONE.key_id: WITNESSES[0].name, TWO.key_id: WITNESSES[1].name}
    return note + "".join(cosign(note, names[key.key_id], key, t_s=t_s) for key, t_s in marks)


def test_the_largest_state_that_enough_witnesses_signed_counts(held: Held) -> None:
    four = cosigned(held.four, (ONE, T_S), (TWO, T_S + 9))
    eight = cosigned(held.eight, (TWO, T_S + 20))
    for order in ((four, eight), (eight, four)):
        found = held.hold(Anchors(notes=order, witnesses=WITNESSES))
        assert found == Witnessed(size=8, t_s=T_S + 20, names=("example.org/two",))
        found = held.hold(Anchors(notes=order, witnesses=WITNESSES, quorum=2))
        assert found == Witnessed(size=4, t_s=T_S + 9, names=("example.org/one", "example.org/two"))
    assert held.hold(Anchors(notes=(four, eight), witnesses=WITNESSES[:1])).size == 4
    assert held.hold(Anchors(notes=(held.four,), witnesses=WITNESSES)) is None
    assert held.hold(Anchors(notes=(four, eight))) is None  # nobody is trusted
    # Lines have no tree by which they could be told from others of the same number.
    assert held.hold(Anchors(notes=(four, eight), witnesses=WITNESSES), lines=True) is None
    for quorum in (0, 3):
        with pytest.raises(VerificationError, match="expected 1 to 2"):
            Anchors(witnesses=WITNESSES, quorum=quorum)
    with pytest.raises(VerificationError, match="quorum 1 of 0 witnesses"):
        Anchors(quorum=1)


def test_a_quorum_that_is_not_reached_is_refused_not_told(held: Held) -> None:
    one = cosigned(held.eight, (ONE, T_S))
    for notes, quorum in (((held.eight,), 1), ((one,), 2)):
        held.refused(Anchors(notes=notes, witnesses=WITNESSES, quorum=quorum), "unwitnessed")
    assert held.hold(Anchors(notes=(one,), witnesses=WITNESSES, quorum=1)).size == 8
    with pytest.raises(VerificationError, match="fewer than 1 of the witnesses"):
        held.hold(Anchors(notes=(one,), witnesses=WITNESSES, quorum=1), lines=True)


def test_what_the_log_itself_kept_of_witnesses_counts_too(held: Held) -> None:
    note = cosigned(held.eight, (ONE, T_S))
    held.ledger.keep_cosigned(note, key=held.signer.public_key, witnesses=WITNESSES)
    assert held.hold(Anchors(witnesses=WITNESSES)).size == 8


def test_a_forged_cosignature_is_refused_not_ignored(held: Held) -> None:
    state = Checkpoint(origin=held.origin, size=8, root=held.root_at(8))
    forged = cosigned(state.to_note(held.origin, held.signer), (ONE, T_S))
    altered = forged[:-20] + ("B" if forged[-20] == "A" else "A") + forged[-19:]
    with pytest.raises(VerificationError):
        held.hold(Anchors(notes=(altered,), witnesses=WITNESSES))


def test_the_registry_says_where_and_from_when_to_when(held: Held) -> None:
    assert held.hold(Anchors(entry=held.entry())) is None
    assert held.hold(Anchors(entry=held.entry(not_before_s=END_S - 1))) is None
    held.refused(Anchors(entry=held.entry(site="market")), "registered for site market, not plaza")
    for times in (
        {"not_before_s": START_S + DAY_S + 1, "not_after_s": END_S + DAY_S},
        {"not_after_s": END_S - 1},
    ):
        held.refused(Anchors(entry=held.entry(**times)), "is valid from")


def test_a_revoked_key_proves_what_witnesses_signed_before(held: Held) -> None:
    gone = {"status": KeyStatus.REVOKED, "since_s": T_S, "reason": "stolen"}
    revoked = Anchors(entry=held.entry(**gone), witnesses=WITNESSES)
    assert held.refused(revoked, r"records from 0 on prove nothing.*\(stolen\)") == 0
    before = replace(revoked, notes=(cosigned(held.eight, (ONE, T_S)),))
    assert held.hold(before).size == 8
    after = replace(revoked, notes=(cosigned(held.eight, (ONE, T_S + 1)),))
    assert held.refused(after, "records from 0 on prove nothing") == 0
    half = replace(revoked, notes=(cosigned(held.four, (ONE, T_S)),))
    assert held.refused(half, "records from 4 on prove nothing") == 4
    assert held.refused(before, "records from 0 on prove nothing", lines=True) == 0


def test_a_retired_keys_log_ends_where_the_registry_says(held: Held) -> None:
    def retired(size: int, root: bytes) -> Anchors:
        end = LogEnd(size=size, root=root)
        return Anchors(entry=held.entry(status=KeyStatus.RETIRED, since_s=END_S, end=end))

    right = retired(8, held.root_at(8))
    for lines in (False, True):
        assert held.hold(right, lines=lines) is None
        assert held.refused(retired(7, bytes(32)), "record 7 is one too many", lines=lines) == 7
        missing = "records 8 to 8 are missing at the end"
        assert held.refused(retired(9, bytes(32)), missing, lines=lines) == 8
    assert held.refused(retired(8, bytes(32)), "does not end as the registry says") == 7


def test_an_erased_log_is_held_as_well(held: Held) -> None:
    held.ledger.erase(range(8))
    assert held.hold(Anchors(entry=held.entry(), notes=(held.eight,))) is None
    held.refused(Anchors(until_s=END_S), "records from 8 on are missing")
