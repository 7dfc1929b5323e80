"""Carries out what a system commands, on what is wired to a board.

    carrier = Carrier([Wire(channel=VALVE, output=LatchingValve(bridge))], clock_ms=now_ms)
    carrier.give(decision.command)
    carrier.turn()              # again and again, several times a second

A system's command may last for hours; on the wire each is given for 3 s and renewed here, so that
all of it is in its safe state soon after the program has died or hangs. What holds (a household's
main) is driven by pulses: without a command nothing moves it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from edgekit.bridge.outputs import HOLD_MS, Lamp, Switch
from edgekit.errors import BridgeError, ConfigError
from edgekit.systems.actuation import Channel, Command, Held, elapse, give
from edgekit.wire.messages import FULL

RENEW_MS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """One channel of a system on one output of a board.

    Attributes:
        channel: of the system; on or off, open or closed, or of many values.
        output: what drives it. Of a channel that holds: the coil that brings it to its low value.
        full: the value of a channel of many at which its output is fully on, the lowest being off:
            a dimmer is on by its share of it, a relay from this value on. None = its highest.
        inverted: the output is off where the channel is high, as on a relay's normally closed
            contact: a siren that sounds when its board is dead.
        opener: of a channel that holds: the coil that brings it to its high value; None = that is
            done by hand.

    Raises ConfigError where the board, left alone, would not bring it to its safe state.
    """

    channel: Channel
    output: Switch | Lamp
    full: int | None = None
    inverted: bool = False
    opener: Switch | None = None

    def __post_init__(self) -> None:
        if self.channel.safe_value is None and isinstance(self.output, Lamp):
            raise ConfigError(f"{self.channel.name} holds: expected a coil that is pulsed")
        many = (self.channel.low, self.channel.high) != (0, 1)
        if many and self.full is None and not isinstance(self.output, Lamp):
            raise ConfigError(
                f"{self.channel.name}: expected a channel that is off or on, or from which value on"
            )
        if not self.channel.low < self.top <= self.channel.high:
            raise ConfigError(
                f"{self.channel.name} is full at {self.top}: expected a value of the channel"
            )
        safe, coils = self.channel.safe_value, (self.output, self.opener)
        rests = [coil.channel.safe_level > FULL // 2 for coil in coils if coil is not None]
        wanted = False if safe is None else bool(safe) is not self.inverted
        if any(rest is not wanted for rest in rests):
            raise ConfigError(
                f"{self.channel.name} must end {self.channel.safe}, but this output ends "
                f"{'on' if any(rests) else 'off'}",
                hint="wire it to the relay's other contact and say inverted, or build the firmware "
                "with another safe level",
            )

    @property
    def top(self) -> int:
        """The value at which the output is fully on."""
        return self.channel.high if self.full is None else self.full

    @property
    def outputs(self) -> tuple[int, ...]:
        """The numbers of the board's channels that it drives."""
        coils = (self.output, self.opener)
        return tuple(coil.channel.index for coil in coils if coil is not None)

    def drive(self, value: int) -> None:
        """Bring the output to a value for a moment; raises BridgeError."""
        low = self.channel.low
        share = min(1.0, (value - low) / (self.top - low))
        expires_s = HOLD_MS / 1000
        if isinstance(self.output, Lamp):
            self.output.set(1 - share if self.inverted else share, expires_s=expires_s)
        else:
            self.output.set((share >= 1) is not self.inverted, expires_s=expires_s)


class Carrier:
    """Drives channels by the commands that they were given.

    Args:
        wires: one for each channel.
        clock_ms: a clock that only goes forward, in milliseconds.
    """

    def __init__(self, wires: Iterable[Wire], *, clock_ms: Callable[[], int]) -> None:
        self._driven = {wire.channel.name: _Driven(wire) for wire in wires}
        self._clock_ms = clock_ms

    def drives(self, channel: str) -> bool:
        """Whether a channel is wired."""
        return channel in self._driven

    def give(self, command: Command | None) -> None:
        """Take a command; None is none. `turn` carries it out.

        Raises ConfigError for a channel that is not wired.
        """
        if command is None:
            return
        if command.channel not in self._driven:
            raise ConfigError(
                f"a command to {command.channel}: wired are {', '.join(self._driven) or 'none'}"
            )
        self._driven[command.channel].give(command, self._clock_ms())

    def turn(self) -> None:
        """Bring every channel to where it belongs now.

        Raises BridgeError, after all have been tried, where the board did not take a command: then
        it goes, or has gone, to its safe state by itself, and the next turn tries again.
        """
        self._for_each(lambda driven: driven.turn(self._clock_ms()))

    def close(self) -> None:
        """Send every channel to its safe state; raises BridgeError as `turn` does."""
        self._for_each(lambda driven: driven.rest())

    def _for_each(self, act: Callable[["_Driven"], None]) -> None:
        failed: BridgeError | None = None
        for driven in self._driven.values():
            try:
                act(driven)
            except BridgeError as error:
                failed = error
        if failed is not None:
            raise failed


class _Driven:
    """One wire, and what its channel was told."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        safe = wire.channel.safe_value
        self._held = Held(value=wire.channel.low if safe is None else safe)
        self._sent_ms: int | None = None
        self._pulse: Command | None = None

    def give(self, command: Command, now_ms: int) -> None:
        if self._wire.channel.safe_value is None:
            self._pulse = command
        else:
            self._held = give(self._wire.channel, self._held, command, now_ms)
            self._sent_ms = None if self._held.command is command else self._sent_ms

    def turn(self, now_ms: int) -> None:
        if self._pulse is not None:
            self._drive_pulse(self._pulse)
            self._pulse = None
        if self._wire.channel.safe_value is None:
            return
        self._held = elapse(self._wire.channel, self._held, now_ms)
        if self._held.value == self._wire.channel.safe_value:
            if self._sent_ms is not None or self._held.command is not None:
                self.rest()
        elif self._sent_ms is None or now_ms - self._sent_ms >= RENEW_MS:
            self._wire.drive(self._held.value)
            self._sent_ms = now_ms

    def rest(self) -> None:
        for coil in (self._wire.output, self._wire.opener):
            if coil is not None:
                coil.safe()
        self._held = Held(value=self._held.value, locked=self._held.locked)
        self._sent_ms = None

    def _drive_pulse(self, command: Command) -> None:
        coil = self._wire.output if command.value == 0 else self._wire.opener
        if coil is not None and not isinstance(coil, Lamp):
            coil.set(True, expires_s=command.expires_ms / 1000)
