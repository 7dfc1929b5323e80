"""Temperature screening at a door: warm or not, by a face beside a black body; nobody is known.

    state = begin(Settings())
    state, decisions = step(state, Shot(t_ms=t_ms, face_c=36.1, reference_c=35.1))

The greatest temperature of a face (ISO/TR 13154:2017) less what the camera is off on a black body
in the same picture, plus the step from face to mouth, averaged over the shots of one passage. Where
the black body is missing or off by more than 0.2 K, nobody is screened (IEC 80601-2-59:2017 wants
the whole system within 0.5 K). A warm one is asked to a thermometer; nothing of a passage is kept
but two counts of the day. This is no medical device.
"""

import math
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo

from edgekit.errors import ConfigError
from edgekit.systems.card import Card
from edgekit.systems.day import MINUTE_MS, local_day
from edgekit.systems.decision import Decision, Severity
from edgekit.systems.vitals import Fault, told

PASSAGE_MS = 3_000
AMBIENT_C = (18.0, 26.0)
"""Indoors; outside of it skin says little (ISO/TR 13154 has 20 to 24 °C)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """A door.

    Attributes:
        body_c: what the black body is set to.
        most_off_k: the camera may be off by so much on it.
        to_mouth_k: from a face's maximum to the mouth, by calibration against a thermometer.
        warm_c: from so much on in the mouth it is warm.
        warm_up_ms: after start the camera is not believed for so long.
        stuck_shots: the same black body to the last digit in so many shots is a camera that stands.
        zone: whose midnights end a day.
    """

    body_c: float = 35.0
    most_off_k: float = 0.2
    to_mouth_k: float = 0.95
    warm_c: float = 37.5
    warm_up_ms: int = 15 * MINUTE_MS
    stuck_shots: int = 60
    zone: tzinfo = UTC

    def __post_init__(self) -> None:
        if not 0 < self.most_off_k <= 0.5 or self.stuck_shots < 2:  # noqa: PLR2004 -- of the standard
            raise ConfigError(f"a door: {self.most_off_k} K: expected above 0, at most 0.5")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """One picture's numbers, °C: of a face (None where there is none), black body, room."""

    t_ms: int
    face_c: float | None
    reference_c: float | None
    ambient_c: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage(Decision):
    """One passage: whether it was warm. The number itself is not in it."""

    warm: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The open passage (sum and count of its shots) and two counts of the day."""

    settings: Settings
    since_ms: int | None = None
    last_ms: int = 0
    total_c: float = 0.0
    shots: int = 0
    refused: str = ""
    reference_c: float | None = None
    same: int = 0
    day: str = ""
    screened: int = 0
    warm: int = 0


def begin(settings: Settings) -> State:
    """Return the state before the first shot."""
    return State(settings=settings)


def step(state: State, reading: Shot) -> tuple[State, tuple[Decision, ...]]:
    """Take one shot."""
    decisions: list[Decision] = []
    if state.since_ms is not None and reading.t_ms < state.last_ms:
        return state, (told("camera", Fault.CLOCK_BACK, reading.t_ms, "an older shot"),)
    state, ended = _over_midnight(state, reading.t_ms)
    decisions += ended
    if state.shots and (reading.face_c is None or reading.t_ms - state.last_ms > PASSAGE_MS):
        state, passage = _passed(state, reading.t_ms)
        decisions.append(passage)
    since = reading.t_ms if state.since_ms is None else state.since_ms
    same = state.same + 1 if reading.reference_c == state.reference_c else 0
    state = replace(
        state, since_ms=since, last_ms=reading.t_ms, reference_c=reading.reference_c, same=same
    )
    why = _refused(state, reading)
    if why != state.refused:
        decisions.append(_told(reading.t_ms, why))
        state = replace(state, refused=why)
    if why:
        # What was begun is not finished with a camera that is not believed.
        return replace(state, total_c=0.0, shots=0), tuple(decisions)
    if reading.face_c is None or reading.reference_c is None:
        return state, tuple(decisions)
    off_k = reading.reference_c - state.settings.body_c
    mouth_c = reading.face_c - off_k + state.settings.to_mouth_k
    state = replace(state, total_c=state.total_c + mouth_c, shots=state.shots + 1)
    return state, tuple(decisions)


def _refused(state: State, shot: Shot) -> str:
    """Return why nobody can be screened, or nothing."""
    settings, reference = state.settings, shot.reference_c
    if reference is None or math.isnan(reference):
        return "no black body is seen"
    if state.same >= settings.stuck_shots:
        return f"the camera stands at {reference:g} °C"
    if shot.t_ms - (state.since_ms or 0) < settings.warm_up_ms:
        return "the camera warms up"
    off_k = reference - settings.body_c
    if abs(off_k) > settings.most_off_k:
        way = "too warm" if off_k > 0 else "too cold"
        return f"the camera shows the black body {way} by more than {settings.most_off_k:g} K"
    ambient = shot.ambient_c
    if ambient is not None and not AMBIENT_C[0] <= ambient <= AMBIENT_C[1]:
        return f"the room is outside of {AMBIENT_C[0]:g} to {AMBIENT_C[1]:g} °C"
    return ""


def _told(t_ms: int, why: str) -> Decision:
    if not why:
        return Decision(t_ms=t_ms, what="ready", reason="the black body is seen and right")
    severity = Severity.UNKNOWN if "warms up" in why else Severity.FAULT
    words = f"nobody is screened: {why}"
    return Decision(t_ms=t_ms, what="refused", reason=words, severity=severity)


def _passed(state: State, t_ms: int) -> tuple[State, Passage]:
    warm = state.total_c / state.shots >= state.settings.warm_c
    words = "warm: please take a thermometer" if warm else "not warm"
    passage = Passage(
        t_ms=t_ms,
        what="warm" if warm else "passed",
        reason=f"{words} (by {state.shots} shots beside a black body)",
        severity=Severity.ACTION if warm else Severity.INFO,
        warm=warm,
    )
    counted = replace(state, screened=state.screened + 1, warm=state.warm + warm)
    return replace(counted, total_c=0.0, shots=0), passage


def _over_midnight(state: State, t_ms: int) -> tuple[State, tuple[Decision, ...]]:
    day = local_day(t_ms, state.settings.zone).date
    if day == state.day:
        return state, ()
    fresh = replace(state, day=day, screened=0, warm=0)
    if not state.day:
        return fresh, ()
    words = f"{state.warm} of {state.screened} were warm on {state.day}"
    return fresh, (Decision(t_ms=t_ms, what="day", reason=words),)


CARD = Card(
    name="temperature",
    title="warm or not at a door, beside a black body; no face, no name, nothing kept",
    method="The greatest temperature of a face less the camera's error on a black body in the same "
    "picture, plus the step to the mouth; mean of a passage's shots. Without a black body, or with "
    "more than 0.2 K on it, nobody is screened. A warm one is asked to a thermometer. It is no "
    "medical device.",
    source="ISO/TR 13154:2017; IEC 80601-2-59:2017; Zhou et al. 2020, J. Biomed. Opt. 25(9):097002",
    unknown="while the camera warms up; without a right black body; in a cold or hot room",
    settings=Settings,
)
