"""When nobody can be screened at a door, and why, by name."""

import math
from dataclasses import replace

from edgekit.records import Decided
from edgekit.systems.day import MINUTE_MS
from edgekit.systems.temperature_state import Shot, State

AMBIENT_C = (18.0, 26.0)
"""Indoors; outside of it skin says little (ISO/TR 13154 has 20 to 24 °C)."""


def watched(state: State, shot: Shot) -> State:
    """Return the state with what a shot says of the black body."""
    since = shot.t_ms if state.since_ms is None else state.since_ms
    same = state.same + 1 if shot.reference_c == state.reference_c else 0
    state = replace(
        state, since_ms=since, last_ms=shot.t_ms, reference_c=shot.reference_c, same=same
    )
    return state if not _known(shot) else _minuted(state, shot)


def refusal(state: State, shot: Shot) -> Decided:
    """Return why nobody can be screened, or READY."""
    settings, reference = state.settings, shot.reference_c
    if reference is None or not _known(shot):
        return Decided.NO_REFERENCE
    off_k, ambient = reference - settings.body_c, shot.ambient_c
    rows = (
        (Decided.STANDS, state.same >= settings.stuck_shots),
        (Decided.WARMING_UP, shot.t_ms - (state.since_ms or 0) < settings.warm_up_ms),
        (
            Decided.POOR_ARRAY,
            settings.uneven_k > settings.most_off_k or shot.noise_k > settings.most_noise_k,
        ),
        (Decided.REFERENCE_OFF, abs(off_k) > settings.most_off_k),
        (Decided.REFERENCE_DRIFTS, state.drifts),
        (Decided.ROOM, ambient is not None and not AMBIENT_C[0] <= ambient <= AMBIENT_C[1]),
    )
    return next((word for word, there in rows if there), Decided.READY)


def words_of(why: Decided, state: State) -> str:
    """Say why nobody is screened."""
    settings, reference = state.settings, state.reference_c or 0.0
    way = "too warm" if reference > settings.body_c else "too cold"
    return {
        Decided.NO_REFERENCE: "no black body is seen",
        Decided.STANDS: f"the camera stands at {reference:g} °C",
        Decided.WARMING_UP: "the camera warms up",
        Decided.REFERENCE_OFF: f"the camera shows the black body {way} by more than "
        f"{settings.most_off_k:g} K",
        Decided.REFERENCE_DRIFTS: f"the black body drifts by more than {settings.most_drift_k:g} K "
        "a minute",
        Decided.ROOM: f"the room is outside of {AMBIENT_C[0]:g} to {AMBIENT_C[1]:g} °C",
        Decided.POOR_ARRAY: f"the array's points differ by {settings.uneven_k:g} K or its noise is "
        f"above {settings.most_noise_k:g} K",
    }[why]


def _known(shot: Shot) -> bool:
    return shot.reference_c is not None and math.isfinite(shot.reference_c)


def _minuted(state: State, shot: Shot) -> State:
    """Compare a minute's mean of the black body with that of the minute before."""
    reference = shot.reference_c or 0.0
    if not state.minute_shots or not 0 <= shot.t_ms - state.minute_ms < MINUTE_MS:
        mean = state.minute_c / state.minute_shots if state.minute_shots else None
        before = state.before_c
        moved_k = 0.0 if mean is None or before is None else abs(mean - before)
        drifts = moved_k > state.settings.most_drift_k
        fresh = replace(state, before_c=mean, drifts=drifts, minute_ms=shot.t_ms)
        return replace(fresh, minute_c=reference, minute_shots=1)
    return replace(state, minute_c=state.minute_c + reference, minute_shots=state.minute_shots + 1)
