"""Channels in the manner of gpiozero, against a board in memory."""

import itertools
import math
import time
from collections.abc import Callable
from typing import Any

import pytest

from edgekit.bridge.board import Bridge
from edgekit.bridge.inputs import (
    AnalogLight,
    Bh1750,
    Button,
    CurrentLoop,
    Motion,
    PulseMeter,
    SoilMoisture,
    Thermometer,
)
from edgekit.bridge.outputs import Lamp, LatchingValve, Relay
from edgekit.errors import ConfigError
from edgekit.seams import channels as seams  # noqa: TC001 -- mypy checks the shapes

Board = Any  # the MemoryBoard of conftest.py


def wait_until(holds: Callable[[], object], limit_s: float = 60.0) -> None:
    end = time.monotonic() + limit_s
    while not holds():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.002)


def test_they_fill_the_seams(bridge: Bridge) -> None:
    light: list[seams.LightSensor] = [AnalogLight(bridge), Bh1750(bridge)]
    presence: seams.Presence = Motion(bridge)
    button: seams.PushButton = Button(bridge)
    meter: seams.Meter = PulseMeter(bridge)
    dimmer: seams.Dimmer = Lamp(bridge)
    valve: seams.Valve = LatchingValve(bridge)

    assert all([*light, presence, button, meter, dimmer, valve])


def test_what_voltages_mean(bridge: Bridge) -> None:
    bridge.wait_snapshot(None, 1)
    sensors = (
        (AnalogLight(bridge, lux_per_volt=100), 512 / 1023 * 5 * 100),
        (Bh1750(bridge), 1000),
        (SoilMoisture(bridge, dry_v=3.5, wet_v=2.5), (3.5 - 614 / 1023 * 5) / 1.0),
        (CurrentLoop(bridge, low=0, high=10), (491 / 1023 * 5000 / 220 - 4) / 16 * 10),
        (Thermometer(bridge), (153 / 1023 * 5 - 0.5) * 100),
    )
    for sensor, expected in sensors:
        assert sensor.value == pytest.approx(expected), type(sensor).__name__


def test_a_broken_loop_is_no_number(bridge: Bridge) -> None:
    loop = CurrentLoop(bridge)
    assert math.isnan(loop.convert(100))
    assert math.isnan(loop.convert(1023))
    assert SoilMoisture(bridge).convert(1023) == 0


@pytest.mark.parametrize(
    "wrong",
    [
        lambda bridge: AnalogLight(bridge, lux_per_volt=0),
        lambda bridge: SoilMoisture(bridge, dry_v=2, wet_v=2),
        lambda bridge: CurrentLoop(bridge, low=1, high=1),
        lambda bridge: PulseMeter(bridge, per_pulse=0),
        lambda bridge: Lamp(bridge).set(1.01),
        lambda bridge: Lamp(bridge).set(0.5, expires_s=66),
    ],
    ids=["light", "soil", "loop", "meter", "level", "expiry"],
)
def test_what_can_not_be_is_said(bridge: Bridge, wrong: Callable[[Bridge], object]) -> None:
    with pytest.raises(ConfigError, match="expected"):
        wrong(bridge)


def test_when_changed_is_called_and_may_command(bridge: Bridge, board: Board) -> None:
    motion, lamp = Motion(bridge), Lamp(bridge)
    told: list[object] = []

    def follow(value: bool | None) -> None:
        told.append(value)
        lamp.value = 1.0 if value else 0.1

    motion.when_changed = follow
    board.motion = (1, 1)
    wait_until(lambda: told == [True])
    wait_until(lambda: lamp.value == 1.0)
    board.motion = (0, 1)
    wait_until(lambda: told == [True, False])
    assert motion.when_changed is follow
    assert motion.edges == 1


def test_a_failing_callback_ends_nothing(bridge: Bridge, board: Board) -> None:
    motion = Motion(bridge)
    told: list[object] = []

    def fail(value: bool | None) -> None:
        told.append(value)
        raise ValueError("a user's mistake")

    motion.when_changed = fail
    for level in (1, 0, 1):
        board.motion = (level, 1)
        wait_until(lambda: told and told[-1] is bool(level))  # noqa: B023 -- called at once
    assert len(told) == 3


def test_short_presses_are_not_missed(bridge: Bridge, board: Board) -> None:
    button = Button(bridge)
    bridge.wait_snapshot(bridge.wait_snapshot(None, 1), 1)
    board.presses = 2
    wait_until(lambda: button.presses == 2)
    assert button.value is False


def test_a_meter_carries_on_over_a_wrap_and_an_absence(bridge: Bridge, board: Board) -> None:
    board.pulses = 2**32 - 5
    bridge.wait_snapshot(bridge.wait_snapshot(None, 1), 1)
    with PulseMeter(bridge, per_pulse=2, unit="ml") as meter:
        board.pulses = 10
        wait_until(lambda: meter.value == 30)
        board.pulses = None
        wait_until(lambda: meter.value is None)
        assert (meter.unit, meter.gaps) == ("ml", 0)


def test_a_value_is_renewed_and_a_timed_one_is_not(bridge: Bridge, board: Board) -> None:
    lamp = Lamp(bridge)
    lamp.set(0.25, expires_s=0.05)
    wait_until(lambda: 0x4000 in board.driven["lamp"])
    wait_until(lambda: lamp.value == 1.0)

    good = bridge.board_stats().good
    lamp.value = 0
    wait_until(lambda: bridge.board_stats().good > good + 4)
    assert board.driven["lamp"][-1] == 0
    lamp.safe()
    assert board.driven["lamp"][-1] == 0xFFFF


def test_held_commands_are_renewed_by_the_link(
    bridge: Bridge, board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edgekit.bridge.outputs.HOLD_MS", 120)
    lamp = Lamp(bridge)
    lamp.value = 0.5
    time.sleep(0.5)
    assert board.driven["lamp"][-1] == 0x8000

    lamp.close()
    lamp.close()
    wait_until(lambda: board.driven["lamp"][-1] == 0xFFFF)


def test_relay_and_valve(bridge: Bridge, board: Board) -> None:
    relay, valve = Relay(bridge), LatchingValve(bridge)
    relay.on()
    valve.set(True, expires_s=5)
    assert (board.driven["relay"][-1], board.driven["valve"][-1]) == (0xFFFF, 0xFFFF)
    wait_until(lambda: relay.value is True and valve.value is True)
    relay.off()
    valve.value = False
    assert (board.driven["relay"][-1], board.driven["valve"][-1]) == (0, 0)


def test_a_lamp_follows_a_source(bridge: Bridge, board: Board) -> None:
    light, lamp = AnalogLight(bridge, lux_per_volt=1), Lamp(bridge)
    board.light = 1023
    lamp.source = (None if lux is None else 1 - lux / 5 for lux in light.values)
    wait_until(lambda: lamp.value == 0)
    board.light = 0
    wait_until(lambda: lamp.value == 1)
    assert lamp.source is not None

    lamp.source = itertools.repeat(0.5)
    wait_until(lambda: lamp.value == pytest.approx(0.5, abs=1e-4))
    lamp.source = None
    lamp.close()
