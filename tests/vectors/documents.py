"""Makes the vectors of the documents and their JSON Schemas, all from the code's own tables.

    python tests/vectors/documents.py            writes documents.json and docs/schemas/*.json
    python tests/vectors/documents.py --check    ends with 1 where it would write others

A vector is a base document and what is changed in it: ``set`` by path, ``without`` a field. In an
authorisation the notice's digest is made to fit, so that it is refused for the named reason.
"""

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from documents_bad import BAD
from documents_good import ACCEPTED, BASES, KINDS
from patch import changed, plain

from edgekit.consent.schemas import texts
from edgekit.consent.site import NOT_ON_THE_SIGN

FOLDER = Path(__file__).parent
SCHEMAS = FOLDER.parents[1] / "docs" / "schemas"


def fitted(base: dict[str, Any], vector: dict[str, Any]) -> dict[str, Any]:
    """Return the vector with a notice's digest that fits, where it does not set one itself."""
    if "notice_digest" not in base or "notice_digest" in {
        *vector.get("set", ()),
        *vector.get("without", ()),
    }:
        return vector
    document = changed(base, vector)
    told = {key: value for key, value in document.items() if key not in NOT_ON_THE_SIGN}
    digest = f"sha256:{hashlib.sha256(plain(told | {'notice': 1})).hexdigest()}"
    if digest == base["notice_digest"]:
        return vector
    return vector | {"set": {**vector.get("set", {}), "notice_digest": digest}}


_OTHERWISE = {
    ("event", "type"): "record type",
    ("aggregate", "type"): "record type",
    ("aggregate", "count"): "one unit",
}


def vectors() -> Iterator[dict[str, Any]]:
    """Yield them: accepted, altered, and each field of each document left out."""
    for base, changes in ACCEPTED.items():
        for name, change in changes.items():
            yield {"base": base, "name": name, "accept": True, "schema": True, "set": change}
    for bad in BAD:
        yield {
            "base": bad.kind,
            "name": bad.name,
            "accept": False,
            "schema": not bad.schema,
            "why": bad.why,
            "set": bad.change,
        }
    for base, document in BASES.items():
        if base in KINDS:
            continue
        for key in document:
            why = "unknown fields" if base in ("event", "aggregate") else f"{key} is missing"
            why = _OTHERWISE.get((base, key), why)
            yield {
                "base": base,
                "name": f"without {key}",
                "accept": False,
                "schema": False,
                "why": why,
                "without": [key],
            }
        unknown = {"set": {"surprise": 1}, "why": "unknown field"}
        yield {"base": base, "name": "a surprise", "accept": False, "schema": False, **unknown}


def files() -> dict[Path, str]:
    """Return what is written, by path."""
    lines = ",\n".join(
        json.dumps(fitted(BASES[vector["base"]], vector), ensure_ascii=False)
        for vector in vectors()
    )
    head = json.dumps({"kinds": KINDS, "bases": BASES}, ensure_ascii=False)[:-1]
    made = {SCHEMAS / name: text for name, text in texts().items()}
    return {FOLDER / "documents.json": f'{head},\n"vectors": [\n{lines}\n]}}\n', **made}


def main() -> int:
    made = files()
    if "--check" in sys.argv:
        return int(
            any(
                not path.exists() or path.read_text(encoding="utf-8") != text
                for path, text in made.items()
            )
        )
    SCHEMAS.mkdir(parents=True, exist_ok=True)
    for path, text in made.items():
        path.write_text(text, encoding="utf-8")
        print(path.name, len(text))
    return 0


if __name__ == "__main__":
    sys.exit(main())
