"""The settings of one site: what ``site.toml`` may say, and nothing else.

    settings = Settings.load(Path("site.toml"))
    settings.camera.source, settings.lines, settings.site.window_s

Relative paths start at the folder of ``site.toml``. No environment variable changes anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from edgekit.config.accounts import Accounts, read_accounts
from edgekit.config.document import VERSION, parse, read_text
from edgekit.config.drawing import read_ground, read_line, read_room, read_zone
from edgekit.config.files import (
    DEFAULT_RECORDS,
    Authorisation,
    Keys,
    Outlet,
    Storage,
    read_authorisation,
    read_keys,
    read_outlet,
    read_storage,
)
from edgekit.config.lamp import Lamp, read_lamp
from edgekit.config.light import Light, read_light
from edgekit.config.login import require_network, require_no_login
from edgekit.config.stature import expected_stature, read_stature
from edgekit.config.table import Table
from edgekit.config.template import template
from edgekit.config.web import Web, read_web
from edgekit.consent.room import Room
from edgekit.consent.view import View
from edgekit.errors import ConfigError, ReleaseError
from edgekit.geometry import Ground, Line, Point, Zone, require_name
from edgekit.geometry.lint import require_countable
from edgekit.geometry.stature import Stature
from edgekit.privacy.profile import DAY_S, require_window
from edgekit.provenance import Source
from edgekit.records import Profile

_TABLES = (
    *("site", "camera", "line", "zone", "ground", "room", "light", "lamp"),
    *("keys", "authorisation", "storage", "outlet", "users", "web"),
)
_DRAWN = ("line", "zone", "room")
DEFAULT_WINDOW_S: Mapping[Profile, int] = {
    Profile.SDC_10_5: 900,
    Profile.DP: 900,
    Profile.BANDS: 900,
    Profile.HOME: 60,
    Profile.LOCAL: 60,
}


class Confinement(StrEnum):
    """How much of the wall must stand: all of it, or what this machine allows."""

    STRICT = "strict"
    MAKER = "maker"


class Sees(StrEnum):
    """What moves before the camera, where no model tells people from vehicles."""

    PEOPLE = "people"
    VEHICLES = "vehicles"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """``[site]``: its name, what may leave, on which grid, behind which wall."""

    name: str
    profile: Profile
    window_s: int
    confinement: Confinement


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """``[camera]``: where frames come from; ``source`` is absolute where it is a file.

    ``stature`` is the calibration of the ground: how high a person stands in the picture at two
    places, as (row of the feet, height), both in pixels; learned while running where it is None.
    ``login`` is the file with the name and password of a camera on the network.
    """

    source: str
    width: int
    height: int
    fps: int
    detector: str
    sees: Sees
    stature: tuple[Point, Point] | None
    login: Path | None = None

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
        if "://" in self.source:
            return Source.NETWORK
        if self.source.partition(":")[0] == "plaza":
            return Source.RENDERED
        return Source.CAMERA if _is_live(self.source) else Source.FILE

    @property
    def device(self) -> str | None:
        """The path of a camera on this machine, or None where the source is something else."""
        if self.source.isascii() and self.source.isdecimal():
            return f"/dev/video{self.source}"
        return self.source if self.source.startswith("/dev/") else None

    @property
    def by_motion(self) -> bool:
        """Whether no model is needed to find people."""
        return self.detector == "motion"

    @property
    def by_libcamera(self) -> bool:
        """Whether it is a Raspberry Pi's own camera, which a sealed process cannot read from."""
        return self.source.startswith("picamera2:")

    @property
    def steady(self) -> bool:
        """Whether its exposure can be held, or was what it was when it was recorded."""
        return self.device is not None or self.kind is Source.FILE

    @property
    def file(self) -> Path | None:
        """The file or folder that is played back, or None where the source is live or rendered."""
        return None if _is_live(self.source) else Path(self.source)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that ``site.toml`` says, checked; ``written_for`` is the version it was in."""

    path: Path
    site: Site
    camera: Camera
    lines: tuple[Line, ...]
    zones: tuple[Zone, ...]
    ground: Ground | None
    rooms: tuple[Room, ...]
    keys: Keys
    authorisation: Authorisation
    storage: Storage
    outlets: tuple[Outlet, ...]
    light: Light | None = None
    lamp: Lamp | None = None
    accounts: Accounts | None = None
    web: Web | None = None
    written_for: int = VERSION

    @classmethod
    def load(cls, path: Path, *, drawn: bool = True) -> "Settings":
        """Read ``site.toml``; raises ConfigError with what is wrong and where.

        ``drawn = False`` leaves out lines, zones and rooms, right or wrong.
        """
        return cls.from_text(read_text(path), path=path, drawn=drawn)

    @classmethod
    def from_text(cls, text: str, *, path: Path, drawn: bool = True) -> "Settings":
        """Read the text of a ``site.toml`` that stands, or will stand, at ``path``."""
        document, written_for = parse(text, path)
        if not drawn:
            document = {key: document[key] for key in document if key not in _DRAWN}
        root = Table(document)
        root.only("version", *_TABLES)
        root.whole("version", VERSION, VERSION)
        folder = path.absolute().parent
        lines = tuple(map(read_line, root.tables("line")))
        zones = tuple(map(read_zone, root.tables("zone")))
        site, camera = _site(root.table("site")), _camera(root.table("camera"), folder)
        light = read_light(root.table_or_none("light"), fps=camera.fps, steady=camera.steady)
        settings = cls(
            path=path.absolute(),
            site=site,
            camera=camera,
            lines=lines,
            zones=zones,
            ground=read_ground(root.table_or_none("ground")),
            rooms=tuple(map(read_room, root.tables("room"))),
            keys=read_keys(root.table("keys"), folder),
            authorisation=read_authorisation(root.table("authorisation"), folder),
            storage=read_storage(root.table("storage"), folder),
            outlets=tuple(read_outlet(table, folder) for table in root.tables("outlet")),
            light=light,
            lamp=read_lamp(
                root.table_or_none("lamp"),
                zones=(zone.name for zone in zones),
                lines=(line.name for line in lines),
                light=light,
                window_s=site.window_s,
            ),
            accounts=read_accounts(root.table_or_none("users")),
            web=read_web(root.table_or_none("web"), site.profile),
            written_for=written_for,
        )
        lax = settings.accounts is None and settings.site.confinement is Confinement.MAKER
        require_no_login(settings.camera.source, lax=lax)
        settings.view  # noqa: B018 -- a view checks itself: every shape inside the picture, no name twice
        require_countable(
            settings.lines,
            settings.zones,
            size=settings.camera.size,
            fps=settings.camera.fps,
            stature=settings.expected_stature,
        )
        return settings

    @staticmethod
    def template(*, name: str, profile: Profile, source: str) -> str:
        """Return a commented ``site.toml`` to begin with."""
        return template(name=name, profile=profile, source=source)

    @property
    def expected_stature(self) -> Stature | None:
        """How high people stand in the picture; None where unknown, or where vehicles move."""
        if self.camera.sees is Sees.VEHICLES:
            return None
        return expected_stature(self.camera.stature, self.ground, self.camera.size)

    @property
    def record_files(self) -> tuple[Path, ...]:
        """The files that records go to; one in the storage folder where none is named."""
        named = tuple(outlet.path for outlet in self.outlets)
        return named or (self.storage.directory / DEFAULT_RECORDS,)

    @property
    def view(self) -> View:
        """The picture and what is drawn in it."""
        return View(
            width=self.camera.width,
            height=self.camera.height,
            lines=self.lines,
            zones=self.zones,
            ground=self.ground,
            rooms=self.rooms,
        )


def _site(table: Table) -> Site:
    name = table.text("name")
    require_name(name, "site")
    profile = table.choice("profile", Profile, Profile.LOCAL)
    window_s = table.whole("window_s", 1, DAY_S, DEFAULT_WINDOW_S[profile])
    try:
        require_window(profile, window_s)
    except ReleaseError as error:
        raise ConfigError(f"site.window_s: {error}", hint=error.hint) from error
    confinement = table.choice("confinement", Confinement, Confinement.STRICT)
    table.done()
    return Site(name=name, profile=profile, window_s=window_s, confinement=confinement)


def _camera(table: Table, folder: Path) -> Camera:
    source = table.text("source")
    camera = Camera(
        source=source if _is_live(source) else str(table.path("source", folder)),
        width=table.whole("width", 64, 8192, 640),
        height=table.whole("height", 48, 8192, 480),
        fps=table.whole("fps", 1, 120, 15),
        detector=table.text("detector", "motion"),
        sees=table.choice("sees", Sees, Sees.PEOPLE),
        stature=read_stature(table),
        login=table.path_or_none("login", folder),
    )
    table.done()
    if camera.login is not None:
        require_network(camera.source)
    return camera


def _is_live(source: str) -> bool:
    return (
        source.partition(":")[0] in ("plaza", "picamera2")
        or (source.isascii() and source.isdigit())
        or source.startswith("/dev/")
        or "://" in source
    )
