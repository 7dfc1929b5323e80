"""Febrile or not by a face beside a black body, against a thermometer in the mouth.

    python benchmarks/systems/temperature.py --data DIR [--quick]

Under DIR it looks for CSVs with T_Max1 to T_Max4 (a face's maximum in four shots, °C) and aveOralM
(mouth, °C). Each volunteer passes through the module, beside a black body that the camera sees with
an error of its own, one for each 40 volunteers (mean of draws). The step to the mouth is fitted on
every second volunteer and judged on the others. The peers are the same camera without a black body,
and the forehead (T_FH_Max1 to 4), which is where many look.
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
from sheets import Sheet, sheets

from edgekit.systems.temperature import Settings, Shot, begin, step

FEVER_C, GROUP, BODY_C = 37.5, 40, 35.0
WARM_MS = 20 * 60_000
Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """Volunteers before one camera: shots of the face, of the forehead, and their mouths."""

    name: str
    face: Values
    forehead: Values
    mouth: Values


def cameras(folder: Path) -> Iterator[Camera]:
    for sheet in map(_headed, sheets(folder)):
        if not sheet.has("T_Max1", "aveOralM"):
            continue
        mouth = sheet.column("aveOralM")
        face, forehead = (
            np.array(
                [
                    sheet.column(name) if name in sheet.heads else np.full(len(mouth), np.nan)
                    for name in (f"{kind}{n}" for n in range(1, 5))
                ]
            ).T
            for kind in ("T_Max", "T_FH_Max")
        )
        good = ~np.isnan(mouth) & ~np.isnan(face).all(axis=1)
        yield Camera(
            name=sheet.path.stem.split("_")[0],
            face=face[good],
            forehead=forehead[good],
            mouth=mouth[good],
        )


def _headed(sheet: Sheet) -> Sheet:
    """Return the sheet from its row of names on, where lines of another kind stand before it."""
    for number, row in enumerate(sheet.rows[:5]):
        if {"T_Max1", "aveOralM"} <= set(row):
            return Sheet(path=sheet.path, heads=row, rows=sheet.rows[number + 1 :])
    return sheet


def _mean(shots: Values) -> Values:
    """Return the mean of the shots that there are; NaN where there is none."""
    there = ~np.isnan(shots)
    count = there.sum(axis=1)
    total = np.where(there, shots, 0.0).sum(axis=1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def screened(camera: Camera, errors_k: Values, to_mouth_k: float = 0.95) -> Values:
    """Return what the module takes each mouth to be, NaN where it refuses."""
    state = begin(Settings(to_mouth_k=to_mouth_k, stuck_shots=10**6))
    state, _ = step(state, Shot(t_ms=0, face_c=None, reference_c=BODY_C))
    taken = np.full(len(camera.mouth), np.nan)
    for number, (shots, error) in enumerate(zip(camera.face, errors_k, strict=True)):
        t_ms = WARM_MS + number * 60_000
        seen = [one for one in shots if not np.isnan(one)]
        for k, face in enumerate(seen):
            shot = Shot(
                t_ms=t_ms + 500 * k, face_c=float(face + error), reference_c=float(BODY_C + error)
            )
            state, _ = step(state, shot)
        if state.shots:
            taken[number] = state.total_c / state.shots
        gone = Shot(t_ms=t_ms + 10_000, face_c=None, reference_c=float(BODY_C + error))
        state, _ = step(state, gone)
    return taken


def auc(scores: Values, mouth: Values) -> float:
    """Return the area under the curve of those who were screened."""
    known = ~np.isnan(scores)
    warm, cool = scores[known & (mouth >= FEVER_C)], scores[known & (mouth < FEVER_C)]
    if not len(warm) or not len(cool):
        return math.nan
    above = (warm[:, None] > cool).mean() + 0.5 * (warm[:, None] == cool).mean()
    return float(above)


def wilson(hits: int, count: int) -> tuple[float, float]:
    """Return the 95 % limits of a share, percent."""
    z, share = 1.96, hits / count
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count**2)) / (1 + z * z / count)
    return 100 * (middle - half), 100 * (middle + half)


def judged(camera: Camera) -> Iterator[Claim]:
    """Yield figures beside a right black body."""
    none = np.zeros(len(camera.mouth))
    scores = screened(camera, none)
    forehead = auc(_mean(camera.forehead), camera.mouth)
    warm = int((camera.mouth >= FEVER_C).sum())
    yield Claim(
        claim=f"{camera.name}, {len(camera.mouth)} volunteers, {warm} febrile: AUC",
        value=auc(scores, camera.mouth),
        unit="AUC",
        target=">= 0.96",
        peer=Peer(name="forehead", value=round(forehead, 4)),
    )
    fit, held = slice(0, None, 2), slice(1, None, 2)
    step_k = float(np.nanmean(camera.mouth[fit] - _mean(camera.face[fit])))
    said = screened(camera, none, step_k)[held] >= FEVER_C
    truth = camera.mouth[held] >= FEVER_C
    for name, right, of in (
        ("febrile told warm", said & truth, truth),
        ("others told not warm", ~said & ~truth, ~truth),
    ):
        if not of.any():
            continue
        low, high = wilson(int(right.sum()), int(of.sum()))
        yield Claim(
            claim=f"{camera.name}, held half: {name} (95 %: {low:.0f} to {high:.0f})",
            value=100 * right.sum() / of.sum(),
            unit="%",
        )


def biased(camera: Camera, draws: int) -> Iterator[Claim]:
    """Yield figures of cameras that are off."""
    random = np.random.default_rng(5)
    groups = -(-len(camera.mouth) // GROUP)
    beyond, off = 0, 0
    for spread in (0.2, 0.5, 1.0):
        ours, theirs, shares = list[float](), list[float](), list[float]()
        for _ in range(draws):
            errors = np.repeat(random.normal(0, spread, groups), GROUP)[: len(camera.mouth)]
            scores = screened(camera, errors)
            known = ~np.isnan(scores)
            bad = np.abs(errors) > 0.2 + 1e-9
            beyond, off = beyond + int((known & bad).sum()), off + int(bad.sum())
            shares.append(100 * float(known.mean()))
            ours.append(auc(scores, camera.mouth))
            theirs.append(auc(_mean(camera.face) + errors, camera.mouth))
        yield Claim(
            claim=f"{camera.name}, camera off by {spread} K (sd): AUC of the "
            f"{np.mean(shares):.0f} % that are screened",
            value=float(np.nanmean(ours)) if not np.isnan(ours).all() else math.nan,
            unit="AUC",
            target=">= 0.96" if spread == 0.2 else None,
            peer=Peer(name="no black body, all screened", value=round(float(np.mean(theirs)), 4)),
        )
    words = f"{camera.name}: screened with more than 0.2 K on the black body"
    # Where no camera was off by more than that, nobody could be refused for it.
    value = float(beyond) if off else math.nan
    yield Claim(claim=words, value=value, unit="people", target="<= 0")


def main() -> None:
    args = arguments(__doc__ or "").parse_args()
    claims: list[Claim] = []
    found: Sequence[Camera] = list(cameras(args.data))
    for camera in found:
        if not len(camera.mouth):
            continue
        claims += judged(camera)
        claims += biased(camera, 3 if args.quick else 20)
    absent = [] if claims else [f"no volunteers with T_Max1 and aveOralM in {args.data}"]
    absent += [
        f"{camera.name}: nobody febrile, or everybody: no AUC"
        for camera in found
        if not 0 < (camera.mouth >= FEVER_C).sum() < len(camera.mouth)
    ]
    finish("systems/temperature", claims, absent=absent)


if __name__ == "__main__":
    main()
