"""Redact files: a picture, a folder of pictures or a video, all of it or nothing.

    job = redact(Path("in.mp4"), Path("out.mp4"))
    job.whole    # frames that had to be covered whole

Everything happens in this process, without a wall: what comes out has not passed the gate.
"""

from dataclasses import replace
from pathlib import Path

from edgekit.errors import ConfigError, OutletError, SensorError
from edgekit.frames import Frame, RedactedImage
from edgekit.node.redacting.file import coded, written
from edgekit.node.redacting.film import redact_film
from edgekit.node.redacting.job import Progress, RedactedFile, RedactionJob, RedactionStyle
from edgekit.node.redacting.video import VIDEO_CODES
from edgekit.sensors.folder import pictures
from edgekit.sensors.image import SUFFIXES, read_image


def redact(
    source: Path,
    target: Path,
    *,
    style: RedactionStyle | None = None,
    force: bool = False,
    progress: Progress | None = None,
) -> RedactionJob:
    """Redact ``source`` into ``target``; what cannot be redacted is not written.

    A video is played twice: once to learn its background or to find its faces, once to show it.
    A single picture has no background, so that mode covers it whole. Sound and metadata are left
    out.

    Args:
        source: a picture, a folder of pictures or a video.
        target: a file of the same kind, or a folder.
        style: how to redact; None = mode ``foreground``.
        force: whether a target that exists is replaced; a folder keeps its other files.
        progress: told how far it is.

    Raises:
        ConfigError: source and target are the same, or the target exists or is of another kind.
        SensorError: the source cannot be read to its end; no target is left behind.
        OutletError: the target cannot be written; nothing of it is left behind.
    """
    style = style or RedactionStyle()
    progress = progress or _silent
    _require_target(source, target, force=force)
    replace(style, masks=()).redactor(
        (1, 1)
    )  # settings that do not go together are refused before any work
    if source.is_dir():
        return _redact_folder(source, target, style, progress)
    if source.suffix.lower() in SUFFIXES:
        return _redact_picture(source, target, style)
    _require_kind(target, tuple(VIDEO_CODES))
    return redact_film(source, target, style, progress)


def _redact_picture(source: Path, target: Path, style: RedactionStyle) -> RedactionJob:
    _require_kind(target, SUFFIXES)
    image = _covered(source, style)
    with written(target) as unfinished:
        unfinished.write_bytes(coded(image, target.suffix.lower()))
    whole_ms = [(0, 0)] if image.whole else []
    file = RedactedFile(
        source=source, target=target, pictures=1, covered_ms=[(0, 0)], whole_ms=whole_ms
    )
    return RedactionJob(mode=style.mode, pictures=1, whole=int(image.whole), files=(file,))


def _redact_folder(
    source: Path, target: Path, style: RedactionStyle, progress: Progress
) -> RedactionJob:
    paths = pictures(source)
    failed: list[tuple[str, str]] = []
    files: list[RedactedFile] = []
    whole = 0
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutletError(f"folder {target} cannot be made: {error.strerror}") from error
    for number, path in enumerate(paths, 1):
        try:
            job = _redact_picture(path, target / path.name, style)
            whole += job.whole
            files += job.files
        except SensorError as error:
            # A result of an earlier run must not pass for this picture's.
            (target / path.name).unlink(missing_ok=True)
            failed.append((path.name, str(error)))
        progress(number, len(paths))
    return RedactionJob(
        mode=style.mode,
        pictures=len(files),
        whole=whole,
        skipped=tuple(sorted(p.name for p in source.iterdir() if p not in paths)),
        failed=tuple(failed),
        files=tuple(files),
    )


def _covered(path: Path, style: RedactionStyle) -> RedactedImage:
    frame = Frame(read_image(path), 0, 0)
    return style.redactor(frame.size).redact(frame)


def _require_target(source: Path, target: Path, *, force: bool) -> None:
    if not source.exists():
        raise SensorError(f"{source} does not exist", hint="check the path")
    if source.resolve() == target.resolve() or (target.exists() and source.samefile(target)):
        raise ConfigError(
            f"{target} is the source itself: expected another place",
            hint="edgekit never writes over an original",
        )
    if source.is_dir() and target.resolve().is_relative_to(source.resolve()):
        raise ConfigError(f"{target} lies inside the source {source}: expected another place")
    if target.exists() and not force:
        raise ConfigError(f"{target} exists", hint="name another place, or give --force")
    if target.exists() and source.is_dir() != target.is_dir():
        raise ConfigError(f"{target} is of another kind than {source}: one is a folder")


def _require_kind(target: Path, suffixes: tuple[str, ...]) -> None:
    if target.suffix.lower() not in suffixes:
        raise ConfigError(
            f"{target} has the ending {target.suffix!r}: expected {', '.join(sorted(suffixes))}"
        )


def _silent(_done: int, _all: int) -> None:
    """Tell nobody."""
