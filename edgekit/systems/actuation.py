"""What systems may drive, and where it goes when nobody says anything any more.

    VALVE = Channel(name="zone-valve", unit="open", high=1, safe=Safe.CLOSED)
    command = VALVE.command(1, expires_ms=60_000)

Every command expires into the safe state of its channel. One that should last longer is given
again before then; whoever carries it (`edgekit.bridge`) renews it on the wire far more often than
that, so that a dead program is noticed within seconds.
"""

from dataclasses import dataclass
from enum import StrEnum

from edgekit.errors import ConfigError

MAX_EXPIRES_MS = 24 * 3_600_000
"""No command is good for longer than a day."""

FULL = 65_535
"""The highest level of the wire (firmware_bridge/PROTOCOL.md)."""


class Safe(StrEnum):
    """Where a channel goes without a command."""

    CLOSED = "closed"  # an irrigation valve: no water
    OPEN = "open"  # an exit: nobody is locked in
    ON = "on"  # a street lamp: nobody walks in the dark
    OFF = "off"  # a pump, a heater
    HOLD = "hold"  # a household main: it stays as it is
    SOUND = "sound"  # an alarm: it sounds


_LOW = frozenset({Safe.CLOSED, Safe.OFF})
_HIGH = frozenset({Safe.OPEN, Safe.ON, Safe.SOUND})


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What a channel is to do, and for how long.

    Attributes:
        channel: its name.
        value: in the channel's unit.
        expires_ms: after so long, unless given again, it goes to its safe state; 0 = now.
        safe: that state.

    Raises ConfigError where the expiry is not 0 to a day.
    """

    channel: str
    value: int
    expires_ms: int
    safe: Safe

    def __post_init__(self) -> None:
        if not 0 <= self.expires_ms <= MAX_EXPIRES_MS:
            raise ConfigError(
                f"{self.channel}: expiry of {self.expires_ms} ms: expected 0 to {MAX_EXPIRES_MS}"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One thing that a system drives.

    Attributes:
        name: how configuration and commands call it.
        unit: of its values; ``open``, ``on`` and ``sound`` are 0 or 1.
        low: its lowest value.
        high: its highest.
        safe: where it goes without a command; closed and off are ``low``, the others ``high``.
        limit_ms: the longest time away from its safe state however often commanded; None = none.

    Raises ConfigError for an empty range.
    """

    name: str
    unit: str
    safe: Safe
    low: int = 0
    high: int = 1
    limit_ms: int | None = None

    def __post_init__(self) -> None:
        if self.low >= self.high:
            raise ConfigError(
                f"{self.name}: {self.low} to {self.high}: expected an ascending range"
            )

    @property
    def safe_value(self) -> int | None:
        """The value of its safe state; None where it stays as it is."""
        if self.safe in _LOW:
            return self.low
        return self.high if self.safe in _HIGH else None

    def command(self, value: int, *, expires_ms: int) -> Command:
        """Return a command; ConfigError outside the range or for longer than its limit."""
        if not self.low <= value <= self.high:
            raise ConfigError(
                f"{self.name}: {value} {self.unit}: expected {self.low} to {self.high}"
            )
        away = value != self.safe_value
        if away and self.limit_ms is not None and expires_ms > self.limit_ms:
            raise ConfigError(
                f"{self.name}: expiry of {expires_ms} ms: expected at most {self.limit_ms}"
            )
        return Command(channel=self.name, value=value, expires_ms=expires_ms, safe=self.safe)

    def level(self, value: int) -> int:
        """Return the level on the wire, 0 to 65535, for a value within the range."""
        return round((value - self.low) / (self.high - self.low) * FULL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A channel as it stands: its last command, when that came, and the value it has.

    ``away_ms`` is since when it has been away from its safe state, None while it is there;
    ``locked`` that its limit has passed: only a command to the safe state unlocks it.
    """

    value: int
    command: Command | None = None
    given_ms: int = 0
    away_ms: int | None = None
    locked: bool = False


def give(channel: Channel, held: Held, command: Command, now_ms: int) -> Held:
    """Return the channel after a command, as a board of the bridge carries it out.

    Raises ConfigError for a command to another channel.
    """
    if command.channel != channel.name:
        raise ConfigError(f"a command to {command.channel}: expected one to {channel.name}")
    held = elapse(channel, held, now_ms)
    safe = command.value == channel.safe_value
    if held.locked and not safe:
        return held
    since = None if safe else now_ms if held.away_ms is None else held.away_ms
    fresh = Held(value=command.value, command=command, given_ms=now_ms, away_ms=since)
    return elapse(channel, fresh, now_ms)


def elapse(channel: Channel, held: Held, now_ms: int) -> Held:
    """Return the channel at a later time: expired or locked at its limit, it is safe."""
    value = held.value if channel.safe_value is None else channel.safe_value
    over = (
        channel.limit_ms is not None
        and held.away_ms is not None
        and now_ms - held.away_ms >= channel.limit_ms
    )
    if over:
        return Held(value=value, locked=True)
    if held.command is not None and now_ms - held.given_ms >= held.command.expires_ms:
        return Held(value=value, locked=held.locked)
    return held
