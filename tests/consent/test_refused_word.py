"""What leases, states, pauses and words of the organisation refuse, word for word."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from consent.refusal import refusal

from edgekit.consent.form import MAX_TIME_S
from edgekit.consent.lease import LEASE_S, Lease, LeaseKind
from edgekit.consent.objection import MAX_MINUTES, OBJECTION_TYPE, Objection, Word
from edgekit.consent.pause import DAY_MS, DAY_PAUSE_MS, PAUSE_MS, Pauses, asked, stays
from edgekit.consent.presence import require_token, token_at
from edgekit.consent.remembered import REMEMBERED_TYPE, Remembered
from edgekit.consent.site import SiteAuthorisation
from edgekit.consent.standing import Asked, Said, Standing, step
from edgekit.consent.states import Move, State, after, require_seeing
from edgekit.errors import PipeError
from edgekit.records import ClockTrust
from edgekit.signing import canonical, dsse
from edgekit.signing.keys import MemorySigner

KEY = MemorySigner.from_seed(bytes(range(32)))
OTHER = MemorySigner.from_seed(bytes(32))
DIGEST = "sha256:" + "a" * 64
GRANT = Lease.grant(7, 5_000)
U64 = 2**64 - 1
PAUSED = Objection(word=Word.PAUSE, site="plaza", authorisation=DIGEST, t_s=9, minutes=30)
UNSIGNED = f"signed by key {OTHER.key_id}: expected key {KEY.key_id}"


def lease(**change: Any) -> Lease:  # noqa: ANN401 -- also what is no number
    fields = {"serial": 1, "kind": LeaseKind.GRANT, "issued_ms": 1_000, "expires_ms": 2_000}
    return Lease(**fields | change)


def said(**change: object) -> bytes:
    told = canonical.from_bytes(PAUSED.to_payload())
    return dsse.sign(OBJECTION_TYPE, canonical.to_bytes({**told, **change}), KEY).to_bytes() + b"\n"


def kept(**change: object) -> bytes:
    told = canonical.from_bytes(dsse.Envelope.from_bytes(Remembered().sign(KEY)).payload)
    payload = canonical.to_bytes({**told, **change})
    return dsse.sign(REMEMBERED_TYPE, payload, KEY).to_bytes() + b"\n"


def heard(data: bytes) -> Objection:
    return Objection.verify(data, organisation=KEY.public_key)


REFUSED: list[tuple[Callable[[], object], str, str | None]] = [
    (lambda: lease(serial=-1), "lease serial -1: expected 0 to 4294967295", None),
    (lambda: lease(serial=2**32), "lease serial 4294967296: expected 0 to 4294967295", None),
    (lambda: lease(issued_ms=-1), f"lease issued_ms -1: expected 0 to {U64}", None),
    (lambda: lease(issued_ms=U64 + 1), f"lease issued_ms {U64 + 1}: expected 0 to {U64}", None),
    (lambda: lease(expires_ms=U64 + 1), f"lease expires_ms {U64 + 1}: expected 0 to {U64}", None),
    (lambda: lease(expires_ms=999), "lease of -1 ms: expected 0 to 30000", None),
    (lambda: lease(expires_ms=31_001), "lease of 30001 ms: expected 0 to 30000", None),
    (lambda: Lease.from_bytes(b"x" * 23), "lease of 23 bytes: expected 28", None),
    (
        lambda: Lease.from_bytes(GRANT.to_bytes()[:4] + b"\x03" + GRANT.to_bytes()[5:]),
        "lease kind 3: expected 1 (grant) or 2 (stop)",
        None,
    ),
    *(
        (
            lambda at=at: Lease.from_bytes(
                GRANT.to_bytes()[:at] + b"\x01" + GRANT.to_bytes()[at + 1 :]
            ),
            "lease with padding that is not zero",
            None,
        )
        for at in (5, 6, 7)
    ),
    (
        lambda: Lease.stop(2, 5_000).require_live(5_000),
        "the lease was ended",
        "a new eye needs a new lease",
    ),
    (
        lambda: GRANT.require_live(4_990),
        "the lease begins 10 ms from now: the clock went back",
        None,
    ),
    (lambda: GRANT.require_live(35_004), "the lease ended 4 ms ago", None),
    (
        lambda: Lease.from_json(canonical.to_bytes({**GRANT.to_json(), "v": 2})),
        "lease of format 2: expected 1",
        None,
    ),
    (
        lambda: Lease.from_json(canonical.to_bytes({**GRANT.to_json(), "kind": "watch"})),
        "lease.kind: expected grant or stop, got 'watch'",
        None,
    ),
    (lambda: after(State.ERASED, Move.SIGN), "an authorisation that is erased cannot sign", None),
    (
        lambda: require_seeing(State.PAUSED, clock=ClockTrust.SYNCED),
        "the authorisation is paused: somebody asked for it: no eye until it ends",
        None,
    ),
    (
        lambda: require_seeing(State.ACTIVE, clock=ClockTrust.NONE),
        "the clock is not to be trusted",
        None,
    ),
    (
        lambda: asked(Pauses(spent_ms=DAY_PAUSE_MS), 5),
        "the camera was paused for 4 hours of this day already",
        "the sign says who answers for it: they can pause it for longer",
    ),
    (lambda: token_at(b"x" * 31, 0), "secret of 31 bytes: expected 32", None),
    (
        lambda: require_token(b"x" * 32, "000000", now_s=0),
        "the token is not, or no longer, that of the local page",
        "read it from the page again: it changes every minute",
    ),
    (
        lambda: replace(PAUSED, site="A"),
        "site name 'A': expected 1 to 24 of a-z, 0-9, _ and -, a letter first",
        "a short one will do, such as 'door'",
    ),
    (
        lambda: replace(PAUSED, authorisation="x"),
        "authorisation 'x': expected sha256: and 64 hexadecimal digits",
        None,
    ),
    (lambda: replace(PAUSED, t_s=0), "objection of 0: expected a time in Unix seconds", None),
    (
        lambda: replace(PAUSED, t_s=MAX_TIME_S + 1),
        "objection of 253402300800: expected a time in Unix seconds",
        None,
    ),
    (
        lambda: replace(PAUSED, word=Word.RESUME),
        "resume for 30 minutes: only a pause has an end",
        None,
    ),
    (lambda: replace(PAUSED, minutes=0), "a pause of 0 minutes: expected 1 to 527040", None),
    (
        lambda: replace(PAUSED, minutes=MAX_MINUTES + 1),
        "a pause of 527041 minutes: expected 1 to 527040",
        None,
    ),
    (
        lambda: heard(PAUSED.sign(OTHER)),
        f"the objection does not verify: {UNSIGNED}",
        "the organisation signs it: edgekit pause, resume or withdraw with --key",
    ),
    (
        lambda: heard(PAUSED.sign(KEY)[:-1]),
        "the objection was changed after it was signed",
        None,
    ),
    (lambda: heard(said(v=2)), "objection of format 2: expected 1", None),
    (lambda: heard(said(who="me")), "objection.who: unknown field", None),
    (
        lambda: Objection.from_payload(b"[]"),
        "objection: JSON list: expected an object",
        None,
    ),
    (
        lambda: Objection.from_payload(PAUSED.to_payload() + b" "),
        "the objection is not in canonical form",
        None,
    ),
    (
        lambda: Remembered.verify(Remembered().sign(OTHER), KEY.public_key),
        f"what was remembered does not verify: {UNSIGNED}",
        None,
    ),
    (
        lambda: Remembered.verify(kept(v=2), KEY.public_key),
        "remembered in format 2: expected 1",
        None,
    ),
    (
        lambda: Remembered.verify(kept(size=-1), KEY.public_key),
        "remembered numbers: expected 0 or more",
        None,
    ),
    (
        lambda: Remembered.verify(kept(digest="aa"), KEY.public_key),
        "remembered 'aa': expected sha256: and 64 hexadecimal digits",
        None,
    ),
    (
        lambda: Remembered.verify(kept(withdrawn=[DIGEST, "b"]), KEY.public_key),
        "remembered 'b': expected sha256: and 64 hexadecimal digits",
        None,
    ),
    (
        lambda: Remembered.verify(kept(size="1"), KEY.public_key),
        "remembered.size: expected a whole number, got '1'",
        None,
    ),
    (lambda: Remembered.verify(kept(a=1), KEY.public_key), "remembered.a: unknown field", None),
]


@pytest.mark.parametrize(("do", "words", "hint"), REFUSED, ids=range(len(REFUSED)))
def test_it_is_refused_with_what_was_expected_what_came_and_what_to_do(
    do: Callable[[], object], words: str, hint: str | None
) -> None:
    assert refusal(do) == (words, hint)


def test_the_ends_of_every_range_are_in_it() -> None:
    assert lease(serial=2**32 - 1, issued_ms=U64, expires_ms=U64).serial == 2**32 - 1
    assert lease(serial=0, issued_ms=0, expires_ms=LEASE_S * 1000).issued_ms == 0
    assert lease(expires_ms=1_000).expires_ms == 1_000
    assert replace(PAUSED, minutes=MAX_MINUTES, t_s=MAX_TIME_S).minutes == MAX_MINUTES
    assert replace(PAUSED, minutes=1, t_s=1).minutes == 1


def test_a_lease_is_laid_out_as_its_format_says_and_told_in_words() -> None:
    grant, stop = Lease.grant(0x01020304, 0x05060708, version=0x0A0B0C), Lease.stop(9, 11)
    assert grant.to_bytes().hex() == "04030201010000000c0b0a000807060500000000387c060500000000"
    assert stop.to_json() == {
        "v": 1,
        "serial": 9,
        "kind": "stop",
        "version": 0,
        "issued_ms": 11,
        "expires_ms": 11,
    }
    assert (grant.kind, stop.kind) == (LeaseKind.GRANT, LeaseKind.STOP)


def test_an_impossible_lease_is_the_pipes_fault() -> None:
    with pytest.raises(PipeError):
        lease(serial=-1)


def test_a_day_begins_with_the_first_pause_after_it_and_not_a_moment_before() -> None:
    spent = Pauses(day_ms=10, spent_ms=DAY_PAUSE_MS)
    assert refusal(lambda: asked(spent, 9 + DAY_MS))
    fresh = asked(spent, 10 + DAY_MS)
    assert (fresh.day_ms, fresh.spent_ms) == (10 + DAY_MS, PAUSE_MS)
    early = asked(Pauses(day_ms=10, spent_ms=5), 20)
    assert (early.day_ms, early.spent_ms, early.public_until_ms) == (
        10,
        5 + PAUSE_MS,
        20 + PAUSE_MS,
    )
    assert stays(Pauses(public_until_ms=1), 1)


def test_what_is_remembered_of_a_site_is_told_with_the_way_on(home: SiteAuthorisation) -> None:
    two = replace(home, version=2, notice_digest="")
    remembered = Remembered().admitted(two)
    assert refusal(lambda: remembered.require(home)) == (
        "version 1 of the authorisation of home is older than version 2, which was in force here",
        "use the newer one, or have version 3 signed: edgekit authorise",
    )
    other = replace(two, place="another place", notice_digest="")
    assert refusal(lambda: remembered.require(other)) == (
        "version 2 of the authorisation of home was another document",
        'set "version": 3 in the draft and have it signed',
    )
    gone = replace(remembered, withdrawn=frozenset({two.digest}))
    assert refusal(lambda: gone.admitted(two)) == (
        "the authorisation of home, version 2, was withdrawn",
        "going on takes a new version, signed by the organisation",
    )


def test_a_word_that_moves_nothing_says_why(home: SiteAuthorisation) -> None:
    word = Objection.about(home, Word.PAUSE, t_s=5)
    standing = Standing(authorisation=home, state=State.ACTIVE, heard_t_s=5)
    assert refusal(lambda: step(standing, Said(steady_ms=0, objection=word))) == (
        "the organisation has said this, or something newer, before",
        None,
    )
    ended = replace(standing, state=State.EXPIRED)
    assert refusal(lambda: step(ended, Asked(steady_ms=0))) == (
        "the authorisation is expired: there is nothing to pause",
        None,
    )
    other = replace(home, version=2, notice_digest="")
    assert refusal(lambda: word.require_about(other)) == (
        f"the objection is about home {home.digest[:19]}…, not about home {other.digest[:19]}…",
        None,
    )
