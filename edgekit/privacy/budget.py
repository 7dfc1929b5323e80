"""What the noise of `dp` is worth: epsilon, computed from the outputs that are configured.

Two inputs that differ by one counted event (one crossing, one stay) give any released numbers with
probabilities that differ by a factor of at most exp(epsilon). One event lies in one window, so
windows don't add up (parallel composition); the outputs that it is counted in do (sequential
composition; Dwork and Roth, "The Algorithmic Foundations of Differential Privacy", 2014, 3.5).
For somebody who is counted `EVENTS_A_DAY` times on a day it is that many times as much; who is
counted more often is protected less.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from edgekit.consent.measure import REDS, WAYS
from edgekit.consent.metric import Metric
from edgekit.consent.site import SiteAuthorisation
from edgekit.errors import ReleaseError
from edgekit.geometry.nearness import overlap_px2, run_together
from edgekit.geometry.regions import reach_px
from edgekit.privacy.profile import RULES
from edgekit.records import Unit

EVENTS_A_DAY = 4
BUDGET_DAY_MILLI = 2_000
"""At most so many thousandths of epsilon for the events of a person-day."""

_WAYS: Mapping[str, frozenset[str]] = {
    "total": frozenset(WAYS),
    **{way: frozenset({way}) for way in WAYS},
    **{red: frozenset({way}) for red, way in REDS.items()},
}
"""The ways of a line that a number of it is about."""

LEAST_PX2 = 1.0
"""Zones that share less than a pixel only touch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Epsilon:
    """The loss of privacy in thousandths: for one counted event, and for a person-day."""

    event_milli: int
    day_milli: int


def epsilon_of(authorisation: SiteAuthorisation) -> Epsilon | None:
    """Return what the noise is worth at this site, or None where its profile adds none.

    Raises:
        ReleaseError: it is more than a day may cost.
    """
    scale = RULES[authorisation.profile].noise_scale
    noisy = noisy_metrics(authorisation)
    if not scale or not noisy:
        return None
    costly = max(_touched(authorisation), key=len)
    event_milli = len(costly) * 1000 // scale
    day_milli = EVENTS_A_DAY * event_milli
    if day_milli > BUDGET_DAY_MILLI:
        raise ReleaseError(
            f"one event is counted in {len(costly)} outputs ({', '.join(costly)}): that costs an "
            f"epsilon of {day_milli / 1000:g} a day, and {BUDGET_DAY_MILLI / 1000:g} are there",
            hint="let one of them leave; a total is the sum of both ways, at no cost",
        )
    return Epsilon(event_milli=event_milli, day_milli=day_milli)


def noisy_metrics(authorisation: SiteAuthorisation) -> tuple[str, ...]:
    """Return the outputs whose values get noise under `dp`: all that count events."""
    metrics = (Metric.parse(output.metric) for output in authorisation.outputs)
    return tuple(metric.text for metric in metrics if metric.unit is Unit.COUNT)


def _touched(authorisation: SiteAuthorisation) -> Iterator[tuple[str, ...]]:
    """Yield, for each thing that somebody can do, the outputs that it changes by one at most."""
    counts = [Metric.parse(name) for name in noisy_metrics(authorisation)]
    for metric in counts:
        # What is in a total, or reaches a cell, is one way or one stay as well: that has all of it.
        if metric.family in ("total", "heat") and any(
            (one.kind, one.shape, one.counted) == (metric.kind, metric.shape, metric.counted)
            and one.family not in ("total", "heat")
            for one in counts
        ):
            continue
        yield tuple(one.text for one in counts if _both(authorisation, metric, one))


def _both(authorisation: SiteAuthorisation, one: Metric, other: Metric) -> bool:
    """Whether one event can be counted in both outputs: crossing a line, or staying in a zone."""
    if one.text == other.text:
        return True
    if (one.kind, one.counted) != (other.kind, other.counted):
        return False
    view = authorisation.view
    if one.kind == "line":
        if one.shape == other.shape:
            return bool(_WAYS[one.family] & _WAYS[other.family])
        lines = {line.name: line for line in view.lines}
        reach = reach_px(view.width, view.height)
        return run_together(lines[one.shape], lines[other.shape], reach)
    if one.shape == other.shape:
        # A stay ends in one class of dwell; on the way somebody may reach every cell.
        return "heat" in (one.family, other.family)
    zones = {zone.name: zone for zone in view.zones}
    return overlap_px2(zones[one.shape], zones[other.shape]) >= LEAST_PX2
