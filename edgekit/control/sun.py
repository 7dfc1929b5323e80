"""How high the sun stands, by astral (NOAA's solar position).

The elevation is that of the sun's centre and geometric: sunrise and sunset are at -0.833 degrees,
which holds refraction (34') and half the sun's disc (16') already; refraction is never added again.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from astral import Observer
from astral.sun import elevation

from edgekit.errors import ConfigError

SUNRISE_DEG = -0.833
CIVIL_DEG = -6.0

FASTEST_DEG_PER_S = 0.0042
"""No sun moves faster: 360 degrees in a sidereal day of 86164 s."""

LEAST_LOOK_MS, MOST_LOOK_MS = 5_000, 600_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where on Earth: degrees, north and east positive. Raises ConfigError where there is none."""

    latitude_deg: float
    longitude_deg: float

    def __post_init__(self) -> None:
        if not (-90 <= self.latitude_deg <= 90 and -180 <= self.longitude_deg <= 180):  # noqa: PLR2004 -- a globe
            raise ConfigError(
                f"latitude {self.latitude_deg}, longitude {self.longitude_deg}: expected -90 to 90 "
                "and -180 to 180 degrees"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sun:
    """The sun as it was last looked at, and until when that is good enough to decide by."""

    t_ms: int
    elevation_deg: float
    rising: bool
    due_ms: int


def elevation_deg(place: Place, t_ms: int) -> float:
    """Return the geometric elevation of the sun's centre in degrees at a Unix time in ms."""
    observer = Observer(place.latitude_deg, place.longitude_deg, 0)
    moment = datetime.fromtimestamp(t_ms / 1000, UTC)
    return float(elevation(observer, moment, with_refraction=False))


def look(place: Place, sun: Sun | None, t_ms: int, marks_deg: tuple[float, ...]) -> Sun:
    """Return the sun at a time; the last look serves while it can't have passed any of the marks.

    Marks are passed at most 5 s late, and the look is never older than 10 minutes.
    """
    if sun is not None and sun.t_ms <= t_ms < sun.due_ms:
        return sun
    now = elevation_deg(place, t_ms)
    gap = min((abs(now - mark) for mark in marks_deg), default=90.0)
    rest_ms = int(gap / FASTEST_DEG_PER_S * 1000)
    return Sun(
        t_ms=t_ms,
        elevation_deg=now,
        rising=elevation_deg(place, t_ms + 60_000) > now,
        due_ms=t_ms + min(MOST_LOOK_MS, max(LEAST_LOOK_MS, rest_ms)),
    )
