"""What a site counts, in words: one point for each line, zone or room and what is counted there."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from edgekit.consent.metric import Metric
from edgekit.consent.systems import FAULTS, SIGNALLED
from edgekit.consent.terms import SENSED_BY

if TYPE_CHECKING:
    from edgekit.consent.site import SiteAuthorisation


def counted(site: "SiteAuthorisation", texts: Mapping[str, str]) -> Iterator[str]:
    """Yield what is counted, each once.

    Both ways of one line are one point, as are the classes that are counted alike over it, and as
    are all cells of a zone.
    """
    points: dict[tuple[str, str], list[str]] = {}
    metrics = [Metric.parse(output.metric) for output in site.outputs]
    for metric in metrics:
        words = points.setdefault((_key(metric, metrics), metric.shape), [])
        if metric.of_system and metric.what in FAULTS:
            word = faulty(metric.kind, texts)
            words += [word] if word not in words else []
        if metric.kind == "line" and (word := texts[f"class.{metric.counted}"]) not in words:
            words.append(word)
    if not points:
        yield texts["counts.none"]
    for (key, shape), words in points.items():
        yield texts[key].format(name=shape, what=listed(words, texts))


def counted_in_short(site: "SiteAuthorisation", texts: Mapping[str, str]) -> Iterator[str]:
    """Yield the same without names, for a sign with little room: one point for each sort."""
    points: dict[str, list[str]] = {}
    for metric in (Metric.parse(output.metric) for output in site.outputs):
        sort = metric.family if metric.kind == "zone" else metric.kind
        words = points.setdefault(f"short.{sort}", [])
        if (word := texts[f"class.{metric.counted}"]) not in words:
            words.append(word)
    for key, words in points.items():
        yield texts[key].format(what=listed(words, texts))


def faulty(system: str, texts: Mapping[str, str]) -> str:
    """Return what of a system may be out of order, in words."""
    # A camera sees the traffic, and says itself how it is; its system is the light's contacts.
    return texts[f"sensor.{'signal' if system == SIGNALLED else SENSED_BY[system]}"]


def _key(metric: Metric, metrics: Sequence[Metric]) -> str:
    if metric.of_system and metric.what in FAULTS:
        return "faults"
    if metric.family in ("in", "out"):
        ways = {
            other.family
            for other in metrics
            if (other.kind, other.shape, other.counted)
            == (metric.kind, metric.shape, metric.counted)
        }
        return f"{metric.kind}.{'each' if {'in', 'out'} <= ways else metric.family}"
    return f"{metric.kind}.{metric.family}"


def listed(words: Sequence[str], texts: Mapping[str, str]) -> str:
    """Return words as one list in words."""
    *some, last = words or [""]
    return texts["and"].format(some=", ".join(some), last=last) if some else last
