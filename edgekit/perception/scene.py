"""One frame in, the numbers of this moment out. Nothing here has passed the gate.

    scene = Scene(size=(640, 480), fps=15, ids=itertools.count(), lines=[door])
    step = scene.step(frame)

The one composition that the eye, ``edgekit count`` and the benchmarks all use.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from edgekit.errors import SensorError
from edgekit.frames import PERSON, Detections, Frame, Pixels, Track
from edgekit.geometry import TURN_TOLERANCE, Ground, Line, Zone
from edgekit.perception.headcount import Headcount
from edgekit.perception.illuminance import illuminance_lux
from edgekit.perception.motion import MotionDetector
from edgekit.perception.quality import MOTION, NETWORK, QualityJudge
from edgekit.perception.riders import ridden
from edgekit.perception.turned import Turned
from edgekit.perception.view import ViewHealth
from edgekit.perception.zone import ZoneStep
from edgekit.records import Health, Quality
from edgekit.seams.eye import Detector

LIGHT_MS = 1_000

COUNTED = (PERSON, 1, 2, 3, 5, 7)
"""COCO ids of what is counted over lines: people, bicycles, cars, motorcycles, buses, trucks."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SceneStep:
    """What one frame said.

    Attributes:
        t_ms: the frame's time.
        people: people in view now, as `InView` has it.
        crossings: (line index, COCO class id, in, out) for each line that was passed in this
            frame, and each class that passed it.
        occupancy: people in each zone now, in the order of the zones.
        zones: all that this frame said of each zone, in the same order.
        illuminance_lux: brightness, renewed each second; None where it is not known.
        health: what the view is worth.
        quality: what the counts are worth under these conditions; blind where the view is not good.
        detections: what the detector found, of the classes that are counted; who rides is one box.
        tracks: what the tracker made of it.
    """

    t_ms: int
    people: int
    crossings: tuple[tuple[int, int, int, int], ...]
    occupancy: tuple[int, ...]
    zones: tuple[ZoneStep, ...]
    illuminance_lux: int | None
    health: Health
    quality: Quality
    detections: Detections
    tracks: tuple[Track, ...]


class Scene:
    """Detector, tracker, counters and view health of one camera.

    Args:
        size: (width, height) of the frames in pixels.
        fps: nominal frames per second, > 0.
        ids: where track ids come from; random ones in a node.
        detector: finds people; `MotionDetector` if None.
        lines: what is counted, at most a few.
        zones: where people are counted.
        ground: how many metres lie where, so that standing is told from walking by the metre.
        lux_of: what a picture says of the light; a rough guess if nothing else is calibrated.

    Raises:
        ConfigError: a line or zone that can never count in a picture of this size, or a zone that
            reaches over the horizon of the ground.
    """

    def __init__(  # noqa: PLR0913 -- each is one independent choice of the site
        self,
        *,
        size: tuple[int, int],
        fps: float,
        ids: Iterator[int],
        detector: Detector | None = None,
        lines: Sequence[Line] = (),
        zones: Sequence[Zone] = (),
        ground: Ground | None = None,
        lux_of: Callable[[Pixels], int | None] = illuminance_lux,
    ) -> None:
        self._heads = Headcount(
            size=size, fps=fps, ids=ids, lines=lines, zones=zones, ground=ground
        )
        self.size = size
        self.detector = detector if detector is not None else MotionDetector(size, fps=fps)
        self.lines, self.zones = self._heads.lines, self._heads.zones
        self._view = ViewHealth()
        self._turned = Turned(TURN_TOLERANCE)
        self._motion = self.detector if isinstance(self.detector, MotionDetector) else None
        self.judge = QualityJudge(NETWORK if self._motion is None else MOTION)
        self._lux_of = lux_of
        self._lux: int | None = None
        self._lux_ms: int | None = None

    def step(self, frame: Frame) -> SceneStep:
        """Take the next frame; SensorError for a frame of another size."""
        if frame.size != self.size:
            raise SensorError(
                f"frame of {frame.size[0]}x{frame.size[1]}: expected {self.size[0]}x{self.size[1]}",
                hint="the source changed its picture size: start again with the new one",
            )
        detections = ridden(_counted(self.detector.detect(frame)))
        heads = self._heads.take(detections, frame.t_ms)
        health = self._health(frame)
        return SceneStep(
            t_ms=frame.t_ms,
            people=heads.in_view,
            crossings=heads.crossings,
            occupancy=tuple(zone.people for zone in heads.zones),
            zones=heads.zones,
            illuminance_lux=self._light(frame),
            health=health,
            quality=self._worth(frame, heads.people, health),
            detections=detections,
            tracks=heads.tracks,
        )

    def wipe(self) -> None:
        """Overwrite the small pictures that are kept to tell a turned camera."""
        self._turned.wipe()

    def _health(self, frame: Frame) -> Health:
        """Return what is wrong with the view: that it is not seen, or that it is another one."""
        health = self._view.update(frame.pixels, frame.t_ms)
        turned = self._turned.update(frame.pixels, frame.t_ms, health)
        if turned is Health.TURNED or health is Health.GOOD:
            return turned
        return health

    def _worth(self, frame: Frame, people: tuple[Track, ...], health: Health) -> Quality:
        return self.judge.update(
            frame,
            look=self._view.look,
            health=health,
            tracks=people,
            learning=self._motion is not None and self._motion.relearning,
        )

    def _light(self, frame: Frame) -> int | None:
        if self._lux_ms is None or not 0 <= frame.t_ms - self._lux_ms < LIGHT_MS:
            self._lux = self._lux_of(frame.pixels)
            self._lux_ms = frame.t_ms
        return self._lux


def _counted(detections: Detections) -> Detections:
    counted = np.isin(detections.class_id, COUNTED)
    if bool(np.all(counted)):
        return detections
    return Detections(
        xyxy=detections.xyxy[counted],
        confidence=detections.confidence[counted],
        class_id=detections.class_id[counted],
    )
