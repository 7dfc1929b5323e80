"""The shape of the source: short files, nouns for names, no place for a person in a record."""

import ast
import dataclasses
import enum
import types
import typing
from collections.abc import Mapping
from pathlib import Path

import pytest

from edgekit import provenance, records

ROOT = Path(__file__).parents[2]
MAX_LINES = 300
SHELVES = ("edgekit", "benchmarks", "firmware_bridge", "examples", "tests")
NOT_NOUNS = {"utils", "util", "helpers", "helper", "common", "base", "manager", "misc", "core"}
MAY_LEAVE = (
    records.Observation,
    records.Aggregate,
    records.Event,
    records.RecordHead,
    records.SignedRecord,
    provenance.Wall,
)
PER_PERSON = ("person", "track", "face", "identity", "embedding", "box", "xy", "gender", "age")


def test_no_file_is_longer_than_a_sitting() -> None:
    long = [
        f"{path.relative_to(ROOT)}: {count} lines"
        for shelf in SHELVES
        for path in sorted((ROOT / shelf).rglob("*.py"))
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > MAX_LINES
    ]

    assert not long


def test_every_file_is_named_by_a_noun_of_the_field(trees: Mapping[str, ast.Module]) -> None:
    names = {part for path in trees for part in Path(path).with_suffix("").parts}

    assert not names & NOT_NOUNS


def test_every_module_says_what_it_is(trees: Mapping[str, ast.Module]) -> None:
    mute = [path for path, tree in trees.items() if not ast.get_docstring(tree)]

    assert not mute


@pytest.mark.parametrize("kind", MAY_LEAVE)
def test_what_may_leave_is_frozen_and_plain(kind: type) -> None:
    hints = typing.get_type_hints(kind)
    assert dataclasses.is_dataclass(kind)
    assert kind.__dataclass_params__.frozen
    assert hasattr(kind, "__slots__")

    for field in dataclasses.fields(kind):
        hint = hints[field.name]
        kinds = typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
        for each in kinds:
            plain = each in {int, str, bytes, type(None), *MAY_LEAVE}
            plain = plain or issubclass(each, enum.Enum)
            assert plain, f"{kind.__name__}.{field.name} is {each}"


@pytest.mark.parametrize("kind", MAY_LEAVE)
def test_what_may_leave_has_no_field_about_one_person(kind: type) -> None:
    for field in dataclasses.fields(kind):
        words = field.name.split("_")
        assert not set(words) & set(PER_PERSON), f"{kind.__name__}.{field.name}"
