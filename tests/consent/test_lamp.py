"""A lamp shows whoever looks at it that somebody is there: then the sign says so."""

import json
from dataclasses import replace

import pytest

from edgekit.consent.authorisation import (
    SiteAuthorisation,
    load_authorisation,
    read_draft,
    sign_authorisation,
)
from edgekit.consent.notice import Notice
from edgekit.errors import ConsentError
from edgekit.signing.keys import MemorySigner

SAID = "A lamp is brighter while somebody is there"


def lit(site: SiteAuthorisation) -> SiteAuthorisation:
    return replace(site, lamp=True, notice_digest="")


@pytest.mark.parametrize("name", ["home", "plaza"])
def test_the_sign_and_the_notice_say_it(name: str, request: pytest.FixtureRequest) -> None:
    site: SiteAuthorisation = request.getfixturevalue(name)
    for told, there in ((site, False), (lit(site), True)):
        notice = Notice(told)
        assert (SAID in notice.text()) is there
        assert (SAID in notice.html()) is there
        assert ("lamp is brighter" in notice.sign_svg()) is there


def test_another_sign_and_the_same_without_a_lamp(
    home: SiteAuthorisation, organisation: MemorySigner
) -> None:
    with_lamp = lit(home)
    assert with_lamp.notice_digest != home.notice_digest
    assert b"lamp" not in home.to_payload()
    assert b"lamp" not in home.meaning()
    signed = sign_authorisation(with_lamp, organisation)
    read = load_authorisation(signed, organisation=organisation.public_key, now_s=home.valid_from_s)
    assert read == with_lamp
    with pytest.raises(ConsentError, match="sign is out of date"):
        replace(home, lamp=True)


@pytest.mark.parametrize("value", [False, 1, None, "yes"])
def test_there_is_one_spelling(value: object, home: SiteAuthorisation) -> None:
    draft = json.dumps({**home.to_draft(), "lamp": value}).encode()
    with pytest.raises(ConsentError, match="lamp: expected true, or nothing at all"):
        read_draft(draft)


def test_a_lamp_that_nobody_was_told_of_is_refused(home: SiteAuthorisation) -> None:
    lit(home).require_lamp()
    with pytest.raises(ConsentError, match="the sign does not say so"):
        home.require_lamp()
