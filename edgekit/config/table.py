"""One TOML table that is asked for its keys; what nobody asked for is an error."""

import difflib
import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TypeGuard, TypeVar

from edgekit.errors import ConfigError
from edgekit.geometry import Point

Choice = TypeVar("Choice", bound=StrEnum)

MAX_COORDINATE = 65_535
_TIME = re.compile("([01][0-9]|2[0-3]):([0-5][0-9])")
_WORDS: Mapping[object, str] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number with a decimal point",
    str: "a text",
    list: "a list",
    dict: "a table",
}


class Table:
    """A table of the file, with the words to name it in errors.

    Every question names a key; a key without a default must be there. Raises ConfigError.
    """

    def __init__(self, values: Mapping[str, object], name: str = "") -> None:
        self._values = values
        self._name = name
        self._asked: list[str] = []

    def __contains__(self, key: str) -> bool:
        """Whether the key is there; asking is reading it."""
        self._asked.append(key)
        return key in self._values

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text that is not empty."""
        value = self._get(key, default)
        if not isinstance(value, str) or not value.strip():
            raise self._wrong(key, "a text that is not empty", value)
        return value

    def whole(self, key: str, low: int, high: int, default: int | None = None) -> int:
        """Return a whole number from ``low`` to ``high``."""
        value = self._get(key, default)
        if not _is_whole(value) or not low <= value <= high:
            raise self._wrong(key, f"a whole number from {low} to {high}", value)
        return value

    def whole_or_none(self, key: str, low: int, high: int) -> int | None:
        """Return a whole number from ``low`` to ``high``, or None where it is absent."""
        self._asked.append(key)
        return self.whole(key, low, high) if key in self._values else None

    def text_or_none(self, key: str) -> str | None:
        """Return a text that is not empty, or None where it is absent."""
        self._asked.append(key)
        return self.text(key) if key in self._values else None

    def number_or_none(self, key: str, low: float, high: float) -> float | None:
        """Return a number from ``low`` to ``high``, or None where it is absent."""
        self._asked.append(key)
        if key not in self._values:
            return None
        value = self._values[key]
        if not (_is_whole(value) or isinstance(value, float)) or not low <= value <= high:
            raise self._wrong(key, f"a number from {low:g} to {high:g}", value)
        return float(value)

    def number(self, key: str, low: float, high: float) -> float:
        """Return a number from ``low`` to ``high``, whole or not."""
        self._get(key, None)
        value = self.number_or_none(key, low, high)
        if value is None:
            raise TypeError(key)
        return value

    def time_of_day(self, key: str) -> int | None:
        """Return a time like "22:00" as minutes after midnight, or None where it is absent."""
        self._asked.append(key)
        if key not in self._values:
            return None
        value = self._values[key]
        found = _TIME.fullmatch(value) if isinstance(value, str) else None
        if found is None:
            raise self._wrong(key, 'a time of day in UTC like "22:00"', value)
        return 60 * int(found[1]) + int(found[2])

    def texts(self, key: str, default: tuple[str, ...], *, most: int) -> tuple[str, ...]:
        """Return ["…", "…"], up to so many texts that are not empty; ``default`` without it."""
        value = self._get(key, list(default))
        if (
            not isinstance(value, list)
            or len(value) > most
            or not all(isinstance(item, str) and item.strip() for item in value)
        ):
            raise self._wrong(key, f'a list ["…", …] of up to {most} texts', value)
        return tuple(value)

    def pairs(self, key: str) -> tuple[tuple[str, str], ...]:
        """Return [["one", "other"], …], pairs of texts."""
        value = self._get(key, None)
        if not isinstance(value, list):
            raise self._wrong(key, 'a list of pairs [["…", "…"], …]', value)
        return tuple(self._pair(key, item) for item in value)

    def number_pairs(self, key: str) -> tuple[tuple[float, float], ...]:
        """Return [[1.5, 2], …], pairs of numbers; none where it is absent."""
        value = self._get(key, [])
        if not isinstance(value, list) or not all(map(_is_number_pair, value)):
            raise self._wrong(key, "a list of pairs of numbers [[…, …], …]", value)
        return tuple((float(one), float(other)) for one, other in value)

    def flag(self, key: str, *, default: bool) -> bool:
        """Return true or false."""
        value = self._get(key, default)
        if not isinstance(value, bool):
            raise self._wrong(key, "true or false", value)
        return value

    def choice(self, key: str, kind: type[Choice], default: Choice) -> Choice:
        """Return one of the words of an enum."""
        value = self._get(key, default.value)
        words = [member.value for member in kind]
        if value not in words:
            wanted = " or ".join(f'"{word}"' for word in words)
            raise self._wrong(key, wanted, value, hint=_nearest_hint(value, words))
        return kind(value)

    def path(self, key: str, folder: Path, default: str | None = None) -> Path:
        """Return a path; a relative one starts at ``folder``."""
        value = self.text(key, default)
        if "\0" in value:
            raise self._wrong(key, "a path", value)
        return folder / value

    def path_or_none(self, key: str, folder: Path) -> Path | None:
        """Return a path, or None where it is absent."""
        self._asked.append(key)
        return self.path(key, folder) if key in self._values else None

    def point(self, key: str) -> Point:
        """Return [x, y] in whole pixels."""
        value = self._get(key, None)
        return self._point(key, value)

    def points(self, key: str, default: tuple[Point, ...] | None = None) -> tuple[Point, ...]:
        """Return [[x, y], …] in whole pixels; ``default`` where it is absent and there is one."""
        value = self._get(key, None if default is None else list(default))
        if not isinstance(value, list):
            raise self._wrong(key, "a list of points [[x, y], …]", value)
        return tuple(self._point(key, item) for item in value)

    def table(self, key: str) -> "Table":
        """Return a table inside this one; an absent one is empty."""
        value = self._get(key, {})
        if not isinstance(value, dict):
            raise self._wrong(key, f"a table [{self._path(key)}]", value)
        return Table(value, self._path(key))

    def table_or_none(self, key: str) -> "Table | None":
        """Return a table inside this one, or None where it is absent."""
        return self.table(key) if key in self._values else None

    def tables(self, key: str) -> tuple["Table", ...]:
        """Return the tables [[key]], in order; none where it is absent."""
        value = self._get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self._wrong(key, f"tables [[{self._path(key)}]]", value)
        return tuple(
            Table(item, f"{self._path(key)} {number}") for number, item in enumerate(value, 1)
        )

    def only(self, *keys: str) -> None:
        """Refuse every key but these, before any of them is read."""
        self._asked.extend(keys)
        self.done()
        self._asked.clear()

    def done(self) -> None:
        """Refuse every key that was not asked for."""
        for key in self._values:
            if key not in self._asked:
                where = f" in [{self._name}]" if self._name else ""
                raise ConfigError(
                    f"unknown key {key!r}{where}: expected one of {', '.join(self._asked)}",
                    hint=_nearest_hint(key, self._asked) or "remove it",
                )

    def _get(self, key: str, default: object) -> object:
        self._asked.append(key)
        value = self._values.get(key, default)
        if value is None:
            raise ConfigError(
                f"{self._path(key)} is missing", hint=self._misspelt(key) or f"add {key!r}"
            )
        return value

    def _misspelt(self, key: str) -> str | None:
        near = difflib.get_close_matches(key, [name for name in self._values if name != key], n=1)
        return f"{near[0]!r} looks like it: rename it to {key!r}" if near else None

    def _point(self, key: str, value: object) -> Point:
        if isinstance(value, list) and len(value) == 2:  # noqa: PLR2004 -- a point is x and y
            x, y = value
            if all(_is_whole(part) and abs(part) <= MAX_COORDINATE for part in (x, y)):
                return x, y
        raise self._wrong(key, "a point [x, y] in whole pixels", value)

    def _pair(self, key: str, value: object) -> tuple[str, str]:
        if isinstance(value, list) and len(value) == 2:  # noqa: PLR2004 -- a pair is two
            one, other = value
            if isinstance(one, str) and isinstance(other, str):
                return one, other
        raise self._wrong(key, 'a pair of texts ["…", "…"]', value)

    def _path(self, key: str) -> str:
        return f"{self._name}.{key}" if self._name else key

    def _wrong(
        self, key: str, expected: str, value: object, hint: str | None = None
    ) -> ConfigError:
        came = f"{_WORDS.get(type(value), 'something else')} ({_short(value)})"
        return ConfigError(f"{self._path(key)}: expected {expected}, got {came}", hint=hint)


def _is_whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number_pair(value: object) -> bool:
    pair = value if isinstance(value, list) else []
    return len(pair) == 2 and all(_is_whole(part) or isinstance(part, float) for part in pair)  # noqa: PLR2004 -- a pair is two


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"  # noqa: PLR2004 -- what fits beside the rest of an error line


def _nearest_hint(word: object, known: Sequence[str]) -> str | None:
    near = difflib.get_close_matches(str(word), known, n=1, cutoff=0.5)
    return f"did you mean {near[0]!r}?" if near else None
