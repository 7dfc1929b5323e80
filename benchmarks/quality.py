"""Whether the node says so where counting stops being trustworthy: the quality that it judges live.

    python benchmarks/quality.py [--quick] [--jobs N] [--page docs/accuracy.md]

Conditions are drawn at random: half depart from the base on one axis that the node can judge, half
on two or three at once. Each is counted by motion against exact truth and judged at the same time.
Limits were chosen on the conditions of --tune; what is reported are others. Needs no data.
"""

import itertools
import math
import time
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from axes import Setup
from curves import CROSSING_PERCENT, PEOPLE_LEAST, PEOPLE_SHARE
from page import renew
from report import Claim, arguments, finish
from sweep import Film, Tally, known_size, spread

from edgekit.frames import Frame
from edgekit.perception.motion import MotionDetector
from edgekit.perception.scene import Scene
from edgekit.records import Quality
from edgekit.testing.plaza import DEFAULT_LINE, DEFAULT_ZONE, Plaza
from edgekit.testing.wardrobe import Wardrobe
from edgekit.testing.weather import STEP_S

CONDITIONS, QUICK_CONDITIONS = 120, 10
SEEDS, MEASURED_S = (1, 2), 25.0
TUNING, REPORTED = 1000, 2000
CALLED_SHARE = 0.1
"""A window is degraded where more than a tenth of it was."""

WITHIN_S = 10.0
VERDICTS = GOOD, LIMIT, BEYOND = ("good", "at the limit", "beyond")
AXES = ("density", "frame rate", "darkness", "step", "swing", "shake", "rain", "noise")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One condition: what counting made of it, what the judge said, and how soon (nan: never)."""

    axes: tuple[str, ...]
    setup: Setup
    people: float
    mae: float
    wrong: int
    crossings: int
    called_share: float
    delay_s: float
    causes: tuple[str, ...]

    @property
    def verdict(self) -> str:
        """Beyond: people too far off, or crossings by more than chance explains.

        Chance is Poisson's, one-sided, 5 %: of thirty passages two more than three may be wrong.
        """
        expected = CROSSING_PERCENT / 100 * self.crossings
        if self.mae > max(PEOPLE_LEAST, PEOPLE_SHARE * self.people):
            return BEYOND
        if self.wrong > expected + 1.64 * math.sqrt(expected):
            return BEYOND
        return GOOD if self.wrong <= expected else LIMIT

    @property
    def is_called(self) -> bool:
        return self.called_share > CALLED_SHARE


def drawn(number: int) -> tuple[tuple[str, ...], Setup]:
    """Return the axes of one random condition, and the condition."""
    rng = np.random.default_rng(number)
    count = 1 if number % 2 else int(rng.integers(2, 4))
    axes = tuple(rng.permutation(AXES)[:count].tolist())
    setup = Setup(fps=float(rng.choice([8.0, 10.0, 15.0])))
    for axis in axes:
        setup = _changed(setup, axis, rng)
    return axes, setup


def _changed(setup: Setup, axis: str, rng: np.random.Generator) -> Setup:
    def between(low: float, high: float) -> float:
        return float(np.exp(rng.uniform(np.log(low), np.log(high))))

    weather = {
        "darkness": lambda: {"brightness": between(0.05, 1.0)},
        "step": lambda: {"light_step": between(1.0, 2.5)},
        "swing": lambda: {"light_swing": between(0.02, 0.5)},
        "shake": lambda: {"shake_px": between(0.5, 12.0)},
        "rain": lambda: {"rain": between(0.0005, 0.18)},
        "noise": lambda: {"noise": between(2.0, 30.0)},
    }
    if axis == "density":
        return replace(setup, throng=replace(setup.throng, density_per_m2=between(0.05, 2.0)))
    if axis == "frame rate":
        return replace(setup, fps=between(1.3, 20.0))
    return replace(setup, weather=replace(setup.weather, **weather[axis]()))


@cache
def wardrobe() -> Wardrobe:
    return Wardrobe.of(np.random.default_rng(0))


def judged(number: int) -> Outcome:
    """Play one condition once for each seed."""
    cv2.setNumThreads(1)
    axes, setup = drawn(number)
    parts = [played(setup, seed=10 * number + seed) for seed in SEEDS]
    onset_s = max(
        STEP_S if "step" in axes else 0.0, setup.throng.fill_s if "density" in axes else 0.0
    )
    return Outcome(
        axes=axes,
        setup=setup,
        people=float(np.mean([part.people for part in parts])),
        mae=float(np.mean([part.mae for part in parts])),
        wrong=sum(part.wrong for part in parts),
        crossings=sum(part.crossings for part in parts),
        called_share=float(np.mean([part.called_share for part in parts])),
        delay_s=max(0.0, max(part.delay_s for part in parts) - onset_s),
        causes=tuple(sorted({cause for part in parts for cause in part.causes})),
    )


def played(setup: Setup, *, seed: int) -> Outcome:
    """Play one film; the delay counts from its start, inf where nothing was called."""
    film = Film(setup, seed=seed, measured_s=MEASURED_S, wardrobe=wardrobe())
    size = film.scene.size
    detector = MotionDetector(size, fps=setup.fps, stature=known_size(size[0]))
    ids = itertools.count()
    scene = Scene(size=size, fps=setup.fps, ids=ids, detector=detector, lines=[film.scene.line])
    tally, called, people = Tally(), [], []
    first_s, causes = math.inf, set[str]()
    for index in range(film.frames):
        shot, frame = film.at(index)
        step = scene.step(frame)
        if step.quality is not Quality.GOOD:
            first_s = min(first_s, frame.t_ms / 1000)
            causes |= {cause.name.lower() for cause in scene.judge.causes}
        if film.is_scored(index):
            tally.add(step, shot)
            people.append(shot.people)
            called.append(step.quality is not Quality.GOOD)
    true, count = film.crossings(), tally.count()
    return Outcome(
        axes=(),
        setup=setup,
        people=float(np.mean(people)),
        mae=count.mae,
        wrong=sum(abs(a - b) for a, b in zip(count.crossed, true, strict=True)),
        crossings=sum(true),
        called_share=float(np.mean(called)),
        delay_s=first_s,
        causes=tuple(causes),
    )


def show(outcomes: list[Outcome]) -> None:
    for one in sorted(outcomes, key=lambda o: (len(o.axes), o.axes)):
        weather, base = one.setup.weather, Setup().weather
        changed = {
            name: f"{getattr(weather, name):.3g}"
            for name in type(weather).__slots__
            if getattr(weather, name) != getattr(base, name)
        }
        print(
            f"{one.verdict:<12} {'called' if one.is_called else '':<6} {one.called_share:4.2f} "
            f"after {one.delay_s:4.1f} s: MAE {one.mae:5.2f} of {one.people:4.1f}, "
            f"{one.wrong:>3} of {one.crossings:>3} wrong; {one.setup.fps:4.1f} frames/s, "
            f"{one.setup.throng.density_per_m2:.2f}/m2 {changed} {' '.join(one.causes)}"
        )


def table(outcomes: list[Outcome]) -> list[str]:
    """Return a table: what became of the conditions of each axis, alone and together."""
    rows = [["conditions", *VERDICTS], ["---"] * 4]
    kinds = [(axis, (axis,)) for axis in AXES]
    for name, axes in [*kinds, ("two or three at once", None)]:
        of_kind = [o for o in outcomes if (o.axes == axes if axes else len(o.axes) > 1)]
        rows.append([name, *(_called([o for o in of_kind if o.verdict == v]) for v in VERDICTS)])
    rows.append(["all", *(_called([o for o in outcomes if o.verdict == v]) for v in VERDICTS)])
    return ["| " + " | ".join(row) + " |" for row in rows]


def _called(outcomes: list[Outcome]) -> str:
    return f"{sum(o.is_called for o in outcomes)} of {len(outcomes)}" if outcomes else ""


def cost_percent(seconds: float) -> float:
    """CPU time of the judge over that of the whole step, on the rendered plaza at 640x480."""
    plaza, spent = Plaza(seed=7, seconds=8 + seconds, start_empty_s=0.0), [0.0]
    lines, zones = [DEFAULT_LINE], [DEFAULT_ZONE]
    scene = Scene(size=(640, 480), fps=15, ids=itertools.count(), lines=lines, zones=zones)
    judge = scene.judge.update

    def timed(*args: Any, **named: Any) -> Quality:  # noqa: ANN401 -- whatever the judge takes
        begun_s = time.thread_time()
        quality = judge(*args, **named)
        spent[0] += time.thread_time() - begun_s
        return quality

    scene.judge.update = timed  # type: ignore[method-assign] -- a stopwatch around it
    whole_s = 0.0
    for index in range(round(15 * seconds)):
        frame = Frame(plaza.render(8 + index / 15), round(index * 1000 / 15), index)
        begun_s = time.thread_time()
        scene.step(frame)
        whole_s += time.thread_time() - begun_s
    return 100 * spent[0] / whole_s


def claims_of(outcomes: list[Outcome], seconds: float) -> list[Claim]:
    beyond = [o for o in outcomes if o.verdict == BEYOND]
    good = [o for o in outcomes if o.verdict == GOOD]
    called = [o for o in beyond if o.is_called]
    soon = [o for o in called if o.delay_s <= WITHIN_S]
    return [
        Claim(
            claim=f"of {len(beyond)} conditions beyond the limit called degraded or blind in 10 s",
            value=100 * len(soon) / max(1, len(beyond)),
            unit="%",
            target=">= 90",
        ),
        Claim(
            claim="the same, however late",
            value=100 * len(called) / max(1, len(beyond)),
            unit="%",
        ),
        Claim(
            claim=f"of {len(good)} good conditions called degraded or blind",
            value=100 * sum(o.is_called for o in good) / max(1, len(good)),
            unit="%",
            target="<= 5",
        ),
        Claim(
            claim="judging over the whole step, CPU",
            value=cost_percent(seconds),
            unit="%",
            target="<= 3",
        ),
    ]


def main() -> None:
    parser = arguments("Whether the node says so where counting stops being trustworthy.")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="processes, default 1")
    parser.add_argument("--tune", action="store_true", help="the conditions limits are chosen on")
    parser.add_argument("--page", type=Path, metavar="FILE", help="renew the table in this page")
    args = parser.parse_args()
    first = TUNING if args.tune else REPORTED
    numbers = range(first, first + (QUICK_CONDITIONS if args.quick else CONDITIONS))
    outcomes = spread(judged, numbers, jobs=args.jobs)
    show(outcomes)
    lines = table(outcomes)
    print(*lines, sep="\n")
    if args.page:
        renew(args.page, "quality", lines)
    finish("quality", claims_of(outcomes, seconds=8 if args.quick else 20))


if __name__ == "__main__":
    main()
