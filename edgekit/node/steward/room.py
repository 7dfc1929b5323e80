"""A room on a board: its air, its fan and lamps, and a door that frees all."""

from collections.abc import Iterator

from edgekit.bridge.board import Bridge
from edgekit.bridge.carrier import Wire
from edgekit.bridge.inputs import (
    AnalogLight,
    Bh1750,
    Button,
    CurrentLoop,
    Motion,
    Thermometer,
)
from edgekit.bridge.outputs import Lamp, Relay
from edgekit.node.steward.push import WHERE, Push
from edgekit.node.steward.wired import PLAIN, Beside, Every, Fitting, Wired, fitted
from edgekit.systems.building import FAN, LIGHT, Settings
from edgekit.systems.building_entry import DOOR, Consents, Seen
from edgekit.systems.building_occupancy import Air
from edgekit.wire.channels import ChannelKind

MINUTE_MS, LOOK_MS = 60_000, 1_000
CO2_PPM = 5_000.0
"""What 20 mA mean of a usual transmitter of CO2."""


class Room(Wired):
    """A room's air and light, its fan and lamps, its door."""

    WORDS = (
        f"current loop: CO2, 4 mA = 0, 20 mA = {CO2_PPM:g} ppm",
        "second current loop, if fitted: humidity, 4 mA = 0, 20 mA = 100 %",
        "thermometer (TMP36), if fitted",
        "light sensor (BH1750 or analog), if fitted",
        (
            "dimmer: the fan's speed (PWM or 0-10 V), full = fan_l_s, and full without a command; "
            "where there is none: relay, normally closed contact: the fan"
        ),
        "second dimmer, else relay, normally closed contact: the lamps; on without a command",
        (
            "door = true: relay: the magnet that holds the door; free without a command, and the "
            "exit button also cuts its power"
        ),
        (
            "door = true: motion sensor: somebody comes to the door from inside; button: contact "
            "of the fire alarm, closed while there is none"
        ),
        f"door = true: {WHERE}: a person resets after an alarm",
    )

    def __init__(self, bridge: Bridge, fitting: Fitting = PLAIN) -> None:
        settings = fitting.settings or Settings()
        self._fan_l_s, self._fan = settings.fan_l_s, _fan_of(bridge)
        humid = fitted(bridge, ChannelKind.CURRENT_LOOP, 1)
        self._co2 = CurrentLoop(bridge, high=CO2_PPM)
        self._humidity = CurrentLoop(bridge, 1, high=100.0) if humid else None
        self._heat = Thermometer(bridge) if fitted(bridge, ChannelKind.TEMPERATURE) else None
        self._light = _light_of(bridge)
        self._every = Every(MINUTE_MS)
        self._door = _Door(bridge, fitting.beside) if settings.door else None
        self.wires = tuple(_wires(bridge, self._fan, settings))

    def read(self, t_ms: int) -> Iterator[Air | Seen | Consents]:
        """Yield looks at the door, every second and when something happens; air every minute."""
        if self._door is not None:
            yield from self._door.read(t_ms)
        if self._every.due(t_ms):
            yield Air(
                t_ms=t_ms,
                co2_ppm=self._co2.value,
                temperature_c=None if self._heat is None else self._heat.value,
                humidity=None if self._humidity is None else self._humidity.value,
                lux=None if self._light is None else self._light.value,
                flow_l_s=self._flow_l_s(),
            )

    def _flow_l_s(self) -> float | None:
        """Return what the fan gives, as the board says that it runs."""
        share = None if self._fan is None else self._fan.value
        return None if share is None else share * self._fan_l_s


class _Door:
    """The way out, the fire alarm, the reset, the reader beside the door."""

    def __init__(self, bridge: Bridge, beside: Beside) -> None:
        self._beside = beside
        self._exit, self._fire = Motion(bridge), Button(bridge)
        self._went = self._exit.edges
        self._reset = Push(bridge)
        self._every = Every(LOOK_MS)
        self._last: tuple[bool | None, bool | None] = (None, None)

    def read(self, t_ms: int) -> Iterator[Seen | Consents]:
        tokens = None if self._beside.consented is None else self._beside.consented.look(t_ms)
        if tokens is not None:
            yield Consents(t_ms=t_ms, tokens=tokens)
        held = () if self._beside.reader is None else self._beside.reader.read()
        asked, quiet = self._asked(), self._fire.value
        reset = self._reset.pushed() > 0
        fire = None if quiet is None else not quiet
        changed = (asked, fire) != self._last
        self._last = asked, fire
        if self._every.due(t_ms) or changed or held or reset:
            token = held[-1] if held else ""
            yield Seen(t_ms=t_ms, exit_asked=asked, fire=fire, reset=reset, token=token)

    def _asked(self) -> bool | None:
        """Whether somebody comes to the door, or came since the last look."""
        there, went = self._exit.value, self._exit.edges
        came, self._went = went != self._went, went
        return None if there is None else there or came


def _light_of(bridge: Bridge) -> Bh1750 | AnalogLight | None:
    if fitted(bridge, ChannelKind.BH1750):
        return Bh1750(bridge)
    return AnalogLight(bridge) if fitted(bridge, ChannelKind.ANALOG_LIGHT) else None


def _fan_of(bridge: Bridge) -> Lamp | None:
    return Lamp(bridge) if fitted(bridge, ChannelKind.DIMMER) else None


def _wires(bridge: Bridge, fan: Lamp | None, settings: Settings) -> Iterator[Wire]:
    """Yield the door, the fan, the lamps, as far as the board has outputs for them."""
    relays = 0
    if settings.door:
        yield Wire(channel=DOOR, output=Relay(bridge), inverted=True)
        relays += 1
    if fan is not None:
        yield Wire(channel=FAN, output=fan, full=settings.fan_l_s)
    elif fitted(bridge, ChannelKind.RELAY, relays):
        yield Wire(channel=FAN, output=Relay(bridge, relays), full=1, inverted=True)
        relays += 1
    if fitted(bridge, ChannelKind.DIMMER, 1):
        yield Wire(channel=LIGHT, output=Lamp(bridge, 1))
    elif fitted(bridge, ChannelKind.RELAY, relays):
        yield Wire(channel=LIGHT, output=Relay(bridge, relays), full=1, inverted=True)
