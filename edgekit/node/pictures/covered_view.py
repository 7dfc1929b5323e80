"""One picture of a place with nobody in it: the learned background, people as flat shapes.

Nothing here has passed the gate.
"""

from collections.abc import Callable
from contextlib import closing

from edgekit.errors import SensorError
from edgekit.frames import Frame, RedactedImage
from edgekit.redaction.background import LearningRules
from edgekit.redaction.redactor import Redactor
from edgekit.seams.eye import FrameSource

ENOUGH = 0.98
"""Share of the picture that has to be known to look no longer."""

LONGEST_MS = 300_000

Progress = Callable[[float], None]
"""Told the share of the picture that is known, 0..1."""


def covered_view(
    source: FrameSource,
    *,
    learning: LearningRules | None = None,
    progress: Progress | None = None,
) -> tuple[RedactedImage, float]:
    """Watch a source until its place is known, five minutes at most, and close it.

    Returns:
        The picture, and the share of it that is known; what is not known is covered.

    Raises:
        SensorError: the source is lost, or gives no picture at all.
    """
    with closing(source):
        redactor = Redactor(source.size, learning=learning)
        last: Frame | None = None
        first_ms = 0
        while redactor.known_share < ENOUGH and (frame := source.read()) is not None:
            first_ms = frame.t_ms if last is None else first_ms
            last = frame
            redactor.learn(frame)
            if progress is not None:
                progress(redactor.known_share)
            if not 0 <= frame.t_ms - first_ms < LONGEST_MS:
                break
        if last is None:
            raise SensorError("the source gave no picture", hint="try another, or give --size WxH")
        return redactor.redact(last), redactor.known_share
