from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from edgekit.bridge.board import Bridge
from edgekit.bridge.carrier import Carrier, Wire
from edgekit.bridge.outputs import Relay, Switch
from edgekit.errors import BridgeError, ConfigError
from edgekit.systems.actuation import Channel, Safe
from edgekit.testing.fakes import FakeClock
from edgekit.wire.messages import FULL

Board = Any  # the MemoryBoard of conftest.py
VALVE = Channel(name="zone-valve", unit="open", safe=Safe.CLOSED, limit_ms=60_000)
SIREN = Channel(name="sounder", unit="on", safe=Safe.SOUND)
MAIN = Channel(name="main-valve", unit="open", safe=Safe.HOLD)


@dataclass
class Output:
    """What a board was told: (on, seconds), or "safe"."""

    safe_level: int = 0
    told: list[Any] = field(default_factory=list)
    lost: bool = False

    @property
    def channel(self) -> "Output":
        return self

    def set(self, value: bool, *, expires_s: float | None = None) -> None:
        self._require()
        self.told.append((value, expires_s))

    def safe(self) -> None:
        self._require()
        self.told.append("safe")

    def _require(self) -> None:
        if self.lost:
            raise BridgeError("the cable is out")


def wire(channel: Channel, output: Output, *, inverted: bool = False) -> Wire:
    return Wire(channel=channel, output=cast("Switch", output), inverted=inverted)


def test_a_long_command_is_given_for_a_moment_and_renewed() -> None:
    output, clock = Output(), FakeClock()
    carrier = Carrier([wire(VALVE, output)], clock_ms=clock.ms)
    carrier.turn()
    assert output.told == []

    carrier.give(VALVE.command(1, expires_ms=2_500))
    for _ in range(6):
        carrier.turn()
        clock.sleep(0.5)

    carrier.turn()
    assert output.told == [(True, 3.0)] * 3 + ["safe"]


def test_the_longest_time_holds_however_often_it_is_told() -> None:
    output, clock = Output(), FakeClock()
    carrier = Carrier([wire(VALVE, output)], clock_ms=clock.ms)
    for _ in range(70):
        carrier.give(VALVE.command(1, expires_ms=30_000))
        carrier.turn()
        clock.sleep(1)

    assert output.told[59:] == [(True, 3.0), "safe"]


def test_a_siren_on_the_other_contact_sounds_without_a_command() -> None:
    output, clock = Output(), FakeClock()
    carrier = Carrier([wire(SIREN, output, inverted=True)], clock_ms=clock.ms)

    carrier.give(SIREN.command(0, expires_ms=2_000))
    carrier.turn()
    assert output.told == [(True, 3.0)]  # the relay holds it off

    carrier.give(SIREN.command(1, expires_ms=60_000))
    carrier.turn()
    assert output.told[-1] == "safe"


@pytest.mark.parametrize(
    ("channel", "level", "inverted"),
    [(VALVE, FULL, False), (SIREN, 0, False), (SIREN, FULL, True), (MAIN, FULL, False)],
)
def test_what_would_end_in_the_wrong_state_is_refused(
    channel: Channel, level: int, inverted: bool
) -> None:
    with pytest.raises(ConfigError, match=f"{channel.name} must end {channel.safe}"):
        wire(channel, Output(safe_level=level), inverted=inverted)


def test_a_main_is_moved_by_pulses_and_holds() -> None:
    closer, opener, clock = Output(), Output(), FakeClock()
    both = Wire(channel=MAIN, output=cast("Switch", closer), opener=cast("Switch", opener))
    carrier = Carrier([both], clock_ms=clock.ms)

    carrier.give(MAIN.command(0, expires_ms=10_000))
    for _ in range(30):
        carrier.turn()
        clock.sleep(1)
    assert (closer.told, opener.told) == ([(True, 10.0)], [])

    carrier.give(MAIN.command(1, expires_ms=10_000))
    carrier.turn()
    assert (closer.told, opener.told) == ([(True, 10.0)], [(True, 10.0)])


def test_opened_by_hand_where_nothing_else_can() -> None:
    closer, clock = Output(), FakeClock()
    carrier = Carrier([wire(MAIN, closer)], clock_ms=clock.ms)
    carrier.give(MAIN.command(1, expires_ms=10_000))
    carrier.turn()
    assert closer.told == []


def test_a_lost_board_is_told_and_tried_again_and_harms_no_other() -> None:
    valve, siren, clock = Output(lost=True), Output(), FakeClock()
    wires = [wire(VALVE, valve), wire(SIREN, siren, inverted=True)]
    carrier = Carrier(wires, clock_ms=clock.ms)
    carrier.give(None)
    carrier.give(VALVE.command(1, expires_ms=30_000))
    carrier.give(SIREN.command(0, expires_ms=30_000))

    with pytest.raises(BridgeError, match="the cable is out"):
        carrier.turn()
    assert siren.told == [(True, 3.0)]
    valve.lost = False
    carrier.turn()
    assert valve.told == [(True, 3.0)]
    carrier.close()
    assert (valve.told[-1], siren.told[-1]) == ("safe", "safe")


def test_what_is_not_wired_is_named() -> None:
    carrier = Carrier([], clock_ms=FakeClock().ms)
    with pytest.raises(ConfigError, match="to zone-valve: wired are none"):
        carrier.give(VALVE.command(1, expires_ms=1_000))
    dimmer = Channel(name="lamp", unit="permille", high=1000, safe=Safe.ON)
    with pytest.raises(ConfigError, match="off or on"):
        wire(dimmer, Output())


def test_on_a_board(bridge: Bridge, board: Board) -> None:
    clock = FakeClock()
    carrier = Carrier([Wire(channel=VALVE, output=Relay(bridge))], clock_ms=clock.ms)
    carrier.give(VALVE.command(1, expires_ms=30_000))
    carrier.turn()
    assert board.driven["relay"][-1] == FULL
    carrier.close()
    assert board.driven["relay"][-1] == 0
