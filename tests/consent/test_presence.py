"""The token of the local page: known to who sees it now, and to nobody later."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.consent.presence import (
    EVERY_S,
    MOST_WRONG,
    Tries,
    one_more,
    require_token,
    token_at,
)
from edgekit.errors import ConsentError

SECRET = bytes(range(32))
# RFC 6238, appendix B: the SHA-256 column, of whose eight digits these are the last six.
RFC_SECRET = b"12345678901234567890123456789012"
RFC = {59: "119246", 1111111109: "084774", 1234567890: "819424", 20000000000: "737706"}


@pytest.mark.parametrize(("at_s", "digits"), RFC.items())
def test_it_is_the_token_of_the_standard(at_s: int, digits: str) -> None:
    # The appendix counts in half minutes.
    assert token_at(RFC_SECRET, at_s // 30 * EVERY_S) == digits


@given(at_s=st.integers(0, 2**35), late_s=st.integers(0, 59))
def test_who_reads_it_now_has_a_minute_to_type_it(at_s: int, late_s: int) -> None:
    require_token(SECRET, token_at(SECRET, at_s), now_s=at_s + late_s)


@pytest.mark.parametrize("away_s", [-EVERY_S, 2 * EVERY_S, 3600])
def test_an_old_one_or_one_of_the_future_is_refused(away_s: int) -> None:
    with pytest.raises(ConsentError, match="no longer"):
        require_token(SECRET, token_at(SECRET, 600_000), now_s=600_000 + away_s)


@pytest.mark.parametrize("token", ["", "1", "abcdef", "١٢٣٤٥٦"])
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(ConsentError):
        require_token(SECRET, token, now_s=0)


def test_there_is_no_minute_before_the_first() -> None:
    assert token_at(SECRET, 0) == token_at(SECRET, 59) == token_at(SECRET, -3600)
    assert token_at(SECRET, 0) != token_at(SECRET, 60)


def test_another_nodes_token_is_refused_and_a_short_secret_makes_none() -> None:
    with pytest.raises(ConsentError):
        require_token(SECRET, token_at(SECRET[::-1], 0), now_s=0)
    with pytest.raises(ConsentError, match="expected 32"):
        token_at(b"short", 0)


@given(at_s=st.integers(0, 2**35), spread_s=st.lists(st.integers(0, 59), min_size=1, max_size=20))
def test_a_minute_hears_five_wrong_ones_and_the_next_one_five_again(
    at_s: int, spread_s: list[int]
) -> None:
    minute_s, tries = at_s // EVERY_S * EVERY_S, Tries()
    for number, late_s in enumerate(sorted(spread_s)):
        if number < MOST_WRONG:
            tries = one_more(tries, minute_s + late_s)
            assert tries.wrong == number + 1
            continue
        with pytest.raises(ConsentError, match="wrong tokens"):
            one_more(tries, minute_s + late_s)
    assert one_more(tries, minute_s + EVERY_S).wrong == 1
