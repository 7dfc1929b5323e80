"""What a site counts, in words: one point for each line, zone or room and what is counted there."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from edgekit.consent.metric import Metric

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
        if metric.kind == "line" and (word := texts[f"class.{metric.counted}"]) not in words:
            words.append(word)
    for (key, shape), words in points.items():
        yield texts[key].format(name=shape, what=_listed(words, texts))


def counted_in_short(site: "SiteAuthorisation", texts: Mapping[str, str]) -> Iterator[str]:
    """Yield the same without names, for a sign with little room: one point for each sort."""
    points: dict[str, list[str]] = {}
    for metric in (Metric.parse(output.metric) for output in site.outputs):
        sort = metric.family if metric.kind == "zone" else metric.kind
        words = points.setdefault(f"short.{sort}", [])
        if (word := texts[f"class.{metric.counted}"]) not in words:
            words.append(word)
    for key, words in points.items():
        yield texts[key].format(what=_listed(words, texts))


def _key(metric: Metric, metrics: Sequence[Metric]) -> str:
    if metric.family in ("in", "out"):
        ways = {
            other.family
            for other in metrics
            if (other.kind, other.shape, other.counted) == ("line", metric.shape, metric.counted)
        }
        return "line.each" if {"in", "out"} <= ways else f"line.{metric.family}"
    return f"{metric.kind}.{metric.family}"


def _listed(words: Sequence[str], texts: Mapping[str, str]) -> str:
    *some, last = words or [""]
    return texts["and"].format(some=", ".join(some), last=last) if some else last
