"""Each sentence of a notice has its test, or is the organisation's own word."""

import ast
import re
from pathlib import Path

import pytest

from edgekit.consent.authorisation import SiteAuthorisation, draft
from edgekit.consent.notice import Notice, recipients
from edgekit.consent.promises import COUNTED, RECIPIENTS, TESTS, promises
from edgekit.consent.texts import texts_of
from edgekit.records import Profile
from tests.consent.deciding import door
from tests.consent.measuring import measured

ROOT = Path(__file__).parents[2]
PROMISING = re.compile(
    r"(pictures|leaves|until|sound|thermal|decides)\.|sensors(\.|$)|rights\.(pause|ask)"
)
FROM_S = 1_795_392_000


def of_each_kind(plaza: SiteAuthorisation) -> list[SiteAuthorisation]:
    """Return a site of every profile, with a camera, an array, a microphone or meters, a lamp."""
    profiles = [
        draft("door", profile=one, view=plaza.view, window_s=900, valid_from_s=FROM_S)
        for one in Profile
    ]
    warm = draft(
        "hall", profile=Profile.HOME, view=plaza.view, window_s=900, valid_from_s=FROM_S, array=True
    )
    systems = ("water", "air", "fire", "noise")
    meters = [measured(one, *systems) for one in Profile if one is not Profile.DP]
    return [plaza, warm, door(), *profiles, *meters, measured(Profile.SDC_10_5, "air", camera=True)]


def test_every_sentence_that_promises_has_its_test_and_no_other(plaza: SiteAuthorisation) -> None:
    for site in of_each_kind(plaza):
        notice = Notice(site)
        told = list(promises(notice))
        own = {one.sentence for one in told if one.test is None}
        about = (site.place, site.controller.name, site.objection, site.controller.dpo or "-")
        about += tuple(one.otherwise or "-" for one in site.decisions)
        for sentence in own - {purpose.text for purpose in site.purposes}:
            complaint = sentence.startswith("You can complain to: ")
            assert complaint or any(mine in sentence for mine in about), sentence
        lines = [line for one in notice.sections("en") for line in (*one.lines, *one.points)]
        assert [one.sentence for one in told] == lines
        for name in recipients(site):
            assert any((one.sentence, one.test) == (name, RECIPIENTS) for one in told)


def test_what_is_counted_is_all_that_is(plaza: SiteAuthorisation) -> None:
    counted = Notice(plaza).sections("en")[0].points
    shown = [one.sentence for one in promises(Notice(plaza)) if one.test == COUNTED]

    assert tuple(shown) == counted


def test_every_text_that_promises_is_in_the_table() -> None:
    own = {"pictures.meters", "pictures.thermal_array", "decides.otherwise"}  # and headings
    keys = {key for key in texts_of("en") if PROMISING.match(key)}

    assert keys - own <= TESTS.keys()
    assert set(texts_of("en")) >= TESTS.keys()


@pytest.mark.parametrize("name", sorted({*TESTS.values(), COUNTED, RECIPIENTS}))
def test_every_test_is_there_and_can_fail(name: str) -> None:
    file, _, function = name.partition("::")
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    (shown,) = (
        one for one in tree.body if isinstance(one, ast.FunctionDef) and one.name == function
    )

    assert any(isinstance(one, ast.Assert | ast.With) for one in ast.walk(shown))
