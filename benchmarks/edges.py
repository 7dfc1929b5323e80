"""What the geometry lint warns of, and what is missed there: lines near the edge of the picture.

    python benchmarks/edges.py [--quick]

Upright lines at many distances from both sides of the drawn plaza are counted by motion, all on the
same frames. Lines that the lint leaves alone should count as lines in the middle do; those that it
warns of should not. The truth is where the drawn people's feet really are. No data is needed.
"""

import itertools
from collections import defaultdict
from dataclasses import dataclass

import cv2
from report import Claim, arguments, finish

from edgekit.geometry import Line
from edgekit.geometry.lint import lint
from edgekit.geometry.stature import Stature
from edgekit.perception.scene import Scene
from edgekit.testing.pinhole import HEIGHT, WIDTH, project
from edgekit.testing.plaza import PlazaSource

FROM_EDGE_PX = (12, 16, 20, 24, 28, 32, 36, 42, 48, 64, 96, 140, 200, 280)
MIDDLE_PX = 140
FPS, SECONDS, SEEDS = 12, 90, (5, 17, 29)
"""Other seeds than those that the lint's constants were chosen on."""

STATURE = Stature.through((440, 136), (204, 56))


@dataclass
class Tally:
    """Passages that were, and that were counted."""

    came: int = 0
    counted: int = 0

    @property
    def share(self) -> float:
        return self.counted / max(1, self.came)


def lines() -> list[Line]:
    """Upright lines, in pairs: from the left and from the right edge."""
    return [
        Line(f"l{far}-{side}", (x, HEIGHT), (x, 60))
        for far in FROM_EDGE_PX
        for side, x in (("left", far), ("right", WIDTH - far))
    ]


def is_warned_of(line: Line) -> bool:
    """Whether the lint finds something wrong with a line, were it the only one."""
    return bool(lint([line], [], size=(WIDTH, HEIGHT), fps=FPS, stature=STATURE))


def passages(source: PlazaSource, line: Line) -> int:
    """How often feet really cross the column of a line."""
    column = line.start[0]
    sides: dict[int, bool] = {}
    crossed = 0
    for index in range(FPS * SECONDS):
        schedule = source._plaza._schedule  # noqa: SLF001 -- the truth for lines of our own
        for walker, pose in schedule.present(index / FPS):
            side = project(pose.right_m, pose.far_m)[0] < column
            crossed += int(sides.get(id(walker), side) != side)
            sides[id(walker)] = side
    return crossed


def main() -> None:
    """Measure and print."""
    options = arguments(__doc__).parse_args()
    cv2.setNumThreads(1)
    drawn = lines()
    warned = {line.name for line in drawn if is_warned_of(line)}
    tallies: dict[str, Tally] = defaultdict(Tally)
    for seed in SEEDS[:1] if options.quick else SEEDS:
        source = PlazaSource(
            clock_ms=lambda: 0, realtime=False, seconds=SECONDS, seed=seed, fps=FPS
        )
        scene = Scene(size=source.size, fps=FPS, ids=itertools.count(), lines=drawn)
        while (frame := source.read()) is not None:
            scene.step(frame)
        for counter in scene.lines:
            tally = tallies[counter.line.name]
            tally.came += passages(source, counter.line)
            tally.counted += counter.in_count + counter.out_count
    groups = {
        "middle": [n for n in tallies if _far(n) >= MIDDLE_PX],
        "left alone": [n for n in tallies if n not in warned and _far(n) < MIDDLE_PX],
        "warned of": sorted(warned),
    }
    share = {name: _together(tallies, members).share for name, members in groups.items()}
    finish(
        "edges",
        [
            Claim(
                claim="counted at lines near the edge that lint leaves alone, over the middle",
                value=share["left alone"] / share["middle"],
                unit="ratio",
                target=">= 0.95",
            ),
            Claim(
                claim="counted at lines that lint warns of, over the middle",
                value=share["warned of"] / share["middle"],
                unit="ratio",
                target="<= 0.85",
            ),
            *(
                Claim(
                    claim=f"counted at {far} px from the edge ({_verdict(far, warned)})",
                    value=_together(tallies, [f"l{far}-left", f"l{far}-right"]).share,
                    unit="of all",
                )
                for far in FROM_EDGE_PX
            ),
        ],
    )


def _far(name: str) -> int:
    return int(name[1:].partition("-")[0])


def _verdict(far: int, warned: set[str]) -> str:
    return "warned" if f"l{far}-left" in warned else "left alone"


def _together(tallies: dict[str, Tally], names: list[str]) -> Tally:
    return Tally(
        came=sum(tallies[name].came for name in names),
        counted=sum(tallies[name].counted for name in names),
    )


if __name__ == "__main__":
    main()
