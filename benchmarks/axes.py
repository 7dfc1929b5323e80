"""What the synthetic crowd is swept over: conditions, axes and stated ranges; for crowd.py."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from edgekit.testing.crowd import Place
from edgekit.testing.pinhole import WIDTH
from edgekit.testing.throng import Throng
from edgekit.testing.weather import Weather


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """One condition; its defaults are the base from which each axis departs."""

    throng: Throng = field(default_factory=Throng)
    weather: Weather = field(default_factory=Weather)
    place: Place = field(default_factory=Place)
    fps: float = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """One thing that is swept.

    ``base`` is its value in the base condition; ``judged``: whether the node can notice it live;
    ``motion``, ``boxes``: from where to where the documentation says that counts can be trusted.
    """

    name: str
    unit: str
    values: tuple[float, ...]
    base: float
    make: Callable[[float], Setup]
    motion: tuple[float, float]
    boxes: tuple[float, float]
    judged: bool = False
    log: bool = False


def throng(**changes: float) -> Setup:
    return Setup(throng=replace(Throng(), **changes))  # type: ignore[arg-type] -- one is an int


def weather(**changes: float) -> Setup:
    return Setup(weather=replace(Weather(), **changes))


def place(**changes: float) -> Setup:
    return Setup(place=replace(Place(), **changes))


AXES: tuple[Axis, ...] = (
    Axis(
        name="density",
        unit="people/m2",
        values=(0.02, 0.05, 0.1, 0.2, 0.35, 0.6, 1.0, 2.0),
        base=0.1,
        make=lambda x: throng(density_per_m2=x),
        motion=(0.02, 0.1),
        boxes=(0.02, 1),
        judged=True,
        log=True,
    ),
    Axis(
        name="walking speed",
        unit="m/s",
        values=(0.4, 0.8, 1.3, 2.0, 3.0, 4.0),
        base=1.3,
        make=lambda x: throng(speed_m_s=x),
        motion=(1.3, 3),
        boxes=(0.4, 3),
    ),
    Axis(
        name="frame rate",
        unit="1/s",
        values=(2, 3, 5, 7, 10, 15, 30),
        base=10,
        make=lambda x: Setup(fps=x),
        motion=(3, 30),
        boxes=(3, 30),
        judged=True,
        log=True,
    ),
    Axis(
        name="walking abreast",
        unit="people",
        values=(1, 2, 3, 4),
        base=1,
        make=lambda x: throng(abreast=int(x)),
        motion=(1, 1),
        boxes=(1, 1),
    ),
    Axis(
        name="every second stands",
        unit="s",
        values=(0, 5, 15, 30, 60),
        base=0,
        make=lambda x: throng(stand_s=x),
        motion=(0, 0),
        boxes=(0, 30),
    ),
    Axis(
        name="pillar at the line",
        unit="m wide",
        values=(0, 0.3, 0.6, 1.0, 2.0),
        base=0,
        make=lambda x: place(pillar_m=x),
        motion=(0, 0.3),
        boxes=(0, 1),
    ),
    Axis(
        name="shadow, half the light",
        unit="heights long",
        values=(0, 0.5, 1, 2, 3),
        base=0,
        make=lambda x: place(shadow=x),
        motion=(0, 3),
        boxes=(0, 3),
    ),
    Axis(
        name="shadow, 1.5 heights long",
        unit="of the light",
        values=(0, 0.3, 0.5, 0.6, 0.8),
        base=0,
        make=lambda x: place(shadow=1.5, shadow_dark=x),
        motion=(0, 0.5),
        boxes=(0, 0.8),
    ),
    Axis(
        name="light changes at once",
        unit="times",
        values=(1, 1.1, 1.25, 1.5, 2, 3),
        base=1,
        make=lambda x: weather(light_step=x),
        motion=(1, 1.25),
        boxes=(1, 3),
        judged=True,
    ),
    Axis(
        name="light changes slowly",
        unit="%/s",
        values=(0, 5, 10, 20, 40),
        base=0,
        make=lambda x: weather(light_swing=x / 100),
        motion=(0, 20),
        boxes=(0, 40),
        judged=True,
    ),
    Axis(
        name="camera shake",
        unit="per mille of the width",
        values=(0, 1, 2, 4, 8, 12),
        base=0,
        make=lambda x: weather(shake_px=x * WIDTH / 1000),
        motion=(0, 8),
        boxes=(0, 12),
        judged=True,
    ),
    Axis(
        name="rain",
        unit="% of the picture",
        values=(0, 0.3, 1, 2, 4, 8, 16),
        base=0,
        make=lambda x: weather(rain=x / 100),
        motion=(0, 1),
        boxes=(0, 16),
        judged=True,
    ),
    Axis(
        name="noise",
        unit="grey levels",
        values=(2, 5, 8, 12, 16, 20, 30),
        base=2,
        make=lambda x: weather(noise=x),
        motion=(2, 16),
        boxes=(2, 30),
        judged=True,
    ),
    Axis(
        name="darkness",
        unit="of daylight",
        values=(0.06, 0.1, 0.15, 0.25, 0.5, 1),
        base=1,
        make=lambda x: weather(brightness=x),
        motion=(0.25, 1),
        boxes=(0.06, 1),
        judged=True,
        log=True,
    ),
)
