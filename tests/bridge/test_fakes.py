"""The fakes fill the seams and behave as the board does."""

import pytest

from edgekit.errors import BridgeError, ConfigError
from edgekit.seams import channels as seams  # noqa: TC001 -- mypy checks the shapes
from edgekit.testing.channels import (
    FakeButton,
    FakeDimmer,
    FakeLight,
    FakeMeter,
    FakePresence,
    FakeValve,
)
from edgekit.testing.fakes import FakeClock


def test_they_fill_the_seams() -> None:
    clock = FakeClock()
    light: seams.LightSensor = FakeLight(3)
    presence: seams.Presence = FakePresence()
    button: seams.PushButton = FakeButton()
    meter: seams.Meter = FakeMeter()
    dimmer: seams.Dimmer = FakeDimmer(clock.s)
    valve: seams.Valve = FakeValve(clock.s)

    assert [light.value, presence.value, button.presses, meter.value] == [3, False, 0, 0]
    assert (dimmer.value, valve.value) == (1.0, False)


def test_commands_expire() -> None:
    clock = FakeClock()
    lamp, valve = FakeDimmer(clock.s), FakeValve(clock.s)
    lamp.set(0.2, expires_s=5)
    valve.set(True, expires_s=5)
    clock.sleep(4)
    assert (lamp.applied, valve.applied) == (0.2, True)
    clock.sleep(1)
    assert (lamp.applied, valve.applied) == (1.0, False)
    lamp.set(0.3)
    clock.sleep(1000)
    assert lamp.value == 0.3
    lamp.safe()
    valve.safe()
    assert lamp.commands == [(0.2, 5), (0.3, None), (1.0, None)]


def test_a_cut_wire() -> None:
    clock = FakeClock()
    lamp, valve = FakeDimmer(clock.s), FakeValve(clock.s)
    lamp.set(0.2, expires_s=5)
    lamp.broken = valve.broken = True
    assert (lamp.value, valve.value, lamp.applied) == (None, None, 0.2)
    with pytest.raises(BridgeError, match="cut"):
        lamp.set(0.5)
    with pytest.raises(BridgeError, match="cut"):
        valve.set(True)
    clock.sleep(5)
    assert lamp.applied == 1.0


def test_what_can_not_be() -> None:
    meter, button = FakeMeter(), FakeButton()
    meter.flow(2.5)
    button.press()
    assert (meter.value, button.presses) == (2.5, 1)
    with pytest.raises(ConfigError, match="0 or more"):
        meter.flow(-1)
    with pytest.raises(ConfigError, match="0 to 1"):
        FakeDimmer(FakeClock().s).set(2)
