"""edgekit: a camera that can count but cannot tell.

    from edgekit import Line, count

    for step in count("plaza", lines=[Line("middle", (320, 460), (320, 100))]):
        print(step.people, step.in_count, step.out_count)

Used like this, in one process, nothing has passed the gate. A node (``edgekit run``) keeps pixels
behind a wall. Names are looked up when they are first used, so that importing edgekit loads neither
numpy nor OpenCV; what they are is in ``__init__.pyi``, for type checkers and editors.
"""

import importlib
from collections.abc import Mapping

__version__ = "0.1.0"

_HOMES: Mapping[str, str] = {
    "Detections": "frames",
    "EdgekitError": "errors",
    "Frame": "frames",
    "Line": "geometry",
    "LineCounter": "perception.line",
    "PolygonZone": "perception.zone",
    "Redactor": "redaction.redactor",
    "Scene": "perception.scene",
    "SignedRecord": "records",
    "Tracker": "perception.tracking",
    "Zone": "geometry",
    "count": "node.trying.counting",
    "open_source": "sensors.open",
    "redact": "node.redacting.files",
    "verify_lines": "ledger.lines",
}

__all__ = [
    "Detections",
    "EdgekitError",
    "Frame",
    "Line",
    "LineCounter",
    "PolygonZone",
    "Redactor",
    "Scene",
    "SignedRecord",
    "Tracker",
    "Zone",
    "count",
    "open_source",
    "redact",
    "verify_lines",
]


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"edgekit has no {name!r}")
    return getattr(importlib.import_module(f"edgekit.{home}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
