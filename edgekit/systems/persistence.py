"""A state as bytes and back: a system that was restarted goes on where it stood.

    data = to_json(state)
    state = from_json(State, data, settings=settings)

One mechanism for every system, by the types of the state's fields: integers, floats, strings,
booleans, None, enums, dataclasses, and tuples, frozen sets and mappings of these. It is the
canonical JSON of the records (no floats: they are strings that read back exactly). The file stays
inside: it may hold what a household used. A field named ``settings`` is left out: settings come
from configuration.
"""

import dataclasses
import enum
import math
import types
import typing
from collections.abc import Mapping
from typing import Any, TypeVar

from edgekit.errors import ConfigError, VerificationError
from edgekit.signing.canonical import MAX_BYTES, JsonValue, from_bytes, to_bytes

VERSION = 1
SETTINGS = "settings"

T = TypeVar("T")


def to_json(state: object) -> bytes:
    """Return a state as bytes.

    Raises:
        ConfigError: it holds something that can't be read back, or more than 1 MiB.
    """
    kind = type(state)
    try:
        data = to_bytes(
            {
                "edgekit_state": VERSION,
                "kind": _kind(kind),
                "state": _fields_of(state),
            }
        )
    except (VerificationError, TypeError, ValueError) as error:
        raise ConfigError(f"{kind.__name__} can't be kept: {error}") from error
    if len(data) > MAX_BYTES:
        raise ConfigError(f"{kind.__name__} of {len(data)} bytes: expected at most {MAX_BYTES}")
    return data


def from_json(kind: type[T], data: bytes, *, settings: object) -> T:
    """Read a state that `to_json` wrote, under the settings of today.

    Raises:
        ConfigError: it is damaged, of another version or of another system.
    """
    try:
        whole = from_bytes(data)
        if whole.get("edgekit_state") != VERSION or whole.get("kind") != _kind(kind):
            raise ConfigError(
                f"it is {whole.get('kind')!r:.60} of version {whole.get('edgekit_state')!r:.20}"
            )
        return typing.cast("T", _dataclass(kind, whole["state"], {SETTINGS: settings}))
    except (VerificationError, TypeError, ValueError, KeyError, OverflowError) as error:
        raise ConfigError(
            f"the state is not one of {_kind(kind)}, version {VERSION}: {error}",
            hint="remove it: the system starts anew and says so until it knows enough",
        ) from error


def _kind(kind: type) -> str:
    return f"{kind.__module__.rpartition('.')[2]}.{kind.__name__}"


def _hints(kind: Any) -> Mapping[str, Any]:  # noqa: ANN401 -- any dataclass
    hints = typing.get_type_hints(kind)
    names = [field.name for field in dataclasses.fields(kind)]
    return {name: hints[name] for name in names}


def _fields_of(value: Any) -> dict[str, JsonValue]:  # noqa: ANN401 -- any dataclass
    names = (name for name in _hints(type(value)) if name != SETTINGS)
    return {name: _packed(getattr(value, name)) for name in names}


def _packed(value: Any) -> JsonValue:  # noqa: ANN401, C901, PLR0911 -- a table: a return a type
    match value:
        case enum.Enum():
            return typing.cast("JsonValue", value.value)
        case None | bool() | int() | str():
            return value
        case float():
            if not math.isfinite(value):
                raise ValueError(f"{value}: expected a finite number")
            return repr(float(value))
        case tuple():
            return [_packed(item) for item in value]
        case frozenset():
            return [_packed(item) for item in sorted(value)]
        case Mapping():
            return [[_packed(key), _packed(item)] for key, item in value.items()]
    if dataclasses.is_dataclass(value):
        return _fields_of(value)
    raise TypeError(f"a {type(value).__name__}")


def _unpacked(hint: Any, value: JsonValue) -> Any:  # noqa: ANN401 -- as above, by hints
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        return _either(arguments, value)
    if origin is tuple:
        return _tuple(arguments, _list(value))
    if origin is frozenset:
        return frozenset(_unpacked(arguments[0], item) for item in _list(value))
    if origin is not None:
        pairs = (_list(pair) for pair in _list(value))
        return {_unpacked(arguments[0], key): _unpacked(arguments[1], item) for key, item in pairs}
    if dataclasses.is_dataclass(hint):
        return _dataclass(typing.cast("type", hint), value, {})
    return _plain(hint, value)


def _plain(hint: Any, value: JsonValue) -> Any:  # noqa: ANN401 -- any plain type
    if issubclass(hint, enum.Enum):
        return hint(value)
    if hint is float and type(value) is int:
        return float(value)  # a reading that came as a whole number is one of them, too
    wanted = str if hint is float else hint
    if type(value) is not wanted:
        raise TypeError(f"{value!r:.40}: expected {wanted.__name__}")
    if hint is float:
        number = float(str(value))
        if not math.isfinite(number):
            raise ValueError(f"{value!r:.40}: expected a finite number")
        return number
    return value


def _either(arguments: tuple[Any, ...], value: JsonValue) -> Any:  # noqa: ANN401 -- of any type
    rest = [argument for argument in arguments if argument is not types.NoneType]
    if value is None and len(rest) < len(arguments):
        return None
    if len(rest) != 1:
        raise TypeError("a field of more than one type: expected one, or one and None")
    return _unpacked(rest[0], value)


def _tuple(arguments: tuple[Any, ...], items: list[JsonValue]) -> tuple[Any, ...]:
    if arguments[-1:] == (Ellipsis,):
        return tuple(_unpacked(arguments[0], item) for item in items)
    return tuple(_unpacked(hint, item) for hint, item in zip(arguments, items, strict=True))


def _list(value: JsonValue) -> list[JsonValue]:
    if not isinstance(value, list):
        raise TypeError(f"{value!r:.40}: expected a list")
    return value


def _dataclass(kind: type, value: JsonValue, given: Mapping[str, object]) -> object:
    if not isinstance(value, dict):
        raise TypeError(f"{value!r:.40}: expected the fields of {kind.__name__}")
    hints = {name: hint for name, hint in _hints(kind).items() if name not in given}
    if value.keys() != hints.keys():
        odd = sorted(value.keys() ^ hints.keys())
        raise ValueError(f"{kind.__name__} with other fields: {', '.join(odd)}")
    fields = {name: _unpacked(hint, value[name]) for name, hint in hints.items()}
    return kind(**fields, **given)
