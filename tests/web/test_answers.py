"""The routes, one by one."""

from dataclasses import replace
from html.parser import HTMLParser

import pytest

from edgekit.consent.states import State
from edgekit.consent.terms import Schedule
from edgekit.consent.texts import TEXTS
from edgekit.records import Reason
from edgekit.web.board import Board
from edgekit.web.document import SAID
from tests.web.square import (
    CONDITION,
    NOW_S,
    SIGNER,
    WEB,
    Asker,
    FakeClerk,
    a_board,
    a_record,
    a_site,
    an_asker,
)


class Page(HTMLParser):
    """Reads a page as strictly as an XML reader would: every element ends where it should."""

    EMPTY = frozenset({"meta", "link", "input"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append(tag)
        self.ids += [found["id"] or ""] if "id" in found else []
        self.links += [found[key] or "" for key in ("href", "src", "action") if key in found]
        assert "style" not in found
        assert not any(key.startswith("on") for key in found)
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        assert tag == "rect"

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("locale", TEXTS)
def test_the_page_is_whole_in_each_language_and_loads_nothing_from_elsewhere(
    ask: Asker, locale: str
) -> None:
    answer = ask(f"/?lang={locale}")
    page = Page(answer.text)
    assert answer["content-language"] == locale
    assert f'<html lang="{locale}">' in answer.text
    assert len(set(page.ids)) == len(page.ids)
    assert page.tags.count("h1") == 1
    assert all(
        link.startswith(("/", "?", "#")) and not link.startswith("//") for link in page.links
    )
    assert "&lt;benches&gt; &amp; shade" in answer.text
    assert a_site().notice_digest in answer.text
    for head in ("law.controller", "law.retention", "law.rights", "law.complaint"):
        assert TEXTS[locale][head].replace("'", "&#x27;") in answer.text.replace("'", "&#x27;")


def test_it_tells_the_number_what_is_not_told_and_the_gap(ask: Asker) -> None:
    text = ask("/").text
    assert "<strong>35</strong>" in text
    assert "fewer than 10" in text
    assert "It was paused." in text
    assert "It is counting." in text
    assert SIGNER.key_id in text


def test_the_digits_are_shown_on_the_devices_own_screen_and_nowhere_else(ask: Asker) -> None:
    assert "271 828" in ask("/", here=True).text
    for path in ("/", "/metrics", "/records", "/healthz", "/checkpoint", "/key.pem"):
        away = ask(path)
        assert "271828" not in away.text
        assert "271 828" not in away.text
    assert 'name="token"' in ask("/").text


def test_where_site_toml_says_so_no_screen_shows_them(board: Board) -> None:
    ask = an_asker(board, web=replace(WEB, digits=False))
    assert "271 828" not in ask("/", here=True).text


STANDINGS = (
    ({"state": State.POSTED}, "It has not begun."),
    ({"state": State.PAUSED, "until_s": NOW_S // 60 * 60 + 600}, "It sees nothing until "),
    ({"state": State.PAUSED}, "until those who answer for it"),
    ({"state": State.WITHDRAWN, "shut": Reason.NOT_AUTHORISED}, "It has been ended."),
    ({"state": State.EXPIRED, "shut": Reason.NOT_AUTHORISED}, "Its time is over."),
    ({"view": "view_covered"}, "Its view was covered."),
    ({"shut": Reason.CLOCK}, "Its clock was not to be trusted."),
    ({"shut": Reason.SOURCE_ENDED}, "It sees nothing now."),
)


@pytest.mark.parametrize(("how", "words"), STANDINGS)
def test_it_says_how_it_stands(board: Board, how: dict[str, object], words: str) -> None:
    board.set_condition(replace(CONDITION, **how), NOW_S)
    text = an_asker(board)("/").text
    assert words in text
    Page(text)
    ended = how.get("state") in (State.WITHDRAWN, State.EXPIRED)
    assert ('action="/pause"' in text) is not ended


def test_outside_its_hours_it_names_them() -> None:
    minute = NOW_S % 86_400 // 60
    hours = Schedule(from_utc_minute=(minute + 60) % 1440, to_utc_minute=(minute + 120) % 1440)
    board = Board(replace(a_site(), schedule=hours, notice_digest=""))
    board.set_condition(replace(CONDITION, shut=Reason.NOT_AUTHORISED), NOW_S)
    assert (
        "It sees only from {start} to {end} UTC.".format(**hours.times())
        in an_asker(board)("/").text
    )


def test_before_the_clerk_has_spoken_and_once_it_is_silent_it_says_so() -> None:
    board = Board(a_site())
    ask = an_asker(board)
    assert "It is starting." in ask("/").text
    assert "No number yet." in ask("/").text
    for path in ("/checkpoint", "/key.pem", "/proof/latest", "/record/latest"):
        assert ask(path).status == 404
    assert ask("/healthz").status == 503
    board.set_condition(CONDITION, NOW_S)
    assert ask("/healthz").text == "ok\n"
    late = an_asker(board, now_s=lambda: NOW_S + 60)
    assert late("/healthz").status == 503
    assert "It is starting." in late("/").text


@pytest.mark.parametrize("said", [*SAID, "nonsense"])
def test_a_pause_is_handed_to_the_clerk_and_what_became_of_it_is_told(
    board: Board, said: str
) -> None:
    clerk = FakeClerk(said=said)
    ask = an_asker(board, clerk)

    answer = ask("/pause", method="POST", body=b"token=123+456&lang=de")

    told = said if said in SAID else "away"
    assert (answer.status, answer["location"]) == (303, f"/?lang=de&said={told}")
    assert clerk.tokens == ["123456"]
    assert 'class="said' in ask(answer["location"]).text


def test_what_became_of_it_cannot_be_anything(ask: Asker) -> None:
    text = ask("/?said=%3Cscript%3E").text
    assert 'class="said' not in text
    assert "<script>" not in text


@pytest.mark.parametrize(
    "body",
    [b"", b"token", b"token=" + b"1" * 600, b"&" * 200, b"\xff\xfe=\xff", b"lang=xx&token="],
)
def test_a_form_that_is_none_pauses_nothing_and_breaks_nothing(
    ask: Asker, clerk: FakeClerk, body: bytes
) -> None:
    assert ask("/pause", method="POST", body=body).status in (303, 400)
    assert all(len(token) < 600 for token in clerk.tokens)
    assert "123456" not in clerk.tokens


def test_records_come_from_memory_or_where_they_are_older_from_the_log() -> None:
    board = a_board()
    kept = [a_record(number) for number in range(40, 45)]
    for record in kept:
        board.take(record, NOW_S)
    old = [a_record(number) for number in range(3)]
    clerk = FakeClerk(old=[*old, *kept])
    ask = an_asker(board, clerk)

    assert ask("/records?from=40").body == b"".join(one.envelope + b"\n" for one in kept)
    assert ask("/records?from=43").body.count(b"\n") == 2
    assert not clerk.asked
    assert ask("/records?from=1&count=3").body == b"".join(
        one.envelope + b"\n" for one in (old[1], old[2], kept[0])
    )
    assert clerk.asked == [(1, 3)]
    assert ask("/record/2").body == old[2].envelope + b"\n"
    assert ask("/record/17").status == 404
    assert ask("/records?from=999999999999999").body == b""
    assert clerk.asked[-1] != (1, 9999)
    assert ask("/records").body.count(b"\n") == len(clerk.old)
    for query in ("from=x", "count=-1", "from=1.5"):
        assert ask(f"/records?{query}").status == 400


def test_proofs_and_tiles_are_asked_of_the_clerk(ask: Asker, clerk: FakeClerk) -> None:
    assert ask("/proof/latest").text == "proof of 2\n"
    assert ask("/proof/0").status == 404
    assert ask("/proof/3").status == 404, "no checkpoint covers it"
    assert ask("/proof/x").status == 400
    assert ask("/tile/entries/000.p/3").body == b"tile"
    assert ask("/tile/0/000").status == 404
    assert ask("/tile/0/../0/000").status == 400
    assert clerk.asked == [(2,), (0,), ("entries", 0, 3), ("0", 0, 256)]


def test_key_checkpoint_sign_and_files_are_there(ask: Asker, board: Board) -> None:
    assert ask("/key.pem").body == SIGNER.public_key.to_pem()
    assert ask("/checkpoint").text == board.note
    assert ask("/sign.svg?lang=fr")["content-type"] == "image/svg+xml"
    assert "attachment" in ask("/verify.html")["content-disposition"]
    for path in ("/page.css", "/page.js", "/icon.svg"):
        assert ask(path).status == 200
