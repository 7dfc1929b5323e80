"""``[camera]``: what the eye sees with, a camera or a thermal array; or what it hears with."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from edgekit.config.login import require_network
from edgekit.config.microphone import DEVICES, Microphone, read_microphone
from edgekit.config.stature import read_stature
from edgekit.config.table import Table
from edgekit.consent.terms import SensorKind
from edgekit.errors import ConfigError
from edgekit.geometry import Point
from edgekit.provenance import Source

THERMAL = "thermal:"
"""Before the serial port of a thermal array's board."""

HEAT_FILE = ".npy"
"""What a recording of a thermal array ends in."""

MOTION = "motion"
"""The detector that needs no model."""


class Sees(StrEnum):
    """What moves before the camera, where no model tells people from vehicles."""

    PEOPLE = "people"
    VEHICLES = "vehicles"


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """``[camera]``: where frames come from; ``source`` is absolute where it is a file.

    ``stature`` is the calibration of the ground: how high a person stands in the picture at two
    places, as (row of the feet, height), both in pixels; learned while running where it is None.
    ``login`` is the file with the name and password of a camera on the network. Where a thermal
    array sees, its points are spread over ``width`` and ``height``. Where a ``microphone`` hears
    there is no picture: both are 0. A site that only measures has none: its ``source`` is empty.
    """

    source: str
    width: int
    height: int
    fps: int
    detector: str
    sees: Sees
    stature: tuple[Point, Point] | None
    login: Path | None = None
    microphone: Microphone | None = None

    @property
    def there(self) -> bool:
        """Whether there is a camera at all."""
        return bool(self.source)

    @property
    def live(self) -> bool:
        """Whether it shows the world and never ends by itself: a camera or a stream."""
        return _is_live(self.source) and self.source.partition(":")[0] != "plaza"

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) of the picture in pixels."""
        return self.width, self.height

    @property
    def kind(self) -> Source:
        """What a record says of where the pictures came from."""
        if not self.there:
            return Source.METERS
        if "://" in self.source:
            return Source.NETWORK
        if self.source.partition(":")[0] == "plaza":
            return Source.RENDERED
        return Source(str(self.sensor)) if _is_live(self.source) else Source.FILE

    @property
    def sensor(self) -> SensorKind | None:
        """What it is, as the authorisation names it; None where there is none."""
        if not self.there:
            return None
        if self.hears:
            return SensorKind.MICROPHONE
        return SensorKind.THERMAL_ARRAY if self.thermal else SensorKind.CAMERA

    @property
    def hears(self) -> bool:
        """Whether it is a microphone, and nothing is seen."""
        return self.microphone is not None

    @property
    def device(self) -> str | None:
        """The path of what is opened on this machine, or None where it is something else."""
        if self.source.isascii() and self.source.isdecimal():
            return f"/dev/video{self.source}"
        if self.source.startswith(THERMAL):
            return self.source.removeprefix(THERMAL)
        if self.hears and self.live:
            return DEVICES
        return self.source if self.source.startswith("/dev/") else None

    @property
    def thermal(self) -> bool:
        """Whether it is a thermal array, or the recording of one, and gives no pictures."""
        return self.source.startswith(THERMAL) or self.source.endswith(HEAT_FILE)

    @property
    def by_motion(self) -> bool:
        """Whether no model is needed to find people."""
        return self.detector == MOTION

    @property
    def by_libcamera(self) -> bool:
        """Whether it is a Raspberry Pi's own camera, which a sealed process cannot read from."""
        return self.source.startswith("picamera2:")

    @property
    def steady(self) -> bool:
        """Whether its exposure can be held, or was what it was when it was recorded."""
        held = self.device is not None or self.kind is Source.FILE
        return held and self.sensor is SensorKind.CAMERA

    @property
    def file(self) -> Path | None:
        """The file or folder that is played back, or None where the source is live or rendered."""
        return None if not self.there or _is_live(self.source) else Path(self.source)


def read_source(root: Table, folder: Path, *, measures: bool) -> Camera:
    """Read ``[camera]``, or ``[microphone]`` in its place; raises ConfigError."""
    table = root.table_or_none("microphone")
    if table is None:
        # Without a system a site is one of a camera, whose absence is then the mistake.
        seeing = root.table_or_none("camera") or (None if measures else root.table("camera"))
        return read_camera(seeing, folder)
    if root.table_or_none("camera") is not None:
        raise ConfigError(
            "[camera] and [microphone]: expected one of the two: what sees has no ears",
            hint="another node, with keys of its own, hears",
        )
    microphone = read_microphone(table, folder)
    return Camera(
        source=microphone.source,
        width=0,
        height=0,
        fps=1,
        detector=MOTION,
        sees=Sees.PEOPLE,
        stature=None,
        microphone=microphone,
    )


def read_camera(table: Table | None, folder: Path) -> Camera:
    """Read ``[camera]``; one that is not there where there is none. Raises ConfigError."""
    if table is None:
        return _camera("", Table({}), folder)
    return _camera(table.text("source"), table, folder)


def _camera(source: str, table: Table, folder: Path) -> Camera:
    camera = Camera(
        source=source if not source or _is_live(source) else str(table.path("source", folder)),
        width=table.whole("width", 64, 8192, 640),
        height=table.whole("height", 48, 8192, 480),
        fps=table.whole("fps", 1, 120, 15),
        detector=table.text("detector", MOTION),
        sees=table.choice("sees", Sees, Sees.PEOPLE),
        stature=read_stature(table),
        login=table.path_or_none("login", folder),
    )
    table.done()
    if camera.login is not None:
        require_network(camera.source)
    if camera.thermal:
        _require_warmth(camera)
    return camera


def _require_warmth(camera: Camera) -> None:
    """Refuse what a thermal array cannot have."""
    if camera.source.startswith(THERMAL) and not str(camera.device).startswith("/"):
        raise ConfigError(
            f"camera.source {camera.source!r}: expected the serial port of the array's board",
            hint="thermal:/dev/serial/by-id/…, as ls /dev/serial/by-id shows it",
        )
    if not camera.by_motion or camera.sees is not Sees.PEOPLE or camera.stature is not None:
        raise ConfigError(
            "a thermal array finds people by their warmth: expected no detector, sees or stature",
            hint="take them out of [camera]",
        )


def _is_live(source: str) -> bool:
    return (
        source.partition(":")[0] in ("plaza", "picamera2", "thermal", "hw")
        or (source.isascii() and source.isdigit())
        or source.startswith("/dev/")
        or "://" in source
    )
