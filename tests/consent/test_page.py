"""The page as a whole: what it is made of, in its order, and nothing that is loaded or run."""

from dataclasses import replace
from html.parser import HTMLParser

from edgekit.consent.authorisation import SiteAuthorisation
from edgekit.consent.notice import Notice
from edgekit.consent.terms import LawfulBasis

DATA = (
    "Pictures of people, for a moment, in the memory of the device. What remains are numbers, "
    "which are about nobody in particular."
)
RIGHTS = (
    "Access, rectification, erasure, restriction and objection (articles 15 to 18 and 21). As no "
    "picture is kept and the numbers name nobody, there is nothing that could be found, corrected "
    "or erased. An objection works: "
)
TASK = "A task in the public interest (article 6(1)(e))."
OBJECTION = "You can object, without giving a reason: "
PAUSE = "You can pause the camera for 15 minutes: hold the sheet with four black squares up to it."
ASK = (
    "You can ask what is known about you. The answer is: nothing. The numbers do not say who "
    "anybody was."
)
UNTIL = "It may count until 2027-11-22 (UTC). After that it stops by itself."
LAW = "What the law asks us to say"


class Read(HTMLParser):
    """Collects each text with the element around it, and all attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.told: list[tuple[str, str]] = []
        self.attributes: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if attrs:
            self.attributes.append((tag, dict(attrs)))
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip() and self.open[-1] != "style":
            self.told.append((self.open[-1], data))


def article_13(site: SiteAuthorisation) -> list[tuple[str, str]]:
    told = [text for tag, text in Read(Notice(site).html()).told if tag in ("dt", "dd")]
    return list(zip(told[::2], told[1::2], strict=True))


def test_the_head_allows_nothing_but_its_own_style(plaza: SiteAuthorisation) -> None:
    page = Notice(plaza).html("de")
    assert page.startswith('<!doctype html>\n<html lang="de">\n<head>\n<meta charset="utf-8">\n')
    assert page.endswith("</main>\n</body>\n</html>\n")
    assert "<ul>\n</ul>" not in page
    read = Read(page)
    assert read.open == []
    assert read.attributes == [
        ("html", {"lang": "de"}),
        ("meta", {"charset": "utf-8"}),
        ("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}),
        (
            "meta",
            {
                "http-equiv": "Content-Security-Policy",
                "content": "default-src 'none'; style-src 'unsafe-inline'",
            },
        ),
    ]
    order = ["<head>", "<title>", "<style>\nbody {", "</style>\n</head>\n<body>\n<header><h1>"]
    order += ["</h1></header>\n<main>\n<h2>", "<dl>\n<dt>", "</dl>\n<footer>", "</main>"]
    places = [page.index(part) for part in order]
    assert places == sorted(places)


def test_everything_is_told_in_its_order(plaza: SiteAuthorisation) -> None:
    assert Read(Notice(plaza).html()).told == [
        ("title", "The camera at the market square"),
        ("h1", "This camera counts."),
        ("h1", "It keeps no picture of you."),
        ("h2", "What it counts"),
        ("p", "A camera looks at the market square. It counts:"),
        ("li", "how many people cross the line “middle”, each way"),
        ("li", "how many people are in the zone “square”"),
        ("li", "how bright it is"),
        ("h2", "What for"),
        ("li", "to know when the square is crowded"),
        ("li", "to light the way when people are there"),
        ("h2", "Who answers for it"),
        ("p", "City of Lindenau: streets@lindenau.example"),
        ("p", "Data protection officer: dpo@lindenau.example"),
        ("h2", "How long"),
        ("p", UNTIL),
        ("p", "It sees only from 06:00 to 22:00 UTC."),
        ("p", "The numbers are kept for 1 year."),
        ("h2", "What happens to the pictures"),
        ("p", "No picture of you is kept. Each is looked at once and forgotten at once."),
        (
            "p",
            (
                "The camera recognises nobody and rates nobody. "
                "Who leaves its view is forgotten within a minute."
            ),
        ),
        ("h2", "What leaves"),
        ("p", "A count below 10 is never given out. Other counts are rounded to 5."),
        ("p", "Values of light, air, water, soil and sound are rounded."),
        ("p", "Only the numbers, every 15 minutes, to:"),
        ("li", "everybody, as open data"),
        ("h2", "If you do not want this"),
        ("p", f"{OBJECTION}0341 555 011."),
        ("p", PAUSE),
        ("p", ASK),
        ("p", "You can complain to: Data Protection Commissioner, Dresden."),
        ("h2", LAW),
        ("p", "General Data Protection Regulation, article 13"),
        *(
            (tag, text)
            for pair in article_13(plaza)
            for tag, text in zip(("dt", "dd"), pair, strict=True)
        ),
        ("footer", f"Number of this notice: {plaza.notice_digest}"),
    ]


def test_article_13_of_a_square(plaza: SiteAuthorisation) -> None:
    assert article_13(plaza) == [
        ("Controller", "City of Lindenau: streets@lindenau.example"),
        ("Data protection officer", "dpo@lindenau.example"),
        ("Purposes", "to know when the square is crowded; to light the way when people are there"),
        ("Legal basis", TASK),
        ("Data", DATA),
        ("Recipients", "everybody, as open data"),
        ("Processor", "None."),
        ("Transfer to other countries", "No personal data is sent anywhere."),
        ("Retention", "Pictures: not at all. Numbers: 1 year."),
        ("Your rights", f"{RIGHTS}0341 555 011."),
        (
            "Withdrawing consent",
            "This does not rest on your consent, so there is none to withdraw.",
        ),
        ("Complaint", "Data Protection Commissioner, Dresden"),
        (
            "Must you be counted?",
            "No law or contract obliges you. Nothing happens to you if you take another way.",
        ),
        ("Automated decisions about you", "None, and no profile of you."),
        ("Impact assessment", "lindenau.example/dpia/12"),
    ]


def test_article_13_of_a_home_and_of_a_shop(
    home: SiteAuthorisation, plaza: SiteAuthorisation
) -> None:
    at_home = dict(article_13(home))
    assert at_home["Data protection officer"] == "None has been appointed."
    assert at_home["Recipients"] == "Nobody. Nothing leaves the device."
    assert at_home["Complaint"] == "The data protection authority of your country."
    assert at_home["Impact assessment"] == "Not needed: our own home, seen by ourselves."
    assert at_home["Your rights"] == f"{RIGHTS}say so, or close the lens."
    shop = replace(
        plaza,
        lawful_basis=LawfulBasis.LEGITIMATE_INTERESTS,
        legitimate_interests="a safe shop",
        processor="Counting Ltd",
        outputs=tuple(replace(one, recipients=("we", "the landlord")) for one in plaza.outputs),
        notice_digest="",
    )
    told = article_13(shop)
    assert told[4] == ("Legitimate interests", "a safe shop")
    assert ("Recipients", "we; the landlord") in told
    assert ("Processor", "Counting Ltd") in told


def test_a_text_cannot_become_markup(plaza: SiteAuthorisation) -> None:
    evil = "<b>&\"'"
    site = replace(
        plaza,
        place=evil,
        objection=evil,
        processor=evil,
        purposes=(replace(plaza.purposes[0], text=evil),),
        notice_digest="",
    )
    page = Notice(site).html()
    assert "<b>" not in page
    told = Read(page).told
    assert ("title", f"The camera at {evil}") in told
    assert ("li", evil) in told
    assert ("dd", evil) in told
    assert ("p", f"{OBJECTION}{evil}.") in told


def test_the_plain_text_is_told_alike(home: SiteAuthorisation) -> None:
    assert Notice(home).text() == "\n".join(
        [
            "This camera counts. It keeps no picture of you.",
            "",
            "What it counts",
            "A camera looks at our own home. It counts:",
            "- how many people cross the line “middle”, each way",
            "- how many people are in the zone “square”",
            "- how bright it is",
            "",
            "What for",
            "- to see how busy it is",
            "",
            "Who answers for it",
            "the people who live here: knock on the door",
            "",
            "How long",
            UNTIL,
            "The numbers are kept for 1 year.",
            "",
            "What happens to the pictures",
            "No picture of you is kept. Each is looked at once and forgotten at once.",
            (
                "The camera recognises nobody and rates nobody. "
                "Who leaves its view is forgotten within a minute."
            ),
            "The device can show its view with the people in it covered.",
            "",
            "What leaves",
            "Nothing. The numbers stay on the device.",
            "A number is made every minute.",
            "",
            "If you do not want this",
            f"{OBJECTION}say so, or close the lens.",
            PAUSE,
            ASK,
            "",
            f"Number of this notice: {home.notice_digest}",
            "",
        ]
    )
