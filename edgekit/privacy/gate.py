"""The gate: the one place where inside numbers become released ones.

gate = Gate(authorisation)
for aggregate in gate.release(tally): ...
"""

from edgekit.consent.metric import Metric
from edgekit.consent.site import SiteAuthorisation
from edgekit.errors import ReleaseError
from edgekit.privacy.profile import RULES, released_value, require_independent, require_window
from edgekit.privacy.tally import WindowTally
from edgekit.records import Aggregate, Event, EventName, Reason, Status


class Gate:
    """Releases what one authorisation allows, by the rule of its profile.

    Raises ReleaseError where the windows don't fit the profile or one output follows from others.
    It has no state: that no window comes twice is what `edgekit.privacy.window` sees to.
    """

    def __init__(self, authorisation: SiteAuthorisation) -> None:
        require_window(authorisation.profile, authorisation.window_s)
        require_independent(authorisation)
        self._authorisation = authorisation
        self._metrics = tuple(Metric.parse(output.metric) for output in authorisation.outputs)

    def release(self, tally: WindowTally) -> tuple[Aggregate, ...]:
        """Return one aggregate for each authorised output, empty or not, always in one order.

        Raises:
            ReleaseError: the window is not one of the authorised grid.
        """
        expected = self._authorisation.window_s
        if tally.window_s != expected:
            raise ReleaseError(f"window of {tally.window_s} s: {expected} s are authorised")
        return tuple(self._aggregate(metric, tally) for metric in self._metrics)

    def event(
        self, name: EventName, t_s: int, reason: Reason | None = None, digest: str | None = None
    ) -> Event:
        """Return something that happened to the node, its time coarsened to the grid."""
        return Event(
            name=name,
            t_s=t_s - t_s % self._authorisation.window_s,
            reason=reason,
            profile=self._authorisation.profile,
            digest=digest,
        )

    def _aggregate(self, metric: Metric, tally: WindowTally) -> Aggregate:
        status, value, reason = self._verdict(metric, tally)
        return Aggregate(
            metric=metric.text,
            unit=metric.unit,
            window_start_s=tally.start_s,
            window_s=tally.window_s,
            value=value,
            status=status,
            reason=reason,
            uptime_percent=tally.uptime_percent,
            profile=self._authorisation.profile,
        )

    def _verdict(
        self, metric: Metric, tally: WindowTally
    ) -> tuple[Status, int | None, Reason | None]:
        allowed = self._authorisation
        end_s = tally.start_s + tally.window_s
        if end_s <= allowed.valid_from_s or tally.start_s >= allowed.valid_to_s:
            return Status.GAP, None, Reason.NOT_AUTHORISED
        value = _measured(metric, tally)
        if value is None or tally.uptime_percent < RULES[allowed.profile].min_uptime_percent:
            return Status.GAP, None, tally.reason or Reason.STALLED
        released = released_value(allowed.profile, metric.unit, value)
        if released is None:
            return Status.SUPPRESSED, None, Reason.BELOW_THRESHOLD
        return Status.RELEASED, released, tally.reason


def _measured(metric: Metric, tally: WindowTally) -> int | None:
    if metric.what != "total":
        return tally.values.get(metric.text)
    ways = [tally.values.get(f"line.{metric.shape}.{way}") for way in ("in", "out")]
    known = [value for value in ways if value is not None]
    return sum(known) if len(known) == len(ways) else None
