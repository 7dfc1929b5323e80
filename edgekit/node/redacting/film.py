"""Redact a video: play it once to learn or to look, and once more to show it covered.

Nothing here has passed the gate.
"""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

from edgekit.frames import Frame, RedactedImage
from edgekit.node.redacting.file import written
from edgekit.node.redacting.job import (
    Progress,
    RedactedFile,
    RedactionJob,
    RedactionStyle,
    Stretches,
)
from edgekit.node.redacting.video import require_frames, video_writer
from edgekit.redaction.hold import Sighting
from edgekit.redaction.pan import Pan, Shift
from edgekit.redaction.redactor import Redactor, sightings
from edgekit.redaction.timeline import Timeline
from edgekit.seams.eye import Detector
from edgekit.sensors.video import VideoSource

Tell = Callable[[int], None]
_Waiting = tuple[int, "Future[list[Sighting]]"]


def redact_film(
    source: Path, target: Path, style: RedactionStyle, progress: Progress
) -> RedactionJob:
    """Redact one video into another; all of it or nothing.

    Raises:
        SensorError: the source cannot be read to its end.
        OutletError: the target cannot be written.
    """
    film = _open(source)
    redactor = style.redactor(film.size)
    total = 2 * film.frames

    def tell(done: int) -> None:
        progress(done, total)

    if style.detector is None:
        seen = _learn(film, redactor, tell)

        def redact(frame: Frame) -> tuple[RedactedImage, bool]:
            return redactor.redact(frame), True

    else:
        seen, timeline = _look(film, style, style.detector, redactor, tell)

        def redact(frame: Frame) -> tuple[RedactedImage, bool]:
            boxes = timeline.regions(frame.t_ms)
            return redactor.redact_at(frame, boxes), boxes is None or bool(boxes)

    whole = count = 0
    covered_ms, whole_ms = Stretches(), Stretches()
    film = _open(source)
    with written(target) as unfinished:
        with video_writer(unfinished, size=film.size, fps=film.fps) as write:
            for frame in _frames(film):
                image, covered = redact(frame)
                write(image, frame.t_ms)
                covered_ms.add(frame.t_ms, so=covered or image.whole)
                whole_ms.add(frame.t_ms, so=image.whole)
                whole += image.whole
                count += 1
                tell(seen + count)
        require_frames(unfinished, count)
    known = round(100 * redactor.known_share) if style.detector is None else None
    file = RedactedFile(
        source=source,
        target=target,
        pictures=count,
        covered_ms=covered_ms.spans,
        whole_ms=whole_ms.spans,
    )
    return RedactionJob(
        mode=style.mode, pictures=count, whole=whole, known_percent=known, files=(file,)
    )


def _learn(film: VideoSource, redactor: Redactor, tell: Tell) -> int:
    seen = 0
    for seen, frame in enumerate(_frames(film), 1):
        redactor.learn(frame)
        tell(seen)
    redactor.freeze()
    return seen


def _look(
    film: VideoSource, style: RedactionStyle, detector: Detector, redactor: Redactor, tell: Tell
) -> tuple[int, Timeline]:
    """Look at the frames that are due, at the first and at the last; several at once."""
    looks: list[tuple[int, list[Sighting] | None]] = []
    waiting: deque[_Waiting] = deque()
    pan, pans = Pan(), list[Shift]()
    due_ms = seen = 0
    last: Frame | None = None
    with ThreadPoolExecutor(style.workers) as pool:

        def ask(frame: Frame) -> None:
            pans.append(pan.follow(frame.pixels))
            asked = pool.submit(_sightings, detector, redactor.burnt(frame))
            waiting.append((frame.t_ms, asked))
            while len(waiting) > style.workers:  # frames are large: only a few wait
                looks.append(_answer(*waiting.popleft()))

        for seen, frame in enumerate(_frames(film), 1):
            last = None
            if frame.t_ms >= due_ms:
                ask(frame)
                due_ms = frame.t_ms + max(1, style.look_ms)
            else:
                last = frame
            tell(seen)
        if last is not None:
            ask(last)
        looks.extend(_answer(*pair) for pair in waiting)
    return seen, Timeline(looks, film.size, pans=pans)


def _sightings(detector: Detector, frame: Frame) -> list[Sighting]:
    return sightings(detector.detect(frame), frame.size, follows=True)


def _answer(t_ms: int, asked: "Future[list[Sighting]]") -> tuple[int, list[Sighting] | None]:
    try:
        return t_ms, asked.result()
    except Exception:  # noqa: BLE001 -- whatever it was: None covers what depends on this look
        return t_ms, None


def _open(source: Path) -> VideoSource:
    return VideoSource(source, clock_ms=int)  # time in a file starts at 0


def _frames(film: VideoSource) -> Iterator[Frame]:
    with closing(film):
        yield from iter(film.read, None)
