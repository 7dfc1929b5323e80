"""What to redact how, and what came of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from edgekit.errors import ConfigError
from edgekit.geometry import Zone
from edgekit.redaction.background import LearningRules
from edgekit.redaction.redactor import Fill, Mode, Redactor, Shape
from edgekit.seams.eye import Detector

Progress = Callable[[int, int], None]
"""Told (done, all) after each frame; all is 0 where it is not known."""


Span = tuple[int, int]
"""First and last frame of a stretch, as times in milliseconds from the start of the film."""


@dataclass(slots=True)
class Stretches:
    """When something was so, put together frame by frame."""

    spans: list[Span] = field(default_factory=list)
    _open: bool = False

    def add(self, t_ms: int, *, so: bool) -> None:
        """Say whether it was so in the next frame."""
        if so and self._open:
            self.spans[-1] = (self.spans[-1][0], t_ms)
        elif so:
            self.spans.append((t_ms, t_ms))
        self._open = so


@dataclass(frozen=True, slots=True, kw_only=True)
class RedactedFile:
    """One file that was written.

    ``covered_ms`` are the stretches in which anything was covered, ``whole_ms`` those in which all
    of it was; of a single picture, at time 0.
    """

    source: Path
    target: Path
    pictures: int
    covered_ms: Sequence[Span]
    whole_ms: Sequence[Span]


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
        files: what was written, one by one.
    """

    mode: str
    pictures: int
    whole: int
    known_percent: int | None = None
    skipped: tuple[str, ...] = ()
    failed: tuple[tuple[str, str], ...] = ()
    files: tuple[RedactedFile, ...] = ()


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
    masks: tuple[Zone, ...] = ()

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
            masks=self.masks,
        )
