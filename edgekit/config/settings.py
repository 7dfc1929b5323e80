"""The settings of one site: what ``site.toml`` may say, and nothing else.

    settings = Settings.load(Path("site.toml"))
    settings.camera.source, settings.lines, settings.site.window_s

Relative paths start at the folder of ``site.toml``. No environment variable changes anything.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from edgekit.config.accounts import Accounts, read_accounts
from edgekit.config.broker import Broker
from edgekit.config.camera import Camera, Sees, read_source
from edgekit.config.document import VERSION, parse, read_text
from edgekit.config.drawing import read_ground, read_line, read_room, read_zone
from edgekit.config.driver import require_driver
from edgekit.config.files import (
    DEFAULT_RECORDS,
    Authorisation,
    Keys,
    Outlet,
    Storage,
    read_authorisation,
    read_keys,
    read_outlets,
    read_storage,
)
from edgekit.config.lamp import Lamp, read_lamp
from edgekit.config.light import Light, read_light
from edgekit.config.login import require_no_login
from edgekit.config.screening import require_seen
from edgekit.config.stature import expected_stature
from edgekit.config.systems import System, read_systems
from edgekit.config.table import Table
from edgekit.config.template import template
from edgekit.config.web import Web, read_web
from edgekit.consent.room import Room
from edgekit.consent.view import View
from edgekit.errors import ConfigError, ReleaseError
from edgekit.geometry import Ground, Line, Zone, require_name
from edgekit.geometry.lint import require_countable
from edgekit.geometry.stature import Stature
from edgekit.privacy.profile import DAY_S, require_window
from edgekit.provenance import Source
from edgekit.records import Profile

_TABLES = (
    *("site", "camera", "microphone", "line", "zone", "ground", "room", "light", "lamp", "systems"),
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """``[site]``: its name, what may leave, on which grid, behind which wall."""

    name: str
    profile: Profile
    window_s: int
    confinement: Confinement


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
    broker: Broker | None = None
    light: Light | None = None
    lamp: Lamp | None = None
    systems: tuple[System, ...] = ()
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
        site = _site(root.table("site"))
        systems = read_systems(root.table_or_none("systems"), folder)
        camera = read_source(root, folder, measures=bool(systems))
        require_seen(systems, camera)
        outlets, broker = read_outlets(root.tables("outlet"), folder, site.name, site.profile)
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
            outlets=outlets,
            broker=broker,
            light=light,
            lamp=read_lamp(
                root.table_or_none("lamp"),
                zones=(zone.name for zone in zones),
                lines=(line.name for line in lines),
                light=light,
                window_s=site.window_s,
            ),
            systems=systems,
            accounts=read_accounts(root.table_or_none("users")),
            web=read_web(root.table_or_none("web"), site.profile),
            written_for=written_for,
        )
        lax = settings.accounts is None and settings.site.confinement is Confinement.MAKER
        require_driver(settings.systems, settings.camera, _drawn(settings))
        require_no_login(settings.camera.source, lax=lax)
        _require_camera(settings)
        if drawn:
            _require_placed(settings)
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
    def template(
        *,
        name: str,
        profile: Profile,
        source: str,
        broker: str | None = None,
        systems: Sequence[str] = (),
        port: str = "/dev/ttyACM0",
    ) -> str:
        """Return a commented ``site.toml`` to begin with; an empty ``source`` is no camera."""
        return template(
            name=name, profile=profile, source=source, broker=broker, systems=systems, port=port
        )

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
    def roles(self) -> dict[str, str]:
        """The processes of its node, the supervisor's too, and the names of their users."""
        return (self.accounts or Accounts()).by_role(
            fetches=self.camera.kind is Source.NETWORK,
            sees=self.camera.there,
            pages=self.web is not None,
            measures=bool(self.systems),
        )

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


def _require_camera(settings: Settings) -> None:
    """Raise ConfigError where a site without a camera says what only a camera can do."""
    if settings.camera.there and not settings.camera.hears:
        return
    for key, value in _drawn(settings).items():
        if value:
            raise ConfigError(
                f"[{key}] without a [camera]: nothing sees there", hint="add [camera], or remove it"
            )


def _drawn(settings: Settings) -> dict[str, object]:
    """What is asked of a camera that sees a place, by the names of its tables."""
    return {
        "line": settings.lines,
        "zone": settings.zones,
        "room": settings.rooms,
        "ground": settings.ground,
        "light": settings.light,
        "lamp": settings.lamp,
    }


def _require_placed(settings: Settings) -> None:
    """Raise ConfigError where a system is of a line or zone that is not drawn."""
    lines = [line.name for line in settings.lines]
    zones = [zone.name for zone in settings.zones]
    for system in settings.systems:
        if system.name == "traffic":
            where = system.settings.signal
            _require_one_of("traffic.signal.line", where.line, lines)
        elif system.name == "crowd":
            where = system.settings.watch
            _require_one_of("crowd.watch.line", where.line, lines)
            _require_one_of("crowd.watch.zone", where.zone, zones)


def _require_one_of(key: str, name: str, drawn: Sequence[str]) -> None:
    if name not in drawn:
        what = key.rpartition(".")[2]
        raise ConfigError(
            f"systems.{key} {name!r}: expected a {what} that is drawn: "
            f"{', '.join(drawn) or 'none is'}",
            hint=f'[systems.{key.rpartition(".")[0]}] with {what} = "…"',
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
