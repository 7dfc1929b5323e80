"""Density and net counts of real crowds against PedPy's.

    python benchmarks/systems/crowd.py --data DIR [--quick]

Under DIR it looks for a JSON file that maps names to `unit`, `fps`, `area`, `line` [x0, x1, y],
`width_m` and `pedpy_crossings`, beside it `NAME.txt` (id, frame, x, y, z) and an `.npz` with
PedPy's density a frame under each name. Nothing is fitted. The peer counts every crossing.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from report import Claim, Peer, arguments, finish
from sheets import bundles, documents

from edgekit.systems.crowd import begin, step
from edgekit.systems.crowd_state import Scene, Settings, State

WANTED = {"unit", "fps", "area", "line", "width_m", "pedpy_crossings"}
Frames = dict[int, dict[int, tuple[float, float]]]


def frames(path: Path, unit: str) -> Frames:
    rows = np.loadtxt(path, comments="#", ndmin=2)
    scale = 0.01 if unit == "cm" else 1.0
    found: Frames = {}
    for key, frame, x, y in rows[:, :4]:
        found.setdefault(int(frame), {})[int(key)] = (float(x) * scale, float(y) * scale)
    return found


def runs(
    folder: Path,
) -> Iterator[tuple[str, dict[str, Any], Frames, "np.ndarray[Any, Any] | None"]]:
    for path, listed in documents(folder):
        for name, about in listed.items() if isinstance(listed, dict) else ():
            text = path.with_name(f"{name}.txt")
            if isinstance(about, dict) and set(about) >= WANTED and text.is_file():
                yield name, about, frames(text, about["unit"]), _pedpy(path.parent, name)


def _pedpy(folder: Path, name: str) -> "np.ndarray[Any, Any] | None":
    for path, whole in bundles(folder):
        if path.parent == folder and name in whole:
            return np.asarray(whole[name], dtype=float)
    return None


def played(about: dict[str, Any], seen: Frames) -> tuple[State, list[float]]:
    left, right, y = about["line"]
    place = Settings(
        area=tuple(about["area"]), line=((left, y), (right, y)), width_m=about["width_m"]
    )
    state, densities = begin(place), []
    for frame in range(max(seen) + 1):
        t_ms = round(frame / about["fps"] * 1000)
        state, _ = step(state, Scene(t_ms=t_ms, people=seen.get(frame, {})))
        densities.append(state.density_m2)
    return state, densities


def naive(seen: Frames, y: float) -> int:
    """Count every change of sides."""
    last: dict[int, bool] = {}
    count = 0
    for frame in sorted(seen):
        for key, at in seen[frame].items():
            count += last.get(key, at[1] > y) != (at[1] > y)
            last[key] = at[1] > y
    return count


def main() -> None:
    args = arguments(__doc__ or "").parse_args()
    claims: list[Claim] = []
    for number, (name, about, seen, pedpy) in enumerate(runs(args.data)):
        if args.quick and number > 1:
            break
        state, densities = played(about, seen)
        truth = about["pedpy_crossings"]
        every = naive(seen, about["line"][2])
        claims.append(
            Claim(
                claim=f"{name}: net count off from PedPy's {truth}",
                value=abs(abs(state.net) - truth),
                unit="people",
                target="<= 0",
                peer=Peer(name="every crossing counted", value=abs(every - truth)),
            )
        )
        if pedpy is not None and len(pedpy) == len(densities):
            off = float(np.abs(pedpy - densities).max())
            words = f"{name}: density off from PedPy's, {len(pedpy)} frames, at most"
            claims.append(Claim(claim=words, value=off, unit="1/m²", target="<= 1e-6"))
    absent = [] if claims else [f"no run with {', '.join(sorted(WANTED))} in {args.data}"]
    finish("systems/crowd", claims, absent=absent)


if __name__ == "__main__":
    main()
