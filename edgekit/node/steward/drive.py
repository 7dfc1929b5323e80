"""The outputs of one system on its board: commands are carried, and trouble is said once."""

from collections.abc import Callable

from edgekit.bridge.carrier import Carrier, Wire
from edgekit.errors import BridgeError
from edgekit.systems.actuation import Command


class Drive:
    """What a system drives; nothing until it is fitted.

    Args:
        name: the system's, for the log.
        say: called with a word for the log, its level first.
    """

    def __init__(self, name: str, say: Callable[[str, str], None]) -> None:
        self._name, self._say = name, say
        self._carrier: Carrier | None = None
        self._clock_ms = 0
        self._trouble = ""

    @property
    def fitted(self) -> bool:
        """Whether there is a board whose outputs it drives."""
        return self._carrier is not None

    def fit(self, wires: tuple[Wire, ...] | None) -> None:
        """Drive these outputs from now on; None = there are none."""
        self._carrier = None
        if wires is not None:
            self._carrier = Carrier(wires, clock_ms=lambda: self._clock_ms)

    def at(self, steady_ms: int) -> None:
        """Take the time, of a clock that only goes forward."""
        self._clock_ms = steady_ms

    def give(self, command: Command) -> None:
        """Take a command, where it is for one of its outputs."""
        if self._carrier is not None and self._carrier.drives(command.channel):
            self._carrier.give(command)

    def turn(self) -> None:
        """Carry what is due to the board."""
        self._try(Carrier.turn)

    def close(self) -> None:
        """Leave all in its safe state."""
        self._try(Carrier.close)

    def _try(self, act: Callable[[Carrier], None]) -> None:
        """Drive; what the board does not take has gone, or goes, to its safe state."""
        if self._carrier is None:
            return
        try:
            act(self._carrier)
        except BridgeError as error:
            trouble = str(error)
        else:
            trouble = ""
        if trouble and trouble != self._trouble:
            self._say("warning", f"{self._name}: {trouble}")
        self._trouble = trouble
