"""``[lamp]``: a lamp on a board that follows the people of a zone, run by ``edgekit lamp``."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from edgekit.config.light import Light
from edgekit.config.table import Table
from edgekit.consent.metric import LIGHT
from edgekit.errors import ConfigError

MOST_HOLD_S, MOST_HAND_MIN, MOST_W, MOST_BUTTONS = 3_600, 1_440, 2_000, 8
MOST_PEAK_PER_H, MOST_SETPOINT_LUX = 100_000, 10_000
QUARTER_S = 900


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
        line: whose released counts tell how busy the road is; None = its class stays.
        peak_per_h: passages an hour that the road's class was planned for.
        class_for_people: whether the class of the hour also limits the light while somebody is
            there, which is whoever's to decide who plans the road.
        setpoint_lux: in a hall: what its light sensor is to see, lamp and daylight; None = none.
        lamp_lux: what the lamp alone gives there at full light, until it is learned.
        window_s: of the released counts.
        lux_factor: error that the light sensor states, >= 1.
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
    line: str | None = None
    peak_per_h: int | None = None
    class_for_people: bool = False
    setpoint_lux: int | None = None
    lamp_lux: int | None = None
    window_s: int = QUARTER_S
    lux_factor: float = 1.0

    @property
    def metrics(self) -> tuple[tuple[str, str], ...]:
        """Return (key, beginning of the metric) of each number that it is moved by."""
        zone = () if self.zone is None else (("zone", f"zone.{self.zone}.people"),)
        light = (("daylight", LIGHT),) if self.daylight is Daylight.CAMERA else ()
        line = () if self.line is None else (("line", f"line.{self.line}."),)
        return (*zone, *light, *line)

    @property
    def shows_presence(self) -> bool:
        """Whether whoever looks at it can tell that somebody is there."""
        return self.zone is not None or self.motion is not Motion.NONE


def read_lamp(
    table: Table | None,
    *,
    zones: Iterable[str],
    lines: Iterable[str],
    light: Light | None,
    window_s: int,
) -> Lamp | None:
    """Read ``[lamp]``; None where it is absent.

    Args:
        table: the table.
        zones: names of what is drawn.
        lines: likewise.
        light: how the camera was calibrated.
        window_s: length of the windows that are released.

    Raises ConfigError where it can't follow anything or tell night from day.
    """
    if table is None:
        return None
    daylight = table.choice("daylight", Daylight, Daylight.SUN)
    lamp = Lamp(
        port=table.text("port"),
        zone=table.text_or_none("zone"),
        motion=table.choice("motion", Motion, Motion.NONE),
        daylight=daylight,
        latitude_deg=table.number_or_none("latitude", -90, 90),
        longitude_deg=table.number_or_none("longitude", -180, 180),
        standby_percent=table.whole("standby_percent", 1, 100, 20),
        hold_s=table.whole("hold_s", 0, MOST_HOLD_S, 30),
        hand_min=table.whole("hand_min", 0, MOST_HAND_MIN, 0),
        rated_w=table.whole("rated_w", 1, MOST_W, 40),
        pause_button=table.whole("pause_button", 0, MOST_BUTTONS, 0),
        line=table.text_or_none("line"),
        peak_per_h=table.whole_or_none("peak_per_h", 1, MOST_PEAK_PER_H),
        class_for_people=table.flag("class_for_people", default=False),
        setpoint_lux=table.whole_or_none("setpoint_lux", 1, MOST_SETPOINT_LUX),
        lamp_lux=table.whole_or_none("lamp_lux", 0, MOST_SETPOINT_LUX),
        window_s=window_s,
        lux_factor=light.factor if light is not None and daylight is Daylight.CAMERA else 1.0,
    )
    table.done()
    _require_drawn("zone", lamp.zone, frozenset(zones))
    _require_drawn("line", lamp.line, frozenset(lines))
    _require_sense(lamp)
    _require_buttons(lamp)
    _require_volume(lamp)
    _require_hall(lamp)
    _require_daylight(lamp, measured=light is not None)
    return lamp


def _require_drawn(what: str, name: str | None, names: frozenset[str]) -> None:
    if name is not None and name not in names:
        drawn = ", ".join(sorted(names)) or "none"
        raise ConfigError(f"lamp.{what} {name!r} is not drawn; {what}s: {drawn}")


def _require_sense(lamp: Lamp) -> None:
    if not lamp.shows_presence and lamp.line is None and lamp.setpoint_lux is None:
        raise ConfigError(
            "the lamp follows nobody",
            hint='name a lamp.zone, or set lamp.motion = "pir"; or lamp.line with lamp.peak_per_h, '
            "or lamp.setpoint_lux in a hall",
        )


def _require_buttons(lamp: Lamp) -> None:
    if lamp.hand_min and lamp.pause_button == 1:
        raise ConfigError(
            "lamp.pause_button is 1, and the first button already gives full light (hand_min)",
            hint="fit a second one: pause_button = 2",
        )


def _require_volume(lamp: Lamp) -> None:
    if (lamp.line is None) is not (lamp.peak_per_h is None):
        raise ConfigError("lamp.line and lamp.peak_per_h: expected both or none")
    if lamp.class_for_people and lamp.line is None:
        raise ConfigError("lamp.class_for_people: expected lamp.line and lamp.peak_per_h with it")
    if lamp.line is not None and QUARTER_S % lamp.window_s:
        raise ConfigError(
            f"lamp.line: windows of {lamp.window_s} s do not divide a quarter of an hour",
            hint="set site.window_s to 900, or less",
        )


def _require_hall(lamp: Lamp) -> None:
    if lamp.setpoint_lux is None:
        if lamp.lamp_lux is not None:
            raise ConfigError("lamp.lamp_lux: expected lamp.setpoint_lux with it")
        return
    if lamp.daylight not in {Daylight.ANALOG, Daylight.BH1750}:
        raise ConfigError(
            f'lamp.setpoint_lux with lamp.daylight = "{lamp.daylight}": expected a light sensor, '
            '"analog" or "bh1750"'
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
