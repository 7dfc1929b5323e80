"""What holds for every request and every answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.web.manners import HEADERS, host_of, is_from_here
from tests.web.square import PORT, Asker

ALL = ("/", "/metrics", "/healthz", "/records", "/checkpoint", "/page.css", "/none", "/tile/none")


@pytest.mark.parametrize("path", ALL)
def test_every_answer_says_that_nothing_is_loaded_framed_or_guessed(ask: Asker, path: str) -> None:
    answer = ask(path)
    for key, value in HEADERS:
        assert answer[key.decode()] == value.decode()
    assert answer["cache-control"]
    assert not {"set-cookie", "server", "date"} & {key for key, _ in answer.headers}


@pytest.mark.parametrize(
    "host",
    [
        *("192.168.7.9", f"192.168.7.9:{PORT}", f"127.0.0.1:{PORT}", "LOCALHOST:1"),
        *("counter.example.org", "Counter.Example.ORG:443"),
    ],
)
def test_it_answers_to_its_own_names(ask: Asker, host: str) -> None:
    assert ask("/healthz", headers=[("host", host)]).status == 200


@pytest.mark.parametrize(
    "host",
    [
        *("", "evil.example", "192.168.7.9.evil.example", "192.168.7.99", "[::1]", "[", "a@b"),
        *("counter.example.org.", "evil.example@127.0.0.1.evil", "127.1", "0x7f.1"),
    ],
)
def test_another_name_that_leads_here_is_refused(ask: Asker, host: str) -> None:
    answer = ask("/", headers=[("host", host)])
    assert answer.status == 421
    assert b"square" not in answer.body


def test_a_request_names_one_host(ask: Asker) -> None:
    own = ("host", "127.0.0.1")
    assert ask("/", headers=[own, own]).status == 421


@pytest.mark.parametrize(
    "method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "BREW"]
)
def test_other_methods_are_refused(ask: Asker, method: str) -> None:
    assert ask("/", method=method).status == 405
    assert ask("/pause", method=method).status == 405


@pytest.mark.parametrize("path", ["/", "/metrics", "/records"])
def test_a_head_is_an_answer_without_its_body(ask: Asker, path: str) -> None:
    whole, head = ask(path), ask(path, method="HEAD")
    assert (head.status, head["content-length"]) == (200, whole["content-length"])


HOST = f"192.168.7.9:{PORT}"


@pytest.mark.parametrize(
    ("headers", "good"),
    [
        ([], True),
        ([("origin", f"http://{HOST}")], True),
        ([("origin", f"http://{HOST}"), ("sec-fetch-site", "same-origin")], True),
        ([("sec-fetch-site", "none")], True),
        ([("origin", "null")], False),
        ([("origin", "http://evil.example")], False),
        ([("origin", "http://192.168.7.9:1")], False),
        ([("sec-fetch-site", "cross-site")], False),
        ([("sec-fetch-site", "same-site")], False),
    ],
)
def test_a_form_of_another_site_is_refused(
    ask: Asker, headers: list[tuple[str, str]], good: bool
) -> None:
    answer = ask("/pause", method="POST", headers=headers, body=b"token=123456")
    assert answer.status == (303 if good else 403)


@given(host=st.binary())
def test_any_host_is_a_name_or_nothing(host: bytes) -> None:
    name = host_of(host)
    assert name == name.lower()
    assert is_from_here([], host)
