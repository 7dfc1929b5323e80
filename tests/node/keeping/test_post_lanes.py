"""Two lanes through one pair of pipes: files do not wait for a broker, nor a broker for files."""

import os
import selectors
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from edgekit.node.clock import now_ms
from edgekit.node.handing.mail import (
    ACKNOWLEDGED,
    BROKER,
    DELIVERED,
    FILES,
    GREETING,
    RecordReader,
    encode_answer,
)
from edgekit.node.keeping.books import Books, open_books
from edgekit.node.keeping.post import AHEAD, HERALD, Post, PostOffice
from edgekit.node.site import load_site
from edgekit.provenance import Wall
from edgekit.records import ClockTrust, Event, EventName, Profile

if TYPE_CHECKING:
    from tests.node.conftest import Places

MQTT = "mqtt 192.0.2.1:1883"


@pytest.fixture
def books(places: "Places") -> Iterator[Books]:
    opened = open_books(load_site(places.make().settings, now_s=now_ms() // 1000))
    yield opened
    opened.ledger.close()


def fill(books: Books, number: int) -> None:
    event = Event(name=EventName.VIEW, t_s=1_800_000_000, reason=None, profile=Profile.LOCAL)
    books.write([event] * number, clock=ClockTrust.FREE, wall=Wall())


class Pipes:
    def __init__(self, books: Books) -> None:
        records_r, records_w = os.pipe()
        answers_r, self.answers = os.pipe()
        self.post = Post(books.ledger, records_w, answers_r, broker=MQTT)
        self._records, self._reader = records_r, RecordReader()
        os.set_blocking(records_r, False)
        self.got: dict[int, list[int]] = {FILES: [], BROKER: []}

    def pump(self, turns: int = 8) -> None:
        for _ in range(turns):
            self.post.pump()
            try:
                data = os.read(self._records, 1 << 20)
            except BlockingIOError:
                continue
            for lane, record in self._reader.feed(data):
                self.got[lane].append(record.sequence)

    def answer(self, word: int, sequence: int) -> None:
        os.write(self.answers, encode_answer(word, sequence))
        self.post.hear()

    def close(self) -> None:
        self.post.close()
        os.close(self._records)
        os.close(self.answers)


def test_files_go_on_while_a_broker_is_away_and_nothing_grows(books: Books) -> None:
    fill(books, 3 * AHEAD)
    pipes = Pipes(books)
    for _ in range(6):
        pipes.pump()
        pipes.answer(DELIVERED, pipes.got[FILES][-1] + 1)
    assert pipes.got == {FILES: list(range(3 * AHEAD)), BROKER: list(range(AHEAD))}
    assert books.ledger.delivered(HERALD) == 3 * AHEAD
    assert books.ledger.delivered(MQTT) == 0
    assert not pipes.post.idle
    pipes.close()

    again = Pipes(books)
    again.pump()
    assert again.got == {FILES: [], BROKER: list(range(AHEAD))}
    for _ in range(6):
        again.answer(ACKNOWLEDGED, again.got[BROKER][-1] + 1)
        again.pump()
    assert again.got[BROKER] == list(range(3 * AHEAD))
    assert again.post.idle
    again.close()


def test_a_lane_is_ticked_off_by_its_own_answers_and_only_what_it_was_given(books: Books) -> None:
    fill(books, 2)
    pipes = Pipes(books)
    pipes.pump()
    pipes.answer(ACKNOWLEDGED, 3)
    assert books.ledger.delivered(MQTT) == 0
    pipes.answer(ACKNOWLEDGED, 2)
    assert (books.ledger.delivered(MQTT), books.ledger.delivered(HERALD)) == (2, 0)
    pipes.close()


def test_a_broker_that_is_new_gets_what_is_made_from_now_on(books: Books) -> None:
    """What was made before was for other recipients."""
    selector = selectors.DefaultSelector()
    fill(books, 4)
    PostOffice(books.ledger, selector, broker=MQTT)
    assert books.ledger.delivered(MQTT) == 4
    fill(books, 3)
    office = PostOffice(books.ledger, selector, broker=MQTT)
    assert books.ledger.delivered(MQTT) == 4
    books.ledger.set_delivered(HERALD, 6)
    assert office.delivered == 4
    assert PostOffice(books.ledger, selector).delivered == 6
    books.ledger.set_delivered(HERALD, 0)
    pipes = Pipes(books)
    pipes.pump()
    assert pipes.got == {FILES: list(range(7)), BROKER: [4, 5, 6]}
    pipes.close()
    selector.close()


def test_the_first_thing_that_a_herald_hears_is_that_it_may_begin(books: Books) -> None:
    records_r, records_w = os.pipe()
    answers_r, answers_w = os.pipe()
    post = Post(books.ledger, records_w, answers_r)
    post.pump()
    assert os.read(records_r, 100) == GREETING
    assert list(RecordReader().feed(GREETING)) == []
    post.close()
    os.close(records_r)
    os.close(answers_w)
