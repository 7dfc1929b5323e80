import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.errors import PipeError
from edgekit.node.mail import (
    DELIVERED,
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


@given(st.lists(records, max_size=5), st.integers(min_value=1, max_value=64))
def test_records_arrive_whole_in_any_pieces(sent: list[SignedRecord], piece: int) -> None:
    data = b"".join(map(encode_record, sent))
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
    head = encode_record(SignedRecord(sequence=1, envelope=b""))[:8]

    with pytest.raises(PipeError, match="expected up to"):
        list(RecordReader().feed(head + (MAX_ENVELOPE_BYTES + 1).to_bytes(4, "little")))


def test_unknown_answer_is_refused() -> None:
    with pytest.raises(PipeError, match="answer 9"):
        list(AnswerReader().feed(encode_answer(9)))
