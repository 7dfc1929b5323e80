"""Commands expire into the safe state of their channel, whatever happens between."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.errors import ConfigError
from edgekit.systems.actuation import FULL, Channel, Command, Held, Safe, elapse, give
from edgekit.testing.actuator import FakeActuator
from edgekit.testing.fakes import FakeClock

VALVE = Channel(name="valve", unit="open", safe=Safe.CLOSED, limit_ms=60_000)
MAIN = Channel(name="main", unit="open", safe=Safe.HOLD)
SIREN = Channel(name="siren", unit="sound", safe=Safe.SOUND)
HEATER = Channel(name="heater", unit="W", safe=Safe.OFF, high=2000)


@pytest.mark.parametrize(
    ("channel", "safe"), [(VALVE, 0), (MAIN, None), (SIREN, 1), (HEATER, 0)], ids=str
)
def test_safe_value(channel: Channel, safe: int | None) -> None:
    assert channel.safe_value == safe


@pytest.mark.parametrize(
    ("channel", "first", "commanded", "after"),
    [(VALVE, 0, 1, 0), (MAIN, 1, 0, 0), (SIREN, 1, 0, 1), (HEATER, 0, 1500, 0)],
    ids=["closes", "holds", "sounds", "goes off"],
)
def test_a_command_that_nobody_renews_expires_into_the_safe_state(
    channel: Channel, first: int, commanded: int, after: int
) -> None:
    clock = FakeClock()
    actuator = FakeActuator(channel, clock, value=first)

    actuator.give(channel.command(commanded, expires_ms=2000))
    clock.sleep(1.999)
    before = actuator.value
    clock.sleep(0.001)

    assert (before, actuator.value) == (commanded, after)


def test_a_renewed_command_holds_until_the_limit_and_then_locks() -> None:
    clock = FakeClock()
    actuator = FakeActuator(VALVE, clock)
    values = []
    for _ in range(80):
        actuator.give(VALVE.command(1, expires_ms=3000))
        values.append(actuator.value)
        clock.sleep(1)

    assert values == [1] * 60 + [0] * 20
    assert actuator.locked
    actuator.give(VALVE.command(0, expires_ms=0))
    actuator.give(VALVE.command(1, expires_ms=3000))
    assert actuator.value == 1


@pytest.mark.parametrize(
    ("value", "expires_ms"), [(2, 1000), (-1, 1000), (1, -1), (1, 60_001), (1, 10**9)]
)
def test_what_cannot_be_commanded(value: int, expires_ms: int) -> None:
    with pytest.raises(ConfigError, match="expected"):
        VALVE.command(value, expires_ms=expires_ms)


def test_a_channel_needs_a_range() -> None:
    with pytest.raises(ConfigError, match="ascending"):
        Channel(name="x", unit="open", safe=Safe.OFF, low=1, high=1)


def test_a_command_to_another_channel_is_refused() -> None:
    with pytest.raises(ConfigError, match="expected one to valve"):
        give(VALVE, Held(value=0), MAIN.command(1, expires_ms=0), 0)


def test_no_command_changes_nothing() -> None:
    actuator = FakeActuator(MAIN, FakeClock(), value=1)

    actuator.give(None)

    assert (actuator.value, actuator.commands) == (1, [])


def test_levels_of_the_wire() -> None:
    assert [HEATER.level(value) for value in (0, 1000, 2000)] == [0, round(FULL / 2), FULL]


@given(steps=st.lists(st.tuples(st.integers(0, 1), st.integers(0, 60_000), st.integers(0, 90_000))))
def test_a_valve_is_never_open_without_a_command_in_force(
    steps: list[tuple[int, int, int]],
) -> None:
    held, now, expires_at = Held(value=0), 0, 0
    for value, expires_ms, wait_ms in steps:
        command = Command(channel="valve", value=value, expires_ms=expires_ms, safe=Safe.CLOSED)
        held = give(VALVE, held, command, now)
        if held.command is command:
            expires_at = now + expires_ms
        now += wait_ms
        held = elapse(VALVE, held, now)
        if now >= expires_at:
            assert held.value == 0
        assert held.away_ms is None or now - held.away_ms < 60_000
