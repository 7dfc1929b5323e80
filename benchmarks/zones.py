"""Zones against exact truth: areas, densities, stays and waits.

    python benchmarks/zones.py --data DIR [--quick]

Under DIR it looks for runs of walking people: a JSON file that maps names to {"unit", "fps",
"area": [x0, x1, y0, y1] in m}, beside it NAME.txt with rows "id frame x y z", and if there is one
an .npz with PedPy's classic density per frame under each name. Every run is looked at through a
drawn camera, pixels rounded as an installer's are; ids are the true ones, then such as a poor
tracker gives. The peer is what zone recipes do: supervision's PolygonZone with a timer for each id.
Then the rendered plaza, as found by motion.
"""

import itertools
import json
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from report import Claim, Peer, arguments, finish

from edgekit.frames import Track
from edgekit.geometry import Ground, Point, Zone
from edgekit.perception.scene import Scene
from edgekit.perception.zone import PolygonZone, ZoneStep
from edgekit.testing.pinhole import project as plaza_px
from edgekit.testing.plaza import DEFAULT_ZONE, PlazaSource

BODY_M = 1.7
SEEDS = (101, 102, 103)
RENAMED_S, UNSEEN, JITTER = 1.5, 0.1, 0.01
IN_VIEW_M = 11.0  # beyond it somebody may be behind the camera
BACK_S = 2.0  # as long as somebody may step out without ending a stay

Frames = list[list[tuple[int, Point]]]
"""Frame by frame: id and place on the ground in metres."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Walking people on the ground, in metres."""

    name: str
    fps: float
    area: tuple[float, float, float, float]
    frames: Frames
    density: NDArray[np.float64] | None


def runs(folder: Path) -> Iterator[Run]:
    """Find runs by their form."""
    known: dict[str, NDArray[np.float64]] = {}
    for path in sorted(folder.rglob("*.npz")):
        with np.load(path) as arrays:
            known |= {n: arrays[n] for n in arrays if arrays[n].dtype.kind == "f"}
    for path in sorted(folder.rglob("*.json")):
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            continue
        for name, about in found.items() if isinstance(found, dict) else ():
            rows = path.parent / f"{name}.txt"
            if isinstance(about, dict) and {"unit", "fps", "area"} <= set(about) and rows.is_file():
                yield _read(name, about, rows, known.get(name))


def _read(
    name: str, about: dict[str, object], rows: Path, density: NDArray[np.float64] | None
) -> Run:
    table = np.loadtxt(rows, comments="#", usecols=(0, 1, 2, 3))
    table[:, 2:] /= 100 if about["unit"] == "cm" else 1
    frames: Frames = [[] for _ in range(int(table[:, 1].max()) + 1)]
    for key, frame, x, y in table.tolist():
        frames[int(frame)].append((int(key), (x, y)))
    x0, x1, y0, y1 = about["area"]  # type: ignore[misc] -- four numbers
    return Run(
        name=name, fps=float(about["fps"]), area=(x0, x1, y0, y1), frames=frames, density=density
    )  # type: ignore[arg-type] -- likewise


class Camera:
    """A pinhole six metres up, tilted down, over the middle of a measured area; 1280x960."""

    def __init__(self, area: tuple[float, float, float, float]) -> None:
        x0, x1, y0, y1 = area
        self.middle = (x0 + x1) / 2, (y0 + y1) / 2
        self.tilt, self.height, self.focal = math.radians(40), 6.0, 1000.0

    def see(self, place: Point, up_m: float = 0.0) -> Point:
        """Pixel of a place on the ground, or of something over it."""
        across = place[0] - self.middle[0]
        ahead = place[1] - self.middle[1] + self.height / math.tan(self.tilt)
        below = self.height - up_m
        away = ahead * math.cos(self.tilt) + below * math.sin(self.tilt)
        down = below * math.cos(self.tilt) - ahead * math.sin(self.tilt)
        return 640 + self.focal * across / away, 480 + self.focal * down / away

    def pixels(self, box: tuple[float, float, float, float]) -> tuple[tuple[int, int], ...]:
        """Corners of a box on the ground, in whole pixels."""
        x0, x1, y0, y1 = box
        corners = (self.see(c) for c in ((x0, y0), (x1, y0), (x1, y1), (x0, y1)))
        return tuple((round(x), round(y)) for x, y in corners)

    def ground(self) -> Ground:
        """The ground by a patch of four by four metres, read to the pixel."""
        x, y = self.middle
        a, b, c, d = self.pixels((x - 2, x + 2, y - 2, y + 2))
        return Ground.rectangle((a, b, c, d), width_cm=400, depth_cm=400)

    def track(self, key: int, place: Point, *, age: int, seen: bool = True) -> Track:
        """What a tracker would say of somebody at a place."""
        x, y = self.see(place)
        body = y - self.see(place, BODY_M)[1]
        box = (x - 0.2 * body, y - body, x + 0.2 * body, y)
        return Track(tracker_id=key, xyxy=box, class_id=0, seen=seen, age_frames=age)


def tracks_of(run: Run, camera: Camera, *, poor: bool) -> Iterator[list[Track]]:
    """Frame by frame, with true ids or with those of a poor tracker."""
    rng = np.random.default_rng(1)
    ages: dict[int, int] = {}
    fresh = itertools.count(10**6)
    ids: dict[int, int] = {}
    for people in run.frames:
        tracks = []
        for key, place in people:
            if math.dist(place, camera.middle) > IN_VIEW_M:
                continue
            if key not in ids or (poor and rng.random() < 1 / (RENAMED_S * run.fps)):
                ids[key] = next(fresh) if poor else key
            seen = not poor or bool(rng.random() >= UNSEEN)
            now = ids[key]
            ages[now] = ages.get(now, 0) + seen
            if ages[now]:
                if poor:
                    shift = JITTER * BODY_M * rng.normal(size=2)
                    place = place[0] + shift[0], place[1] + shift[1]  # noqa: PLW2901 -- what is seen of it
                tracks.append(camera.track(now, place, age=ages[now], seen=seen))
        yield tracks


def true_stays(run: Run, box: tuple[float, float, float, float]) -> list[float]:
    """How long each stay in a box of the ground was, in seconds, of those that ended."""
    x0, x1, y0, y1 = box
    inside: dict[int, list[int]] = {}
    present: dict[int, int] = {}
    for index, people in enumerate(run.frames):
        for key, (x, y) in people:
            present[key] = index
            if x0 <= x <= x1 and y0 <= y <= y1:
                inside.setdefault(key, []).append(index)
    stays = []
    for key, frames in inside.items():
        cuts = [i for i in range(1, len(frames)) if frames[i] - frames[i - 1] > BACK_S * run.fps]
        for start, end in itertools.pairwise([0, *cuts, len(frames)]):
            gone = min(frames[end - 1] + 1, present[key])
            stays.append((gone - frames[start]) / run.fps)
    return stays


def ours(run: Run, zone: Zone, tracks: Iterable[list[Track]], ground: Ground) -> list[ZoneStep]:
    """Our zone, then a minute of empty frames, so that every stay has ended."""
    counter = PolygonZone(zone, ground=ground)
    empty: list[list[Track]] = [[]] * round(62 * run.fps)
    return [
        counter.update(here, round(index * 1000 / run.fps))
        for index, here in enumerate(itertools.chain(tracks, empty))
    ]


def supervision_stays(
    zone: Zone, tracks: Iterable[list[Track]], fps: float
) -> tuple[list[float], str] | None:
    """Seconds in the zone for each id, as supervision's recipes count them."""
    try:
        import supervision as sv  # noqa: PLC0415 -- only where it is installed
    except ImportError:
        return None
    area = sv.PolygonZone(np.array(zone.polygon, np.int64))
    frames: dict[int, int] = {}
    for here in tracks:
        seen = [track for track in here if track.seen]
        if not seen:
            continue
        found = sv.Detections(
            xyxy=np.array([track.xyxy for track in seen]),
            tracker_id=np.array([track.tracker_id for track in seen]),
        )
        for key in found.tracker_id[area.trigger(found)]:
            frames[int(key)] = frames.get(int(key), 0) + 1
    return [count / fps for count in frames.values()], f"supervision {sv.__version__}, timer per id"


def run_claims(run: Run) -> Iterator[Claim]:
    """Area, density and stays of one run."""
    camera = Camera(run.area)
    ground, x = camera.ground(), run.area
    corners = camera.pixels(x)
    zone = Zone("area", corners)
    true_m2 = (x[1] - x[0]) * (x[3] - x[2])
    area_m2 = ground.area_m2(zone.polygon)
    yield Claim(
        claim=f"{run.name}: area of the zone, off by",
        value=100 * abs(area_m2 / true_m2 - 1),
        unit="%",
        target="<= 3",
    )
    steps = ours(run, zone, tracks_of(run, camera, poor=False), ground)[: len(run.frames)]
    if run.density is not None and len(run.density) == len(steps) and run.density.any():
        found = np.array([step.people for step in steps]) / area_m2
        yield Claim(
            claim=f"{run.name}: mean density against PedPy's, off by",
            value=100 * abs(float(found.mean() / run.density.mean()) - 1),
            unit="%",
            target="<= 3",
        )
    depth = min(3.0, 0.45 * np.ptp([y for people in run.frames for _, (_, y) in people]))
    long = (x[0] - 0.6, x[1] + 0.6, camera.middle[1] - depth, camera.middle[1] + depth)
    wide = Zone("corridor", camera.pixels(long))
    truth = true_stays(run, long)
    if not truth:
        return
    for poor, ids in ((False, "true ids"), (True, f"ids that change every {RENAMED_S:g} s")):
        steps = ours(run, wide, tracks_of(run, camera, poor=poor), ground)
        stays = [stay.dwell_ms / 1000 for step in steps for stay in step.stays]
        peer = supervision_stays(wide, tracks_of(run, camera, poor=poor), run.fps)
        yield from _stay_claims(f"{run.name}, {ids}", truth, stays, peer)


def _stay_claims(
    what: str, truth: list[float], stays: list[float], peer: tuple[list[float], str] | None
) -> Iterator[Claim]:
    measures: tuple[tuple[str, Callable[[list[float]], float], str], ...] = (
        ("number of stays", len, "<= 10"),
        ("median dwell", lambda values: float(np.median(values)), "<= 10"),
    )
    for name, measure, target in measures:
        wanted = measure(truth)
        yield Claim(
            claim=f"{what}: {name} ({wanted:.4g}), off by",
            value=100 * abs(measure(stays) / wanted - 1),
            unit="%",
            target=target,
            peer=None
            if peer is None
            else Peer(name=peer[1], value=100 * abs(measure(peer[0]) / wanted - 1)),
        )


def plaza_claims(seeds: Iterable[int]) -> Iterator[Claim]:
    """The rendered plaza as found by motion."""
    points = ((-2, 7), (2, 7), (3, 16), (-3, 16))
    a, b, c, d = ((round(x), round(y)) for x, y in (plaza_px(*point) for point in points))
    ground = Ground((a, b, c, d), ((0, 0), (400, 0), (500, 900), (-100, 900)))
    stays, true, people, there = 0, 0, 0.0, 0.0
    dwell = dwelt = 0.0
    for seed in seeds:
        source = PlazaSource(seed=seed, fps=10, seconds=60, clock_ms=lambda: 0, realtime=False)
        scene = Scene(
            size=source.size, fps=10, ids=itertools.count(), zones=[DEFAULT_ZONE], ground=ground
        )
        while (frame := source.read()) is not None:
            step = scene.step(frame)
            ended = step.zones[0].stays
            stays, dwell = stays + len(ended), dwell + sum(stay.dwell_ms for stay in ended) / 1000
            people += step.occupancy[0]
        truth = source.truth()
        true += len(truth.visits)
        dwelt += sum(visit.left_s - visit.came_s for visit in truth.visits)
        there += sum(truth.occupancy)
    by = "drawn plaza, by motion"
    yield Claim(
        claim=f"{by}: mean people ({there / 600 / len(SEEDS):.2f}), off by",
        value=100 * abs(people / there - 1),
        unit="%",
    )
    yield Claim(claim=f"{by}: stays ({true}), off by", value=100 * abs(stays / true - 1), unit="%")
    yield Claim(
        claim=f"{by}: time stayed in all, off by", value=100 * abs(dwell / dwelt - 1), unit="%"
    )


def main() -> None:
    """Measure everything."""
    options = arguments(__doc__ or "").parse_args()
    found = list(runs(options.data))
    claims = [claim for run in (found[:2] if options.quick else found) for claim in run_claims(run)]
    claims += plaza_claims(SEEDS[:1] if options.quick else SEEDS)
    finish("zones", claims, runs=[run.name for run in found])


if __name__ == "__main__":
    main()
