"""The sign is readable, can be scanned, is complete, and says what the records point to."""

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from edgekit.consent.authorisation import SiteAuthorisation
from edgekit.consent.notice import Notice
from edgekit.consent.sign import BLUE, HEIGHT_MM, PAIRS, QR_MM, WHITE, WIDTH_MM
from edgekit.consent.terms import LawfulBasis, Output
from edgekit.consent.texts import every, lasting, texts_of
from edgekit.errors import ConfigError, ConsentError
from edgekit.records import Profile

SVG = "{http://www.w3.org/2000/svg}"


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize(("pen", "ground"), PAIRS)
def test_contrast_is_enough(pen: str, ground: str) -> None:
    dark, bright = sorted((luminance(pen), luminance(ground)))
    assert (bright + 0.05) / (dark + 0.05) >= 4.5


def test_an_unknown_language_is_named() -> None:
    with pytest.raises(ConfigError, match="'tlh'"):
        texts_of("tlh")


def test_the_text_says_everything_that_matters(plaza: SiteAuthorisation) -> None:
    text = Notice(plaza).text()
    for words in (
        "the market square",
        "cross the line “middle”, each way",
        "in the zone “square”",
        "how bright it is",
        "to know when the square is crowded",
        "every 15 minutes",
        "everybody, as open data",
        "below 10",
        "City of Lindenau: streets@lindenau.example",
        "2027-11-22",
        "06:00 to 22:00 UTC",
        "1 year",
        "0341 555 011",
        "Data protection officer: dpo@lindenau.example",
        "pause the camera for 15 minutes: hold the sheet with four black squares up to it",
        "Data Protection Commissioner",
        plaza.notice_digest,
    ):
        assert words in text, words


def test_at_home_nothing_leaves_and_the_text_says_so(home: SiteAuthorisation) -> None:
    text = Notice(home).text()
    assert "Nothing. The numbers stay on the device." in text
    assert "with the people in it covered" in text
    assert "complain" not in text
    assert "Nothing. The numbers stay on the device." in Notice(home).sign_svg()


def test_sentences_are_short(plaza: SiteAuthorisation) -> None:
    for section in Notice(plaza).sections():
        for line in section.lines:
            for sentence in line.split(". "):
                assert len(sentence.split()) <= 20, sentence


def test_single_ways_and_totals_have_their_own_words(home: SiteAuthorisation) -> None:
    def told(*ways: str) -> str:
        outputs = tuple(
            Output(metric=f"line.middle.{way}", profile=Profile.LOCAL, window_s=60) for way in ways
        )
        return Notice(replace(home, outputs=outputs, notice_digest="")).text()

    assert "one way" in told("in")
    assert "the other way" in told("out")
    assert "cross the line “middle”\n" in told("total")
    assert "each way" in told("in", "out", "total")
    assert "cross the line “middle”\n" in told("in", "out", "total")


def test_the_sign_is_blue_never_white(plaza: SiteAuthorisation) -> None:
    root = ET.fromstring(Notice(plaza).sign_svg())
    assert root.attrib["width"] == f"{WIDTH_MM}mm"
    assert root.attrib["height"] == f"{HEIGHT_MM}mm"
    hexagons = [one.attrib["fill"] for one in root.iter(f"{SVG}polygon")]
    assert len(hexagons) == 4
    assert hexagons[0] == BLUE != WHITE


def test_the_sign_loads_and_runs_nothing(plaza: SiteAuthorisation) -> None:
    evil = replace(plaza, place="<script>a()</script>&\"'", notice_digest="")
    for document in (Notice(evil).sign_svg(), Notice(evil).html()):
        assert "<script" not in document
        for word in ("href", "src=", "url(", "@import", "onload"):
            assert word not in document, word


@pytest.mark.parametrize("which", ["home", "plaza"])
def test_the_code_is_large_enough_and_leads_to_this_notice(
    which: str, request: pytest.FixtureRequest
) -> None:
    numpy = pytest.importorskip("numpy")
    cv2 = pytest.importorskip("cv2")
    notice = Notice(request.getfixturevalue(which))
    assert QR_MM >= 20
    root = ET.fromstring(notice.sign_svg())
    (path,) = [one for one in root.iter(f"{SVG}path") if one.attrib.get("id") == "qr"]
    cells = [tuple(map(int, cell)) for cell in re.findall(r"M(\d+) (\d+)", path.attrib["d"])]
    size = max(max(cell) for cell in cells) + 1
    picture = numpy.full((size + 8, size + 8), 255, numpy.uint8)
    for x, y in cells:
        picture[y + 4, x + 4] = 0
    for scale, blur in ((6, 3), (8, 5), (10, 7)):
        large = numpy.kron(picture, numpy.ones((scale, scale), numpy.uint8))
        read, *_ = cv2.QRCodeDetector().detectAndDecode(cv2.GaussianBlur(large, (blur, blur), 0))
        assert read == notice.qr_text
        assert read.endswith(f"#{notice.digest}")


def test_the_page_has_every_field_of_article_13(plaza: SiteAuthorisation) -> None:
    page = Notice(plaza).html()
    for key, words in texts_of("en").items():
        if key.startswith("law.") and key.count(".") == 1 and key != "law.interests":
            assert words in page, key
    interested = replace(
        plaza,
        lawful_basis=LawfulBasis.LEGITIMATE_INTERESTS,
        legitimate_interests="a safe shop",
        processor="Counting Ltd",
        dpia_reference=None,
        dpia_not_required="few people",
        notice_digest="",
    )
    page = Notice(interested).html()
    for words in ("a safe shop", "Counting Ltd", "Not needed: few people", "article 6(1)(f)"):
        assert words in page


def test_the_page_of_a_home_names_nobody(home: SiteAuthorisation) -> None:
    page = Notice(home).html()
    for key in ("law.recipients.none", "law.processor.none", "law.dpo.none"):
        assert texts_of("en")[key] in page


def test_the_digest_is_of_the_meaning(plaza: SiteAuthorisation) -> None:
    assert Notice(plaza).digest == plaza.notice_digest
    assert Notice(plaza).meaning() == plaza.meaning()


@pytest.mark.parametrize(
    ("window_s", "words"),
    [
        (1, "every second"),
        (10, "every 10 seconds"),
        (60, "every minute"),
        (90, "every 90 seconds"),
        (900, "every 15 minutes"),
        (3600, "every hour"),
        (7200, "every 2 hours"),
        (86_400, "every day"),
    ],
)
def test_how_often_reads_like_speech(window_s: int, words: str) -> None:
    assert every(texts_of("en"), window_s) == words


@pytest.mark.parametrize(
    ("duration", "words"),
    [
        ("P1Y", "1 year"),
        ("P2Y6M", "2 years, 6 months"),
        ("P1M1D", "1 month, 1 day"),
        ("P30D", "30 days"),
    ],
)
def test_how_long_reads_like_speech(duration: str, words: str) -> None:
    assert lasting(texts_of("en"), duration) == words


def with_contact(site: SiteAuthorisation, contact: str) -> Notice:
    return Notice(
        replace(site, controller=replace(site.controller, contact=contact), notice_digest="")
    )


def test_a_long_contact_is_written_smaller_and_never_cut(plaza: SiteAuthorisation) -> None:
    contact = (
        "Department of Public Space and Mobility, Town Hall, Old Market Square 1, 12345 Anytown, "
        "public.space@anytown.example, telephone 0123 456 78 90 on weekdays from nine to noon"
    )
    sign = with_contact(plaza, contact).sign_svg("en")
    lines = re.findall(r"<text[^>]*>([^<]*)</text>", sign)
    assert contact in " ".join(lines)
    assert "…" not in sign


def test_what_no_sign_can_hold_is_refused(plaza: SiteAuthorisation) -> None:
    with pytest.raises(ConsentError, match="no room"):
        with_contact(plaza, ("a very long address " * 24).strip()).sign_svg("en")
