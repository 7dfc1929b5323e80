"""Redact frames as they come: of a camera, a stream or a pipe. Nothing here has passed the gate.

There is no second pass: a face is covered from its first sight on, not before.
"""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from edgekit.errors import ConfigError, SensorError
from edgekit.frames import RedactedImage
from edgekit.node.redacting.file import written
from edgekit.node.redacting.job import RedactionJob, RedactionStyle
from edgekit.node.redacting.video import VIDEO_CODES, require_frames, video_writer
from edgekit.seams.eye import FrameSource

Write = Callable[[RedactedImage, int], None]


def redact_frames(
    source: FrameSource, write: Write, style: RedactionStyle, *, longest_ms: int | None = None
) -> RedactionJob:
    """Cover every frame of a source, which is closed, and write it.

    Ends with the source, after a time, or when somebody interrupts it.

    Raises:
        SensorError: the source is lost, or gave nothing.
    """
    count = whole = 0
    first_ms: int | None = None
    with closing(source):
        redactor = style.redactor(source.size)
        try:
            while (frame := source.read()) is not None:
                first_ms = frame.t_ms if first_ms is None else first_ms
                if longest_ms is not None and frame.t_ms - first_ms >= longest_ms:
                    break
                image = redactor.redact(frame)
                write(image, frame.t_ms - first_ms)
                count += 1
                whole += image.whole
        except KeyboardInterrupt:
            pass  # whoever ends a recording wants what was recorded
    if not count:
        raise SensorError("the source gave no picture")
    return RedactionJob(mode=style.mode, pictures=count, whole=whole)


def record(
    source: FrameSource,
    target: Path,
    style: RedactionStyle,
    *,
    force: bool = False,
    longest_ms: int | None = None,
) -> RedactionJob:
    """Record what a camera or a stream sees, covered, into a video file; all of it or nothing.

    Raises:
        ConfigError: the target exists, or is no video.
        SensorError: the source is lost, or gave nothing.
        OutletError: the target cannot be written.
    """
    if target.suffix.lower() not in VIDEO_CODES:
        raise ConfigError(f"{target}: expected a video, {', '.join(sorted(VIDEO_CODES))}")
    if target.exists() and not force:
        raise ConfigError(f"{target} exists", hint="name another place, or give --force")
    with closing(source), written(target) as unfinished:
        with video_writer(unfinished, size=source.size, fps=source.fps) as write:
            job = redact_frames(source, write, style, longest_ms=longest_ms)
        require_frames(unfinished, job.pictures)
    return job
