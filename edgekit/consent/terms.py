"""The parts of a site's authorisation, each of which checks itself (ConsentError)."""

import re
from calendar import monthrange
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from edgekit.consent.fields import require_text
from edgekit.consent.form import NAME, Table, choice, or_null, text, texts, whole
from edgekit.consent.metric import Metric
from edgekit.consent.prohibited import require_allowed
from edgekit.errors import ConfigError, ConsentError
from edgekit.geometry import require_name
from edgekit.records import Profile
from edgekit.signing.canonical import JsonValue

DAY_MINUTES = 1440
DAY_S = 86_400
MAX_RECIPIENTS = 8
MAX_SENSORS = 8
_EPOCH = datetime.fromtimestamp(0, UTC)
DOTTED = r"^[a-z0-9_-]+(\.[a-z0-9_-]+)+$"
DURATION = r"^P(?=[0-9])([0-9]{1,3}Y)?([0-9]{1,3}M)?([0-9]{1,4}D)?$"
URL = r"^https://[A-Za-z0-9][A-Za-z0-9._~:/?&=%+-]{0,191}$"


class LawfulBasis(StrEnum):
    """Why it is lawful; the first two are the last parts of DPV's GDPR terms."""

    PUBLIC_TASK = "A6-1-e"  # GDPR art. 6(1)(e)
    LEGITIMATE_INTERESTS = "A6-1-f"  # GDPR art. 6(1)(f)
    HOUSEHOLD = "household"  # GDPR art. 2(2)(c): one's own home, seen by oneself


class SensorKind(StrEnum):
    """What may sense."""

    CAMERA = "camera"
    MICROPHONE = "microphone"
    THERMAL_ARRAY = "thermal_array"
    WATER_METER = "water_meter"
    WATER_PROBE = "water_probe"
    SOIL_PROBE = "soil_probe"
    AIR_PROBE = "air_probe"
    ROOM_PROBE = "room_probe"
    FIRE_PROBE = "fire_probe"
    DISPENSER = "dispenser"


EYES = (SensorKind.CAMERA, SensorKind.THERMAL_ARRAY, SensorKind.MICROPHONE)
"""What an eye senses with, which is one of them; the rest is read by the clerk's side."""


def eye_of(kinds: Collection[SensorKind]) -> SensorKind | None:
    """Return which of a site's sensors its eye is; None where there is none."""
    return next((kind for kind in EYES if kind in kinds), None)


SENSED_BY: Mapping[str, SensorKind] = {
    **dict.fromkeys(("line", "zone", "room", "light"), SensorKind.CAMERA),
    "noise": SensorKind.MICROPHONE,
    "temperature": SensorKind.THERMAL_ARRAY,
    "traffic": SensorKind.CAMERA,
    "drowsiness": SensorKind.CAMERA,
    "crowd": SensorKind.CAMERA,
    "water": SensorKind.WATER_METER,
    "water_leak": SensorKind.WATER_METER,
    "water_quality": SensorKind.WATER_PROBE,
    "irrigation": SensorKind.SOIL_PROBE,
    "air": SensorKind.AIR_PROBE,
    "building": SensorKind.ROOM_PROBE,
    "fire": SensorKind.FIRE_PROBE,
    "dispenser": SensorKind.DISPENSER,
}
"""By what each kind of metric is sensed; what is not here is told by no process of the node."""

DRAWN = ("line", "zone", "room")
"""What is drawn in a view can also be sensed by a thermal array: who passes and is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Controller:
    """Who answers for the sensor (GDPR art. 4(7)), and the data protection officer if any."""

    name: str
    contact: str
    dpo: str | None = None

    def __post_init__(self) -> None:
        require_text("controller.name", self.name)
        require_text("controller.contact", self.contact)
        if self.dpo is not None:
            require_text("controller.dpo", self.dpo)

    def to_json(self) -> dict[str, JsonValue]:
        """Return the JSON object."""
        return {"name": self.name, "contact": self.contact, "dpo": self.dpo}


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """What the numbers are for; a reserved ``id`` raises ProhibitedPractice."""

    id: str
    text: str

    def __post_init__(self) -> None:
        require_allowed(self.id)
        require_id("purpose", self.id)
        require_text(f"purpose {self.id}", self.text)

    def to_json(self) -> dict[str, JsonValue]:
        """Return the JSON object."""
        return {"id": self.id, "text": self.text}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensor:
    """What hangs there; at most one of a kind."""

    kind: SensorKind
    model: str

    def __post_init__(self) -> None:
        require_text("sensor.model", self.model)

    def to_json(self) -> dict[str, JsonValue]:
        """Return the JSON object."""
        return {"kind": self.kind.value, "model": self.model}


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """One number that may be made: by which rule, how often, for whom.

    Under `local` nobody outside the device gets it, so nobody is named; else 1 to 8 are.
    """

    metric: str
    profile: Profile
    window_s: int
    recipients: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        Metric.parse(self.metric)
        if not 0 < self.window_s <= DAY_S:
            raise ConsentError(f"{self.metric} every {self.window_s} s: expected 1 to {DAY_S}")
        local = self.profile is Profile.LOCAL
        low, high = (0, 0) if local else (1, MAX_RECIPIENTS)
        if not low <= len(self.recipients) <= high:
            raise ConsentError(
                f"{self.metric} has {len(self.recipients)} recipients under {self.profile}: "
                f"expected {'none, for nothing leaves the device' if local else f'1 to {high}'}"
            )
        for recipient in self.recipients:
            require_text(f"recipient of {self.metric}", recipient)

    def to_json(self) -> dict[str, JsonValue]:
        """Return the JSON object."""
        return {
            "metric": self.metric,
            "profile": self.profile.value,
            "window_s": self.window_s,
            "recipients": list(self.recipients),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """The part of each day, in minutes UTC, during which the sensor may see; may span midnight."""

    from_utc_minute: int
    to_utc_minute: int

    def __post_init__(self) -> None:
        start, end = self.from_utc_minute, self.to_utc_minute
        if not (0 <= start < DAY_MINUTES and 0 <= end < DAY_MINUTES) or start == end:
            raise ConsentError(
                f"schedule from minute {start} to {end}: expected two of 0 to {DAY_MINUTES - 1}",
                hint="null means all day",
            )

    def require_open(self, now_s: int) -> None:
        """Raise ConsentError outside these hours."""
        minute = now_s % DAY_S // 60
        start, end = self.from_utc_minute, self.to_utc_minute
        # Counted from the start, a schedule over midnight is like any other.
        if (minute - start) % DAY_MINUTES >= (end - start) % DAY_MINUTES:
            raise ConsentError(f"outside the hours of this site, which are {self.words()}")

    def words(self) -> str:
        """Return the hours in English."""
        return "{start} to {end} UTC".format(**self.times())

    def times(self) -> dict[str, str]:
        """Return ``start`` and ``end`` as they stand on the sign, in UTC."""
        return {"start": _clock(self.from_utc_minute), "end": _clock(self.to_utc_minute)}

    def to_json(self) -> dict[str, JsonValue]:
        """Return the JSON object."""
        return {"from_utc_minute": self.from_utc_minute, "to_utc_minute": self.to_utc_minute}


CONTROLLER: Table = {"name": text(), "contact": text(), "dpo": or_null(text())}
PURPOSE: Table = {"id": text(longest=24, pattern=NAME), "text": text()}
SENSOR: Table = {"kind": choice(SensorKind), "model": text()}
OUTPUT: Table = {
    "metric": text(longest=100, pattern=DOTTED),
    "profile": choice(Profile),
    "window_s": whole(1, DAY_S),
    "recipients": texts(text(), 0, MAX_RECIPIENTS),
}
SCHEDULE: Table = {
    "from_utc_minute": whole(0, DAY_MINUTES - 1),
    "to_utc_minute": whole(0, DAY_MINUTES - 1),
}


def require_duration(text: str) -> None:
    """Raise ConsentError unless this is a duration like P30D, P6M or P1Y (ISO 8601-1, 5.5.2)."""
    if not re.fullmatch(DURATION[1:-1], text):
        raise ConsentError(f"duration {text!r}: expected one like P30D, P6M or P1Y")


def since_s(duration: str, now_s: int) -> int:
    """Return the time that lies one duration before now, in UTC, Unix seconds, not before 1970.

    Years and months are those of the calendar: a month before 31 March is the last of February.

    Raises ConsentError where it is no duration.
    """
    require_duration(duration)
    parts = {unit: int(number) for number, unit in re.findall(r"([0-9]+)([YMD])", duration)}
    now = datetime.fromtimestamp(now_s, UTC)
    months = now.year * 12 + now.month - 1 - 12 * parts.get("Y", 0) - parts.get("M", 0)
    year, month = divmod(months, 12)
    if year < _EPOCH.year:
        return 0
    last = monthrange(year, month + 1)[1]
    then = now.replace(year=year, month=month + 1, day=min(now.day, last))
    return max(0, int(then.timestamp()) - parts.get("D", 0) * DAY_S)


def require_id(what: str, text: str) -> None:
    """Raise ConsentError unless this is a name as lines and sites have one."""
    try:
        require_name(text, what)
    except ConfigError as error:
        raise ConsentError(str(error), hint=error.hint) from error


def require_url(text: str) -> None:
    """Raise ConsentError unless this is a plain https address without a fragment."""
    if not re.fullmatch(URL[1:-1], text):
        raise ConsentError(
            f"notice_url {text!r}: expected https://… of at most 200 plain characters, without #"
        )


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
