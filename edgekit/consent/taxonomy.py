"""The ids of the published DTPR taxonomies that edgekit can say, each pinned to its category.

Source: Helpful-Places/dtpr at commit 156971b5, of 2026-08-21: `app/content/dtpr.v1` and
`api/schemas/ai/2026-08-12-beta` (CC BY 4.0). Ids are cited; no text or drawing is copied.
"""

from collections.abc import Mapping

DEVICE_VERSION = "2024-06-11T00:00:00Z"
AI_VERSION = "ai@2026-08-12-beta"
NAMESPACE = "https://dtpr.io/schemas/datachain/v0.1"

_AIMS = frozenset(
    {
        *("planning_decision_making", "inform", "energy_efficiency", "water_efficiency"),
        *("fire_emergency", "ecology"),
    }
)

DEVICE: Mapping[str, frozenset[str]] = {
    "tech": frozenset(
        {
            *("de_identified_image", "person_detection", "sound_level_meter", "thermometer"),
            *("air_quality", "water_quality", "soil_moisture_sensor", "passive_infrared_sensor"),
        }
    ),
    "purpose": _AIMS | {"health"},
    "accountable": frozenset({"institution", "organization"}),
    "data": frozenset({"values_time"}),
    "process": frozenset(
        {
            "computer_vision",
            "de_identified",
            "aggregated",
            "code_signing",
            "immutable_query_ledger",
            "differential_privacy",
            "k_anonymity",
        }
    ),
    "access": frozenset({"available_to_download", "available_to_me", "not_available_to_vendor"}),
    "storage": frozenset({"stored_locally"}),
    "retention": frozenset({"data_retained", "no_data_retained"}),
}
"""What edgekit can say, of the eight categories of a device's chain."""

AI: Mapping[str, frozenset[str]] = {
    "purpose": _AIMS,
    "accountable": frozenset({"institution", "organization"}),
    "affected": frozenset({"people"}),
    "functional_modes": frozenset({"perceptive_mode"}),
    "risks_mitigation": frozenset({"civil_liberties_harm"}),
    "rights": frozenset({"right_access", "right_object", "right_to_notice"}),
    "input_dataset": frozenset({"input_about_a_place"}),
    "processing": frozenset({"computer_vision", "privacy_transformation"}),
    "output_dataset": frozenset({"output_about_a_measurement"}),
    "access": frozenset({"available_to_download", "available_to_me", "not_available_to_vendor"}),
    "retention": frozenset({"data_retained"}),
    "storage": frozenset({"stored_locally"}),
}
"""The same of the twelve of an AI's chain."""

REQUIRED: Mapping[str, frozenset[str]] = {
    "accountable": frozenset({"title", "description"}),
    "affected": frozenset({"title", "description"}),
    "input_dataset": frozenset({"additional_description"}),
    "output_dataset": frozenset({"additional_description"}),
    "rights": frozenset({"rights"}),
    "risks_mitigation": frozenset({"risk"}),
    "retention": frozenset({"duration"}),
    "storage": frozenset({"duration"}),
}
"""The variables without which a category of an AI's chain says nothing."""

REFUSED = frozenset(
    {
        *("biometrics", "facial_characterization", "affect_emotion_analysis"),
        *("biometric_recognition", "available_for_resale", "enforcement", "input_biometric"),
        *("output_biometric", "identifiable_image", "identifiable_video", "identifiable_nfc"),
        *("identifiable_rfid", "identifiable_wifi_sensor", "speech_audio", "voice"),
    }
)
"""What exists in the taxonomies and must not stand in a chain of ours."""
