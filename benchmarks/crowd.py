"""Where counting stops being trustworthy: error curves over a synthetic crowd with exact truth.

    python benchmarks/crowd.py [--quick] [--jobs N] [--draw FILE.svg] [--page docs/accuracy.md]

``make curves`` writes docs/pictures/crowd-crossings.svg, crowd-people.svg and the table.

Each axis (density, pace, frame rate, occlusion, shadow, light, shake, rain, noise) departs from
one base condition. Three eyes look at the same pictures: motion with the size of people given,
motion that learns it, and boxes of the truth with the gaps and errors of a network, which shows
where tracker and counters end. Needs no data. The same options give the same figures.
"""

from functools import cache
from pathlib import Path

import numpy as np
from axes import AXES, Axis, Setup
from curves import CROSSING_PERCENT, Curve, Point, load, point, save
from page import limits, renew
from picture import PICTURES, draw
from report import Claim, arguments, finish
from sweep import EYES, Run, play, spread

from edgekit.testing.wardrobe import Wardrobe

SEEDS, TUNING_SEEDS, MEASURED_S = (101, 102, 103, 104), (1, 2, 3, 4), 50.0
QUICK_SEEDS, QUICK_MEASURED_S = (101,), 20.0
ENOUGH_CROSSINGS = 40
"""Of fewer, one that is missed says little: what a quick run gives is a figure, not a verdict."""


def reduced(axis: Axis) -> tuple[float, ...]:
    """The base and one far value: what a quick run looks at."""
    far = axis.values[-2] if axis.base not in axis.values[-2:] else axis.values[1]
    return tuple(sorted({axis.base, far}))


@cache
def wardrobe() -> Wardrobe:
    return Wardrobe.of(np.random.default_rng(0))


def run(task: tuple[Setup, int, float]) -> Run:
    setup, seed, measured_s = task
    return play(setup, seed=seed, measured_s=measured_s, wardrobe=wardrobe())


def swept(*, quick: bool, tune: bool, jobs: int) -> list[Curve]:
    """Run every condition once a seed; who finishes first does not matter."""
    seeds = QUICK_SEEDS if quick else TUNING_SEEDS if tune else SEEDS
    measured_s = QUICK_MEASURED_S if quick else MEASURED_S
    values = {axis.name: reduced(axis) if quick else axis.values for axis in AXES}
    setups = list(dict.fromkeys(axis.make(x) for axis in AXES for x in values[axis.name]))
    tasks = [(setup, seed, measured_s) for setup in setups for seed in seeds]
    runs = spread(run, tasks, jobs=jobs)
    of = {setup: runs[n * len(seeds) : (n + 1) * len(seeds)] for n, setup in enumerate(setups)}
    return [
        Curve(
            axis=axis,
            values=values[axis.name],
            points={
                eye: tuple(point(of[axis.make(x)], eye) for x in values[axis.name]) for eye in EYES
            },
        )
        for axis in AXES
    ]


def show(curves: list[Curve]) -> None:
    for curve in curves:
        print(f"\n{curve.axis.name}, {curve.axis.unit}")
        for eye in EYES:
            for x, p in curve.pairs(eye):
                print(
                    f"  {eye:<20} {x:>6g}: crossings {p.crossing_percent:6.1f} "
                    f"+- {p.crossing_interval:5.1f} % of {p.crossings:>4} "
                    f"(net {p.crossing_bias_percent:+6.1f} %), people {p.people:5.1f}, "
                    f"MAE {p.mae:5.2f} +- {p.people_interval:5.2f}, bias {p.bias_percent:+6.1f} %, "
                    f"{p.switches_per_min:6.1f} id switches a person-minute"
                    f"{'' if p.trusted else '  beyond'}"
                )


def crossing_error(points: list[Point]) -> tuple[float, str | None]:
    """Return the worst of those where enough people passed, and what it may be; else of all."""
    enough = [p for p in points if p.crossings >= ENOUGH_CROSSINGS]
    worst = max(p.crossing_percent for p in enough or points)
    return worst, f"<= {CROSSING_PERCENT:g}" if enough else None


def claims_of(curves: list[Curve]) -> list[Claim]:
    """In the range that the documentation states, crossings and people are right."""
    claims = []
    for curve in curves:
        low, high = curve.axis.motion
        error_percent, target = crossing_error(curve.within(EYES[0], (low, high)))
        claims.append(
            Claim(
                claim=f"{EYES[0]}: crossing error, {curve.axis.name} {low:g} to {high:g}",
                value=error_percent,
                unit="%",
                target=target,
            )
        )
    for eye in EYES:
        spans = [curve.axis.boxes if eye == EYES[-1] else curve.axis.motion for curve in curves]
        inside = [p for c, span in zip(curves, spans, strict=True) for p in c.within(eye, span)]
        promised = eye != EYES[1]
        error_percent, target = crossing_error(inside)
        claims.append(
            Claim(
                claim=f"{eye}: worst crossing error in all stated ranges",
                value=error_percent,
                unit="%",
                target=target if promised else None,
            )
        )
        claims.append(
            Claim(
                claim=f"{eye}: worst error of people in view there, over what is allowed",
                value=max(p.mae / p.mae_allowed for p in inside),
                unit="ratio",
                target="<= 1" if promised else None,
            )
        )
    return claims


def main() -> None:
    parser = arguments("Error curves over a synthetic crowd with exact truth.")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="processes, default 1")
    parser.add_argument("--tune", action="store_true", help="the seeds that limits are chosen on")
    parser.add_argument("--save", type=Path, metavar="FILE", help="keep the points as JSON")
    parser.add_argument(
        "--load", type=Path, metavar="FILE", help="take them from there, run nothing"
    )
    parser.add_argument("--draw", type=Path, metavar="FILE", help="draw the curves: .svg or .png")
    parser.add_argument("--page", type=Path, metavar="FILE", help="renew the table in this page")
    args = parser.parse_args()
    if args.load:
        curves = load(args.load)
    else:
        curves = swept(quick=args.quick, tune=args.tune, jobs=args.jobs)
    show(curves)
    if args.save:
        save(curves, args.save)
    if args.draw:
        for what in PICTURES:
            draw(curves, args.draw.with_stem(f"{args.draw.stem}-{what}"), what=what)
    if args.page:
        renew(args.page, "crowd", limits(curves))
    finish("crowd", claims_of(curves))


if __name__ == "__main__":
    main()
