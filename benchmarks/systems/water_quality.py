"""Events laid over a station's record, found by several probes; broken probes told as such.

    python benchmarks/systems/water_quality.py --data DIR [--quick]

Under DIR it looks for .npz files with `clean`, `s3`, `s5` (readings of 20 min x probes), `starts`
(of events of 18 readings) and `signals` (names with CL2, PH, TURB, TOC, COND in them). A hit is an
alarm in an event, or 3 readings after, where there is none on the clean record; a false alarm is an
alarm on the clean record, real events among them. The lengths and the threshold were chosen with
the whole of 60 days in view: only another record tells what they are worth. The peer is CANARY's
idea, a linear prediction of order 12 and a binomial discriminator, in a port of its own: no verdict
on it.
"""

import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[1]))

from report import Claim, Peer, arguments, finish
from sheets import bundles

from edgekit.systems.water_quality import SIGNALS, Sampled, Settings, Signal, begin, step

STEP_MS, EVENT, AFTER, DAY = 1_200_000, 18, 3, 72
WORDS: Mapping[str, str] = {
    "CL2": "chlorine",
    "PH": "ph",
    "TURB": "turbidity",
    "TOC": "toc",
    "COND": "conductivity",
}
Readings = NDArray[np.float64]
Flags = NDArray[np.bool_]


def records(folder: Path) -> Iterator[Mapping[str, NDArray[np.generic]]]:
    """Find records by their form."""
    for path, found in bundles(folder):
        if not {"clean", "s3", "s5", "starts", "signals"} <= set(found):
            continue
        names = [str(one) for one in found["signals"]]
        unknown = [name for name in names if _word(name) is None]
        if unknown or found["clean"].shape[1:] != (len(names),) or len(names) < 2:
            words = f"signals {names}, of which {unknown} are not known here"
            print(f"{path}: left out: {words}", file=sys.stderr)
            continue
        yield found


def _word(name: str) -> str | None:
    return next((word for key, word in WORDS.items() if key in name.upper()), None)


def probes(names: Sequence[str]) -> tuple[Signal, ...]:
    """Return our probes in the order of the record."""
    known = {signal.name: signal for signal in SIGNALS}
    return tuple(known[word] for word in map(_word, names) if word is not None)


def ours(signals: tuple[Signal, ...], readings: Readings) -> tuple[Flags, set[str]]:
    """Return when there is an event, and which faults were named."""
    state = begin(Settings(signals=signals))
    flags, faults = np.zeros(len(readings), bool), set[str]()
    for number, row in enumerate(readings):
        values = tuple(None if math.isnan(v) else float(v) for v in row)
        state, told = step(state, Sampled(t_ms=number * STEP_MS, values=values))
        flags[number] = state.event
        faults |= {one.reason.split(",")[0] for one in told if one.what.startswith("fault")}
    return flags, faults


def predicted(readings: Readings, limit: float = 1.5, order: int = 12, window: int = 108) -> Flags:
    """Outliers of a linear prediction; an event where 5 of the last 6 are."""
    filled = readings.copy()
    for row in range(1, len(filled)):
        filled[row] = np.where(np.isnan(filled[row]), filled[row - 1], filled[row])
    out = np.zeros(len(filled), bool)
    for row in range(window + order, len(filled)):
        part = filled[row - window - order : row + 1]
        spread = part[:-1].std(axis=0) + 1e-9
        scaled = (part - part[:-1].mean(axis=0)) / spread
        for column in scaled.T:
            lags = np.lib.stride_tricks.sliding_window_view(column, order)
            weights, *_ = np.linalg.lstsq(lags[:-2], column[order:-1], rcond=1e-6)
            out[row] |= abs(column[-1] - lags[-2] @ weights) > limit
    recent = np.convolve(out, np.ones(6, int))[: len(out)]
    return recent >= 5  # sum_{i<5} C(6, i) / 2^6 = 0.89, above CANARY's 0.85


def episodes(flags: Flags) -> int:
    return int((np.diff(np.r_[0, flags.astype(int)]) == 1).sum())


def hits(starts: Sequence[int], clean: Flags, spoilt: Flags) -> float:
    """Return the share of events that are found, in percent."""
    new = spoilt & ~clean
    if not starts:
        return math.nan
    return 100 * float(np.mean([new[s : s + EVENT + AFTER].any() for s in starts]))


def main() -> None:
    args = arguments(__doc__ or "").parse_args()
    claims = []
    for number, record in enumerate(records(args.data)):
        name = f"record {number + 1}"
        signals = probes([str(one) for one in record["signals"]])
        starts = [int(one) for one in record["starts"]]
        rows = {k: np.asarray(record[k], float) for k in ("clean", "s3", "s5")}
        found = {key: ours(signals, value) for key, value in rows.items()}
        peers = dict.fromkeys(rows, np.zeros(len(rows["clean"]), bool))
        if not args.quick:
            peers = {key: predicted(value) for key, value in rows.items()}
        days = len(rows["clean"]) / DAY
        peer = "linear prediction and binomial discriminator"
        for key, target in (("s5", ">= 90"), ("s3", ">= 50")):
            share = hits(starts, found["clean"][0], found[key][0])
            theirs = hits(starts, peers["clean"], peers[key])
            claims.append(
                Claim(
                    claim=f"{name}: {len(starts)} events of {key[1]} sd found",
                    value=share,
                    unit="%",
                    target=target,
                    peer=None if args.quick else Peer(name=peer, value=round(theirs, 1)),
                )
            )
        claims.append(
            Claim(
                claim=f"{name}: false alarms a day, real events of {days:.0f} days among them",
                value=episodes(found["clean"][0]) / days,
                unit="a day",
                target="<= 0.25",
                peer=None
                if args.quick
                else Peer(name=peer, value=round(episodes(peers["clean"]) / days, 3)),
            )
        )
        claims += named(name, rows["clean"], signals, found["clean"][1])
    absent = [] if claims else [f"no record with events in {args.data}"]
    finish("systems/water_quality", claims, absent=absent)


def named(
    name: str, clean: Readings, signals: tuple[Signal, ...], faults: set[str]
) -> Iterator[Claim]:
    """Count probes that stood still or read nothing for a day and were not named."""
    missed, stood = 0, 0
    for signal, column in zip(signals, clean.T, strict=True):
        still = np.lib.stride_tricks.sliding_window_view(column, DAY)
        if (still.max(axis=1) == still.min(axis=1)).any():
            dead = any(
                word.startswith((f"{signal.name}: stuck", f"{signal.name}: dead"))
                for word in faults
            )
            missed, stood = missed + (not dead), stood + 1
    if not stood:
        return  # nothing to be told: no claim
    words = f"{name}: probes that stood still for a day and are not told as faults"
    yield Claim(claim=words, value=missed, unit="probes", target="<= 0")


if __name__ == "__main__":
    main()
