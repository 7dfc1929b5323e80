"""The table of a document is read as it stands, and says in its schema what it reads."""

import hashlib
import json

import pytest

from edgekit.consent.authorisation import SiteAuthorisation
from edgekit.consent.lease import Lease
from edgekit.consent.payload import NOTICE, read_notice
from edgekit.consent.schemas import schemas, texts
from edgekit.consent.terms import since_s
from edgekit.errors import ConsentError

NOW_S = 1_795_392_000  # 2026-11-23 00:00 UTC
DAY_S = 86_400


def digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def test_a_notice_is_read_by_the_digest_that_records_carry(plaza: SiteAuthorisation) -> None:
    told = read_notice(plaza.meaning(), digest=plaza.notice_digest)
    assert told["place"] == plaza.place
    assert told.keys() == NOTICE.keys()
    with pytest.raises(ConsentError, match="expected sha256:0"):
        read_notice(plaza.meaning(), digest="sha256:0")
    spaced = json.dumps(json.loads(plaza.meaning())).encode()
    with pytest.raises(ConsentError, match="not in canonical form"):
        read_notice(spaced, digest=digest(spaced))
    with pytest.raises(ConsentError, match="notice: "):
        read_notice(b"x", digest=digest(b"x"))


def test_every_schema_refuses_what_it_does_not_know() -> None:
    for name, schema in schemas().items():
        assert schema["additionalProperties"] is False, name
        assert json.loads(texts()[f"{name}.json"]) == schema


def test_a_lease_is_told_as_it_is() -> None:
    for lease in (Lease.grant(1, 5, version=9), Lease.stop(2, 5)):
        assert Lease.from_json(json.dumps(lease.to_json()).encode()) == lease
    with pytest.raises(ConsentError, match="lease: "):
        Lease.from_json(b"x")


@pytest.mark.parametrize(
    ("duration", "days"),
    [("P1D", 1), ("P30D", 30), ("P1Y", 365), ("P1M", 31), ("P1Y6M", 549), ("P1Y1D", 366)],
)
def test_a_duration_counts_back_by_the_calendar(duration: str, days: int) -> None:
    assert since_s(duration, NOW_S) == NOW_S - days * DAY_S


def test_a_month_before_the_31st_is_the_last_of_february_and_nothing_is_before_1970() -> None:
    march_s = 1_806_451_200  # 2027-03-31 00:00 UTC
    assert since_s("P1M", march_s) == march_s - 31 * DAY_S
    assert since_s("P999Y", NOW_S) == 0
    assert since_s("P56Y9999D", NOW_S) == 0
    assert since_s("P1Y", 365 * DAY_S + 5) == 5
    with pytest.raises(ConsentError, match="duration"):
        since_s("always", NOW_S)
