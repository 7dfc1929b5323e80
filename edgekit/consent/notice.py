"""What the public is told: the sign (first layer), the page (second layer) and plain text.

    notice = Notice(authorisation)
    notice.text(), notice.sign_svg(), notice.html(), notice.digest

The digest is of the meaning, not of the wording: a better sentence or one more language needs no
new sign, another purpose does.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from edgekit.consent.counted import counted, listed
from edgekit.consent.decided import decided_at
from edgekit.consent.metric import Metric
from edgekit.consent.pause import PAUSE_MS
from edgekit.consent.sensitivity import Sensitivity
from edgekit.consent.site import SiteAuthorisation
from edgekit.consent.systems import ALARMS, FAULTS
from edgekit.consent.terms import Output, SensorKind
from edgekit.consent.texts import every, lasting, texts_of, worded
from edgekit.records import Profile

DEFAULT_LOCALE = "en"
_CONTACT_IN_QR = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading, its sentences and the points after them."""

    title: str
    lines: tuple[str, ...]
    points: tuple[str, ...] = ()


class Notice:
    """The notice of one site, made of nothing but its authorisation."""

    def __init__(self, authorisation: SiteAuthorisation) -> None:
        self.authorisation = authorisation

    def meaning(self) -> bytes:
        """Return the canonical bytes of what is told, whatever the language."""
        return self.authorisation.meaning()

    @property
    def digest(self) -> str:
        """``sha256:…`` of the meaning; every record carries it."""
        return self.authorisation.notice_digest

    @property
    def qr_text(self) -> str:
        """What the sign's code holds: the page's address, else how to object; then the digest."""
        site = self.authorisation
        if site.notice_url is not None:
            return f"{site.notice_url}#{self.digest}"
        return f"{site.site}: {site.objection[:_CONTACT_IN_QR]} #{self.digest}"

    def words(self, locale: str) -> Mapping[str, str]:
        """Return the words of a language for this site; ConfigError where there are none."""
        return words_of(self.authorisation, locale)

    def sections(self, locale: str = DEFAULT_LOCALE) -> tuple[Section, ...]:
        """Return the notice in words; raises ConfigError for a language without texts."""
        site = self.authorisation
        texts = self.words(locale)
        return (
            Section(
                title=texts["counts"],
                lines=tuple(sensed(site, texts)),
                points=tuple(counted(site, texts)),
            ),
            Section(
                title=texts["why"],
                lines=(),
                points=tuple(purpose.text for purpose in site.purposes),
            ),
            Section(title=texts["who"], lines=tuple(_answers(site, texts))),
            Section(title=texts["until"], lines=tuple(_until(site, texts))),
            Section(title=texts["pictures"], lines=tuple(_pictures(site, texts))),
            _leaves(site, texts),
            Section(title=texts["rights"], lines=tuple(_rights(site, texts))),
        )

    def text(self, locale: str = DEFAULT_LOCALE) -> str:
        """Return the notice as plain text."""
        texts = self.words(locale)
        parts = [f"{texts['title']} {texts['subtitle']}\n"]
        for section in self.sections(locale):
            points = (f"- {point}" for point in section.points)
            parts.append("\n".join([section.title, *section.lines, *points]) + "\n")
        parts.append(f"{texts['number']}: {self.digest}\n")
        return "\n".join(parts)

    def sign_svg(self, locale: str = DEFAULT_LOCALE) -> str:
        """Return the sign to print, A5, as SVG."""
        from edgekit.consent.sign import draw_sign  # noqa: PLC0415 -- it draws with segno, which only the shell needs

        return draw_sign(self, self.words(locale))

    def html(self, locale: str = DEFAULT_LOCALE) -> str:
        """Return the page with all that GDPR art. 13 asks for; it loads and runs nothing."""
        from edgekit.consent.page import write_page  # noqa: PLC0415 -- only who writes a page needs it

        return write_page(self, self.words(locale), locale)


def words_of(site: SiteAuthorisation, locale: str) -> Mapping[str, str]:
    """Return the words of a language for a site; ConfigError where there are none."""
    return worded(texts_of(locale), [one.kind for one in site.sensors], decided_at(site))


def health(site: SiteAuthorisation, texts: Mapping[str, str]) -> Iterator[str]:
    """Yield why data about health may be processed, for each decision that rests on them."""
    for one in site.decisions:
        if one.exemption is not None:
            exemption = texts[f"law.exemption.{one.exemption}"]
            yield texts["law.health.text"].format(exemption=exemption, law=one.law)


def otherwise(site: SiteAuthorisation, texts: Mapping[str, str]) -> Iterator[str]:
    """Yield what somebody does who does not want to be judged."""
    for one in site.decisions:
        if one.otherwise is not None:
            yield texts["decides.otherwise"].format(otherwise=one.otherwise)


def shown(site: SiteAuthorisation, texts: Mapping[str, str]) -> Iterator[str]:
    """Yield what whoever looks on can tell from lamps and signs."""
    if site.lamp:
        yield texts["leaves.lamp"]
    yield from (texts[f"decides.{name}.shows"] for name in decided_at(site))


def who(site: SiteAuthorisation, texts: Mapping[str, str]) -> str:
    """Return who answers for the camera, with the contact."""
    return texts["who.contact"].format(name=site.controller.name, contact=site.controller.contact)


def recipients(site: SiteAuthorisation) -> tuple[str, ...]:
    """Return everybody who gets a number, each once, in order."""
    return tuple(dict.fromkeys(name for output in site.outputs for name in output.recipients))


def last_day(site: SiteAuthorisation) -> str:
    """Return the last day of the authorisation, in UTC."""
    return datetime.fromtimestamp(site.valid_to_s - 1, UTC).strftime("%Y-%m-%d")


def _answers(site: SiteAuthorisation, texts: Mapping[str, str]) -> Iterator[str]:
    yield who(site, texts)
    if site.controller.dpo is not None:
        yield texts["who.contact"].format(name=texts["law.dpo"], contact=site.controller.dpo)


def sensed(site: SiteAuthorisation, texts: Mapping[str, str]) -> Iterator[str]:
    """Yield what senses there, and where, as sentences."""
    eyes = (SensorKind.CAMERA, SensorKind.THERMAL_ARRAY)
    itself = site.eye if site.eye in eyes else None
    others = [one.kind for one in site.sensors if one.kind is not itself]
    if others:
        yield texts["sensors"].format(
            what=listed([texts[f"sensor.{kind}"] for kind in others], texts)
        )
    yield texts["sensed"].format(place=site.place)


def _pictures(site: SiteAuthorisation, texts: Mapping[str, str]) -> Iterator[str]:
    yield texts["pictures.none"]
    yield texts["pictures.nobody"]
    if site.covered_preview:
        yield texts["pictures.covered"]
    kinds = {sensor.kind for sensor in site.sensors}
    for kind, key in ((SensorKind.MICROPHONE, "sound"), (SensorKind.THERMAL_ARRAY, "thermal")):
        if kind in kinds and (kind is not site.eye or kind is SensorKind.MICROPHONE):
            yield texts[f"{key}.none"]
    yield from (texts[f"decides.{name}"] for name in decided_at(site))


def _leaves(site: SiteAuthorisation, texts: Mapping[str, str]) -> Section:
    how_often = every(texts, site.window_s)
    lamp = tuple(shown(site, texts))
    if site.profile is Profile.LOCAL:
        made = texts["leaves.made"].format(every=how_often)
        return Section(title=texts["leaves"], lines=(texts["leaves.local"], made, *lamp))
    numbers = texts["leaves.numbers"].format(every=how_often)
    rules = tuple(_rules(site, texts))
    return Section(title=texts["leaves"], lines=(*lamp, *rules, numbers), points=recipients(site))


def _rules(site: SiteAuthorisation, texts: Mapping[str, str]) -> Iterator[str]:
    """Yield what becomes of the numbers before they leave, by whom they are about."""
    metrics = [_metric(output) for output in site.outputs]
    about = {metric.measure.sensitivity for metric in metrics}
    if site.profile.at_home or Sensitivity.PEOPLE in about:
        yield texts[f"leaves.{site.profile.value}"]
    families = {(metric.kind, metric.family) for metric in metrics}
    for what, family in (("wait", ("zone", "wait")), ("room", ("room", "people"))):
        if family in families:
            yield texts[f"leaves.{site.profile.value}.{what}"]
    public = (Sensitivity.ENVIRONMENT, Sensitivity.EQUIPMENT)
    told = (Sensitivity.HOUSEHOLD,) if site.profile.at_home else public
    yield from (texts[f"leaves.{one}"] for one in told if one in about)
    if any(metric.of_system and metric.what in (*FAULTS, *ALARMS) for metric in metrics):
        yield texts["leaves.alarms"]


def _metric(output: Output) -> Metric:
    return Metric.parse(output.metric)


def _until(site: SiteAuthorisation, texts: Mapping[str, str]) -> Iterator[str]:
    yield texts["until.day"].format(day=last_day(site))
    if site.schedule is not None:
        yield texts["until.hours"].format(**site.schedule.times())
    yield texts["until.numbers"].format(time=lasting(texts, site.aggregate_retention))


def _rights(site: SiteAuthorisation, texts: Mapping[str, str]) -> Iterator[str]:
    yield from otherwise(site, texts)
    yield texts["rights.object"].format(objection=site.objection)
    if site.sees:  # the sheet is held up to a camera: nothing else knows it
        yield texts["rights.pause"].format(n=PAUSE_MS // 60_000)
    yield texts["rights.ask"]
    if site.supervisory_authority is not None:
        yield texts["rights.complain"].format(authority=site.supervisory_authority)
