"""The gate: the one place where inside numbers become released ones.

gate = Gate(authorisation)
for aggregate in gate.release(tally): ...
"""

from collections.abc import Mapping

from edgekit.consent.metric import Metric
from edgekit.consent.site import SiteAuthorisation
from edgekit.errors import ReleaseError
from edgekit.privacy.budget import epsilon_of
from edgekit.privacy.independence import require_independent
from edgekit.privacy.profile import (
    DAY_S,
    RULES,
    people_per_100_m2,
    released_of,
    released_value,
    released_wait_s,
    require_window,
)
from edgekit.privacy.systems import source_of
from edgekit.privacy.tally import WindowTally
from edgekit.records import Aggregate, Event, EventName, QualityWord, Reason, Status, Unit

MINUTE_S = 60


class Gate:
    """Releases what one authorisation allows, by the rule of its profile.

    Raises ReleaseError where the windows don't fit the profile or one output follows from others.
    It has no state: that no window comes twice is what `edgekit.privacy.window` sees to, and that
    none gets noise twice, `edgekit.privacy.noise`.
    """

    def __init__(self, authorisation: SiteAuthorisation) -> None:
        require_window(authorisation.profile, authorisation.window_s)
        require_independent(authorisation)
        self._epsilon = epsilon_of(authorisation)
        self._authorisation = authorisation
        self._rule = RULES[authorisation.profile]
        self._metrics = tuple(Metric.parse(output.metric) for output in authorisation.outputs)
        shapes = {(metric.kind, metric.family, metric.shape) for metric in self._metrics}
        view = authorisation.view
        self._area_m2 = {
            zone.name: view.ground.area_m2(zone.polygon)
            for zone in view.zones
            if view.ground is not None and ("zone", "density", zone.name) in shapes
        }
        self._closes_s = {
            f"room.{room.name}.people": (room.closes_utc_minute or 0) * MINUTE_S
            for room in view.rooms
            if ("room", "people", room.name) in shapes
        }

    def release(
        self,
        tally: WindowTally,
        noise: Mapping[str, int] | None = None,
        systems: Mapping[str, WindowTally] | None = None,
    ) -> tuple[Aggregate, ...]:
        """Return one aggregate for each authorised output, empty or not, always in one order.

        ``noise`` was drawn for this window when it began; a count that needs it and has none is a
        gap. ``systems``: the same window as each system saw it, by its name.

        Raises:
            ReleaseError: the window is not one of the authorised grid.
        """
        expected = self._authorisation.window_s
        if tally.window_s != expected:
            raise ReleaseError(f"window of {tally.window_s} s: {expected} s are authorised")
        seen = systems or {}
        return tuple(
            self._aggregate(metric, seen.get(source_of(metric), tally), noise or {})
            for metric in self._metrics
        )

    def event(
        self,
        name: EventName,
        t_s: int,
        reason: Reason | None = None,
        digest: str | None = None,
        metric: str | None = None,
    ) -> Event:
        """Return something that happened to the node, its time coarsened to the grid.

        ``metric``: that of the system whose alarm or fault it is. Raises ConsentError where that
        is not authorised.
        """
        if metric is not None:
            self._authorisation.require_metric(metric)
        return Event(
            name=name,
            t_s=t_s - t_s % self._authorisation.window_s,
            reason=reason,
            profile=self._authorisation.profile,
            digest=digest,
            metric=metric,
        )

    def corrections(self, tally: WindowTally) -> tuple[Event, ...]:
        """Return what is told of rooms that were set right, beside the window's aggregates.

        Where exact numbers leave, that is each correction of the window: why, and by how many. Else
        it would tell that somebody came or went: then a room has one such event a day, at its
        closing time (midnight UTC where it has none), whether anything was set right or not.
        """
        if self._rule.exact:
            return tuple(
                self._correction(one.metric, tally, one.reason, one.count)
                for one in tally.corrections
            )
        end_s = tally.start_s + tally.window_s
        return tuple(
            self._correction(metric, tally, Reason.RECONCILED)
            for metric, closes_s in self._closes_s.items()
            if (tally.start_s - closes_s) // DAY_S < (end_s - closes_s) // DAY_S
        )

    def _correction(
        self, metric: str, tally: WindowTally, reason: Reason, count: int | None = None
    ) -> Event:
        return Event(
            name=EventName.CORRECTION,
            t_s=tally.start_s,
            reason=reason,
            profile=self._authorisation.profile,
            metric=metric,
            count=count,
        )

    def _aggregate(self, metric: Metric, tally: WindowTally, noise: Mapping[str, int]) -> Aggregate:
        status, value, reason = self._verdict(metric, tally)
        epsilon = self._epsilon if metric.unit is Unit.COUNT else None
        if epsilon is not None and value is not None:
            status, value, reason = _noised(value, noise.get(metric.text), reason)
        told = QualityWord.UNTOLD if self._rule.noise_scale else _quality(metric, tally)
        return Aggregate(
            metric=metric.text,
            unit=metric.unit,
            window_start_s=tally.start_s,
            window_s=tally.window_s,
            value=value,
            status=status,
            reason=reason,
            uptime_percent=tally.uptime_percent,
            quality=told,
            profile=self._authorisation.profile,
            epsilon_milli=None if epsilon is None else epsilon.event_milli,
            epsilon_day_milli=None if epsilon is None else epsilon.day_milli,
        )

    def _verdict(
        self, metric: Metric, tally: WindowTally
    ) -> tuple[Status, int | None, Reason | None]:
        allowed = self._authorisation
        end_s = tally.start_s + tally.window_s
        if end_s <= allowed.valid_from_s or tally.start_s >= allowed.valid_to_s:
            return Status.GAP, None, Reason.NOT_AUTHORISED
        if tally.uptime_percent < self._rule.min_uptime_percent:
            return Status.GAP, None, tally.reason or Reason.STALLED
        value = _measured(metric, tally)
        if value is None:
            silent = Reason.SENSOR_FAULT if metric.of_system else Reason.STALLED
            return Status.GAP, None, tally.reason or silent
        released = self._released(metric, tally, value)
        if released is None:
            return Status.SUPPRESSED, None, Reason.BELOW_THRESHOLD
        return Status.RELEASED, released, tally.reason

    def _released(self, metric: Metric, tally: WindowTally, value: int) -> int | None:
        profile = self._authorisation.profile
        if metric.unit is Unit.WAIT_S:
            return released_wait_s(profile, value, behind=tally.behind.get(metric.text, 0))
        if metric.unit is not Unit.PEOPLE_PER_100_M2:
            return released_of(profile, metric.measure, value)
        people = released_value(profile, value)
        return None if people is None else people_per_100_m2(people, self._area_m2[metric.shape])


def _noised(
    value: int, noise: int | None, reason: Reason | None
) -> tuple[Status, int | None, Reason | None]:
    """Return a count with its noise: neither cut at zero nor rounded, which would bend sums."""
    if noise is None:
        return Status.GAP, None, reason or Reason.STARTED
    return Status.RELEASED, value + noise, reason


def _measured(metric: Metric, tally: WindowTally) -> int | None:
    """Return the exact value of the window, None where nothing was measured."""
    if metric.unit is Unit.WAIT_S:
        # Nobody has left the queue: a mean of nobody, which no rule releases.
        return tally.values.get(metric.text) or 0
    made_of = () if metric.on_red else metric.measure.made_of
    names = [f"{metric.kind}.{metric.shape}.{what}" for what in made_of]
    parts = [tally.values.get(name) for name in names or [metric.text]]
    known = [part for part in parts if part is not None]
    return sum(known) if len(known) == len(parts) else None


def _quality(metric: Metric, tally: WindowTally) -> QualityWord:
    unsure = metric.text in tally.unsure and tally.quality is QualityWord.GOOD
    return QualityWord.DEGRADED if unsure else tally.quality
