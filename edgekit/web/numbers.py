"""The numbers on the page: the latest of each metric, in words where there is none."""

from collections.abc import Iterator, Mapping, Sequence

from edgekit.consent.metric import Metric
from edgekit.consent.texts import every, texts_of
from edgekit.errors import ConsentError
from edgekit.records import Profile, QualityWord, Status, Unit
from edgekit.web.board import Board
from edgekit.web.chart import draw
from edgekit.web.language import MINUTE_S, PAGE_TEXTS, label, moment, value
from edgekit.web.markup import Markup, joined, tag
from edgekit.web.reading import Reading

_NOTE: Mapping[Profile, str] = {
    Profile.LOCAL: "numbers.local",
    Profile.HOME: "numbers.home",
    Profile.DP: "numbers.dp",
}
_LIVE_WORDS = ("people", "frames_per_s")
_PLAIN = (Unit.COUNT, Unit.PEOPLE)
"""Numbers of this moment that need no unit: nothing of them is an average yet."""


def numbers(board: Board, locale: str, now_s: int) -> Markup:
    """Return the section."""
    texts, site = PAGE_TEXTS[locale], board.site
    rule = _NOTE.get(site.profile)
    notes = [texts["numbers.rule"], texts_of(locale)[f"leaves.{site.profile}"]]
    cards = [
        _card(readings, locale, now_s) for readings in board.readings.values() if len(readings)
    ]
    key = _key(texts) if cards else joined(())
    if not cards:
        often = every(texts_of(locale), site.window_s)
        cards = [tag("p", texts["numbers.none"].format(every=often))]
    return tag(
        "section",
        tag("h2", texts["numbers"], id="numbers"),
        tag("p", " ".join([texts[rule]] if rule else notes), class_="more"),
        _live(board, locale),
        tag("div", *cards, class_="cards"),
        key,
        aria_labelledby="numbers",
    )


def _key(texts: Mapping[str, str]) -> Markup:
    """Return what the bars mean."""
    parts = (
        tag("span", tag("i", class_=kind, aria_hidden="true"), " ", texts[f"key.{kind}"])
        for kind in ("bar", "few", "gap")
    )
    return tag("p", *parts, class_="key")


def _card(readings: Sequence[Reading], locale: str, now_s: int) -> Markup:
    texts, last = PAGE_TEXTS[locale], readings[-1]
    words, more = value(last, texts)
    fine = last.window_s % MINUTE_S != 0
    between = texts["numbers.between"].format(
        start=moment(last.start_s, now_s, seconds=fine),
        end=moment(last.end_s, last.start_s, seconds=fine),
    )
    return tag(
        "article",
        tag("h3", label(last.metric, locale)),
        tag(
            "p",
            tag("strong", words, class_=None if last.status is Status.RELEASED else "untold"),
            " ",
            tag("span", more),
            class_="value",
        ),
        *_about(last, texts),
        draw(readings, _in_words(readings, texts)),
        tag("p", between, class_="when"),
        class_="card",
    )


def _about(last: Reading, texts: Mapping[str, str]) -> Iterator[Markup]:
    if last.status is not Status.RELEASED:
        return
    notes = []
    if last.uptime_percent < 100:  # noqa: PLR2004 -- all of it needs no word
        notes.append(texts["numbers.seen"].format(percent=last.uptime_percent))
    if last.quality in (QualityWord.DEGRADED, QualityWord.BLIND):
        notes.append(texts[f"quality.{last.quality}"])
    if notes:
        yield tag("p", "; ".join(notes), class_="when")


def _in_words(readings: Sequence[Reading], texts: Mapping[str, str]) -> str:
    states = [one.status for one in readings]
    return texts["numbers.chart"].format(
        count=len(states),
        released=states.count(Status.RELEASED),
        suppressed=states.count(Status.SUPPRESSED),
        gaps=states.count(Status.GAP),
    )


def _live(board: Board, locale: str) -> Markup:
    """Exact numbers of this moment, where the clerk hands any out: at home alone."""
    live = board.condition.live if board.condition else {}
    if not live or not board.site.profile.at_home:
        return joined(())
    texts = PAGE_TEXTS[locale]
    rows: list[Markup] = []
    for name, number in sorted(live.items()):
        words = texts.get(f"live.{name}", "") if name in _LIVE_WORDS else _of(name, locale)
        if words:
            rows.append(
                tag("div", tag("dt", words), tag("dd", str(number), data_live=name)),
            )
    return tag("div", tag("h3", texts["live"]), tag("dl", *rows), class_="live")


def _of(name: str, locale: str) -> str:
    """Return the words for a metric, with its unit; nothing for what is none."""
    try:
        metric = Metric.parse(name)
    except ConsentError:
        return ""
    unit = "" if metric.unit in _PLAIN else PAGE_TEXTS[locale][f"unit.{metric.unit}"]
    return f"{label(metric, locale)} ({unit})" if unit else label(metric, locale)
