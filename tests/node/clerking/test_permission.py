from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.node import clock
from edgekit.node.clerking.permission import CLOCK_CHECK_MS, Permission
from edgekit.records import ClockTrust, Reason

if TYPE_CHECKING:
    from edgekit.consent.site import SiteAuthorisation
    from tests.node.conftest import Places


@pytest.fixture
def allowed(places: "Places") -> "SiteAuthorisation":
    return places.make(valid_from_s=clock.BUILT_S, valid_s=1000).authorisation


def permission(allowed: "SiteAuthorisation", last_s: int | None = None) -> Permission:
    return Permission(allowed, last_record_s=lambda: last_s, synced=lambda: True)


@pytest.mark.parametrize(
    ("at_s", "reason"),
    [
        (-1, Reason.CLOCK),
        (0, None),
        (999, None),
        (1000, Reason.NOT_AUTHORISED),
        (100_000, Reason.NOT_AUTHORISED),
    ],
)
def test_authority_is_asked_second_by_second(
    allowed: "SiteAuthorisation", at_s: int, reason: Reason | None
) -> None:
    shut = permission(allowed).why_shut((clock.BUILT_S + at_s) * 1000)

    assert (shut.reason if shut else None) is reason
    assert shut is None or shut.text


def test_clock_before_the_last_record_shuts_the_eye(allowed: "SiteAuthorisation") -> None:
    held = permission(allowed, clock.BUILT_S + 50)

    shut = held.why_shut((clock.BUILT_S + 10) * 1000)

    assert shut is not None
    assert shut.reason is Reason.CLOCK
    assert held.clock is ClockTrust.NONE


def test_clock_is_looked_at_again(allowed: "SiteAuthorisation") -> None:
    synced = [False, True]
    held = Permission(allowed, last_record_s=lambda: None, synced=lambda: synced.pop(0))
    at_ms = clock.BUILT_S * 1000
    held.why_shut(at_ms)
    assert held.clock is ClockTrust.FREE
    held.why_shut(at_ms + CLOCK_CHECK_MS - 1)
    assert held.clock is ClockTrust.FREE
    held.why_shut(at_ms + CLOCK_CHECK_MS)
    assert held.clock is ClockTrust.SYNCED


def test_the_same_reason_in_other_words_is_the_same(allowed: "SiteAuthorisation") -> None:
    held = permission(allowed)
    late = [held.why_shut((clock.BUILT_S + 1000 + s) * 1000) for s in (0, 1)]

    assert late[0] == late[1]


@given(
    st.integers(min_value=0, max_value=2**40),
    st.none() | st.integers(min_value=0, max_value=2**40),
    st.booleans(),
)
def test_trust_is_none_exactly_before_what_is_known(
    now_s: int, last_s: int | None, synced: bool
) -> None:
    trust = clock.trust(now_s, last_record_s=last_s, synced=synced)

    early = now_s < clock.BUILT_S or (last_s is not None and now_s < last_s)
    assert (trust is ClockTrust.NONE) == early
    assert early or trust is (ClockTrust.SYNCED if synced else ClockTrust.FREE)


def test_kernel_is_asked() -> None:
    assert clock.kernel_synced() in (True, False)
    assert clock.now_ms() > 1_700_000_000_000
