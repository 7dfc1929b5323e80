"""The boards of a site's systems: one a port, opened beside the rounds, kept while it is there."""

import threading
from collections.abc import Callable, Iterable

from edgekit.bridge.board import Bridge
from edgekit.errors import BridgeError, ConfigError

RETRY_MS = 5_000
SILENT_MS = 2_000
"""A board that has told nothing for so long is said to be silent."""


class Boards:
    """Opens boards, each for all the systems that are wired to it.

    Args:
        open_board: opens the board at a port; it may wait for it.
        say: called with a word for the log, its level first.
        steady_ms: a clock that only goes forward.
    """

    def __init__(
        self,
        *,
        open_board: Callable[[str], Bridge],
        say: Callable[[str, str], None],
        steady_ms: Callable[[], int],
    ) -> None:
        self._open_board, self._say, self._steady_ms = open_board, say, steady_ms
        self._boards: dict[str, Bridge] = {}
        self._opening: dict[str, threading.Thread] = {}
        self._tried_ms: dict[str, int] = {}
        self._seen_ms: dict[str, int] = {}
        self._told: dict[str, str] = {}
        self._driven: dict[tuple[str, int], str] = {}

    def claim(self, port: str, system: str, outputs: Iterable[int]) -> None:
        """Let a system alone drive outputs of a board; ConfigError where another drives one."""
        for output in outputs:
            other = self._driven.setdefault((port, output), system)
            if other != system:
                raise ConfigError(
                    f"channel {output} of the board at {port} is driven by {other} already",
                    hint="give each a board of its own, or take one out of [systems]",
                )

    def get(self, port: str) -> Bridge | None:
        """Return the board; None while it is not open. Waits for nothing."""
        board = self._boards.get(port)
        if board is not None:
            return board
        now_ms = self._steady_ms()
        due = now_ms - self._tried_ms.get(port, -RETRY_MS) >= RETRY_MS
        if due and port not in self._opening:
            self._tried_ms[port] = now_ms
            opening = threading.Thread(target=self._try, args=(port,), daemon=True)
            self._opening[port] = opening
            opening.start()
        return None

    def answers(self, port: str) -> bool:
        """Whether the board tells something now."""
        board = self._boards.get(port)
        there = board is not None and board.snapshot is not None
        if there or port not in self._seen_ms:
            self._seen_ms[port] = self._steady_ms()
        if there:
            self._tell(port, "")
        elif board is not None and self.away_ms(port) > SILENT_MS:
            self._tell(port, f"the board at {port} says nothing")
        return there

    def away_ms(self, port: str) -> int:
        """Return for how long it has told nothing, since it was first looked for."""
        return self._steady_ms() - self._seen_ms.get(port, self._steady_ms())

    def close(self) -> None:
        """Let go of all; harmless when repeated."""
        for opening in tuple(self._opening.values()):
            opening.join()
        while self._boards:
            self._boards.popitem()[1].close()

    def _try(self, port: str) -> None:
        try:
            self._boards[port] = self._open_board(port)
        except (BridgeError, ConfigError) as error:
            self._tell(port, str(error))
        finally:
            del self._opening[port]

    def _tell(self, port: str, text: str) -> None:
        """Say what is wrong once, and once that it is over."""
        if text != self._told.get(port, ""):
            self._say("warning" if text else "info", text or f"the board at {port} answers")
            self._told[port] = text
