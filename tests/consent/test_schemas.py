"""The JSON Schemas, and what only they and the vectors' maker ask of the documents."""

import hashlib
import json
from pathlib import Path

import pytest

from edgekit.consent.lease import Lease
from edgekit.consent.payload import read_notice
from edgekit.consent.schemas import texts
from edgekit.consent.site import SiteAuthorisation
from edgekit.consent.terms import since_s
from edgekit.errors import ConsentError
from edgekit.signing import canonical

SCHEMAS = Path(__file__).parents[2] / "docs" / "schemas"
NOW_S = 1_800_000_000


def digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def test_the_schemas_in_the_docs_are_those_of_the_code() -> None:
    assert texts() == {path.name: path.read_text("utf-8") for path in SCHEMAS.glob("*.json")}


def test_a_lease_reads_back_from_json() -> None:
    lease = Lease.grant(7, NOW_S * 1000)
    assert Lease.from_json(canonical.to_bytes(lease.to_json())) == lease


def test_a_notice_in_another_form_or_of_another_digest_is_refused(
    plaza: SiteAuthorisation,
) -> None:
    data = plaza.meaning()
    assert read_notice(data, digest=digest(data))
    spread = json.dumps(json.loads(data), indent=1).encode()
    with pytest.raises(ConsentError, match="canonical"):
        read_notice(spread, digest=digest(spread))
    with pytest.raises(ConsentError, match="has the digest"):
        read_notice(data, digest=digest(spread))


def test_nothing_is_older_than_1970() -> None:
    assert since_s("P90Y", NOW_S) == 0
    assert since_s("P1D", NOW_S) == NOW_S - 86_400
