"""Totals that count on, and how much of each was told: nothing lost and nothing told twice.

    totals = Totals(metrics, kept)
    totals.live("water", life)
    totals.hear("water.volume", 12_300, counts=True)
    tally = totals.moved(tally)
    totals.settle(aggregates)

A system says its total since its own beginning (its life). A window gets what that moved by since
the last number that was released: what went by in a gap is in the next window, which is `degraded`.
A total that fell (back-flow) gives 0 until it is above what was told again. What went by while
nothing was authorised is told to nobody.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from edgekit.privacy.tally import WindowTally
from edgekit.records import Aggregate, Event, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """So much of a total has been told, in the life of its system of that name."""

    life: int
    told: int


class Totals:
    """What was told of each total.

    Args:
        metrics: the names of the totals.
        bases: what is known from before, by metric.
    """

    def __init__(self, metrics: Iterable[str], bases: Mapping[str, Base]) -> None:
        self._metrics = frozenset(metrics)
        self._lives: dict[str, int] = {}
        self._carried: set[str] = set()
        self.bases = {name: base for name, base in bases.items() if name in self._metrics}

    def live(self, system: str, life: int) -> None:
        """Take the name of a system's life: in another one its totals began at 0 again."""
        self._lives[system] = life
        for metric in self._metrics:
            base = self.bases.get(metric)
            if metric.startswith(f"{system}.") and base is not None and base.life != life:
                self.bases[metric] = Base(life=life, told=0)

    def hear(self, metric: str, total: int, *, counts: bool) -> None:
        """Take a total; where it does not count, nothing of what went by is told later either."""
        life = self._lives.get(metric.partition(".")[0])
        if (
            metric in self._metrics
            and life is not None
            and (metric not in self.bases or not counts)
        ):
            self.bases[metric] = Base(life=life, told=total)

    def moved(self, tally: WindowTally) -> WindowTally:
        """Return the tally with what its totals moved by in place of them."""
        own = {name: total for name, total in tally.values.items() if name in self._metrics}
        moved = {name: self._moved(name, total) for name, total in own.items()}
        late = frozenset(name for name in own if name in self._carried)
        return replace(tally, values={**tally.values, **moved}, unsure=tally.unsure | late)

    def _moved(self, metric: str, total: int | None) -> int | None:
        base = self.bases.get(metric)
        return None if base is None or total is None else max(0, total - base.told)

    def settle(self, releases: Sequence[Aggregate | Event]) -> None:
        """Note what was released; what was not is carried into the next window."""
        for one in releases:
            if isinstance(one, Event) or one.metric not in self._metrics:
                continue
            base = self.bases.get(one.metric)
            if one.status is Status.RELEASED and one.value is not None and base is not None:
                self.bases[one.metric] = replace(base, told=base.told + one.value)
                self._carried.discard(one.metric)
            else:
                self._carried.add(one.metric)
