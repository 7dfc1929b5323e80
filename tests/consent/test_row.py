"""The papers of one square, as wholes."""

from dataclasses import replace

from edgekit.consent.authorisation import SiteAuthorisation
from edgekit.consent.papers import Measure, article_30, article_35, as_csv
from edgekit.consent.prohibited import PRACTICES

DATA = (
    "Pictures of people, for a moment, in the memory of the device. What remains are numbers, "
    "which are about nobody in particular."
)
SENSED = "A camera looks at the market square. It counts:"
COUNTED = (
    "how many people cross the line “middle”, each way",
    "how many people are in the zone “square”",
    "how bright it is",
)
KEPT = "Pictures: not at all. Numbers: 1 year."
BASIS = "A task in the public interest (article 6(1)(e))."


def test_the_row(plaza: SiteAuthorisation) -> None:
    assert article_30(plaza, "en") == {
        "site": "plaza",
        "authorisation": plaza.digest,
        "a_controller": "City of Lindenau: streets@lindenau.example",
        "a_data_protection_officer": "dpo@lindenau.example",
        "b_purposes": (
            "to know when the square is crowded; to light the way when people are there"
        ),
        "b_legal_basis": BASIS,
        "c_people": f"{SENSED} {'; '.join(COUNTED)}",
        "c_data": DATA,
        "d_recipients": "everybody, as open data",
        "d_processor": "None.",
        "e_transfers": "No personal data is sent anywhere.",
        "f_erasure": KEPT,
        "g_measures": (
            "No picture of you is kept. Each is looked at once and forgotten at once. "
            "The camera recognises nobody and rates nobody. "
            "Who leaves its view is forgotten within a minute."
        ),
        "valid_from": "2026-11-23",
        "valid_to": "2027-11-22",
    }


def test_who_is_named_stands_in_the_row(plaza: SiteAuthorisation, home: SiteAuthorisation) -> None:
    two = tuple(replace(one, recipients=("the city", "the press")) for one in plaza.outputs)
    row = article_30(replace(plaza, processor="Counting Ltd", outputs=two, notice_digest=""), "en")
    assert (row["d_processor"], row["d_recipients"]) == ("Counting Ltd", "the city; the press")
    at_home = article_30(home, "en")
    assert at_home["a_data_protection_officer"] == "None has been appointed."
    assert at_home["d_recipients"] == "Nobody. Nothing leaves the device."


def test_a_row_is_two_lines_in_which_no_text_is_a_formula() -> None:
    assert as_csv({"a": "=1", "b": "+1", "c": "-1", "d": "@x", "e": "1,5", "f": "", "X": "x"}) == (
        "a,b,c,d,e,f,X\r\n'=1,'+1,'-1,'@x,\"1,5\",,x\r\n"
    )


def test_the_sheet(plaza: SiteAuthorisation) -> None:
    held = Measure(who="eye", promise="p|q", tried="a\nb", holds=True)
    setup = {"detector": "motion", "a|b": "c\nd"}
    risks = [f"| {one.what} | {one.how} | `{one.test}` |" for one in PRACTICES]
    sheet = article_35(plaza, setup, [held, replace(held, promise="p", tried="t", holds=False)])
    assert sheet.split("\n") == [
        "# Input for an impact assessment: plaza",
        "",
        (
            f"Authorisation `{plaza.digest}`, notice `{plaza.notice_digest}`. GDPR art. 35(7). "
            "Made by edgekit from what runs; it maps to the article and is no assessment itself."
        ),
        "",
        "## (a) The processing and its purposes",
        "",
        SENSED,
        "",
        *(f"- {one}" for one in COUNTED),
        "",
        (
            "A number is made every 15 minutes, under the profile `sdc-10-5`, "
            "for everybody, as open data."
        ),
        "",
        "- to know when the square is crowded (`how-busy`)",
        "- to light the way when people are there (`light`)",
        "",
        "| setting that runs | value |",
        "|---|---|",
        "| detector | motion |",
        r"| a\|b | c d |",
        "",
        "## (b) Necessity and proportionality",
        "",
        f"- Basis: {BASIS}",
        f"- {KEPT}",
        "- To be answered by the organisation: could the purpose be met without a camera?",
        "",
        "## (c) Risks to people",
        "",
        "| risk | by what it is kept from happening | the test that shows it |",
        "|---|---|---|",
        *risks,
        "",
        "What is left, with the attacker's advantage: docs/threat-model.md.",
        "",
        "## (d) Measures, and what came of trying them",
        "",
        "| process | promise | tried | result |",
        "|---|---|---|---|",
        r"| eye | p\|q | a b | held |",
        "| eye | p | t | **broke** |",
        "",
        "The organisation asks the people concerned (art. 35(9)) and its officer (art. 35(2)).",
        "",
    ]


def test_the_sheet_names_everybody_who_gets_a_number(plaza: SiteAuthorisation) -> None:
    two = tuple(replace(one, recipients=("the city", "the press")) for one in plaza.outputs)
    sheet = article_35(replace(plaza, outputs=two, notice_digest=""), {}, ())
    assert "under the profile `sdc-10-5`, for the city; the press." in sheet


def test_an_untried_sheet_says_how_to_try_and_who_gets_nothing(home: SiteAuthorisation) -> None:
    lines = article_35(home, {}, ()).split("\n")
    assert "Not tried: `edgekit notice … --article-35 --audit` attacks the walls and says." in lines
    assert (
        "A number is made every minute, under the profile `local`, for nobody outside the device."
    ) in lines
