"""What this hour is expected to count, from numbers that were released, and from nothing else.

Whatever follows from released numbers says no more of anybody than they do. An hour is known where
every window of it was released: one that was suppressed, or a gap, is learnt from as little as it
is told (`edgekit.systems.traffic_forecast`). What was learnt is kept beside the ledger.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, tzinfo
from typing import TypedDict

from edgekit.consent.metric import Metric
from edgekit.errors import ConfigError, LedgerError
from edgekit.node.site import Site
from edgekit.node.steward.kept import write_private
from edgekit.privacy.profile import RULES
from edgekit.records import Aggregate, Event, Status, Unit
from edgekit.systems.day import HOUR_MS
from edgekit.systems.persistence import from_json, to_json
from edgekit.systems.traffic import slot_of
from edgekit.systems.traffic_forecast import HOURS, Learned, forecast, learn

FILE = "expected.state"
HOUR_S = 3_600


class Expected(TypedDict):
    """The hour that is open after the last window, and the bounds that hold nine of ten."""

    hour_start_s: int
    count: int
    low: int
    high: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """What was learnt by metric, and up to which hour (Unix hours); there is nothing to set."""

    settings: None = None
    learned: Mapping[str, Learned] = field(default_factory=dict)
    upto: int | None = None


class Expecting:
    """Learns hour by hour.

    Args:
        site: its windows have to divide an hour; else, and where bands leave, nothing is expected.
    """

    def __init__(self, site: Site) -> None:
        allowed = site.authorisation
        whole = HOUR_S % allowed.window_s == 0 and not RULES[allowed.profile].banded
        metrics = [Metric.parse(output.metric) for output in allowed.outputs] if whole else []
        self._metrics = frozenset(
            one.text for one in metrics if one.kind == "line" and one.unit is Unit.COUNT
        )
        self._windows = HOUR_S // allowed.window_s if whole else 0
        self._file = site.settings.storage.directory / FILE
        systems = {one.name: one.settings for one in site.settings.systems}
        self._zone: tzinfo = systems["traffic"].zone if "traffic" in systems else UTC
        self._hours = self._read()
        self._open: dict[str, dict[int, int]] = {}

    def take(self, releases: Iterable[Aggregate | Event]) -> Mapping[str, Expected]:
        """Take what was released; return what is expected of the hour that goes on, by metric."""
        end_s = 0
        for one in releases:
            if isinstance(one, Event) or one.metric not in self._metrics:
                continue
            end_s = max(end_s, one.window_start_s + one.window_s)
            self._close(one.window_start_s // HOUR_S)
            if one.status is Status.RELEASED and one.value is not None:
                # Noise may take a count below 0.
                self._open.setdefault(one.metric, {})[one.window_start_s] = max(0, one.value)
        if not end_s:
            return {}
        self._close(end_s // HOUR_S)
        return dict(self._expected(end_s // HOUR_S))

    def _close(self, hour: int) -> None:
        """Learn the hours before this one."""
        upto = self._hours.upto
        if upto is None:
            # The hour in which it begins is not known as a whole.
            self._hours = replace(self._hours, upto=hour)
            return
        if hour <= upto:
            return
        learned = dict(self._hours.learned)
        for metric in self._metrics:
            one, windows = learned.get(metric, Learned()), self._open.get(metric, {})
            known = len(windows) == self._windows
            one = learn(one, self._slot(upto), sum(windows.values()) if known else None)
            for silent in range(upto + 1, min(hour, upto + HOURS)):
                one = learn(one, self._slot(silent), None)
            learned[metric] = one
        self._open = {}
        self._hours = Hours(learned=learned, upto=hour)
        self._keep()

    def _expected(self, hour: int) -> Iterable[tuple[str, Expected]]:
        for metric, one in self._hours.learned.items():
            found = forecast(one, self._slot(hour))
            if metric in self._metrics and found is not None:
                yield (
                    metric,
                    Expected(
                        hour_start_s=hour * HOUR_S,
                        count=found.count,
                        low=found.low,
                        high=found.high,
                    ),
                )

    def _slot(self, hour: int) -> int:
        return slot_of(hour * HOUR_MS, self._zone)

    def _read(self) -> Hours:
        try:
            return from_json(Hours, self._file.read_bytes(), settings=None)
        except (OSError, ConfigError):  # none, or one that is damaged: it learns anew
            return Hours()

    def _keep(self) -> None:
        try:
            write_private(self._file, to_json(self._hours))
        except (LedgerError, ConfigError):
            return  # a full disk costs what was learnt, and nothing else
