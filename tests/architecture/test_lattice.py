"""Every type that an outlet can be handed, down to integers and words, and nobody in it."""

import dataclasses
import enum
import importlib
import inspect
import pkgutil
import typing
from collections.abc import Iterator

import pytest

import edgekit.outlets
from edgekit.records import Aggregate, Event, RecordHead, SignedRecord
from edgekit.seams.clerk import Outlet

PLAIN = (int, str, bytes, bool, type(None))
SIGNED_FROM = (Aggregate, Event, RecordHead)
"""What the bytes of a signed record are made of."""

NOBODY = frozenset(
    {
        *("person", "people_id", "track", "identity", "id", "face", "body", "embedding", "vector"),
        *("box", "x", "y", "xy", "point", "points", "place", "path", "position", "speed", "height"),
        *("gender", "sex", "age", "emotion", "mood", "score", "name_of", "plate", "mac", "address"),
        *("picture", "image", "pixels", "frame", "crop", "mask", "audio", "voice"),
    }
)
"""Words that would say something about one person where they stood in the name of a field."""


def types_of(kind: object) -> Iterator[type]:
    """Yield the classes that an annotation is made of."""
    arguments = typing.get_args(kind)
    if not arguments:
        yield kind if isinstance(kind, type) else type(kind)
    for argument in arguments:
        if argument is not Ellipsis:
            yield from types_of(argument)


def walk(kind: type, path: str = "") -> Iterator[tuple[str, type]]:
    """Yield every field below a type, with its path, down to what has no fields."""
    if not dataclasses.is_dataclass(kind):
        return
    hints = typing.get_type_hints(kind)
    for field in dataclasses.fields(kind):
        for each in types_of(hints[field.name]):
            where = f"{path or kind.__name__}.{field.name}"
            yield where, each
            yield from walk(each, where)


def faults(kind: type) -> list[str]:
    """Return what is wrong below a type: a field about somebody, or a type that is not plain."""
    return [
        f"{where}: {each.__name__}"
        for where, each in walk(kind)
        if {*where.rpartition(".")[2].split("_"), where.rpartition(".")[2]} & NOBODY
        or not (each in PLAIN or issubclass(each, enum.Enum) or dataclasses.is_dataclass(each))
    ]


def outlets() -> list[type]:
    found = []
    for module in pkgutil.iter_modules(edgekit.outlets.__path__):
        loaded = importlib.import_module(f"edgekit.outlets.{module.name}")
        found += [
            one
            for _, one in inspect.getmembers(loaded, inspect.isclass)
            if one.__module__ == loaded.__name__ and hasattr(one, "send")
        ]
    return found


@pytest.mark.parametrize("outlet", [Outlet, *outlets()], ids=lambda outlet: outlet.__name__)
def test_no_outlet_is_handed_anything_about_one_person(outlet: type) -> None:
    hints = typing.get_type_hints(outlet.send)  # type: ignore[attr-defined] -- that is what makes it an outlet
    handed = {key: hint for key, hint in hints.items() if key != "return"}
    assert list(handed.values()) == [SignedRecord]
    assert not faults(SignedRecord)


@pytest.mark.parametrize("kind", SIGNED_FROM, ids=lambda kind: kind.__name__)
def test_what_is_signed_is_made_of_nothing_about_one_person(kind: type) -> None:
    assert len(list(walk(kind))) >= len(dataclasses.fields(kind)) >= 5
    assert not faults(kind)


def test_there_are_outlets() -> None:
    assert outlets()


@dataclasses.dataclass
class _Walker:
    track_id: int
    weight: float


@dataclasses.dataclass
class _Crowd:
    walkers: tuple[_Walker, ...]
    box: tuple[int, int] | None


def test_planted_fields_are_found_however_deep() -> None:
    assert faults(_Crowd) == [
        "_Crowd.walkers.track_id: int",
        "_Crowd.walkers.weight: float",
        "_Crowd.box: int",
        "_Crowd.box: int",
        "_Crowd.box: NoneType",
    ]
