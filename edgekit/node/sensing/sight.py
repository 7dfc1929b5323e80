"""What the eye wires: source, detector, scene and cover. Nothing here has passed the gate."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import cv2

from edgekit.config import Sees, Settings
from edgekit.geometry.stature import Stature
from edgekit.models.catalog import load_catalog
from edgekit.models.store import ModelStore
from edgekit.node.sensing import draft
from edgekit.node.sensing.detector import MOTION, hold_model, motion_detector
from edgekit.node.sensing.near_misses import NearMisses
from edgekit.node.sensing.origins import Origins
from edgekit.node.sensing.tongue import Glance, Tongue
from edgekit.node.site import Site
from edgekit.node.trying.ids import random_ids
from edgekit.node.walls.warming import warm_up
from edgekit.perception.illuminance import illuminance_lux
from edgekit.perception.marker import OptOut
from edgekit.perception.photometer import Photometer, exposed
from edgekit.perception.scene import Scene
from edgekit.redaction.background import PATIENT, LearningRules
from edgekit.redaction.redactor import Redactor
from edgekit.seams.eye import Detector, FrameSource
from edgekit.sensors.exposure import Exposure, hold
from edgekit.sensors.latest import LatestSource
from edgekit.sensors.open import open_source
from edgekit.sensors.stream import StreamSource
from edgekit.testing.spec import LONGEST_S, is_plaza, plaza_seconds

if TYPE_CHECKING:
    from edgekit.frames import Frame, Pixels, RedactedImage

PLAZA_LEARN_MS = 8_000
"""A rendered minute is too short to learn as slowly as a real place asks for."""

COVER_MS = 200
"""The background is learned, and the picture covered, this often: nobody needs it faster."""


class Sight:
    """One source seen through one scene.

    Making it opens all that has to be opened; then its process can be sealed. `settle` reads the
    model, `start` begins to capture.

    Args:
        site: settings, and the authority for them.
        origins: where models lie and a stream comes in.
        clock_ms: Unix time in milliseconds.
        on_open: called once the source is open, before any model is read.
    """

    def __init__(
        self,
        site: Site,
        origins: Origins,
        *,
        clock_ms: Callable[[], int],
        on_open: Callable[[], None] = lambda: None,
    ) -> None:
        settings = site.settings
        cv2.setNumThreads(1)
        self._settings = settings
        self._tongue = Tongue(site)
        self._near = _near_misses(settings) if self._tongue.tells_near else None
        self._opened = open_seen(settings, clock_ms, origins.stream_fd)
        self._source: FrameSource | None = None
        on_open()
        warm_up()
        self._detector = _detector(site, origins.models)
        self._scene: Scene | None = None
        rendered = is_plaza(settings.camera.source)
        lasting = PATIENT if settings.camera.live else None
        learning = LearningRules(learn_ms=PLAZA_LEARN_MS) if rendered else lasting
        preview = site.authorisation.covered_preview
        self._redactor = Redactor(self._opened.size, learning=learning) if preview else None
        self._last: Frame | None = None
        self._covered: RedactedImage | None = None
        self._covered_ms = 0
        self._wish = OptOut()
        self.marker = False
        """Whether the marker that pauses the camera is held up, by the last frame."""

    def settle(self) -> None:
        """Read the model and a stream's head: what attacks its reader finds it sealed."""
        settings = self._settings
        if isinstance(self._opened, StreamSource):
            self._opened.begin()
        self._scene = Scene(
            size=self._opened.size,
            fps=self._opened.fps,
            ids=random_ids(),
            detector=self._detector(self._opened),
            lines=settings.lines,
            zones=settings.zones,
            ground=settings.ground,
            lux_of=_lux_of(settings),
        )

    def start(self) -> None:
        """Begin to capture; not before there is a lease."""
        self._source = LatestSource(self._opened)

    def step(self) -> Glance | None:
        """See the next frame; None when the source has ended, SensorError when it is lost."""
        if self._source is None or self._scene is None:
            raise RuntimeError("step before settle and start")
        frame = self._source.read()
        if frame is None:
            return None
        self._last = frame
        self.marker = self._wish.see(frame.pixels, frame.t_ms)
        seen = self._scene.step(frame)
        if self._redactor is not None and frame.t_ms - self._covered_ms >= COVER_MS:
            self._covered = self._redactor.redact(frame)
            self._covered_ms = frame.t_ms
        near = 0 if self._near is None else self._near.update(seen.tracks, frame.t_ms)
        return self._tongue.glance(seen, near=near)

    def covered_picture(self) -> bytes | None:
        """Return the last covered picture as a draft; None where none is authorised or seen."""
        return None if self._covered is None else draft.to_bytes(self._covered)

    def close(self) -> None:
        """Let go of the source and overwrite the last pictures; harmless when repeated."""
        (self._source or self._opened).close()
        if self._last is not None:
            self._last.wipe()
        if self._scene is not None:
            self._scene.wipe()
        self._last, self._covered = None, None


def open_seen(
    settings: Settings, clock_ms: Callable[[], int], stream_fd: int | None
) -> FrameSource:
    """Open what the eye sees: the stream that its fetcher hands it, or what it may open itself."""
    if stream_fd is None:
        return open_camera(settings, clock_ms)
    camera = settings.camera
    fps = float(camera.fps)
    return StreamSource(stream_fd, clock_ms=clock_ms, size=camera.size, fps=fps)


def open_camera(
    settings: Settings, clock_ms: Callable[[], int], *, realtime: bool = True
) -> FrameSource:
    """Open what ``[camera]`` names, and hold it at the exposure that ``[light]`` names.

    ``realtime``: a file comes at its own pace, as the world does. Raises SensorError where there is
    nothing to see, and where the camera can't be held.
    """
    camera = settings.camera
    if is_plaza(camera.source):
        from edgekit.testing.plaza import PlazaSource  # noqa: PLC0415 -- the demo's scene only

        seconds = plaza_seconds(camera.source, default=LONGEST_S)
        return PlazaSource(clock_ms=clock_ms, fps=camera.fps, realtime=realtime, seconds=seconds)
    source = open_source(
        camera.source,
        width=camera.width,
        height=camera.height,
        fps=camera.fps,
        clock_ms=clock_ms,
        realtime=realtime,
    )
    if settings.light is not None and camera.device is not None:
        light = settings.light
        try:
            hold(Path(camera.device), Exposure(exposure_ms=light.exposure_ms, gain=light.gain))
        except BaseException:
            source.close()
            raise
    return source


def _near_misses(settings: Settings) -> NearMisses | None:
    if settings.ground is None:
        return None
    return NearMisses(settings.ground, vehicles=settings.camera.sees is Sees.VEHICLES)


def _lux_of(settings: Settings) -> "Callable[[Pixels], int | None]":
    """Return what makes lux of a picture: measured where ``[light]`` is there, else rough."""
    light = settings.light
    if light is None:
        return illuminance_lux
    photometer = Photometer(lux_at_one=light.lux_at_one)
    exposure_s = light.exposure_ms / 1000
    return lambda pixels: photometer.whole_lux(exposed(pixels, exposure_s=exposure_s))


def _detector(site: Site, models: Path) -> Callable[[FrameSource], Detector]:
    camera = site.settings.camera
    if camera.detector == MOTION:
        stature = None if camera.stature is None else Stature.through(*camera.stature)
        vehicles = camera.sees is Sees.VEHICLES
        return lambda source: motion_detector(source, vehicles=vehicles, stature=stature)
    store = ModelStore(models, load_catalog())
    site.authorisation.require_model(f"sha256:{store.catalog[camera.detector].sha256}")
    return hold_model(store, camera.detector)
