"""Whether somebody is in a room by its air, on real weeks of an office; and what that saves.

    python benchmarks/systems/building.py --data DIR [--quick]

Under DIR it looks for tables (CSV, or text with commas) with `date`, `CO2`, `Occupancy` (0 or 1)
and, where there are, `Temperature` and `Humidity`; an empty cell was not read. Limits were chosen
on the longest file at hand and on made rooms whose door stands open; each file is reported by
itself. The peer is the linear discriminant of CO2 and temperature (Candanedo and Feldheim 2016),
fitted on the longest other file, or on the first half where there is one file, and looked at on the
rest. The fan is simulated: no such data.
"""

import math
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[1]))

from report import Claim, Peer, arguments, finish
from sheets import number, sheets

from edgekit.systems.building import Settings, begin, step
from edgekit.systems.building_air import person_ppm_h
from edgekit.systems.building_occupancy import Air, Presence, Rules, Sensing, sense

Values = NDArray[np.float64]
COLUMNS = ("Temperature", "Humidity", "CO2", "Occupancy")
DRIFT_PPM = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Weeks:
    """One file, in order of time."""

    name: str
    t_ms: list[int]
    heat: Values
    damp: Values
    ppm: Values
    there: NDArray[np.bool_]


def weeks(folder: Path) -> Iterator[Weeks]:
    for sheet in sheets(folder, "*.txt", "*.csv"):
        if not sheet.has("date", "CO2", "Occupancy"):
            continue
        try:
            found = {
                datetime.fromisoformat(cells["date"]).replace(tzinfo=UTC).timestamp(): [
                    number(cells.get(name)) for name in COLUMNS
                ]
                for cells in sheet.cells()
            }
        except ValueError as error:
            print(f"{sheet.path}: left out: {error}", file=sys.stderr)
            continue
        table = np.array([(t, *found[t]) for t in sorted(found)])
        table = table[~np.isnan(table[:, 4])]
        yield Weeks(
            name=sheet.path.name,
            t_ms=[round(1000 * t) for t in table[:, 0]],
            heat=table[:, 1],
            damp=table[:, 2],
            ppm=table[:, 3],
            there=table[:, 4] > 0,
        )


def told(one: Weeks, drift_ppm: float = 0.0) -> list[Presence]:
    state, said = Sensing(), []
    for row, t_ms in enumerate(one.t_ms):
        air = Air(
            t_ms=t_ms,
            co2_ppm=_read(one.ppm[row] + drift_ppm),
            temperature_c=_read(one.heat[row]),
            humidity=_read(one.damp[row]),
        )
        state, _ = sense(Rules(), state, air)
        said.append(state.presence)
    return said


def _read(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def balanced(there: NDArray[np.bool_], said: NDArray[np.bool_]) -> float:
    """Return the balanced accuracy, percent; NaN where somebody always is there, or never."""
    if not there.any() or there.all():
        return math.nan
    return 50 * float(said[there].mean() + (~said[~there]).mean())


def discriminant(one: Weeks) -> tuple[Values, float]:
    """Fit the linear discriminant of CO2 and temperature."""
    table, there = _known(one, 0.0)
    inside, outside = table[there], table[~there]
    spread = (np.cov(inside.T) * len(inside) + np.cov(outside.T) * len(outside)) / len(table)
    weights = np.linalg.solve(spread, inside.mean(0) - outside.mean(0))
    middle = weights @ (inside.mean(0) + outside.mean(0)) / 2
    return weights, float(np.log(len(inside) / len(outside)) - middle)


def _known(one: Weeks, drift_ppm: float) -> tuple[Values, NDArray[np.bool_]]:
    """Return CO2 and temperature where both were read, and who was there."""
    table = np.column_stack([one.ppm + drift_ppm, one.heat])
    known = ~np.isnan(table).any(axis=1)
    return table[known], one.there[known]


def part(one: Weeks, half: slice) -> Weeks:
    return Weeks(
        name=one.name,
        t_ms=one.t_ms[half],
        heat=one.heat[half],
        damp=one.damp[half],
        ppm=one.ppm[half],
        there=one.there[half],
    )


def peer(one: Weeks, others: Sequence[Weeks], drift_ppm: float = 0.0) -> float:
    fitted = max(others, key=lambda w: len(w.t_ms), default=part(one, slice(len(one.t_ms) // 2)))
    seen = one if others else part(one, slice(len(one.t_ms) // 2, None))
    table, there = _known(seen, drift_ppm)
    if math.isnan(balanced(*[_known(fitted, 0.0)[1]] * 2)) or not len(table):
        return math.nan  # nothing to fit it on
    weights, constant = discriminant(fitted)
    return balanced(there, table @ weights + constant > 0)


def claims_of(one: Weeks, others: Sequence[Weeks]) -> Iterator[Claim]:
    for drift_ppm, words in ((0.0, ""), (DRIFT_PPM, f", the sensor {DRIFT_PPM:g} ppm too high")):
        said = told(one, drift_ppm)
        known = np.array([it is not Presence.UNKNOWN for it in said])
        occupied = np.array([it is Presence.OCCUPIED for it in said])
        yield Claim(
            claim=f"{one.name}: balanced accuracy{words}",
            value=balanced(one.there[known], occupied[known]),
            unit="%",
            target=">= 85",
            peer=Peer(
                name="discriminant of CO2 and temperature", value=peer(one, others, drift_ppm)
            ),
        )
        if drift_ppm:
            continue
        yield Claim(
            claim=f"{one.name}: unknown",
            value=100 * float((~known).mean()),
            unit="%",
            target="<= 5",
        )
        wrong = np.where(known, occupied, ~one.there)
        yield Claim(
            claim=f"{one.name}: balanced accuracy with unknown as wrong",
            value=balanced(one.there, wrong),
            unit="%",
        )


def ventilated(one: Weeks, people: float) -> Iterator[Claim]:
    """Simulate a fan in this room, with people when the file says that somebody was there."""
    settings = Settings(area_m2=25, seats=4)
    state, ppm, used, fixed, over, before = begin(settings), 430.0, 0.0, 0.0, 0, one.t_ms[0]
    design = settings.flow_l_s(settings.seats)
    for row, t_ms in enumerate(one.t_ms):
        hours = (t_ms - before) / 3_600_000
        flow = float(state.flow_l_s or 0)
        changed = settings.rules.air_changes_h + flow * 3.6 / settings.rules.volume_m3
        there = people * bool(one.there[row])
        ppm += (person_ppm_h(settings.rules.volume_m3) * there - changed * (ppm - 430)) * hours
        moment = datetime.fromtimestamp(t_ms / 1000, UTC)
        used += flow * hours
        fixed += design * hours * (8 <= moment.hour < 18 and moment.weekday() < 5)
        over += ppm > settings.limit_ppm
        before = t_ms
        state, _ = step(state, Air(t_ms=t_ms, co2_ppm=ppm, flow_l_s=flow))
    yield Claim(
        claim=f"{one.name}: fan of a made room, {people:g} people, air over that of 08-18",
        value=used / fixed if fixed else float("nan"),
        unit="share",
    )
    words = f"{one.name}: the same, minutes above {settings.limit_ppm:g} ppm CO2"
    yield Claim(claim=words, value=over, unit="min", target="<= 0")


def main() -> None:
    args = arguments(__doc__ or "").parse_args()
    found = list(weeks(args.data))
    claims: list[Claim] = []
    for one in found:
        claims += claims_of(one, [other for other in found if other is not one])
        if not args.quick:
            claims += ventilated(one, 2)
    absent = [] if claims else [f"no table with date, CO2 and Occupancy in {args.data}"]
    finish("systems/building", claims, absent=absent)


if __name__ == "__main__":
    main()
