"""Files that appear whole or not at all."""

import os
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path

from edgekit.errors import ConfigError


def write_whole(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files into a folder, which is made; each replaces an older one in one step.

    All are on the disk under other names before the first one appears. Raises ConfigError.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".edgekit-") as name:
            for file, data in files.items():
                _write(Path(name) / file, data)
            for file in files:
                (Path(name) / file).replace(folder / file)
        sync_folder(folder)
    except OSError as error:
        raise ConfigError(
            f"cannot write {' or '.join(files)} in {folder}: {error.strerror}",
            hint="choose a folder that you may write, with room on its disk",
        ) from error


def replace_file(path: Path, data: bytes) -> None:
    """Put new contents into a file that exists, in one step; its owner and mode stay.

    The new file is on the disk beside the old one before it takes its name. Raises ConfigError.
    """
    place = path.resolve()
    try:
        old = place.stat()
        handle, name = tempfile.mkstemp(dir=place.parent, prefix=".edgekit-")
        fresh = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                os.fchmod(file.fileno(), stat.S_IMODE(old.st_mode))
                if (old.st_uid, old.st_gid) != (os.geteuid(), os.getegid()):
                    os.fchown(file.fileno(), old.st_uid, old.st_gid)
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(place)
        finally:
            fresh.unlink(missing_ok=True)
        sync_folder(place.parent)
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be written: {error.strerror}; it stands as it was",
            hint="may this user write it, and its folder?",
        ) from error


def sync_folder(folder: Path) -> None:
    """Bring a folder's names to the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
