"""A first draft: complete where somebody is at home, and open where only the organisation knows."""

import json
from typing import Any

import pytest
from consent.refusal import refusal

from edgekit.consent.authorisation import (
    SiteAuthorisation,
    draft,
    read_authorisation,
    sign_authorisation,
)
from edgekit.consent.payload import read_draft
from edgekit.consent.view import View
from edgekit.geometry import Line, Zone
from edgekit.records import Profile
from edgekit.signing import dsse
from edgekit.signing.keys import MemorySigner

FROM_S = 1_795_392_000
YEAR_S = 365 * 86_400
VIEW = View(
    width=640,
    height=480,
    lines=(Line("door", (100, 100), (100, 400)),),
    zones=(Zone("bench", ((200, 100), (300, 100), (300, 200))),),
)
PLACES = [
    *("controller.name", "controller.contact", "controller.dpo", "purposes 1.text", "place"),
    *("dpia_reference", "objection", "supervisory_authority"),
]


def drafted(profile: Profile, view: View = VIEW) -> dict[str, Any]:
    site = draft("door", profile=profile, view=view, window_s=900, valid_from_s=FROM_S)
    return json.loads(json.dumps(site.to_draft()))


def output(metric: str, profile: str, *recipients: str) -> dict[str, Any]:
    return {"metric": metric, "profile": profile, "window_s": 900, "recipients": [*recipients]}


@pytest.mark.parametrize(
    ("profile", "recipients"), [("local", []), ("home", ["the people who live here"])]
)
def test_at_home_nothing_is_left_open(profile: str, recipients: list[str]) -> None:
    metrics = ("line.door.in", "line.door.out", "zone.bench.people", "light.illuminance")
    assert drafted(Profile(profile)) == {
        "v": 1,
        "id": "door",
        "version": 1,
        "site": "door",
        "controller": {
            "name": "the people who live here",
            "contact": "knock on the door",
            "dpo": None,
        },
        "processor": None,
        "jurisdiction": "EU",
        "lawful_basis": "household",
        "legitimate_interests": None,
        "purposes": [{"id": "how-busy", "text": "to see how busy it is"}],
        "place": "our own home",
        "sensors": [{"kind": "camera", "model": "camera"}],
        "picture": {"width": 640, "height": 480},
        "lines": [{"name": "door", "from": [100, 100], "to": [100, 400]}],
        "zones": [{"name": "bench", "polygon": [[200, 100], [300, 100], [300, 200]]}],
        "ground": None,
        "rooms": [],
        "outputs": [output(metric, profile, *recipients) for metric in metrics],
        "covered_preview": True,
        "profile": profile,
        "schedule": None,
        "valid_from_s": FROM_S,
        "valid_to_s": FROM_S + YEAR_S,
        "model_digests": [],
        "dpia_reference": None,
        "dpia_not_required": "our own home, seen by ourselves",
        "raw_retention_s": 0,
        "aggregate_retention": "P1Y",
        "objection": "say so, or close the lens",
        "supervisory_authority": None,
        "notice_url": None,
    }


def test_for_a_public_place_it_asks_in_angle_brackets_for_what_the_organisation_knows() -> None:
    public = drafted(Profile.SDC_10_5)
    assert public["controller"] == {
        "name": "<who answers for this device>",
        "contact": "<their address, e-mail and telephone>",
        "dpo": "<the data protection officer's e-mail>",
    }
    assert public["purposes"] == [{"id": "how-busy", "text": "<what the numbers are needed for>"}]
    assert {key: public[key] for key in PLACES[4:]} == {
        "place": "<where the sensors are and what they sense>",
        "dpia_reference": "<where the data protection impact assessment is>",
        "objection": "<how to object: e-mail or telephone>",
        "supervisory_authority": "<the data protection authority>",
    }
    assert (public["lawful_basis"], public["dpia_not_required"]) == ("A6-1-e", None)
    assert public["covered_preview"] is False
    assert public["outputs"][0] == output("line.door.in", "sdc-10-5", "everybody, as open data")


@pytest.mark.parametrize(
    ("profile", "people"), [(Profile.SDC_10_5, True), (Profile.BANDS, True), (Profile.DP, False)]
)
def test_it_asks_only_for_what_may_leave_under_the_profile(profile: Profile, people: bool) -> None:
    metrics = [one["metric"] for one in drafted(profile)["outputs"]]
    assert ("zone.bench.people" in metrics) is people
    assert {"line.door.in", "line.door.out", "light.illuminance"} <= {*metrics}


def test_every_open_place_is_named_until_it_is_filled_in(
    organisation: MemorySigner, home: SiteAuthorisation
) -> None:
    public = draft("door", profile=Profile.SDC_10_5, view=VIEW, window_s=900, valid_from_s=FROM_S)
    assert refusal(lambda: sign_authorisation(public, organisation)) == (
        f"still to be filled in: {', '.join(PLACES)}",
        "replace the texts in <angle brackets>",
    )
    # One bracket is only a bracket.
    for place in ("<3 metres up", "higher than 3 metres>"):
        told = {**home.to_draft(), "place": place}
        assert sign_authorisation(read_draft(json.dumps(told).encode()), organisation)


def test_what_is_not_the_organisations_word_is_told_with_what_to_do(
    home: SiteAuthorisation, organisation: MemorySigner
) -> None:
    signed = sign_authorisation(home, organisation)
    other = MemorySigner.from_seed(bytes(32))
    assert refusal(lambda: read_authorisation(signed, organisation=other.public_key)) == (
        (
            f"the authorisation does not verify: signed by key {organisation.key_id}: "
            f"expected key {other.key_id}"
        ),
        "ask the organisation to sign it: edgekit authorise",
    )
    for changed in (signed[:-1], twice(home, organisation)):
        assert refusal(
            lambda data=changed: read_authorisation(data, organisation=organisation.public_key)
        ) == (
            "the authorisation was changed after it was signed",
            "use the file as edgekit authorise wrote it",
        )


def twice(site: SiteAuthorisation, signer: MemorySigner) -> bytes:
    kind = "application/vnd.edgekit.authorisation.v1+json"
    return dsse.sign(kind, site.to_payload(), signer, signer).to_bytes() + b"\n"
