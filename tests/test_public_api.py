"""The public surface: short, sorted, complete, and nothing beside it."""

import subprocess
import sys

import pytest

import edgekit

MOST = 15


def test_public_names_are_few_and_sorted() -> None:
    assert len(edgekit.__all__) <= MOST
    assert list(edgekit.__all__) == sorted(set(edgekit.__all__))


@pytest.mark.parametrize("name", edgekit.__all__)
def test_public_name_resolves_and_is_documented(name: str) -> None:
    thing = getattr(edgekit, name)

    if not name.startswith("__"):
        assert thing.__doc__


def test_dir_shows_the_public_names() -> None:
    assert set(edgekit.__all__) <= set(dir(edgekit))


def test_nothing_else_is_public() -> None:
    program = (
        "import types, edgekit\n"
        "for name, thing in vars(edgekit).items():\n"
        "    if not name.startswith('_') and not isinstance(thing, types.ModuleType):\n"
        "        print(name)\n"
    )
    result = subprocess.run(
        [sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True
    )

    assert set(result.stdout.split()) <= set(edgekit.__all__)


def test_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="recognise"):
        _ = edgekit.recognise


def test_star_import_gives_the_public_names() -> None:
    names: dict[str, object] = {}
    exec("from edgekit import *", names)

    assert set(edgekit.__all__) <= set(names)
