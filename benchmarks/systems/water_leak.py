"""Leaks of a network against labelled scenarios, beside the minimum night flow.

    python benchmarks/systems/water_leak.py --data DIR [--quick]

Under DIR it looks for .npz files with `inflow_m3h` (scenario, step of 30 min) and `label`, and
beside them a JSON list of scenarios with `leaks` (`start`, `end`, `diameter_m`). What is told at a
step rests on nothing later; one that is NaN was not read. No constant was fitted to these data:
k = 1, h = 8 and the cut at 6 are those that the reference had. The figure is of all networks; where
a file names them (`network`) the second half of them is reported beside it. `--quick` takes every
third year, of which F1 says less.
"""

import math
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[1]))

from report import Claim, Peer, arguments, finish
from sheets import bundles, documents

from edgekit.systems.water_leak import Settings, begin, step
from edgekit.systems.water_leak_network import Flow
from edgekit.systems.water_leak_state import Network

STEP_MS, DAY = 1_800_000, 48
MONDAY_MS = 345_600_000
Flags = NDArray[np.bool_]
CLASSES_MM = ((0, 60), (60, 120), (120, 1000))


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One network year."""

    network: int
    inflow_m3h: NDArray[np.float64]
    label: Flags
    leaks: Sequence[dict[str, float]]


def scenarios(folder: Path) -> Iterator[Scenario]:
    """Find scenarios by their form."""
    for path, found in bundles(folder):
        if not {"inflow_m3h", "label"} <= set(found):
            continue
        inflow, label = found["inflow_m3h"], found["label"].astype(bool)
        if inflow.ndim != 2 or inflow.shape != label.shape or not inflow.size:
            print(f"{path}: left out: inflow and label differ in shape", file=sys.stderr)
            continue
        networks = found.get("network", np.zeros(len(inflow), int))
        lists = (x for p, x in documents(path.parent) if p.parent == path.parent)
        leaks = next((x for x in lists if isinstance(x, list) and len(x) == len(inflow)), None)
        for number, flow in enumerate(inflow):
            yield Scenario(
                network=int(networks[number]),
                inflow_m3h=flow.astype(float),
                label=label[number],
                leaks=[] if leaks is None else leaks[number]["leaks"],
            )


def ours(scenario: Scenario) -> Flags:
    """Return at which steps a leak is told."""
    state = begin(Settings(network=Network()))
    flags = np.zeros(len(scenario.label), bool)
    for number, flow in enumerate(scenario.inflow_m3h.tolist()):
        read = None if math.isnan(flow) else flow
        state, _ = step(state, Flow(t_ms=MONDAY_MS + number * STEP_MS, flow_m3h=read))
        flags[number] = state.network.leaking
    return flags


def night_flow(scenario: Scenario, share: float) -> Flags:
    """The minimum of midnight to 6 h above the lowest of the last 10 quiet days by a share."""
    count = len(scenario.inflow_m3h)
    filled = np.full(-(-count // DAY) * DAY, np.inf)
    filled[:count] = np.where(np.isnan(scenario.inflow_m3h), np.inf, scenario.inflow_m3h)
    nights = filled.reshape(-1, DAY)[:, : DAY // 4].min(axis=1)
    flags, quiet = np.zeros(len(nights), bool), []
    for number, night in enumerate(nights):
        if night == np.inf:
            continue
        if len(quiet) >= 10 and night > min(quiet[-10:]) * (1 + share):
            flags[number] = True
        else:
            quiet.append(night)
    return np.repeat(flags, DAY)[:count]


def figures(found: Sequence[Scenario], flags: Sequence[Flags]) -> dict[str, float]:
    """Return RTP, RTN, F1 (percent, over all steps), SED and false alarms a network year."""
    said, true = np.concatenate(flags), np.concatenate([one.label for one in found])
    tp, fp = (said & true).sum(), (said & ~true).sum()
    fn, tn = (~said & true).sum(), (~said & ~true).sum()
    alone = sum(
        not one.label[a:b].any() for one, f in zip(found, flags, strict=True) for a, b in runs(f)
    )
    early = [
        sed(f, int(leak["start"]), int(leak["end"]))
        for one, f in zip(found, flags, strict=True)
        for leak in one.leaks
    ]
    return {
        "RTP": 100 * tp / (tp + fn) if tp + fn else math.nan,
        "RTN": 100 * tn / (tn + fp) if tn + fp else math.nan,
        "F1": 200 * tp / (2 * tp + fp + fn) if tp + fn else math.nan,
        "SED": 100 * float(np.mean(early)) if early else math.nan,
        "false": alone / (said.size / 17_520),
    }


def runs(flags: Flags) -> Iterator[tuple[int, int]]:
    """Yield where flags begin and end."""
    edges = np.flatnonzero(np.diff(np.r_[0, flags.astype(int), 0]))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)


def sed(flags: Flags, start: int, end: int) -> float:
    """Return the early detection score of one leak (LeakDB)."""
    window = flags[start : end + 10]
    seen = np.flatnonzero(window)
    if not len(seen) or window[seen[0] :].mean() <= 0.75:
        return 0.0
    return float(2 / (1 + np.exp(5 * seen[0] / len(window))))


def by_diameter(found: Sequence[Scenario], flags: Sequence[Flags]) -> Iterator[Claim]:
    """Yield how much of the leaks of each diameter is seen: step by step, and ever."""
    for low, high in CLASSES_MM:
        steps, seen, count = [0, 0], 0, 0
        for one, said in zip(found, flags, strict=True):
            for leak in one.leaks:
                if low <= leak["diameter_m"] * 1000 < high:
                    part = said[int(leak["start"]) : int(leak["end"])]
                    steps[0] += int(part.sum())
                    steps[1] += len(part)
                    seen += bool(part.any())
                    count += 1
        if count:
            name = f"leaks of {low} to {high} mm ({count}, {seen} of them seen)"
            share = 100 * steps[0] / max(1, steps[1])
            yield Claim(claim=f"{name}: RTP", value=share, unit="%")


def claims_of(name: str, found: Sequence[Scenario], flags: Sequence[Flags]) -> Iterator[Claim]:
    """Yield the figures beside the best minimum night flow."""
    nights = {s: figures(found, [night_flow(x, s) for x in found]) for s in (0.1, 0.2, 0.3)}
    best = max(nights, key=lambda share: np.nan_to_num(nights[share]["F1"]))
    mine, theirs = figures(found, flags), nights[best]
    peer = f"minimum night flow, {best:.0%}"
    for key, unit, target in (
        ("F1", "%", ">= 90"),
        ("RTN", "%", ">= 99"),
        ("RTP", "%", None),
        ("SED", "%", None),
        ("false", "a year", "<= 1"),
    ):
        word = "false alarms a network year" if key == "false" else key
        if key != "SED" or not math.isnan(mine[key]):
            yield Claim(
                claim=f"{name} ({len(found)} network years): {word}",
                value=float(mine[key]),
                unit=unit,
                target=target,
                peer=Peer(name=peer, value=round(float(theirs[key]), 3)),
            )


def main() -> None:
    args = arguments(__doc__ or "").parse_args()
    found = list(scenarios(args.data))
    if args.quick:
        found = found[:: max(1, len(found) // 20)]
    if not found:
        finish("systems/water_leak", [], absent=[f"no labelled inflow in {args.data}"])
    flags = [ours(one) for one in found]
    claims = list(claims_of("all", found, flags))
    networks = sorted({one.network for one in found})
    late = [n for n, one in enumerate(found) if one.network in networks[len(networks) // 2 :]]
    if len(networks) > 1:
        claims += claims_of("second half", [found[n] for n in late], [flags[n] for n in late])
    claims += by_diameter(found, flags)
    finish("systems/water_leak", claims, networks=len(networks))


if __name__ == "__main__":
    main()
