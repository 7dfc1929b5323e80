"""What an organisation signs: complete, limited in time, and refused when anything is odd."""

import json
from dataclasses import replace
from typing import Any

import pytest

from edgekit.consent.authorisation import (
    AUTHORISATION_TYPE,
    SiteAuthorisation,
    draft,
    load_authorisation,
    read_draft,
    sign_authorisation,
)
from edgekit.consent.lawful import MAX_VALIDITY_S
from edgekit.consent.payload import read_payload
from edgekit.consent.terms import LawfulBasis, Output, Schedule
from edgekit.consent.view import View
from edgekit.errors import ConsentError, ProhibitedPractice
from edgekit.geometry import Line, Zone
from edgekit.records import Profile
from edgekit.signing import dsse
from edgekit.signing.keys import MemorySigner

NOW_S = 1_795_392_000 + 3600


def load(data: bytes, key: MemorySigner, now_s: int = NOW_S) -> SiteAuthorisation:
    return load_authorisation(data, organisation=key.public_key, now_s=now_s)


@pytest.mark.parametrize("which", ["home", "plaza"])
def test_what_was_signed_comes_back(
    which: str, organisation: MemorySigner, request: pytest.FixtureRequest
) -> None:
    site: SiteAuthorisation = request.getfixturevalue(which)
    data = sign_authorisation(site, organisation)
    assert data.count(b"\n") == 1
    assert load(data, organisation) == site
    assert load(data, organisation).digest == site.digest
    assert site.lines == site.view.lines
    assert site.zones == site.view.zones


def test_every_flip_of_a_byte_is_refused(
    home: SiteAuthorisation, organisation: MemorySigner
) -> None:
    data = sign_authorisation(home, organisation)
    for at in range(len(data)):
        for mask in (0x01, 0x20, 0x80):
            flipped = data[:at] + bytes([data[at] ^ mask]) + data[at + 1 :]
            with pytest.raises(ConsentError):
                load(flipped, organisation)


def test_another_spelling_is_refused(home: SiteAuthorisation, organisation: MemorySigner) -> None:
    data = sign_authorisation(home, organisation)
    for other in (data[:-1], data + b"\n", b" " + data, data[: len(data) // 2], b""):
        with pytest.raises(ConsentError):
            load(other, organisation)


def test_another_key_cannot_authorise(home: SiteAuthorisation, organisation: MemorySigner) -> None:
    device = MemorySigner.from_seed(bytes(32))
    with pytest.raises(ConsentError, match="does not verify"):
        load(sign_authorisation(home, device), organisation)
    both = dsse.sign(AUTHORISATION_TYPE, home.to_payload(), organisation, device)
    with pytest.raises(ConsentError, match="changed after"):
        load(both.to_bytes() + b"\n", organisation)


def test_a_payload_that_is_not_canonical_is_refused(
    home: SiteAuthorisation, organisation: MemorySigner
) -> None:
    loose = json.dumps(json.loads(home.to_payload())).encode()
    signed = dsse.sign(AUTHORISATION_TYPE, loose, organisation).to_bytes() + b"\n"
    with pytest.raises(ConsentError, match="canonical"):
        load(signed, organisation)


def test_it_holds_from_its_first_second_to_the_one_before_its_last(
    plaza: SiteAuthorisation, organisation: MemorySigner
) -> None:
    data = sign_authorisation(plaza, organisation)
    load(data, organisation, plaza.valid_from_s)
    load(data, organisation, plaza.valid_to_s - 1)
    with pytest.raises(ConsentError, match="begins 1 s from now"):
        load(data, organisation, plaza.valid_from_s - 1)
    with pytest.raises(ConsentError, match="expired"):
        load(data, organisation, plaza.valid_to_s)


def test_outside_its_hours_it_is_valid_but_closed(plaza: SiteAuthorisation) -> None:
    midnight = plaza.valid_from_s
    plaza.require_open(midnight + 6 * 3600)
    plaza.require_open(midnight + 22 * 3600 - 1)
    for hour in (0, 22, 23):
        with pytest.raises(ConsentError, match="06:00 to 22:00 UTC"):
            plaza.require_open(midnight + hour * 3600)


def test_a_site_without_hours_is_open_all_day(home: SiteAuthorisation) -> None:
    home.require_open(home.valid_from_s)
    with pytest.raises(ConsentError):
        home.require_open(home.valid_from_s - 1)


def test_hours_may_span_midnight() -> None:
    night = Schedule(from_utc_minute=1320, to_utc_minute=360)
    for hour in (22, 23, 0, 5):
        night.require_open(hour * 3600)
    for hour in (6, 12, 21):
        with pytest.raises(ConsentError):
            night.require_open(hour * 3600)


def test_only_listed_outputs_and_only_the_drawn_view(home: SiteAuthorisation) -> None:
    home.require_metric("line.middle.in")
    home.require_view(home.view)
    with pytest.raises(ConsentError, match="not among the outputs"):
        home.require_metric("line.middle.total")
    with pytest.raises(ConsentError, match="not those that were authorised"):
        home.require_view(replace(home.view, zones=()))


def test_a_draft_for_a_public_place_must_be_filled_in(organisation: MemorySigner) -> None:
    view = View(width=640, height=480)
    blank = draft("plaza", profile=Profile.SDC_10_5, view=view, window_s=900, valid_from_s=0)
    with pytest.raises(ConsentError, match=r"controller\.name.*purposes 1\.text"):
        sign_authorisation(blank, organisation)


def test_a_draft_reads_back_in_any_layout(plaza: SiteAuthorisation) -> None:
    assert read_draft(json.dumps(plaza.to_draft(), indent=2).encode()) == plaza
    assert read_draft(plaza.to_payload()) == plaza


def test_other_words_need_another_sign(plaza: SiteAuthorisation) -> None:
    with pytest.raises(ConsentError, match="sign is out of date"):
        replace(plaza, place="the playground")
    moved = replace(plaza, place="the playground", notice_digest="")
    assert moved.notice_digest != plaza.notice_digest
    # What nobody reads on the sign may change without a new one.
    assert replace(plaza, version=2).notice_digest == plaza.notice_digest
    assert replace(plaza, version=2).digest != plaza.digest


LONG = "x" * 601
WRONG: list[dict[str, Any]] = [
    {"id": "A"},
    {"site": ""},
    {"version": 0},
    {"jurisdiction": ""},
    {"place": LONG},
    {"place": "a\nb"},
    {"place": " a"},
    {"place": "a\u202eb"},
    {"objection": "\ud800"},
    {"processor": ""},
    {"purposes": ()},
    {"sensors": ()},
    {"outputs": ()},
    {"legitimate_interests": "ours"},
    {"lawful_basis": LawfulBasis.LEGITIMATE_INTERESTS},
    {"lawful_basis": LawfulBasis.HOUSEHOLD},
    {"supervisory_authority": None},
    {"dpia_reference": None},
    {"dpia_not_required": "small"},
    {"aggregate_retention": "1 year"},
    {"aggregate_retention": "P"},
    {"notice_url": "http://plain.example"},
    {"notice_url": "https://a.example/#b"},
    {"model_digests": ("sha256:00",)},
    {"model_digests": (f"sha512:{'0' * 64}",)},
    {"valid_from_s": -1},
    {"valid_to_s": 0},
    {"valid_to_s": 2**60},
    {"valid_to_s": 1_795_392_000 + MAX_VALIDITY_S + 1},
    {"profile": Profile.HOME},
    {"profile": Profile.LOCAL},
]
EXACT = Output(
    metric="line.middle.in", profile=Profile.HOME, window_s=900, recipients=("the whole street",)
)


@pytest.mark.parametrize("basis", [LawfulBasis.PUBLIC_TASK, LawfulBasis.LEGITIMATE_INTERESTS])
def test_exact_numbers_leave_a_household_only(basis: LawfulBasis, plaza: SiteAuthorisation) -> None:
    interests = "to see" if basis is LawfulBasis.LEGITIMATE_INTERESTS else None
    allowed = {"profile": Profile.HOME, "outputs": (EXACT,), "notice_digest": ""}
    replace(plaza, lawful_basis=LawfulBasis.HOUSEHOLD, **allowed)
    with pytest.raises(ConsentError, match="only a household"):
        replace(plaza, lawful_basis=basis, legitimate_interests=interests, **allowed)


def test_a_model_is_refused_where_others_are_named(home: SiteAuthorisation) -> None:
    ours, other = (f"sha256:{digit * 64}" for digit in "ab")
    home.require_model(other)
    named = replace(home, model_digests=(ours,), notice_digest="")
    named.require_model(ours)
    with pytest.raises(ConsentError, match="not among"):
        named.require_model(other)


@pytest.mark.parametrize("change", WRONG, ids=lambda change: ascii(change).replace("\\", ""))
def test_a_wrong_field_cannot_exist(change: dict[str, Any], plaza: SiteAuthorisation) -> None:
    with pytest.raises(ConsentError):
        replace(plaza, notice_digest="", **change)


def test_outputs_share_one_grid_name_no_shape_twice_and_none_that_is_not_drawn(
    plaza: SiteAuthorisation,
) -> None:
    first = plaza.outputs[0]
    others = (
        (first, first),
        (first, replace(plaza.outputs[1], window_s=1800)),
        (replace(first, metric="line.elsewhere.in"),),
        (replace(first, metric="zone.middle.people"),),
    )
    for outputs in others:
        with pytest.raises(ConsentError):
            replace(plaza, notice_digest="", outputs=outputs)


def test_a_model_is_named_by_its_digest(plaza: SiteAuthorisation) -> None:
    pinned = replace(plaza, model_digests=(f"sha256:{'0' * 64}",))
    assert read_payload(pinned.to_payload()) == pinned


def test_three_purposes_are_enough(plaza: SiteAuthorisation) -> None:
    with pytest.raises(ConsentError, match="4 purposes"):
        replace(plaza, notice_digest="", purposes=plaza.purposes * 2)


def test_a_reserved_purpose_is_refused_by_name(plaza: SiteAuthorisation) -> None:
    with pytest.raises(ProhibitedPractice):
        replace(plaza.purposes[0], id="face-recognition")


@pytest.mark.parametrize("metric", ["line.a", "line.A.in", "zone.a.in", "people", "", "a.b.c.d"])
def test_there_are_no_other_metrics(metric: str) -> None:
    with pytest.raises(ConsentError, match="no metric"):
        Output(metric=metric, profile=Profile.LOCAL, window_s=60)


def test_recipients_are_named_unless_nothing_leaves() -> None:
    light = "light.illuminance"
    for profile, recipients in (
        (Profile.LOCAL, ("us",)),
        (Profile.HOME, ()),
        (Profile.HOME, ("us",) * 9),
        (Profile.HOME, ("",)),
    ):
        with pytest.raises(ConsentError):
            Output(metric=light, profile=profile, window_s=60, recipients=recipients)
    with pytest.raises(ConsentError, match="every 0 s"):
        Output(metric=light, profile=Profile.LOCAL, window_s=0)


@pytest.mark.parametrize(("start", "end"), [(0, 0), (-1, 5), (5, -1), (5, 1440), (1440, 5)])
def test_impossible_hours_are_refused(start: int, end: int) -> None:
    with pytest.raises(ConsentError):
        Schedule(from_utc_minute=start, to_utc_minute=end)


def test_geometry_is_in_whole_pixels() -> None:
    for odd in (
        View(width=640, height=480, lines=(Line("a", (10.5, 20), (300, 300)),)),
        View(width=640, height=480, zones=(Zone("a", ((10, 20), (300, 20.5), (300, 300))),)),
    ):
        with pytest.raises(ConsentError, match="whole pixels"):
            draft("a", profile=Profile.LOCAL, view=odd, window_s=60, valid_from_s=0)
