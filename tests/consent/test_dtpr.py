"""Both chains are of the pinned taxonomies, and cannot say what edgekit does not do."""

import copy
from typing import Any

import pytest

from edgekit.consent.authorisation import SiteAuthorisation
from edgekit.consent.dtpr import chains, require_ai, require_device
from edgekit.consent.notice import Notice
from edgekit.consent.taxonomy import AI, DEVICE, REFUSED, REQUIRED
from edgekit.consent.texts import TEXTS
from edgekit.errors import ConsentError


@pytest.fixture
def both(plaza: SiteAuthorisation) -> dict[str, Any]:
    return copy.deepcopy(dict(chains(Notice(plaza))))


def elements(both: dict[str, Any], which: str) -> list[dict[str, Any]]:
    chain = both[which]
    found: list[dict[str, Any]] = (
        chain["instance"]["elements"] if which == "device" else chain["elements"]
    )
    return found


def test_a_chain_tells_of_all_categories(both: dict[str, Any], home: SiteAuthorisation) -> None:
    assert {one["category_id"] for one in elements(both, "device")} == DEVICE.keys()
    named = {one["element_id"] for one in elements(both, "ai")}
    assert all(named & ids for ids in AI.values())
    at_home = chains(Notice(home))
    assert "organization" in str(at_home)
    assert "available_to_me" in str(at_home)
    assert (len(DEVICE), len(AI)) == (8, 12)


def test_a_camera_that_keeps_nobody_is_de_identified_and_never_blind(both: dict[str, Any]) -> None:
    tech = [one["element_id"] for one in elements(both, "device") if one["category_id"] == "tech"]
    assert tech == ["de_identified_image", "person_detection"]


def test_every_variable_is_told_in_every_language(both: dict[str, Any]) -> None:
    for one in elements(both, "ai"):
        for variable in one["variables"]:
            assert [told["locale"] for told in variable["value"]] == list(TEXTS)
            assert all(told["value"] and "{" not in told["value"] for told in variable["value"])


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_edgekit_does_not_do_stands_in_no_chain(name: str, both: dict[str, Any]) -> None:
    assert not any(name in ids for ids in (*DEVICE.values(), *AI.values()))
    elements(both, "device")[0]["element_id"] = name
    elements(both, "ai")[0]["element_id"] = name
    with pytest.raises(ConsentError, match="does not do this"):
        require_device(both["device"])
    with pytest.raises(ConsentError, match="does not do this"):
        require_ai(both["ai"])


def test_an_id_of_no_taxonomy_or_of_another_category_is_refused(both: dict[str, Any]) -> None:
    elements(both, "device")[0]["category_id"] = "data"
    with pytest.raises(ConsentError, match="not pinned"):
        require_device(both["device"])
    elements(both, "ai")[0]["element_id"] = "crowd_counting"
    with pytest.raises(ConsentError, match="not pinned"):
        require_ai(both["ai"])


@pytest.mark.parametrize("category", DEVICE)
def test_a_category_that_is_left_out_is_missed(category: str, both: dict[str, Any]) -> None:
    left = [one for one in elements(both, "device") if one["category_id"] != category]
    both["device"]["instance"]["elements"] = left
    with pytest.raises(ConsentError, match=f"says nothing of {category}"):
        require_device(both["device"])


@pytest.mark.parametrize("category", REQUIRED)
def test_a_variable_that_is_left_out_is_missed(category: str, both: dict[str, Any]) -> None:
    for one in elements(both, "ai"):
        if one["element_id"] in AI[category]:
            one["variables"] = []
    with pytest.raises(ConsentError, match="says nothing of"):
        require_ai(both["ai"])


@pytest.mark.parametrize("odd", [None, 3, [1], "x"])
def test_no_chain_at_all_is_refused(odd: object, both: dict[str, Any]) -> None:
    with pytest.raises(ConsentError):
        require_device({"instance": odd})
    with pytest.raises(ConsentError):
        require_device({"instance": {"elements": odd}})
    with pytest.raises(ConsentError):
        require_ai(both["ai"] | {"elements": odd})
    with pytest.raises(ConsentError, match="expected ai@"):
        require_ai(both["ai"] | {"schema_version": "ai@2020"})
