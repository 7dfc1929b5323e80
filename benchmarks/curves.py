"""Error curves: many runs of a condition made into one point, points into a curve; for crowd.py."""

import dataclasses
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from axes import AXES, Axis
from sweep import Run

CROSSING_PERCENT = 10.0
PEOPLE_SHARE, PEOPLE_LEAST = 0.2, 0.5
"""Trustworthy: crossings within 10 %, people in view within a fifth or half a person."""

T_95 = (math.nan, 12.71, 4.30, 3.18, 2.78, 2.57, 2.45, 2.36)
"""Student's t for a two-sided 95 % interval, by degrees of freedom."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One condition as one eye counted it, over all seeds.

    ``crossing_percent`` is the sum over both directions of \\|counted - true\\| over the true
    passages, ``crossing_interval`` half of its 95 % interval over the seeds, nan with one seed;
    ``people_interval`` the same for the mean absolute error of people in view.
    """

    crossing_percent: float
    crossing_interval: float
    crossing_bias_percent: float
    mae: float
    people_interval: float
    bias_percent: float
    people: float
    crossings: int
    switches_per_min: float

    @property
    def mae_allowed(self) -> float:
        return max(PEOPLE_LEAST, PEOPLE_SHARE * self.people)

    @property
    def trusted(self) -> bool:
        return self.crossing_percent <= CROSSING_PERCENT and self.mae <= self.mae_allowed


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """All points of an axis, for each eye."""

    axis: Axis
    values: tuple[float, ...]
    points: Mapping[str, tuple[Point, ...]]

    def pairs(self, eye: str) -> Iterator[tuple[float, Point]]:
        return zip(self.values, self.points[eye], strict=True)

    def base(self, eye: str) -> Point:
        return self.points[eye][self.values.index(self.axis.base)]

    def within(self, eye: str, span: tuple[float, float]) -> list[Point]:
        return [point for x, point in self.pairs(eye) if span[0] <= x <= span[1]]

    def trusted_range(self, eye: str) -> tuple[float, float] | None:
        """The unbroken run of trusted values around the base; None where the base is not."""
        trusted = [point.trusted for point in self.points[eye]]
        low = high = self.values.index(self.axis.base)
        if not trusted[low]:
            return None
        while low > 0 and trusted[low - 1]:
            low -= 1
        while high + 1 < len(trusted) and trusted[high + 1]:
            high += 1
        return self.values[low], self.values[high]


def point(runs: Sequence[Run], eye: str) -> Point:
    """Put the runs of one condition together."""
    counts = [run.counts[eye] for run in runs]
    true = np.array([sum(run.crossings) for run in runs], float)
    came = np.array([c.crossed[0] - r.crossings[0] for c, r in zip(counts, runs, strict=True)])
    went = np.array([c.crossed[1] - r.crossings[1] for c, r in zip(counts, runs, strict=True)])
    people = np.array([run.people for run in runs])
    percent, interval = _ratio(np.abs(came) + np.abs(went), true)
    mae, people_interval = _ratio(np.array([c.mae for c in counts]), np.ones(len(runs)))
    minutes = sum(run.person_s for run in runs) / 60
    return Point(
        crossing_percent=100 * percent,
        crossing_interval=100 * interval,
        crossing_bias_percent=100 * float((came + went).sum() / max(1.0, true.sum())),
        mae=mae,
        people_interval=people_interval,
        bias_percent=100 * float(sum(c.bias for c in counts) / max(1e-9, people.sum())),
        people=float(people.mean()),
        crossings=int(true.sum()),
        switches_per_min=sum(c.switches for c in counts) / max(1e-9, minutes),
    )


def _ratio(top: np.ndarray, low: np.ndarray) -> tuple[float, float]:
    """A ratio of sums and half its 95 % interval, linearised (Cochran 1977, section 6.3)."""
    n, whole = len(low), max(1.0, float(low.sum()))
    ratio = float(top.sum()) / whole
    if n == 1:
        return ratio, math.nan
    spread = math.sqrt(float(((top - ratio * low) ** 2).sum()) * n / (n - 1))
    return ratio, T_95[min(n - 1, len(T_95) - 1)] * spread / whole


def save(curves: Sequence[Curve], path: Path) -> None:
    """Keep the points, so that they can be drawn again without a run."""
    kept = {
        curve.axis.name: {
            "values": curve.values,
            "points": {
                eye: [dataclasses.asdict(p) for p in ps] for eye, ps in curve.points.items()
            },
        }
        for curve in curves
    }
    path.write_text(json.dumps(kept) + "\n", encoding="utf-8")


def load(path: Path) -> list[Curve]:
    """Return what `save` kept."""
    kept = json.loads(path.read_text(encoding="utf-8"))
    return [
        Curve(
            axis=axis,
            values=tuple(kept[axis.name]["values"]),
            points={
                eye: tuple(Point(**p) for p in points)
                for eye, points in kept[axis.name]["points"].items()
            },
        )
        for axis in AXES
    ]
