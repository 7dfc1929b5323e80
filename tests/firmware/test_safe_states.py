"""Every channel of every system on the real firmware: commanded, cut off, and safe by itself."""

from collections.abc import Callable, Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, cast

import pytest

import edgekit.systems
from edgekit.bridge.board import Bridge, Snapshot
from edgekit.bridge.carrier import Carrier, Wire
from edgekit.bridge.lockstep import LockstepHost
from edgekit.bridge.outputs import HOLD_MS, Lamp, LatchingValve, Relay
from edgekit.errors import ConfigError
from edgekit.node.steward.wired import Fitting
from edgekit.node.steward.wiring import WIRINGS
from edgekit.systems.actuation import Channel, Safe
from edgekit.systems.building import Settings as Room
from edgekit.systems.card import Card
from edgekit.testing.emulator import EmulatedBoard
from edgekit.testing.fakes import FakeClock
from edgekit.wire.channels import Channel as BoardChannel
from edgekit.wire.channels import ChannelKind, SampleLayout
from edgekit.wire.messages import Command, Type

pytestmark = pytest.mark.emulator

RELAY, DIMMER, OPENS, CLOSES = "D6", "B1", "B3", "B4"
PULSE_US = 150_000


def channels() -> Iterator[tuple[str, Channel]]:
    """Yield every channel that any system drives, with its system's name."""
    for module in iter_modules(edgekit.systems.__path__):
        card = getattr(import_module(f"edgekit.systems.{module.name}"), "CARD", None)
        if isinstance(card, Card):
            yield from ((f"{card.name}:{one.name}", one) for one in card.channels)


CHANNELS = dict(channels())


class LockstepBoard:
    """A board in lockstep, as wirings and outputs know a board."""

    spec = "lockstep"

    def __init__(self, host: LockstepHost) -> None:
        self._host = host
        count = host.greet().channels
        asked = (host.ask(Type.DESCRIBE, bytes([index])) for index in range(count))
        self.channels = tuple(BoardChannel.from_payload(one.payload) for one in asked)
        self._layout = SampleLayout(self.channels)

    @property
    def snapshot(self) -> Snapshot:
        sample = self._layout.unpack(0, self._host.ask(Type.READ).payload)
        return Snapshot(sample, 1, 0)

    def find(self, kind: ChannelKind, number: int = 0) -> BoardChannel:
        found = [one for one in self.channels if one.kind is kind]
        if number >= len(found):
            raise ConfigError(f"{len(found)} channels of kind {kind.name}")
        return found[number]

    def watch(self, watcher: Callable[[Snapshot], None]) -> None:
        """Nobody is told of a sample."""

    def command(self, command: Command, *, hold: bool) -> None:
        assert not hold  # whoever dies must not go on being renewed
        self._host.ask(Type.SET, command.to_payload())


@pytest.fixture
def bridge(host: LockstepHost) -> Bridge:
    return cast("Bridge", LockstepBoard(host))


def wired(channel: Channel, bridge: Bridge) -> Wire:
    """Wire a channel so that the board, left alone, brings it to its safe state."""
    many = (channel.low, channel.high) != (0, 1)
    high = channel.safe in {Safe.OPEN, Safe.ON, Safe.SOUND}
    if channel.safe is Safe.CLOSED:
        return Wire(channel=channel, output=LatchingValve(bridge))
    if many and high:
        return Wire(channel=channel, output=Lamp(bridge))
    full = channel.low + 1 if many else None
    return Wire(channel=channel, output=Relay(bridge), inverted=high, full=full)


def pins_of(wire: Wire) -> tuple[str, bool]:
    """Return a pin that shows where a channel is, and its level while that is safe."""
    if isinstance(wire.output, LatchingValve):
        return CLOSES, True
    if isinstance(wire.output, Lamp):
        return DIMMER, True
    return RELAY, False


def away(channel: Channel) -> int:
    """Return a value that is not the safe one."""
    return channel.low if channel.safe_value in {channel.high, None} else channel.high


def obeys_and_falls(wire: Wire, board: EmulatedBoard) -> None:
    """Command it away from its safe state, cut the line, and see the pin."""
    channel, clock = wire.channel, FakeClock()
    pin, safe = pins_of(wire)
    board.exchange(b"", PULSE_US)  # a valve gets its closing pulse after a reset
    carrier = Carrier([wire], clock_ms=clock.ms)
    expires_ms = min(5_000, channel.limit_ms or 5_000)
    carrier.give(channel.command(away(channel), expires_ms=expires_ms))
    carrier.turn()
    if isinstance(wire.output, LatchingValve):
        assert board.level(OPENS)
    board.exchange(b"", PULSE_US)
    assert not board.level(OPENS)
    assert board.level(pin) is not safe, channel

    # Nothing is renewed from here on: the line is cut, or whoever drove it is dead.
    longest_ms = HOLD_MS if channel.safe is not Safe.HOLD else expires_ms
    board.exchange(b"", (longest_ms - 50) * 1000 - PULSE_US)
    assert board.level(pin) is not safe
    board.exchange(b"", 100_000)
    assert board.level(pin) is safe, channel


def test_every_channel_whose_line_is_cut_goes_to_its_safe_state(
    bridge: Bridge, board: EmulatedBoard
) -> None:
    for channel in CHANNELS.values():
        obeys_and_falls(wired(channel, bridge), board)


SETTINGS: dict[str, Any] = {"building": Room(door=True)}
DRIVEN = ("building", "crowd", "dispenser", "fire", "irrigation", "water_leak")


def test_these_of_the_stewards_systems_drive_something(bridge: Bridge) -> None:
    wires = {
        name: kind(bridge, Fitting(settings=SETTINGS.get(name))).wires
        for name, kind in WIRINGS.items()
    }
    assert {name for name, found in wires.items() if found} >= set(DRIVEN)
    for name, found in wires.items():
        assert {f"{name}:{one.channel.name}" for one in found} <= CHANNELS.keys()


def test_each_system_as_the_steward_wires_it_is_safe_when_the_line_is_cut(
    bridge: Bridge, board: EmulatedBoard
) -> None:
    for name in DRIVEN:
        for wire in WIRINGS[name](bridge, Fitting(settings=SETTINGS.get(name))).wires:
            obeys_and_falls(wire, board)


def test_what_ends_elsewhere_is_not_wired(bridge: Bridge) -> None:
    holding = [one for one in CHANNELS.values() if one.safe is Safe.HOLD]
    for channel in holding:
        with pytest.raises(ConfigError, match="coil that is pulsed"):
            Wire(channel=channel, output=Lamp(bridge))
    for channel in (one for one in CHANNELS.values() if one not in holding):
        wire = wired(channel, bridge)
        with pytest.raises(ConfigError, match=f"must end {channel.safe}"):
            Wire(channel=channel, output=wire.output, full=wire.full, inverted=not wire.inverted)
