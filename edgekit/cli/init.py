"""``edgekit init DIR``: keys, a commented site.toml and an authorisation draft."""

import argparse
import json
import os
import shlex
import shutil
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from edgekit.cli.writing import sync_folder, write_whole
from edgekit.config import Settings
from edgekit.config.driver import NAME as DRIVER
from edgekit.config.systems import RUN
from edgekit.consent.authorisation import SiteAuthorisation, draft
from edgekit.consent.terms import SensorKind
from edgekit.errors import ConfigError
from edgekit.geometry import require_name
from edgekit.records import Profile
from edgekit.signers.file import create_key

SETTINGS, DRAFT, KEYS = "site.toml", "authorisation.draft.json", "keys"
DEVICE_KEY, ORGANISATION_KEY = "device.key.pem", "organisation.key.pem"
_DAY_S = 86_400


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb."""
    parser = subparsers.add_parser(
        "init",
        help="write keys, site.toml and an authorisation draft",
        description="Start a site in a folder: the device's key, a commented site.toml and an "
        "authorisation draft. Nothing that is there already is changed.",
    )
    parser.add_argument("folder", metavar="DIR", type=Path, help="the site's folder")
    parser.add_argument(
        "--profile",
        choices=[profile.value for profile in Profile],
        default=Profile.LOCAL.value,
        help="who may learn the numbers: nobody outside the device (local), the people at home "
        "(home), or everybody, with small groups hidden (sdc-10-5), with noise (dp) "
        "or in wide bands (bands); default: local",
    )
    parser.add_argument("--name", help="the site's name; default: the folder's name")
    parser.add_argument(
        "--source",
        default="0",
        help="camera, stream, video or folder, or none: a site that only measures; default: 0, "
        "the camera",
    )
    parser.add_argument(
        "--system",
        action="append",
        default=[],
        metavar="NAME",
        help="also run this system (water, air, fire, …) on a board; as often as there are systems",
    )
    parser.add_argument(
        "--port", default="/dev/ttyACM0", help="of their board: edgekit bridge list (/dev/ttyACM0)"
    )
    parser.add_argument(
        "--mqtt",
        metavar="HOST",
        help="a broker that gets the numbers, as Home Assistant's; the draft names it as recipient",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write the site whole, or nothing."""
    folder: Path = args.folder
    profile = Profile(args.profile)
    name = _site_name(args.name, folder)
    source = "" if args.source == "none" else args.source
    text = Settings.template(
        name=name,
        profile=profile,
        source=source,
        broker=args.mqtt,
        systems=_systems(args),
        port=args.port,
    )
    settings = Settings.from_text(text, path=folder / SETTINGS)
    heard = ("noise",) if settings.camera.hears else ()
    authorisation = draft(
        name,
        profile=profile,
        view=settings.view,
        window_s=settings.site.window_s,
        valid_from_s=int(time.time()) // _DAY_S * _DAY_S,
        systems=[*(system.name for system in settings.systems), *heard],
        camera=settings.camera.sensor is SensorKind.CAMERA,
        array=settings.camera.sensor is SensorKind.THERMAL_ARRAY,
    )
    if settings.broker is not None:
        authorisation = _to(settings.broker.host, authorisation)
    _require_new(folder)
    unsigned = json.dumps(authorisation.to_draft(), indent=2, ensure_ascii=False) + "\n"
    _write_site(
        folder, {SETTINGS: _bytes(text), DRAFT: unsigned.encode()}, at_home=_is_home(profile)
    )
    print(_next_steps(folder, profile))
    if DRIVER in args.system:
        print(_FOR_A_DRIVER.format(folder=shlex.quote(str(folder))))
    return 0


def _to(host: str, authorisation: SiteAuthorisation) -> SiteAuthorisation:
    """Return the draft with the broker named where it says who gets each number."""
    outputs = tuple(
        replace(one, recipients=tuple(f"{name}, by {host}" for name in one.recipients))
        for one in authorisation.outputs
    )
    return replace(authorisation, outputs=outputs, notice_digest="")


def _systems(args: argparse.Namespace) -> tuple[str, ...]:
    """Return the systems that are asked for, each once."""
    if args.source == "none" and not args.system:
        raise ConfigError(
            "neither a camera nor a system: what should sense?",
            hint=f"--system NAME; there are {', '.join(RUN)}",
        )
    for name in args.system:
        if name not in RUN:
            raise ConfigError(
                f"--system {name}: the node runs no such system",
                hint=f"there are {', '.join(RUN)}",
            )
    return tuple(dict.fromkeys(args.system))


def _is_home(profile: Profile) -> bool:
    return profile.at_home


def _site_name(given: str | None, folder: Path) -> str:
    if given is not None:
        require_name(given, "site")
        return given
    letters = "".join(sign for sign in folder.resolve().name.lower() if sign.isascii())
    name = "".join(sign if sign.isalnum() or sign in "_-" else "-" for sign in letters)
    name = name.lstrip("-_0123456789")[:24]
    return name or "site"


def _bytes(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise ConfigError("--source holds characters that are no text") from error


def _require_new(folder: Path) -> None:
    try:
        is_file = folder.exists() and not folder.is_dir()
        taken = [name for name in (SETTINGS, DRAFT, KEYS) if (folder / name).exists()]
    except OSError as error:
        raise ConfigError(
            f"{folder} cannot be looked into: {error.strerror}",
            hint="choose a folder that you may read and write",
        ) from error
    if is_file:
        raise ConfigError(f"{folder} is a file: expected a folder", hint="choose another name")
    if taken:
        raise ConfigError(
            f"{folder} already has {taken[0]}: nothing was changed",
            hint="choose another folder, or move the old site away",
        )


def _write_site(folder: Path, files: dict[str, bytes], *, at_home: bool) -> None:
    """Make everything beside its place, then move it there; undo what was moved where one fails."""
    is_new = not folder.exists()
    moved: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".edgekit-") as name:
            stage = Path(name)
            (stage / KEYS).mkdir(mode=0o700)
            create_key(stage / KEYS / DEVICE_KEY, entropy=os.urandom)
            if at_home:
                create_key(stage / KEYS / ORGANISATION_KEY, entropy=os.urandom)
            write_whole(stage, files)
            for item in (KEYS, *files):
                (stage / item).rename(folder / item)
                moved.append(folder / item)
        sync_folder(folder)
    except (OSError, ConfigError) as error:
        for path in moved:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        if is_new:
            shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, ConfigError):
            raise
        raise ConfigError(
            f"cannot write a site in {folder}: {error.strerror}; nothing was left behind",
            hint="choose a folder that you may write, with room on its disk",
        ) from error


def _next_steps(folder: Path, profile: Profile) -> str:
    home = _is_home(profile)
    files = [
        (SETTINGS, "what is counted; open it and read it"),
        (f"{KEYS}/{DEVICE_KEY}", "this device's key; it never leaves the device"),
        (DRAFT, "what would be allowed; not signed yet"),
    ]
    if home:
        files.insert(
            2, (f"{KEYS}/{ORGANISATION_KEY}", "your own key: with it you allow what senses")
        )
    listed = [f"  {name:27}{what}" for name, what in files]
    steps = _AT_HOME if home else _IN_PUBLIC
    return "\n".join(
        [
            f"A new site is in {folder}:",
            *listed,
            "",
            steps.format(folder=shlex.quote(str(folder))),
        ]
    )


_FOR_A_DRIVER = """
Before it runs, the models by which it finds an eye, once; and the driver's own yes:
  edgekit models get yunet_n_dynamic face_landmark
  edgekit consent give {folder}/site.toml drowsiness"""

_AT_HOME = """\
Next, when site.toml is as you want it:
  edgekit authorise {folder}/authorisation.draft.json --site {folder}/site.toml \\
      --key {folder}/keys/organisation.key.pem
  edgekit check {folder}/site.toml
  edgekit run {folder}/site.toml"""

_IN_PUBLIC = """\
In a public place the device does not allow itself. The organisation that answers for the
site does, on a computer of its own. There, once, and keep this key safe:
  edgekit authorise --make-key organisation.key.pem
Fill in the <angle brackets> of the draft, then:
  edgekit authorise authorisation.draft.json --site site.toml --key organisation.key.pem

Bring two files back: organisation.pub.pem into {folder}/keys,
and authorisation.dsse.json into {folder}. Then put up the sign:
  edgekit notice {folder}/site.toml -o {folder}/notice
  edgekit check {folder}/site.toml"""
