"""A bridge to a board in memory: greeting, asking, losing it, finding it again."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from edgekit.bridge.board import Bridge
from edgekit.bridge.inputs import PulseMeter
from edgekit.bridge.lifecycle import LinkState
from edgekit.bridge.outputs import Lamp
from edgekit.errors import (
    BridgeError,
    BridgeTimeoutError,
    ConfigError,
    DeviceResetError,
    LinkLostError,
    RefusedError,
    VersionMismatchError,
)
from edgekit.testing.memory_port import MemoryPort
from edgekit.wire.channels import ChannelKind
from edgekit.wire.messages import Type
from edgekit.wire.packet import Packet, PacketDecoder

Board = Any  # the MemoryBoard of conftest.py


def wait_until(holds: Callable[[], object], limit_s: float = 60.0) -> None:
    end = time.monotonic() + limit_s
    while not holds():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.002)


def test_it_knows_the_board_when_the_constructor_returns(bridge: Bridge, board: Board) -> None:
    assert bridge.state is LinkState.READY
    assert bridge.hello.uid == b"memory.."
    assert [channel.kind for channel in bridge.channels][:2] == [
        ChannelKind.ANALOG_LIGHT,
        ChannelKind.PRESENCE,
    ]
    assert bridge.ping(b"edgekit") < 1
    assert bridge.board_stats().good > 10
    assert board.opened == 1


def test_samples_come_and_grow_stale(bridge: Bridge, board: Board) -> None:
    first = bridge.wait_snapshot(None, 1)
    second = bridge.wait_snapshot(first, 1)
    assert first is not None
    assert second is not None
    assert (second.sample.seq - first.sample.seq) % 256 >= 1
    assert bridge.snapshot is not None

    board.port.mute = True
    wait_until(lambda: bridge.snapshot is None)
    assert bridge.wait_snapshot(bridge._snapshot, 0.01) is None


def test_a_refusal_is_an_error_with_its_code(bridge: Bridge) -> None:
    with pytest.raises(RefusedError, match="does not know this request") as refused:
        bridge.ask(Type.WORDS)
    assert refused.value.code == 3


def test_what_is_not_there_is_not_found(bridge: Bridge) -> None:
    with pytest.raises(ConfigError, match="1 channels of kind DIMMER, not 2"):
        bridge.find(ChannelKind.DIMMER, 1)


def test_a_reset_is_noticed_and_nothing_is_repeated(bridge: Bridge, board: Board) -> None:
    lamp, meter = Lamp(bridge), PulseMeter(bridge)
    lamp.value = 0.25
    board.pulses = 10
    wait_until(lambda: meter.value == 10)
    assert board.driven["lamp"][-1] == 0x4000

    board.pulses = 3
    board.boot()
    wait_until(lambda: bridge.statistics.resets == 1 and bridge.snapshot is not None)
    time.sleep(0.05)

    assert board.driven["lamp"][-1] == 0xFFFF
    assert (meter.value, meter.gaps) == (10, 1)
    board.pulses = 5
    wait_until(lambda: meter.value == 12)


def test_a_request_under_way_fails_with_the_reset(bridge: Bridge, board: Board) -> None:
    take = board.engine.take
    board.engine.take = lambda _: board.boot()  # it starts anew instead of answering

    with pytest.raises(DeviceResetError):
        bridge.ping()
    assert take is not board.engine.take


def test_silence_is_a_timeout_then_a_lost_link(bridge: Bridge, board: Board) -> None:
    board.port.mute = True

    with pytest.raises(BridgeTimeoutError, match="PING: no reply after"):
        bridge.ping()
    assert bridge.state is LinkState.READY
    wait_until(lambda: bridge.state is not LinkState.READY)
    wait_until(lambda: bridge.state is LinkState.READY)
    assert bridge.statistics.reconnects == 1


def test_unplug_wakes_whoever_waits_and_replug_heals(bridge: Bridge, board: Board) -> None:
    lamp = Lamp(bridge)
    lamp.value = 0.5
    board.absent = True
    board.port.lose()
    with pytest.raises(LinkLostError):
        bridge.ask(Type.PING)
    wait_until(lambda: lamp.value is None)
    with pytest.raises(LinkLostError, match="no board is there now"):
        lamp.value = 0.6
    with pytest.raises(LinkLostError):
        bridge.wait_ready(0.05)

    board.absent = False
    bridge.wait_ready(3)
    wait_until(lambda: lamp.value is not None)
    assert board.opened == 2
    assert bridge.statistics.reconnects == 1


def test_another_board_in_its_place_is_refused(board: Board) -> None:
    with pytest.raises(BridgeError, match=r"6d656d6f72792e2e answers, expected 6f74686572"):
        Bridge("memory", open_port=board.open, uid=b"other...")


def test_a_board_without_a_key_is_not_believed_to_have_one(board: Board) -> None:
    with pytest.raises(BridgeError, match="holds no key"):
        Bridge("memory", open_port=board.open, key=bytes(16))


def test_another_version_says_which(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    port = board.open()

    def speak_two(data: bytes) -> None:
        for found in PacketDecoder().feed(data):
            if isinstance(found, Packet):
                port.deliver(Packet(0xFF, found.seq, 9, b"\1\2\3").to_bytes())

    monkeypatch.setattr(board.engine, "take", speak_two)
    with pytest.raises(VersionMismatchError, match="version 2 to 3") as told:
        Bridge("memory", open_port=lambda: port)
    assert (told.value.lowest, told.value.highest) == (2, 3)


def test_nobody_there(board: Board) -> None:
    board.absent = True
    with pytest.raises(LinkLostError, match="absent"):
        Bridge("memory", open_port=board.open)


def test_a_mute_board(board: Board) -> None:
    def mute() -> MemoryPort:
        port = board.open()
        port.mute = True
        return port

    with pytest.raises(BridgeTimeoutError, match="no board answered within"):
        Bridge("memory", open_port=mute, wait_s=0.5)


@pytest.mark.parametrize("period_s", [0, 0.0005, 66])
def test_a_period_that_can_not_be(period_s: float) -> None:
    with pytest.raises(ConfigError, match="period of"):
        Bridge("memory", period_s=period_s)


def test_after_close_nothing_is_asked(board: Board) -> None:
    bridge = Bridge("memory", open_port=board.open)
    bridge.close()
    bridge.close()

    assert bridge.state is LinkState.CLOSED
    with pytest.raises(LinkLostError, match="closed"):
        bridge.ping()


def test_values_end_with_the_bridge(board: Board) -> None:
    with Bridge("memory", open_port=board.open, period_s=0.005) as bridge:
        meter = PulseMeter(bridge)
        values = meter.values
        next(values)

    assert list(values) in ([], [None], [0.0])


def test_a_mistake_of_ours_leaves_nobody_waiting(
    board: Board, caplog: pytest.LogCaptureFixture
) -> None:
    with Bridge("memory", open_port=board.open, period_s=0.005) as bridge:
        bridge.watch(lambda _: 1 / 0)
        wait_until(lambda: bridge.statistics.reconnects > 0)
        assert bridge.state is not LinkState.CLOSED

    assert "link=failed" in caplog.text


class BabblingPort(MemoryPort):
    """Always has something to read; as a real port does, it returns at once when woken."""

    reads = 0

    def read(self, timeout_s: float, wake: int, gather_s: float = 0.0) -> bytes:
        self.reads += 1
        data = super().read(min(timeout_s, 0.005), wake, gather_s)
        return data + b"\0babble\0"


def test_a_board_that_never_pauses_does_not_keep_the_link_busy(board: Board) -> None:
    def opened() -> MemoryPort:
        board.open()
        port = BabblingPort(board.take, board.poll)
        board.engine._write = port.deliver
        board.port = port
        return port

    with Bridge("memory", open_port=opened, period_s=0.05) as bridge:
        assert bridge.ping(b"echo") < 1
        reads = board.port.reads
        time.sleep(0.3)

        assert board.port.reads - reads < 300 / 5 + 30
