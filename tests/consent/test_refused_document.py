"""A payload, a draft and a notice are read without mercy, and say what is odd in them."""

import hashlib
import json
from collections.abc import Callable

import pytest
from consent.refusal import refusal

from edgekit.consent.authorisation import SiteAuthorisation
from edgekit.consent.payload import NOTICE, read_draft, read_notice, read_payload
from edgekit.signing import canonical

Read = Callable[[bytes], SiteAuthorisation]


def digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def notice_of(data: bytes) -> object:
    return read_notice(data, digest=digest(data))


def changed(site: SiteAuthorisation, **change: object) -> bytes:
    return canonical.to_bytes({**canonical.from_bytes(site.to_payload()), **change})


@pytest.mark.parametrize(("read", "name"), [(read_payload, "authorisation"), (read_draft, "draft")])
def test_what_is_odd_in_an_authorisation_is_named(
    read: Read, name: str, plaza: SiteAuthorisation
) -> None:
    lines = canonical.from_bytes(plaza.to_payload())["lines"]
    assert isinstance(lines, list)
    for data, said, hint in (
        (
            changed(plaza, raw_retention_s=1),
            "raw_retention_s 1: expected 0",
            "edgekit keeps no pictures of people",
        ),
        (changed(plaza, v=2), "authorisation of format 2: expected 1", None),
        (changed(plaza, extra=1), f"{name}.extra: unknown field", None),
        (b"[]", f"{name}: JSON list: expected an object", None),
        (
            changed(plaza, lines=[*lines, *lines]),
            f"{name}: two lines are called 'middle'",
            "give each a name of its own",
        ),
    ):
        assert refusal(read, data) == (said, hint)


def test_a_payload_has_one_spelling_and_a_draft_any(plaza: SiteAuthorisation) -> None:
    loose = json.dumps(json.loads(plaza.to_payload())).encode()
    said = "the authorisation is not in canonical form"
    assert refusal(read_payload, loose) == (said, None)
    assert read_draft(loose) == plaza
    stale = changed(plaza, notice_digest=digest(b""))
    assert read_draft(stale) == plaza


def test_a_notice_is_read_without_mercy(plaza: SiteAuthorisation) -> None:
    data = plaza.meaning()
    assert set(read_notice(data, digest=plaza.notice_digest)) == set(NOTICE)
    with_another = refusal(lambda: read_notice(data, digest="sha256:0"))
    assert with_another == (
        f"the notice has the digest {plaza.notice_digest}: expected sha256:0",
        None,
    )
    told = canonical.from_bytes(data)
    for change, said in (
        ({"notice": 2}, "notice of format 2: expected 1"),
        ({"extra": 1}, "notice.extra: unknown field"),
        ({"place": ""}, "place has 0 characters: expected 1 to 600"),
        ({"site": "A"}, "site name 'A': expected 1 to 24 of a-z, 0-9, _ and -, a letter first"),
        (
            {"supervisory_authority": None},
            "supervisory_authority is missing: say where people can complain",
        ),
        (
            {"valid_to_s": told["valid_from_s"]},
            "valid from 1795392000 to 1795392000: expected an end after the start",
        ),
    ):
        assert refusal(notice_of, canonical.to_bytes({**told, **change}))[0] == said
    spread = json.dumps(json.loads(data)).encode()
    assert refusal(notice_of, spread) == ("the notice is not in canonical form", None)
    assert refusal(notice_of, b"[]") == ("notice: JSON list: expected an object", None)
