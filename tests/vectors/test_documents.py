"""One set of documents: our readers and the JSON Schemas judge each as it must be judged."""

import hashlib
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from vectors.patch import changed, plain

from edgekit.consent.enrolled import ConsentRecord
from edgekit.consent.lease import Lease
from edgekit.consent.objection import Objection
from edgekit.consent.payload import read_notice, read_payload
from edgekit.consent.receipt import Receipt
from edgekit.errors import EdgekitError
from edgekit.signing.record import read_payload as read_record

FOLDER = Path(__file__).parent
SCHEMAS = FOLDER.parents[1] / "docs" / "schemas"
SET = json.loads((FOLDER / "documents.json").read_text(encoding="utf-8"))
VECTORS = {f"{vector['base']}: {vector['name']}": vector for vector in SET["vectors"]}


def notice(data: bytes) -> object:
    return read_notice(data, digest=f"sha256:{hashlib.sha256(data).hexdigest()}")


READERS: dict[str, Callable[[bytes], object]] = {
    "authorisation": read_payload,
    "notice": notice,
    "consent": ConsentRecord.from_payload,
    "receipt": Receipt.from_payload,
    "lease": Lease.from_json,
    "objection": Objection.from_payload,
    "event": read_record,
    "aggregate": read_record,
}


def kind_of(vector: dict[str, Any]) -> str:
    return SET["kinds"].get(vector["base"], vector["base"])


def test_they_are_what_makes_them_says_and_enough() -> None:
    words = [sys.executable, FOLDER / "documents.py", "--check"]
    assert subprocess.run(words, check=False).returncode == 0
    assert len(VECTORS) == len(SET["vectors"])
    verdicts = Counter(vector["accept"] for vector in VECTORS.values())
    assert verdicts[True] >= 60
    assert verdicts[False] >= 150


def test_every_kind_has_both_and_a_schema_of_its_dialect() -> None:
    both = {(kind_of(vector), vector["accept"]) for vector in VECTORS.values()}
    assert both == {(kind, accept) for kind in READERS for accept in (True, False)}
    assert {path.stem for path in SCHEMAS.glob("*.json")} == READERS.keys()
    for path in SCHEMAS.glob("*.json"):
        Draft202012Validator.check_schema(json.loads(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", VECTORS)
def test_our_reader(name: str) -> None:
    vector = VECTORS[name]
    data = plain(changed(SET["bases"][vector["base"]], vector))
    if vector["accept"]:
        assert READERS[kind_of(vector)](data) is not None
        return
    with pytest.raises(EdgekitError) as error:
        READERS[kind_of(vector)](data)
    assert vector["why"] in str(error.value)


@pytest.mark.parametrize("kind", READERS)
def test_the_schema(kind: str) -> None:
    schema = json.loads((SCHEMAS / f"{kind}.json").read_text(encoding="utf-8"))
    validator = Draft202012Validator(schema)
    ours = {name: vector for name, vector in VECTORS.items() if kind_of(vector) == kind}
    found = {
        name: validator.is_valid(changed(SET["bases"][vector["base"]], vector))
        for name, vector in ours.items()
    }
    assert found == {name: vector["schema"] for name, vector in ours.items()}


@pytest.mark.parametrize("kind", READERS)
def test_odd_spellings_are_refused(kind: str) -> None:
    data = plain(SET["bases"][kind])
    first = data[1 : data.index(b",")]
    for odd in (
        b"",
        b"[]",
        b"null",
        data[:-1],
        data + b"x",
        b"{" + first + b"," + data[1:],
        data.replace(b":1,", b":1.0,", 1).replace(b":1}", b":1.0}", 1),
        b'{"a":' * 40 + b"1" + b"}" * 40,
        b'{"v":1e400}',
        b'{"v":' + b"9" * 400 + b"}",
        b"\xff" + data,
    ):
        with pytest.raises(EdgekitError):
            READERS[kind](odd)
