"""A clerk that is told to stop seeing: by whom it listens to, and what it writes down of it."""

import os
import select
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from edgekit.consent.authorisation import sign_authorisation
from edgekit.consent.lease import LEASE_BYTES, Lease, LeaseKind
from edgekit.consent.objection import Objection, Word
from edgekit.consent.pause import PAUSE_MS
from edgekit.consent.remembered import Remembered
from edgekit.errors import ConfigError, ConsentError
from edgekit.node.clerking.bell import AT_ONCE, FOLDER, MAX_BYTES, PRESENT, ring
from edgekit.node.clock import now_ms
from edgekit.node.control import Word as Order
from edgekit.node.keeping.books import open_books
from edgekit.node.keeping.memory import NAME
from edgekit.node.site import load_site, withdrawal_of
from edgekit.provenance import Wall
from edgekit.records import ClockTrust, Event, EventName, Kind, Profile
from edgekit.signers.file import load_signer
from tests.node.test_hostile_eye import Bench

if TYPE_CHECKING:
    from tests.node.conftest import Place, Places

WINDOW_S = 2
Benches = Callable[..., Bench]


@pytest.fixture
def benches(places: "Places") -> Iterator[Benches]:
    """Make clerks that may see, and leave none of them running."""
    made: list[Bench] = []

    def begin(place: "Place | None" = None) -> Bench:
        made.append(Bench(place or places.make(window_s=WINDOW_S)))
        made[-1].hear(Order.OPEN)
        return made[-1]

    yield begin
    for one in made:
        one.end()


@pytest.fixture
def bench(benches: Benches) -> Bench:
    return benches()


def word_of(place: "Place", word: Word, *, t_s: int = 0, minutes: int | None = None) -> bytes:
    signer = load_signer(place.folder / "keys" / "organisation.key.pem")
    at_s = t_s or int(time.time())
    return Objection.about(place.authorisation, word, t_s=at_s, minutes=minutes).sign(signer)


def events(place: "Place") -> list[str]:
    return [one["event"] for one in place.payloads("event")]


def taken(place: "Place", wait: Callable[..., float]) -> None:
    wait(lambda: not list((place.data / FOLDER).iterdir()))


def lease_ended(bench: Bench) -> bool:
    while select.select([bench.lease], [], [], 60)[0]:
        data = os.read(bench.lease, LEASE_BYTES)
        if not data or Lease.from_bytes(data).kind is LeaseKind.STOP:
            return True
    return False


def test_who_presses_the_button_ends_the_eye_and_the_log_says_it_with_the_window(
    bench: Bench,
) -> None:
    bench.seeing(1)

    ring(bench.place.data, PRESENT)

    assert lease_ended(bench)
    bench.hear(Order.SHUT)
    assert "pause" not in events(bench.place)[-1:], "told at once, and not with its window"
    bench.end()
    told = bench.place.payloads("event")
    (pause,) = [one for one in told if one["event"] == "pause"]
    assert pause["reason"] == "paused"
    assert pause["t_s"] % WINDOW_S == 0
    assert pause["digest"] is None
    bench.place.require_sound_grid(WINDOW_S)


def test_a_pause_outlasts_the_clerk_and_its_end_is_told(benches: Benches) -> None:
    first = benches()
    place = first.place
    ring(place.data, PRESENT)
    first.hear(Order.SHUT)
    first.end()
    device = load_signer(place.folder / "keys" / "device.key.pem")
    kept = Remembered.verify((place.data / NAME).read_bytes(), device.public_key)
    assert PAUSE_MS - 60_000 < kept.public_ms <= PAUSE_MS
    (place.data / NAME).write_bytes(replace(kept, public_ms=1_500).sign(device))

    again = benches(place)
    again.end()

    told = events(place)
    assert told[told.index("stop") :] == [
        *("stop", "start", "authorised"),
        *("pause", "resume", "stop"),
    ]


def test_the_organisation_withdraws_and_no_node_starts_with_that_document(
    bench: Bench, wait: Callable[..., float]
) -> None:
    place = bench.place
    voice = bench.seeing(1)
    voice.say(1, Kind.IN, 7)
    enrolled = place.data / "enrolled"
    enrolled.mkdir()
    for kind in (".key", ".sealed"):
        (enrolled / f"somebody{kind}").write_bytes(b"secret")

    ring(place.data, word_of(place, Word.WITHDRAW))

    assert lease_ended(bench)
    wait(lambda: "not_authorised" in {one["reason"] for one in place.windows()})
    bench.end()
    assert list(enrolled.iterdir()) == []
    (told,) = [one for one in place.payloads("event") if one["event"] == "withdrawn"]
    assert told["digest"] == place.authorisation.digest
    window = next(one for one in place.windows() if one["reason"] == "not_authorised")
    assert (window["status"], window["count"]) == ("gap", None)
    place.require_sound_grid(WINDOW_S)
    for spoil in (lambda: None, (place.data / NAME).unlink, forged(place)):
        spoil()
        with pytest.raises(ConsentError, match="withdrawn"):
            open_books(load_site(place.settings, now_s=now_ms() // 1000))


def forged(place: "Place") -> Callable[[], object]:
    return lambda: (place.data / NAME).write_bytes(b'{"payload":"e30="}\n')


def test_a_new_version_goes_on_and_then_the_old_one_is_refused(
    places: "Places", benches: Benches
) -> None:
    place = places.make(window_s=WINDOW_S)
    old = (place.folder / "authorisation.dsse.json").read_bytes()
    benches(place).end()
    signer = load_signer(place.folder / "keys" / "organisation.key.pem")
    newer = replace(place.authorisation, version=2, notice_digest="")
    path = place.folder / "authorisation.dsse.json"
    path.write_bytes(sign_authorisation(newer, signer))
    benches(place).end()

    path.write_bytes(old)
    for forget in (False, True):
        if forget:
            (place.data / NAME).unlink()
        with pytest.raises(ConsentError, match="older than version 2"):
            open_books(load_site(place.settings, now_s=now_ms() // 1000))


def test_what_is_no_word_of_the_organisation_moves_nothing(
    bench: Bench, wait: Callable[..., float]
) -> None:
    place = bench.place
    bench.seeing(1)
    device = load_signer(place.folder / "keys" / "device.key.pem")
    other = replace(place.authorisation, version=9, notice_digest="")
    good = word_of(place, Word.WITHDRAW)
    bell = place.data / FOLDER
    for note in (
        b"",
        b"stop\n",
        b"token 000000\n" if bench.place else b"",
        b"token \xff\n",
        good[:-1],
        good + good,
        b"x" * (MAX_BYTES + 1),
        Objection.about(place.authorisation, Word.WITHDRAW, t_s=5).sign(device),
        Objection.about(other, Word.WITHDRAW, t_s=5).sign(
            load_signer(place.folder / "keys" / "organisation.key.pem")
        ),
    ):
        ring(place.data, note)
    (bell / "link.note").symlink_to(place.folder / "authorisation.dsse.json")
    os.mkfifo(bell / "pipe.note")
    taken(place, wait)
    bench.end()
    assert "paused" not in {one["reason"] for one in place.payloads()}
    assert "withdrawn" not in events(place)


def test_a_marker_that_is_held_up_pauses_and_one_that_stays_is_an_obstruction(
    benches: Benches,
) -> None:
    bench = benches()
    place = bench.place
    bench.seeing(1).say(0, Kind.MARKER, 1)
    bench.hear(Order.SHUT)
    assert lease_ended(bench)
    bench.end()
    assert "view" not in events(place)
    device = load_signer(place.folder / "keys" / "device.key.pem")
    kept = Remembered.verify((place.data / NAME).read_bytes(), device.public_key)
    (place.data / NAME).write_bytes(replace(kept, public_ms=1).sign(device))

    again = benches(place)
    again.seeing(1).say(0, Kind.MARKER, 1)
    again.hear(Order.SHUT)
    again.end()

    views = [one["reason"] for one in place.payloads("event") if one["event"] == "view"]
    assert views == ["view_covered"]
    assert events(place).count("pause") >= 2


def test_a_flood_of_notes_is_read_piece_by_piece(bench: Bench, wait: Callable[..., float]) -> None:
    place = bench.place
    for _ in range(3 * AT_ONCE):
        ring(place.data, b"noise")
    ring(place.data, PRESENT)
    bench.hear(Order.SHUT)
    taken(place, wait)


def test_the_organisation_says_the_way_back_from_a_clock_of_the_future(
    places: "Places", benches: Benches, wait: Callable[..., float]
) -> None:
    place = places.make(window_s=WINDOW_S)
    books = open_books(load_site(place.settings, now_s=now_ms() // 1000))
    future_s = int(time.time()) + 10 * 365 * 86_400
    event = Event(name=EventName.START, t_s=future_s, reason=None, profile=Profile.LOCAL)
    books.write([event], clock=ClockTrust.SYNCED, wall=Wall())
    books.ledger.close()
    shut = Bench(place)
    shut.hear(Order.SHUT)
    for note in (word_of(place, Word.RESUME), word_of(place, Word.PAUSE, t_s=5, minutes=1)):
        ring(place.data, note)
    taken(place, wait)
    ring(place.data, word_of(place, Word.CLOCK, t_s=int(time.time()) + 1))
    shut.join()

    benches(place).end()

    later = open_books(load_site(place.settings, now_s=now_ms() // 1000))
    assert later.last_t_s is not None
    assert abs(later.last_t_s - time.time()) < 600
    assert later.ledger.last_t_s == future_s
    later.ledger.close()
    place.verify()


def test_a_note_of_before_the_start_is_about_a_moment_that_is_over(
    places: "Places", benches: Benches
) -> None:
    place = places.make(window_s=WINDOW_S)
    ring(place.data, PRESENT)
    benches(place).end()
    assert "pause" not in events(place)


def test_a_folder_that_cannot_be_written_says_so(places: "Places") -> None:
    place = places.make()
    place.data.write_text("a file", encoding="utf-8")
    with pytest.raises(ConfigError, match="cannot be written"):
        ring(place.data, PRESENT)


def test_a_withdrawal_beside_the_document_is_enough(places: "Places") -> None:
    place = places.make()
    site = load_site(place.settings, now_s=now_ms() // 1000)
    path = withdrawal_of(site.settings)
    path.write_bytes(word_of(place, Word.PAUSE))
    load_site(place.settings, now_s=now_ms() // 1000)
    for data, words in (
        (word_of(place, Word.WITHDRAW), "was withdrawn"),
        (b"{}", "does not verify"),
    ):
        path.write_bytes(data)
        with pytest.raises(ConsentError, match=words):
            load_site(place.settings, now_s=now_ms() // 1000)
    path.unlink()
    path.mkdir()
    with pytest.raises(ConsentError, match="withdrawal"):
        load_site(place.settings, now_s=now_ms() // 1000)
