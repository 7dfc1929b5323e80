"""How long to wait for a reply: as long as earlier round trips let expect.

The estimator of RFC 6298, section 2, with its constants. A wire loses packets by noise, not because
it is crowded: only after a few tries in vain is the wait doubled, for a board that has become slow.
"""

LEAST_NS = 4_000_000
MOST_NS = 300_000_000
_GRANULARITY_NS = 2_000_000  # how late this machine may look at what has come
_QUICK_TRIES = 4
_GAIN, _GAIN_OF_SPREAD, _SPREADS = 1 / 8, 1 / 4, 4


class Patience:
    """Learns the round trip of one link."""

    def __init__(self) -> None:
        self._smooth_ns: float | None = None
        self._spread_ns = 0.0

    def observe(self, round_trip_ns: int) -> None:
        """Take how long a reply took, from the very try that it answers (Karn's rule)."""
        if self._smooth_ns is None:
            self._smooth_ns, self._spread_ns = round_trip_ns, round_trip_ns / 2
            return
        self._spread_ns += _GAIN_OF_SPREAD * (
            abs(self._smooth_ns - round_trip_ns) - self._spread_ns
        )
        self._smooth_ns += _GAIN * (round_trip_ns - self._smooth_ns)

    def timeout_ns(self, tries_before: int) -> int:
        """Return how long to wait for the reply to a try, 4 to 300 ms."""
        if self._smooth_ns is None:
            return MOST_NS
        slack_ns = max(_GRANULARITY_NS, _SPREADS * self._spread_ns)
        expected_ns = max(LEAST_NS, self._smooth_ns + slack_ns)
        return min(MOST_NS, round(expected_ns) << max(0, tries_before - _QUICK_TRIES))

    def is_due(self, waited_ns: int) -> bool:
        """Whether a reply is likely to be here by now: most that ever came had come by then."""
        return self._smooth_ns is not None and waited_ns >= self._smooth_ns - self._spread_ns
