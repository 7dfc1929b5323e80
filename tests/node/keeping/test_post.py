"""Clerk and herald across their two pipes: whatever falls, each record arrives once."""

import os
import selectors
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from edgekit.config import Settings
from edgekit.errors import ConfigError, OutletError
from edgekit.node import herald as heralds
from edgekit.node.clock import now_ms
from edgekit.node.control import close_all
from edgekit.node.handing.mail import PAUSE, RecordReader, encode_answer
from edgekit.node.herald import Herald, open_outlets
from edgekit.node.keeping.books import Books, open_books
from edgekit.node.keeping.post import AHEAD, HERALD, Post, PostOffice
from edgekit.node.site import load_site
from edgekit.outlets.file import FileOutlet
from edgekit.provenance import Wall
from edgekit.records import ClockTrust, Event, EventName, Profile, SignedRecord
from edgekit.seams.clerk import Outlet
from edgekit.testing.fakes import FakeClock, MemoryOutlet

if TYPE_CHECKING:
    from tests.node.conftest import Places


@pytest.fixture
def books(places: "Places") -> Iterator[Books]:
    place = places.make()
    opened = open_books(load_site(place.settings, now_s=now_ms() // 1000))
    yield opened
    opened.ledger.close()


def fill(books: Books, number: int) -> None:
    event = Event(name=EventName.VIEW, t_s=1_800_000_000, reason=None, profile=Profile.LOCAL)
    books.write([event] * number, clock=ClockTrust.FREE, wall=Wall())


class Pipes:
    """A post and a herald that the test runs by hand."""

    def __init__(self, books: Books, outlets: Sequence[Outlet], clock: FakeClock) -> None:
        records_r, records_w = os.pipe()
        answers_r, answers_w = os.pipe()
        self.post = Post(books.ledger, records_w, answers_r)
        os.set_blocking(records_r, False)
        self.records, self.answers = records_r, answers_w
        self._reader = RecordReader()
        self._herald = Herald(
            outlets, answer=lambda data: os.write(answers_w, data), clock_s=clock.s
        )

    def turn(self) -> None:
        self.post.pump()
        try:
            data = os.read(self.records, 1 << 20)
        except BlockingIOError:
            data = b""
        for _, record in self._reader.feed(data):
            self._herald.take(record)
        self._herald.deliver()
        self.post.hear()

    def fall(self) -> None:
        for descriptor in (self.records, self.answers):
            os.close(descriptor)
        self.post.close()


def sequences(outlet: MemoryOutlet) -> list[int]:
    return [record.sequence for record in outlet.records]


def test_all_records_arrive_in_order_and_are_ticked_off(books: Books) -> None:
    outlet = MemoryOutlet()
    fill(books, 2 * AHEAD + 10)
    pipes = Pipes(books, [outlet], FakeClock())
    for _ in range(30):
        pipes.turn()

    assert sequences(outlet) == list(range(2 * AHEAD + 10))
    assert pipes.post.idle
    pipes.fall()


def test_herald_that_fell_before_it_answered_brings_nothing_twice(
    books: Books, tmp_path: Path
) -> None:
    path = tmp_path / "records.jsonl"
    fill(books, 5)
    for size in (5, 9):
        pipes = Pipes(
            books, [FileOutlet(path, rotate_bytes=1 << 20, keep_free_bytes=0)], FakeClock()
        )
        pipes.post.hear = lambda: ()  # type: ignore[method-assign] -- its answers are lost
        for _ in range(3):
            pipes.turn()
        pipes.fall()
        assert books.ledger.delivered(HERALD) == 0
        assert len(path.read_bytes().splitlines()) == size
        fill(books, 4)

    pipes = Pipes(books, [FileOutlet(path, rotate_bytes=1 << 20, keep_free_bytes=0)], FakeClock())
    for _ in range(3):
        pipes.turn()
    pipes.fall()
    kept = [record.envelope for record in books.ledger.records(0, 100)]
    assert path.read_bytes().splitlines() == kept
    assert books.ledger.delivered(HERALD) == 13


def test_outlet_that_is_away_is_tried_again_and_nothing_grows(
    books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    outlet, clock = MemoryOutlet(fail_at=3), FakeClock()
    fill(books, 4)
    pipes = Pipes(books, [outlet], clock)
    for _ in range(4):
        pipes.turn()
    assert sequences(outlet) == [0, 1]
    assert books.ledger.delivered(HERALD) == 2

    clock.sleep(heralds.RETRY_S)
    for _ in range(2):
        pipes.turn()

    assert sequences(outlet) == [0, 1, 2, 3]
    assert pipes.post.idle
    said = capsys.readouterr().err
    assert said.count("records wait") == 1
    assert said.count("records flow again") == 1
    pipes.fall()


def test_slow_outlet_holds_no_more_than_a_handful(books: Books) -> None:
    class Away:
        name, leaves_device = "away", False

        def send(self, record: SignedRecord) -> None:
            raise OutletError(f"record {record.sequence} is not taken")

        def close(self) -> None:
            """Nothing to close."""

    fill(books, 3 * AHEAD)
    pipes = Pipes(books, [Away()], FakeClock())
    for _ in range(20):
        pipes.turn()

    assert len(pipes._herald._waiting) <= AHEAD
    assert books.ledger.delivered(HERALD) == 0
    pipes.fall()


def test_herald_cannot_tick_off_what_it_was_not_given(books: Books) -> None:
    fill(books, 2)
    pipes = Pipes(books, [], FakeClock())
    os.write(pipes.answers, encode_answer(1, 2))
    pipes.post.hear()

    assert books.ledger.delivered(HERALD) == 0
    pipes.fall()


def test_pause_is_heard_with_its_token(books: Books) -> None:
    pipes = Pipes(books, [], FakeClock())
    assert not pipes.post.hear()
    os.write(pipes.answers, encode_answer(PAUSE, 4_711) + encode_answer(PAUSE, 2**64 - 1))

    assert pipes.post.hear() == ("004711", str(2**64 - 1))
    pipes.fall()


def test_who_asks_for_a_pause_by_an_outlet_shows_a_token(books: Books) -> None:
    shown: list[str] = []
    with selectors.DefaultSelector() as selector:
        office = PostOffice(books.ledger, selector, shown.append)
        (records_r, records_w), (answers_r, answers_w) = os.pipe(), os.pipe()
        office.open((records_w, answers_r))
        os.write(answers_w, encode_answer(PAUSE, 123_456))

        office.pump()
        office.close()

    assert shown == ["123456"]
    close_all((records_r, answers_w))


@pytest.mark.parametrize("nonsense", [b"\x09" * 9, None])
def test_herald_that_is_gone_or_talks_nonsense_is_left(
    books: Books, nonsense: bytes | None, capsys: pytest.CaptureFixture[str]
) -> None:
    selector = selectors.DefaultSelector()
    office = PostOffice(books.ledger, selector)
    assert office.idle
    records_r, records_w = os.pipe()
    answers_r, answers_w = os.pipe()
    office.open((records_w, answers_r))
    fill(books, 1)
    assert not office.idle
    if nonsense is not None:
        os.write(answers_w, nonsense)
    os.close(answers_w)

    office.pump()
    office.pump()
    office.close()

    assert office.idle
    assert not selector.get_map()
    assert "the herald is gone" in capsys.readouterr().err
    os.close(records_r)
    selector.close()


def test_under_local_no_outlet_leaves_the_device(
    places: "Places", monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings.load(places.make().settings)
    (outlet,) = open_outlets(settings)
    assert not outlet.leaves_device
    outlet.close()
    monkeypatch.setattr(FileOutlet, "leaves_device", True)

    with pytest.raises(ConfigError, match="nothing leave"):
        open_outlets(settings)
