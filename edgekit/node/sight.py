"""What the eye wires: source, detector, scene and cover. Nothing here has passed the gate."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import cv2

from edgekit.config import Sees, Settings
from edgekit.geometry.stature import Stature
from edgekit.models.catalog import load_catalog
from edgekit.models.store import ModelStore, default_folder
from edgekit.node.detector import MOTION, model_detector, motion_detector
from edgekit.node.ids import random_ids
from edgekit.node.site import Site
from edgekit.node.tongue import Glance, Tongue
from edgekit.perception.scene import Scene
from edgekit.redaction.background import LearningRules
from edgekit.redaction.redactor import Redactor, encode
from edgekit.seams.eye import Detector, FrameSource
from edgekit.sensors.latest import LatestSource
from edgekit.sensors.open import open_source
from edgekit.testing.spec import LONGEST_S, is_plaza, plaza_seconds

if TYPE_CHECKING:
    from edgekit.frames import RedactedImage

PLAZA_LEARN_MS = 8_000
"""A rendered minute is too short to learn as slowly as a real place asks for."""

COVER_MS = 200
"""The background is learned, and the picture covered, this often: nobody needs it faster."""


class Sight:
    """One source seen through one scene.

    Args:
        site: settings, and the authority for them.
        clock_ms: Unix time in milliseconds.
    """

    def __init__(self, site: Site, *, clock_ms: Callable[[], int]) -> None:
        settings = site.settings
        cv2.setNumThreads(1)
        self._tongue = Tongue(site)
        self._opened = open_camera(settings, clock_ms)
        self._source: FrameSource | None = None
        size = self._opened.size
        self._scene = Scene(
            size=size,
            fps=self._opened.fps,
            ids=random_ids(),
            detector=_detector(site, self._opened),
            lines=settings.lines,
            zones=settings.zones,
            ground=settings.ground,
        )
        rendered = is_plaza(settings.camera.source)
        learning = LearningRules(learn_ms=PLAZA_LEARN_MS) if rendered else None
        preview = site.authorisation.covered_preview
        self._redactor = Redactor(size, learning=learning) if preview else None
        self._covered: RedactedImage | None = None
        self._covered_ms = 0

    def start(self) -> None:
        """Begin to capture; not before there is a lease."""
        self._source = LatestSource(self._opened)

    def step(self) -> Glance | None:
        """See the next frame; None when the source has ended, SensorError when it is lost."""
        if self._source is None:
            raise RuntimeError("step before start")
        frame = self._source.read()
        if frame is None:
            return None
        seen = self._scene.step(frame)
        if self._redactor is not None and frame.t_ms - self._covered_ms >= COVER_MS:
            self._covered = self._redactor.redact(frame)
            self._covered_ms = frame.t_ms
        return self._tongue.glance(seen)

    def covered_picture(self) -> bytes | None:
        """Return the last covered picture as PNG; None where none is authorised, or none seen."""
        return None if self._covered is None else encode(self._covered)

    def close(self) -> None:
        """Let go of the source; harmless when repeated."""
        (self._source or self._opened).close()


def open_camera(
    settings: Settings, clock_ms: Callable[[], int], *, realtime: bool = True
) -> FrameSource:
    """Open what ``[camera]`` names; ``realtime``: a file comes at its own pace, as the world does.

    Raises SensorError where there is nothing to see.
    """
    camera = settings.camera
    if is_plaza(camera.source):
        from edgekit.testing.plaza import PlazaSource  # noqa: PLC0415 -- the demo's scene only

        seconds = plaza_seconds(camera.source, default=LONGEST_S)
        return PlazaSource(clock_ms=clock_ms, fps=camera.fps, realtime=realtime, seconds=seconds)
    return open_source(
        camera.source,
        width=camera.width,
        height=camera.height,
        fps=camera.fps,
        clock_ms=clock_ms,
        realtime=realtime,
    )


def _detector(site: Site, source: FrameSource) -> Detector:
    camera = site.settings.camera
    if camera.detector == MOTION:
        stature = None if camera.stature is None else Stature.through(*camera.stature)
        return motion_detector(source, vehicles=camera.sees is Sees.VEHICLES, stature=stature)
    beside = site.settings.path.parent / "models"
    store = ModelStore(beside if beside.is_dir() else default_folder(), load_catalog())
    site.authorisation.require_model(f"sha256:{store.catalog[camera.detector].sha256}")
    return model_detector(source, store, camera.detector)
