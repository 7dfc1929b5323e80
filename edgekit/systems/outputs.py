"""What the systems can tell, how sensitive it is, and what the gate does with it, as tables.

Household consumption is personal data: a load or flow curve is a diary of a home (GDPR art. 4(1);
EDPB Guidelines 4/2019). It leaves as it is under `home` only, to the household itself. The tables
are made of plain values, so that the rooms of consent and privacy can take them over as they stand.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from edgekit.errors import ConfigError
from edgekit.records import Profile

DAY_S = 86_400
QUARTER_S = 900


class Sensitivity(StrEnum):
    """Whom a number is about."""

    PEOPLE = "people"  # how many there are or pass
    HOUSEHOLD = "household"  # what one home uses, when, and what happens in it
    ENVIRONMENT = "environment"  # air, weather, soil, water of a network, sound
    EQUIPMENT = "equipment"  # the state of what serves the public: lamps, pumps, probes


class Treatment(StrEnum):
    """What becomes of a number at the gate."""

    WITHHELD = "withheld"
    SUPPRESSED = "suppressed below 10, rounded to 5"
    ROUNDED = "rounded"
    EXACT = "exact"


SUPPRESS_BELOW, ROUND_PEOPLE_TO = 10, 5
"""Those of the profile sdc-10-5."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What one profile does to numbers of one sensitivity; no window is shorter."""

    treatment: Treatment
    min_window_s: int


def _row(public: Rule, *, coarse: Rule | None = None) -> Mapping[Profile, Rule]:
    return {
        Profile.SDC_10_5: public,
        # A system's numbers get neither noise nor bands: what is about people stays.
        Profile.DP: coarse or public,
        Profile.BANDS: coarse or public,
        Profile.HOME: Rule(treatment=Treatment.EXACT, min_window_s=60),
        # Nothing leaves the device under `local`; there it is shown as it is.
        Profile.LOCAL: Rule(treatment=Treatment.EXACT, min_window_s=1),
    }


RULES: Mapping[Sensitivity, Mapping[Profile, Rule]] = {
    Sensitivity.PEOPLE: _row(
        Rule(treatment=Treatment.SUPPRESSED, min_window_s=QUARTER_S),
        coarse=Rule(treatment=Treatment.WITHHELD, min_window_s=QUARTER_S),
    ),
    Sensitivity.HOUSEHOLD: _row(Rule(treatment=Treatment.WITHHELD, min_window_s=DAY_S)),
    Sensitivity.ENVIRONMENT: _row(Rule(treatment=Treatment.ROUNDED, min_window_s=QUARTER_S)),
    Sensitivity.EQUIPMENT: _row(Rule(treatment=Treatment.EXACT, min_window_s=QUARTER_S)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """One number that a system can give to the gate.

    Attributes:
        metric: its name, ``SYSTEM.WHAT``.
        unit: the key of its value in a record, the unit in its name.
        sensitivity: whom it is about.
        round_to: to what the public's copy is rounded where it is about the environment.
        min_window_s: the shortest window that it makes sense for, or that its privacy allows.

    Raises ConfigError for a window or a step below 1.
    """

    metric: str
    unit: str
    sensitivity: Sensitivity
    round_to: int = 1
    min_window_s: int = 1

    def __post_init__(self) -> None:
        if self.round_to < 1 or self.min_window_s < 1 or self.metric.count(".") != 1:
            raise ConfigError(f"{self.metric}: expected SYSTEM.WHAT, a step and a window from 1 on")

    def words(self, profile: Profile) -> str:
        """Say what the gate does with it under a profile."""
        rule = RULES[self.sensitivity][profile]
        if rule.treatment is Treatment.WITHHELD:
            return "withheld"
        step = f" to {self.round_to}" if rule.treatment is Treatment.ROUNDED else ""
        window_s = max(rule.min_window_s, self.min_window_s)
        return f"{rule.treatment}{step}, from {window_s} s on"


def released(output: Output, profile: Profile, value: int, *, window_s: int) -> int | None:
    """Return the number that may leave, or None where none may. Rounds half up."""
    rule = RULES[output.sensitivity][profile]
    if window_s < max(rule.min_window_s, output.min_window_s):
        return None
    match rule.treatment:
        case Treatment.WITHHELD:
            return None
        case Treatment.SUPPRESSED:
            return None if value < SUPPRESS_BELOW else _round(value, ROUND_PEOPLE_TO)
        case Treatment.ROUNDED:
            return _round(value, output.round_to)
    return value


def _round(value: int, base: int) -> int:
    return (2 * value + base) // (2 * base) * base
