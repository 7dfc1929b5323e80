"""Every language says everything, and the sign is the same sign in each."""

import re
from dataclasses import replace
from string import Formatter
from xml.etree import ElementTree as ET

import pytest

from edgekit.consent.authorisation import SiteAuthorisation
from edgekit.consent.notice import Notice
from edgekit.consent.sign import BOLD_WIDTH, WIDTH_MM
from edgekit.consent.terms import LawfulBasis
from edgekit.consent.texts import TEXTS, texts_of
from edgekit.records import Profile

SVG = "{http://www.w3.org/2000/svg}"
ALIKE = {"who.contact", "class.bus", "law.retention"}
"""What two languages may say in the same letters."""


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_there_are_english_and_four_more() -> None:
    assert set(TEXTS) == {"en", "de", "fr", "es", "it"}


@pytest.mark.parametrize("locale", TEXTS)
def test_a_catalogue_has_every_key_and_every_placeholder(locale: str) -> None:
    theirs, ours = TEXTS[locale], TEXTS["en"]
    assert theirs.keys() == ours.keys()
    assert {key: placeholders(text) for key, text in theirs.items()} == {
        key: placeholders(text) for key, text in ours.items()
    }
    assert all(text.isprintable() and text == text.strip() and text for text in theirs.values())


@pytest.mark.parametrize("locale", [locale for locale in TEXTS if locale != "en"])
def test_nothing_was_left_in_english(locale: str) -> None:
    same = {key for key, text in TEXTS[locale].items() if text == TEXTS["en"][key]}
    assert same <= ALIKE


@pytest.mark.parametrize("locale", TEXTS)
def test_what_the_law_names_is_named_in_each(locale: str) -> None:
    for article in ("13", "6", "2", "15", "18", "21"):
        law = " ".join(text for key, text in TEXTS[locale].items() if key.startswith("law."))
        assert re.search(rf"\b{article}\b", law), article


@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize("locale", TEXTS)
def test_sign_page_and_text_are_made_in_each(
    locale: str, profile: Profile, plaza: SiteAuthorisation
) -> None:
    home = profile.at_home
    outputs = tuple(
        replace(
            output, profile=profile, recipients=() if profile is Profile.LOCAL else ("everybody",)
        )
        for output in plaza.outputs
        if profile is not Profile.DP or ".people" not in output.metric
    )
    basis = LawfulBasis.HOUSEHOLD if home else LawfulBasis.PUBLIC_TASK
    site = replace(plaza, profile=profile, outputs=outputs, lawful_basis=basis, notice_digest="")
    notice = Notice(site)
    sign, page, text = notice.sign_svg(locale), notice.html(locale), notice.text(locale)
    ET.fromstring(sign)
    assert f'lang="{locale}"' in page
    for document in (sign, page, text):
        assert not re.search(r"[{}]", re.sub(r"<style>.*?</style>", "", document, flags=re.DOTALL))
        assert site.notice_digest in document
    for key, words in texts_of(locale).items():
        if key.startswith("law.") and key.count(".") == 1 and key != "law.interests":
            assert words.replace("'", "&#x27;") in page, key


@pytest.mark.parametrize("locale", TEXTS)
def test_the_headlines_stay_on_the_sign_and_large(locale: str, plaza: SiteAuthorisation) -> None:
    texts = texts_of(locale)
    found = {
        one.text: float(one.attrib["font-size"])
        for one in ET.fromstring(Notice(plaza).sign_svg(locale)).iter(f"{SVG}text")
    }
    for key in ("title", "subtitle"):
        size = found[texts[key]]
        assert size >= 5, key
        assert 10 + size * BOLD_WIDTH * len(texts[key]) <= WIDTH_MM - 9.9, key


def test_in_every_language_it_is_the_same_notice(plaza: SiteAuthorisation) -> None:
    notice = Notice(plaza)
    codes = set()
    for locale in TEXTS:
        (path,) = [
            one
            for one in ET.fromstring(notice.sign_svg(locale)).iter(f"{SVG}path")
            if one.attrib.get("id") == "qr"
        ]
        codes.add(path.attrib["d"])
        assert notice.digest == plaza.notice_digest
    assert len(codes) == 1


def test_the_code_is_read_askew_and_out_of_focus(plaza: SiteAuthorisation) -> None:
    numpy = pytest.importorskip("numpy")
    cv2 = pytest.importorskip("cv2")
    notice = Notice(plaza)
    root = ET.fromstring(notice.sign_svg("de"))
    (path,) = [one for one in root.iter(f"{SVG}path") if one.attrib.get("id") == "qr"]
    cells = [tuple(map(int, cell)) for cell in re.findall(r"M(\d+) (\d+)", path.attrib["d"])]
    size = max(max(cell) for cell in cells) + 1
    picture = numpy.full((size + 8, size + 8), 255, numpy.uint8)
    for x, y in cells:
        picture[y + 4, x + 4] = 0
    large = numpy.kron(picture, numpy.ones((8, 8), numpy.uint8))
    side = large.shape[0]
    corners = numpy.float32([[0, 0], [side, 0], [side, side], [0, side]])
    for lean in (0.04, 0.08, 0.12):
        d = lean * side
        seen = numpy.float32(
            [[80 + d, 80], [80 + side, 80 + d], [80 + side - d, 80 + side], [80, 80 + side - d]]
        )
        warp = cv2.getPerspectiveTransform(corners, seen)
        askew = cv2.warpPerspective(large, warp, (side + 160, side + 160), borderValue=255)
        blurred = cv2.GaussianBlur(askew, (7, 7), 1.6)
        noise = numpy.random.default_rng(3).normal(0, 8, blurred.shape)
        photo = numpy.clip(blurred.astype(float) * 0.7 + 30 + noise, 0, 255).astype(numpy.uint8)
        read, *_ = cv2.QRCodeDetector().detectAndDecode(photo)
        assert read == notice.qr_text, lean
