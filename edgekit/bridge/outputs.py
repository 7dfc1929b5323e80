"""Lamps, relays and valves on a board.

lamp = Lamp(bridge)
lamp.value = 0.4            # renewed until another value, `safe` or the end of the program
lamp.set(1, expires_s=30)   # full light for half a minute, then its safe state
lamp.source = sensor.values
"""

import abc
from collections.abc import Iterable

from edgekit.bridge.board import Bridge
from edgekit.bridge.device import Device, Raw, Sourced, V
from edgekit.errors import ConfigError
from edgekit.wire.channels import ChannelKind
from edgekit.wire.messages import FULL, MAX_EXPIRES_MS, Command

HOLD_MS = 3000
"""Expiry of a command that is renewed: a dead program's outputs are safe so soon."""


class Output(Device[V]):
    """What SET works on; every command expires into the safe state of the channel."""

    def __init__(self, bridge: Bridge, kind: ChannelKind, number: int) -> None:
        super().__init__(bridge, kind, number)
        self._sourced: Sourced[V] = Sourced(self._assign)

    @property
    def value(self) -> V | None:
        """What is applied, as the board says; None while nothing fresh is known."""
        return super().value

    @value.setter
    def value(self, value: V) -> None:
        self._assign(value)

    @property
    def source(self) -> Iterable[V | None] | None:
        """Values to follow, such as the ``values`` of a sensor; None to follow nothing."""
        return self._sourced.source

    @source.setter
    def source(self, source: Iterable[V | None] | None) -> None:
        self._sourced.follow(source)

    def set(self, value: V, *, expires_s: float | None = None) -> None:
        """Bring it to a value.

        Args:
            value: what to apply.
            expires_s: after so long it goes to its safe state, 0 to 65.5; None = renewed until
                another value comes, the program ends, or the board resets.

        Raises:
            ConfigError: the value or the time can't be.
            BridgeError: the command did not arrive, or was refused.
        """
        level = self.level_of(value)
        if expires_s is None:
            self._send(level, HOLD_MS, hold=True)
            return
        expires_ms = round(expires_s * 1000)
        if not 0 <= expires_ms <= MAX_EXPIRES_MS:
            raise ConfigError(f"expiry of {expires_s} s: expected 0 to 65.5")
        self._send(level, expires_ms, hold=False)

    def safe(self) -> None:
        """Send it to its safe state now."""
        self._send(self.channel.safe_level, 0, hold=False)

    def close(self) -> None:
        """Follow no source any more; what was set expires. Harmless when repeated."""
        if not self.closed:
            self._sourced.end()
            self.bridge.release(self.channel.index)
        super().close()

    @abc.abstractmethod
    def level_of(self, value: V) -> int:
        """Return the level of the wire, 0..65535; ConfigError where there is none."""

    def _assign(self, value: V) -> None:
        self.set(value)

    def _send(self, level: int, expires_ms: int, *, hold: bool) -> None:
        command = Command(channel=self.channel.index, level=level, expires_ms=expires_ms)
        self.bridge.command(command, hold=hold)


class Lamp(Output[float]):
    """A dimmer: 0..1, the share of full light."""

    def __init__(self, bridge: Bridge, number: int = 0) -> None:
        super().__init__(bridge, ChannelKind.DIMMER, number)

    def convert(self, raw: Raw) -> float:
        """Return the share of full light."""
        return _number(raw) / FULL

    def level_of(self, value: float) -> int:
        """Return the level; ConfigError outside 0..1."""
        if not 0 <= value <= 1:
            raise ConfigError(f"light of {value}: expected 0 to 1")
        return round(value * FULL)


class Switch(Output[bool]):
    """Something that is on or off."""

    def convert(self, raw: Raw) -> bool:
        """Return whether it is on."""
        return _number(raw) > 0

    def level_of(self, value: bool) -> int:
        """Return the level."""
        return FULL if value else 0

    def on(self) -> None:
        """Turn it on, until told otherwise."""
        self.set(True)

    def off(self) -> None:
        """Turn it off, until told otherwise."""
        self.set(False)


class Relay(Switch):
    """A relay."""

    def __init__(self, bridge: Bridge, number: int = 0) -> None:
        super().__init__(bridge, ChannelKind.RELAY, number)


class LatchingValve(Switch):
    """A valve that opens and closes by a pulse; the board closes it after its longest time open."""

    def __init__(self, bridge: Bridge, number: int = 0) -> None:
        super().__init__(bridge, ChannelKind.VALVE, number)


def _number(raw: Raw) -> int:
    return raw if isinstance(raw, int) else raw[0]
