"""One object of a signed document that is asked for its fields; an unasked one is refused."""

from enum import StrEnum
from typing import TypeGuard, TypeVar

from edgekit.errors import ConsentError

Choice = TypeVar("Choice", bound=StrEnum)

MAX_TEXT = 600


def require_text(what: str, text: str, longest: int = MAX_TEXT) -> None:
    """Raise ConsentError unless the text can stand on a sign.

    That is: not empty, not too long, no line breaks, no blanks at its ends and no invisible
    characters, which could make a text read otherwise than it is.
    """
    if not 0 < len(text) <= longest:
        raise ConsentError(f"{what} has {len(text)} characters: expected 1 to {longest}")
    if not text.isprintable() or text != text.strip():
        raise ConsentError(
            f"{what} holds invisible characters or blanks at its ends: {text!r}",
            hint="write it as one plain line",
        )


def require_digest(what: str, digest: str) -> None:
    """Raise ConsentError unless this is ``sha256:`` and 64 hexadecimal digits in lower case."""
    head, _, digits = digest.partition(":")
    if head != "sha256" or len(digits) != 64 or not set(digits) <= set("0123456789abcdef"):  # noqa: PLR2004 -- said in the docstring
        raise ConsentError(f"{what} {digest!r}: expected sha256: and 64 hexadecimal digits")


class Fields:
    """Fields of one JSON object; each question raises ConsentError where the answer is wrong."""

    def __init__(self, value: object, name: str) -> None:
        if not isinstance(value, dict):
            raise ConsentError(f"{name}: expected an object, got {_short(value)}")
        self._values: dict[str, object] = value
        self._name = name
        self._asked: set[str] = set()

    def has(self, key: str) -> bool:
        """Whether the field is there."""
        self._asked.add(key)
        return key in self._values

    def is_null(self, key: str) -> bool:
        """Whether the field is there and null."""
        return self._get(key) is None

    def text(self, key: str) -> str:
        """Return a text."""
        value = self._get(key)
        if not isinstance(value, str):
            raise self._wrong(key, "a text", value)
        return value

    def whole(self, key: str) -> int:
        """Return a whole number."""
        value = self._get(key)
        if not _is_whole(value):
            raise self._wrong(key, "a whole number", value)
        return value

    def flag(self, key: str) -> bool:
        """Return true or false."""
        value = self._get(key)
        if not isinstance(value, bool):
            raise self._wrong(key, "true or false", value)
        return value

    def mark(self, key: str) -> bool:
        """Return whether it is there; it says true or is absent, so that there is one spelling."""
        self._asked.add(key)
        if key not in self._values:
            return False
        if self._values[key] is not True:
            raise self._wrong(key, "true, or nothing at all", self._values[key])
        return True

    def choice(self, key: str, kind: type[Choice]) -> Choice:
        """Return one of the words of an enum."""
        value = self._get(key)
        words = [member.value for member in kind]
        if value not in words:
            raise self._wrong(key, " or ".join(words), value)
        return kind(value)

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts."""
        values = self._list(key)
        if not all(isinstance(value, str) for value in values):
            raise self._wrong(key, "a list of texts", values)
        return tuple(str(value) for value in values)

    def point(self, key: str) -> tuple[int, int]:
        """Return [x, y]."""
        return self._point(key, self._get(key))

    def points(self, key: str) -> tuple[tuple[int, int], ...]:
        """Return [[x, y], …]."""
        return tuple(self._point(key, value) for value in self._list(key))

    def inner(self, key: str) -> "Fields":
        """Return an object inside this one."""
        return Fields(self._get(key), self._path(key))

    def inners(self, key: str) -> tuple["Fields", ...]:
        """Return a list of objects."""
        values = enumerate(self._list(key), 1)
        return tuple(Fields(value, f"{self._path(key)} {number}") for number, value in values)

    def done(self) -> None:
        """Refuse every field that was not asked for: a device must not guess what it means."""
        for key in self._values:
            if key not in self._asked:
                raise ConsentError(f"{self._path(key)}: unknown field")

    def _get(self, key: str) -> object:
        self._asked.add(key)
        if key not in self._values:
            raise ConsentError(f"{self._path(key)} is missing")
        return self._values[key]

    def _list(self, key: str) -> list[object]:
        value = self._get(key)
        if not isinstance(value, list):
            raise self._wrong(key, "a list", value)
        return value

    def _point(self, key: str, value: object) -> tuple[int, int]:
        if isinstance(value, list) and len(value) == 2:  # noqa: PLR2004 -- a point is x and y
            x, y = value
            if _is_whole(x) and _is_whole(y):
                return x, y
        raise self._wrong(key, "a point [x, y] in whole pixels", value)

    def _path(self, key: str) -> str:
        return f"{self._name}.{key}"

    def _wrong(self, key: str, expected: str, value: object) -> ConsentError:
        return ConsentError(f"{self._path(key)}: expected {expected}, got {_short(value)}")


def _is_whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"  # noqa: PLR2004 -- what fits beside the rest of an error line
