"""Which numbers one authorisation can list: of what is drawn, on one grid, under one rule."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from edgekit.consent.metric import PERSON, Metric
from edgekit.consent.sensitivity import Sensitivity
from edgekit.consent.systems import SYSTEMS
from edgekit.consent.terms import DRAWN, MAX_SENSORS, SENSED_BY, SensorKind
from edgekit.consent.view import View
from edgekit.errors import ConfigError, ConsentError
from edgekit.geometry import HeatGrid, Zone, cell_name
from edgekit.records import Profile, Unit

if TYPE_CHECKING:
    from edgekit.consent.site import SiteAuthorisation

MAX_PURPOSES = 3
MAX_OUTPUTS = 256
"""Each is one signed leaf a window: of about 1 kB, 256 of them every quarter of an hour are 9 GB
a year. One zone with everything is 20 of them, one line with everything 18."""

UNITS: Mapping[Profile, frozenset[Unit]] = {
    # Who stays is in many samples of a number of people, so that no noise for one event hides them.
    Profile.DP: frozenset({Unit.COUNT}),
    # A mean of waits has no band, and a band of people on little ground is a narrow one.
    Profile.BANDS: frozenset({Unit.COUNT, Unit.PEOPLE}),
}
"""What may leave about people under a profile at all; under one that is not here, everything."""

OF_A_CROWD = frozenset({"crowd.alarm"})
"""What tells of ten people or more, as it is: no noise and no band is in it."""

MIN_AREA_M2 = 1.0
"""A density on less ground than this is about one person."""


def may_leave(metric: str, profile: Profile) -> bool:
    """Whether the profile has a rule for such numbers; what a home uses stays there."""
    one = Metric.parse(metric)
    if one.text in OF_A_CROWD and profile in UNITS:
        return False
    match one.measure.sensitivity:
        case Sensitivity.HOUSEHOLD:
            return profile.at_home
        case Sensitivity.PEOPLE:
            # A system's numbers get neither noise nor bands: what is about people stays.
            coarse = one.of_system and profile in UNITS
            return not coarse and one.unit in UNITS.get(profile, Unit)
    return True


def require_recipient(site: "SiteAuthorisation", host: str) -> None:
    """Raise ConsentError unless a recipient of every number names this host, as a word of its own.

    Whom numbers go to was signed, and stands on the sign: an address that is only in the settings
    of a device is nobody's.
    """
    longer = r":" if ":" in host else r"\.\w"
    named = re.compile(rf"(?<![\w.:-]){re.escape(host)}(?![\w-]|{longer})", re.IGNORECASE)
    for output in site.outputs:
        if not any(named.search(recipient) for recipient in output.recipients):
            told = " and ".join(output.recipients) or "nobody"
            raise ConsentError(
                f"{output.metric} may go to {told}: no recipient names {host}, to which an outlet "
                "would send it",
                hint="name it among the recipients of each number in the draft, as in "
                f'"{output.recipients[0] if output.recipients else "the city"}, by {host}", and '
                "have it signed; or take the outlet out of site.toml",
            )


def require_outputs(site: "SiteAuthorisation") -> None:
    """Raise ConsentError where a number can't be made, or two would be made by different rules."""
    # What an eye decides without a number needs none.
    silent = any(not SYSTEMS[one.system] for one in site.decisions)
    for what, things, least, most in (
        ("purposes", site.purposes, 1, MAX_PURPOSES),
        ("sensors", site.sensors, 1, MAX_SENSORS),
        ("outputs", site.outputs, 0 if silent else 1, MAX_OUTPUTS),
    ):
        if not least <= len(things) <= most:
            raise ConsentError(f"{len(things)} {what}: expected {least} to {most}")
    metrics = [output.metric for output in site.outputs]
    if len(set(metrics)) != len(metrics):
        raise ConsentError("an output is listed twice")
    # Two grids, or two rules, for the same people let one number be taken from another.
    if len({output.window_s for output in site.outputs}) > 1:
        raise ConsentError("outputs with different windows: expected one window_s for all")
    if any(output.profile is not site.profile for output in site.outputs):
        raise ConsentError(f"an output under another profile than {site.profile}")
    for metric in map(Metric.parse, metrics):
        _require_sensed(metric, site)
        _require_drawn(metric, site.view)
        _require_leaving(metric, site)


def _require_sensed(metric: Metric, site: "SiteAuthorisation") -> None:
    kinds = [sensor.kind for sensor in site.sensors]
    if len(set(kinds)) != len(kinds):
        raise ConsentError("two sensors of one kind: expected one of each")
    warm = (
        metric.kind in DRAWN and metric.counted == PERSON and site.eye is SensorKind.THERMAL_ARRAY
    )
    if SENSED_BY[metric.kind] not in kinds and not warm:
        raise ConsentError(
            f"{metric.text} is sensed by a {SENSED_BY[metric.kind]}, and none is among the sensors",
            hint="name it in sensors: what senses has to stand on the sign",
        )


def _require_leaving(metric: Metric, site: "SiteAuthorisation") -> None:
    if not may_leave(metric.text, site.profile):
        told = metric.measure.sensitivity
        wanted = " or ".join(unit for unit in Unit if unit in UNITS.get(site.profile, ()))
        raise ConsentError(
            f"{metric.text} ({metric.unit}, about {told}) cannot leave under {site.profile}: "
            + ("expected home or local" if told is Sensitivity.HOUSEHOLD else f"expected {wanted}"),
            hint="take it out, or choose another profile",
        )
    if site.window_s < metric.measure.min_window_s:
        raise ConsentError(
            f"{metric.text} every {site.window_s} s: expected at least "
            f"{metric.measure.min_window_s} s",
            hint="choose a longer window_s, or take it out",
        )


def _require_drawn(metric: Metric, view: View) -> None:
    drawn = {
        "line": [line.name for line in view.lines],
        "zone": [zone.name for zone in view.zones],
        "room": [room.name for room in view.rooms],
    }
    if metric.shape not in drawn.get(metric.kind, [""]):
        raise ConsentError(f"{metric.text}: there is no {metric.kind} {metric.shape!r}")
    if metric.kind == "traffic" and metric.measure.by_eye:
        _require_ground(metric, view)
    elif metric.family == "density":
        _require_area(metric, view)
    elif metric.family == "heat":
        _require_cell(metric, view)


def _require_cell(metric: Metric, view: View) -> None:
    cells = [cell_name(cell) for cell in HeatGrid(_zone(metric, view)).cells]
    if metric.cell not in cells:
        raise ConsentError(
            f"{metric.text}: the zone does not reach into that cell",
            hint=f"it reaches into {', '.join(cells)}",
        )


def _require_ground(metric: Metric, view: View) -> None:
    if view.ground is None:
        raise ConsentError(
            f"{metric.text}: who nearly met is told in metres, which needs to know the ground",
            hint="measure four points of it: [ground] in site.toml",
        )


def _require_area(metric: Metric, view: View) -> None:
    if view.ground is None:
        raise ConsentError(
            f"{metric.text}: a density needs to know the ground",
            hint="measure four points of it: [ground] in site.toml",
        )
    try:
        area_m2 = view.ground.area_m2(_zone(metric, view).polygon)
    except ConfigError as error:
        raise ConsentError(f"{metric.text}: {error}", hint=error.hint) from error
    if area_m2 < MIN_AREA_M2:
        raise ConsentError(
            f"{metric.text}: the zone is {area_m2:.2f} m² of ground: expected at least "
            f"{MIN_AREA_M2:g} m²",
            hint="correct [ground], or draw the zone larger",
        )


def _zone(metric: Metric, view: View) -> Zone:
    return next(zone for zone in view.zones if zone.name == metric.shape)
