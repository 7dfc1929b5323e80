"""Files that appear whole or not at all."""

import os
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
