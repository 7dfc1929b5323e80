"""To whom numbers may go by an outlet: only to whom a signed document names."""

from dataclasses import replace

import pytest

from edgekit.consent.authorisation import SiteAuthorisation, draft
from edgekit.consent.outputs import require_recipient
from edgekit.consent.view import View
from edgekit.errors import ConsentError
from edgekit.geometry import Line
from edgekit.records import Profile

VIEW = View(width=640, height=480, lines=(Line("door", (100, 100), (100, 400)),))


def naming(*recipients: str) -> SiteAuthorisation:
    site = draft("door", profile=Profile.HOME, view=VIEW, window_s=60, valid_from_s=0)
    outputs = tuple(replace(one, recipients=recipients) for one in site.outputs)
    return replace(site, outputs=outputs, notice_digest="")


@pytest.mark.parametrize(
    ("host", "recipient"),
    [
        ("192.168.1.10", "the people who live here, by 192.168.1.10"),
        ("192.168.1.10", "192.168.1.10"),
        ("192.168.1.10", "those at home (192.168.1.10)."),
        ("192.168.1.10", "by 192.168.1.10:1883"),
        ("mqtt.ashton.example", "the city of Ashton, MQTT.Ashton.example."),
        ("fd00::10", "us, by fd00::10"),
        ("localhost", "us, on this device: localhost"),
    ],
)
def test_a_host_that_is_named_may_be_told(host: str, recipient: str) -> None:
    require_recipient(naming("the neighbours", recipient), host)


@pytest.mark.parametrize(
    ("host", "recipient"),
    [
        ("192.168.1.10", "the people who live here"),
        ("192.168.1.1", "by 192.168.1.10"),
        ("92.168.1.10", "by 192.168.1.10"),
        ("192.168.1.10", "by 192x168x1x10"),
        ("ashton.example", "by mqtt.ashton.example"),
        ("ashton.example", "by ashton.example.org"),
        ("ashton", "by ashton-2"),
        ("fd00::1", "by fd00::10"),
        ("::10", "by fd00::10"),
    ],
)
def test_a_host_that_is_not_is_refused_in_words(host: str, recipient: str) -> None:
    with pytest.raises(ConsentError) as caught:
        require_recipient(naming(recipient), host)
    assert f"no recipient names {host}" in str(caught.value)
    assert host in (caught.value.hint or "")


def test_it_has_to_be_named_for_every_number() -> None:
    site = naming("us, by 10.0.0.1")
    outputs = (*site.outputs[:-1], replace(site.outputs[-1], recipients=("us",)))
    with pytest.raises(ConsentError, match=r"light\.illuminance may go to us"):
        require_recipient(replace(site, outputs=outputs, notice_digest=""), "10.0.0.1")


def test_where_nothing_leaves_nobody_is_named() -> None:
    site = draft("door", profile=Profile.LOCAL, view=VIEW, window_s=60, valid_from_s=0)
    with pytest.raises(ConsentError, match="may go to nobody"):
        require_recipient(site, "10.0.0.1")
