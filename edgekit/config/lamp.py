"""``[lamp]``: a lamp on a board that follows the people of a zone, run by ``edgekit lamp``."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from edgekit.config.table import Table
from edgekit.errors import ConfigError

MOST_HOLD_S, MOST_HAND_MIN, MOST_W, MOST_BUTTONS = 3_600, 1_440, 2_000, 8


class Daylight(StrEnum):
    """How the lamp knows night from day."""

    SUN = "sun"  # by the sun over the place
    ANALOG = "analog"  # by a photodiode on the board, and the sun where the place is given
    BH1750 = "bh1750"  # by a BH1750 on the board, likewise
    CAMERA = "camera"  # by the sun and, in twilight, by the calibrated camera: a last resort
    NONE = "none"  # no daylight comes here: a tunnel, a hall


_BY_SUN = frozenset({Daylight.SUN, Daylight.CAMERA})


class Motion(StrEnum):
    """Whether a motion sensor on the board is asked too."""

    NONE = "none"
    PIR = "pir"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lamp:
    """``[lamp]``.

    Attributes:
        port: of the board: ``serial:by-id/…`` or a path.
        zone: whose people the lamp follows; None = the motion sensor's alone.
        motion: whether a motion sensor is asked.
        daylight: how it knows night from day.
        latitude_deg: where it stands, north positive; None where it need not know.
        longitude_deg: likewise, east positive.
        standby_percent: light while nobody is there.
        hold_s: full light goes on for so long.
        hand_min: a press of the board's button gives full light for so long; 0 = no button.
        rated_w: power at full light, for what is saved.
        pause_button: this button of the board pauses the camera, 1 = its first; 0 = none does.
    """

    port: str
    zone: str | None
    motion: Motion
    daylight: Daylight
    latitude_deg: float | None
    longitude_deg: float | None
    standby_percent: int
    hold_s: int
    hand_min: int
    rated_w: int
    pause_button: int = 0


def read_lamp(table: Table | None, zones: Iterable[str], *, measured: bool) -> Lamp | None:
    """Read ``[lamp]``; ``measured``: whether the camera is calibrated for light.

    Raises ConfigError where it can't follow anything or tell night from day.
    """
    if table is None:
        return None
    lamp = Lamp(
        port=table.text("port"),
        zone=table.text_or_none("zone"),
        motion=table.choice("motion", Motion, Motion.NONE),
        daylight=table.choice("daylight", Daylight, Daylight.SUN),
        latitude_deg=table.number_or_none("latitude", -90, 90),
        longitude_deg=table.number_or_none("longitude", -180, 180),
        standby_percent=table.whole("standby_percent", 1, 100, 20),
        hold_s=table.whole("hold_s", 0, MOST_HOLD_S, 30),
        hand_min=table.whole("hand_min", 0, MOST_HAND_MIN, 0),
        rated_w=table.whole("rated_w", 1, MOST_W, 40),
        pause_button=table.whole("pause_button", 0, MOST_BUTTONS, 0),
    )
    table.done()
    _require_sense(lamp, frozenset(zones))
    _require_daylight(lamp, measured=measured)
    return lamp


def _require_sense(lamp: Lamp, zones: frozenset[str]) -> None:
    if lamp.zone is None and lamp.motion is Motion.NONE:
        raise ConfigError(
            "the lamp follows nobody", hint='name a lamp.zone, or set lamp.motion = "pir"'
        )
    if lamp.zone is not None and lamp.zone not in zones:
        drawn = ", ".join(sorted(zones)) or "none"
        raise ConfigError(f"lamp.zone {lamp.zone!r} is not drawn; zones: {drawn}")
    if lamp.hand_min and lamp.pause_button == 1:
        raise ConfigError(
            "lamp.pause_button is 1, and the first button already gives full light (hand_min)",
            hint="fit a second one: pause_button = 2",
        )


def _require_daylight(lamp: Lamp, *, measured: bool) -> None:
    if (lamp.latitude_deg is None) is not (lamp.longitude_deg is None):
        raise ConfigError("lamp.latitude and lamp.longitude: expected both or none")
    if lamp.daylight is Daylight.CAMERA and not measured:
        raise ConfigError(
            'lamp.daylight = "camera", but there is no [light]: uncalibrated it tells no lux',
            hint="calibrate it: edgekit calibrate --site site.toml --lux …, or use a light sensor",
        )
    if lamp.daylight in _BY_SUN and lamp.latitude_deg is None:
        raise ConfigError(
            f'lamp.daylight = "{lamp.daylight}" needs the sun, and it is not said where the lamp '
            "stands",
            hint="set lamp.latitude and lamp.longitude in degrees, north and east positive",
        )
