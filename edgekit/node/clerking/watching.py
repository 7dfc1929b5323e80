"""What ``[systems.crowd.watch]`` may watch: numbers that are authorised, of ten people or more."""

from collections.abc import Mapping
from typing import Any

from edgekit.config import Settings
from edgekit.consent.site import SiteAuthorisation
from edgekit.errors import ConsentError
from edgekit.privacy.tally import Channel, channel_table

LEAST_PEOPLE = 10
"""A warning shows to everybody that so many are there, as a number under `sdc-10-5` does."""


def require_watched(settings: Settings, authorisation: SiteAuthorisation) -> None:
    """Raise ConsentError where what a crowd's warning rests on was not authorised, or is of few."""
    rules = {one.name: one.settings for one in settings.systems}.get("crowd")
    if rules is None:
        return
    watched(channel_table(authorisation), rules.watch)
    people = rules.warn_m2 * area_of(authorisation, rules.watch.zone)
    if people < LEAST_PEOPLE:
        raise ConsentError(
            f"systems.crowd: it would warn of {people:.0f} people in the zone "
            f"{rules.watch.zone!r}, and what it shows has to be of {LEAST_PEOPLE} or more",
            hint="draw the zone larger, or warn later: warn_m2",
        )


def watched(table: Mapping[int, Channel], watch: Any) -> tuple[int, tuple[int, ...]]:  # noqa: ANN401 -- a `Watch`
    """Return the channels of the zone's people and of the line's ways; ConsentError without."""
    numbers = {channel.metric: number for number, channel in table.items()}
    names = (f"zone.{watch.zone}.people", f"line.{watch.line}.in", f"line.{watch.line}.out")
    missing = [name for name in names if name not in numbers]
    if missing:
        raise ConsentError(
            f"systems.crowd.watch: {' and '.join(missing)}: not authorised, so that it may not be "
            "watched",
            hint="have the people or the density of the zone, and both ways or the total of the "
            "line, authorised",
        )
    zone, *ways = (numbers[name] for name in names)
    return zone, tuple(ways)


def area_of(allowed: SiteAuthorisation, name: str) -> float:
    """Return the area of a zone in m²; ConsentError where the ground is not known."""
    zones = [zone for zone in allowed.view.zones if zone.name == name]
    if allowed.view.ground is None or not zones:
        raise ConsentError(
            f"a crowd in the zone {name!r} is told by people for each m²: its ground is not known",
            hint="measure four points of it: [ground] in site.toml",
        )
    return allowed.view.ground.area_m2(zones[0].polygon)
