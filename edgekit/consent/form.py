"""The fields of a document as a table: the reader asks by it, and its JSON Schema is made of it.

    CONTROLLER: Table = {"name": text(), "contact": text(), "dpo": or_null(text())}
    Controller(**read(fields, CONTROLLER))
    schema_of(CONTROLLER)

What a schema cannot say (two fields that must agree, a purpose that edgekit refuses) the object
that is built of the fields checks itself.

Source: JSON Schema, draft 2020-12.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from edgekit.consent.fields import MAX_TEXT, Fields
from edgekit.errors import ConsentError
from edgekit.signing.canonical import MAX_INTEGER, JsonValue

DIALECT = "https://json-schema.org/draft/2020-12/schema"
MAX_TIME_S = 253_402_300_799
"""The end of the year 9999, beyond which no calendar goes."""

PLAIN = r"^\S(.*\S)?$"
NAME = r"^[a-z][a-z0-9_-]{0,23}$"
DIGEST = r"^sha256:[0-9a-f]{64}$"

Schema = Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True)
class Form:
    """What one field may be: how it is read (ConsentError), and how a JSON Schema says it.

    ``optional``: whether it may be absent.
    """

    read: Callable[[Fields, str], Any]
    schema: Schema
    optional: bool = False


Table = Mapping[str, Form]


def read(fields: Fields, table: Table) -> dict[str, Any]:
    """Return the values of all fields of a table; ConsentError for one too many, missing or odd."""
    values = {key: form.read(fields, key) for key, form in table.items()}
    fields.done()
    return values


def schema_of(table: Table) -> dict[str, JsonValue]:
    """Return the schema of an object with these fields and no others."""
    return {
        "type": "object",
        "properties": {key: dict(form.schema) for key, form in table.items()},
        "required": [key for key, form in table.items() if not form.optional],
        "additionalProperties": False,
    }


def document(title: str, what: str, schema: Schema) -> dict[str, JsonValue]:
    """Return the schema of a whole document."""
    return {"$schema": DIALECT, "title": title, "description": what, **schema}


def text(*, longest: int = MAX_TEXT, pattern: str = PLAIN) -> Form:
    """Say that a field is one plain line of text, in the form of a pattern."""
    schema: Schema = {"type": "string", "minLength": 1, "maxLength": longest, "pattern": pattern}
    return Form(Fields.text, schema)


def whole(low: int, high: int = MAX_INTEGER) -> Form:
    """Say that a field is an integer in this range."""
    return Form(Fields.whole, {"type": "integer", "minimum": low, "maximum": high})


def time_s() -> Form:
    """Say that a field is a time in Unix seconds."""
    return whole(0, MAX_TIME_S)


def flag() -> Form:
    """Say that a field is true or false."""
    return Form(Fields.flag, {"type": "boolean"})


def mark() -> Form:
    """Say that a field is true, or absent: one spelling of each."""
    return Form(Fields.mark, {"const": True}, optional=True)


def or_absent(form: Form) -> Form:
    """Say that a list may also be absent; an empty one is not written."""

    def ask(fields: Fields, key: str) -> Any:  # noqa: ANN401 -- whatever the form reads
        return form.read(fields, key) if fields.has(key) else ()

    return Form(ask, form.schema, optional=True)


def choice(kind: type[StrEnum]) -> Form:
    """Say that a field is one of the words of an enum."""
    words: list[JsonValue] = [member.value for member in kind]
    return Form(lambda fields, key: fields.choice(key, kind), {"enum": words})


def choices(kind: type[StrEnum], low: int, high: int) -> Form:
    """Say that a field is a list of different words of an enum."""
    words: list[JsonValue] = [member.value for member in kind]

    def ask(fields: Fields, key: str) -> tuple[StrEnum, ...]:
        found = fields.texts(key)
        if len(set(found)) < len(found) or not set(found) <= set(words):
            listed = ", ".join(map(str, words))
            raise ConsentError(f"{key} is {list(found)!r:.80}: expected each once of {listed}")
        require_many(key, len(found), low, high)
        return tuple(map(kind, found))

    items: dict[str, JsonValue] = {"enum": words}
    return Form(ask, {**_list_of(items, low, high), "uniqueItems": True})


def constant(value: int | str, complaint: str, hint: str | None = None) -> Form:
    """Say that a field has this value; ``complaint`` tells of another, in its ``{got}``."""

    def ask(fields: Fields, key: str) -> int | str:
        got = fields.whole(key) if isinstance(value, int) else fields.text(key)
        if got != value:
            raise ConsentError(complaint.format(got=got), hint=hint)
        return got

    kind = "integer" if isinstance(value, int) else "string"
    return Form(ask, {"type": kind, "const": value})


def or_null(form: Form) -> Form:
    """Say that a field may also be null."""

    def ask(fields: Fields, key: str) -> Any:  # noqa: ANN401 -- whatever the form reads
        return None if fields.is_null(key) else form.read(fields, key)

    return Form(ask, {"anyOf": [dict(form.schema), {"type": "null"}]})


def texts(item: Form, low: int, high: int | None) -> Form:
    """Say that a field is a list of texts."""
    return Form(Fields.texts, _list_of(item.schema, low, high))


def point() -> Form:
    """Say that a field is [x, y], in whole pixels or centimetres."""
    return Form(Fields.point, _POINT)


def points(low: int, high: int | None = None) -> Form:
    """Say that a field is a list of points."""
    return Form(Fields.points, _list_of(_POINT, low, high))


def one(table: Table, make: Callable[..., Any]) -> Form:
    """Say that a field is an object, of whose fields ``make`` makes a value."""
    return Form(lambda fields, key: make(**read(fields.inner(key), table)), schema_of(table))


def many(table: Table, make: Callable[..., Any], low: int, high: int) -> Form:
    """Say that a field is a list of objects, of each of which ``make`` makes a value."""

    def ask(fields: Fields, key: str) -> tuple[Any, ...]:
        return tuple(make(**read(inner, table)) for inner in fields.inners(key))

    return Form(ask, _list_of(schema_of(table), low, high))


def require_many(what: str, number: int, low: int, high: int) -> None:
    """Raise ConsentError unless there are so many."""
    if not low <= number <= high:
        raise ConsentError(f"{number} {what}: expected {low} to {high}")


def _list_of(item: Schema, low: int, high: int | None) -> dict[str, JsonValue]:
    schema: dict[str, JsonValue] = {"type": "array", "items": dict(item), "minItems": low}
    return schema if high is None else schema | {"maxItems": high}


_POINT: Schema = {
    "type": "array",
    "items": {"type": "integer"},
    "minItems": 2,
    "maxItems": 2,
}
