"""Files of readings for ``edgekit systems run``: one CSV form a system, replayed in order.

A system's file in ``edgekit/cli/city`` holds an `Adapter`: its columns, how a row becomes a
reading, and which curves a picture shows.
"""

import enum
import typing
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import tzinfo
from typing import Any

from edgekit.cli.moment import zone_of
from edgekit.errors import ConfigError
from edgekit.evaluation.sheet import Row, read_sheet
from edgekit.evaluation.timestamp import to_ms
from edgekit.systems.card import Card
from edgekit.systems.decision import Decision

TIME = "time"
MOST_SPAN_MS = 10 * 366 * 86_400_000
_TRUE, _FALSE = frozenset({"1", "true", "yes", "on"}), frozenset({"0", "false", "no", "off"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a system's CSV; a row may leave it empty where a reading is missing."""

    name: str
    words: str
    required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """One line of a picture: ``value`` of the state after a reading, and the reading.

    Curves of one ``panel`` share their axes, whose label it is.
    """

    name: str
    panel: str
    value: Callable[[Any, Any], float | None]
    steps: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapter:
    """One system on the command line."""

    card: Card
    begin: Callable[[Any], Any]
    step: Callable[[Any, Any], tuple[Any, Sequence[Decision]]]
    columns: tuple[Column, ...]
    read: Callable[["Cells"], Iterable[Any]]
    curves: tuple[Curve, ...]
    example: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """One row of the file, and the zone of its times."""

    row: Row
    zone: tzinfo

    @property
    def t_ms(self) -> int:
        """The time of the row; ConfigError where it is none."""
        text = self.row.get(TIME)
        if not text:
            raise self.row.wrong("the time is missing")
        return to_ms(text, zone=self.zone)

    def text(self, column: str) -> str:
        """Return a cell as it is, or an empty text."""
        return self.row.get(column)

    def number(self, column: str) -> float | None:
        """Return a number, None where the cell is empty; NaN passes, for it is a fault to name."""
        text = self.row.get(column)
        if not text:
            return None
        try:
            return float(text.replace(",", ".", 1))
        except ValueError:
            raise self.row.wrong(f"{column} {text!r:.40}: expected a number") from None

    def whole(self, column: str) -> int | None:
        """Return a whole number, None where the cell is empty."""
        number = self.number(column)
        if number is None:
            return None
        if not number.is_integer():  # nor are NaN and infinity
            raise self.row.wrong(f"{column} {number:g}: expected a whole number")
        return int(number)

    def span_ms(self, column: str, unit_ms: int, *, usual: float = 0.0) -> int:
        """Return so many hours or minutes in ms; where the cell is empty, the usual number."""
        number = self.number(column)
        span_ms = (usual if number is None else number) * unit_ms
        if not abs(span_ms) <= MOST_SPAN_MS:  # nor is NaN
            raise self.row.wrong(f"{column} {number:g}: expected a span of ten years at most")
        return round(span_ms)

    def flag(self, column: str) -> bool | None:
        """Return 0 or 1 as a truth, None where the cell is empty."""
        text = self.row.get(column).lower()
        if text and text not in _TRUE | _FALSE:
            raise self.row.wrong(f"{column} {text!r:.40}: expected 0 or 1")
        return text in _TRUE if text else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What came of a replay; ``curves`` holds (times in ms, values) by the curve's name."""

    state: Any
    readings: int
    decisions: tuple[Decision, ...]
    curves: dict[str, tuple[list[int], list[float]]] = field(default_factory=dict)


def play(
    adapter: Adapter, data: bytes, settings: object, state: object | None, timezone: str | None
) -> Played:
    """Replay a file through a system.

    Raises:
        ConfigError: the file is not of the system's form.
    """
    zone = zone_of(timezone)
    current: Any = adapter.begin(settings) if state is None else state
    decisions: list[Decision] = []
    curves: dict[str, tuple[list[int], list[float]]] = {
        curve.name: ([], []) for curve in adapter.curves
    }
    count = 0
    for row in _rows(adapter, data):
        for reading in _readings(adapter, Cells(row=row, zone=zone)):
            with _of_row(row):
                current, more = adapter.step(current, reading)
            decisions += more
            count += 1
            for curve in adapter.curves:
                value = curve.value(current, reading)
                if value is not None:
                    curves[curve.name][0].append(reading.t_ms)
                    curves[curve.name][1].append(value)
    return Played(state=current, readings=count, decisions=tuple(decisions), curves=curves)


def _readings(adapter: Adapter, cells: Cells) -> Sequence[Any]:
    with _of_row(cells.row):
        return list(adapter.read(cells))


@contextmanager
def _of_row(row: Row) -> Iterator[None]:
    """Name the line of whatever a row cannot be, once."""
    try:
        yield
    except ConfigError as error:
        if str(error).startswith(f"line {row.line}: "):
            raise
        raise row.wrong(str(error), hint=error.hint) from error


def _rows(adapter: Adapter, data: bytes) -> Sequence[Row]:
    found, rows = read_sheet(data, [column.name for column in adapter.columns])
    missing = [c.name for c in adapter.columns if c.required and c.name not in found]
    if missing or not rows:
        what = f"no column {', '.join(missing)}" if missing else "no rows"
        raise ConfigError(
            f"the file has {what}", hint=f"edgekit systems explain {adapter.card.name}"
        )
    return rows


def settings_of(adapter: Adapter, changes: Sequence[str], timezone: str | None) -> Any:  # noqa: ANN401 -- of any system
    """Return the system's settings with changes such as ``("litres_per_pulse=10",)``.

    Raises:
        ConfigError: there is no such setting, or the value can't be.
    """
    settings = adapter.card.settings()
    known = dict(named(settings))
    for name, (hint, _) in known.items():
        if timezone is not None and hint is tzinfo:
            settings = _changed(settings, name, zone_of(timezone))
    for change in changes:
        name, equals, text = change.partition("=")
        if not equals or name not in known:
            may = ", ".join(n for n, (hint, _) in known.items() if settable(hint))
            raise ConfigError(f"--set {change}: expected NAME=VALUE", hint=f"there are {may}")
        settings = _changed(settings, name, _value(known[name][0], name, text))
    return settings


def named(settings: Any, prefix: str = "") -> Iterator[tuple[str, tuple[Any, object]]]:  # noqa: ANN401 -- of any system
    """Yield settings by name, with type and value; those of a part as ``part.name``."""
    hints = typing.get_type_hints(type(settings))
    for one in fields(settings):
        value = getattr(settings, one.name)
        if is_dataclass(value):
            yield from named(value, f"{prefix}{one.name}.")
        else:
            yield f"{prefix}{one.name}", (hints[one.name], value)


def _changed(settings: Any, name: str, value: object) -> Any:  # noqa: ANN401 -- of any system
    part, dot, rest = name.partition(".")
    return replace(
        settings, **{part: _changed(getattr(settings, part), rest, value) if dot else value}
    )


def settable(hint: object) -> bool:
    """Whether a setting can be given as one word."""
    kinds = [kind for kind in typing.get_args(hint) if kind is not type(None)] or [hint]
    return all(isinstance(k, type) and not is_dataclass(k) and k is not tuple for k in kinds)


def _value(hint: Any, name: str, text: str) -> object:  # noqa: ANN401 -- any plain type
    kinds = [kind for kind in typing.get_args(hint) if kind is not type(None)] or [hint]
    if not settable(hint):
        raise ConfigError(f"--set {name}: it is more than one word", hint="set it in Python")
    kind = kinds[0]
    try:
        if kind is bool:
            return {**dict.fromkeys(_TRUE, True), **dict.fromkeys(_FALSE, False)}[text.lower()]
        if issubclass(kind, tzinfo):
            return zone_of(text)
        return kind(text)
    except (ValueError, KeyError) as error:
        words = "|".join(kind) if issubclass(kind, enum.Enum) else kind.__name__
        raise ConfigError(f"--set {name}={text}: expected {words}") from error
