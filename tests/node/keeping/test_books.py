from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from edgekit.errors import ConfigError, ConsentError, LedgerError
from edgekit.node.clock import now_ms
from edgekit.node.keeping.books import PAGE, Books, open_books
from edgekit.node.site import load_site
from edgekit.provenance import Seal, Wall
from edgekit.records import (
    Aggregate,
    ClockTrust,
    Event,
    EventName,
    Profile,
    QualityWord,
    Reason,
    Status,
    Unit,
)

if TYPE_CHECKING:
    from tests.node.conftest import Place, Places

START_S = 1_800_000_000


def books_of(place: "Place") -> Books:
    return open_books(load_site(place.settings, now_s=now_ms() // 1000))


def window(number: int) -> Aggregate:
    return Aggregate(
        metric="line.door.in",
        unit=Unit.COUNT,
        window_start_s=START_S + 2 * number,
        window_s=2,
        value=number,
        status=Status.RELEASED,
        reason=None,
        uptime_percent=100,
        quality=QualityWord.GOOD,
        profile=Profile.LOCAL,
    )


def event(name: EventName = EventName.VIEW) -> Event:
    return Event(name=name, t_s=START_S, reason=Reason.VIEW_COVERED, profile=Profile.LOCAL)


def write(books: Books, *releases: Aggregate | Event) -> None:
    books.write(releases, clock=ClockTrust.FREE, wall=Wall(eye=Seal.PARTIAL))


def test_records_are_numbered_signed_and_under_a_checkpoint(places: "Places") -> None:
    place = places.make()
    books = books_of(place)
    write(books, event(), window(0))
    write(books, window(1))
    books.ledger.close()

    assert place.verify() == 3
    found = place.payloads()
    assert [one["sequence"] for one in found] == [0, 1, 2]
    assert {one["authority"] for one in found} == {"self"}
    assert {(one["clock"], one["seal"]) for one in found} == {("free", "partial")}


def test_each_boot_has_its_own_name(places: "Places") -> None:
    place = places.make()
    for number in range(2):
        books = books_of(place)
        write(books, window(number))
        books.ledger.close()

    assert len({one["boot"] for one in place.payloads()}) == 2


@pytest.mark.parametrize("events", [0, 1, PAGE - 1, PAGE, PAGE + 1, 3 * PAGE])
def test_last_window_is_found_behind_any_number_of_events(places: "Places", events: int) -> None:
    books = books_of(places.make())
    assert books.resume_s() is None
    write(books, window(0), window(1), *[event()] * events)

    assert books.resume_s() == START_S + 4
    books.ledger.close()


def test_without_a_window_there_is_nothing_to_resume(places: "Places") -> None:
    books = books_of(places.make())
    write(books, *[event()] * 3)

    assert books.resume_s() is None
    books.ledger.close()


def test_what_would_be_signed_is_not_kept(places: "Places") -> None:
    books = books_of(places.make())

    assert len(books.signed([window(0)], clock=ClockTrust.FREE, wall=Wall())) == 1
    assert books.ledger.size == 0
    books.ledger.close()


def test_ledger_of_another_device_is_refused(places: "Places") -> None:
    mine, other = places.make("mine"), places.make("other")
    books_of(mine).ledger.close()
    other.data.mkdir()
    (other.data / "ledger.sqlite").write_bytes((mine.data / "ledger.sqlite").read_bytes())

    with pytest.raises(LedgerError, match="belongs to"):
        books_of(other)


def test_key_that_others_can_read_is_refused(places: "Places") -> None:
    place = places.make()
    (place.folder / "keys" / "device.key.pem").chmod(0o644)

    with pytest.raises(ConfigError):
        books_of(place)


def test_device_cannot_allow_itself(places: "Places") -> None:
    place = places.make()
    for end in ("key.pem", "pub.pem"):
        keys = place.folder / "keys"
        (keys / f"device.{end}").unlink()
        (keys / f"device.{end}").write_bytes((keys / f"organisation.{end}").read_bytes())
        (keys / f"device.{end}").chmod(0o600)

    with pytest.raises(ConsentError, match="cannot allow itself"):
        books_of(place)


def test_each_profile_has_a_ledger_of_its_own(places: "Places") -> None:
    place = places.make()
    books = books_of(place)
    write(books, window(0))
    books.ledger.close()
    text = place.settings.read_text().replace('profile = "local"', 'profile = "home"')
    place.settings.write_text(text.replace("window_s = 1\n", "window_s = 60\n"))
    other = places.make("other", profile=Profile.HOME, window_s=60)
    for name in ("authorisation.dsse.json", "keys/organisation.pub.pem"):
        (place.folder / name).write_bytes((other.folder / name).read_bytes())

    with pytest.raises(LedgerError, match="profile local: expected home"):
        books_of(place)


def room(number: int, people: int | None, status: Status = Status.RELEASED) -> Aggregate:
    return replace(
        window(number),
        metric="room.hall.people",
        unit=Unit.PEOPLE,
        value=people,
        status=status,
        reason=None if status is Status.RELEASED else Reason.BELOW_THRESHOLD,
    )


GAP, SUPPRESSED = Status.GAP, Status.SUPPRESSED


@pytest.mark.parametrize(
    ("releases", "since_s", "found"),
    [
        ([], START_S, {}),
        ([room(0, 7)], START_S, {"room.hall.people": 7}),
        ([room(0, 7), room(1, 9), window(1)], START_S, {"room.hall.people": 9}),
        ([room(0, 7), room(1, None, SUPPRESSED)], START_S, {"room.hall.people": 0}),
        ([room(0, 7), room(1, None, GAP), event()], START_S, {"room.hall.people": 7}),
        ([room(0, 7)], START_S + 2, {}),
        ([room(0, 7), room(1, None, GAP)], START_S + 2, {}),
        ([room(0, None, GAP)], START_S, {}),
    ],
)
def test_the_last_released_number_of_a_room_is_found(
    places: "Places", releases: list[Aggregate], since_s: int, found: dict[str, int]
) -> None:
    books = books_of(places.make())
    if releases:
        write(books, *releases)

    assert books.last_people({"room.hall.people": since_s}) == found
    assert books.last_people({}) == {}
    books.ledger.close()
