"""What every system on a board has in common."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from edgekit.bridge.board import Bridge
from edgekit.bridge.carrier import Wire
from edgekit.errors import ConfigError
from edgekit.wire.channels import ChannelKind


@dataclass(slots=True)
class Every:
    """Says when something is due again, by a clock that may jump."""

    ms: int
    last_ms: int | None = None

    def due(self, t_ms: int) -> bool:
        """Whether it is; then it is done."""
        if self.last_ms is not None and 0 <= t_ms - self.last_ms < self.ms:
            return False
        self.last_ms = t_ms
        return True


class Consented(Protocol):
    """Whose tokens open a door."""

    def look(self, t_ms: int) -> Mapping[str, int] | None:
        """Return all of them, as digests, and until when; None where nothing has changed."""
        ...


class Tokens(Protocol):
    """What is held to a reader beside a door."""

    def read(self) -> tuple[str, ...]:
        """Return the digest of each since it was last asked; waits for nothing."""
        ...


class Weather(Protocol):
    """A weather station that is not on the board."""

    def read(self, t_ms: int) -> Iterator[Any]:
        """Yield what is new, the oldest first; waits for nothing."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What a system hears of beside its board; None = of nothing."""

    consented: Consented | None = None
    reader: Tokens | None = None
    station: Weather | None = None


ALONE = Beside()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitting:
    """How a system is fitted to its board.

    Attributes:
        per_pulse: what a pulse of its meter is worth, in litres.
        settings: of the system; None = its usual ones.
        beside: what it hears of beside the board.
    """

    per_pulse: float = 1.0
    settings: Any = None
    beside: Beside = ALONE


PLAIN = Fitting()


class Wired(ABC):
    """A system on a board: what it reads there, and what it drives.

    Args:
        bridge: the board.
        fitting: what site.toml says of it.

    Raises ConfigError where the board lacks a part, or would leave a channel unsafe.
    """

    WORDS: ClassVar[tuple[str, ...]]
    wires: tuple[Wire, ...] = ()
    said: bool | None = None
    """What the clerk says to the steward: people are pressed, are not, or it is not known."""

    @abstractmethod
    def __init__(self, bridge: Bridge, fitting: Fitting = PLAIN) -> None:
        """Find its parts on the board."""

    @abstractmethod
    def read(self, t_ms: int) -> Iterator[Any]:
        """Yield the readings that are due, in order."""


def fitted(bridge: Bridge, kind: ChannelKind, number: int = 0) -> bool:
    """Whether the board has so many of a kind."""
    try:
        bridge.find(kind, number)
    except ConfigError:
        return False
    return True
