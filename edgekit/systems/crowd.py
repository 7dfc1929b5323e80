"""Crowd: density, speed, flow and level of service, and a warning before people are pressed.

    state = begin(Settings(area=(0, 1.8, -1, 1), line=((-0.3, 0), (2.1, 0)), width_m=1.8))
    state, decisions = step(state, Scene(t_ms=t_ms, people={7: (0.4, 0.9), ...}))

Positions are metres on the ground. Density is people strictly inside the area over the area (the
classic density of PedPy); flow is net crossings of the line a second and metre; speed is what
people inside moved within a second. Density times speed must be the flow (Fruin 1971; Seyfried et
al. 2005): where it is not, the scale or the width is wrong, or people wait. Levels of service are
Fruin's. The warning is for density above the one of greatest flow together with a flow that falls
(the congested branch of Weidmann 1993). In a node the eye tells only how many are in a zone and how
many pass a line, of which the clerk makes the warning (`crowd_watch`) and the steward a sign and a
message (`crowd_sign`). Ids live for less than 10 s; nothing of a
person is told, and the eye, where this runs, keeps no state on disk.
"""

import math
from collections.abc import Mapping
from dataclasses import replace

from edgekit.systems.card import Card
from edgekit.systems.crowd_sign import SIGN, Said, show
from edgekit.systems.crowd_state import (
    SPEED_MS,
    Point,
    Scene,
    Settings,
    State,
    Walker,
    Window,
    presses,
)
from edgekit.systems.decision import Decision, Severity
from edgekit.systems.vitals import Fault, told

FRUIN_M2 = (0.308, 0.431, 0.718, 1.076, 2.153)
"""Walkways: the greatest density of the levels A to E, people per m² (Fruin 1971)."""

REMEMBERED_MS = 9_000
FASTEST_M_S = 4.0
STALE_MS = 5_000
LEAST_FLOW = 0.1
"""Below this flow, a second and metre, density and speed say nothing about the scale."""


def begin(settings: Settings) -> State:
    """Return the state before the first scene."""
    return State(settings=settings)


def density(settings: Settings, people: Mapping[int, Point]) -> float:
    """Return people strictly inside the area, per m²."""
    return sum(_inside(settings, at) for at in people.values()) / settings.area_m2


def level_of_service(density_m2: float) -> str:
    """Return Fruin's level for walkways, A (free) to F (no progress)."""
    return "ABCDEF"[sum(density_m2 > limit for limit in FRUIN_M2)]


def step(state: State, scene: Scene | Said) -> tuple[State, tuple[Decision, ...]]:
    """Take one scene; or, where a node drives the sign, what its clerk says of the crowd."""
    if isinstance(scene, Said):
        sign, shown = show(state.settings.watch, state.sign, scene)
        return replace(state, sign=sign), shown
    decisions: list[Decision] = []
    if state.t_ms is not None and scene.t_ms <= state.t_ms:
        why = Fault.REPEATED if scene.t_ms == state.t_ms else Fault.CLOCK_BACK
        if scene.t_ms > state.t_ms - STALE_MS:
            return state, (told("scene", why, scene.t_ms, "not counted"),)
        decisions.append(told("scene", why, scene.t_ms, "begun anew by the new time"))
        state = replace(begin(state.settings), net=state.net)
    if state.t_ms is None:
        state = replace(state, start_ms=scene.t_ms)
    elif scene.t_ms - state.t_ms > STALE_MS:
        words = f"nothing seen for {(scene.t_ms - state.t_ms) / 1000:g} s: who passed is not known"
        decisions.append(told("scene", Fault.MISSING, scene.t_ms, words))
        state = replace(begin(state.settings), net=state.net, start_ms=scene.t_ms)
    if scene.t_ms - state.start_ms >= state.settings.window_ms and state.scenes:
        state, more = _closed(state, scene.t_ms)
        decisions += more
    state, odd = _seen(state, scene)
    return state, (*decisions, *odd)


def _seen(state: State, scene: Scene) -> tuple[State, tuple[Decision, ...]]:
    rules = state.settings
    people = {k: at for k, at in scene.people.items() if all(map(math.isfinite, at))}
    old = {k: w for k, w in state.walkers.items() if scene.t_ms - w.t_ms <= REMEMBERED_MS}
    odd = 0
    net, speeds, speed_sum = 0, 0, 0.0
    for key, at in people.items():
        last = old.get(key)
        if last is not None and _too_fast(last, at, scene.t_ms):
            odd, last = odd + 1, None  # another one under the same id
        walker, crossed = _moved(rules, last, at, scene.t_ms)
        old[key], net = walker, net + crossed
        speed = _speed(walker)
        if speed is not None and _inside(rules, at):
            speeds, speed_sum = speeds + 1, speed_sum + speed
    here = density(rules, people)
    state = replace(
        state,
        t_ms=scene.t_ms,
        walkers=old,
        scenes=state.scenes + 1,
        density_m2=here,
        density_sum=state.density_sum + here,
        speeds=state.speeds + speeds,
        speed_sum=state.speed_sum + speed_sum,
        window_net=state.window_net + net,
        net=state.net + net,
    )
    if not odd:
        return state, ()
    words = f"{odd} moved faster than {FASTEST_M_S:g} m/s: ids were swapped, begun anew"
    return state, (told("position", Fault.JUMPED, scene.t_ms, words),)


def _moved(rules: Settings, last: Walker | None, at: Point, t_ms: int) -> tuple[Walker, int]:
    """Return somebody's new place, and whether he changed sides within the ends of the line."""
    side = _side(rules, at)
    if last is None:
        return Walker(t_ms=t_ms, at=at, before=((t_ms, *at),), side=side), 0
    kept = tuple(one for one in last.before if one[0] >= t_ms - SPEED_MS)
    crossed = side * last.side < 0 and _through(rules, last.at, at)
    walker = Walker(t_ms=t_ms, at=at, before=(*kept, (t_ms, *at)), side=side or last.side)
    return walker, (side if crossed else 0)


def _side(rules: Settings, at: Point) -> int:
    (ax, ay), (bx, by) = rules.line
    turn = (bx - ax) * (at[1] - ay) - (by - ay) * (at[0] - ax)
    return (turn < 0) - (turn > 0)


def _through(rules: Settings, before: Point, at: Point) -> bool:
    """Whether the way leads through the line between its ends (nearest of the way's middle)."""
    (ax, ay), (bx, by) = rules.line
    x, y = (before[0] + at[0]) / 2 - ax, (before[1] + at[1]) / 2 - ay
    along = (x * (bx - ax) + y * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2)
    return 0 <= along <= 1


def _speed(walker: Walker) -> float | None:
    since, x, y = walker.before[0]
    if walker.t_ms - since < SPEED_MS * 0.9:
        return None
    return math.dist((x, y), walker.at) / (walker.t_ms - since) * 1000


def _too_fast(last: Walker, at: Point, t_ms: int) -> bool:
    return math.dist(last.at, at) > FASTEST_M_S * (t_ms - last.t_ms) / 1000 + 0.2


def _inside(rules: Settings, at: Point) -> bool:
    left, right, low, high = rules.area
    return left < at[0] < right and low < at[1] < high


def _closed(state: State, t_ms: int) -> tuple[State, list[Decision]]:
    """Close the window: what it was, and whether people are pressed or the scale is wrong."""
    rules = state.settings
    mean = state.density_sum / state.scenes
    speed = state.speed_sum / state.speeds if state.speeds else None
    flow = state.window_net / ((t_ms - state.start_ms) / 1000) / rules.width_m
    level = level_of_service(mean)
    pressed = presses(rules, mean, flow, state)
    moving = "unknown" if speed is None else f"{speed:.2f} m/s"
    words = (
        f"{mean:.2f} people per m² (level {level}), {moving}, flow {flow:.2f} a second and metre"
    )
    decisions: list[Decision] = [
        Window(
            t_ms=t_ms,
            what="crowded" if pressed else "window",
            reason=f"{words}: dense and ever slower, let no more in" if pressed else words,
            severity=Severity.ALARM if pressed else Severity.INFO,
            density_m2=mean,
            speed_m_s=speed,
            flow_s_m=flow,
            level=level,
            net=state.window_net,
        )
    ]
    if speed is not None and not pressed and abs(flow) > LEAST_FLOW:
        off = abs(mean * speed / abs(flow) - 1)
        if off > rules.identity:
            words = (
                f"density x speed is {mean * speed:.2f}, flow {abs(flow):.2f} a second and metre: "
            )
            words += "the scale or width is wrong, people go both ways, or they wait"
            decisions.append(told("identity", Fault.DRIFTING, t_ms, words))
    return (
        replace(
            begin(rules),
            t_ms=state.t_ms,
            walkers=state.walkers,
            start_ms=t_ms,
            net=state.net,
            flow_before=flow,
            pressed=pressed,
        ),
        decisions,
    )


CARD = Card(
    name="crowd",
    fleeting=True,
    title="density, flow and level of service, and a warning before people are pressed",
    method="Classic density of an area, net flow over a line, speed within a second; the warning "
    "needs density above that of the greatest flow and a flow that falls. Density x speed is held "
    "against the flow.",
    source="Fruin, Pedestrian Planning and Design (1971); Weidmann, Transporttechnik der "
    "Fussgänger (1993); Seyfried et al., J. Stat. Mech. P10002 (2005); PedPy (classic density)",
    unknown="speed with nobody inside for a second; who passed while nothing was seen",
    settings=Settings,
    channels=(SIGN,),
)
