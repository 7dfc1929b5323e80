"""A table of fields is read as it says, and its schema is that of what it reads."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pytest
from consent.refusal import refusal
from jsonschema import Draft202012Validator

from edgekit.consent.enrolment import same
from edgekit.consent.fields import Fields
from edgekit.consent.form import (
    Form,
    choice,
    choices,
    constant,
    document,
    flag,
    many,
    mark,
    one,
    or_null,
    point,
    points,
    read,
    require_many,
    schema_of,
    text,
    texts,
    time_s,
    whole,
)

MOST = 2**53 - 1
PLAIN = {"type": "string", "minLength": 1, "maxLength": 600, "pattern": r"^\S(.*\S)?$"}
POINT = {"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2}


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True)
class Pair:
    a: int
    b: bool


PAIR = {"a": whole(0, 9), "b": flag()}
PAIRED = {
    "type": "object",
    "properties": {
        "a": {"type": "integer", "minimum": 0, "maximum": 9},
        "b": {"type": "boolean"},
    },
    "required": ["a", "b"],
    "additionalProperties": False,
}


def is_read(form: Form, value: object) -> Any:  # noqa: ANN401 -- whatever the form reads
    return read(Fields({"x": value}, "it"), {"x": form})["x"]


FORMS: list[tuple[Callable[[], Form], dict[str, object], list[tuple[object, object]]]] = [
    (text, PLAIN, [("a b", "a b")]),
    (
        lambda: text(longest=5, pattern="^a*$"),
        {**PLAIN, "maxLength": 5, "pattern": "^a*$"},
        [("aaaaa", "aaaaa")],
    ),
    (lambda: whole(3), {"type": "integer", "minimum": 3, "maximum": MOST}, [(3, 3), (MOST, MOST)]),
    (lambda: whole(3, 5), {"type": "integer", "minimum": 3, "maximum": 5}, [(5, 5)]),
    (time_s, {"type": "integer", "minimum": 0, "maximum": 253_402_300_799}, [(0, 0)]),
    (flag, {"type": "boolean"}, [(True, True), (False, False)]),
    (mark, {"const": True}, [(True, True)]),
    (lambda: choice(Colour), {"enum": ["red", "blue"]}, [("blue", Colour.BLUE)]),
    (
        lambda: choices(Colour, 1, 2),
        {
            "type": "array",
            "items": {"enum": ["red", "blue"]},
            "minItems": 1,
            "maxItems": 2,
            "uniqueItems": True,
        },
        [(["blue", "red"], (Colour.BLUE, Colour.RED)), (["red"], (Colour.RED,))],
    ),
    (lambda: constant(5, "{got}"), {"type": "integer", "const": 5}, [(5, 5)]),
    (lambda: constant("v", "{got}"), {"type": "string", "const": "v"}, [("v", "v")]),
    (
        lambda: or_null(flag()),
        {"anyOf": [{"type": "boolean"}, {"type": "null"}]},
        [(None, None), (True, True)],
    ),
    (
        lambda: texts(text(), 0, None),
        {"type": "array", "items": PLAIN, "minItems": 0},
        [([], ()), (["a"], ("a",))],
    ),
    (
        lambda: texts(text(), 1, 2),
        {"type": "array", "items": PLAIN, "minItems": 1, "maxItems": 2},
        [(["a", "b"], ("a", "b"))],
    ),
    (point, POINT, [([1, -2], (1, -2))]),
    (
        lambda: points(3),
        {"type": "array", "items": POINT, "minItems": 3},
        [([[1, 2], [3, 4], [5, 6]], ((1, 2), (3, 4), (5, 6)))],
    ),
    (
        lambda: points(1, 4),
        {"type": "array", "items": POINT, "minItems": 1, "maxItems": 4},
        [([[1, 2]], ((1, 2),))],
    ),
    (lambda: one(PAIR, Pair), PAIRED, [({"a": 1, "b": True}, Pair(1, True))]),
    (
        lambda: many(PAIR, Pair, 0, 2),
        {"type": "array", "items": PAIRED, "minItems": 0, "maxItems": 2},
        [([], ()), ([{"a": 1, "b": True}, {"a": 2, "b": False}], (Pair(1, True), Pair(2, False)))],
    ),
]


@pytest.mark.parametrize(("make", "schema", "values"), FORMS, ids=range(len(FORMS)))
def test_a_form_reads_what_its_schema_allows(
    make: Callable[[], Form], schema: dict[str, object], values: list[tuple[object, object]]
) -> None:
    form = make()
    assert form.schema == schema
    assert form.optional is (schema == {"const": True})
    for value, answer in values:
        Draft202012Validator(schema).validate(value)
        assert is_read(form, value) == answer
        assert type(is_read(form, value)) is type(answer)


WRONG: list[tuple[Callable[[], Form], object, str, str | None]] = [
    (text, 5, "it.x: expected a text, got 5", None),
    (lambda: whole(3), "3", "it.x: expected a whole number, got '3'", None),
    (flag, 1, "it.x: expected true or false, got 1", None),
    (mark, False, "it.x: expected true, or nothing at all, got False", None),
    (lambda: choice(Colour), "green", "it.x: expected red or blue, got 'green'", None),
    (
        lambda: choices(Colour, 1, 2),
        ["green"],
        "x is ['green']: expected each once of red, blue",
        None,
    ),
    (
        lambda: choices(Colour, 1, 2),
        ["red", "red"],
        "x is ['red', 'red']: expected each once of red, blue",
        None,
    ),
    (lambda: choices(Colour, 1, 2), [], "0 x: expected 1 to 2", None),
    (lambda: choices(Colour, 1, 1), ["red", "blue"], "2 x: expected 1 to 1", None),
    (
        lambda: constant(5, "format {got}: expected 5", hint="use 5"),
        6,
        "format 6: expected 5",
        "use 5",
    ),
    (lambda: constant("v", "format {got}"), "w", "format w", None),
    (lambda: constant(5, "format {got}"), "5", "it.x: expected a whole number, got '5'", None),
    (lambda: constant("v", "format {got}"), 5, "it.x: expected a text, got 5", None),
    (lambda: or_null(flag()), "no", "it.x: expected true or false, got 'no'", None),
    (lambda: texts(text(), 0, None), [1], "it.x: expected a list of texts, got [1]", None),
    (point, [1], "it.x: expected a point [x, y] in whole pixels, got [1]", None),
    (lambda: points(1), [1], "it.x: expected a point [x, y] in whole pixels, got 1", None),
    (lambda: one(PAIR, Pair), {"a": 1, "b": True, "c": 1}, "it.x.c: unknown field", None),
    (lambda: one(PAIR, Pair), {"a": 1}, "it.x.b is missing", None),
    (
        lambda: many(PAIR, Pair, 0, 2),
        [{"a": 1, "b": True}, {"b": True}],
        "it.x 2.a is missing",
        None,
    ),
]


@pytest.mark.parametrize(("make", "value", "said", "hint"), WRONG, ids=range(len(WRONG)))
def test_what_a_form_does_not_read_is_named(
    make: Callable[[], Form], value: object, said: str, hint: str | None
) -> None:
    assert refusal(is_read, make(), value) == (said, hint)


def test_a_long_list_is_cut_where_it_is_told() -> None:
    said, _ = refusal(is_read, choices(Colour, 1, 2), ["y" * 200])
    assert said == f"x is {repr(['y' * 200])[:80]}: expected each once of red, blue"


def test_a_field_of_one_value_says_which() -> None:
    form = same("place", "here")
    assert form.schema == {"type": "string", "const": "here"}
    assert is_read(form, "here") == "here"
    assert refusal(is_read, form, "there") == ("place there: expected here", None)


def test_a_table_reads_each_field_once_and_no_other() -> None:
    table = {"a": whole(0), "b": mark()}
    assert read(Fields({"a": 1}, "it"), table) == {"a": 1, "b": False}
    assert refusal(read, Fields({"b": True}, "it"), table) == ("it.a is missing", None)
    assert refusal(read, Fields({"a": 1, "c": 2}, "it"), table) == ("it.c: unknown field", None)
    assert schema_of(table) == {
        "type": "object",
        "properties": {
            "a": {"type": "integer", "minimum": 0, "maximum": MOST},
            "b": {"const": True},
        },
        "required": ["a"],
        "additionalProperties": False,
    }


def test_a_document_says_its_dialect_its_name_and_what_it_is() -> None:
    assert document("Lease", "A permission.", {"type": "object"}) == {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Lease",
        "description": "A permission.",
        "type": "object",
    }


def test_so_many_and_no_more() -> None:
    for number in (1, 3):
        require_many("doors", number, 1, 3)
    for number in (0, 4):
        assert refusal(require_many, "doors", number, 1, 3) == (
            f"{number} doors: expected 1 to 3",
            None,
        )
