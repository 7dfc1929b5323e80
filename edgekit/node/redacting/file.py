"""Covered pictures onto the disk, and any file all of it or nothing."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2

from edgekit.errors import EdgekitError, OutletError
from edgekit.frames import RedactedImage
from edgekit.redaction.redactor import encode


def coded(image: RedactedImage, suffix: str) -> bytes:
    """Return a covered picture as a file of that ending, without metadata."""
    if suffix == ".png":
        return encode(image)
    done, data = cv2.imencode(suffix, image.pixels)
    if not done:
        raise OutletError(f"the picture cannot be written as {suffix}", hint="use .png")
    return data.tobytes()


@contextmanager
def written(target: Path) -> Iterator[Path]:
    """Give a path beside the target; it takes the target's place only when all went well."""
    try:
        handle, name = tempfile.mkstemp(
            dir=target.parent, prefix=".redacting-", suffix=target.suffix.lower()
        )
        os.close(handle)
    except OSError as error:
        raise OutletError(
            f"{target} cannot be written: {error.strerror}", hint="does its folder exist?"
        ) from error
    unfinished = Path(name)
    try:
        yield unfinished
        with unfinished.open("rb") as file:
            os.fsync(file.fileno())
        unfinished.chmod(0o644)
        unfinished.replace(target)
    except EdgekitError:
        raise
    except OSError as error:
        raise OutletError(f"{target} cannot be written: {error.strerror}") from error
    finally:
        unfinished.unlink(missing_ok=True)
