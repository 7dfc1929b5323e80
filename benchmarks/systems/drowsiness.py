"""Alert or drowsy by blinks, on people that the weights were not fitted to.

    python benchmarks/systems/drowsiness.py --data DIR [--quick] [--freeze]

Under DIR it looks for pairs of ``.npy`` beside each other: windows (n, blinks, 4) of blinks in
standard deviations of the same person while alert, and their labels (0 alert, 10 drowsy) under the
same name but for its first word. Each pair is a fold of people of its own. Equal labels in a row
are one film; rows of zeros are padding and left out. A film's score is the median of its windows.
With two folds or more, weights are fitted on all others; the weights that are shipped are judged
beside it (they have seen the folds that they were fitted to). Peer: a rule, the share of blinks
that last long. Intervals: films drawn anew, by person. --freeze prints the table to be shipped.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[1]))

from report import Claim, Peer, arguments, finish
from sheets import arrays

from edgekit.systems.drowsiness import LEAST_WINDOWS
from edgekit.systems.drowsiness_model import BIAS, DROWSY_LOGIT, WEIGHTS, signs

ALERT, DROWSY = 0, 10
LONG_SD = 1.0
LEAST_BLINKS = 5
"""Fewer are no window: the share and spread of so few say nothing."""
RIDGE = 1.0
FALSE_SHARE = 0.1
UNSEEN_MIN = 20 / 3
"""Of the ten minutes that a film of the source lasts, the two thirds that scale nobody."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Film:
    """One film of one person: its label, and the twelve numbers of each window (n, 12)."""

    fold: int
    person: int
    label: int
    windows: Floats
    long_share: float


def films(folder: Path) -> list[Film]:
    found: list[Film] = []
    for fold, (windows, labels) in enumerate(_pairs(folder)):
        cuts = np.flatnonzero(np.diff(labels)) + 1
        person = -1
        for rows in np.split(np.arange(len(labels)), cuts):
            label = int(labels[rows[0]])
            person += label == ALERT
            blinks = [_blinks(one) for one in windows[rows]]
            blinks = [one for one in blinks if len(one) >= LEAST_BLINKS]
            if not blinks:
                continue
            found.append(
                Film(
                    fold=fold,
                    person=person,
                    label=label,
                    windows=np.array([signs(one) for one in blinks]),
                    long_share=float(np.mean([(one[:, 2] > LONG_SD).mean() for one in blinks])),
                )
            )
    return [film for film in found if film.label in {ALERT, DROWSY}]


def _blinks(window: Floats) -> Floats:
    """Return the blinks of a window without padding and what is no number."""
    return np.asarray(window[np.any(window != 0, axis=1) & np.isfinite(window).all(axis=1)])


def _pairs(folder: Path) -> Iterator[tuple[Floats, Floats]]:
    tables = {path: found for path, found in arrays(folder) if found.dtype.kind in "fiu"}
    for path, windows in tables.items():
        if windows.ndim != 3 or windows.shape[2] != 4:
            continue
        for other, labels in tables.items():
            same = other.parent == path.parent and _tail(other) == _tail(path) and other != path
            if same and labels.ndim < 3 and labels.size == len(windows):
                yield windows, labels.ravel()


def _tail(path: Path) -> str:
    return path.stem.partition("_")[2]


def fit(seen: Sequence[Film]) -> tuple[Floats, float]:
    """Fit a logistic regression with a ridge, each film of equal weight; return weights and bias.

    Newton's method; numbers are put to mean 0 and sd 1 for the ridge, and the weights put back.
    """
    table = np.concatenate([film.windows for film in seen])
    drowsy = np.concatenate([np.full(len(f.windows), f.label == DROWSY) for f in seen])
    weight = np.concatenate([np.full(len(f.windows), 1 / len(f.windows)) for f in seen])
    centre, scale = np.average(table, axis=0, weights=weight), table.std(axis=0)
    inputs = np.c_[(table - centre) / scale, np.ones(len(table))]
    ridge = np.diag([RIDGE] * table.shape[1] + [1e-6])
    found = np.zeros(inputs.shape[1])
    for _ in range(50):
        said = 1 / (1 + np.exp(-inputs @ found))
        slope = inputs.T @ (weight * (said - drowsy)) + ridge @ found
        bend = (inputs * (weight * said * (1 - said))[:, None]).T @ inputs + ridge
        found = found - np.linalg.solve(bend, slope)
    weights = found[:-1] / scale
    return weights, float(found[-1] - weights @ centre)


def scores(seen: Sequence[Film], weights: Floats, bias: float) -> Floats:
    return np.array([np.median(film.windows @ weights + bias) for film in seen])


def crossed(seen: Sequence[Film]) -> Floats:
    """Return each film's score by weights fitted on the other folds."""
    out = np.zeros(len(seen))
    for fold in {film.fold for film in seen}:
        here = np.array([film.fold == fold for film in seen])
        weights, bias = fit([film for film in seen if film.fold != fold])
        out[here] = scores([film for film in seen if film.fold == fold], weights, bias)
    return out


def limit_of(values: Floats, drowsy: NDArray[np.bool_]) -> float:
    """Return the score above which one in ten of the alert films lie."""
    return float(np.quantile(values[~drowsy], 1 - FALSE_SHARE))


def auc(values: Floats, drowsy: NDArray[np.bool_]) -> float:
    high, low = values[drowsy], values[~drowsy]
    return float((high[:, None] > low).mean() + 0.5 * (high[:, None] == low).mean())


def interval(
    seen: Sequence[Film], values: Floats, drowsy: NDArray[np.bool_], draws: int
) -> tuple[float, float]:
    """Return the 95 % interval of the AUC by drawing people anew, with all their films."""
    random = np.random.default_rng(7)
    people = sorted({(film.fold, film.person) for film in seen})
    of = {one: [n for n, f in enumerate(seen) if (f.fold, f.person) == one] for one in people}
    drawn = []
    for _ in range(draws):
        picks = random.integers(0, len(people), len(people))
        rows = np.concatenate([of[people[k]] for k in picks])
        if drowsy[rows].any() and not drowsy[rows].all():
            drawn.append(auc(values[rows], drowsy[rows]))
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(low), float(high)


def held_limits(seen: Sequence[Film]) -> Floats:
    """Return, for each film, a limit chosen without its own fold."""
    out = np.zeros(len(seen))
    for fold in {film.fold for film in seen}:
        others = [film for film in seen if film.fold != fold]
        labels = np.array([film.label == DROWSY for film in others])
        out[[film.fold == fold for film in seen]] = limit_of(crossed(others), labels)
    return out


def alarmed(seen: Sequence[Film]) -> NDArray[np.bool_]:
    """Return which films alarm, as the system does: at most once, by the median of all so far.

    Weights and limit are of the other folds.
    """
    limits = held_limits(seen)
    out = np.zeros(len(seen), np.bool_)
    for fold in {film.fold for film in seen}:
        weights, bias = fit([film for film in seen if film.fold != fold])
        for at, film in enumerate(seen):
            if film.fold == fold:
                logits = film.windows @ weights + bias
                ends = range(LEAST_WINDOWS, len(logits) + 1)
                out[at] = any(np.median(logits[:end]) > limits[at] for end in ends)
    return out


def judged(seen: Sequence[Film], *, draws: int) -> Iterator[Claim]:
    drowsy = np.array([film.label == DROWSY for film in seen])
    folds = len({film.fold for film in seen})
    rule = Peer(
        name="share of long blinks",
        value=round(auc(np.array([film.long_share for film in seen]), drowsy), 4),
    )
    words = f"{len(seen)} films of {len({(f.fold, f.person) for f in seen})} people"
    if folds > 1:
        values = crossed(seen)
        low, high = interval(seen, values, drowsy, draws)
        yield Claim(
            claim=f"{words}, {folds} folds, fitted on the others: AUC "
            f"(95 %: {low:.3f} to {high:.3f})",
            value=auc(values, drowsy),
            unit="AUC",
            target=">= 0.93",
            peer=rule,
        )
    if folds > 2:
        over = values > held_limits(seen)
        for name, share in (
            ("drowsy films found", over[drowsy].mean()),
            ("alert films taken for drowsy", over[~drowsy].mean()),
        ):
            claim = f"{words}: {name}, limit chosen on the other folds"
            yield Claim(claim=claim, value=100 * float(share), unit="%")
        told = alarmed(seen)
        yield Claim(
            claim=f"{words}: false alarms an alert hour, once a film as the system tells them",
            value=float(told[~drowsy].mean()) * 60 / UNSEEN_MIN,
            unit="1/h",
            target="<= 1",
        )
        claim = f"{words}: drowsy films alarmed in that way"
        yield Claim(claim=claim, value=100 * float(told[drowsy].mean()), unit="%")
    frozen = scores(seen, np.ravel(WEIGHTS), BIAS)
    low, high = interval(seen, frozen, drowsy, draws)
    yield Claim(
        claim=f"{words}, as shipped (it has seen the folds it was fitted to): AUC "
        f"(95 %: {low:.3f} to {high:.3f})",
        value=auc(frozen, drowsy),
        unit="AUC",
        target=">= 0.93",
        peer=rule,
    )
    for name, share in (
        ("drowsy films found", (frozen > DROWSY_LOGIT)[drowsy].mean()),
        ("alert films taken for drowsy", (frozen > DROWSY_LOGIT)[~drowsy].mean()),
    ):
        yield Claim(claim=f"{words}, as shipped: {name}", value=100 * float(share), unit="%")


def freeze(seen: Sequence[Film]) -> None:
    """Print what drowsiness_model.py holds."""
    weights, bias = fit(seen)
    limit = limit_of(crossed(seen), np.array([film.label == DROWSY for film in seen]))
    print(f"BIAS = {bias:.3f}")
    for row in weights.reshape(3, 4):
        print("    (" + ", ".join(f"{one:.3f}" for one in row) + "),")
    print(f"DROWSY_LOGIT = {limit:.2f}")


def main() -> None:
    parser = arguments(__doc__ or "")
    parser.add_argument("--freeze", action="store_true", help="print the table to be shipped")
    args = parser.parse_args()
    seen = films(args.data)
    if args.freeze:
        freeze(seen)
        return
    if {film.label for film in seen} != {ALERT, DROWSY}:
        words = f"no pair of windows (n, blinks, 4) and labels with 0 and 10 in {args.data}"
        finish("systems/drowsiness", [], absent=[words])
    draws = 200 if args.quick else 2000
    alone = len({film.fold for film in seen}) < 2
    absent = (
        ["weights fitted on others: one fold; those as shipped may have seen it"] if alone else []
    )
    finish("systems/drowsiness", list(judged(seen, draws=draws)), absent=absent)


if __name__ == "__main__":
    main()
