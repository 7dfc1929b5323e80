"""A board on the bench, as wirings know one: its channels, readings are set, commands noted."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, cast

from edgekit.bridge.board import Bridge, Snapshot
from edgekit.bridge.carrier import Carrier
from edgekit.errors import ConfigError
from edgekit.node.steward.wired import ALONE, Beside, Fitting
from edgekit.node.steward.wiring import WIRINGS
from edgekit.systems.decision import Decision  # noqa: TC001 -- of an attribute
from edgekit.systems.telling import Told, tell
from edgekit.wire.channels import Channel, ChannelKind, Sample
from edgekit.wire.messages import FULL, Command

Part = tuple[ChannelKind, int]
"""The n-th channel of a kind."""

LIGHT, LOOP, HEAT = ChannelKind.ANALOG_LIGHT, ChannelKind.CURRENT_LOOP, ChannelKind.TEMPERATURE
SOIL, MOTION, BUTTON = ChannelKind.SOIL_MOISTURE, ChannelKind.PRESENCE, ChannelKind.BUTTON
PULSES, DIMMER = ChannelKind.PULSES, ChannelKind.DIMMER
RELAY, VALVE = ChannelKind.RELAY, ChannelKind.VALVE

UNO = (LIGHT, SOIL, LOOP, HEAT, MOTION, BUTTON, PULSES, PULSES, DIMMER, RELAY, VALVE)
"""What the firmware of an Uno has, but for its buses."""

BEGUN_MS = 1_780_272_000_000


def loop(milliamperes: float) -> int:
    """Return what a board reads of a current over 220 ohm."""
    return round(milliamperes * 220 / 5000 * 1023)


def celsius(degrees: float) -> int:
    """Return what a board reads of a TMP36."""
    return round((degrees * 10 + 500) / 5000 * 1023)


def millivolts(value: float) -> int:
    """Return what a board reads of a voltage."""
    return round(value / 5000 * 1023)


def _safe_level(kind: ChannelKind) -> int:
    return FULL if kind is DIMMER else 0


@dataclass
class Bench:
    """The board: ``readings`` by channel, in their order; None where the board has no value."""

    kinds: tuple[ChannelKind, ...] = UNO
    boot_id: int = 7
    silent: bool = False
    commands: list[Command] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.channels = tuple(
            Channel(index=index, kind=kind, scale=5000, safe_level=_safe_level(kind))
            for index, kind in enumerate(self.kinds)
        )
        usual: dict[ChannelKind, Any] = {
            HEAT: celsius(21),
            LOOP: loop(12),
            SOIL: millivolts(2600),
            **dict.fromkeys((MOTION, BUTTON), (0, 0)),
        }
        self.readings: list[Any] = [usual.get(kind, 0) for kind in self.kinds]
        self._watchers: list[Callable[[Snapshot], None]] = []

    @property
    def snapshot(self) -> Snapshot | None:
        if self.silent:
            return None
        return Snapshot(Sample(0, 0, tuple(self.readings)), self.boot_id, 0)

    def find(self, kind: ChannelKind, number: int = 0) -> Channel:
        found = [channel for channel in self.channels if channel.kind is kind]
        if number >= len(found):
            raise ConfigError(f"{len(found)} channels of kind {kind.name}")
        return found[number]

    def watch(self, watcher: Callable[[Snapshot], None]) -> None:
        self._watchers.append(watcher)

    def wait_snapshot(self, after: object, timeout_s: float) -> None:
        """Nothing comes by itself."""

    def command(self, command: Command, *, hold: bool) -> None:
        assert not hold
        self.commands.append(command)
        self.readings[command.channel] = command.level

    def put(self, part: ChannelKind | Part, raw: Any) -> None:  # noqa: ANN401 -- as a sample has it
        """Set a reading; whoever watches hears of it."""
        kind, number = part if isinstance(part, tuple) else (part, 0)
        self.readings[self.find(kind, number).index] = raw
        snapshot = self.snapshot
        for watcher in self._watchers if snapshot else ():
            watcher(cast("Snapshot", snapshot))

    def boot(self) -> None:
        """Start anew: totals begin at 0 again."""
        self.boot_id += 1
        for part in (PULSES, (PULSES, 1), BUTTON, MOTION):
            kind = part[0] if isinstance(part, tuple) else part
            self.put(part, 0 if kind is PULSES else (0, 0))


class Rig:
    """A system, wired to a bench: what it reads, decides, drives and tells."""

    def __init__(
        self,
        name: str,
        bench: Bench | None = None,
        *,
        settings: Any = None,  # noqa: ANN401 -- of any system
        per_pulse: float = 1.0,
        beside: Beside = ALONE,
    ) -> None:
        self.name, self.bench = name, bench or Bench()
        self.t_ms = BEGUN_MS
        self._module = import_module(f"edgekit.systems.{name}")
        settings = self._module.Settings() if settings is None else settings
        self.state = self._module.begin(settings)
        self.wired = WIRINGS[name](
            cast("Bridge", self.bench),
            Fitting(per_pulse=per_pulse, settings=settings, beside=beside),
        )
        self.carrier = Carrier(self.wired.wires, clock_ms=lambda: self.t_ms)
        self.readings: list[Any] = []
        self.decisions: list[Decision] = []
        self.told: list[Told] = []

    def turn(self) -> list[Any]:
        """Read once, decide, drive; return what was read."""
        read = list(self.wired.read(self.t_ms))
        for one in read:
            before = self.state
            self.state, decisions = self._module.step(before, one)
            self.told.append(tell(self.name, before, self.state, decisions))
            for decision in decisions:
                assert decision.reason
                if decision.command and self.carrier.drives(decision.command.channel):
                    self.carrier.give(decision.command)
            self.decisions += decisions
        self.carrier.turn()
        self.readings += read
        return read

    def live(self, seconds: float, *, step_s: float = 1.0, each: Iterable[Any] = ()) -> "Rig":
        """Let time pass; ``each`` is taken one of before every turn."""
        todo: Iterator[Any] = iter(each)
        for _ in range(round(seconds / step_s)):
            self.t_ms += round(step_s * 1000)
            act = next(todo, None)
            if act is not None:
                act()
            self.turn()
        return self

    @property
    def whats(self) -> list[str]:
        return [one.what for one in self.decisions]

    def bytes_to(self, kind: ChannelKind) -> list[str]:
        """Return what was sent to an output, as it goes over the wire."""
        index = self.bench.find(kind).index
        return [one.to_payload().hex() for one in self.bench.commands if one.channel == index]

    def added(self, what: str) -> int:
        return sum(one.added.get(what, 0) for one in self.told)
