"""Drowsiness of an enrolled driver by the eye: a buzzer, and nothing that leaves.

    state = begin(Settings())
    state, decisions = step(state, Enrol(t_ms=t_ms))              # the driver's own act, awake
    state, decisions = step(state, Frame(t_ms=t_ms, ear=0.29))    # each frame; None: no eye seen

From the first minute the driver's own eye, wide open, is known; from then on it buzzes when the eye
is shut for a second, or more than 12 % of a minute (PERCLOS, P80: Wierwille et al. 1994; Dinges and
Grace, FHWA-MCRT-98-006). Ten minutes give the driver's own blinks while alert; after
them the last ten minutes of blinks are weighed (`drowsiness_model`). Without enrolment it looks at
nothing. Where it can't see, it says "not watching": it never says that anybody is awake. Switched
off, it forgets all but what the driver asks it to keep. It is no safety device.
"""

import statistics
from dataclasses import replace

from edgekit.errors import ConfigError
from edgekit.records import Decided
from edgekit.systems.actuation import Command
from edgekit.systems.card import Card
from edgekit.systems.decision import Decision, Severity
from edgekit.systems.drowsiness_blinks import (
    BLINK_SHARE,
    PERCLOS_SHARE,
    Numbers,
    Watch,
    follow,
)
from edgekit.systems.drowsiness_learning import Learning, eye_of, framed, learned, shut_share, timed
from edgekit.systems.drowsiness_model import DROWSY_LOGIT, WINDOW, Reference, drowsiness
from edgekit.systems.drowsiness_state import (
    BUZZER,
    EAR,
    Baseline,
    Enrol,
    Frame,
    Off,
    Settings,
    State,
)
from edgekit.systems.vitals import Fault, Sample, changes, judge, overdue, told

SECOND_MS = 1_000
BUZZ_MS, CHIRP_MS = 3_000, 200
"""How long it sounds at an alarm, and where nobody is watched any more."""

STRIDE, LEAST_WINDOWS = 2, 5
SLOWER = 1.15
"""Frames may come so much later than due: cameras do not keep time to the millisecond."""

Acted = tuple[State, list[Decision]]


def begin(settings: Settings) -> State:
    """Return the state before anybody is enrolled."""
    return State(settings=settings)


def answer(settings: Settings, word: Decided) -> Command | None:
    """Return what the buzzer does at a word of the eye; without one it falls silent."""
    del settings  # they say when it alarms, never how that sounds
    if word is Decided.DROWSY:
        return BUZZER.command(1, expires_ms=BUZZ_MS)
    return BUZZER.command(1, expires_ms=CHIRP_MS) if word is Decided.NOT_WATCHING else None


def step(state: State, reading: Enrol | Off | Frame) -> tuple[State, tuple[Decision, ...]]:
    """Take a frame, an enrolment or its end."""
    match reading:
        case Enrol():
            state, decisions = _enrolled(state, reading)
        case Off():
            state, decisions = _off(state, reading)
        case Frame() if state.enrolled:
            state, decisions = _seen(state, reading)
        case _:
            decisions = []  # nobody asked to be watched: nothing is looked at
    return state, tuple(decisions)


def _enrolled(state: State, reading: Enrol) -> Acted:
    known = reading.baseline or state.baseline
    fresh = replace(begin(state.settings), enrolled=True, baseline=known, blind="no eye seen yet")
    words = "by the driver's own act: " + (
        "the eye is known" if known else "a minute awake is needed before anything is said"
    )
    return fresh, [Decision(t_ms=reading.t_ms, what="enrolled", reason=words)]


def _off(state: State, reading: Off) -> Acted:
    kept = state.baseline if reading.keep else None
    fresh = replace(begin(state.settings), baseline=kept)
    words = "switched off; kept: " + ("the driver's own eye and blinks" if kept else "nothing")
    return fresh, [Decision(t_ms=reading.t_ms, what="off", reason=words)]


def _seen(state: State, frame: Frame) -> Acted:
    t_ms, before = frame.t_ms, state.vital
    # No eye in a frame is no fault of the camera: heads turn. Two seconds of it are "not watching".
    if frame.ear is None:
        vital, ear = overdue(EAR, before, t_ms), None
    else:
        vital, judged = judge(
            EAR, before, Sample(t_ms=t_ms, value=frame.ear, heard_ms=frame.heard_ms)
        )
        vital, ear = overdue(EAR, vital, t_ms), judged.value
        if Fault.REPEATED in judged.faults or Fault.CLOCK_FORWARD in judged.faults:
            return state, [told(EAR.name, judged.faults[0], t_ms, "not used")]
    decisions = list(changes(EAR, before, vital, t_ms))
    state = _lidded(replace(state, vital=vital, minute=framed(state.minute, t_ms)), t_ms, ear)
    state, more = _sighted(state, t_ms)
    decisions += more
    if state.blind:
        return replace(state, watch=replace(state.watch, closing=None, closed_ms=None)), decisions
    if ear is None:  # a frame or two that a model misses do not wake anybody: see `follow`
        return state, decisions
    act = _learn if state.baseline is None else _watched
    state, more = act(state, t_ms, ear)
    return state, decisions + more


def _lidded(state: State, t_ms: int, ear: float | None) -> State:
    """Keep when the lid was last seen to move."""
    if state.lid_ms is not None and t_ms < state.lid_ms:
        state = replace(state, lid_ms=None)  # the clock went back
    if ear is None or state.baseline is None:
        return state
    moved = ear < state.baseline.eye.level(BLINK_SHARE)
    # An eye that was kept has its first minute to move in.
    return replace(state, lid_ms=t_ms) if moved or state.lid_ms is None else state


def _sighted(state: State, t_ms: int) -> Acted:
    """Say when it can't watch any more, and when it can again."""
    blind = _blind(state, t_ms)
    if blind == state.blind or (blind and state.vital.good_ms is None):
        return state, []
    state = replace(state, blind=blind)
    if not blind:
        return state, [Decision(t_ms=t_ms, what="watching", reason="an eye is seen")]
    chirp = BUZZER.command(1, expires_ms=CHIRP_MS)
    return state, [
        Decision(
            t_ms=t_ms,
            what="not_watching",
            reason=f"not watching: {blind}",
            severity=Severity.UNKNOWN,
            command=chirp,
        )
    ]


def _blind(state: State, t_ms: int) -> str:
    """Return why it can't watch, or nothing."""
    gap_ms, least = state.minute.gap_ms, state.settings.least_fps
    if state.vital.good_ms is None or Fault.STALE in state.vital.faults:
        return "no eye seen for 2 s"
    if gap_ms is None:
        return state.blind  # too few frames yet to know
    if gap_ms > SLOWER * SECOND_MS / least:
        return f"fewer than {least} frames a second: blinks are lost"
    quiet_ms = state.settings.quiet_ms
    still = state.lid_ms is None or t_ms - state.lid_ms > quiet_ms
    if still and state.baseline is not None:
        return f"no blink for {quiet_ms // SECOND_MS} s: sunglasses, or no eye"
    return ""


def _learn(state: State, t_ms: int, ear: float) -> Acted:
    """Learn the driver's own eye in the first minute."""
    learning = learned(state.learning, t_ms, ear)
    state = replace(state, learning=learning)
    eye = eye_of(learning)
    if isinstance(eye, str):
        if not eye:
            return state, []
        state = replace(state, learning=Learning())
        decision = told(EAR.name, Fault.STUCK, t_ms, f"{eye}: learnt anew")
        return state, [decision]
    words = f"the driver's eye is {eye.open_ear:.2f} open, taken to be {eye.closed_ear:.2f} shut"
    state = replace(state, baseline=Baseline(eye=eye), learning=Learning(), lid_ms=t_ms)
    return state, [Decision(t_ms=t_ms, what="learned.eye", reason=words)]


def _watched(state: State, t_ms: int, ear: float) -> Acted:
    baseline = state.baseline
    if baseline is None:  # pragma: no cover -- step calls `_learn` then
        return state, []
    eye = baseline.eye
    watch, blink = follow(eye, state.watch, t_ms=t_ms, ear=ear)
    shut = ear <= eye.level(PERCLOS_SHARE)
    state = replace(state, watch=watch, minute=timed(state.minute, t_ms, shut=shut))
    decisions: list[Decision] = []
    for act in (_shut, _perclos):
        state, more = act(state, t_ms)
        decisions += more
    if blink is not None:
        state, more = _blinked(state, t_ms, blink)
        decisions += more
    return state, decisions


def _shut(state: State, t_ms: int) -> Acted:
    """Alarm when the eye is shut for a second, again each 3 s while it stays shut."""
    since = state.watch.closed_ms
    last = state.shut_told_ms
    if since is None or t_ms - since < state.settings.shut_ms:
        return replace(state, shut_told_ms=None if since is None else last), []
    if last is not None and t_ms - last < 3 * SECOND_MS:
        return state, []
    words = f"the eye has been shut for {(t_ms - since) / 1000:.1f} s"
    alarm = _alarm(t_ms, "microsleep", words, 3 * SECOND_MS)
    return replace(state, shut_told_ms=t_ms), [alarm]


def _perclos(state: State, t_ms: int) -> Acted:
    share, last = shut_share(state.minute), state.perclos_told_ms
    quiet = last is not None and t_ms - last < state.settings.again_ms
    if share is None or share <= state.settings.perclos or quiet:
        return state, []
    words = f"the eye was shut for {share:.0%} of the last minute (limit "
    words += f"{state.settings.perclos:.0%}): stop and rest"
    return replace(state, perclos_told_ms=t_ms), [_alarm(t_ms, "perclos", words, 2 * SECOND_MS)]


def _blinked(state: State, t_ms: int, blink: Numbers) -> Acted:
    """Take one blink: learn from it, or weigh it with the others of its spell."""
    state = replace(state, blinks=(*state.blinks, blink))
    baseline = state.baseline
    reference = baseline.reference if baseline else None
    decisions: list[Decision] = []
    if reference is not None and len(state.blinks) >= WINDOW:
        state, decisions = _weighed(state, t_ms, reference)
    if state.watch.watched_ms < state.settings.learn_ms:
        return state, decisions
    # A spell of blinks ends, as each film of the source does.
    ended = replace(state, blinks=(), scores=(), watch=Watch(), drowsy_told=False)
    if reference is not None or baseline is None:
        return ended, decisions
    try:
        reference = Reference.of(state.blinks)
    except ConfigError as error:
        words = f"blinks are learnt anew: {error}"
        unknown = Decision(t_ms=t_ms, what="learning", reason=words, severity=Severity.UNKNOWN)
        return ended, [unknown]
    words = f"{len(state.blinks)} blinks of the driver, alert: from now on blinks are weighed too"
    ended = replace(ended, baseline=replace(baseline, reference=reference))
    return ended, [Decision(t_ms=t_ms, what="learned.blinks", reason=words)]


def _weighed(state: State, t_ms: int, reference: Reference) -> Acted:
    if (len(state.blinks) - WINDOW) % STRIDE:
        return state, []
    logit = drowsiness(reference, state.blinks[-WINDOW:])
    state = replace(state, scores=(*state.scores, logit))
    middle = statistics.median(state.scores)
    few = len(state.scores) < LEAST_WINDOWS
    if few or middle <= DROWSY_LOGIT or state.drowsy_told:
        return state, []
    words = f"the last {len(state.blinks)} blinks are a drowsy person's, held against the driver's "
    words += f"own while alert ({middle:.1f}, limit {DROWSY_LOGIT:g}): take a break"
    return replace(state, drowsy_told=True), [_alarm(t_ms, "drowsy", words, SECOND_MS)]


def _alarm(t_ms: int, what: str, words: str, buzz_ms: int) -> Decision:
    command = BUZZER.command(1, expires_ms=buzz_ms)
    return Decision(t_ms=t_ms, what=what, reason=words, severity=Severity.ALARM, command=command)


CARD = Card(
    name="drowsiness",
    title="a buzzer for an enrolled driver whose eye shuts; nothing is told to anybody else",
    method="Eye aspect ratio, against the driver's own wide open eye. Shut for a second, or for "
    "more than 12 % of a minute (PERCLOS, P80), it buzzes; after ten minutes of learning the "
    "driver's blinks are weighed too: frequency, depth, length and opening, in a logistic "
    "regression whose table is frozen. The driver enrols by an own act and ends it at will; then "
    "all is forgotten but what the driver asks to keep. It is no safety device.",
    source="Soukupova and Cech, CVWW 2016; Wierwille et al. 1994, DOT HS 808 247; Dinges and "
    "Grace, FHWA-MCRT-98-006; Ghoddoosian et al., CVPRW 2019 (UTA-RLDD)",
    unknown="without an eye for 2 s, with a head turned away, below 10 frames a second, with a "
    "frozen picture, without a blink for a minute (dark glasses), and before a minute of the "
    'driver awake: it says "not watching", never "awake"',
    settings=Settings,
    channels=(BUZZER,),
)
