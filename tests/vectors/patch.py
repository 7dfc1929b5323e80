"""What is changed in a base document to make a vector of it."""

import copy
import json
from typing import Any


def changed(base: dict[str, Any], vector: dict[str, Any]) -> dict[str, Any]:
    """Return the document of a vector."""
    document = copy.deepcopy(base)
    for path, value in vector.get("set", {}).items():
        inner: Any = document
        *steps, last = path.split("/")
        for step in steps:
            inner = inner[int(step) if step.isdigit() else step]
        inner[last] = value
    for key in vector.get("without", []):
        del document[key]
    return document


def plain(document: dict[str, Any]) -> bytes:
    """Return the bytes of a document, as RFC 8785 has them for these."""
    return json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
