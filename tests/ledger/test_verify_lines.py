import io
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edgekit.errors import VerificationError
from edgekit.ledger.lines import verify_lines
from edgekit.ledger.report import Tally
from edgekit.records import SignedRecord
from edgekit.signing.keys import MemorySigner

Make = Callable[..., list[SignedRecord]]


def lines_of(records: list[SignedRecord]) -> list[bytes]:
    return [record.envelope + b"\n" for record in records]


def refused(lines: list[bytes], signer: MemorySigner, message: str) -> int | None:
    with pytest.raises(VerificationError, match=message) as caught:
        verify_lines(lines, [signer.public_key])
    return caught.value.sequence


def test_good_lines_are_summed_up(make: Make, signer: MemorySigner, other: MemorySigner) -> None:
    report = verify_lines(lines_of(make(3, 13)), [other.public_key, signer.public_key])
    assert (report.records, report.first_sequence, report.last_sequence) == (10, 3, 12)
    assert (report.aggregates, report.events) == (8, 2)
    assert (report.released, report.suppressed, report.gaps, report.erased) == (4, 4, 0, 0)
    assert (report.first_s, report.last_s) == (1_800_002_700, 1_800_000_000 + 13 * 900)
    assert (report.site, report.device, report.head) == ("plaza", signer.key_id, None)
    assert report.metrics == ("line.door.in",)
    assert (report.profiles, report.seals) == (("sdc-10-5",), ("sealed",))


def test_the_seal_of_an_event_is_no_seal_of_an_eye() -> None:
    tally = Tally()
    head = {"site": "a", "device": "b", "profile": "home"}
    tally.add(head | {"type": "event", "t_s": 60, "seal": "none"})
    window = {"metric": "m", "status": "released", "window_start_s": 60, "window_s": 60}
    tally.add(head | {"type": "aggregate", "seal": "partial"} | window)
    assert tally.report(0, 2).seals == ("partial",)


def test_nothing_verifies_nothing(make: Make, signer: MemorySigner) -> None:
    refused([], signer, "empty file verifies nothing")
    with pytest.raises(VerificationError, match="no key to verify with"):
        verify_lines(lines_of(make(0, 1)), [])


def test_every_dropped_record_but_the_ends_is_named(make: Make, signer: MemorySigner) -> None:
    lines = lines_of(make(0, 6))
    for sequence in range(1, 5):
        left = lines[:sequence] + lines[sequence + 1 :]
        assert refused(left, signer, f"^record {sequence} is missing$") == sequence
    assert refused([lines[0], lines[5]], signer, "records 1 to 4 are missing") == 1
    assert verify_lines(lines[1:], [signer.public_key]).first_sequence == 1
    assert verify_lines(lines[:-1], [signer.public_key]).last_sequence == 4


def test_every_doubled_and_every_swapped_record_is_named(make: Make, signer: MemorySigner) -> None:
    lines = lines_of(make(0, 6))
    for one in range(6):
        doubled = [*lines[: one + 1], *lines[one:]]
        assert refused(doubled, signer, f"record {one} is wrong: it stands twice") == one
        for two in range(one + 1, 6):
            swapped = list(lines)
            swapped[one], swapped[two] = lines[two], lines[one]
            # Nothing tells what should stand in the first line: there the neighbour is named.
            named = one or 1
            assert refused(swapped, signer, "is out of order") in (named, 0)


def test_records_of_another_key_site_or_device_are_named(
    make: Make, signer: MemorySigner, other: MemorySigner
) -> None:
    foreign = lines_of(make(0, 3, by=other))
    message = f"record 0 .line 1. is wrong: signed by key {other.key_id}: expected key"
    assert refused(foreign, signer, message) == 0
    mixed = lines_of(make(0, 2)) + lines_of(make(2, 3, site="market"))
    assert refused(mixed, signer, "record 2 is wrong: it is of site market") == 2
    grafted = lines_of(make(0, 2)) + foreign[2:]
    assert refused(grafted, signer, "record 2 .line 3. is wrong: signed by key") == 2
    both = [signer.public_key, other.public_key]
    with pytest.raises(VerificationError, match="record 2 is wrong: it is of site plaza, device"):
        verify_lines(grafted, both)


def test_a_cut_file_is_named(make: Make, signer: MemorySigner) -> None:
    lines = lines_of(make(0, 3))
    for length in range(1, len(lines[2])):
        cut = [*lines[:2], lines[2][:length]]
        assert refused(cut, signer, "record 2 .line 3. has no line end: the file was cut") == 2
    assert refused([b"\n"], signer, "a record .line 1. is wrong: not a JSON") is None
    assert refused([b"{"], signer, "a record .line 1. has no line end") is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(index=st.integers(0, 10_000), flip=st.integers(1, 255))
def test_any_flipped_byte_is_noticed_and_its_record_named(
    make: Make, signer: MemorySigner, index: int, flip: int
) -> None:
    lines = lines_of(make(0, 4))
    data = bytearray(b"".join(lines))
    index %= len(data)
    data[index] ^= flip
    hit = next(n for n in range(4) if index < sum(map(len, lines[: n + 1])))
    with pytest.raises(VerificationError) as caught:
        verify_lines(io.BytesIO(data), [signer.public_key])
    # Of the first record nothing else tells the sequence: then its line is named.
    assert caught.value.sequence == hit or (hit == 0 and "line 1" in str(caught.value))


def test_every_single_byte_of_a_record_counts(make: Make, signer: MemorySigner) -> None:
    lines = lines_of(make(0, 4))
    for index in range(len(lines[1])):
        line = bytearray(lines[1])
        line[index] ^= 1 << index % 8
        with pytest.raises(VerificationError) as caught:
            verify_lines([lines[0], bytes(line), *lines[2:]], [signer.public_key])
        assert caught.value.sequence == 1


@given(st.lists(st.binary(max_size=40), max_size=4))
def test_any_lines_give_a_report_or_our_error(lines: list[bytes]) -> None:
    key = MemorySigner.from_seed(bytes(32)).public_key
    with pytest.raises(VerificationError):
        verify_lines(lines, [key])
