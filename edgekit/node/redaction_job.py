"""What to redact how, and what came of it."""

from collections.abc import Callable
from dataclasses import dataclass

from edgekit.errors import ConfigError
from edgekit.redaction.background import LearningRules
from edgekit.redaction.redactor import Fill, Mode, Redactor, Shape
from edgekit.seams.eye import Detector

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
    """How to redact; see `edgekit.redaction.redactor.Redactor`.

    Attributes:
        look_ms: in a video a detector looks at one frame in so much time, and what is between two
            looks is covered from both; 0 = it looks at every frame.
        workers: how many frames of a video are looked at at once, >= 1: more only with a detector
            that several threads may use.
    """

    mode: Mode = "foreground"
    detector: Detector | None = None
    fill: Fill = "solid"
    shape: Shape = "box"
    look_ms: int = 0
    workers: int = 1
    learning: LearningRules | None = None

    def __post_init__(self) -> None:
        if self.look_ms < 0 or self.workers < 1:
            raise ConfigError(
                f"look_ms = {self.look_ms}, workers = {self.workers}: expected >= 0 and >= 1"
            )

    def redactor(self, size: tuple[int, int]) -> Redactor:
        """A new redactor for pictures of one size."""
        return Redactor(
            size,
            mode=self.mode,
            detector=self.detector,
            fill=self.fill,
            shape=self.shape,
            learning=self.learning,
        )
