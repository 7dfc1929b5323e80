"""The next hour of real counts with its bounds, and a clip's vehicles through the system.

    python benchmarks/systems/traffic.py --data DIR [--quick]

Under DIR it looks for CSVs whose first column is `Date` (local wall clock, start of the hour,
MM/DD/YYYY hh:mm:ss AM/PM, in any order) and whose others are counts an hour; and for clips with a
line and how many vehicles passed it, as benchmarks/vehicles.py does. Constants were chosen on 2013
and 2014; every year is reported by itself, begun anew, its first four weeks not looked at. The peer
is the same hour of the week before.
"""

import csv
import statistics
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import vehicles
from labels import find
from report import Claim, Peer, arguments, finish

from edgekit.evaluation.comparison import geh
from edgekit.systems.traffic import begin, step
from edgekit.systems.traffic_forecast import Learned, forecast, learn
from edgekit.systems.traffic_state import Hour, Settings, Totals

FORM = "%m/%d/%Y %I:%M:%S %p"
CHOSEN_ON = frozenset({2013, 2014})
UNSEEN_H = 4 * 168
Counts = Mapping[datetime, int | None]


def _number(cell: str | None) -> int | None:
    return round(float(cell)) if cell and cell.strip() else None


def tables(folder: Path) -> Iterator[tuple[str, Counts]]:
    """Yield each column of counts, and their sum where there are several."""
    for path in sorted(folder.rglob("*.csv")):
        with path.open(encoding="utf-8", errors="replace") as file:
            reader = csv.DictReader(file)
            names = reader.fieldnames or []
            if len(names) < 2 or names[0] != "Date":
                continue
            try:
                rows = {datetime.strptime(r["Date"], FORM).replace(tzinfo=UTC): r for r in reader}
                columns = {
                    n: {t: _number(r[n]) for t, r in sorted(rows.items())} for n in names[1:]
                }
            except ValueError:
                continue
        yield path.stem, _sum(list(columns.values()))
        yield from columns.items() if len(columns) > 1 else ()


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
    for number, t in enumerate(times):
        count, slot = counts[t], t.weekday() * 24 + t.hour
        before = counts.get(t - timedelta(days=7))
        told = forecast(learned, slot)
        if number >= UNSEEN_H and told is not None and None not in (count, before):
            assert count is not None and before is not None  # noqa: S101, PT018 -- for the types
            ours.append(abs(told.count - count))
            theirs.append(abs(before - count))
            widths.append(told.high - told.low)
            held += told.holds(count)
        learned = learn(learned, slot, count)
    if len(ours) < UNSEEN_H:
        return None
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
    for number, (name, counts) in enumerate(tables(args.data)):
        if not args.quick or number == 0:
            claims += claims_of(name, counts)
    if not args.quick:
        claims += clips(args.data)
    finish("systems/traffic", claims)


if __name__ == "__main__":
    main()
