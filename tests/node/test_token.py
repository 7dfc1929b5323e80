"""Six digits that only who is there can know, shown to the clerk by one way or another."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from edgekit.consent.pause import DAY_PAUSE_MS, PAUSE_MS
from edgekit.consent.presence import EVERY_S, MOST_WRONG, SECRET_BYTES, token_at
from edgekit.consent.states import State
from edgekit.node.clerking import bell as bells
from edgekit.node.clerking.bell import TOKEN, Bell, Heard, Way, ring
from edgekit.node.clerking.permission import Permission
from edgekit.node.keeping.books import open_books
from edgekit.node.site import load_site

if TYPE_CHECKING:
    from tests.node.conftest import Places

SECRET = bytes(range(SECRET_BYTES))
NOW_MS = 1_900_000_000_000


class Standing:
    """A clerk's bell on a clock that the test turns."""

    def __init__(self, places: "Places") -> None:
        self.now_ms = NOW_MS
        self.steady_ms = 0
        place = places.make(valid_from_s=NOW_MS // 1000 - 60, valid_s=86_400)
        self.folder = place.data
        site = load_site(place.settings, now_s=NOW_MS // 1000)
        self.books = open_books(site)
        self.permission = Permission(
            site.authorisation,
            last_record_s=lambda: None,
            synced=lambda: True,
            steady_ms=lambda: self.steady_ms,
        )
        self.bell = Bell(site, self.books, self.permission, secret=SECRET)
        self.look()

    def look(self) -> None:
        self.permission.why_shut(self.now_ms)

    def wait(self, ms: int) -> None:
        self.now_ms += ms
        self.steady_ms += ms
        self.look()

    @property
    def good(self) -> str:
        return token_at(SECRET, self.now_ms // 1000)

    @property
    def wrong(self) -> str:
        old = token_at(SECRET, self.now_ms // 1000 - EVERY_S)
        return next(f"{n:06}" for n in range(9) if f"{n:06}" not in (self.good, old))


@pytest.fixture
def standing(places: "Places", monkeypatch: pytest.MonkeyPatch) -> Iterator[Standing]:
    monkeypatch.setattr(bells.clock, "now_ms", lambda: made.now_ms if made else NOW_MS)
    made: Standing | None = None
    made = Standing(places)
    yield made
    made.books.ledger.close()


@pytest.mark.parametrize("way", Way)
def test_who_shows_the_digits_pauses_for_a_quarter_of_an_hour(standing: Standing, way: Way) -> None:
    assert standing.bell.token == standing.good

    assert standing.bell.present(standing.good, way) is Heard.GRANTED

    assert standing.permission.standing.state is State.PAUSED
    standing.wait(PAUSE_MS)
    assert standing.permission.standing.state is State.ACTIVE


@pytest.mark.parametrize("token", ["", "12345", "abcdef", "１２３４５６", "0" * 400])  # noqa: RUF001 -- digits that are none
def test_what_is_no_token_pauses_nothing(standing: Standing, token: str) -> None:
    assert standing.bell.present(token, Way.PAGE) is Heard.WRONG
    assert standing.permission.standing.state is State.ACTIVE


def test_who_guesses_is_not_heard_any_more_and_shuts_no_other_way(
    standing: Standing, capsys: pytest.CaptureFixture[str]
) -> None:
    heard = [standing.bell.present(standing.wrong, Way.OUTLET) for _ in range(MOST_WRONG + 9)]

    assert heard == [Heard.WRONG] * MOST_WRONG + [Heard.OFTEN] * 9
    assert standing.bell.present(standing.good, Way.OUTLET) is Heard.OFTEN, "it was looked at"
    assert standing.permission.standing.state is State.ACTIVE
    assert standing.bell.present(standing.good, Way.PAGE) is Heard.GRANTED
    assert capsys.readouterr().err.count("no pause") == 1
    standing.wait(EVERY_S * 1000)
    assert standing.bell.present(standing.good, Way.OUTLET) is Heard.GRANTED


def test_right_ones_cost_nothing_until_the_day_has_no_room(standing: Standing) -> None:
    for _ in range(DAY_PAUSE_MS // PAUSE_MS):
        assert standing.bell.present(standing.good, Way.PAGE) is Heard.GRANTED
        standing.wait(PAUSE_MS)

    assert standing.bell.present(standing.good, Way.PAGE) is Heard.REFUSED
    assert standing.permission.standing.state is State.ACTIVE


def test_a_token_can_be_left_as_a_note(standing: Standing) -> None:
    ring(standing.folder, TOKEN + standing.wrong.encode())
    standing.bell.listen()
    assert standing.permission.standing.state is State.ACTIVE

    ring(standing.folder, TOKEN + standing.good.encode() + b"\n")
    standing.bell.listen()

    assert standing.permission.standing.state is State.PAUSED
