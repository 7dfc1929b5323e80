"""The sign: A5 portrait, in millimetres, to be read standing and scanned from an arm's length.

After the signs of Digital Trust for Places and Routines (DTPR): technology, purpose, accountable
and a code, each in its hexagon. What senses people or a household and keeps none of them is blue,
never white: that says that nothing personal is sensed, as by probes of air or water.
"""

import math
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

from edgekit.consent.counted import counted, counted_in_short
from edgekit.consent.icons import (
    BARS,
    CAMERA,
    GAUGE,
    HOUSE,
    MICROPHONE,
    ONLY_NUMBERS,
    STAYS,
    WARMTH,
)
from edgekit.consent.metric import Metric
from edgekit.consent.notice import last_day, otherwise, recipients, shown, who
from edgekit.consent.sensitivity import Sensitivity
from edgekit.consent.terms import SensorKind
from edgekit.consent.texts import every
from edgekit.errors import ConsentError
from edgekit.records import Profile

if TYPE_CHECKING:
    from edgekit.consent.notice import Notice
    from edgekit.consent.site import SiteAuthorisation

BLUE = "#36B2E6"
BLACK = "#000000"
WHITE = "#FFFFFF"
INK = "#10202B"
PAIRS = ((INK, BLUE), (WHITE, BLACK), (INK, WHITE))
"""Every pen and the ground it writes on."""

_ICONS: Mapping[SensorKind | None, str] = {
    SensorKind.CAMERA: CAMERA,
    SensorKind.THERMAL_ARRAY: WARMTH,
    SensorKind.MICROPHONE: MICROPHONE,
    None: GAUGE,
}

WIDTH_MM, HEIGHT_MM = 148, 210
QR_MM = 38
_MARGIN = 10
_TEXT_X = 42
_FIRST_ROW_Y = 61.5
_ROW_MM = 26
_ROW_WIDTH_MM = WIDTH_MM - _MARGIN - _TEXT_X
_HEAD_MM, _BODY_MM = 5.2, 4.3
_MAX_LINES = 3
BOLD_WIDTH = 0.64
"""A bold sans-serif letter is on average so wide, as part of its height, in the widest fonts."""
_SHRINK = (1.0, 0.86, 0.75, 0.6)
"""A long text is written smaller, down to letters that are still read from an arm's length."""


def draw_sign(notice: "Notice", texts: Mapping[str, str]) -> str:
    """Return the sign as SVG: paths and text, nothing that is loaded or run."""
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH_MM}mm" height="{HEIGHT_MM}mm" '
            f'viewBox="0 0 {WIDTH_MM} {HEIGHT_MM}" role="img" font-family="sans-serif">'
        ),
        f"<title>{escape(texts['title'])} {escape(texts['subtitle'])}</title>",
        f'<rect width="{WIDTH_MM}" height="{HEIGHT_MM}" fill="{WHITE}"/>',
        f'<rect width="{WIDTH_MM}" height="46" fill="{_ground(notice.authorisation)}"/>',
        _headline(20, 11.5, texts["title"]),
        _headline(35, 9.5, texts["subtitle"]),
    ]
    for number, row in enumerate(_rows(notice, texts)):
        parts += _row(_FIRST_ROW_Y + number * _ROW_MM, *row)
    parts += _foot(notice, texts)
    return "\n".join([*parts, "</svg>", ""])


def _rows(
    notice: "Notice", texts: Mapping[str, str]
) -> Iterator[tuple[str, str, str, str, Sequence[str]]]:
    """Yield icon, ground, pen, heading and sentences of each row."""
    site = notice.authorisation
    numbers = _sentence("; ".join(counted(site, texts)))
    if _size_of(numbers, _BODY_MM, _ROW_WIDTH_MM) is None:
        numbers = _sentence("; ".join(counted_in_short(site, texts)))
    yield _ICONS[site.eye], _ground(site), INK, texts["counts"], [numbers]
    purposes = "; ".join(purpose.text for purpose in site.purposes)
    yield BARS, BLACK, WHITE, texts["why"], [_sentence(purposes)]
    if site.profile is Profile.LOCAL:
        icon, leaves = STAYS, texts["leaves.local"]
    else:
        often = texts["leaves.numbers"].format(every=every(texts, site.window_s))
        icon, leaves = ONLY_NUMBERS, f"{often} {', '.join(recipients(site))}"
    yield icon, WHITE, INK, texts["leaves"], [_sentence(leaves), *shown(site, texts)]
    yield HOUSE, WHITE, INK, texts["who"], [_sentence(who(site, texts))]


def _ground(site: "SiteAuthorisation") -> str:
    metrics = [Metric.parse(output.metric) for output in site.outputs]
    personal = site.eye is not None or any(
        metric.measure.sensitivity in (Sensitivity.PEOPLE, Sensitivity.HOUSEHOLD)
        for metric in metrics
    )
    return BLUE if personal else WHITE


def _row(y: float, icon: str, ground: str, pen: str, head: str, body: Sequence[str]) -> list[str]:
    centre_x = 24.0
    return [
        _hexagon(centre_x, y, 12, ground),
        (
            f'<g transform="translate({centre_x - 8:g} {y - 8:g}) scale(0.6667)" stroke="{pen}">'
            f"{icon}</g>"
        ),
        _text(_TEXT_X, y - 5, _HEAD_MM, head, bold=True),
        *_lines(_TEXT_X, y + 1.2, _BODY_MM, " ".join(body), _ROW_WIDTH_MM),
    ]


def _foot(notice: "Notice", texts: Mapping[str, str]) -> list[str]:
    site = notice.authorisation
    x, y = _MARGIN + QR_MM + 6, HEIGHT_MM - _MARGIN - QR_MM
    width = WIDTH_MM - _MARGIN - x
    scan = texts["scan"] if site.notice_url is not None else texts["scan.contact"]
    object_to = texts["rights.object"].format(objection=site.objection)
    rights = " ".join((*otherwise(site, texts), object_to))
    until = texts["until.day"].format(day=last_day(site))
    return [
        (
            f'<rect x="{_MARGIN}" y="{y - 5}" width="{WIDTH_MM - 2 * _MARGIN}" height="0.5" '
            f'fill="{INK}"/>'
        ),
        _qr(notice.qr_text, _MARGIN, y),
        _text(x, y + 5, _HEAD_MM, scan, bold=True),
        *_lines(x, y + 11, _BODY_MM, rights, width),
        *_lines(x, y + 28, 3.4, until, width),
        *_lines(x, y + 36.5, 1.9, notice.digest, width * 2),
    ]


def _qr(text: str, x: float, y: float) -> str:
    """Return the code as one path, ``QR_MM`` wide without its quiet zone (ISO/IEC 18004, 6.3)."""
    import segno  # noqa: PLC0415 -- only who draws a sign needs it

    modules = segno.make(text, error="q", micro=False, boost_error=False).matrix
    size = QR_MM / len(modules)
    cells = "".join(
        f"M{column} {row}h1v1h-1z"
        for row, line in enumerate(modules)
        for column, dark in enumerate(line)
        if dark
    )
    return (
        f'<path id="qr" transform="translate({x:g} {y:g}) scale({size:.5f})" d="{cells}" '
        f'fill="{BLACK}"/>'
    )


def _hexagon(x: float, y: float, radius: float, ground: str) -> str:
    corners = (math.radians(60 * number - 30) for number in range(6))
    points = " ".join(
        f"{x + radius * math.cos(a):.2f},{y + radius * math.sin(a):.2f}" for a in corners
    )
    return f'<polygon points="{points}" fill="{ground}" stroke="{INK}" stroke-width="0.8"/>'


def _lines(x: float, y: float, size: float, text: str, width: float) -> list[str]:
    """Write a text into the room of `_MAX_LINES` lines, smaller where it is long, never cut."""
    small = _size_of(text, size, width)
    if small is None:
        raise ConsentError(
            f"the sign has no room for {text[:60]!r}…, which is {len(text)} characters long",
            hint="say it shorter in the authorisation, and sign it again",
        )
    lines = enumerate(_wrapped(text, small, width))
    return [_text(x, y + n * small * 1.3, small, line) for n, line in lines]


def _size_of(text: str, size: float, width: float) -> float | None:
    """Return how high the letters may be for the text to fit, None where it does not."""
    room = _MAX_LINES * size
    sizes = (size * share for share in _SHRINK)
    return next((s for s in sizes if len(_wrapped(text, s, width)) * s <= room), None)


def _wrapped(text: str, size: float, width: float) -> list[str]:
    # Sans-serif letters are about half as wide as high.
    return textwrap.wrap(text, int(width / (size * 0.52)))


def _headline(y: float, size: float, text: str) -> str:
    """Write one bold line right across, smaller where a language needs more letters."""
    room = (WIDTH_MM - 2 * _MARGIN) / (BOLD_WIDTH * len(text))
    return _text(_MARGIN, y, min(size, room), text, bold=True)


def _text(x: float, y: float, size: float, text: str, *, bold: bool = False) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return (
        f'<text x="{x:g}" y="{y:.2f}" font-size="{size:.4g}" fill="{INK}"{weight}>'
        f"{escape(text)}</text>"
    )


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")
