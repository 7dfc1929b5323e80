"""How long somebody stayed, as a few classes: a table for both sides of the wall."""

import math
from bisect import bisect_right

DWELL_EDGES_S = (0.0, 30.0, 120.0, 300.0, 900.0, math.inf)
"""A stay belongs to the class whose lower edge it has reached and whose upper it has not."""

DWELL_CLASSES = ("under_30s", "30s_2min", "2min_5min", "5min_15min", "over_15min")
"""Names of the classes, in the order of their edges; the index is the class."""


def dwell_class(dwell_ms: int) -> int:
    """Return the class of a stay: an index into `DWELL_CLASSES`; a negative one counts as 0 ms."""
    return bisect_right(DWELL_EDGES_S, max(0, dwell_ms) / 1000) - 1
