"""Count in a video or before a camera, in one process. Nothing here has passed the gate.

    for step in count("street.mp4", lines=[Line("door", (240, 360), (240, 0))]):
        print(step.people, step.in_count, step.out_count)

For makers and for trying out lines. A node that counts people in a public place runs the eye
behind its seal instead.
"""

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from edgekit.errors import ConfigError
from edgekit.geometry import Ground, Line, Zone
from edgekit.node.clock import now_ms
from edgekit.node.pictures.heat_map import HeatMap
from edgekit.node.trying.ids import random_ids
from edgekit.perception.scene import Scene
from edgekit.perception.zone import ZoneStep
from edgekit.records import Health, Quality
from edgekit.seams.eye import Detector, FrameSource
from edgekit.sensors.open import open_source
from edgekit.testing.plaza import PlazaSource
from edgekit.testing.spec import is_plaza, plaza_seconds

PLAZA_SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class CountStep:
    """The numbers after one frame.

    Attributes:
        t_ms: milliseconds since the first frame.
        people: people in view now.
        in_count: passages in since the start, all lines together.
        out_count: passages out since the start, all lines together.
        lines: (in, out) since the start for each line, in their order.
        occupancy: people in each zone now, in their order.
        density_per_m2: people per square metre in each zone now, in their order; None where the
            ground is not known.
        zones: all that this frame said of each zone: who stands, stays and waits that ended.
        illuminance_lux: rough brightness of the picture; None where it is not known.
        health: what the view is worth; what is counted in a view that is not good is not to be
            trusted.
        quality: what the counts are worth under these conditions: good, degraded, or blind where
            the view is not good.
    """

    t_ms: int
    people: int
    in_count: int
    out_count: int
    lines: tuple[tuple[int, int], ...]
    occupancy: tuple[int, ...]
    density_per_m2: tuple[float | None, ...]
    zones: tuple[ZoneStep, ...]
    illuminance_lux: int | None
    health: Health
    quality: Quality


def open_spec(spec: str | Path) -> FrameSource:
    """Open what `edgekit.sensors.open.open_source` opens, or ``"plaza"``, the rendered scene.

    Raises:
        SensorError: there is no such thing, or it gives no pictures.
    """
    if is_plaza(spec):
        seconds = plaza_seconds(str(spec), default=PLAZA_SECONDS)
        return PlazaSource(clock_ms=now_ms, realtime=False, seconds=seconds)
    return open_source(str(spec), clock_ms=now_ms)


def count(
    source: str | Path | FrameSource,
    *,
    lines: Sequence[Line] = (),
    zones: Sequence[Zone] = (),
    ground: Ground | None = None,
    detector: Detector | None = None,
    heat_map: HeatMap | None = None,
) -> Generator[CountStep, None, None]:
    """Yield a `CountStep` for each frame until the source ends; a camera never does.

    Args:
        source: a path, a camera, a stream or ``"plaza"``, or an open source, which is closed.
        lines: what is counted, in pixels of the picture.
        zones: where people are counted.
        ground: how many metres lie where; gives densities.
        detector: finds people; by motion alone if None.
        heat_map: is shown every frame and drawn afterwards by the caller.

    Raises:
        ConfigError: no line and no zone, or one that can never count.
        SensorError: the source cannot be opened, is lost or ends too early.
    """
    opened = open_spec(source) if isinstance(source, str | Path) else source
    with closing(opened):
        if not lines and not zones:
            raise _nothing_to_count(*opened.size)
        scene = Scene(
            size=opened.size,
            fps=opened.fps,
            ids=random_ids(),
            detector=detector,
            lines=lines,
            zones=zones,
            ground=ground,
        )
        yield from _steps(opened, scene, heat_map)


def _steps(source: FrameSource, scene: Scene, heat_map: HeatMap | None) -> Iterator[CountStep]:
    first_ms: int | None = None
    while (frame := source.read()) is not None:
        first_ms = frame.t_ms if first_ms is None else first_ms
        step = scene.step(frame)
        if heat_map is not None:
            heat_map.add(frame, step.tracks)
        yield CountStep(
            t_ms=step.t_ms - first_ms,
            people=step.people,
            in_count=sum(line.in_count for line in scene.lines),
            out_count=sum(line.out_count for line in scene.lines),
            lines=tuple((line.in_count, line.out_count) for line in scene.lines),
            occupancy=step.occupancy,
            density_per_m2=tuple(
                None if zone.area_m2 is None else people / zone.area_m2
                for zone, people in zip(scene.zones, step.occupancy, strict=True)
            ),
            zones=step.zones,
            illuminance_lux=step.illuminance_lux,
            health=step.health,
            quality=step.quality,
        )


def _nothing_to_count(width: int, height: int) -> ConfigError:
    middle = width // 2
    return ConfigError(
        "nothing to count: expected a line or a zone",
        hint=f"a line upright through the middle of this {width}x{height} picture: "
        f"{middle},{height},{middle},0",
    )
