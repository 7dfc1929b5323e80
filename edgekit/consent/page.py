"""The second layer: a page with every field of GDPR art. 13(1) and (2); no script, no request."""

from collections.abc import Iterator, Mapping
from html import escape
from typing import TYPE_CHECKING

from edgekit.consent.notice import health, recipients, who
from edgekit.consent.sign import BLUE, INK, WHITE
from edgekit.consent.texts import lasting

if TYPE_CHECKING:
    from edgekit.consent.notice import Notice, Section

_STYLE = f"""\
body {{ margin: 0; background: {WHITE}; color: {INK}; font: 1.1rem/1.5 sans-serif; }}
header {{ background: {BLUE}; padding: 1.5rem 1rem; }}
header > *, main {{ max-width: 40rem; margin: 0 auto; }}
main {{ padding: 0 1rem 3rem; }}
h1 {{ font-size: 2rem; line-height: 1.2; }}
h2 {{ font-size: 1.3rem; margin: 2rem 0 0.3rem; }}
p, ul {{ margin: 0.3rem 0; }}
dt {{ font-weight: bold; margin-top: 1rem; }}
dd {{ margin: 0; }}
footer {{ margin-top: 2rem; font-size: 0.85rem; overflow-wrap: anywhere; }}
"""


def write_page(notice: "Notice", texts: Mapping[str, str], locale: str) -> str:
    """Return the page as HTML."""
    site = notice.authorisation
    title = texts["page_title"].format(place=site.place)
    parts = [
        f'<!doctype html>\n<html lang="{escape(locale)}">\n<head>\n<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        (
            '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
            "style-src 'unsafe-inline'\">"
        ),
        f"<title>{escape(title)}</title>\n<style>\n{_STYLE}</style>\n</head>\n<body>",
        f"<header><h1>{escape(texts['title'])}<br>{escape(texts['subtitle'])}</h1></header>",
        "<main>",
        *(_section(section) for section in notice.sections(locale)),
        f"<h2>{escape(texts['law'])}</h2>\n<p>{escape(texts['law.source'])}</p>\n<dl>",
        *(
            f"<dt>{escape(head)}</dt>\n<dd>{escape(body)}</dd>"
            for head, body in article_13(notice, texts)
        ),
        f"</dl>\n<footer>{escape(texts['number'])}: {escape(notice.digest)}</footer>",
        "</main>\n</body>\n</html>\n",
    ]
    return "\n".join(parts)


def _section(section: "Section") -> str:
    lines = "".join(f"<p>{escape(line)}</p>\n" for line in section.lines)
    points = "".join(f"<li>{escape(point)}</li>\n" for point in section.points)
    listed = f"<ul>\n{points}</ul>" if points else ""
    return f"<h2>{escape(section.title)}</h2>\n{lines}{listed}"


def article_13(notice: "Notice", texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield each head of GDPR art. 13(1) and (2), and what is to be said under it."""
    site = notice.authorisation
    kept = lasting(texts, site.aggregate_retention)
    yield texts["law.controller"], who(site, texts)  # 13(1)(a)
    yield texts["law.dpo"], site.controller.dpo or texts["law.dpo.none"]  # 13(1)(b)
    yield texts["law.purposes"], "; ".join(one.text for one in site.purposes)  # 13(1)(c)
    yield texts["law.basis"], texts[f"law.basis.{site.lawful_basis.value}"]  # 13(1)(c)
    if site.legitimate_interests is not None:
        yield texts["law.interests"], site.legitimate_interests  # 13(1)(d)
    yield texts["law.data"], texts["law.data.text"]
    yield from ((texts["law.health.head"], text) for text in health(site, texts))  # 9(2)
    named = "; ".join(recipients(site)) or texts["law.recipients.none"]
    yield texts["law.recipients"], named  # 13(1)(e)
    yield texts["law.processor"], site.processor or texts["law.processor.none"]  # 13(1)(e)
    yield texts["law.transfer"], texts["law.transfer.text"]  # 13(1)(f)
    yield texts["law.retention"], texts["law.retention.text"].format(time=kept)  # 13(2)(a)
    rights = texts["law.rights.text"].format(objection=site.objection)
    yield texts["law.rights"], rights  # 13(2)(b)
    yield texts["law.consent"], texts["law.consent.text"]  # 13(2)(c)
    yield texts["law.complaint"], site.supervisory_authority or texts["law.complaint.none"]
    yield texts["law.obligation"], texts["law.obligation.text"]  # 13(2)(e)
    yield texts["law.automated"], texts["law.automated.text"]  # 13(2)(f)
    reason = texts["law.impact.none"].format(reason=site.dpia_not_required)
    yield texts["law.impact"], site.dpia_reference or reason
