"""The notice as chains of Digital Trust for Places and Routines (DTPR): of the device, and of AI.

Only ids of the published taxonomies are used, and each is pinned to its category
(`edgekit.consent.taxonomy`); another id, or one that would tell of what edgekit cannot do, is
refused. A camera that sees people and keeps none is `de_identified_image`, never a sensor that sees
nobody. For a water meter the taxonomy has no element: a site that senses by nothing else has no
chain of the device; where no picture is computed with, there is none of an AI.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from edgekit.consent.decided import decided_at
from edgekit.consent.notice import recipients
from edgekit.consent.taxonomy import (
    AI,
    AI_VERSION,
    DEVICE,
    DEVICE_VERSION,
    NAMESPACE,
    REFUSED,
    REQUIRED,
)
from edgekit.consent.terms import SensorKind
from edgekit.consent.texts import TEXTS, every, lasting, worded
from edgekit.errors import ConsentError
from edgekit.records import Profile
from edgekit.signing.canonical import JsonValue

if TYPE_CHECKING:
    from edgekit.consent.notice import Notice
    from edgekit.consent.site import SiteAuthorisation

_CONTEXTS: Mapping[str, str] = {
    "accountable": "deployer",
    "affected": "bystander",
    "functional_modes": "human_decides",
    "input_dataset": "de_identified",
    "output_dataset": "de_identified",
}


def chains(notice: "Notice") -> Mapping[str, Mapping[str, "JsonValue"]]:
    """Return the site's chains by name; ConsentError where one is not of the pinned taxonomies."""
    site, made = notice.authorisation, dict[str, Mapping[str, JsonValue]]()
    if any(_TECH[sensor.kind] for sensor in site.sensors):
        made["device"] = _device(site)
        require_device(made["device"])
    if site.sees:
        made["ai"] = _ai(notice)
        require_ai(made["ai"])
    return made


def require_device(chain: Mapping[str, "JsonValue"]) -> None:
    """Raise ConsentError unless every element of a device's chain is pinned, and all are told."""
    instance = chain.get("instance")
    elements = instance.get("elements") if isinstance(instance, dict) else None
    found = [(str(one["category_id"]), str(one["element_id"])) for one in _objects(elements)]
    _require_pinned(found, DEVICE)


def require_ai(chain: Mapping[str, "JsonValue"]) -> None:
    """Raise ConsentError unless every element of an AI's chain is pinned and says what it must."""
    if chain.get("schema_version") != AI_VERSION:
        raise ConsentError(f"chain of {chain.get('schema_version')!r}: expected {AI_VERSION}")
    elements = _objects(chain.get("elements"))
    homes = {element: category for category, ids in AI.items() for element in ids}
    found = [(homes.get(str(one["element_id"]), "?"), str(one["element_id"])) for one in elements]
    _require_pinned(found, AI)
    for (category, name), one in zip(found, elements, strict=True):
        told = {str(variable["id"]) for variable in _objects(one["variables"])}
        if missing := REQUIRED.get(category, frozenset()) - told:
            raise ConsentError(f"{name} says nothing of {', '.join(sorted(missing))}")


def _require_pinned(found: Sequence[tuple[str, str]], pinned: Mapping[str, frozenset[str]]) -> None:
    for category, name in found:
        if name in REFUSED:
            raise ConsentError(f"{name}: edgekit does not do this, so that no chain may say it")
        if name not in pinned.get(category, frozenset()):
            raise ConsentError(f"{name!r} is not pinned as an element of {category}")
    if missing := pinned.keys() - {category for category, _ in found}:
        raise ConsentError(f"the chain says nothing of {', '.join(sorted(missing))}")


def _objects(value: object) -> list[dict[str, "JsonValue"]]:
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise ConsentError("a chain holds a list of objects: got another thing")
    return value


def _elements(site: "SiteAuthorisation") -> Iterator[tuple[str, str]]:
    """Yield what is true of this site, of either chain, as category and element."""
    tech = (name for sensor in site.sensors for name in _TECH[sensor.kind])
    yield from (("tech", name) for name in dict.fromkeys(tech))
    yield from (("purpose", name) for name in _purposes(site))
    yield "accountable", "organization" if site.profile.at_home else "institution"
    yield "affected", "people"
    yield "functional_modes", "perceptive_mode"
    yield "risks_mitigation", "civil_liberties_harm"
    yield from (("rights", name) for name in ("right_access", "right_object", "right_to_notice"))
    yield "input_dataset", "input_about_a_place"
    yield "data", "values_time"
    seeing = ("computer_vision", "de_identified") if site.sees else ()
    for name in (*seeing, "aggregated", "code_signing"):
        yield "process", name
    yield "process", "immutable_query_ledger"
    yield from (("process", name) for name in _RULES.get(site.profile, ()))
    yield "processing", "computer_vision"
    yield "processing", "privacy_transformation"
    yield "output_dataset", "output_about_a_measurement"
    public = "available_to_me" if site.profile.at_home else "available_to_download"
    yield "access", public
    yield "access", "not_available_to_vendor"
    yield "retention", "data_retained"
    yield "storage", "stored_locally"


_TECH: Mapping[SensorKind, tuple[str, ...]] = {
    SensorKind.CAMERA: ("de_identified_image", "person_detection"),
    SensorKind.MICROPHONE: ("sound_level_meter",),
    SensorKind.THERMAL_ARRAY: ("thermometer", "person_detection"),
    SensorKind.WATER_METER: (),
    SensorKind.WATER_PROBE: ("water_quality",),
    SensorKind.SOIL_PROBE: ("soil_moisture_sensor",),
    SensorKind.AIR_PROBE: ("air_quality",),
    SensorKind.ROOM_PROBE: ("air_quality",),
    SensorKind.FIRE_PROBE: ("thermometer",),
    SensorKind.DISPENSER: ("passive_infrared_sensor",),
}
_RULES: Mapping[Profile, tuple[str, ...]] = {
    Profile.SDC_10_5: ("k_anonymity",),
    Profile.BANDS: ("k_anonymity",),
    Profile.DP: ("differential_privacy",),
}
_OF_DEVICES = frozenset({"health"})
"""A purpose that the taxonomy of an AI's chain has no element for."""

_PURPOSES: Mapping[str, str] = {
    "light": "energy_efficiency",
    "lighting": "energy_efficiency",
    "inform": "inform",
    "water": "water_efficiency",
    "air": "ecology",
    "fire": "fire_emergency",
}


def _purposes(site: "SiteAuthorisation") -> tuple[str, ...]:
    named = (_PURPOSES.get(one.id, "planning_decision_making") for one in site.purposes)
    health = ("health",) if any(one.exemption is not None for one in site.decisions) else ()
    return tuple(dict.fromkeys((*health, *named)))


def _device(site: "SiteAuthorisation") -> dict[str, "JsonValue"]:
    elements: list[JsonValue] = [
        {"element_id": name, "category_id": category, "priority": number, "variables": []}
        for number, (category, name) in enumerate(_elements(site))
        if category in DEVICE
    ]
    categories: list[JsonValue] = [
        {"id": category, "order": number} for number, category in enumerate(DEVICE, 1)
    ]
    return {
        "schema": {"name": "DTPR", "version": "0.1", "namespace": NAMESPACE},
        "datachain": {"type": "device", "version": DEVICE_VERSION, "categories": categories},
        "instance": {
            "title": [{"locale": "en", "value": site.place}],
            "created_at": _iso(site.valid_from_s),
            "elements": elements,
        },
    }


def _ai(notice: "Notice") -> dict[str, "JsonValue"]:
    site = notice.authorisation
    elements: list[JsonValue] = []
    for category, name in _elements(site):
        if category not in AI or name in _OF_DEVICES:
            continue
        element: dict[str, JsonValue] = {
            "element_id": name,
            "priority": len(elements),
            "variables": [
                {"id": key, "value": value} for key, value in _variables(category, notice).items()
            ],
        }
        if category in _CONTEXTS:
            element["context_type_id"] = _CONTEXTS[category]
        elements.append(element)
    return {
        "id": site.id,
        "title": [{"locale": "en", "value": site.place}],
        "schema_version": AI_VERSION,
        "created_at": _iso(site.valid_from_s),
        "elements": elements,
    }


def _variables(category: str, notice: "Notice") -> Mapping[str, "JsonValue"]:
    """Return the variables of a category, in every language that edgekit speaks."""
    site = notice.authorisation
    told = {
        "accountable": {"title": "{name}", "description": "{name}: {contact}"},
        "affected": {"title": "law.data", "description": "law.data.text"},
        "risks_mitigation": {"risk": "pictures.nobody", "mitigation": "pictures.none"},
        "rights": {"rights": "law.rights.text"},
        "input_dataset": {"additional_description": "law.data.text"},
        "output_dataset": {"additional_description": "leaves.made"},
        "retention": {"duration": "law.retention.text"},
        "storage": {"duration": "law.retention.text"},
        "access": {"additional_description": "{recipients}"},
    }
    given = {
        "name": site.controller.name,
        "contact": site.controller.contact,
        "objection": site.objection,
    }
    return {
        key: [
            {
                "locale": locale,
                "value": texts.get(text, text).format(
                    **given,
                    recipients=", ".join(recipients(site)) or texts["law.recipients.none"],
                    every=every(texts, site.window_s),
                    time=lasting(texts, site.aggregate_retention),
                ),
            }
            for locale, texts in _worded(site)
        ]
        for key, text in told.get(category, {}).items()
    }


def _worded(site: "SiteAuthorisation") -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield each language with its words for such a site."""
    kinds, decided = [one.kind for one in site.sensors], decided_at(site)
    yield from ((locale, worded(texts, kinds, decided)) for locale, texts in TEXTS.items())


def _iso(time_s: int) -> str:
    return datetime.fromtimestamp(time_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
