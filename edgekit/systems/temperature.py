"""Temperature screening at a door: warm or not, by a face beside a black body; nobody is known.

    state = begin(Settings())
    state, decisions = step(state, Shot(t_ms=t_ms, face_c=36.1, reference_c=35.1))

The greatest temperature of a face (ISO/TR 13154:2017) less what the camera is off on a black body
in the same picture, plus the step from face to mouth, averaged over the shots of one passage. Where
the black body is missing, off by more than 0.2 K or drifts, nobody is screened (IEC
80601-2-59:2017 wants the whole system within 0.5 K). A warm one is asked to a thermometer; nothing
of a passage is kept but two counts of the day. This is no medical device.
"""

import math
from dataclasses import dataclass, replace

from edgekit.records import Decided
from edgekit.systems.actuation import Channel, Command, Safe
from edgekit.systems.card import Card
from edgekit.systems.day import MINUTE_MS, local_day
from edgekit.systems.decision import Decision, Severity
from edgekit.systems.temperature_refusal import refusal, watched, words_of
from edgekit.systems.temperature_state import Settings, Shot, State
from edgekit.systems.vitals import Fault, told

__all__ = [
    "CARD",
    "SIGN",
    "Passage",
    "Settings",
    "Shot",
    "State",
    "Word",
    "answer",
    "begin",
    "step",
]

PASSAGE_MS, ABSENT_MS = 3_000, 1_000
"""A passage ends where no shot came for so long, or no face for so long."""

SURE = 2.0
"""So many standard errors of a passage's mean have to be within what the black body may be off."""

CROWD_PART = 4
"""Two are a crowd in more than one look of so many."""

SIGN = Channel(name="thermometer-sign", unit="on", safe=Safe.OFF, limit_ms=MINUTE_MS)
"""A lamp, sign or buzzer that asks to a thermometer. Dark, it keeps nobody out."""


_DARK = frozenset({Decided.NOT_WARM, Decided.CROWD, Decided.UNSURE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Word(Decision):
    """A decision that has a word: of how it is, or of one passage."""

    word: Decided


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage(Word):
    """One passage: whether it was warm. The number itself is not in it."""

    @property
    def warm(self) -> bool:
        """Whether somebody is asked to a thermometer."""
        return self.word is Decided.WARM


def begin(settings: Settings) -> State:
    """Return the state before the first shot."""
    return State(settings=settings)


def answer(settings: Settings, word: Decided) -> Command | None:
    """Return what the sign does at a word; dark for whoever comes after a warm one."""
    if word is Decided.WARM:
        return SIGN.command(1, expires_ms=settings.sign_ms)
    return SIGN.command(0, expires_ms=0) if word in _DARK else None


def step(state: State, reading: Shot) -> tuple[State, tuple[Decision, ...]]:
    """Take one shot."""
    if state.since_ms is not None and reading.t_ms < state.last_ms:
        return state, (told("camera", Fault.CLOCK_BACK, reading.t_ms, "an older shot"),)
    decisions: list[Decision] = []
    state, ended = _over_midnight(state, reading.t_ms)
    decisions += ended
    if _gone(state, reading):
        state, passed = _passed(state, reading.t_ms)
        decisions += passed
        state = _nobody(state)
    state = watched(state, reading)
    why = refusal(state, reading)
    if why is not state.refused:
        state = replace(state, refused=why)
        decisions.append(_told(reading.t_ms, state, why))
    if why is not Decided.READY:
        # What was begun is not finished with a camera that is not believed.
        return _nobody(state), tuple(decisions)
    state = _looked(state, reading)
    if state.begun_ms is not None and reading.t_ms - state.begun_ms >= state.settings.look_ms:
        state, passed = _passed(state, reading.t_ms)
        decisions += passed
    return state, tuple(decisions)


def _gone(state: State, shot: Shot) -> bool:
    """Whether the passage is over: nobody is seen, or nothing was for long."""
    if state.begun_ms is None:
        return False
    absent = not _is_face(shot) and shot.t_ms - state.face_ms >= ABSENT_MS
    return absent or shot.t_ms - state.last_ms > PASSAGE_MS


def _is_face(shot: Shot) -> bool:
    return shot.face_c is not None and math.isfinite(shot.face_c)


def _looked(state: State, shot: Shot) -> State:
    """Return the state with one more look at who is there."""
    face, reference = shot.face_c, shot.reference_c
    if face is None or reference is None or not _is_face(shot):
        return state
    mouth_c = face - (reference - state.settings.body_c) + state.settings.to_mouth_k
    return replace(
        state,
        begun_ms=shot.t_ms if state.begun_ms is None else state.begun_ms,
        face_ms=shot.t_ms,
        total_c=state.total_c + mouth_c,
        total_k2=state.total_k2 + shot.noise_k**2,
        shots=state.shots + 1,
        crowded=state.crowded + (shot.faces > 1),
    )


def _nobody(state: State) -> State:
    return replace(
        state, begun_ms=None, total_c=0.0, total_k2=0.0, shots=0, crowded=0, decided=False
    )


def _is_sure(state: State) -> bool:
    """Whether the mean is known well enough: its standard error falls as more is looked at."""
    return SURE * math.sqrt(state.total_k2) / state.shots <= state.settings.most_off_k


def _is_crowd(state: State) -> bool:
    """Whether two were there at once for more than a moment."""
    return CROWD_PART * state.crowded > state.shots


def _passed(state: State, t_ms: int) -> tuple[State, tuple[Passage, ...]]:
    """Decide once: as soon as it can be while somebody is there, else when they have left."""
    there = state.begun_ms is not None and t_ms - state.face_ms == 0
    if state.decided or (there and not _is_crowd(state) and not _is_sure(state)):
        return state, ()
    word = _verdict(state)
    counts = word in (Decided.WARM, Decided.NOT_WARM)
    warm = word is Decided.WARM
    what, words, severity = {
        Decided.WARM: ("warm", "warm: please take a thermometer", Severity.ACTION),
        Decided.NOT_WARM: ("passed", "not warm", Severity.INFO),
        Decided.CROWD: ("crowd", "not screened: one at a time, please", Severity.UNKNOWN),
        Decided.UNSURE: ("unsure", "not screened: too short a look", Severity.UNKNOWN),
    }[word]
    passage = Passage(
        t_ms=t_ms,
        what=what,
        reason=f"{words} (by {state.shots} shots beside a black body)",
        severity=severity,
        command=answer(state.settings, word),
        word=word,
    )
    state = replace(state, screened=state.screened + counts, warm=state.warm + warm, decided=True)
    return state, (passage,)


def _verdict(state: State) -> Decided:
    if _is_crowd(state):
        return Decided.CROWD
    if not _is_sure(state):
        return Decided.UNSURE
    mean_c = state.total_c / state.shots
    return Decided.WARM if mean_c >= state.settings.warm_c else Decided.NOT_WARM


def _told(t_ms: int, state: State, why: Decided) -> Word:
    if why is Decided.READY:
        return Word(t_ms=t_ms, what="ready", reason="the black body is seen and right", word=why)
    severity = Severity.UNKNOWN if why is Decided.WARMING_UP else Severity.FAULT
    words = f"nobody is screened: {words_of(why, state)}"
    return Word(t_ms=t_ms, what="refused", reason=words, severity=severity, word=why)


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
    "picture, plus the step to the mouth; mean of a passage's shots. Without a black body, with "
    "more than 0.2 K on it or a drift, nobody is screened. A warm one is asked to a thermometer. "
    "It is no medical device.",
    source="ISO/TR 13154:2017; IEC 80601-2-59:2017; Zhou et al. 2020, J. Biomed. Opt. 25(9):097002",
    unknown="while the camera warms up; without a right black body; in a cold or hot room; by an "
    "array whose points differ; of two at once or too short a look",
    settings=Settings,
    channels=(SIGN,),
    fleeting=True,
)
