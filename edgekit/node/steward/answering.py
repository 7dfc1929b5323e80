"""What the steward does when an eye has decided: one output of a board, for a while.

The clerk hands a word on over a pipe, one byte each; the system's own module says which command it
means. Every command expires into the safe state of its output, whoever has died meanwhile.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import import_module

from edgekit.bridge.board import Bridge
from edgekit.bridge.carrier import Wire
from edgekit.bridge.outputs import Relay
from edgekit.config import System
from edgekit.consent.decided import DECIDING
from edgekit.errors import BridgeError, ConfigError
from edgekit.node.steward.drive import Drive
from edgekit.privacy.systems import about
from edgekit.records import Decided, Health, Kind
from edgekit.systems.drowsiness_state import BUZZER
from edgekit.systems.temperature import SIGN

BEAT_MS = 1_000

Wiring = Callable[[Bridge], tuple[Wire, ...]]


def _thermometer_sign(bridge: Bridge) -> tuple[Wire, ...]:
    return (Wire(channel=SIGN, output=Relay(bridge)),)


def _drivers_buzzer(bridge: Bridge) -> tuple[Wire, ...]:
    return (Wire(channel=BUZZER, output=Relay(bridge)),)


ANSWERS: Mapping[str, Wiring] = {
    "drowsiness": _drivers_buzzer,
    "temperature": _thermometer_sign,
}
"""The outputs of each system whose decisions an eye makes."""


class Answering:
    """Drives the output of one system.

    Args:
        system: its settings.
        say: called with a word for the log, its level first; never of what was decided.
        claim: takes the numbers of the outputs that it drives; ConfigError where another does.
    """

    def __init__(
        self,
        system: System,
        *,
        say: Callable[[str, str], None],
        claim: Callable[[Iterable[int]], object] = bool,
    ) -> None:
        self.name = system.name
        self._system, self._say, self._claim = system, say, claim
        self._module = import_module(f"edgekit.systems.{system.name}")
        self._words = DECIDING[system.name].words
        self._board: Bridge | None = None
        self._drive = Drive(system.name, say)
        self._beat_ms = -BEAT_MS

    def turn(
        self, board: Bridge | None, words: Iterable[Decided], *, answers: bool, steady_ms: int
    ) -> Iterator[tuple[int, Kind, int]]:
        """Command what the words ask for; yield how the board is, once a second.

        Args:
            board: that of the system; None while it is not open.
            words: that came since the last turn, of any system.
            answers: whether the board tells something now.
            steady_ms: of a clock that only goes forward.
        """
        if board is not None and board is not self._board:
            self._wire(board)
        self._drive.at(steady_ms)
        for word in words:
            if word in self._words:
                self._give(word)
        if answers:
            self._drive.turn()
        if steady_ms - self._beat_ms >= BEAT_MS:
            self._beat_ms = steady_ms
            there = answers and self._drive.fitted
            yield about(self.name), Kind.HEALTH, Health.GOOD if there else Health.LOST

    def close(self) -> None:
        """Leave the output in its safe state."""
        self._drive.close()

    def _wire(self, board: Bridge) -> None:
        self._board = board
        self._drive.fit(None)
        try:
            wires = ANSWERS[self.name](board)
            self._claim(output for wire in wires for output in wire.outputs)
            self._drive.fit(wires)
        except (ConfigError, BridgeError) as error:
            self._say("error", f"{self.name}: {error}")

    def _give(self, word: Decided) -> None:
        command = self._module.answer(self._system.settings, word)
        if command is not None:
            self._drive.give(command)
