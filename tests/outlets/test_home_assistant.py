"""The discovery message, held against what Home Assistant's documentation allows and asks for."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from edgekit.consent.authorisation import SiteAuthorisation, draft
from edgekit.consent.measure import MEASURES
from edgekit.consent.metric import Metric
from edgekit.consent.systems import SYSTEMS
from edgekit.consent.view import View
from edgekit.geometry import Ground, Line, Zone
from edgekit.outlets.home_assistant import _CLASSES, _sensor, discovery, node_id
from edgekit.outlets.topics import publications, stale_after_s
from edgekit.records import Profile, Unit
from edgekit.signing.record import sign_release
from tests import sample

BASE = "edgekit/plaza"
EVERYTHING = (
    *(f"line.door.{what}" for what in MEASURES["line"]),
    *(f"zone.square.{what}" for what in MEASURES["zone"]),
    "light.illuminance",
)
OF_SYSTEMS = tuple(f"{name}.{what}" for name in SYSTEMS for what in MEASURES[name])
SHARED = {"device", "origin", "availability_topic", "qos", "components"}
"""Of device discovery: mandatory `device` and `origin`, shared options, and the components."""

SENSOR = {
    *("platform", "unique_id", "name", "state_topic", "json_attributes_topic", "state_class"),
    *("expire_after", "device_class", "unit_of_measurement", "icon", "options", "entity_category"),
}
TEXT = {
    *("platform", "unique_id", "name", "command_topic", "pattern", "min", "max", "mode", "icon"),
}
UNITS = {
    "aqi": {None},
    "carbon_dioxide": {"ppm"},
    "duration": {"d", "h", "min", "s", "ms", "μs"},
    "enum": {None},
    "illuminance": {"lx"},
    "sound_pressure": {"dB", "dBA"},
}
"""Units that the sensor entity takes for a device class."""


@pytest.fixture
def site() -> SiteAuthorisation:
    view = View(
        width=640,
        height=480,
        lines=(Line("door", (100, 400), (100, 100)),),
        zones=(Zone("square", ((200, 100), (440, 100), (440, 400), (200, 400))),),
        ground=Ground.rectangle(
            ((0, 480), (640, 480), (640, 10), (0, 10)), width_cm=900, depth_cm=900
        ),
    )
    whole = draft("plaza", profile=Profile.HOME, view=view, window_s=900, valid_from_s=0)
    outputs = tuple(replace(whole.outputs[0], metric=metric) for metric in EVERYTHING)
    return replace(whole, outputs=outputs, notice_digest="")


def told(site: SiteAuthorisation, *, pause: bool = True) -> tuple[str, Mapping[str, Any]]:
    topic, payload = discovery(
        site, prefix="homeassistant", base=BASE, software="edgekit 1", pause=pause
    )
    return topic, json.loads(payload)


def test_it_is_a_device_with_all_that_is_mandatory(site: SiteAuthorisation) -> None:
    topic, config = told(site)

    assert re.fullmatch(r"homeassistant/device/[a-zA-Z0-9_-]+/config", topic)
    assert set(config) == SHARED
    assert config["device"]["identifiers"] == [node_id(BASE)]
    assert config["origin"]["name"]
    assert config["availability_topic"] == f"{BASE}/status"
    for key, one in config["components"].items():
        assert re.fullmatch("[a-zA-Z0-9_-]+", key)
        assert one["unique_id"]
        assert set(one) <= (TEXT if one["platform"] == "text" else SENSOR)


def test_no_two_are_one(site: SiteAuthorisation) -> None:
    components = told(site)[1]["components"]
    assert len(components) == len(EVERYTHING) + 2
    for key in ("unique_id", "name"):
        assert len({one[key] for one in components.values()}) == len(components)


def test_classes_units_and_states_agree(site: SiteAuthorisation) -> None:
    assert set(_CLASSES) == set(Unit)
    of_systems = [_sensor(Metric.parse(metric), 900, BASE) for metric in OF_SYSTEMS]
    for one in (*told(site)[1]["components"].values(), *of_systems):
        if one["platform"] != "sensor":
            continue
        if "device_class" in one:
            assert one.get("unit_of_measurement") in UNITS[one["device_class"]]
        numeric = one.get("device_class") != "enum"
        assert (one.get("state_class") == "measurement") == numeric
        assert ("options" in one) == (not numeric)
        assert one.get("device_class") in ("enum", "aqi") or one["unit_of_measurement"]


def test_each_number_is_looked_for_where_it_is_published(site: SiteAuthorisation) -> None:
    components = told(site)[1]["components"]
    for metric in EVERYTHING:
        window = replace(sample.WINDOW, metric=metric, unit=Metric.parse(metric).unit)
        made = publications(
            sign_release(window, sample.HEAD, sample.SIGNER), base=BASE, now_s=window.window_start_s
        )
        one = components[re.sub("[^a-zA-Z0-9_-]", "_", metric)]
        assert [one["json_attributes_topic"], one["state_topic"]] == [p.topic for p in made[1:]]
        assert one["expire_after"] == made[2].expires_s == stale_after_s(900)


def test_vehicles_stays_and_visits_are_called_so(site: SiteAuthorisation) -> None:
    components = told(site)[1]["components"]
    units = {key: one.get("unit_of_measurement") for key, one in components.items()}
    assert units["line_door_in"] == units["zone_square_people"] == "people"
    assert units["line_door_car_in"] == "vehicles"
    assert units["zone_square_dwell_under_30s"] == "stays"
    assert units["zone_square_heat_c1r1"] == "visits"
    assert units["light_illuminance"] == "lx"


def test_digits_are_asked_for_only_where_the_node_listens(site: SiteAuthorisation) -> None:
    pause = told(site)[1]["components"]["pause"]
    assert pause["command_topic"] == f"{BASE}/pause/set"
    assert re.fullmatch(pause["pattern"], "123456")
    assert not re.fullmatch(pause["pattern"], "12345a")
    assert "state_topic" not in pause  # digits are told to nobody
    assert "pause" not in told(site, pause=False)[1]["components"]
