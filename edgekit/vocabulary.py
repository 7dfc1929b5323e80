"""The words of observations and records: every kind, unit, reason and event, as enums.

`edgekit.records` gives them on beside the types that are made of them; standard library only.
"""

from enum import IntEnum, StrEnum


class Kind(IntEnum):
    """What an observation says; what its channel means was fixed by the clerk at start."""

    HELLO = 1  # value: the generation that the supervisor gave this eye
    HEARTBEAT = 2  # value: frames processed since the last one
    IN = 3  # value: passages, left to right, of the line on this channel
    OUT = 4  # value: passages, right to left, of the line on this channel
    OCCUPANCY = 5  # value: people in the zone on this channel, now
    ILLUMINANCE = 6  # value: lux
    HEALTH = 7  # value: a Health
    PEOPLE = 8  # value: people in view, now (live display of `home` and `local` only)
    FAULT = 9  # value: a Fault; the eye ends after it
    QUALITY = 10  # value: a Quality
    QUEUE = 11  # value: people who stand in the zone on this channel, now
    STAY = 12  # value: stays that have ended in the zone and dwell class of this channel
    VISIT = 13  # value: visits of the zone's cell on this channel that have begun
    WAIT = 14  # value: milliseconds that one who has left the queue on this channel waited
    MARKER = 15  # value: 1; the marker that pauses the camera is held up
    AUTHORITY = 16  # value: the first 60 bits of the digest of the authorisation that it has read
    READING = 17  # value: what a system tells on this channel, in the unit of its metric
    ALARM = 18  # value: 1; an alarm of the system has begun, on the channel of its alarms
    TROUBLE = 19  # value: a Trouble that has begun, on the channel of the system's faults
    CURED = 20  # value: a Trouble that has ended, likewise
    LIFE = 21  # value: names the beginning from which the system's totals count; any 60 bits
    DECISION = 22  # value: a Decided; what the eye decided on the spot, on its system's channel
    SIGNAL = 23  # value: an Aspect; what the signal of the system's line shows now


class Health(IntEnum):
    """What the eye thinks of its own view."""

    GOOD = 0
    COVERED = 1
    MOVED = 2
    BLIND = 3
    STALLED = 4
    LOST = 5  # of a system: its board is away
    TURNED = 6  # it looks elsewhere than was signed, for good


class Quality(IntEnum):
    """What the counts of this moment are worth, from conditions and never from who is in view."""

    GOOD = 0
    DEGRADED = 1
    BLIND = 2


class Fault(IntEnum):
    """Why an eye ended by itself."""

    SOURCE_LOST = 1
    SOURCE_ENDED = 2
    NOT_AUTHORISED = 3
    NO_LEASE = 4
    MODEL = 5
    INTERNAL = 6


class Trouble(IntEnum):
    """What is wrong with a sensor, a meter or its clock (`edgekit.systems.vitals`)."""

    MISSING = 1
    STALE = 2
    STUCK = 3
    DEAD = 4
    OUT_OF_RANGE = 5
    UNIT_FLIPPED = 6
    JUMPED = 7
    DRIFTING = 8
    CLOCK_BACK = 9
    CLOCK_FORWARD = 10
    METER_SWAPPED = 11
    METER_RESET = 12
    BACK_FLOW = 13

    @property
    def reason(self) -> "Reason":
        """How a record says it."""
        return Reason(self.name.lower())


class Decided(IntEnum):
    """What an eye decides on the spot (`edgekit.consent.decided` says whose word each is)."""

    READY = 1
    WARMING_UP = 2
    NO_REFERENCE = 3
    REFERENCE_OFF = 4
    REFERENCE_DRIFTS = 5
    STANDS = 6
    ROOM = 7
    POOR_ARRAY = 8
    NOT_WARM = 9
    WARM = 10
    CROWD = 11
    UNSURE = 12
    LEARNING = 32
    WATCHING = 33
    NOT_WATCHING = 34
    DROWSY = 35


class Aspect(IntEnum):
    """What a traffic signal shows."""

    UNKNOWN = 0
    GREEN = 1
    AMBER = 2
    RED = 3
    FALSE = 4  # it stands, or contradicts itself: what it showed since its last change is no news


class Profile(StrEnum):
    """The rule by which numbers may leave."""

    SDC_10_5 = "sdc-10-5"
    DP = "dp"
    BANDS = "bands"
    HOME = "home"
    LOCAL = "local"

    @property
    def at_home(self) -> bool:
        """Whether numbers stay with those who live there: only then are they exact."""
        return self in (Profile.HOME, Profile.LOCAL)


class Unit(StrEnum):
    """The key under which a record carries its value: the unit is the key."""

    COUNT = "count"
    PEOPLE = "people"
    PEOPLE_PER_100_M2 = "people_per_100_m2"
    WAIT_S = "wait_s"
    ILLUMINANCE_LUX = "illuminance_lux"
    LEVEL_DB = "level_db"
    VOLUME_ML = "volume_ml"
    LEAK_L_PER_H = "leak_l_per_h"
    ET_UM = "et_um"
    WATER_UM = "water_um"
    US_AQI = "us_aqi"
    CAQI = "caqi"
    CO2_PPM = "co2_ppm"
    ENERGY_WH = "energy_wh"
    OCCUPIED_MIN = "occupied_min"
    NIGHT_S = "night_s"
    PORTIONS = "portions"
    ALARMS = "alarms"
    EVENTS = "events"
    SENSORS = "sensors"


class Status(StrEnum):
    """What became of a window's value."""

    RELEASED = "released"
    SUPPRESSED = "suppressed"
    GAP = "gap"


class Reason(StrEnum):
    """Why a value is missing, a window is incomplete or an event happened."""

    BELOW_THRESHOLD = "below_threshold"
    STARTED = "started"
    STOPPED = "stopped"
    EYE_RESTARTED = "eye_restarted"
    SOURCE_LOST = "source_lost"
    SOURCE_ENDED = "source_ended"
    VIEW_COVERED = "view_covered"
    VIEW_MOVED = "view_moved"
    VIEW_BLIND = "view_blind"
    STALLED = "stalled"
    NO_LEASE = "no_lease"
    NOT_AUTHORISED = "not_authorised"
    PAUSED = "paused"
    CLOCK = "clock"
    PIPE_BROKEN = "pipe_broken"
    SYSTEM_DOWN = "system_down"
    BELOW_ZERO = "below_zero"
    MAX_DWELL = "max_dwell"
    CLOSING_TIME = "closing_time"
    RECONCILED = "reconciled"
    SENSOR_FAULT = "sensor_fault"
    MISSING = "missing"
    STALE = "stale"
    STUCK = "stuck"
    DEAD = "dead"
    OUT_OF_RANGE = "out_of_range"
    UNIT_FLIPPED = "unit_flipped"
    JUMPED = "jumped"
    DRIFTING = "drifting"
    CLOCK_BACK = "clock_back"
    CLOCK_FORWARD = "clock_forward"
    METER_SWAPPED = "meter_swapped"
    METER_RESET = "meter_reset"
    BACK_FLOW = "back_flow"


class EventName(StrEnum):
    """What happened to the node itself, or to one of its systems."""

    START = "start"
    STOP = "stop"
    GAP = "gap"
    AUTHORISED = "authorised"
    PAUSE = "pause"
    RESUME = "resume"
    TURNED = "turned"
    CONFIRMED = "confirmed"
    VIEW = "view"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    PIPE = "pipe"
    CORRECTION = "correction"
    ALARM = "alarm"
    FAULT = "fault"
    CURED = "cured"


class QualityWord(StrEnum):
    """What the counts of a window are worth, as a record says it."""

    GOOD = "good"
    DEGRADED = "degraded"
    BLIND = "blind"
    UNTOLD = "untold"  # a crowd makes counts worth less: to say so would tell of people


class ClockTrust(StrEnum):
    """What the node's clock is worth; ``none`` gives no frames."""

    SYNCED = "synced"
    FREE = "free"
    NONE = "none"
