"""The public surface: short, sorted, complete, and nothing beside it."""

import ast
import types
from pathlib import Path

import pytest

import edgekit

MOST = 15

# Adding a name here is a promise; taking one away breaks it.
PUBLIC = (
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
)


def test_the_public_names_are_these_few_sorted() -> None:
    assert tuple(edgekit.__all__) == PUBLIC
    assert list(PUBLIC) == sorted(set(PUBLIC))
    assert len(PUBLIC) <= MOST


@pytest.mark.parametrize("name", PUBLIC)
def test_public_name_resolves_and_is_documented(name: str) -> None:
    assert getattr(edgekit, name).__doc__


def test_dir_shows_the_public_names() -> None:
    assert set(PUBLIC) <= set(dir(edgekit))


def test_nothing_else_of_ours_is_public() -> None:
    for name in PUBLIC:
        getattr(edgekit, name)

    ours = {
        name
        for name, thing in vars(edgekit).items()
        if not name.startswith("_")
        and not isinstance(thing, types.ModuleType)
        and getattr(thing, "__module__", "edgekit").startswith("edgekit")
    }
    assert ours <= set(PUBLIC)


def test_type_checkers_see_the_same_names() -> None:
    stub = ast.parse(Path(edgekit.__file__).with_suffix(".pyi").read_text(encoding="utf-8"))

    named = {
        alias.asname
        for node in stub.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert named == set(PUBLIC)


def test_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="recognise"):
        _ = edgekit.recognise


def test_star_import_gives_the_public_names() -> None:
    names: dict[str, object] = {}
    exec("from edgekit import *", names)

    assert set(PUBLIC) <= set(names)
