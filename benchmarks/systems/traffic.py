"""The next hour of real counts with its bounds, and a clip's vehicles through the system.

    python benchmarks/systems/traffic.py --data DIR [--quick]

Under DIR it looks for CSVs whose first column is `Date` (local wall clock, start of the hour,
MM/DD/YYYY hh:mm:ss AM/PM, in any order) and whose others are counts an hour; and for clips with a
line and how many vehicles passed it, as benchmarks/vehicles.py does. Constants were chosen on 2013
and 2014; every year is reported by itself, begun anew, its first four weeks not looked at. The peer
is the same hour of the week before.
"""

import math
import statistics
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import vehicles
from labels import find
from report import Claim, Peer, arguments, finish
from sheets import number, sheets

from edgekit.evaluation.comparison import geh
from edgekit.systems.traffic import begin, step
from edgekit.systems.traffic_forecast import Learned, forecast, learn
from edgekit.systems.traffic_state import Hour, Settings, Totals

FORM = "%m/%d/%Y %I:%M:%S %p"
CHOSEN_ON = frozenset({2013, 2014})
UNSEEN_H = 4 * 168
Counts = Mapping[datetime, int | None]


def _count(cell: str) -> int | None:
    value = number(cell)
    return None if math.isnan(value) or value < 0 else round(value)


def _moment(cell: str) -> datetime:
    """Return the local hour; ISO 8601 is taken too."""
    try:
        return datetime.strptime(cell, FORM).replace(tzinfo=UTC)
    except ValueError:
        return datetime.fromisoformat(cell).replace(tzinfo=UTC)


def tables(folder: Path) -> Iterator[tuple[str, Counts]]:
    """Yield each column of counts, and their sum where there are several."""
    for sheet in sheets(folder):
        names = sheet.heads
        if len(names) < 2 or names[0] != "Date" or not sheet.rows:
            continue
        try:
            rows = {_moment(row["Date"]): row for row in sheet.cells()}
        except ValueError as error:
            print(f"{sheet.path}: left out: {error}", file=sys.stderr)
            continue
        columns = {n: {t: _count(r[n]) for t, r in sorted(rows.items())} for n in names[1:]}
        columns = {n: c for n, c in columns.items() if any(v is not None for v in c.values())}
        if columns and not _totalled(columns):
            yield sheet.path.stem, _sum(list(columns.values()))
        yield from columns.items() if len(columns) > 1 else ()


def _totalled(columns: Mapping[str, Counts]) -> bool:
    """Whether one column is the sum of the others already."""
    every = _sum(list(columns.values()))
    return len(columns) > 2 and any(
        all(v is None or 2 * (one[t] or 0) == v for t, v in every.items())
        for one in columns.values()
    )


def _sum(columns: Sequence[Counts]) -> Counts:
    found: dict[datetime, int | None] = {}
    for t in columns[0]:
        values = [one[t] for one in columns]
        found[t] = None if None in values else sum(v for v in values if v is not None)
    return found


def year_of(counts: Counts, year: int) -> tuple[float, float, float, float, int] | None:
    """Return our error, the peer's, the share within bounds, their width, and the hours."""
    learned = Learned()
    ours, theirs, widths, held = list[float](), list[float](), list[float](), 0
    times = [t for t in counts if t.year == year]
    for hour, t in enumerate(times):
        count, slot = counts[t], t.weekday() * 24 + t.hour
        before = counts.get(t - timedelta(days=7))
        told = forecast(learned, slot)
        if hour >= UNSEEN_H and told is not None and None not in (count, before):
            assert count is not None and before is not None  # noqa: S101, PT018 -- for the types
            ours.append(abs(told.count - count))
            theirs.append(abs(before - count))
            widths.append(told.high - told.low)
            held += told.holds(count)
        learned = learn(learned, slot, count)
    if len(ours) < UNSEEN_H or not any(theirs):
        return None  # too short; or nothing ever changes, as where nobody is counted
    mean = statistics.fmean
    return mean(ours), mean(theirs), 100 * held / len(ours), mean(widths), len(ours)


def claims_of(name: str, counts: Counts) -> Iterator[Claim]:
    for year in sorted({t.year for t in counts}):
        found = year_of(counts, year)
        if found is None:
            continue
        ours, theirs, held, width, hours = found
        chosen = ", chosen on" if year in CHOSEN_ON else ""
        head = f"{name:.30} {year} ({hours} h{chosen})"
        yield Claim(
            claim=f"{head}: mean absolute error over the week before's",
            value=ours / theirs,
            unit="ratio",
            target="<= 1",
            peer=Peer(name="same hour of the week before, counts an hour", value=theirs),
        )
        yield Claim(
            claim=f"{head}: share within the bounds, off from 90",
            value=abs(held - 90),
            unit="points",
            target="<= 2",
        )
        yield Claim(claim=f"{head}: width of the bounds", value=width, unit="an hour")


def clips(folder: Path) -> Iterator[Claim]:
    """Count a clip's vehicles and put the totals through the system."""
    for labels in find(folder):
        if labels.boxes or not vehicles._of_vehicles(labels):  # noqa: SLF001 -- the same search
            continue
        for passages, (came, went) in zip(labels.passages, vehicles.count(labels), strict=True):
            state = begin(Settings(max_gap_ms=3_600_000))
            hours: list[Hour] = []
            for t_h, share in ((0, 0), (1, 1), (2, 1)):
                passed = {"vehicle.in": share * came, "vehicle.out": share * went}
                state, told = step(state, Totals(t_ms=t_h * 3_600_000, passed=passed))
                hours += [one for one in told if isinstance(one, Hour)]
            wrong, worst = 0, 0.0
            for way, true in (("in", passages.came), ("out", passages.went)):
                ours = sum(hour.counts.get(f"vehicle.{way}", 0) for hour in hours)
                wrong, worst = wrong + abs(ours - true), max(worst, geh(ours, true, 1.0))
            words = f"{labels.clip.name}: vehicles wrong, both ways"
            yield Claim(claim=words, value=wrong, unit="vehicles", target="<= 0")
            yield Claim(claim=f"{labels.clip.name}: worst GEH of a way", value=worst, unit="")


def main() -> None:
    args = arguments(__doc__ or "").parse_args()
    claims: list[Claim] = []
    for nth, (name, counts) in enumerate(tables(args.data)):
        if not args.quick or nth == 0:
            claims += claims_of(name, counts)
    if not args.quick:
        claims += clips(args.data)
    absent = [] if claims else [f"no hourly counts under Date of 8 weeks or more in {args.data}"]
    finish("systems/traffic", claims, absent=absent)


if __name__ == "__main__":
    main()
