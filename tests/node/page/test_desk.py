"""The clerk's end: what goes out, what is answered, and when a page is left."""

import os
import selectors
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from edgekit.consent.presence import SECRET_BYTES
from edgekit.consent.states import State
from edgekit.ledger.checkpoint import read_unverified
from edgekit.ledger.tiles import publish, tile_path
from edgekit.node.clerking.bell import Bell
from edgekit.node.clerking.permission import Permission, Shut
from edgekit.node.clock import now_ms
from edgekit.node.handing.mail import RecordReader
from edgekit.node.keeping.books import Books, open_books
from edgekit.node.page import desk as desks
from edgekit.node.page.desk import PageDesk
from edgekit.node.page.parcels import (
    Ask,
    Parcel,
    ParcelReader,
    Question,
    about_from_bytes,
    condition_from_bytes,
    unwrap_answer,
)
from edgekit.node.site import load_site
from edgekit.provenance import Seal, Wall
from edgekit.records import ClockTrust, Event, EventName, Profile, Reason

if TYPE_CHECKING:
    from tests.node.conftest import Places

WALL = Wall(eye=Seal.SEALED)


class Counter:
    """A desk that the test turns, and the page's end of its pipes."""

    def __init__(self, places: "Places", *, extra: str = "[web]\n") -> None:
        place = places.make(extra=extra)
        site = load_site(place.settings, now_s=now_ms() // 1000)
        self.books: Books = open_books(site)
        self.permission = Permission(
            site.authorisation, last_record_s=lambda: None, synced=lambda: True
        )
        self.permission.why_shut(now_ms())
        self.bell = Bell(site, self.books, self.permission, secret=bytes(SECRET_BYTES))
        self.selector = selectors.DefaultSelector()
        self.desk = PageDesk(site, self.books, self.bell, self.permission, self.selector)
        self.reader = ParcelReader()
        self.now_ms = now_ms()
        self.ends: tuple[int, int] | None = None

    def begin(self) -> None:
        parcels_r, parcels_w = os.pipe()
        questions_r, questions_w = os.pipe()
        os.set_blocking(parcels_r, False)
        self.ends = (parcels_r, questions_w)
        self.desk.open((parcels_w, questions_r))

    def fill(self, number: int) -> None:
        event = Event(name=EventName.VIEW, t_s=1_800_000_000, reason=None, profile=Profile.LOCAL)
        self.books.write([event] * number, clock=ClockTrust.FREE, wall=Wall())

    def turn(self, shut: Shut | None = None) -> list[tuple[Parcel, bytes]]:
        """Let the clerk have a turn; return what the page gets of it."""
        self.now_ms += 200
        self.desk.turn(self.now_ms, shut, WALL, None, {"people": 3})
        return self.read()

    def read(self) -> list[tuple[Parcel, bytes]]:
        assert self.ends is not None
        found = []
        while True:
            try:
                data = os.read(self.ends[0], 1 << 16)
            except BlockingIOError:
                return found
            if not data:
                return found
            found += self.reader.feed(data)

    def ask(self, ask: Ask, place: int, width: int = 0, level: str = "0") -> bytes | None:
        assert self.ends is not None
        question = Question(ask=ask, number=7, place=place, width=width, level=level)
        os.write(self.ends[1], question.to_bytes())
        self.desk.hear()
        told = self.read()
        while not [one for one in told if one[0] is Parcel.ANSWER]:
            told += self.turn()  # what a pipe does not hold at once comes with the next turns
        (body,) = [body for kind, body in told if kind is Parcel.ANSWER]
        number, answer = unwrap_answer(body)
        assert number == 7
        return answer

    def close(self) -> None:
        self.desk.close()
        self.selector.close()
        self.books.ledger.close()
        for end in self.ends or ():
            os.close(end)


@pytest.fixture
def counter(places: "Places") -> Iterator[Counter]:
    made = Counter(places)
    made.begin()
    yield made
    made.close()


def test_a_page_is_told_all_of_it_once_and_then_what_is_new(counter: Counter) -> None:
    counter.fill(5)
    told = counter.turn()
    assert [kind for kind, _ in told] == [
        Parcel.ABOUT,
        Parcel.RECORDS,
        Parcel.NOTE,
        Parcel.CONDITION,
    ]
    assert about_from_bytes(told[0][1]).key_id == counter.books.public_key.key_id
    sent = [one for _, one in RecordReader().feed(told[1][1])]
    assert sent == counter.books.ledger.records(0, 9)
    assert read_unverified(told[2][1].decode()).size == 5
    condition = condition_from_bytes(told[3][1])
    assert (condition.state, condition.seal, condition.view) == (State.ACTIVE, Seal.SEALED, "good")
    assert condition.digits == counter.bell.token

    assert counter.turn() == []
    counter.fill(1)
    assert [kind for kind, _ in counter.turn()] == [Parcel.RECORDS, Parcel.NOTE]


def test_how_it_stands_is_said_anew_before_long(counter: Counter) -> None:
    counter.turn()
    for _ in range(desks.SAY_MS // 200 - 1):
        assert counter.turn() == []
    assert [kind for kind, _ in counter.turn()] == [Parcel.CONDITION]


def test_a_pause_says_when_it_ends_in_full_minutes_and_does_not_waver(counter: Counter) -> None:
    counter.bell.press()
    shut = counter.permission.why_shut(counter.now_ms)
    seen = {
        condition_from_bytes(body).until_s
        for _ in range(30)
        for kind, body in counter.turn(shut)
        if kind is Parcel.CONDITION
    }
    (until_s,) = seen
    assert until_s is not None
    assert until_s % 60 == 0
    assert 0 <= until_s - counter.now_ms // 1000 - 15 * 60 + 60 <= 120


def test_while_it_sees_nothing_there_are_no_numbers_of_this_moment(counter: Counter) -> None:
    def live(shut: Shut | None) -> dict[str, int]:
        counter.now_ms += desks.SAY_MS
        (body,) = [body for kind, body in counter.turn(shut) if kind is Parcel.CONDITION]
        return dict(condition_from_bytes(body).live)

    assert live(None) == {"people": 3}
    assert live(Shut(Reason.PAUSED, "paused")) == {}


def test_where_no_screen_of_its_own_shows_them_no_digits_leave_the_clerk(places: "Places") -> None:
    counter = Counter(places, extra="[web]\ndigits = false\n")
    counter.begin()
    (body,) = [body for kind, body in counter.turn() if kind is Parcel.CONDITION]
    assert condition_from_bytes(body).digits is None
    counter.close()


def test_a_token_is_looked_at_by_the_clerk(counter: Counter) -> None:
    wrong = (int(counter.bell.token) + 1) % 10**6
    assert counter.ask(Ask.PAUSE, wrong) in (b"wrong", b"granted")  # one more may be the old one
    assert counter.ask(Ask.PAUSE, 10**9) == b"wrong"
    assert counter.ask(Ask.PAUSE, int(counter.bell.token)) == b"granted"
    assert counter.permission.paused


def test_records_proofs_and_tiles_are_those_of_the_log(counter: Counter, tmp_path: Path) -> None:
    counter.fill(300)
    counter.turn()
    ledger = counter.books.ledger
    note = ledger.latest_checkpoint()
    assert note is not None
    publish(ledger, note, tmp_path)

    found = counter.ask(Ask.RECORDS, 298, width=9)
    assert found is not None
    assert [one.sequence for _, one in RecordReader().feed(found)] == [298, 299]
    proof = counter.ask(Ask.PROOF, 299)
    assert proof == ledger.proof(299).encode()
    for level, index, width in (
        *(("0", 0, 256), ("0", 1, 44), ("1", 0, 1)),
        *(("entries", 1, 44), ("records", 0, 256)),
    ):
        tile = counter.ask(Ask.TILE, index, width=width, level=level)
        assert tile == (tmp_path / tile_path(level, index, width)).read_bytes(), (level, index)


@pytest.mark.parametrize(
    ("ask", "place", "width", "level"),
    [
        (Ask.PROOF, 5, 0, "0"),
        (Ask.PROOF, 2**64 - 1, 0, "0"),
        (Ask.RECORDS, 2**64 - 1, 5, "0"),
        (Ask.TILE, 0, 4, "0"),
        (Ask.TILE, 0, 0, "0"),
        (Ask.TILE, 2**63, 256, "entries"),
        (Ask.TILE, 0, 65_535, "records"),
        (Ask.TILE, 0, 1, "5"),
    ],
)
def test_what_is_not_there_is_said(
    counter: Counter, ask: Ask, place: int, width: int, level: str
) -> None:
    counter.fill(3)
    assert counter.ask(ask, place, width, level) is None


def test_a_page_that_is_gone_or_talks_nonsense_is_left(
    counter: Counter, capsys: pytest.CaptureFixture[str]
) -> None:
    assert counter.ends is not None
    os.write(counter.ends[1], b"\xff" * 16)
    counter.desk.hear()
    assert counter.desk.turn(counter.now_ms, None, WALL, None, {}) is None
    assert not counter.selector.get_map()
    for end in counter.ends:
        os.close(end)
    counter.begin()
    os.close(counter.ends[1])
    counter.desk.hear()
    counter.desk.hear()
    assert capsys.readouterr().err.count("the page is gone") == 2
    counter.ends = (counter.ends[0], os.open("/dev/null", os.O_RDONLY))


def test_a_page_that_does_not_read_holds_no_more_than_so_much(
    counter: Counter, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(desks, "AHEAD_BYTES", 100_000)
    counter.fill(300)
    for _ in range(60):
        counter.now_ms += desks.SAY_MS
        counter.desk.turn(counter.now_ms, None, WALL, None, {"people": 3})
    for place in range(40):
        assert counter.ends is not None
        question = Question(ask=Ask.RECORDS, number=1, place=place, width=256)
        os.write(counter.ends[1], question.to_bytes())
        counter.desk.hear()
        if not counter.selector.get_map():
            break
    assert "the page is gone" in capsys.readouterr().err
