"""What the eye wires where a thermal array sees: array, scene. Nothing here has passed the gate."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from edgekit.config import Settings
from edgekit.config.camera import THERMAL
from edgekit.errors import ConfigError
from edgekit.node.sensing.screening import screening_of
from edgekit.node.sensing.tongue import Glance, Tongue
from edgekit.node.site import Site
from edgekit.node.trying.ids import random_ids
from edgekit.node.walls.warming import warm_up
from edgekit.perception.warm_scene import WarmScene
from edgekit.sensors.heat_file import HeatFile
from edgekit.sensors.thermal import ThermalSource

if TYPE_CHECKING:
    from edgekit.seams.eye import HeatSource

MOST_FPS = 8
"""What the board's wire carries of an array of 32 by 24 points."""

SQUARE = 0.1
"""So much may the picture's proportions differ from the array's."""


class WarmSight:
    """One thermal array seen through one scene, as `edgekit.node.sensing.sight.Sight` is a camera.

    Making it opens the serial port; then its process can be sealed.

    Args:
        site: settings, and the authority for them.
        clock_ms: Unix time in milliseconds.
        on_open: called once the port is open.

    Raises:
        ConfigError: the picture has not the array's proportions.
        SensorError: there is no such array, or no such recording.
    """

    marker = False
    """No marker can be held up to a thermal array."""

    def __init__(
        self,
        site: Site,
        *,
        clock_ms: Callable[[], int],
        on_open: Callable[[], None] = lambda: None,
    ) -> None:
        settings = site.settings
        self._tongue = Tongue(site)
        self._source = open_array(settings, clock_ms)
        try:
            require_proportions(self._source.size, settings.camera.size)
            self._screening = screening_of(site, self._source.size, clock_ms=clock_ms)
            on_open()
            warm_up()
            self._scene = WarmScene(
                size=settings.camera.size,
                fps=self._source.fps,
                ids=random_ids(),
                lines=settings.lines,
                zones=settings.zones,
                ground=settings.ground,
            )
        except BaseException:
            self._source.close()
            raise

    def settle(self) -> None:
        """There is no model and no stranger's data to be read behind the seal."""

    def start(self) -> None:
        """Begin to see: the array measures all the time, and what it did until now is dropped."""
        self._source.forget()

    def step(self) -> Glance | None:
        """See the next reading; None when the recording has ended, SensorError when it is lost."""
        frame = self._source.read()
        if frame is None:
            return None
        glance = self._tongue.glance(self._scene.step(frame))
        return glance if self._screening is None else self._screening.see(frame, glance)

    def covered_picture(self) -> None:
        """Return None: there is no picture."""

    def close(self) -> None:
        """Let go of the port; harmless when repeated."""
        self._source.close()


def open_array(
    settings: Settings, clock_ms: Callable[[], int], *, realtime: bool = True
) -> "HeatSource":
    """Open what ``[camera]`` names; a recording comes at its own pace where ``realtime``."""
    camera = settings.camera
    fps = min(MOST_FPS, camera.fps)
    if camera.source.startswith(THERMAL):
        path = camera.source.removeprefix(THERMAL)
        return ThermalSource(path, clock_ms=clock_ms, period_s=1 / fps)
    return HeatFile(
        Path(camera.source), clock_ms=clock_ms, fps=float(camera.fps), realtime=realtime
    )


def require_proportions(points: tuple[int, int], size: tuple[int, int]) -> None:
    """Raise ConfigError where the picture is not of the array's proportions."""
    columns, rows = points
    width, height = size
    if abs(width * rows / (height * columns) - 1) > SQUARE:
        raise ConfigError(
            f"an array of {columns}x{rows} points in a picture of {width}x{height}: expected the "
            "same proportions",
            hint=f"width = {20 * columns}, height = {20 * rows} in [camera], and lines drawn in it",
        )
