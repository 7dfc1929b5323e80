"""The folder of installed model files. Each is checked whenever it is used."""

import hashlib
import os
import tempfile
from pathlib import Path

from edgekit.errors import ModelError
from edgekit.models.catalog import Catalog, ModelEntry
from edgekit.models.download import Progress, fetch


def default_folder() -> Path:
    """Where models lie unless another folder is named: the XDG data folder of this user."""
    return Path.home() / ".local" / "share" / "edgekit" / "models"


class ModelStore:
    """Model files under the names and hashes of a catalogue.

    Args:
        folder: where they lie, as ``<name>.onnx``; made when the first is added.
        catalog: what is accepted.
    """

    def __init__(self, folder: Path, catalog: Catalog) -> None:
        self._folder = folder
        self.catalog = catalog

    def add(self, name: str, file: Path) -> Path:
        """Copy a file in if it is the model of that name; all of it or nothing.

        Raises:
            ModelError: no such file, an unknown name, other bytes, or the folder can't be written.
        """
        entry = self.catalog[name]
        data = _read(file, entry)
        _require_hash(data, entry, f"file {file}")
        target = self._target(entry)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            replace_file(target, data)
        except OSError as error:
            raise _unstorable(name, self._folder, error) from error
        return target

    def get(self, name: str, progress: Progress) -> Path:
        """Fetch a model unless it is here and right already; all of it or nothing.

        Raises:
            ModelError: it can't be fetched or stored, or it has another hash (and is removed).
        """
        entry = self.catalog[name]
        target = self._target(entry)
        if target.is_file():
            return self.path(name)
        part = self._folder / f".{entry.name}.part"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _unstorable(name, self._folder, error) from error
        fetch(entry, part, progress)
        try:
            return self.add(name, part)
        finally:  # right or wrong, there is nothing to go on from
            part.unlink(missing_ok=True)

    def installed(self) -> tuple[str, ...]:
        """Names of the models that lie in the folder; not yet checked."""
        return tuple(n for n, entry in self.catalog.items() if self._target(entry).is_file())

    def read(self, name: str) -> bytes:
        """Return a model's bytes, just verified: give these to the runtime, not the path.

        Raises:
            ModelError: it is not installed, or its file was altered (and is now removed).
        """
        entry = self.catalog[name]
        target = self._target(entry)
        if not target.is_file():
            raise ModelError(
                f"model {name!r} is not installed in {self._folder}",
                hint=f"edgekit models get {name}"
                if entry.fetch
                else f"edgekit models add {name} FILE ({entry.source})",
            )
        try:
            data = _read(target, entry)
            _require_hash(data, entry, f"model {target}")
        except ModelError as error:
            left = "it has been removed"
            try:
                target.unlink(missing_ok=True)
            except OSError:  # behind its filter an eye may not remove it
                left = "remove it"
            raise ModelError(f"{error}; {left}", hint=error.hint) from error
        return data

    def path(self, name: str) -> Path:
        """Return a model's path after verifying its bytes; errors as `read`."""
        self.read(name)
        return self._target(self.catalog[name])

    def _target(self, entry: ModelEntry) -> Path:
        return self._folder / f"{entry.name}.onnx"


def _unstorable(name: str, folder: Path, error: OSError) -> ModelError:
    return ModelError(
        f"model {name!r} cannot be stored in {folder}: {error.strerror}",
        hint="name a folder that this user may write",
    )


def _read(file: Path, entry: ModelEntry) -> bytes:
    """The file's bytes, only where their number is right: never gigabytes by mistake."""
    try:
        size = file.stat().st_size
        data = file.read_bytes() if size == entry.bytes else b""
    except OSError as error:
        raise ModelError(f"file {file} cannot be read: {error.strerror}") from error
    if len(data) != entry.bytes:
        raise ModelError(
            f"file {file} has {size} bytes: expected {entry.bytes} for model {entry.name!r}",
            hint=f"take it from {entry.source}",
        )
    return data


def _require_hash(data: bytes, entry: ModelEntry, what: str) -> None:
    came = hashlib.sha256(data).hexdigest()
    if came != entry.sha256:
        raise ModelError(
            f"{what} has SHA-256 {came}: expected {entry.sha256} for model {entry.name!r}",
            hint=f"take it from {entry.source}",
        )


def replace_file(target: Path, data: bytes) -> None:
    """Write beside the target, flush to the disk, then take its place in one step."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".adding-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
