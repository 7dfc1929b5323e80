"""What a door is told, sees in one picture, and remembers."""

from dataclasses import dataclass
from datetime import UTC, tzinfo

from edgekit.errors import ConfigError
from edgekit.records import Decided
from edgekit.systems.day import MINUTE_MS


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """A door.

    Attributes:
        body_c: what the black body is set to.
        most_off_k: the camera may be off by so much on it.
        most_drift_k: and by so much from one minute's mean to the next.
        uneven_k: by so much two points differ on one even black body; above ``most_off_k`` what is
            learned on the black body says nothing of a face.
        most_noise_k: a shot's noise, standard deviation; above it the array is too poor.
        to_mouth_k: from a face's maximum to the mouth, by calibration against a thermometer.
        warm_c: from so much on in the mouth it is warm.
        warm_up_ms: after start the camera is not believed for so long.
        look_ms: so long somebody is looked at before it is decided, unless they leave before.
        stuck_shots: the same black body to the last digit in so many shots is a camera that stands.
        sign_ms: so long the sign is lit that asks a warm one to a thermometer.
        zone: whose midnights end a day.
    """

    body_c: float = 35.0
    most_off_k: float = 0.2
    most_drift_k: float = 0.1
    uneven_k: float = 0.0
    most_noise_k: float = 0.25
    to_mouth_k: float = 0.95
    warm_c: float = 37.5
    warm_up_ms: int = 15 * MINUTE_MS
    look_ms: int = 1_500
    stuck_shots: int = 60
    sign_ms: int = 10_000
    zone: tzinfo = UTC

    def __post_init__(self) -> None:
        if not 0 < self.most_off_k <= 0.5 or self.stuck_shots < 2:  # noqa: PLR2004 -- of the standard
            raise ConfigError(f"a door: {self.most_off_k} K: expected above 0, at most 0.5")
        if not 0 < self.most_drift_k <= self.most_off_k:
            raise ConfigError(
                f"a door: a drift of {self.most_drift_k} K: expected above 0, at most most_off_k"
            )
        if self.uneven_k < 0 or self.most_noise_k <= 0 or self.look_ms < 0:
            raise ConfigError("a door: uneven_k, most_noise_k or look_ms below what can be")
        if not 1_000 <= self.sign_ms <= MINUTE_MS:  # noqa: PLR2004 -- a lamp that is seen
            raise ConfigError(f"a door: a sign for {self.sign_ms} ms: expected 1000 to 60000")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """One picture's numbers, °C: of a face (None where there is none), black body, room.

    ``noise_k`` is the standard deviation of the face less the black body by the array's own noise,
    0 where it is not known; ``faces`` how many there are at once.
    """

    t_ms: int
    face_c: float | None
    reference_c: float | None
    ambient_c: float | None = None
    noise_k: float = 0.0
    faces: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The open passage, what is known of the black body, and two counts of the day.

    Attributes:
        settings: of the door.
        since_ms: the first shot.
        last_ms: the last one.
        begun_ms: of the open passage; None where nobody is there.
        face_ms: of its last face.
        total_c: sum of its shots, as of the mouth.
        total_k2: sum of the squares of their noise.
        shots: how many they are.
        crowded: in how many of them two were in the picture at once.
        decided: whether it was told already.
        refused: what was said last of how it is; None = nothing yet.
        reference_c: the black body as seen last.
        same: in how many shots it was the same to the last digit.
        minute_ms: when the open minute of the black body began; its sum, number, and the mean of
            the minute before are beside it.
        drifts: whether the last two minutes differ by too much.
        day: the local date.
        screened: of that day.
        warm: of that day.
    """

    settings: Settings
    since_ms: int | None = None
    last_ms: int = 0
    begun_ms: int | None = None
    face_ms: int = 0
    total_c: float = 0.0
    total_k2: float = 0.0
    shots: int = 0
    crowded: int = 0
    decided: bool = False
    refused: Decided | None = None
    reference_c: float | None = None
    same: int = 0
    minute_ms: int = 0
    minute_c: float = 0.0
    minute_shots: int = 0
    before_c: float | None = None
    drifts: bool = False
    day: str = ""
    screened: int = 0
    warm: int = 0
