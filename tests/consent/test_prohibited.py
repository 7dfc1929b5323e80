"""Practices that edgekit does not do: reserved, explained, and each shown by a test."""

import ast
from importlib import import_module
from pathlib import Path

import pytest

from edgekit.consent.metric import Metric
from edgekit.consent.prohibited import PRACTICES, Practice, refuse, require_allowed, table
from edgekit.errors import ProhibitedPractice

ROOT = Path(__file__).parents[2]
MODULE = import_module("edgekit.consent.prohibited")


@pytest.mark.parametrize("practice", PRACTICES, ids=lambda practice: practice.name)
def test_every_reserved_name_is_refused_with_law_and_alternative(practice: Practice) -> None:
    with pytest.raises(ProhibitedPractice) as refusal:
        getattr(MODULE, practice.name)
    assert practice.law in str(refusal.value)
    assert practice.instead in (refusal.value.hint or "")
    with pytest.raises(ProhibitedPractice):
        refuse(practice.name)
    with pytest.raises(ProhibitedPractice):
        require_allowed(practice.name.replace("_", "-").upper())
    with pytest.raises(ProhibitedPractice):
        Metric.parse(f"zone.a.{practice.name}")


def test_names_are_distinct_and_other_names_are_just_absent() -> None:
    assert len({practice.name for practice in PRACTICES}) == len(PRACTICES)
    require_allowed("line.a.in")
    with pytest.raises(AttributeError, match="no attribute"):
        MODULE.counting  # noqa: B018 -- asking is the test


@pytest.mark.parametrize("practice", PRACTICES, ids=lambda practice: practice.name)
def test_every_practice_says_how_it_is_made_impossible_and_names_a_test(practice: Practice) -> None:
    assert practice.how
    file, _, function = practice.test.partition("::")
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    tests = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    (shown,) = [node for node in tests if node.name == function]
    assert any(isinstance(node, ast.Assert | ast.With) for node in ast.walk(shown))


def test_the_page_is_the_table() -> None:
    page = (ROOT / "docs" / "prohibited.md").read_text(encoding="utf-8")
    assert page.endswith(f"{table()}\n")
