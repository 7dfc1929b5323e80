"""A day on a document is one of UTC, wherever the device stands."""

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from edgekit.consent.authorisation import SiteAuthorisation
from edgekit.consent.dtpr import chains
from edgekit.consent.notice import Notice, last_day
from edgekit.consent.papers import article_30
from edgekit.consent.terms import since_s


@pytest.fixture
def far_east(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Here it is 14 hours later than in UTC."""
    with monkeypatch.context() as patched:
        patched.setenv("TZ", "LINT-14")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("far_east")
def test_every_day_is_a_day_of_utc(plaza: SiteAuthorisation) -> None:
    site = replace(plaza, valid_from_s=plaza.valid_from_s + 43_200, notice_digest="")
    row = article_30(site, "en")
    assert (row["valid_from"], row["valid_to"]) == ("2026-11-23", "2027-11-22")
    assert last_day(site) == "2027-11-22"
    told = chains(Notice(site))
    assert told["ai"]["created_at"] == "2026-11-23T12:00:00Z"
    february_s = 1_803_859_200 - 3600  # 2027-02-28 23:00 UTC
    assert since_s("P1M", february_s) == february_s - 31 * 86_400


def test_the_last_day_is_that_of_the_last_second(plaza: SiteAuthorisation) -> None:
    for more_s, day in ((0, "2027-11-22"), (1, "2027-11-23")):
        site = replace(plaza, valid_to_s=plaza.valid_to_s + more_s, notice_digest="")
        assert (last_day(site), article_30(site, "en")["valid_to"]) == (day, day)
