"""``[systems.NAME]``: the city's systems that the node runs on boards of its own.

[systems.water]
port = "serial:by-id/usb-Arduino_Uno-if00"
ml_per_unit = 1000            # and every other setting of `edgekit systems explain water`

Settings are those of the system's own dataclass, whose parts are tables: [systems.water_leak.home].
Beside its board a system may have

[systems.building]
door = true
tokens = "tokens"             # a folder: who consented that his token opens the door
reader = "serial:by-id/…"     # what reads tokens, one a line
reader_baud = 9600

[systems.irrigation]
station = "weather"           # a folder, into which a weather station's CSV or JSON is dropped
"""

import dataclasses
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from importlib import import_module
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from edgekit.config.screening import Box, read_boxes
from edgekit.config.table import Table
from edgekit.consent.decided import DECIDING
from edgekit.consent.terms import SENSED_BY
from edgekit.errors import ConfigError
from edgekit.systems.telling import TELLERS

RUN = (*TELLERS, *DECIDING)
"""The systems that a node runs: by its steward, or by its eye."""

MOST = 2**53
MOST_BAUD = 4_000_000
READER_BAUD = 9_600
MOST_PER_PULSE = 1e6


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """One system.

    Attributes:
        name: of its module.
        port: of its board, as `edgekit bridge list` says it.
        per_pulse: what a pulse of its meter is worth, in litres.
        settings: of its module's own dataclass.
        boxes: where an eye looks for it, in pixels of its picture.
        tokens: folder of the consents to its door.
        reader: port of what reads tokens beside its door.
        reader_baud: the reader's speed.
        station: folder of a weather station's readings.
    """

    name: str
    port: str
    per_pulse: float
    settings: Any
    boxes: Mapping[str, Box] = field(default_factory=dict)
    tokens: Path | None = None
    reader: str | None = None
    reader_baud: int = READER_BAUD
    station: Path | None = None

    @property
    def ports(self) -> tuple[str, ...]:
        """All the serial ports that it opens."""
        return (self.port,) if self.reader is None else (self.port, self.reader)

    @property
    def folders(self) -> tuple[Path, ...]:
        """What it reads of the disk."""
        return tuple(one for one in (self.tokens, self.station) if one is not None)

    @property
    def sensor(self) -> str:
        """By what it senses, as the sign says it."""
        return SENSED_BY[self.name]


def read_systems(table: Table | None, folder: Path) -> tuple[System, ...]:
    """Read ``[systems]``, in the order of the names; none where it is absent.

    Paths begin at ``folder``.

    Raises ConfigError: there is no such system or setting, or a value that cannot be.
    """
    if table is None:
        return ()
    table.only(*RUN)
    return tuple(_system(name, table.table(name), folder) for name in sorted(RUN) if name in table)


def _system(name: str, table: Table, folder: Path) -> System:
    usual = import_module(f"edgekit.systems.{name}").Settings()
    port = _port(f"systems.{name}.port", table.text("port"))
    per_pulse = table.number_or_none("per_pulse", 0, MOST_PER_PULSE)
    system = System(
        name=name,
        port=port,
        per_pulse=1.0 if per_pulse is None else per_pulse,
        settings=_settings(f"systems.{name}", usual, table),
        boxes=read_boxes(name, table),
        **_beside(name, table, folder),
    )
    table.done()
    if (system.reader or system.tokens) and not system.settings.door:
        raise ConfigError(
            f"systems.{name}: tokens without a door", hint="add door = true, or remove them"
        )
    return system


def _beside(name: str, table: Table, folder: Path) -> dict[str, Any]:
    """Read what a system hears of beside its board."""
    if name == "irrigation":
        return {"station": table.path_or_none("station", folder)}
    if name != "building":
        return {}
    reader = table.text_or_none("reader")
    return {
        "tokens": table.path_or_none("tokens", folder),
        "reader": None if reader is None else _port(f"systems.{name}.reader", reader),
        "reader_baud": table.whole("reader_baud", 300, MOST_BAUD, READER_BAUD),
    }


def _port(key: str, port: str) -> str:
    if port.startswith("socket://"):
        raise ConfigError(
            f"{key} {port!r}: expected a port of this machine",
            hint="the process that reads it has no network: edgekit bridge list shows the ports",
        )
    return port


def _settings(name: str, usual: Any, table: Table) -> Any:  # noqa: ANN401 -- of any system
    hints = typing.get_type_hints(type(usual))
    changes: dict[str, Any] = {}
    for one in dataclasses.fields(usual):
        key, now = one.name, getattr(usual, one.name)
        if dataclasses.is_dataclass(now):
            inner = table.table(key)
            changes[key] = _settings(f"{name}.{key}", now, inner)
            inner.done()
        elif (read := _reader(hints[key])) is not None and key in table:
            changes[key] = read(table, key)
    try:
        return replace(usual, **changes)
    except ConfigError as error:
        raise ConfigError(f"{name}: {error}", hint=error.hint) from error


def _reader(hint: Any) -> Callable[[Table, str], Any] | None:  # noqa: ANN401 -- any plain type
    """Return how a setting of this type is read; None where one word cannot say it."""
    if isinstance(hint, types.UnionType):
        kinds = [kind for kind in typing.get_args(hint) if kind is not type(None)]
        hint = kinds[0] if len(kinds) == 1 else None
    if isinstance(hint, type) and issubclass(hint, tzinfo):
        return _zone
    return _READERS.get(hint)


def _zone(table: Table, key: str) -> tzinfo:
    name = table.text(key)
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError) as error:
        raise ConfigError(
            f"{key} {name!r}: there is no such time zone on this computer",
            hint='such as "Europe/Berlin"',
        ) from error


_READERS: Mapping[Any, Callable[[Table, str], Any]] = {
    bool: lambda table, key: table.flag(key, default=False),
    int: lambda table, key: table.whole(key, -MOST, MOST),
    float: lambda table, key: table.number(key, -MOST, MOST),
    str: lambda table, key: table.text(key),
}
