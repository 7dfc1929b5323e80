"""Both chains as wholes: what they say of one square, and of a home."""

from dataclasses import replace
from typing import Any

import pytest
from consent.refusal import refusal

from edgekit.consent.authorisation import SiteAuthorisation
from edgekit.consent.dtpr import AI_VERSION, chains, require_ai, require_device
from edgekit.consent.notice import Notice
from edgekit.consent.terms import Purpose
from edgekit.consent.texts import TEXTS
from edgekit.records import Profile

OFTEN = "every 15 minutes"
KEPT = "Pictures: not at all. Numbers: 1 year."
DATA = (
    "Pictures of people, for a moment, in the memory of the device. What remains are numbers, "
    "which are about nobody in particular."
)
RIGHTS = TEXTS["en"]["law.rights.text"].format(objection="0341 555 011")
GETS = {"additional_description": "everybody, as open data"}


def chain(site: SiteAuthorisation, which: str) -> Any:  # noqa: ANN401 -- JSON
    return chains(Notice(site))[which]


def told(
    site: SiteAuthorisation, locale: str = "en"
) -> list[tuple[str, str | None, dict[str, str]]]:
    """Every element of the AI's chain with its context, and its variables in one language."""
    at = list(TEXTS).index(locale)
    return [
        (
            one["element_id"],
            one.get("context_type_id"),
            {of["id"]: of["value"][at]["value"] for of in one["variables"]},
        )
        for one in chain(site, "ai")["elements"]
    ]


def test_the_devices_chain(plaza: SiteAuthorisation) -> None:
    elements = chain(plaza, "device")["instance"].pop("elements")
    categories = ("tech", "purpose", "accountable", "data", "process", "access", "storage")
    device = chain(plaza, "device")
    device["instance"].pop("elements")
    assert device == {
        "schema": {
            "name": "DTPR",
            "version": "0.1",
            "namespace": "https://dtpr.io/schemas/datachain/v0.1",
        },
        "datachain": {
            "type": "device",
            "version": "2024-06-11T00:00:00Z",
            "categories": [
                {"id": name, "order": number}
                for number, name in enumerate((*categories, "retention"), 1)
            ],
        },
        "instance": {
            "title": [{"locale": "en", "value": "the market square"}],
            "created_at": "2026-11-23T00:00:00Z",
        },
    }
    assert [(one["category_id"], one["element_id"]) for one in elements] == [
        ("tech", "de_identified_image"),
        ("tech", "person_detection"),
        ("purpose", "planning_decision_making"),
        ("purpose", "energy_efficiency"),
        ("accountable", "institution"),
        ("data", "values_time"),
        ("process", "computer_vision"),
        ("process", "de_identified"),
        ("process", "aggregated"),
        ("process", "code_signing"),
        ("process", "immutable_query_ledger"),
        ("process", "k_anonymity"),
        ("access", "available_to_download"),
        ("access", "not_available_to_vendor"),
        ("retention", "data_retained"),
        ("storage", "stored_locally"),
    ]
    priorities = [one["priority"] for one in elements]
    assert priorities == sorted(set(priorities))
    assert priorities[0] == 0
    assert all(one["variables"] == [] for one in elements)


def test_the_chain_of_its_ai(plaza: SiteAuthorisation) -> None:
    whole = chain(plaza, "ai")
    elements = whole.pop("elements")
    assert whole == {
        "id": "plaza",
        "title": [{"locale": "en", "value": "the market square"}],
        "schema_version": AI_VERSION,
        "created_at": "2026-11-23T00:00:00Z",
    }
    assert [one["priority"] for one in elements] == [*range(len(elements))]
    city = {
        "title": "City of Lindenau",
        "description": "City of Lindenau: streets@lindenau.example",
    }
    risk = {
        "risk": "The camera recognises nobody and rates nobody. "
        "Who leaves its view is forgotten within a minute.",
        "mitigation": "No picture of you is kept. Each is looked at once and forgotten at once.",
    }
    assert told(plaza) == [
        ("planning_decision_making", None, {}),
        ("energy_efficiency", None, {}),
        ("institution", "deployer", city),
        ("people", "bystander", {"title": "Data", "description": DATA}),
        ("perceptive_mode", "human_decides", {}),
        ("civil_liberties_harm", None, risk),
        ("right_access", None, {"rights": RIGHTS}),
        ("right_object", None, {"rights": RIGHTS}),
        ("right_to_notice", None, {"rights": RIGHTS}),
        ("input_about_a_place", "de_identified", {"additional_description": DATA}),
        ("computer_vision", None, {}),
        ("privacy_transformation", None, {}),
        (
            "output_about_a_measurement",
            "de_identified",
            {"additional_description": f"A number is made {OFTEN}."},
        ),
        ("available_to_download", None, GETS),
        ("not_available_to_vendor", None, GETS),
        ("data_retained", None, {"duration": KEPT}),
        ("stored_locally", None, {"duration": KEPT}),
    ]


def test_all_who_get_a_number_stand_in_the_chain(plaza: SiteAuthorisation) -> None:
    two = tuple(replace(one, recipients=("the city", "the press")) for one in plaza.outputs)
    given = {"additional_description": "the city, the press"}
    site = replace(plaza, outputs=two, notice_digest="")
    assert ("available_to_download", None, given) in told(site)


def test_a_home_answers_for_itself_and_nothing_leaves_it(home: SiteAuthorisation) -> None:
    elements = chain(home, "device")["instance"]["elements"]
    found = [
        one["element_id"] for one in elements if one["category_id"] in ("accountable", "access")
    ]
    assert found == ["organization", "available_to_me", "not_available_to_vendor"]
    for locale, texts in TEXTS.items():
        nobody = {"additional_description": texts["law.recipients.none"]}
        assert ("available_to_me", None, nobody) in told(home, locale)
    assert "k_anonymity" not in str(elements)


@pytest.mark.parametrize(
    ("profile", "rule"),
    [
        (Profile.SDC_10_5, "k_anonymity"),
        (Profile.BANDS, "k_anonymity"),
        (Profile.DP, "differential_privacy"),
    ],
)
def test_the_rule_stands_in_the_chain(
    profile: Profile, rule: str, plaza: SiteAuthorisation
) -> None:
    outputs = tuple(replace(one, profile=profile) for one in plaza.outputs[:2])
    site = replace(plaza, profile=profile, outputs=outputs, notice_digest="")
    rules = [one["element_id"] for one in chain(site, "device")["instance"]["elements"]]
    assert {"k_anonymity", "differential_privacy"} & {*rules} == {rule}


@pytest.mark.parametrize(
    ("names", "purposes"),
    [
        (("light",), ["energy_efficiency"]),
        (("lighting", "light"), ["energy_efficiency"]),
        (("inform", "how-busy"), ["inform", "planning_decision_making"]),
    ],
)
def test_a_purpose_is_told_once_in_the_words_of_the_taxonomy(
    names: tuple[str, ...], purposes: list[str], plaza: SiteAuthorisation
) -> None:
    said = tuple(Purpose(id=name, text="to see") for name in names)
    site = replace(plaza, purposes=said, notice_digest="")
    assert [name for name, *_ in told(site)][: len(purposes) + 1] == [*purposes, "institution"]


def test_what_no_chain_may_be_is_told_word_for_word(plaza: SiteAuthorisation) -> None:
    ai, device = dict(chain(plaza, "ai")), chain(plaza, "device")["instance"]["elements"]
    elements = ai["elements"]
    another = "a chain holds a list of objects: got another thing"
    assert refusal(lambda: require_ai({**ai, "schema_version": "ai@1"})) == (
        f"chain of 'ai@1': expected {AI_VERSION}",
        None,
    )
    for odd in (None, {}, [1], [{}, 2]):
        assert refusal(lambda odd=odd: require_device({"instance": {"elements": odd}})) == (
            another,
            None,
        )
    assert refusal(lambda: require_device({})) == (another, None)
    for wrong, said in (
        ("voice", "voice: edgekit does not do this, so that no chain may say it"),
        ("crowd", "'crowd' is not pinned as an element of tech"),
    ):
        changed = [{**device[0], "element_id": wrong}, *device[1:]]
        assert refusal(lambda of=changed: require_device({"instance": {"elements": of}})) == (
            said,
            None,
        )
    few = [one for one in device if one["category_id"] not in ("tech", "data")]
    assert refusal(lambda: require_device({"instance": {"elements": few}})) == (
        "the chain says nothing of data, tech",
        None,
    )
    strange = [{**elements[0], "element_id": "crowd"}, *elements[1:]]
    assert refusal(lambda: require_ai({**ai, "elements": strange})) == (
        "'crowd' is not pinned as an element of ?",
        None,
    )
    mute = [{**one, "variables": []} if one["element_id"] == "people" else one for one in elements]
    assert refusal(lambda: require_ai({**ai, "elements": mute})) == (
        "people says nothing of description, title",
        None,
    )
