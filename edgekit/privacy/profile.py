"""The rules by which numbers may leave, as a table."""

from collections.abc import Mapping
from dataclasses import dataclass

from edgekit.consent.sensitivity import Measure, Sensitivity
from edgekit.errors import ReleaseError
from edgekit.records import Kind, Profile

DAY_S = 86_400
NARROWEST = 10
"""So many numbers of people are in the narrowest band."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What a profile does to a number.

    ``suppress_below`` and ``round_to`` are for numbers of people, ``round_wait_s_to`` for means of
    their waits; what is about nobody is rounded as its measure says (`released_of`). Where numbers
    are ``exact``, so is what is told of a room that was set right. ``independent`` refuses outputs
    of which one follows from others (`edgekit.privacy.independence`). A window that was seen for
    less than ``min_uptime_percent`` is a gap: its number would be read as one of a whole window.

    ``noise_scale`` is of the noise that counts get, 0 for none (`edgekit.privacy.noise`). Where
    numbers are ``banded``, the lower end of the band leaves (`band_of`).
    """

    min_window_s: int
    suppress_below: int
    round_to: int
    round_wait_s_to: int
    min_uptime_percent: int
    exact: bool
    independent: bool
    noise_scale: int = 0
    banded: bool = False


RULES: Mapping[Profile, Rule] = {
    # Suppress below 10 and round to base 5, as official statistics do for small cells (ONS).
    Profile.SDC_10_5: Rule(
        min_window_s=900,
        suppress_below=10,
        round_to=5,
        round_wait_s_to=10,
        min_uptime_percent=50,
        exact=False,
        independent=True,
    ),
    # Noise of scale 2 is an epsilon of 1/2 for each output that an event is counted in.
    Profile.DP: Rule(
        min_window_s=900,
        suppress_below=0,
        round_to=1,
        round_wait_s_to=10,
        min_uptime_percent=50,
        exact=False,
        independent=False,
        noise_scale=2,
    ),
    Profile.BANDS: Rule(
        min_window_s=900,
        suppress_below=0,
        round_to=1,
        round_wait_s_to=10,
        min_uptime_percent=50,
        exact=False,
        independent=True,
        banded=True,
    ),
    Profile.HOME: Rule(
        min_window_s=60,
        suppress_below=0,
        round_to=1,
        round_wait_s_to=1,
        min_uptime_percent=50,
        exact=True,
        independent=False,
    ),
    Profile.LOCAL: Rule(
        min_window_s=1,
        suppress_below=0,
        round_to=1,
        round_wait_s_to=1,
        # Whoever reads exact numbers on the device itself reads their uptime beside them.
        min_uptime_percent=5,
        exact=True,
        independent=False,
    ),
}


def require_window(profile: Profile, window_s: int) -> None:
    """Raise ReleaseError unless windows of this length fit the profile and divide a day."""
    shortest = RULES[profile].min_window_s
    if window_s < shortest:
        raise ReleaseError(
            f"windows of {window_s} s under {profile}: expected at least {shortest} s",
            hint=f"set window_s to {shortest} or more, or choose another profile",
        )
    if window_s > DAY_S or DAY_S % window_s:
        raise ReleaseError(
            f"windows of {window_s} s do not divide a day into equal parts",
            hint="use 60, 300, 900, 1800 or 3600, for example",
        )


def released_of(profile: Profile, measure: Measure, value: int) -> int | None:
    """Return what may leave of a number by whom it is about, or None where none may.

    Exact numbers stay at home. In a public place nothing of a household leaves; what is about the
    environment is rounded as its measure says, and so is what is about equipment: a number of
    things that went wrong is told as none or some.
    """
    rule = RULES[profile]
    if measure.sensitivity is Sensitivity.PEOPLE:
        # A system's numbers get neither noise nor bands: what is about people stays.
        coarse = measure.kind is Kind.READING and (rule.noise_scale or rule.banded)
        return None if coarse else released_value(profile, value)
    if rule.exact:
        return value
    match measure.sensitivity:
        case Sensitivity.HOUSEHOLD:
            return None
        case Sensitivity.EQUIPMENT if measure.round_to == 1:
            return min(value, 1)
    return _round(value, measure.round_to)


def words_of(profile: Profile, measure: Measure) -> str:
    """Say what becomes of a number under a profile."""
    window_s = max(RULES[profile].min_window_s, measure.min_window_s)
    return f"{_treatment(profile, measure)}, from {window_s} s on"


def _treatment(profile: Profile, measure: Measure) -> str:
    rule = RULES[profile]
    if rule.exact:
        return "exact"
    match measure.sensitivity:
        case Sensitivity.PEOPLE if rule.independent and not rule.banded:
            return f"suppressed below {rule.suppress_below}, rounded to {rule.round_to}"
        case Sensitivity.PEOPLE | Sensitivity.HOUSEHOLD:
            return "withheld"
        case Sensitivity.EQUIPMENT if measure.round_to == 1:
            return "none or some"
    return f"rounded to {measure.round_to}"


def released_value(profile: Profile, value: int) -> int | None:
    """Return the number of people that may leave, or None where the group is too small to be named.

    Rounds half up. Zero is a small group too: it says that nobody was there.
    """
    rule = RULES[profile]
    if rule.banded:
        return band_of(value)[0]
    if value < rule.suppress_below:
        return None
    return _round(value, rule.round_to)


def released_wait_s(profile: Profile, wait_s: int, *, behind: int) -> int | None:
    """Return the mean wait that may leave, or None where too few people waited, or nobody.

    Suppressed by the number of people ``behind`` it: how long they waited hides nobody.
    """
    rule = RULES[profile]
    if behind < max(1, rule.suppress_below):
        return None
    return _round(wait_s, rule.round_wait_s_to)


def band_of(people: int) -> tuple[int, int]:
    """Return the first and the last number of people of a band: 0-9, 10-19, 20-39, 40-79 and so on.

    None is narrower than 10; from 20 on each is twice as wide as the one before.
    """
    if people < NARROWEST:
        return 0, NARROWEST - 1
    low = NARROWEST << ((people // NARROWEST).bit_length() - 1)
    return low, 2 * low - 1


def people_per_100_m2(people: int, area_m2: float) -> int:
    """Return a density in whole people for each 100 m², rounded half up.

    Of the number of people as it was released, so that it says no more than that.
    """
    return int(100 * people / area_m2 + 0.5)


def _round(value: int, base: int) -> int:
    return (2 * value + base) // (2 * base) * base
