"""The rules by which numbers may leave, as a table."""

from collections.abc import Mapping
from dataclasses import dataclass

from edgekit.consent.site import SiteAuthorisation
from edgekit.errors import ReleaseError
from edgekit.records import Profile, Unit

DAY_S = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What a profile does to a number.

    ``suppress_below`` and ``round_to`` are for numbers about people, ``round_lux_to`` for light,
    which is about nobody. ``independent`` refuses outputs of which one follows from the others.
    A window that was seen for less than ``min_uptime_percent`` is a gap: its number would be read
    as one of a whole window.
    """

    min_window_s: int
    suppress_below: int
    round_to: int
    round_lux_to: int
    min_uptime_percent: int
    independent: bool


RULES: Mapping[Profile, Rule] = {
    # Suppress below 10 and round to base 5, as official statistics do for small cells (ONS).
    Profile.SDC_10_5: Rule(
        min_window_s=900,
        suppress_below=10,
        round_to=5,
        round_lux_to=10,
        min_uptime_percent=50,
        independent=True,
    ),
    Profile.HOME: Rule(
        min_window_s=60,
        suppress_below=0,
        round_to=1,
        round_lux_to=1,
        min_uptime_percent=50,
        independent=False,
    ),
    Profile.LOCAL: Rule(
        min_window_s=1,
        suppress_below=0,
        round_to=1,
        round_lux_to=1,
        # Whoever reads exact numbers on the device itself reads their uptime beside them.
        min_uptime_percent=5,
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


def require_independent(authorisation: SiteAuthorisation) -> None:
    """Raise ReleaseError where one output follows from others, so that a small one shows.

    In and out of a line may leave together, or its total alone: total less in is out, to within
    4, however few went out. Two shapes that are the same count the same.
    """
    if not RULES[authorisation.profile].independent:
        return
    metrics = {output.metric for output in authorisation.outputs}
    for line in authorisation.lines:
        ways = {f"line.{line.name}.{way}" for way in ("in", "out")}
        if f"line.{line.name}.total" in metrics and ways & metrics:
            raise ReleaseError(
                f"line {line.name!r}: a total and one way together give away what is suppressed",
                hint="let the total leave alone, or in and out without it",
            )
    shapes = [frozenset((line.start, line.end)) for line in authorisation.lines]
    shapes += [frozenset(zone.polygon) for zone in authorisation.zones]
    if len(set(shapes)) < len(shapes):
        raise ReleaseError(
            "two lines, or two zones, with the same points count the same people twice",
            hint="remove one of them",
        )


def released_value(profile: Profile, unit: Unit, value: int) -> int | None:
    """Return the number that may leave, or None where the group is too small to be named.

    Rounds half up. Zero is a small group too: it says that nobody was there.
    """
    rule = RULES[profile]
    if unit is Unit.ILLUMINANCE_LUX:
        return _round(value, rule.round_lux_to)
    if value < rule.suppress_below:
        return None
    return _round(value, rule.round_to)


def _round(value: int, base: int) -> int:
    return (2 * value + base) // (2 * base) * base
