"""Redact files: a picture, a folder of pictures or a video, all of it or nothing.

    job = redact(Path("in.mp4"), Path("out.mp4"))
    job.whole    # frames that had to be covered whole

Everything happens in this process, without a wall: what comes out has not passed the gate.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from edgekit.errors import ConfigError, OutletError, SensorError
from edgekit.frames import Frame, RedactedImage
from edgekit.node.redacted_file import (
    VIDEO_CODES,
    coded,
    require_frames,
    video_writer,
    written,
)
from edgekit.redaction.background import LearningRules
from edgekit.redaction.redactor import Fill, Mode, Redactor
from edgekit.seams.eye import Detector
from edgekit.sensors.folder import pictures
from edgekit.sensors.image import SUFFIXES, read_image
from edgekit.sensors.video import VideoSource

Progress = Callable[[int, int], None]
"""Told (done, all) after each frame; all is 0 where it is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RedactionJob:
    """What was done.

    Attributes:
        mode: how people were covered.
        pictures: pictures or frames written.
        whole: how many of them had to be covered whole.
        known_percent: how much of a video's background was known in the end, 0..100; None where
            there was no background to learn.
        skipped: files of a folder that are no pictures; not written either.
        failed: what could not be redacted, and was not written: name and reason.
    """

    mode: str
    pictures: int
    whole: int
    known_percent: int | None = None
    skipped: tuple[str, ...] = ()
    failed: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RedactionStyle:
    """How to redact; see `edgekit.redaction.redactor.Redactor`."""

    mode: Mode = "foreground"
    detector: Detector | None = None
    fill: Fill = "solid"
    learning: LearningRules | None = None

    def redactor(self, size: tuple[int, int]) -> Redactor:
        """A new redactor for pictures of one size."""
        return Redactor(
            size,
            mode=self.mode,
            detector=self.detector,
            fill=self.fill,
            learning=self.learning,
        )


def redact(
    source: Path,
    target: Path,
    *,
    style: RedactionStyle | None = None,
    force: bool = False,
    progress: Progress | None = None,
) -> RedactionJob:
    """Redact ``source`` into ``target``; what cannot be redacted is not written.

    A video is played twice in mode ``foreground``: once to learn its background, once to show it.
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
    style.redactor((1, 1))  # settings that do not go together are refused before any work
    if source.is_dir():
        return _redact_folder(source, target, style, progress)
    if source.suffix.lower() in SUFFIXES:
        return _redact_picture(source, target, style)
    return _redact_video(source, target, style, progress)


def _redact_picture(source: Path, target: Path, style: RedactionStyle) -> RedactionJob:
    _require_kind(target, SUFFIXES)
    image = _covered(source, style)
    with written(target) as unfinished:
        unfinished.write_bytes(coded(image, target.suffix.lower()))
    return RedactionJob(mode=style.mode, pictures=1, whole=int(image.whole))


def _redact_folder(
    source: Path, target: Path, style: RedactionStyle, progress: Progress
) -> RedactionJob:
    paths = pictures(source)
    failed: list[tuple[str, str]] = []
    whole = 0
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutletError(f"folder {target} cannot be made: {error.strerror}") from error
    for number, path in enumerate(paths, 1):
        try:
            whole += _redact_picture(path, target / path.name, style).whole
        except SensorError as error:
            # A result of an earlier run must not pass for this picture's.
            (target / path.name).unlink(missing_ok=True)
            failed.append((path.name, str(error)))
        progress(number, len(paths))
    done = len(paths) - len(failed)
    return RedactionJob(
        mode=style.mode,
        pictures=done,
        whole=whole,
        skipped=tuple(sorted(p.name for p in source.iterdir() if p not in paths)),
        failed=tuple(failed),
    )


def _covered(path: Path, style: RedactionStyle) -> RedactedImage:
    frame = Frame(read_image(path), 0, 0)
    return style.redactor(frame.size).redact(frame)


def _redact_video(
    source: Path, target: Path, style: RedactionStyle, progress: Progress
) -> RedactionJob:
    _require_kind(target, tuple(VIDEO_CODES))
    film = _open(source)
    redactor = style.redactor(film.size)
    passes = 2 if style.mode == "foreground" else 1
    total = film.frames * passes
    learned = 0
    if passes > 1:
        for learned, frame in enumerate(_frames(film), 1):
            redactor.learn(frame)
            progress(learned, total)
        redactor.freeze()
        film = _open(source)
    whole = count = 0
    with written(target) as unfinished:
        with video_writer(unfinished, size=film.size, fps=film.fps) as write:
            for frame in _frames(film):
                image = redactor.redact(frame)
                write(image)
                whole += image.whole
                count += 1
                progress(learned + count, total)
        require_frames(unfinished, count)
    known = round(100 * redactor.known_share) if passes > 1 else None
    return RedactionJob(mode=style.mode, pictures=count, whole=whole, known_percent=known)


def _open(source: Path) -> VideoSource:
    return VideoSource(source, clock_ms=int)  # time in a file starts at 0


def _frames(film: VideoSource) -> Iterator[Frame]:
    try:
        yield from iter(film.read, None)
    finally:
        film.close()


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
