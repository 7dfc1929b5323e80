"""How systems of the city are wired to a board, for the steward and ``edgekit systems live``."""

from collections.abc import Iterator, Mapping

from edgekit.bridge.board import Bridge
from edgekit.bridge.carrier import Wire
from edgekit.bridge.inputs import Button, CurrentLoop, Motion, PulseMeter, Thermometer
from edgekit.bridge.outputs import Relay
from edgekit.node.steward.garden import Garden
from edgekit.node.steward.probes import AirProbe, WaterProbe
from edgekit.node.steward.push import WHERE, Push
from edgekit.node.steward.room import Room
from edgekit.node.steward.wired import PLAIN, Every, Fitting, Wired, fitted
from edgekit.systems.crowd_sign import SIGN, Said
from edgekit.systems.dispenser import MOTOR, Asked, Refilled, Seen
from edgekit.systems.dispenser import Settings as DispenserSettings
from edgekit.systems.fire import SOUNDER, Sensed
from edgekit.systems.register import Total
from edgekit.systems.traffic_signal import Contacts
from edgekit.systems.water_leak_home import MAIN, Draw, Release
from edgekit.wire.channels import ChannelKind


class Crowd(Wired):
    """A sign on a relay; the clerk says when it warns."""

    WORDS = (
        "relay: the sign that lets no more in; dark when nobody commands it",
        "whether people are pressed is said by a node, from its camera: alone it stays dark",
    )

    def __init__(self, bridge: Bridge, fitting: Fitting = PLAIN) -> None:
        del fitting
        self._every, self._last = Every(2_000), self.said
        self.wires = (Wire(channel=SIGN, output=Relay(bridge)),)

    def read(self, t_ms: int) -> Iterator[Said]:
        """Yield what is said every 2 s, and when it changes."""
        if self._every.due(t_ms) or self.said is not self._last:
            self._last = self.said
            yield Said(t_ms=t_ms, pressed=self.said)


class Dispenser(Wired):
    """A motion sensor, a button to ask with, the motor on a relay."""

    WORDS = (
        "motion sensor: somebody is there",
        "button: a hand asks",
        "relay: the motor; off when nobody commands it",
        f"{WHERE}: it was filled up",
    )

    def __init__(self, bridge: Bridge, fitting: Fitting = PLAIN) -> None:
        self._full = (fitting.settings or DispenserSettings()).portions
        self._refill = Push(bridge)
        self._motion, self._button = Motion(bridge), Button(bridge)
        self._presses = self._button.presses
        self._every, self._there = Every(1_000), False
        self.wires = (Wire(channel=MOTOR, output=Relay(bridge)),)

    def read(self, t_ms: int) -> Iterator[Seen | Asked | Refilled]:
        """Yield presence once a second and when it changes, each press, and that it was filled."""
        if self._refill.pushed():
            yield Refilled(t_ms=t_ms, portions=self._full)
        there = self._motion.value
        if self._every.due(t_ms) or there != self._there:
            self._there = bool(there)
            yield Seen(t_ms=t_ms, present=there)
        for _ in range(self._button.presses - self._presses):
            yield Asked(t_ms=t_ms)
        self._presses = self._button.presses


class Fire(Wired):
    """A thermometer, a smoke sensor where one is fitted, a sounder that sounds by itself."""

    WORDS = (
        "thermometer (TMP36): under the ceiling",
        "current loop, if fitted: optical density, 4 mA = 0, 20 mA = 1 per metre",
        "relay, normally closed contact: the sounder; it sounds when nobody holds it quiet",
    )

    def __init__(self, bridge: Bridge, fitting: Fitting = PLAIN) -> None:
        del fitting
        self._heat = Thermometer(bridge)
        self._smoke = CurrentLoop(bridge) if fitted(bridge, ChannelKind.CURRENT_LOOP) else None
        self._every = Every(5_000)
        self.wires = (Wire(channel=SOUNDER, output=Relay(bridge), inverted=True),)

    def read(self, t_ms: int) -> Iterator[Sensed]:
        """Yield heat and smoke every 5 s."""
        if self._every.due(t_ms):
            smoke = None if self._smoke is None else self._smoke.value
            yield Sensed(t_ms=t_ms, temperature_c=self._heat.value, smoke_per_m=smoke)


class Traffic(Wired):
    """A traffic signal's red and green lamp, by a contact each that is closed while it is lit."""

    WORDS = (
        "motion sensor's input: a contact that is closed while red is lit (relay, opto-coupler)",
        "button: the same for green; neither or both are unknown",
    )

    def __init__(self, bridge: Bridge, fitting: Fitting = PLAIN) -> None:
        del fitting
        self._red, self._green = Motion(bridge), Button(bridge)
        self._every, self._last = Every(1_000), (False, False)

    def read(self, t_ms: int) -> Iterator[Contacts]:
        """Yield both once a second, and when one changes."""
        lit = bool(self._red.value), bool(self._green.value)
        if self._every.due(t_ms) or lit != self._last:
            self._last = lit
            yield Contacts(
                t_ms=t_ms,
                red=self._red.value,
                green=self._green.value,
                reds=self._red.edges,
            )


class Water(Wired):
    """A meter with a pulse output."""

    WORDS = ("pulse input: the meter (--set ml_per_unit=…)",)

    def __init__(self, bridge: Bridge, fitting: Fitting = PLAIN) -> None:
        del fitting
        self._bridge, self._meter = bridge, PulseMeter(bridge)
        self._every = Every(10_000)

    def read(self, t_ms: int) -> Iterator[Total]:
        """Yield the board's own total every 10 s, and since which start it counts."""
        if not self._every.due(t_ms):
            return
        snapshot = self._bridge.snapshot
        raw = None if snapshot is None else snapshot.sample.values[self._meter.channel.index]
        total = raw if isinstance(raw, int) else None
        boot = "" if snapshot is None else f"{snapshot.boot_id:08x}"
        yield Total(t_ms=t_ms, total=total, boot=boot)


class WaterLeak(Wired):
    """A home's meter, a coil that closes the main, a button that says it was opened by hand."""

    WORDS = (
        "pulse input: the meter (--per-pulse LITRES)",
        "button: the main was opened by hand",
        "relay: the coil that closes the main; the main stays as it is otherwise",
    )

    def __init__(self, bridge: Bridge, fitting: Fitting = PLAIN) -> None:
        self._meter = PulseMeter(bridge, per_pulse=fitting.per_pulse, unit="l")
        self._button = Button(bridge)
        self._presses, self._gaps, self._last = self._button.presses, self._meter.gaps, 0.0
        self._every = Every(60_000)
        self.wires = (Wire(channel=MAIN, output=Relay(bridge)),)

    def read(self, t_ms: int) -> Iterator[Draw | Release]:
        """Yield what was drawn every minute, and each press."""
        for _ in range(self._button.presses - self._presses):
            yield Release(t_ms=t_ms)
        self._presses = self._button.presses
        if self._every.due(t_ms):
            litres = self._meter.value
            known = litres is not None and self._meter.gaps == self._gaps
            drawn = litres - self._last if litres is not None and known else None
            self._gaps, self._last = self._meter.gaps, self._last if litres is None else litres
            yield Draw(t_ms=t_ms, litres=drawn)


WIRINGS: Mapping[str, type[Wired]] = {
    "air": AirProbe,
    "building": Room,
    "crowd": Crowd,
    "dispenser": Dispenser,
    "fire": Fire,
    "irrigation": Garden,
    "traffic": Traffic,
    "water": Water,
    "water_leak": WaterLeak,
    "water_quality": WaterProbe,
}
