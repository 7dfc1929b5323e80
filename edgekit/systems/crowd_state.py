"""What a crowd is read as, what is known of it, and when people are pressed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from edgekit.errors import ConfigError
from edgekit.systems.crowd_sign import Shown, Watch
from edgekit.systems.day import MINUTE_MS
from edgekit.systems.decision import Decision

Point = tuple[float, float]
SPEED_MS = 1_000
FALLING = 0.9
"""A flow of less than this share of the one before falls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """A place.

    Attributes:
        area: x from, x to, y from, y to, in m.
        line: two points in m; who goes from its left to its right side counts +1, back -1.
        width_m: of the passage at the line.
        warn_m2: density above which a falling flow is a warning (Weidmann: flow is greatest near
            1.75 people per m²).
        identity: by which share density x speed may differ from the flow.
        window_ms: of flow, and of what is told.
        watch: in a node, whose people and passages are watched, and who is warned.

    Raises ConfigError for an area, a line or a width that can't be.
    """

    area: tuple[float, float, float, float] = (0.0, 1.8, -1.0, 1.0)
    line: tuple[Point, Point] = ((-0.3, 0.0), (2.1, 0.0))
    width_m: float = 1.8
    warn_m2: float = 1.75
    identity: float = 0.25
    window_ms: int = MINUTE_MS
    watch: Watch = field(default_factory=Watch)

    def __post_init__(self) -> None:
        left, right, low, high = self.area
        fine = left < right and low < high and self.line[0] != self.line[1]
        if not (fine and self.width_m > 0 and self.window_ms >= SPEED_MS):
            raise ConfigError(
                f"{self}: expected an area with sides, a line of two points, a width above 0 and "
                "a window of a second or more"
            )

    @property
    def area_m2(self) -> float:
        """How large the area is."""
        left, right, low, high = self.area
        return (right - left) * (high - low)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Where everybody is, by an id that means nothing but "the same as a moment ago"."""

    t_ms: int
    people: Mapping[int, Point]


@dataclass(frozen=True, slots=True, kw_only=True)
class Walker:
    """What is remembered for less than 10 s: where somebody was last, and a second ago."""

    t_ms: int
    at: Point
    before: tuple[tuple[int, float, float], ...] = ()
    side: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Window(Decision):
    """A window: means over its scenes; speed None where nobody moved inside, flow a s and m."""

    density_m2: float
    speed_m_s: float | None
    flow_s_m: float
    level: str
    net: int


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """People of the last seconds, the open window, and the flow before it."""

    settings: Settings
    t_ms: int | None = None
    walkers: Mapping[int, Walker] = field(default_factory=dict)
    start_ms: int = 0
    scenes: int = 0
    density_sum: float = 0.0
    speeds: int = 0
    speed_sum: float = 0.0
    window_net: int = 0
    net: int = 0
    density_m2: float = 0.0
    flow_before: float | None = None
    pressed: bool = False
    sign: Shown = field(default_factory=Shown)


class Pressing(Protocol):
    """What is known of the window before."""

    @property
    def flow_before(self) -> float | None:
        """Its flow, a second and metre."""
        ...

    @property
    def pressed(self) -> bool:
        """Whether people were."""
        ...


def presses(rules: Settings, density_m2: float, flow: float, state: Pressing) -> bool:
    """Whether people are pressed at the end of a window: dense, and a flow that falls, or fell."""
    before = state.flow_before
    falls = before is not None and abs(flow) < abs(before) * FALLING
    return density_m2 > rules.warn_m2 and (falls or state.pressed)
