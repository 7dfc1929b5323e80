"""How busy a road is, for its lamp: the counts of a line that were released, and nothing finer.

The node's state holds what was released for the last window; the lamplighter, who runs as the same
user, reads it there. Outside a home it holds nothing else.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from edgekit.consent.measure import WAYS
from edgekit.consent.metric import Metric
from edgekit.errors import ConfigError
from edgekit.node import clock
from edgekit.node.status import CLERK, read_state
from edgekit.privacy.profile import RULES

EVERY_MS = 5_000
LATE_S = 60
"""So long after its end a window is released at the latest, while all is well."""

MOST_WITHHELD = max(rule.suppress_below for rule in RULES.values()) - 1
"""The most that a withheld count can be: in doubt there is more light."""


class ReleasedTraffic:
    """The released counts of one line.

    Args:
        folder: the node's.
        line: its name.
        window_s: length of the windows.
    """

    def __init__(self, folder: Path, *, line: str, window_s: int) -> None:
        self._folder = folder
        self._prefix = f"line.{line}."
        self._window_s = window_s
        self._start_s: int | None = None
        self._known = False
        self._read_ms = -EVERY_MS

    def read(self) -> int | None:
        """Return how many passed in a window that was not yet told, 0 where there is none.

        None while nothing is known: no window came, or one without a number.
        """
        if clock.steady_ms() - self._read_ms >= EVERY_MS:
            self._read_ms = clock.steady_ms()
            return self._look(read_state(self._folder / CLERK).get("last_window", {}))
        return 0 if self._fresh() else None

    def _look(self, windows: Mapping[str, Any]) -> int | None:
        mine = {metric: one for metric, one in windows.items() if metric.startswith(self._prefix)}
        start_s = max((one["window_start_s"] for one in mine.values()), default=None)
        if start_s is None or start_s == self._start_s:
            return 0 if self._fresh() else None
        self._start_s = start_s
        counts = [
            _count(one) if one["window_start_s"] == start_s else None for one in _each_way(mine)
        ]
        known = [count for count in counts if count is not None]
        self._known = len(known) == len(counts)
        return sum(known) if self._fresh() else None

    def _fresh(self) -> bool:
        if self._start_s is None or not self._known:
            return False
        return clock.now_ms() // 1000 < self._start_s + 2 * self._window_s + LATE_S


def _each_way(windows: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the counts that together are everybody once: a total, or the ways beside it."""
    totals = {metric.rpartition(".")[0] for metric in windows if _family(metric) == "total"}
    return [
        one
        for metric, one in windows.items()
        if _family(metric) == "total"
        or (_family(metric) in WAYS and metric.rpartition(".")[0] not in totals)
    ]


def _family(metric: str) -> str:
    try:
        return Metric.parse(metric).family
    except ConfigError:
        return ""


def _count(window: Mapping[str, Any]) -> int | None:
    if window.get("status") == "suppressed":
        return MOST_WITHHELD
    value = window.get("count")
    return None if value is None else max(0, int(value))  # noise may take it below 0
