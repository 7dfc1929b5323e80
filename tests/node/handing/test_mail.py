import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.errors import PipeError
from edgekit.node.handing.mail import (
    BROKER,
    DELIVERED,
    FILES,
    GREETING,
    MAX_ENVELOPE_BYTES,
    AnswerReader,
    RecordReader,
    encode_answer,
    encode_record,
)
from edgekit.records import SignedRecord

records = st.builds(
    SignedRecord,
    sequence=st.integers(min_value=0, max_value=2**63),
    envelope=st.binary(max_size=300),
)


lanes = st.sampled_from((FILES, BROKER))


@given(st.lists(st.tuples(lanes, records), max_size=5), st.integers(min_value=1, max_value=64))
def test_records_arrive_whole_in_any_pieces(
    sent: list[tuple[int, SignedRecord]], piece: int
) -> None:
    data = GREETING + b"".join(encode_record(record, lane) for lane, record in sent)
    reader = RecordReader()
    got = [r for at in range(0, len(data), piece) for r in reader.feed(data[at : at + piece])]

    assert got == sent


@given(st.lists(st.integers(min_value=0, max_value=2**63), max_size=5))
def test_answers_arrive_whole(sent: list[int]) -> None:
    data = b"".join(encode_answer(DELIVERED, n) for n in sent)
    reader = AnswerReader()
    got = [answer for byte in data for answer in reader.feed(bytes([byte]))]

    assert got == [(DELIVERED, n) for n in sent]


def test_impossible_length_is_refused() -> None:
    head = encode_record(SignedRecord(sequence=1, envelope=b""))[:9]

    with pytest.raises(PipeError, match="expected up to"):
        list(RecordReader().feed(head + (MAX_ENVELOPE_BYTES + 1).to_bytes(4, "little")))


def test_unknown_lane_is_refused() -> None:
    with pytest.raises(PipeError, match="for lane 7"):
        list(RecordReader().feed(encode_record(SignedRecord(sequence=1, envelope=b""), 7)))


def test_unknown_answer_is_refused() -> None:
    with pytest.raises(PipeError, match="answer 9"):
        list(AnswerReader().feed(encode_answer(9)))
