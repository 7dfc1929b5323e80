"""The empty place as a camera sees it, for a plan of the site. Nothing here has passed the gate.

Only the learned background is ever returned: who passed meanwhile is not in it.
"""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

import cv2
import numpy as np

from edgekit.config import Settings
from edgekit.errors import ConsentError
from edgekit.frames import Pixels
from edgekit.geometry.plane import Segment
from edgekit.node.sensing.sight import PLAZA_LEARN_MS, open_camera
from edgekit.node.site import SELF_AUTHORISED, load_site
from edgekit.node.trying.ids import random_ids
from edgekit.perception.scene import Scene, SceneStep
from edgekit.redaction.background import LearningRules
from edgekit.redaction.redactor import Redactor
from edgekit.seams.eye import FrameSource
from edgekit.testing.spec import is_plaza

WATCH_S = 120
"""A place that is empty for most of this time is known after it, most often long before."""

ENOUGH = 0.97
"""Share of the picture that must be known for no more to be watched."""

MIN_WAY = 0.1
"""A way is worth remembering from this share of the picture's width on."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Backdrop:
    """The empty place.

    Attributes:
        pixels: uint8, shape (height, width, 3), BGR; dark where it was never empty for long enough.
        ways: where people walked, from first to last foot: for one remark about lines, never kept.
    """

    pixels: Pixels
    ways: tuple[Segment, ...]


def watch(
    settings: Settings, *, clock_ms: Callable[[], int], progress: Callable[[int], None]
) -> Backdrop | None:
    """Watch the source for two minutes at most; None where no background could be learned.

    ``progress`` is called with the milliseconds watched. A live camera is opened only for whoever
    may count with it: under a valid authorisation, and only where this device authorises itself.
    In a public place only the sealed eye opens the camera: see `preview`.

    Raises:
        ConsentError: nobody allowed it.
        SensorError: there is nothing to see.
    """
    if settings.camera.live:
        _require_own(settings, clock_ms() // 1000)
    rendered = is_plaza(settings.camera.source)
    source = open_camera(settings, clock_ms, realtime=False)
    with closing(source):
        rules = LearningRules(learn_ms=PLAZA_LEARN_MS) if rendered else None
        redactor = Redactor(source.size, learning=rules)
        walks = _watch(source, redactor, progress)
    ground = redactor.ground()
    return None if ground.whole else Backdrop(pixels=ground.pixels, ways=walks)


def preview(settings: Settings) -> Backdrop | None:
    """Return the covered picture that the node itself has written, if there is a fitting one."""
    from edgekit.node.clerking.eyeline import PREVIEW  # noqa: PLC0415 -- only the name of its file

    picture = cv2.imread(str(settings.storage.directory / PREVIEW))
    if picture is None or picture.shape[1::-1] != settings.camera.size:
        return None
    return Backdrop(pixels=np.asarray(picture, np.uint8), ways=())


def _require_own(settings: Settings, now_s: int) -> None:
    if settings.site.profile not in SELF_AUTHORISED:
        raise ConsentError(
            f"under {settings.site.profile} only the node's sealed eye opens the camera",
            hint="run the node first: with covered_preview authorised it writes a covered picture",
        )
    load_site(settings.path, now_s=now_s)


def _watch(
    source: FrameSource, redactor: Redactor, progress: Callable[[int], None]
) -> tuple[Segment, ...]:
    scene = Scene(size=source.size, fps=source.fps, ids=random_ids())
    walks: dict[int, Segment] = {}
    first_ms: int | None = None
    while (frame := source.read()) is not None:
        first_ms = frame.t_ms if first_ms is None else first_ms
        passed_ms = frame.t_ms - first_ms
        if passed_ms > WATCH_S * 1000 or redactor.known_share >= ENOUGH:
            break
        redactor.learn(frame)
        _follow(walks, scene.step(frame))
        progress(passed_ms)
    far = MIN_WAY * source.size[0]
    return tuple(
        (start, end)
        for start, end in walks.values()
        if abs(start[0] - end[0]) + abs(start[1] - end[1]) >= far
    )


def _follow(walks: dict[int, Segment], step: SceneStep) -> None:
    for track in step.tracks:
        if track.seen:
            first, _ = walks.get(track.tracker_id, (track.foot, track.foot))
            walks[track.tracker_id] = (first, track.foot)
