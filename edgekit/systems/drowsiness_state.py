"""What the drowsiness system is told, what it may drive, and what it knows between two frames."""

from dataclasses import dataclass, field

from edgekit.errors import ConfigError
from edgekit.systems.actuation import Channel, Safe
from edgekit.systems.day import MINUTE_MS
from edgekit.systems.drowsiness_blinks import Eye, Numbers, Watch
from edgekit.systems.drowsiness_learning import Learning, Minute
from edgekit.systems.drowsiness_model import Reference
from edgekit.systems.vitals import Conversion, Limits, Vital

BUZZER = Channel(name="buzzer", unit="on", safe=Safe.OFF, limit_ms=30_000)
EAR = Limits(
    name="eye",
    unit="ratio",
    low=0.02,
    high=0.7,
    max_age_ms=2_000,
    stuck_ms=10_000,
    conversions=(Conversion(unit="%", scale=0.01),),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """A driver's place.

    Attributes:
        face: the model that finds the face (`edgekit models list`).
        landmarks: the model that finds its points.
        least_fps: below so many frames a second blinks are lost, and nothing is said.
        shut_ms: an eye shut for so long is an alarm (a microsleep begins at a second).
        perclos: an eye shut for more than this share of a minute is one. Drivers on a closed road
            had 0.105 at their first microsleep and 0.122 when they left the lane (Journal of
            Vision 12(9), 2012, abstract 2141193).
        learn_ms: so long the driver's blinks are learnt, and so long a spell of blinks is.
        again_ms: PERCLOS is not told again for so long.
        quiet_ms: an eye whose lid has not moved for so long is none that is seen: sunglasses, a
            picture. People blink 2 to 30 times a minute (Stern, Boyer and Schroeder, Human Factors
            36(2), 1994); who stares for a minute is not judged either.
    """

    face: str = "yunet_n_dynamic"
    landmarks: str = "face_landmark"
    least_fps: int = 10
    shut_ms: int = 1_000
    perclos: float = 0.12
    learn_ms: int = 10 * MINUTE_MS
    again_ms: int = MINUTE_MS
    quiet_ms: int = MINUTE_MS

    def __post_init__(self) -> None:
        if not (0 < self.perclos < 1 and self.shut_ms >= 500 and self.learn_ms >= MINUTE_MS):  # noqa: PLR2004 -- no blink lasts as long
            raise ConfigError(
                f"{self}: expected a share of 0 to 1, half a second and a minute or more"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What a driver may keep: the own eye, and the own blinks while alert once they are known."""

    eye: Eye
    reference: Reference | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrol:
    """The driver asks to be watched, and is awake; ``baseline`` is one that was kept."""

    t_ms: int
    baseline: Baseline | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Off:
    """The driver ends it; nothing is kept but the baseline, and that only if asked."""

    t_ms: int
    keep: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One frame: the mean eye aspect ratio of both eyes, None where no eye is seen."""

    t_ms: int
    ear: float | None
    heard_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What is known of the eye, the last minute, and the blinks of the spell that goes on."""

    settings: Settings
    enrolled: bool = False
    baseline: Baseline | None = None
    vital: Vital = field(default_factory=Vital)
    learning: Learning = field(default_factory=Learning)
    minute: Minute = field(default_factory=Minute)
    watch: Watch = field(default_factory=Watch)
    blinks: tuple[Numbers, ...] = ()
    scores: tuple[float, ...] = ()
    lid_ms: int | None = None
    blind: str = "nobody is enrolled"
    shut_told_ms: int | None = None
    perclos_told_ms: int | None = None
    drowsy_told: bool = False
