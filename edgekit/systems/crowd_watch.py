"""A crowd by two numbers: how many are in a zone, and how many pass a line; pressed or not.

    state = begin()
    state, pressed = look(settings, state, Counted(t_ms=t_ms, people=31, passed=2), area_m2=14.5)

The rule is that of `edgekit.systems.crowd`, for whoever knows no positions: density above that of
the greatest flow (Weidmann 1993), and a flow that falls from one window to the next. None until two
whole windows were seen, and after a silence: then nobody knows whether the flow falls.
"""

from dataclasses import dataclass, replace

from edgekit.systems.crowd_state import Settings, presses

SILENT_MS = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """People in the zone now, and passages over the line, both ways, since the one before."""

    t_ms: int
    people: int
    passed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The open window, and what is known of the one before; ``known``: whether pressed or not."""

    t_ms: int | None = None
    start_ms: int = 0
    looks: int = 0
    people: int = 0
    passed: int = 0
    flow_before: float | None = None
    pressed: bool = False
    known: bool = False


def begin() -> State:
    """Return the state before anything was counted."""
    return State()


def look(
    rules: Settings, state: State, seen: Counted, *, area_m2: float
) -> tuple[State, bool | None]:
    """Take a count; return whether people are pressed, None where that is not known.

    Args:
        rules: of the place.
        state: before it.
        seen: the count.
        area_m2: of the ground of the zone.
    """
    if state.t_ms is None or not 0 <= seen.t_ms - state.t_ms <= SILENT_MS:
        state = replace(begin(), start_ms=seen.t_ms)
    state = replace(
        state,
        t_ms=seen.t_ms,
        looks=state.looks + 1,
        people=state.people + seen.people,
        passed=state.passed + seen.passed,
    )
    if seen.t_ms - state.start_ms >= rules.window_ms:
        state = _closed(rules, state, seen.t_ms, area_m2)
    return state, state.pressed if state.known else None


def _closed(rules: Settings, state: State, t_ms: int, area_m2: float) -> State:
    density_m2 = state.people / state.looks / area_m2
    flow = state.passed / ((t_ms - state.start_ms) / 1000) / rules.width_m
    return State(
        t_ms=t_ms,
        start_ms=t_ms,
        flow_before=flow,
        pressed=presses(rules, density_m2, flow, state),
        known=state.flow_before is not None,
    )
