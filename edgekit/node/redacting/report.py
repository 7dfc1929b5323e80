"""A signed report of what was redacted: when, with what, from which bytes to which.

It names no file, no place in a picture and nobody; hashes say which files it is about. The envelope
is that of every signed thing of edgekit (DSSE, docs/record-format.md).
"""

import hashlib
from pathlib import Path

from edgekit import __version__
from edgekit.errors import OutletError
from edgekit.node.redacting.file import written
from edgekit.node.redacting.job import RedactedFile, RedactionJob, RedactionStyle
from edgekit.signing.canonical import JsonValue, to_bytes
from edgekit.signing.dsse import sign
from edgekit.signing.keys import Signer

PAYLOAD_TYPE = "application/vnd.edgekit.redaction.v1+json"


def report(
    job: RedactionJob, style: RedactionStyle, model: tuple[str, str] | None, *, at_s: int
) -> dict[str, JsonValue]:
    """Return what a report says, as plain values without floats.

    Args:
        job: what was done; its files are read once more, for their hashes.
        style: how it was done.
        model: name and SHA-256 of the model that found people; None = none was used.
        at_s: Unix time of the report.

    Raises:
        OutletError: a file has gone.
    """
    return {
        "version": 1,
        "software": f"edgekit {__version__}",
        "at_s": at_s,
        "mode": job.mode,
        "model": {"name": model[0], "sha256": model[1]} if model else None,
        "settings": {
            "fill": style.fill,
            "shape": style.shape,
            "look_ms": style.look_ms,
            "masks": len(style.masks),
        },
        "pictures": job.pictures,
        "whole": job.whole,
        "failed": len(job.failed),
        "skipped": len(job.skipped),
        "files": [_file(file) for file in job.files],
    }


def write_report(path: Path, said: dict[str, JsonValue], signer: Signer) -> None:
    """Sign a report and write it, one line; OutletError where it cannot be written."""
    line = sign(PAYLOAD_TYPE, to_bytes(said), signer).to_bytes() + b"\n"
    with written(path) as unfinished:
        unfinished.write_bytes(line)


def _file(file: RedactedFile) -> JsonValue:
    return {
        "source_sha256": _sha256(file.source),
        "target_sha256": _sha256(file.target),
        "pictures": file.pictures,
        "covered_ms": [list(span) for span in file.covered_ms],
        "whole_ms": [list(span) for span in file.whole_ms],
    }


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as data:
            return hashlib.file_digest(data, "sha256").hexdigest()
    except OSError as error:
        raise OutletError(f"{path} cannot be read again: {error.strerror}") from error
