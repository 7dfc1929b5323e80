"""The rules by which numbers may leave, as a table."""

from collections.abc import Mapping
from dataclasses import dataclass

from edgekit.errors import ReleaseError
from edgekit.records import Profile, Unit

DAY_S = 86_400
NARROWEST = 10
"""So many numbers of people are in the narrowest band."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What a profile does to a number.

    ``suppress_below`` and ``round_to`` are for numbers of people, ``round_wait_s_to`` for means of
    their waits, ``round_lux_to`` for light, which is about nobody. Where numbers are ``exact``, so
    is what is told of a room that was set right. ``independent`` refuses outputs of which one
    follows from others (`edgekit.privacy.independence`). A window that was seen for less than
    ``min_uptime_percent`` is a gap: its number would be read as one of a whole window.

    ``noise_scale`` is of the noise that counts get, 0 for none (`edgekit.privacy.noise`). Where
    numbers are ``banded``, the lower end of the band leaves (`band_of`).
    """

    min_window_s: int
    suppress_below: int
    round_to: int
    round_wait_s_to: int
    round_lux_to: int
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
        round_lux_to=10,
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
        round_lux_to=10,
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
        round_lux_to=10,
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
        round_lux_to=1,
        min_uptime_percent=50,
        exact=True,
        independent=False,
    ),
    Profile.LOCAL: Rule(
        min_window_s=1,
        suppress_below=0,
        round_to=1,
        round_wait_s_to=1,
        round_lux_to=1,
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


def released_value(profile: Profile, unit: Unit, value: int) -> int | None:
    """Return the number that may leave, or None where the group is too small to be named.

    Rounds half up. Zero is a small group too: it says that nobody was there.
    """
    rule = RULES[profile]
    if unit is Unit.ILLUMINANCE_LUX:
        return _round(value, rule.round_lux_to)
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
