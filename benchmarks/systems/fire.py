"""Fire tests against the smoke alarms that stood beside; and days without any fire.

    python benchmarks/systems/fire.py --data DIR [--quick]

Under DIR it looks for CSVs with TIME (s, fire at 0), TC<place>_<n> (°C) and SM<place>_<n> (optical
density, 1/m), beside them one of alarm times whose columns are <test>-Ion<n><place> and
<test>-Pho<n><place>, the test's name standing in the file's; for days without fire: tables with
date and Temperature. Before each fire stand five quiet minutes made of its first two readings. The
limits of rise were chosen on every second test (by name); the others are reported beside all. The
peers are the first ionisation alarm itself (0 s) and the rule 8.3 K/min or 0.065 /m or both at
less.
"""

import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[1]))

from report import Claim, Peer, arguments, finish
from sheets import Sheet, number, sheets

from edgekit.systems.fire import Sensed, Settings, begin, step

HOUR_MS = 3_600_000
QUIET_S, START_MS = 300, 1_780_272_000_000
EARLIER = Settings(rise_k_min=8.3, smoke_per_m=0.065)
NEVER = float("inf")
ALARM = re.compile(r"(.+)-(Ion|Pho)\d(\w)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One place in one fire: seconds, heat, smoke, and when its alarms sounded first."""

    test: str
    name: str
    time_s: NDArray[np.float64]
    heat_c: NDArray[np.float64]
    smoke: NDArray[np.float64]
    ion_s: float
    photo_s: float


def alarms(folder: Path) -> Mapping[tuple[str, str, str], float]:
    """Return the first alarm by test, place and kind."""
    first: dict[tuple[str, str, str], float] = {}
    for sheet in sheets(folder):
        matches = {name: m for name in sheet.heads if (m := ALARM.fullmatch(name))}
        for cells in sheet.cells() if matches else ():
            for name, match in matches.items():
                if number(cells[name]) > 0:
                    key = (match[1], match[3], match[2])
                    first[key] = min(first.get(key, NEVER), number(cells[name]))
    return first


def places(folder: Path) -> Iterator[Place]:
    """Find places that have heat, smoke and an ionisation alarm."""
    first = alarms(folder)
    names = sorted({test for test, _, _ in first}, key=len, reverse=True)
    for sheet in sheets(folder):
        test = next((name for name in names if name in sheet.path.stem), None)
        if test is None or not sheet.has("TIME"):
            continue
        columns = _columns(sheet)
        for place in sorted({m[1] for c in columns if (m := re.fullmatch(r"SM(\w)_\d", c))}):
            smokes = [v for c, v in columns.items() if c.startswith(f"SM{place}_")]
            # The highest one hangs at the ceiling.
            heats = sorted(c for c in columns if re.fullmatch(rf"TC{place}_\d+", c))
            heat, ion = (
                columns.get(min(heats, key=_height, default="")),
                first.get((test, place, "Ion")),
            )
            if heat is None or ion is None:
                continue
            yield Place(
                test=test,
                name=place,
                time_s=columns["TIME"],
                heat_c=heat,
                smoke=np.fmax.reduce(smokes),
                ion_s=ion,
                photo_s=first.get((test, place, "Pho"), float("nan")),
            )


def _columns(sheet: Sheet) -> Mapping[str, NDArray[np.float64]]:
    """Return heat, smoke and time where time is known, in order of it."""
    time_s = sheet.column("TIME")
    rows = np.argsort(time_s)[: int((~np.isnan(time_s)).sum())]
    wanted = [name for name in sheet.heads if name == "TIME" or re.match(r"(TC|SM)\w_\d", name)]
    return {name: sheet.column(name)[rows] for name in wanted}


def _height(name: str) -> int:
    return int(name.rpartition("_")[2])


def warned(place: Place, settings: Settings) -> float:
    """Return the second of the first alarm: infinite for none, negative before the fire."""
    state = begin(settings)
    every = float(np.median(np.diff(place.time_s)))
    quiet = np.arange(-QUIET_S, -every / 2, every)
    rows = [(float(t), k % 2) for k, t in enumerate(quiet)]
    rows += [(float(t), k) for k, t in enumerate(place.time_s)]
    for t, k in rows:
        reading = Sensed(
            t_ms=START_MS + round(1000 * t),
            temperature_c=_or_none(place.heat_c[k]),
            smoke_per_m=_or_none(place.smoke[k]),
        )
        state, told = step(state, reading)
        if any(one.what == "fire" for one in told):
            return t
    return NEVER


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def fires(name: str, found: Sequence[Place], *, target: bool) -> Iterator[Claim]:
    ours = [warned(place, Settings()) for place in found]
    theirs = [warned(place, EARLIER) for place in found]

    def delays(times: Sequence[float], of: Callable[[Place], float]) -> float:
        pairs = [t - of(p) for t, p in zip(times, found, strict=True) if not np.isnan(of(p))]
        return float(np.median(pairs)) if pairs else float("nan")

    rule = "8.3 K/min or 0.065 /m or both at less"
    missed = sum(t == NEVER for t in ours)
    yield Claim(
        claim=f"{name} ({len(found)} places): places without an alarm",
        value=missed,
        unit="places",
        target="<= 0" if target else None,
        peer=Peer(name=rule, value=sum(t == NEVER for t in theirs)),
    )
    yield Claim(
        claim=f"{name}: after the first ionisation alarm, median",
        value=delays(ours, lambda p: p.ion_s),
        unit="s",
        target="<= 15" if target else None,
        peer=Peer(name=rule, value=delays(theirs, lambda p: p.ion_s)),
    )
    worst = max(t - p.ion_s for t, p in zip(ours, found, strict=True))
    yield Claim(claim=f"{name}: the same, at worst", value=min(worst, 1e9), unit="s")
    yield Claim(
        claim=f"{name}: after the first photoelectric alarm, median",
        value=delays(ours, lambda p: p.photo_s),
        unit="s",
    )
    yield Claim(
        claim=f"{name}: alarms before the fire, in five minutes each",
        value=sum(t < 0 for t in ours),
        unit="alarms",
        target="<= 0",
        peer=Peer(name="a rule that always alarms", value=len(found)),
    )


def calm(folder: Path) -> Iterator[Claim]:
    """Days without fire: temperatures of a room."""
    rows: list[tuple[int, float]] = []
    for sheet in sheets(folder, "*.txt", "*.csv"):
        for cells in sheet.cells() if sheet.has("date", "Temperature", "CO2") else ():
            try:
                moment = datetime.fromisoformat(cells["date"]).replace(tzinfo=UTC)
            except ValueError:
                continue
            if not np.isnan(number(cells["Temperature"])):
                rows.append((round(moment.timestamp() * 1000), number(cells["Temperature"])))
    if not rows:
        return
    state, count = begin(Settings()), 0
    for t_ms, temperature in sorted(rows):
        state, told = step(state, Sensed(t_ms=t_ms, temperature_c=temperature))
        count += sum(one.what == "fire" for one in told)
    times = np.unique([t_ms for t_ms, _ in rows])
    days = float(np.minimum(np.diff(times), HOUR_MS).sum()) / (24 * HOUR_MS)
    yield Claim(
        claim=f"{days:.1f} days of a room without fire: alarms",
        value=count,
        unit="alarms",
        target="<= 0",
        peer=Peer(name="a rule that always alarms", value=1),
    )


def main() -> None:
    args = arguments(__doc__ or "").parse_args()
    found = list(places(args.data))
    claims: list[Claim] = []
    if found:
        claims += fires("all fires", found, target=True)
        tests = sorted({place.test for place in found})
        held = [place for place in found if place.test in tests[1::2]]
        if held:
            claims += fires("fires not tuned on", held, target=False)
    quiet = list(calm(args.data))
    absent = [] if found else [f"no place with heat, smoke and an ionisation alarm in {args.data}"]
    absent += [] if quiet else ["days without fire: no table with date, Temperature and CO2"]
    finish("systems/fire", [*claims, *quiet], absent=absent)


if __name__ == "__main__":
    main()
