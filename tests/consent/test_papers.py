"""The papers hold every field that the law lists, in each language, and what came of the audit."""

import csv
import io
from dataclasses import replace

import pytest

from edgekit.consent.authorisation import SiteAuthorisation
from edgekit.consent.papers import Measure, article_30, article_35, as_csv
from edgekit.consent.prohibited import PRACTICES
from edgekit.consent.texts import TEXTS

HELD = Measure(who="eye", promise="it opens no file", tried="open | write", holds=True)


@pytest.mark.parametrize("locale", TEXTS)
def test_the_row_has_all_that_article_30_lists(locale: str, plaza: SiteAuthorisation) -> None:
    row = article_30(plaza, locale)
    assert {key[0] for key in row if key[1] == "_"} == set("abcdefg")
    assert all(row.values())
    (read,) = csv.DictReader(io.StringIO(as_csv(row)))
    assert read == row
    assert plaza.controller.contact in row["a_controller"]
    assert row["valid_to"] == "2027-11-22"


def test_a_text_is_no_formula_in_a_spreadsheet(plaza: SiteAuthorisation) -> None:
    evil = replace(plaza, processor="=HYPERLINK(1)", notice_digest="")
    (read,) = csv.DictReader(io.StringIO(as_csv(article_30(evil, "en"))))
    assert read["d_processor"] == "'=HYPERLINK(1)"


def test_the_home_row_names_nobody(home: SiteAuthorisation) -> None:
    assert article_30(home, "en")["d_recipients"].startswith("Nobody")


def test_the_sheet_has_the_four_parts_and_every_risk(plaza: SiteAuthorisation) -> None:
    broke = replace(HELD, promise="it speaks to nobody", holds=False)
    sheet = article_35(plaza, {"detector": "motion"}, [HELD, broke])
    for letter in "abcd":
        assert f"## ({letter})" in sheet
    assert all(one.how in sheet and one.test in sheet for one in PRACTICES)
    assert "| detector | motion |" in sheet
    assert "| eye | it opens no file | open \\| write | held |" in sheet
    assert "| **broke** |" in sheet
    assert plaza.digest in sheet


def test_a_sheet_without_an_audit_says_so(home: SiteAuthorisation) -> None:
    sheet = article_35(home, {}, ())
    assert "Not tried" in sheet
    assert "nobody outside the device" in sheet
