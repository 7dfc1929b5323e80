"""How an authorisation stands: what moves it, and what it tells of that."""

from dataclasses import replace

import pytest

from edgekit.consent.objection import Objection, Word
from edgekit.consent.pause import PAUSE_MS
from edgekit.consent.site import SiteAuthorisation
from edgekit.consent.standing import Asked, Look, Message, Said, Standing, Turned, step
from edgekit.consent.states import State
from edgekit.errors import ConsentError
from edgekit.records import ClockTrust, EventName

PAUSE, RESUME = EventName.PAUSE, EventName.RESUME
TURNED, CONFIRMED = EventName.TURNED, EventName.CONFIRMED


def look(site: SiteAuthorisation, at_s: int = 0, *, ms: int = 0, clock: str = "synced") -> Look:
    return Look(now_s=site.valid_from_s + at_s, steady_ms=ms, clock=ClockTrust(clock))


def said(
    site: SiteAuthorisation, word: Word, *, t_s: int = 1, ms: int = 0, minutes: int | None = None
) -> Said:
    return Said(steady_ms=ms, objection=Objection.about(site, word, t_s=t_s, minutes=minutes))


def run(standing: Standing, *messages: Message) -> tuple[Standing, list[EventName]]:
    told: list[EventName] = []
    for message in messages:
        standing, happened = step(standing, message)
        told += happened
    return standing, told


@pytest.fixture
def active(home: SiteAuthorisation) -> Standing:
    standing, told = run(Standing(authorisation=home), look(home))
    assert (standing.state, told) == (State.ACTIVE, [])
    return standing


def test_it_begins_when_its_time_has_come_by_a_trusted_clock(home: SiteAuthorisation) -> None:
    posted = Standing(authorisation=home)
    for early in (look(home, -1), look(home, clock="none"), look(home, 10**9, clock="none")):
        assert run(posted, early) == (posted, [])
    with pytest.raises(ConsentError, match="posted"):
        posted.require_seeing(home.valid_from_s, ClockTrust.SYNCED)
    begun, _ = run(posted, look(home, clock="free"))
    begun.require_seeing(home.valid_from_s, ClockTrust.FREE)


def test_no_clock_no_eye(active: Standing) -> None:
    with pytest.raises(ConsentError, match="clock"):
        active.require_seeing(active.authorisation.valid_from_s, ClockTrust.NONE)


def test_it_ends_with_its_last_second_for_good(active: Standing) -> None:
    site = active.authorisation
    valid_s = site.valid_to_s - site.valid_from_s
    assert run(active, look(site, valid_s - 1)) == (active, [])
    assert run(active, look(site, valid_s))[1] == [EventName.EXPIRED]
    ended, told = run(active, look(site, valid_s), look(site, valid_s + 1), look(site, 5))
    assert (ended.state, told) == (State.EXPIRED, [EventName.EXPIRED])
    with pytest.raises(ConsentError, match="expired"):
        ended.require_seeing(site.valid_from_s, ClockTrust.SYNCED)
    with pytest.raises(ConsentError, match="nothing to pause"):
        step(ended, Asked(steady_ms=0))


def test_somebody_present_pauses_it_for_a_while(active: Standing) -> None:
    site = active.authorisation
    paused, told = run(active, Asked(steady_ms=5), Asked(steady_ms=6), look(site, 1, ms=PAUSE_MS))
    assert (paused.state, told) == (State.PAUSED, [PAUSE])
    with pytest.raises(ConsentError, match="paused"):
        paused.require_seeing(site.valid_from_s, ClockTrust.SYNCED)
    again, told = run(paused, look(site, 2, ms=6 + PAUSE_MS))
    assert (again.state, told) == (State.ACTIVE, [RESUME])


def test_a_pause_asked_for_before_it_begins_holds_when_it_does(home: SiteAuthorisation) -> None:
    waiting, told = run(Standing(authorisation=home), Asked(steady_ms=0), look(home, -1))
    assert (waiting.state, told) == (State.POSTED, [])
    begun, told = run(waiting, look(home, ms=1))
    assert (begun.state, told) == (State.PAUSED, [PAUSE])


def test_the_organisation_pauses_and_goes_on_but_not_over_somebody_present(
    active: Standing,
) -> None:
    site = active.authorisation
    held, told = run(active, said(site, Word.PAUSE, t_s=2), look(site, 9, ms=10**9))
    assert (held.state, told) == (State.PAUSED, [PAUSE])
    going, told = run(held, said(site, Word.RESUME, t_s=3, ms=10**9))
    assert (going.state, told) == (State.ACTIVE, [RESUME])
    both, _ = run(held, Asked(steady_ms=0), said(site, Word.RESUME, t_s=3, ms=1))
    assert both.state is State.PAUSED
    assert run(both, look(site, ms=PAUSE_MS))[1] == [RESUME]
    bounded, _ = run(active, said(site, Word.PAUSE, minutes=2), look(site, ms=119_999))
    assert bounded.state is State.PAUSED
    assert run(bounded, look(site, ms=120_000))[1] == [RESUME]
    assert run(going, said(site, Word.RESUME, t_s=4))[1] == []


def test_an_old_word_is_no_news(active: Standing) -> None:
    site = active.authorisation
    held, _ = run(active, said(site, Word.RESUME, t_s=4), said(site, Word.PAUSE, t_s=5))
    for t_s in (4, 5):
        with pytest.raises(ConsentError, match="newer"):
            step(held, said(site, Word.RESUME, t_s=t_s))


def test_withdrawn_is_for_ever_whenever_it_was_said(active: Standing) -> None:
    site = active.authorisation
    held, _ = run(active, said(site, Word.PAUSE, t_s=50))
    gone, told = run(held, said(site, Word.WITHDRAW, t_s=1), said(site, Word.WITHDRAW, t_s=1))
    assert (gone.state, told) == (State.WITHDRAWN, [EventName.WITHDRAWN])
    assert run(gone, look(site, 1, ms=10**12), look(site, 10**9))[0] == gone
    for late in (Asked(steady_ms=0), said(site, Word.RESUME, t_s=60)):
        with pytest.raises(ConsentError, match="withdrawn"):
            step(gone, late)


def test_what_is_expired_can_still_be_withdrawn(active: Standing) -> None:
    site = active.authorisation
    gone, told = run(active, look(site, 10**9), said(site, Word.WITHDRAW))
    assert (gone.state, told) == (
        State.WITHDRAWN,
        [EventName.EXPIRED, EventName.WITHDRAWN],
    )


def test_a_wrong_clock_is_mended_by_the_organisation_even_after_the_end(active: Standing) -> None:
    site = active.authorisation
    ended, _ = run(active, look(site, 10**9))
    for standing in (active, ended):
        mended, told = run(standing, said(site, Word.CLOCK, t_s=9))
        assert (mended.clock_from_s, mended.state, told) == (9, standing.state, [])
    with pytest.raises(ConsentError, match="newer"):
        step(mended, said(site, Word.CLOCK, t_s=9))


def test_a_turned_camera_is_shut_until_the_organisation_confirms(active: Standing) -> None:
    site = active.authorisation
    turned, told = run(active, Turned(), Turned(), look(site, 9, ms=10**9))
    assert (turned.state, turned.turned, told) == (State.TURNED, True, [TURNED])
    with pytest.raises(ConsentError, match="looks elsewhere"):
        turned.require_seeing(site.valid_from_s, ClockTrust.SYNCED)
    assert run(turned, said(site, Word.RESUME, t_s=1))[0].state is State.TURNED
    back, told = run(turned, said(site, Word.CONFIRM, t_s=2))
    assert (back.state, back.turned, told) == (State.ACTIVE, False, [CONFIRMED])
    with pytest.raises(ConsentError, match="nothing to confirm"):
        step(back, said(site, Word.CONFIRM, t_s=3))


def test_pauses_outlast_a_turn_and_its_end(active: Standing) -> None:
    site = active.authorisation
    turned, told = run(active, Asked(steady_ms=0), Turned(), Asked(steady_ms=500))
    assert (turned.state, told) == (State.TURNED, [PAUSE, TURNED])
    back, told = run(turned, said(site, Word.CONFIRM, ms=600))
    assert (back.state, told) == (State.PAUSED, [CONFIRMED, PAUSE])
    assert run(back, look(site, ms=500 + PAUSE_MS))[1] == [RESUME]


def test_a_turn_before_it_begins_holds_when_it_does(home: SiteAuthorisation) -> None:
    posted = Standing(authorisation=home, turned=True)
    begun, told = run(posted, look(home))
    assert (begun.state, told) == (State.TURNED, [])
    confirmed, told = run(posted, said(home, Word.CONFIRM), look(home))
    assert (confirmed.state, told) == (State.ACTIVE, [CONFIRMED])


def test_a_turned_camera_can_be_withdrawn_and_expires(active: Standing) -> None:
    site = active.authorisation
    turned, _ = run(active, Turned())
    assert run(turned, look(site, 10**9))[1] == [EventName.EXPIRED]
    assert run(turned, said(site, Word.WITHDRAW), Turned())[1] == [EventName.WITHDRAWN]


def test_a_word_about_another_document_moves_nothing(active: Standing) -> None:
    other = replace(active.authorisation, version=2, notice_digest="")
    with pytest.raises(ConsentError, match="not about"):
        step(active, said(other, Word.WITHDRAW))
