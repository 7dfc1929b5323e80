"""How the inflow of a network is watched, and what is known of it."""

from dataclasses import dataclass, field
from datetime import UTC, tzinfo

from edgekit.errors import ConfigError
from edgekit.systems.day import DAY_MS, MINUTE_MS
from edgekit.systems.vitals import Limits, Vital
from edgekit.systems.water_leak_week import Learnt, Slot, Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """How an inflow is watched.

    Attributes:
        slot_min: minutes that are averaged, 5 or more; must divide a day.
        learn_days: days before it says anything; weeks, so that every weekday is in them.
        k: slack of the CUSUM, in spreads.
        h: its limit, in spreads x days.
        share_seen: of a day's slots, at least so many must have been read.
        high_m3h: more than that does not flow in.
        zone: by whose clock people draw water.

    Raises ConfigError for slots or weeks that do not come out even.
    """

    slot_min: int = 30
    learn_days: int = 28
    k: float = 0.5
    h: float = 6.0
    share_seen: float = 0.75
    high_m3h: float = 100_000.0
    zone: tzinfo = UTC

    def __post_init__(self) -> None:
        weeks_whole = self.learn_days >= 14 and self.learn_days % 7 == 0  # noqa: PLR2004 -- a week says nothing of its spread
        if self.slot_min < 5 or 24 * 60 % self.slot_min or not weeks_whole:  # noqa: PLR2004 -- finer slots make a state of megabytes
            raise ConfigError(
                "a network: expected slots of 5 min or more that divide a day, and two whole weeks "
                "or more to learn"
            )
        if self.k <= 0 or self.h <= 0:
            raise ConfigError(
                f"a network's CUSUM: expected k and h above 0, not {self.k}, {self.h}"
            )

    @property
    def slots(self) -> int:
        """Slots of a day."""
        return 24 * 60 // self.slot_min

    @property
    def limits(self) -> Limits:
        """What an inflow can be; ten times the same value over 12 h is a meter that stands."""
        return Limits(
            name="inflow",
            unit="m³/h",
            low=0.0,
            high=self.high_m3h,
            max_age_ms=4 * self.slot_min * MINUTE_MS,
            stuck_ms=DAY_MS // 2,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What a whole day was like: its excess and its misfit."""

    excess_m3h: float
    misfit_m3h: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkState:
    """What is known of a network; begins as ``NetworkState()``.

    ``weeks`` are the slots of the last weeks, ``marks`` the last 28 days, ``since`` the slot from
    which a leak is told; ``settling`` while the level after a leak is not known, and
    ``least_told_m3h`` the smallest leak that was said to be seen.
    """

    vital: Vital = field(default_factory=Vital)
    open_slot: int | None = None
    readings: tuple[float, ...] = ()
    weeks: tuple[Slot, ...] = ()
    learnt: Learnt | None = None
    marks: tuple[Mark, ...] = ()
    visits: tuple[Visit, ...] = ()
    cusum: float = 0.0
    ending: float = 0.0
    leaking: bool = False
    since: int | None = None
    settling: bool = False
    scaled: bool = False
    excess_m3h: float | None = None
    least_told_m3h: float | None = None
