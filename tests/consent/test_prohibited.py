from importlib import import_module

import pytest

from edgekit.consent.metric import Metric
from edgekit.consent.prohibited import PRACTICES, Practice, refuse, require_allowed
from edgekit.errors import ProhibitedPractice

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
