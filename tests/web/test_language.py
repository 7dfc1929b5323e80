"""Which language, and that every one says everything."""

import re
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.consent.measure import ALONE, MEASURES
from edgekit.consent.metric import Metric
from edgekit.consent.texts import TEXTS
from edgekit.records import Profile, Reason, Unit
from edgekit.web.language import PAGE_TEXTS, chosen, label, moment, value, why
from edgekit.web.reading import Reading, read
from tests.web.square import FEW, GAP, a_record

ALIKE = {
    *(f"unit.{unit}" for unit in Unit),
    "health.view",
}
"""What two languages may say in the same letters."""


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("locale", TEXTS)
def test_a_catalogue_has_every_key_and_every_placeholder(locale: str) -> None:
    theirs, ours = PAGE_TEXTS[locale], PAGE_TEXTS["en"]
    assert theirs.keys() == ours.keys()
    for key, text in theirs.items():
        assert placeholders(text) == placeholders(ours[key]), key
        assert text == text.strip(), key
        assert text.isprintable(), key
        assert text or key.startswith("unit."), key


@pytest.mark.parametrize("locale", [locale for locale in TEXTS if locale != "en"])
def test_nothing_was_left_in_english(locale: str) -> None:
    texts, ours = PAGE_TEXTS[locale], PAGE_TEXTS["en"]
    assert {key for key, text in texts.items() if text == ours[key]} <= ALIKE


@pytest.mark.parametrize("locale", TEXTS)
def test_every_metric_unit_and_reason_has_its_words(locale: str) -> None:
    texts = PAGE_TEXTS[locale]
    told = TEXTS[locale]
    for kind, measures in MEASURES.items():
        for what in measures:
            if kind in ALONE and kind != "light" and f"{kind}.{what}" not in told:
                continue  # it never leaves
            name = f"{kind}.{what}" if kind in ALONE else f"{kind}.gate.{what}"
            words = label(Metric.parse(name), locale)
            assert words[0].isupper()
            assert kind in ALONE or "gate" in words
    assert label(Metric.parse("water_quality.faults"), locale) != label(
        Metric.parse("water_quality.event"), locale
    )
    assert all(f"unit.{unit}" in texts for unit in Unit)
    for reason in Reason:
        assert why(reason, texts)


@pytest.mark.parametrize(
    ("asked", "accepted", "given_"),
    [
        (None, "", "en"),
        ("de", "fr", "de"),
        ("xx", "fr", "fr"),
        (None, "de-AT,de;q=0.9,en;q=0.5", "de"),
        (None, "pt, it;q=0.4, es;q=0.8", "es"),
        (None, "de;q=0, fr;q=0.001", "fr"),
        (None, "de;q=2.5e9", "en"),
        (None, "de;level=1", "en"),
        (None, "DE", "de"),
        (None, ",".join(["xx"] * 40 + ["de"]), "en"),
    ],
)
def test_a_reader_gets_the_language_that_was_asked_for(
    asked: str | None, accepted: str, given_: str
) -> None:
    assert chosen(tuple(TEXTS), asked, accepted) == given_


@given(asked=st.none() | st.text(), accepted=st.text())
def test_whatever_is_asked_for_there_is_a_language(asked: str | None, accepted: str) -> None:
    assert chosen(("it", "de"), asked, accepted) in ("it", "de")


def reading(**how: object) -> Reading:
    found = read(a_record(0, **how))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("made", "words"),
    [
        ({}, ("35", "")),
        ({"unit": Unit.PEOPLE, "metric": "zone.square.people"}, ("35", "on average")),
        (FEW, ("fewer than 10", "So few are never told.")),
        (GAP, ("no number", "It was paused.")),
        ({"profile": Profile.BANDS, "value": 20}, ("20 to 39", "")),
        ({"profile": Profile.BANDS, "value": 0}, ("0 to 9", "")),
        (
            {
                "profile": Profile.BANDS,
                "value": 20,
                "unit": Unit.ILLUMINANCE_LUX,
                "metric": "light.illuminance",
            },
            ("20", "lux"),
        ),
        ({**FEW, "profile": Profile.HOME, "unit": Unit.WAIT_S}, ("nobody", "")),
    ],
)
def test_a_reading_is_said_in_few_words(made: dict[str, object], words: tuple[str, str]) -> None:
    assert value(reading(**made), PAGE_TEXTS["en"]) == words


def test_a_time_names_its_day_where_that_is_not_today() -> None:
    day_s = 1_900_022_400
    assert moment(day_s + 60, day_s + 7200) == "00:01"
    assert moment(day_s + 61, day_s, seconds=True) == "00:01:01"
    assert re.fullmatch(r"\d{4}-\d\d-\d\d 23:59", moment(day_s - 60, day_s))
