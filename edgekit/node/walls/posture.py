"""Which walls stand around each process of a node, from what its site is set to."""

import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path

import edgekit
from edgekit.bridge.port import path_of
from edgekit.config import Camera, Confinement, Settings
from edgekit.confine.rules import Stage
from edgekit.confine.walls import Walls
from edgekit.errors import ConfigError
from edgekit.models.store import default_folder
from edgekit.node.site import withdrawal_of
from edgekit.node.steward.kept import folder_of

_SYSTEM = (
    *("/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/localtime"),
    *("/dev/null", "/dev/urandom"),
)
_NEEDED = ("cryptography", "numpy", "cv2", "onnxruntime", "serial")
"""Each is a folder in the folder of all packages, of which a system may have several."""

_HARDWARE = ("/proc", "/sys/devices/system")
"""What libraries that compute ask of the processor and its memory, when they are loaded."""
_LIBCAMERA = ("/sys", "/dev", "/run/udev", "/etc/libcamera")
"""Where libcamera finds cameras and how they are set; its devices are in /dev, under many names."""

_NETWORK = ("/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf", "/etc/host.conf", "/etc/ssl")
_DESCRIBED = ".key.toml"
"""A key that is not in its file, but is described there (`edgekit.signers.open`)."""

_SOUND = ("/etc/asound.conf", "/etc/alsa")
"""Where libasound finds what cards are called, beside its own folder in /usr."""

OUT_OF_SIGHT = ("/proc", "/sys", "/dev")
"""What neither clerk nor herald has any use for: other processes, and every camera."""


def walls_of(role: str, settings: Settings, *, models: Path, die_with: int | None = None) -> Walls:
    """Return the walls of one of the node's processes.

    Args:
        role: ``eye``, ``fetcher``, ``reviewer``, ``clerk``, ``herald``, ``page`` or ``steward``.
        settings: its site's.
        models: where model files lie.
        die_with: the process that it does not outlive.
    """
    loading = [*_SYSTEM, sys.prefix, sys.base_prefix, *_packages(), settings.path]
    walls = _WALLS[role](settings, models)
    return Walls(
        stage=walls.stage,
        reads=(*map(str, loading), *walls.reads),
        writes=walls.writes,
        hides=walls.hides,
        offline=walls.offline,
        locks=walls.locks,
        keeps_files=walls.keeps_files,
        bare=walls.bare,
        die_with=die_with,
        strict=settings.site.confinement is Confinement.STRICT,
    )


def _packages() -> Iterator[Path]:
    """Where edgekit and what it needs are installed: with ``pip --user`` not below a prefix."""
    yield Path(edgekit.__file__).parent
    for name in _NEEDED:
        found = find_spec(name)
        if found is not None and found.origin is not None:
            yield Path(found.origin).parent.parent


def runs_code_to_sign(settings: Settings) -> bool:
    """Whether the clerk's key is in a chip or program, which takes other code than ours.

    Raises:
        ConfigError: it is, and the clerk has to be sealed.
    """
    kind = _kind_of(settings.keys.device)
    if kind != "file" and settings.site.confinement is Confinement.STRICT:
        raise ConfigError(
            f"a key of kind {kind!r} needs a driver or program that a sealed clerk cannot run",
            hint='use a key file, or set confinement = "maker": every record then says '
            "that the clerk is not sealed",
        )
    return kind != "file"


def is_described(key: Path) -> bool:
    """Whether a key is not in its file, but described there: in a token, chip or program."""
    return key.name.endswith(_DESCRIBED)


def _kind_of(key: Path) -> str:
    if not is_described(key):
        return "file"
    try:
        return str(tomllib.loads(key.read_text(encoding="utf-8")).get("kind", "file"))
    except (OSError, ValueError):
        return "file"  # the clerk says what is wrong with it


def models_of(settings: Settings) -> Path:
    """Return where its models lie: beside the settings, or where this user keeps them."""
    beside = settings.path.parent / "models"
    return beside if beside.is_dir() else default_folder()


def stage_of(camera: Camera) -> Stage:
    """Return the filter under which an eye opens its source; FILES is stacked on it afterwards."""
    return Stage.CAMERA_OPEN if camera.device or camera.by_libcamera else Stage.FILES


def _eye(settings: Settings, models: Path) -> Walls:
    device = settings.camera.device
    reads = [settings.keys.organisation_public, settings.authorisation.file, models]
    reads += [withdrawal_of(settings)]
    reads += [settings.camera.file] if settings.camera.file else []
    reads += [*map(Path, _SOUND)] if settings.camera.hears else []
    writes = (device,) if device else ()
    if settings.camera.by_libcamera:
        reads, writes = [*reads, *map(Path, _LIBCAMERA)], ("/dev",)
    return Walls(
        stage=stage_of(settings.camera),
        reads=(*_HARDWARE, *map(str, reads)),
        writes=writes,
        locks=True,
    )


def _fetcher(settings: Settings, _models: Path) -> Walls:
    reads = (*_HARDWARE, *_NETWORK, *_camera_login(settings))
    return Walls(stage=Stage.STREAM_OPEN, reads=reads, offline=False, locks=True)


def _camera_login(settings: Settings) -> tuple[str, ...]:
    """The password of a camera on the network: one process's, and nobody else's."""
    return () if settings.camera.login is None else (str(settings.camera.login),)


def _broker_login(settings: Settings) -> tuple[str, ...]:
    """The password for a broker: likewise."""
    broker = settings.broker
    return () if broker is None or broker.login is None else (str(broker.login),)


def _reviewer(_settings: Settings, models: Path) -> Walls:
    return Walls(stage=Stage.FILES, reads=(*_HARDWARE, str(models)), locks=True)


def _clerk(settings: Settings, _models: Path) -> Walls:
    keys = settings.keys
    described = is_described(keys.device)
    reads = (
        keys.device.parent if described else keys.device,
        keys.organisation_public,
        settings.authorisation.file,
        withdrawal_of(settings),
    )
    return Walls(
        stage=Stage.BOOKS,
        reads=tuple(map(str, reads)),
        writes=(str(settings.storage.directory),),
        hides=(*OUT_OF_SIGHT, *_camera_login(settings), *_broker_login(settings)),
        keeps_files=True,
        bare=runs_code_to_sign(settings),
    )


def _herald(settings: Settings, _models: Path) -> Walls:
    folders = {str(path.parent) for path in settings.record_files}
    calls = settings.broker is not None
    return Walls(
        stage=Stage.OUTLETS if calls else Stage.BOOKS,
        reads=_read_to_call(settings) if calls else (),
        writes=tuple(sorted(folders)),
        hides=(*OUT_OF_SIGHT, str(settings.keys.device), *_camera_login(settings)),
        offline=not calls,
        keeps_files=True,
    )


def _read_to_call(settings: Settings) -> tuple[str, ...]:
    """What says who the broker is, how to show that one may, and whether it is a recipient."""
    broker = settings.broker
    ca = () if broker is None or broker.ca is None else (str(broker.ca),)
    authority = (settings.authorisation.file, settings.keys.organisation_public)
    return (*_NETWORK, *ca, *_broker_login(settings), *map(str, authority))


def _page(settings: Settings, _models: Path) -> Walls:
    keys = settings.keys
    reads = (keys.organisation_public, settings.authorisation.file, withdrawal_of(settings))
    hidden = (keys.device, settings.storage.directory)
    logins = (*_camera_login(settings), *_broker_login(settings))
    return Walls(
        stage=Stage.PAGE,
        reads=tuple(map(str, reads)),
        hides=(*OUT_OF_SIGHT, *map(str, hidden), *logins),
    )


def _steward(settings: Settings, _models: Path) -> Walls:
    reads = (settings.keys.organisation_public, settings.authorisation.file)
    systems = settings.systems
    ports = {str(Path(path_of(one)).resolve()) for system in systems for one in system.ports}
    folders = {str(folder) for system in systems for folder in system.folders}
    return Walls(
        stage=Stage.BOOKS,
        reads=(
            *map(str, reads),
            str(withdrawal_of(settings)),
            "/dev/serial",
            *sorted(folders),
        ),
        writes=(str(folder_of(settings)), *sorted(ports)),
        hides=(
            "/proc",
            "/sys",
            str(settings.keys.device),
            *_camera_login(settings),
            *_broker_login(settings),
        ),
        keeps_files=True,
    )


_WALLS: Mapping[str, Callable[[Settings, Path], Walls]] = {
    "eye": _eye,
    "fetcher": _fetcher,
    "reviewer": _reviewer,
    "clerk": _clerk,
    "herald": _herald,
    "page": _page,
    "steward": _steward,
}
