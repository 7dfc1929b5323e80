"""What ``edgekit demo`` shows while its node runs; it ends one of which nothing comes."""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edgekit.errors import SensorError

if TYPE_CHECKING:
    from edgekit.node.supervisor import Supervisor

BLIND_S = 180
"""A node that has seen nothing for so long since its start never will; a Pi needs some seconds."""


class LiveLine:
    """One line on stderr that is kept current on a terminal, and repeated now and then elsewhere.

    Args:
        directory: the node's storage.
        until_s: when to stop the node, or None.
        clock_s: seconds that only go up.
    """

    def __init__(
        self,
        directory: Path,
        *,
        until_s: float | None,
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._directory = directory
        self._until_s = until_s
        self._clock_s = clock_s
        self._begun_s = clock_s()
        self._said_s = 0.0
        self._terminal = sys.stderr.isatty()
        self._seen = False
        self._warning = ""

    def hear(self, line: str) -> None:
        """Take a line of the node's log: the last warning says why nothing is seen."""
        if " warning: " in line or " error: " in line:
            self._warning = line.split(" ", 1)[-1]

    def tick(self, node: "Supervisor") -> None:
        """Show the newest state; stop the node when its time is over, or nothing is ever seen."""
        from edgekit.node.status import CLERK, read_state  # noqa: PLC0415 -- only when it runs

        now_s = self._clock_s()
        lasted_s = now_s - self._begun_s
        over = self._until_s is not None and lasted_s > self._until_s
        if (over and _just_closed(time.time())) or self._blind(lasted_s):
            node.stop()
        if now_s - self._said_s < (0.5 if self._terminal else 10):
            return
        self._said_s = now_s
        state = read_state(self._directory / CLERK)
        self._seen = self._seen or bool(state.get("live", {}).get("frames_per_s"))
        text = _live_words(state, lasted_s)
        if self._terminal:
            sys.stderr.write(f"\r\x1b[K{text}")
            sys.stderr.flush()
        else:
            print(text, file=sys.stderr, flush=True)

    def end(self) -> None:
        """Leave the line as it stands; raises SensorError where nothing was ever seen."""
        if self._terminal:
            sys.stderr.write("\n")
        if self._blind(self._clock_s() - self._begun_s):
            raise SensorError(
                f"nothing was seen for {BLIND_S} s; the node's last warning: "
                f"{self._warning or 'none'}",
                hint=f"the whole story: {self._directory / 'node.log'}",
            )

    def _blind(self, lasted_s: float) -> bool:
        return not self._seen and lasted_s > BLIND_S


def _just_closed(now_s: float) -> bool:
    """Whether a window has just closed: stopping then loses the least."""
    from edgekit.node.trying.demonstration import WINDOW_S  # noqa: PLC0415 -- only when it runs
    from edgekit.privacy.window import LATE_MS  # noqa: PLC0415 -- only when it runs

    return LATE_MS / 1000 + 0.5 < now_s % WINDOW_S < LATE_MS / 1000 + 1.5


def _live_words(state: dict[str, Any], seconds: float) -> str:
    live = state.get("live", {})
    came, went = (
        sum(n for metric, n in live.items() if metric.endswith(f".{way}")) for way in ("in", "out")
    )
    return (
        f"{seconds:4.0f} s | people {live.get('people', 0):2} | in {came:3} | out {went:3} | "
        f"{live.get('light.illuminance', 0):5} lux | {live.get('frames_per_s', 0):2} frames/s | "
        f"seal {state.get('seal', 'none')} | lease {state.get('lease', 'none')}"
    )
