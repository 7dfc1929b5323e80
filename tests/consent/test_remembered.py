"""What a device keeps in mind: no old document comes back, and a withdrawn one never."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.consent.pause import FOR_EVER_MS, Pauses
from edgekit.consent.remembered import REMEMBERED_TYPE, Remembered, recall
from edgekit.consent.site import SiteAuthorisation
from edgekit.consent.standing import Standing
from edgekit.consent.states import State
from edgekit.errors import ConsentError
from edgekit.geometry import Line
from edgekit.records import EventName
from edgekit.signing import canonical, dsse
from edgekit.signing.keys import MemorySigner

DEVICE = MemorySigner.from_seed(bytes(range(32)))
NUMBERS = st.integers(0, canonical.MAX_INTEGER)


def versions(site: SiteAuthorisation, *numbers: int) -> list[SiteAuthorisation]:
    return [replace(site, version=number, notice_digest="") for number in numbers]


def test_only_the_newest_version_and_its_very_document_hold(home: SiteAuthorisation) -> None:
    one, two, three = versions(home, 1, 2, 3)
    remembered = Remembered().admitted(two)
    assert remembered.admitted(two) == remembered
    with pytest.raises(ConsentError, match="older than version 2"):
        remembered.admitted(one)
    other = replace(two, place="another place", notice_digest="")
    with pytest.raises(ConsentError, match="another document") as refusal:
        remembered.admitted(other)
    assert '"version": 3' in (refusal.value.hint or "")
    assert remembered.admitted(three).version == 3


def test_a_withdrawn_document_is_refused_for_ever(home: SiteAuthorisation) -> None:
    one, two = versions(home, 1, 2)
    standing = Standing(authorisation=one, state=State.WITHDRAWN)
    remembered = Remembered().admitted(one).with_standing(standing, size=9, steady_ms=0)
    with pytest.raises(ConsentError, match="withdrawn"):
        remembered.require(one)
    assert one.digest in remembered.admitted(two).withdrawn


def test_a_turned_camera_is_remembered_until_it_is_confirmed_or_drawn_anew(
    home: SiteAuthorisation,
) -> None:
    one, two = versions(home, 1, 2)
    line = Line("middle", (300, 460), (300, 100))
    redrawn = replace(two, view=replace(home.view, lines=(line,)), notice_digest="")
    kept = (
        Remembered()
        .admitted(one)
        .with_standing(Standing(authorisation=one, turned=True), size=3, steady_ms=0)
    )
    assert kept.turned == one.geometry
    kept = Remembered.verify(kept.sign(DEVICE), DEVICE.public_key)
    assert kept.standing(one, 0).turned
    assert kept.admitted(two).standing(two, 0).turned
    assert not kept.admitted(redrawn).standing(redrawn, 0).turned
    told = [(3, EventName.TURNED, one.geometry), (4, EventName.CONFIRMED, one.geometry)]
    for events, turned in ((told[:1], one.geometry), (told, "")):
        assert recall(Remembered(), events, version_of=lambda _: 0).turned == turned


def test_what_is_left_of_pauses_goes_on_after_a_restart(home: SiteAuthorisation) -> None:
    pauses = Pauses(public_until_ms=900, held_until_ms=FOR_EVER_MS, day_ms=3, spent_ms=77)
    before = Standing(authorisation=home, pauses=pauses, heard_t_s=5)
    kept = Remembered().admitted(home).with_standing(before, size=4, steady_ms=600)
    after = kept.standing(home, steady_ms=10_000)
    assert after.pauses.public_until_ms == 10_300
    assert after.pauses.held_until_ms > FOR_EVER_MS - 1000
    assert (after.pauses.day_ms, after.pauses.spent_ms, after.heard_t_s) == (10_000, 77, 5)
    assert after.authorisation is home
    bounded = replace(before, pauses=replace(pauses, held_until_ms=1000))
    assert kept.with_standing(bounded, size=5, steady_ms=600).held_ms == 400
    assert kept.with_standing(bounded, size=5, steady_ms=1001).held_ms == 0
    over = kept.with_standing(before, size=5, steady_ms=901)
    assert (over.public_ms, over.standing(home, 0).pauses.public_until_ms) == (0, 0)


def test_where_nobody_paused_nothing_was_paused(home: SiteAuthorisation) -> None:
    kept = Remembered().admitted(home)
    assert kept.standing(home, 10_000).pauses == Pauses(day_ms=10_000)
    assert kept.with_standing(kept.standing(home, 9), size=1, steady_ms=9).withdrawn == frozenset()


def test_a_new_document_takes_over_the_pause_of_people_alone(home: SiteAuthorisation) -> None:
    one, two = versions(home, 1, 2)
    pauses = Pauses(public_until_ms=900, held_until_ms=900)
    standing = Standing(authorisation=one, pauses=pauses, heard_t_s=5)
    kept = Remembered().admitted(one).with_standing(standing, size=1, steady_ms=0).admitted(two)
    assert (kept.public_ms, kept.held_ms, kept.heard_t_s) == (900, 0, 0)


def test_the_ledger_says_all_of_it() -> None:
    known = {f"sha256:{n:064x}": n for n in range(1, 6)}
    names = list(known)
    events = [
        (0, EventName.START, None),
        (1, EventName.AUTHORISED, names[0]),
        (7, EventName.WITHDRAWN, names[0]),
        (9, EventName.AUTHORISED, names[3]),
        (12, EventName.AUTHORISED, names[1]),
        (13, EventName.AUTHORISED, "sha256:" + "f" * 64),
    ]
    whole = recall(Remembered(), events, version_of=lambda one: known.get(one, 0))
    assert (whole.size, whole.version, whole.digest) == (14, 4, names[3])
    assert whole.withdrawn == {names[0]}
    for cut in range(len(events)):
        half = recall(Remembered(), events[:cut], version_of=lambda one: known.get(one, 0))
        again = recall(half, events[cut:], version_of=lambda one: known.get(one, 0))
        assert again == whole


def test_times_of_before_a_wrong_clock_was_mended_stay_uncounted(home: SiteAuthorisation) -> None:
    mended = Standing(authorisation=home, clock_from_s=77, heard_t_s=77)
    kept = Remembered().admitted(home).with_standing(mended, size=12, steady_ms=0)
    assert (kept.clock_size, kept.clock_s) == (12, 77)
    later = kept.with_standing(kept.standing(home, 0), size=40, steady_ms=0)
    assert (later.size, later.clock_size, later.clock_s, later.heard_t_s) == (40, 12, 77, 77)


def test_the_first_second_of_all_counts_and_of_two_documents_the_later(
    home: SiteAuthorisation,
) -> None:
    mended = Standing(authorisation=home, clock_from_s=1)
    assert Remembered().with_standing(mended, size=3, steady_ms=0).clock_s == 1
    events = [(n, EventName.AUTHORISED, f"sha256:{n:064x}") for n in range(2)]
    both = recall(Remembered(), events, version_of=lambda _: 1)
    assert (both.version, both.digest) == (1, events[1][2])


@given(
    numbers=st.tuples(*[NUMBERS] * 8),
    withdrawn=st.frozensets(st.integers(0, 2**256 - 1), max_size=4),
)
def test_what_is_kept_is_read_as_it_was(
    numbers: tuple[int, ...], withdrawn: frozenset[int]
) -> None:
    names = (
        *("size", "version", "held_ms", "public_ms", "spent_ms", "heard_t_s"),
        *("clock_size", "clock_s"),
    )
    kept = Remembered(
        **dict(zip(names, numbers, strict=True)),
        withdrawn=frozenset(f"sha256:{one:064x}" for one in withdrawn),
        digest="sha256:" + "a" * 64 if numbers[0] % 2 else "",
    )
    assert Remembered.verify(kept.sign(DEVICE), DEVICE.public_key) == kept


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2},
        {"size": -1},
        {"size": "1"},
        {"withdrawn": ["sha256:aa"]},
        {"withdrawn": None},
        {"digest": "aa"},
        {"more": 1},
    ],
)
def test_what_is_odd_is_refused(change: dict[str, canonical.JsonValue]) -> None:
    envelope = dsse.Envelope.from_bytes(Remembered().sign(DEVICE))
    payload = canonical.to_bytes({**canonical.from_bytes(envelope.payload), **change})
    data = dsse.sign(REMEMBERED_TYPE, payload, DEVICE).to_bytes() + b"\n"
    with pytest.raises(ConsentError):
        Remembered.verify(data, DEVICE.public_key)


def test_what_another_signed_is_refused() -> None:
    stranger = MemorySigner.from_seed(bytes(32))
    with pytest.raises(ConsentError, match="does not verify"):
        Remembered.verify(Remembered().sign(stranger), DEVICE.public_key)
