"""Which language a reader gets, and the words of it: the notice's and the page's own."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from edgekit.consent.counted import faulty
from edgekit.consent.measure import ALONE
from edgekit.consent.metric import LIGHT, PERSON, Metric
from edgekit.consent.sensitivity import Fold
from edgekit.consent.systems import FAULTS
from edgekit.consent.texts import texts_of
from edgekit.privacy.profile import RULES, band_of
from edgekit.records import Reason, Status, Unit
from edgekit.web.catalogue import de, en, es, fr, it
from edgekit.web.reading import Reading

PAGE_TEXTS: Mapping[str, Mapping[str, str]] = {
    "en": en.TEXTS,
    "de": de.TEXTS,
    "fr": fr.TEXTS,
    "es": es.TEXTS,
    "it": it.TEXTS,
}
MOST_WISHES = 32
DAY_S, MINUTE_S = 86_400, 60


def chosen(languages: Sequence[str], asked: str | None, accepted: str) -> str:
    """Return the language to answer in.

    Args:
        languages: those of the site, the one for all others first.
        asked: the one that the address names, if any.
        accepted: the header ``Accept-Language`` (RFC 9110, section 12.5.4).
    """
    if asked in languages:
        return str(asked)
    wishes = []
    for place, wish in enumerate(accepted.split(",")[:MOST_WISHES]):
        name, _, quality = wish.partition(";")
        base = name.strip().lower().partition("-")[0]
        if base in languages and (weight := _weight(quality)) > 0:
            wishes.append((-weight, place, base))
    return min(wishes)[2] if wishes else languages[0]


def _weight(text: str) -> float:
    name, _, value = text.strip().partition("=")
    if not text.strip():
        return 1.0
    plain = value.replace(".", "", 1)
    if name.strip() != "q" or not (plain.isascii() and plain.isdecimal() and len(plain) <= 4):  # noqa: PLR2004 -- 1.000
        return 0.0
    return min(1.0, float(value))


def moment(time_s: int, now_s: int, *, seconds: bool = False) -> str:
    """Return a time in UTC, with its day where that is not today."""
    form = "%H:%M:%S" if seconds else "%H:%M"
    form = form if time_s // DAY_S == now_s // DAY_S else f"%Y-%m-%d {form}"
    return datetime.fromtimestamp(time_s, UTC).strftime(form)


def label(metric: Metric, locale: str) -> str:
    """Return what is counted, as a heading: the notice's own words where it is of a system."""
    told, texts = texts_of(locale), PAGE_TEXTS[locale]
    if metric.of_system and metric.what in FAULTS:
        words = told["faults"].format(what=faulty(metric.kind, told))
    elif metric.kind in ALONE and metric.text != LIGHT:
        words = told[f"{metric.kind}.{metric.family}"]
    else:
        what = told[f"class.{metric.counted if metric.kind == 'line' else PERSON}"]
        cell = metric.cell.replace("_", " ")
        words = texts[f"label.{metric.family}"].format(what=what, name=metric.shape, cell=cell)
    return words[:1].upper() + words[1:]


def why(reason: Reason | None, texts: Mapping[str, str]) -> str:
    """Return why there is no number; all that may be wrong with a sensor is one sentence."""
    return texts.get(f"reason.{reason}", texts["reason.sensor_fault"])


def value(reading: Reading, texts: Mapping[str, str]) -> tuple[str, str]:
    """Return a reading in few words, and what is to be said of it: its unit, or why it is none."""
    if reading.status is Status.RELEASED and reading.value is not None:
        # People who are added up are a count; people who are there are a mean.
        added_up = (reading.unit, reading.metric.measure.fold) == (Unit.PEOPLE, Fold.SUM)
        unit = texts[f"unit.{Unit.COUNT if added_up else reading.unit}"]
        if RULES[reading.profile].banded and reading.unit in (Unit.COUNT, Unit.PEOPLE):
            low, high = band_of(reading.value)
            return texts["value.band"].format(low=low, high=high), unit
        return str(reading.value), unit
    if reading.reason is not Reason.BELOW_THRESHOLD:
        return texts["value.gap"], why(reading.reason, texts)
    if reading.profile.at_home:
        return texts["value.nobody"], ""
    return texts["value.few"], texts["value.few.more"]
