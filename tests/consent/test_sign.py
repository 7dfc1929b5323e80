"""The sign as it is laid out: what stands where, how large, and what becomes of a long text."""

import re
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
import segno
from consent.refusal import refusal

from edgekit.consent.authorisation import SiteAuthorisation
from edgekit.consent.icons import BARS, CAMERA, HOUSE, ONLY_NUMBERS, STAYS
from edgekit.consent.notice import Notice
from edgekit.consent.sign import BLACK, BLUE, INK, WHITE
from edgekit.consent.terms import Purpose

SVG = "{http://www.w3.org/2000/svg}"
Written = tuple[float, float, float, bool, str]


def read(site: SiteAuthorisation) -> ET.Element:
    return ET.fromstring(Notice(site).sign_svg())


def written(site: SiteAuthorisation) -> list[Written]:
    """Every line: x and y of its first letter's foot, height, whether bold, and the words."""
    return [
        (
            float(one.attrib["x"]),
            float(one.attrib["y"]),
            float(one.attrib["font-size"]),
            one.attrib.get("font-weight") == "bold",
            one.text or "",
        )
        for one in read(site).iter(f"{SVG}text")
    ]


def below(site: SiteAuthorisation, head: str) -> list[Written]:
    """The lines between this bold one and the next."""
    lines = written(site)
    at = next(n for n, line in enumerate(lines) if line[-1] == head)
    rest = lines[at + 1 :]
    return rest[: next((n for n, line in enumerate(rest) if line[3]), len(rest))]


def test_every_line_of_a_square_stands_in_its_place(plaza: SiteAuthorisation) -> None:
    assert written(plaza) == [
        (10, 20, 10.53, True, "This camera counts."),
        (10, 35, 7.407, True, "It keeps no picture of you."),
        (42, 56.5, 5.2, True, "What it counts"),
        (42, 62.7, 4.3, False, "How many people cross the line “middle”,"),
        (42, 68.29, 4.3, False, "each way; how many people are in the zone"),
        (42, 73.88, 4.3, False, "“square”; how bright it is."),
        (42, 82.5, 5.2, True, "What for"),
        (42, 88.7, 4.3, False, "To know when the square is crowded; to"),
        (42, 94.29, 4.3, False, "light the way when people are there."),
        (42, 108.5, 5.2, True, "What leaves"),
        (42, 114.7, 4.3, False, "Only the numbers, every 15 minutes, to:"),
        (42, 120.29, 4.3, False, "everybody, as open data."),
        (42, 134.5, 5.2, True, "Who answers for it"),
        (42, 140.7, 4.3, False, "City of Lindenau:"),
        (42, 146.29, 4.3, False, "streets@lindenau.example."),
        (54, 167, 5.2, True, "The whole notice"),
        (54, 173, 4.3, False, "You can object, without giving a"),
        (54, 178.59, 4.3, False, "reason: 0341 555 011."),
        (54, 190, 3.4, False, "It may count until 2027-11-22 (UTC). After that"),
        (54, 194.42, 3.4, False, "it stops by itself."),
        (54, 198.5, 1.9, False, plaza.notice_digest),
    ]


def test_a_home_says_that_nothing_leaves_and_how_to_object(home: SiteAuthorisation) -> None:
    told = [words for *_, words in written(home)]
    assert told[told.index("What leaves") + 1] == "Nothing. The numbers stay on the device."
    assert told[told.index("How to object") + 1 :][:2] == [
        "You can object, without giving a",
        "reason: say so, or close the lens.",
    ]
    lit = replace(home, lamp=True, notice_digest="")
    assert " ".join(line[-1] for line in below(lit, "What leaves")) == (
        "Nothing. The numbers stay on the device. A lamp is brighter while somebody is there: "
        "whoever looks at it can tell."
    )


def test_ground_hexagons_and_icons_lie_where_the_rows_are(
    plaza: SiteAuthorisation, home: SiteAuthorisation
) -> None:
    root = read(plaza)
    assert root.attrib == {
        "width": "148mm",
        "height": "210mm",
        "viewBox": "0 0 148 210",
        "role": "img",
        "font-family": "sans-serif",
    }
    title = root.find(f"{SVG}title")
    assert title is not None
    assert title.text == "This camera counts. It keeps no picture of you."
    assert [one.attrib for one in root.iter(f"{SVG}rect")] == [
        {"width": "148", "height": "210", "fill": WHITE},
        {"width": "148", "height": "46", "fill": BLUE},
        {"x": "10", "y": "157", "width": "128", "height": "0.5", "fill": INK},
    ]
    hexagons = [*root.iter(f"{SVG}polygon")]
    assert [one.attrib["fill"] for one in hexagons] == [BLUE, BLACK, WHITE, WHITE]
    for number, one in enumerate(hexagons):
        assert (one.attrib["stroke"], one.attrib["stroke-width"]) == (INK, "0.8")
        y = 61.5 + 26 * number
        half = 12 * 3**0.5 / 2
        corners = [(24 + half, y - 6), (24 + half, y + 6), (24, y + 12)]
        corners += [(24 - half, y + 6), (24 - half, y - 6), (24, y - 12)]
        assert one.attrib["points"] == " ".join(f"{x:.2f},{y:.2f}" for x, y in corners)
    groups = [one.attrib for one in root.iter(f"{SVG}g")]
    assert groups == [
        {"transform": f"translate(16 {53.5 + 26 * n:g}) scale(0.6667)", "stroke": pen}
        for n, pen in enumerate((INK, WHITE, INK, INK))
    ]
    for site, icons in (
        (plaza, (CAMERA, BARS, ONLY_NUMBERS, HOUSE)),
        (home, (CAMERA, BARS, STAYS, HOUSE)),
    ):
        svg = Notice(site).sign_svg()
        places = [svg.index(f">{icon}</g>") for icon in icons]
        assert places == sorted(places)
        assert svg.endswith("</text>\n</svg>\n")


@pytest.mark.parametrize("which", ["home", "plaza"])
def test_the_code_fills_its_square(which: str, request: pytest.FixtureRequest) -> None:
    site: SiteAuthorisation = request.getfixturevalue(which)
    code = segno.make(Notice(site).qr_text, error="q", micro=False, boost_error=False)
    (path,) = [one for one in read(site).iter(f"{SVG}path") if one.attrib.get("id") == "qr"]
    dark = [(x, y) for y, line in enumerate(code.matrix) for x, module in enumerate(line) if module]
    assert path.attrib == {
        "id": "qr",
        "transform": f"translate(10 162) scale({38 / len(code.matrix):.5f})",
        "d": "".join(f"M{x} {y}h1v1h-1z" for x, y in dark),
        "fill": BLACK,
    }


def test_the_code_of_a_site_without_a_page_says_how_to_object(home: SiteAuthorisation) -> None:
    long = replace(home, objection="x" * 121, notice_digest="")
    assert Notice(long).qr_text == f"home: {'x' * 120} #{long.notice_digest}"
    paged = replace(home, notice_url="https://a.example/b", notice_digest="")
    assert Notice(paged).qr_text == f"https://a.example/b#{paged.notice_digest}"


def explained(site: SiteAuthorisation, letters: int) -> SiteAuthorisation:
    text = ("word " * letters)[: letters - 1] + "."
    return replace(site, purposes=(Purpose(id="light", text=text),), notice_digest="")


def test_a_long_text_is_written_smaller_in_the_same_room(plaza: SiteAuthorisation) -> None:
    sizes = []
    for letters in range(20, 400, 10):
        site = explained(plaza, letters)
        try:
            lines = below(site, "What for")
        except PermissionError:
            break
        sizes.append(lines[0][2])
        assert {line[2] for line in lines} == {lines[0][2]}
        assert lines[0][:2] == (42, 88.7)
        assert len(lines) * lines[0][2] <= 3 * 4.3 + 0.01
        for one, other in pairwise(lines):
            assert other[1] - one[1] == pytest.approx(1.3 * one[2], abs=0.02)
        for line in lines:
            assert len(line[-1]) <= 96 / (0.52 * line[2])
        assert " ".join(line[-1] for line in lines).lower() == site.purposes[0].text
    assert sorted(sizes, reverse=True) == sizes
    assert sorted({*sizes}) == [2.58, 3.225, 3.698, 4.3]


def test_a_text_is_written_smaller_only_where_it_must_be(plaza: SiteAuthorisation) -> None:
    three = ("x" * 41 + " ") * 2 + "x" * 41
    for text, size, lines in ((three, 4.3, 3), (f"{three} x", 3.698, 3)):
        site = replace(plaza, purposes=(Purpose(id="light", text=f"{text}."),), notice_digest="")
        found = below(site, "What for")
        assert (found[0][2], len(found)) == (size, lines)


def test_a_text_without_room_is_refused(plaza: SiteAuthorisation) -> None:
    site = explained(plaza, 400)
    text = site.purposes[0].text.capitalize()
    assert refusal(lambda: Notice(site).sign_svg()) == (
        f"the sign has no room for {text[:60]!r}…, which is 400 characters long",
        "say it shorter in the authorisation, and sign it again",
    )


def test_a_sentence_begins_large_and_ends_once(plaza: SiteAuthorisation) -> None:
    for text, told in (("to see", "To see."), ("to see.", "To see."), ("éa", "Éa.")):
        site = replace(plaza, purposes=(Purpose(id="light", text=text),), notice_digest="")
        assert [line[-1] for line in below(site, "What for")] == [told]


def test_what_is_written_cannot_become_markup(plaza: SiteAuthorisation) -> None:
    site = replace(plaza, purposes=(Purpose(id="light", text="<b>&\"'"),), notice_digest="")
    assert [line[-1] for line in below(site, "What for")] == ["<b>&\"'."]
    assert not re.search(r"<b\b", Notice(site).sign_svg())
