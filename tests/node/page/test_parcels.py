"""Parcels and questions: whatever pieces they come in, and nothing that is none."""

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.consent.states import State
from edgekit.errors import PipeError
from edgekit.node.page.parcels import (
    MAX_PARCEL_BYTES,
    Ask,
    Parcel,
    ParcelReader,
    Question,
    QuestionReader,
    about_from_bytes,
    about_to_bytes,
    condition_from_bytes,
    condition_to_bytes,
    unwrap_answer,
    wrap,
    wrap_answer,
)
from edgekit.provenance import Seal
from edgekit.records import ClockTrust, Reason
from edgekit.web.board import About, Condition

QUESTIONS = st.builds(
    Question,
    ask=st.sampled_from(Ask),
    number=st.integers(0, 2**32 - 1),
    place=st.integers(0, 2**64 - 1),
    width=st.integers(0, 2**16 - 1),
    level=st.sampled_from(["0", "5", "entries", "records"]),
)
CONDITIONS = st.builds(
    Condition,
    state=st.sampled_from(State),
    shut=st.none() | st.sampled_from(Reason),
    until_s=st.none() | st.integers(0, 2**40),
    clock=st.sampled_from(ClockTrust),
    seal=st.sampled_from(Seal),
    view=st.text(),
    digits=st.none() | st.text(),
    live=st.dictionaries(st.text(), st.integers()),
)


@given(questions=st.lists(QUESTIONS), cut=st.integers(1, 40))
def test_questions_arrive_in_whatever_pieces(questions: list[Question], cut: int) -> None:
    data = b"".join(one.to_bytes() for one in questions)
    reader, found = QuestionReader(), []
    for at in range(0, len(data), cut):
        found += reader.feed(data[at : at + cut])
    assert found == questions


@given(
    parcels=st.lists(st.tuples(st.sampled_from(Parcel), st.binary(max_size=60))),
    cut=st.integers(1, 40),
)
def test_parcels_arrive_in_whatever_pieces(parcels: list[tuple[Parcel, bytes]], cut: int) -> None:
    data = b"".join(wrap(*one) for one in parcels)
    reader, found = ParcelReader(), []
    for at in range(0, len(data), cut):
        found += reader.feed(data[at : at + cut])
    assert found == parcels


@given(condition=CONDITIONS)
def test_how_it_stands_comes_back_as_it_was(condition: Condition) -> None:
    assert condition_from_bytes(condition_to_bytes(condition)) == condition


@given(number=st.integers(0, 2**32 - 1), answer=st.none() | st.binary())
def test_an_answer_comes_back_with_its_number(number: int, answer: bytes | None) -> None:
    ((kind, body),) = ParcelReader().feed(wrap_answer(number, answer))
    assert kind is Parcel.ANSWER
    assert unwrap_answer(body) == (number, answer)


@given(data=st.binary())
def test_whatever_comes_is_read_or_refused_and_nothing_else_comes_out(data: bytes) -> None:
    for parse in (
        lambda: list(QuestionReader().feed(data)),
        lambda: list(ParcelReader().feed(data)),
        lambda: about_from_bytes(data),
        lambda: condition_from_bytes(data),
        lambda: unwrap_answer(data),
        lambda: Question.from_bytes(data),
    ):
        with suppress(PipeError):
            parse()


def test_what_stays_the_same_comes_back() -> None:
    about = About(key_pem="pem", key_id="id", origin="edgekit/x/id", software="edgekit 1")
    assert about_from_bytes(about_to_bytes(about)) == about


@pytest.mark.parametrize(
    "body",
    [b"{}", b"[]", b"null", b'{"state":"active"}', b"[" * 99_999, b'{"live":3}'],
)
def test_what_says_nothing_sound_is_refused(body: bytes) -> None:
    for parse in (condition_from_bytes, about_from_bytes):
        with pytest.raises(PipeError):
            parse(body)


def test_what_is_too_large_or_out_of_range_is_refused() -> None:
    with pytest.raises(PipeError):
        wrap(Parcel.NOTE, bytes(MAX_PARCEL_BYTES + 1))
    with pytest.raises(PipeError):
        list(ParcelReader().feed(b"\x03\xff\xff\xff\xff"))
    good = Question(ask=Ask.TILE, number=1, place=1)
    for how in ({"number": -1}, {"place": 2**64}, {"width": 2**16}, {"level": "9"}):
        with pytest.raises(PipeError):
            replace(good, **how)
    with pytest.raises(PipeError):
        Question.from_bytes(b"\x09" + good.to_bytes()[1:])
