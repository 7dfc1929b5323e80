"""Papers of the organisation: the row of its record of processing, the input of its assessment.

Sources: GDPR art. 30(1) and art. 35(7). What the organisation alone knows (whether the processing
is necessary, what the people concerned think of it) stands there as a question to it.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from edgekit.consent.counted import counted
from edgekit.consent.notice import health, otherwise, recipients, sensed, who, words_of
from edgekit.consent.prohibited import PRACTICES
from edgekit.consent.site import SiteAuthorisation
from edgekit.consent.texts import every, lasting


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One measure, what it was tried with, and whether it held when that was tried."""

    who: str
    promise: str
    tried: str
    holds: bool


def article_30(site: SiteAuthorisation, locale: str) -> Mapping[str, str]:
    """Return the row of the record of processing activities, GDPR art. 30(1)(a) to (g)."""
    texts = words_of(site, locale)
    kept = lasting(texts, site.aggregate_retention)
    return {
        "site": site.site,
        "authorisation": site.digest,
        "a_controller": who(site, texts),
        "a_data_protection_officer": site.controller.dpo or texts["law.dpo.none"],
        "b_purposes": "; ".join(one.text for one in site.purposes),
        "b_legal_basis": texts[f"law.basis.{site.lawful_basis.value}"],
        "c_people": " ".join((*sensed(site, texts), "; ".join(counted(site, texts)))),
        "c_data": " ".join((texts["law.data.text"], *health(site, texts))),
        "d_recipients": "; ".join(recipients(site)) or texts["law.recipients.none"],
        "d_processor": site.processor or texts["law.processor.none"],
        "e_transfers": texts["law.transfer.text"],
        "f_erasure": texts["law.retention.text"].format(time=kept),
        "g_measures": " ".join((texts["pictures.none"], texts["pictures.nobody"])),
        "valid_from": _day(site.valid_from_s),
        "valid_to": _day(site.valid_to_s - 1),
    }


def as_csv(row: Mapping[str, str]) -> str:
    """Return a row with its heads as CSV (RFC 4180).

    A text that a spreadsheet would run as a formula gets an apostrophe before it.
    """
    written = io.StringIO()
    writer = csv.DictWriter(written, list(row))
    writer.writeheader()
    formula = ("=", "+", "-", "@")
    safe = {key: f"'{text}" if text.startswith(formula) else text for key, text in row.items()}
    writer.writerow(safe)
    return written.getvalue()


def article_35(
    site: SiteAuthorisation, setup: Mapping[str, str], measures: Sequence[Measure]
) -> str:
    """Return the input sheet of an impact assessment as Markdown, GDPR art. 35(7)(a) to (d).

    Args:
        site: what is authorised.
        setup: the settings that run, as words.
        measures: what came of an attack on the walls just now; empty: none was made.
    """
    texts = words_of(site, "en")
    parts = [
        f"# Input for an impact assessment: {site.site}",
        "",
        (
            f"Authorisation `{site.digest}`, notice `{site.notice_digest}`. GDPR art. 35(7). "
            "Made by edgekit from what runs; it maps to the article and is no assessment itself."
        ),
        "",
        "## (a) The processing and its purposes",
        "",
        *sensed(site, texts),
        "",
        *(f"- {point}" for point in counted(site, texts)),
        "",
        (
            f"A number is made {every(texts, site.window_s)}, under the profile `{site.profile}`, "
            f"for {'; '.join(recipients(site)) or 'nobody outside the device'}."
        ),
        "",
        *(f"- {one.text} (`{one.id}`)" for one in site.purposes),
        "",
        "| setting that runs | value |",
        "|---|---|",
        *(f"| {_cell(name)} | {_cell(value)} |" for name, value in setup.items()),
        "",
        "## (b) Necessity and proportionality",
        "",
        f"- Basis: {texts[f'law.basis.{site.lawful_basis.value}']}",
        *(f"- {text}" for text in (*health(site, texts), *otherwise(site, texts))),
        f"- {texts['law.retention.text'].format(time=lasting(texts, site.aggregate_retention))}",
        (
            "- To be answered by the organisation: could the purpose be met without "
            f"{'a camera' if site.sees else 'these sensors'}?"
        ),
        "",
        "## (c) Risks to people",
        "",
        "| risk | by what it is kept from happening | the test that shows it |",
        "|---|---|---|",
        *(f"| {one.what} | {one.how} | `{one.test}` |" for one in PRACTICES),
        "",
        "What is left, with the attacker's advantage: docs/threat-model.md.",
        "",
        "## (d) Measures, and what came of trying them",
        "",
        *_tried(measures),
        "",
        "The organisation asks the people concerned (art. 35(9)) and its officer (art. 35(2)).",
        "",
    ]
    return "\n".join(parts)


def _tried(measures: Sequence[Measure]) -> list[str]:
    if not measures:
        return ["Not tried: `edgekit notice … --article-35 --audit` attacks the walls and says."]
    rows = (
        f"| {one.who} | {_cell(one.promise)} | {_cell(one.tried)} | "
        f"{'held' if one.holds else '**broke**'} |"
        for one in measures
    )
    return ["| process | promise | tried | result |", "|---|---|---|---|", *rows]


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _day(time_s: int) -> str:
    return datetime.fromtimestamp(time_s, UTC).strftime("%Y-%m-%d")
