"""What Home Assistant is told once, so that it shows a node's numbers by themselves: one message.

    topic, payload = discovery(site, prefix="homeassistant", base="edgekit/square", pause=True)

Each authorised number is a sensor. It is not available while the node is away, not known where a
window was suppressed or nothing was seen (the reason is among its attributes), and not available
any more where the next number is overdue. Nothing in the message was sensed.

Source: Home Assistant, MQTT integration, "Device discovery payload" (from 2024.12 on), "MQTT
sensor", "MQTT text"; its sensor entity, for device classes with their units and state classes.
"""

import json
import re
from collections.abc import Mapping

from edgekit.consent.metric import Metric
from edgekit.consent.presence import DIGITS
from edgekit.consent.site import SiteAuthorisation
from edgekit.outlets.topics import EVENT, PAUSE, STATUS, stale_after_s
from edgekit.records import EventName, Unit

Component = Mapping[str, object]

_CLASSES: Mapping[Unit, Mapping[str, str]] = {
    Unit.COUNT: {"icon": "mdi:counter"},
    Unit.PEOPLE: {"unit_of_measurement": "people", "icon": "mdi:account-group"},
    Unit.PEOPLE_PER_100_M2: {"unit_of_measurement": "people/100 m²", "icon": "mdi:account-group"},
    Unit.WAIT_S: {"device_class": "duration", "unit_of_measurement": "s"},
    Unit.ILLUMINANCE_LUX: {"device_class": "illuminance", "unit_of_measurement": "lx"},
    Unit.LEVEL_DB: {"device_class": "sound_pressure", "unit_of_measurement": "dBA"},
    Unit.VOLUME_ML: {"unit_of_measurement": "mL", "icon": "mdi:water"},
    Unit.LEAK_L_PER_H: {"unit_of_measurement": "L/h", "icon": "mdi:pipe-leak"},
    Unit.ET_UM: {"unit_of_measurement": "µm", "icon": "mdi:sprout"},
    Unit.WATER_UM: {"unit_of_measurement": "µm", "icon": "mdi:sprinkler"},
    Unit.US_AQI: {"device_class": "aqi"},
    Unit.CAQI: {"device_class": "aqi"},
    Unit.CO2_PPM: {"device_class": "carbon_dioxide", "unit_of_measurement": "ppm"},
    Unit.ENERGY_WH: {"unit_of_measurement": "Wh", "icon": "mdi:lightning-bolt"},
    Unit.OCCUPIED_MIN: {"device_class": "duration", "unit_of_measurement": "min"},
    Unit.NIGHT_S: {"device_class": "duration", "unit_of_measurement": "s"},
    Unit.PORTIONS: {"unit_of_measurement": "portions"},
    Unit.ALARMS: {"unit_of_measurement": "alarms", "icon": "mdi:alarm-light"},
    Unit.EVENTS: {"unit_of_measurement": "events"},
    Unit.SENSORS: {"unit_of_measurement": "sensors", "icon": "mdi:alert-circle-outline"},
}
"""Device class and unit. Of water and energy Home Assistant wants totals that count on; what a
window tells is the amount of that window, so that these have a unit alone."""

_COUNTED: Mapping[str, str] = {"dwell": "stays", "heat": "visits"}
"""What is counted where it is neither people nor vehicles."""


def discovery(
    site: SiteAuthorisation, *, prefix: str, base: str, software: str, pause: bool
) -> tuple[str, bytes]:
    """Return topic and payload; the payload is UTF-8 JSON, to be retained.

    Args:
        site: what may leave.
        prefix: of all discovery, as Home Assistant is set to.
        base: the topic that those of the node begin with; it also tells nodes apart.
        software: name and version.
        pause: whether the node listens to digits.
    """
    node = node_id(base)
    components: dict[str, Component] = {
        _slug(output.metric): _sensor(Metric.parse(output.metric), output.window_s, base)
        for output in site.outputs
    }
    components[EVENT] = _event(base)
    if pause:
        components["pause"] = _pause(base)
    told = {
        "device": {
            "identifiers": [node],
            "name": f"edgekit {site.site}",
            "manufacturer": "edgekit",
            "model": "a camera that can count but cannot tell",
            "sw_version": software,
        },
        "origin": {"name": "edgekit", "sw_version": software},
        "availability_topic": f"{base}/{STATUS}",
        "qos": 1,
        "components": {
            key: {"unique_id": f"{node}_{key}", **one} for key, one in components.items()
        },
    }
    payload = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return f"{prefix}/device/{node}/config", payload.encode()


def node_id(base: str) -> str:
    """Return what a node is called where only letters, digits, _ and - may stand."""
    return _slug(base)


def _slug(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]", "_", text)


def _sensor(metric: Metric, window_s: int, base: str) -> Component:
    units = dict(_CLASSES[metric.unit])
    if metric.unit is Unit.COUNT:
        people = "people" if metric.counted == "person" else "vehicles"
        units["unit_of_measurement"] = _COUNTED.get(metric.family, people)
    return {
        "platform": "sensor",
        "name": _name(metric),
        **_topics(metric.text, base),
        "state_class": "measurement",
        "expire_after": stale_after_s(window_s),
        **units,
    }


def _event(base: str) -> Component:
    return {
        "platform": "sensor",
        "name": "last event",
        **_topics(EVENT, base),
        "device_class": "enum",
        "options": [name.value for name in EventName],
        "entity_category": "diagnostic",
    }


def _pause(base: str) -> Component:
    """Return where digits are typed; they are not shown, as others could use them in their minute.

    Home Assistant is not told what came of it: a pause is in the records, with its window.
    """
    return {
        "platform": "text",
        "name": "pause the camera: digits of its page",
        "command_topic": f"{base}/{PAUSE}",
        "pattern": f"[0-9]{{{DIGITS}}}",
        "min": DIGITS,
        "max": DIGITS,
        "mode": "password",
        "icon": "mdi:pause-circle",
    }


def _topics(about: str, base: str) -> Mapping[str, str]:
    return {
        "state_topic": f"{base}/state/{about}",
        "json_attributes_topic": f"{base}/attributes/{about}",
    }


def _name(metric: Metric) -> str:
    words = metric.what.replace(".", " ").replace("_", " ")
    return f"{metric.shape or metric.kind} {words}"
