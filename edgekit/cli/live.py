"""``edgekit systems live``: a system on a board, until it is stopped."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from edgekit.bridge.carrier import Carrier
from edgekit.cli.series import Adapter
from edgekit.cli.writing import write_whole
from edgekit.errors import BridgeError
from edgekit.node.steward.wired import Every, Wired
from edgekit.systems.decision import Decision
from edgekit.systems.persistence import to_json

KEEP_MS = 60_000


class Live:
    """Reads a board, decides, drives it, and keeps what it knows.

    Args:
        adapter: the system.
        wired: its parts on the board.
        state: to begin with.
        keep: where to keep the state; None = nowhere.
        tell: called with each decision.
        clock_ms: Unix time.
        steady_ms: a clock that only goes forward.
    """

    def __init__(  # noqa: PLR0913 -- each is one independent choice of the site
        self,
        adapter: Adapter,
        wired: Wired,
        *,
        state: Any,  # noqa: ANN401 -- of any system
        keep: Path | None,
        tell: Callable[[Decision], None],
        clock_ms: Callable[[], int],
        steady_ms: Callable[[], int],
    ) -> None:
        self.state = state
        self._adapter, self._wired, self._keep = adapter, wired, keep
        self._tell, self._clock_ms, self._steady_ms = tell, clock_ms, steady_ms
        self._carrier = Carrier(wired.wires, clock_ms=steady_ms)
        self._due = Every(
            KEEP_MS
        )  # at once: where it cannot be kept is said before anything runs long
        self._trouble = ""

    def turn(self) -> None:
        """Read once, decide, and drive; raises ConfigError where the state cannot be kept."""
        for reading in self._wired.read(self._clock_ms()):
            self.state, decisions = self._adapter.step(self.state, reading)
            for decision in decisions:
                self._tell(decision)
                command = decision.command
                if command is not None and self._carrier.drives(command.channel):
                    self._carrier.give(command)
        self._try(self._carrier.turn)
        if self._due.due(self._steady_ms()):
            self._write()

    def close(self) -> None:
        """Leave all in its safe state, and keep what is known."""
        self._try(self._carrier.close)
        self._write()

    def _try(self, act: Callable[[], None]) -> None:
        try:
            act()
        except BridgeError as error:
            trouble = str(error)
        else:
            trouble = ""
        if trouble != self._trouble:
            print(f"edgekit: {trouble or 'the board answers again'}", file=sys.stderr, flush=True)
            self._trouble = trouble

    def _write(self) -> None:
        if self._keep is not None:
            write_whole(self._keep.absolute().parent, {self._keep.name: to_json(self.state)})
