"""How one street lamp is run, what it reads, and all that it knows: settings, reading and state."""

from dataclasses import dataclass, field, replace
from datetime import UTC, tzinfo
from enum import StrEnum
from functools import lru_cache

from edgekit.control.energy import EnergyLedger, Luminaire
from edgekit.control.harvest import Harvest
from edgekit.control.harvest import Rules as HarvestRules
from edgekit.control.hysteresis import Thresholds
from edgekit.control.override import Override
from edgekit.control.presence import Boost
from edgekit.control.presence import Rules as PresenceRules
from edgekit.control.sun import CIVIL_DEG, SUNRISE_DEG, Place, Sun
from edgekit.control.twilight import HOLD_MS, OFF_LUX, ON_LUX, Twilight
from edgekit.control.twilight import Rules as TwilightRules
from edgekit.control.volume import Rules as VolumeRules
from edgekit.control.volume import Volume
from edgekit.errors import ConfigError
from edgekit.systems.street_light_senses import LUX, PRESENCE, Senses
from edgekit.systems.vitals import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Laws:
    """The rules of each control law and the limits of each sensor, made from the settings."""

    place: Place | None
    twilight: TwilightRules
    presence: PresenceRules
    volume: VolumeRules | None
    harvest: HarvestRules | None
    luminaire: Luminaire
    lux_by_day: Limits
    lux_by_night: Limits
    somebody: Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How one lamp is run.

    Attributes:
        latitude_deg: where it stands, north positive; None = no astronomical mode.
        longitude_deg: likewise, east positive.
        zone: of its clock, for what half-night dimming would have used.
        indoors: no daylight comes here, as in a tunnel or a hall: it is always night.
        on_lux: daylight below which it is dark.
        off_lux: daylight above which it is bright.
        lux_hold_ms: how long either has to last.
        day_deg: elevation of the sun from which on it is day.
        night_deg: elevation below which it is night.
        lux_fitted: whether there is a light sensor: its silence means full light.
        lux_max_age_s: after so long without a reading it is silent.
        presence_fitted: whether there is a presence sensor or a counter: likewise.
        presence_max_age_s: likewise.
        full: level while somebody is there.
        standby: level while nobody is.
        hold_ms: how long full light goes on after somebody was there.
        fade_levels_per_s: how fast light changes where nobody waits for it, in levels of 2.8 %.
        peak_per_h: volume that the road's class was planned for; None = the class stays.
        class_for_people: whether the class of the hour also limits the light while somebody is
            there, which is whoever's to decide who plans the road.
        setpoint_lux: what the sensor is to see, lamp and daylight; None = no harvesting.
        lamp_lux: what the lamp alone gives there at full light, until it is learned.
        rated_w: power at full light.
        idle: share of it that the gear draws when dimmed to nothing.
    """

    latitude_deg: float | None = None
    longitude_deg: float | None = None
    zone: tzinfo = UTC
    indoors: bool = False
    on_lux: float = ON_LUX
    off_lux: float = OFF_LUX
    lux_hold_ms: int = HOLD_MS
    day_deg: float = SUNRISE_DEG
    night_deg: float = CIVIL_DEG
    lux_fitted: bool = True
    lux_max_age_s: int = 60
    presence_fitted: bool = True
    presence_max_age_s: int = 5
    full: float = 1.0
    standby: float = 0.2
    hold_ms: int = 30_000
    fade_levels_per_s: float = 6.0
    peak_per_h: float | None = None
    class_for_people: bool = False
    setpoint_lux: float | None = None
    lamp_lux: float = 20.0
    rated_w: float = 40.0
    idle: float = 0.1

    def __post_init__(self) -> None:
        if not self.fade_levels_per_s > 0 or not self.lamp_lux >= 0:
            raise ConfigError(
                f"fade of {self.fade_levels_per_s} levels/s, lamp of {self.lamp_lux} lx: expected "
                "more than 0, 0 or more"
            )
        # Each law checks its own part: a wrong setting is said when it is set.
        laws_of(self)


@lru_cache(maxsize=8)
def laws_of(settings: Settings) -> Laws:
    """Return the rules of each law; ConfigError where one can't be."""
    hold = Thresholds(low=settings.on_lux, high=settings.off_lux, hold_ms=settings.lux_hold_ms)
    peak, setpoint = settings.peak_per_h, settings.setpoint_lux
    lux = replace(LUX, max_age_ms=1000 * settings.lux_max_age_s)
    return Laws(
        place=_place(settings),
        twilight=TwilightRules(lux=hold, day_deg=settings.day_deg, night_deg=settings.night_deg),
        presence=PresenceRules(
            full=settings.full, standby=settings.standby, hold_ms=settings.hold_ms
        ),
        volume=None if peak is None else VolumeRules(peak_per_h=peak),
        harvest=None if setpoint is None else HarvestRules(setpoint_lux=setpoint),
        luminaire=Luminaire(rated_w=settings.rated_w, idle=settings.idle),
        lux_by_day=lux,
        # By night a street can be equally bright for hours: only by day is that a stuck sensor.
        lux_by_night=replace(lux, stuck_ms=None),
        somebody=replace(PRESENCE, max_age_ms=1000 * settings.presence_max_age_s),
    )


def _place(settings: Settings) -> Place | None:
    latitude_deg, longitude_deg = settings.latitude_deg, settings.longitude_deg
    if latitude_deg is None or longitude_deg is None:
        return None  # one of them alone is refused when the lamp begins: they are set one by one
    return Place(latitude_deg=latitude_deg, longitude_deg=longitude_deg)


class Mode(StrEnum):
    """What the lamp's light follows."""

    HAND = "hand"
    DAY = "day"
    FAIL_SAFE = "fail_safe"
    PRESENCE = "presence"
    HOLD = "hold"
    STANDBY = "standby"
    CLASS = "class"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What is known at one moment; None = no reading of that sensor this time.

    Attributes:
        t_ms: Unix time.
        lux: illuminance at the sensor, whatever lights it; NaN where the sensor was read and can't
            tell, which is no silence: then the sun decides.
        lux_factor: by how much it may be wrong, as a factor >= 1; a camera says more than 1.
        present: whether somebody is there.
        passed: how many passed since the reading before.
        released: how many passed in a time that ended before, as it was released since: it tells
            how busy the road is, and nothing of now. None: that is not known.
        unseen: the presence sensor is known to be gone or blind; nobody waits for its silence.
        applied: the level that the dimmer says it gives, 0..1.
        clock_good: whether the time is to be trusted.
        hand: what a person wants; lasts by itself, 0 ms ends it.
    """

    t_ms: int
    lux: float | None = None
    lux_factor: float = 1.0
    present: bool | None = None
    passed: int = 0
    released: int | None = 0
    unseen: bool = False
    applied: float | None = None
    clock_good: bool = True
    hand: Override | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The lamp and all that is known; made by `begin`.

    ``level`` is the light it is to give, 0..1, on its way to ``target``; ``why`` is the reason.
    """

    settings: Settings
    t_ms: int | None = None
    sun: Sun | None = None
    twilight: Twilight = field(default_factory=Twilight)
    senses: Senses = field(default_factory=Senses)
    boost: Boost = field(default_factory=Boost)
    volume: Volume = field(default_factory=Volume)
    harvest: Harvest = field(default_factory=Harvest)
    hand: Override | None = None
    mode: Mode = Mode.FAIL_SAFE
    level: float = 1.0
    target: float = 1.0
    why: str = "nothing is known yet"
    told_ms: int | None = None
    ledger: EnergyLedger = field(default_factory=EnergyLedger)
