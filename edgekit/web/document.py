"""The page: one HTML document that needs no script, made of what the board holds at this moment."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from edgekit.consent.notice import Notice, Section
from edgekit.consent.page import article_13
from edgekit.consent.pause import PAUSE_MS
from edgekit.consent.presence import DIGITS
from edgekit.consent.states import State
from edgekit.errors import ConsentError
from edgekit.web.board import Board, Condition
from edgekit.web.checking import checking
from edgekit.web.language import PAGE_TEXTS, moment
from edgekit.web.markup import Markup, joined, tag
from edgekit.web.numbers import numbers

SAID = ("granted", "wrong", "often", "refused", "away")
"""What may become of a pause that somebody asked for."""

RELOAD_S = 60
GOOD = "good"
PAUSE_MINUTES = PAUSE_MS // 60_000
_ASKABLE = (State.ACTIVE, State.POSTED, State.PAUSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who reads: in which language, by which address, and whether at the device's own screen.

    ``said`` is what became of a pause that was just asked for, one of `SAID`, or empty.
    """

    locale: str
    base: str
    is_here: bool
    said: str = ""


def document(board: Board, languages: tuple[str, ...], reader: Reader, now_s: int) -> bytes:
    """Return the page as HTML in UTF-8."""
    texts = PAGE_TEXTS[reader.locale]
    notice = Notice(board.site)
    fresh = board.is_fresh(now_s)
    body = (
        tag("a", texts["skip"], class_="skip", href="#numbers"),
        _header(notice, languages, reader),
        tag(
            "main",
            _said(reader, texts),
            tag("div", _state(board, texts, now_s, fresh=fresh), id="state"),
            tag("div", numbers(board, reader.locale, now_s), id="latest"),
            tag("div", _pause(board, reader, texts, fresh=fresh), id="pausing"),
            tag("div", *map(_section, notice.sections(reader.locale)), class_="notice"),
            _law(notice, reader.locale),
            checking(board, texts, reader.base),
            _health(board, texts),
        ),
        tag("footer", tag("p", texts["foot"]), _number(notice, reader.locale)),
    )
    whole = tag("html", _head(notice, reader), tag("body", *body), lang=reader.locale)
    return f"<!doctype html>\n{whole}\n".encode()


def _head(notice: Notice, reader: Reader) -> Markup:
    title = notice.words(reader.locale)["page_title"].format(place=notice.authorisation.place)
    again = f"{RELOAD_S};url=?lang={reader.locale}"
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", title),
        tag("link", rel="icon", href="/icon.svg", type="image/svg+xml"),
        tag("link", rel="stylesheet", href="/page.css"),
        tag("noscript", Markup(tag("meta", http_equiv="refresh", content=again))),
        tag("script", src="/page.js", defer=""),
    )


def _header(notice: Notice, languages: tuple[str, ...], reader: Reader) -> Markup:
    words = notice.words(reader.locale)
    links = (
        tag(
            "a",
            PAGE_TEXTS[one]["name"],
            href=f"?lang={one}",
            hreflang=one,
            lang=one,
            aria_current="true" if one == reader.locale else None,
        )
        for one in languages
    )
    several = len(languages) > 1
    return tag(
        "header",
        tag("nav", *links, aria_label=PAGE_TEXTS[reader.locale]["languages"]) if several else "",
        tag("p", notice.authorisation.place, class_="place"),
        tag("h1", words["title"], " ", tag("span", words["subtitle"])),
    )


def _said(reader: Reader, texts: Mapping[str, str]) -> Markup:
    if reader.said not in SAID:
        return joined(())
    good = "said granted" if reader.said == "granted" else "said"
    return tag("p", texts[f"said.{reader.said}"], class_=good, role="status")


def _state(board: Board, texts: Mapping[str, str], now_s: int, *, fresh: bool) -> Markup:
    condition = board.condition if fresh else None
    kind, more = _standing(board, condition, texts, now_s)
    return tag(
        "section",
        tag("h2", texts["state"], class_="quiet", id="now"),
        tag("p", texts[f"state.{kind}"], class_="state"),
        *([tag("p", more)] if more else []),
        class_=f"now {kind}",
        aria_labelledby="now",
    )


def _standing(
    board: Board, condition: Condition | None, texts: Mapping[str, str], now_s: int
) -> tuple[str, str]:
    """Return how it stands, as the last part of a key, and what is to be said of it."""
    if condition is None:
        return "starting", texts["state.starting.more"]
    if condition.state is State.PAUSED:
        if condition.until_s is None:
            return "paused", texts["state.paused.open"]
        until = moment(condition.until_s, now_s)
        return "paused", texts["state.paused.until"].format(time=until)
    if condition.state is State.POSTED:
        day = moment(board.site.valid_from_s, 0)[:10]
        return "posted", texts["state.posted.more"].format(day=day)
    sees = condition.shut is None and condition.view == GOOD
    if condition.state is State.ACTIVE and not sees:
        return "closed", _why_closed(board, condition, texts, now_s)
    kind = condition.state.value
    return kind, texts.get(f"state.{kind}.more", "")


def _why_closed(board: Board, condition: Condition, texts: Mapping[str, str], now_s: int) -> str:
    hours = board.site.schedule
    if hours is not None:
        try:
            hours.require_open(now_s)
        except ConsentError:
            return texts["state.hours"].format(**hours.times())
    return texts.get(f"reason.{condition.shut or condition.view}", "")


def _pause(board: Board, reader: Reader, texts: Mapping[str, str], *, fresh: bool) -> Markup:
    condition = board.condition
    if not fresh or condition is None or condition.state not in _ASKABLE:
        return joined(())
    digits = condition.digits if reader.is_here else None
    minutes = str(PAUSE_MINUTES)
    return tag(
        "section",
        tag("h2", texts["pause"], id="pause"),
        tag("p", texts["pause.why"].format(minutes=minutes)),
        tag(
            "form",
            *(_asked(texts) if digits is None else _shown(digits, texts)),
            tag("input", type="hidden", name="lang", value=reader.locale),
            tag("button", texts["pause.button"].format(minutes=minutes), type="submit"),
            method="post",
            action="/pause",
            autocomplete="off",
        ),
        tag("p", texts["pause.other"], class_="more"),
        aria_labelledby="pause",
        class_="pause",
    )


def _shown(digits: str, texts: Mapping[str, str]) -> Iterator[Markup]:
    yield tag("p", texts["pause.digits"], class_="quiet")
    yield tag("p", f"{digits[:3]} {digits[3:]}", class_="digits", id="digits")
    yield tag("p", texts["pause.digits.more"], class_="more")
    yield tag("input", type="hidden", name="token", value=digits)


def _asked(texts: Mapping[str, str]) -> Iterator[Markup]:
    yield tag("label", texts["pause.ask"], for_="token")
    yield tag(
        "input",
        id="token",
        name="token",
        inputmode="numeric",
        autocomplete="off",
        pattern=f"[0-9 ]{{{DIGITS},{DIGITS + 1}}}",
        maxlength=str(DIGITS + 1),
        required="",
    )


def _section(section: Section) -> Markup:
    points = [tag("li", point) for point in section.points]
    return tag(
        "section",
        tag("h2", section.title),
        *(tag("p", line) for line in section.lines),
        *([tag("ul", *points)] if points else []),
    )


def _law(notice: Notice, locale: str) -> Markup:
    words = notice.words(locale)
    rows = (
        tag("div", tag("dt", head), tag("dd", body)) for head, body in article_13(notice, words)
    )
    return tag(
        "section",
        tag("h2", words["law"]),
        tag(
            "details",
            tag("summary", words["law.source"]),
            tag("dl", *rows),
        ),
    )


def _health(board: Board, texts: Mapping[str, str]) -> Markup:
    condition, about = board.condition, board.about
    if condition is None or about is None:
        return joined(())
    view = texts.get(f"reason.{condition.view}", texts["health.view.good"])
    rows = [
        ("health.view", view),
        ("health.clock", texts[f"health.clock.{condition.clock}"]),
        ("health.wall", texts[f"health.wall.{condition.seal}"]),
        ("health.software", about.software),
    ]
    seen = [kept[-1].uptime_percent for kept in board.readings.values() if kept]
    if seen:
        rows.insert(0, ("health.uptime", f"{max(seen)} %"))
    parts = (tag("div", tag("dt", texts[key]), tag("dd", words)) for key, words in rows)
    return tag(
        "section",
        tag("h2", texts["health"], id="health"),
        tag("dl", *parts, class_="facts"),
        aria_labelledby="health",
    )


def _number(notice: Notice, locale: str) -> Markup:
    words = f"{notice.words(locale)['number']}: {notice.digest}"
    return tag("p", words, class_="digest")
