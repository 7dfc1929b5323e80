"""The channels on which systems tell: above an eye's, with a block of numbers for each system."""

from collections.abc import Mapping

from edgekit.consent.decided import decided_at
from edgekit.consent.metric import Metric
from edgekit.consent.sensitivity import Fold, Sensitivity
from edgekit.consent.site import SiteAuthorisation
from edgekit.consent.systems import ALARMS, FAULTS, SIGNALLED, SYSTEMS, told_of
from edgekit.privacy.tally import Channel
from edgekit.records import Kind, Unit

FIRST, STRIDE = 4_096, 64
ABOUT = frozenset({Kind.HEALTH, Kind.QUALITY, Kind.LIFE})
"""What a system says about itself, on the first number of its block."""

RED = "red"
"""The source of what passes on red, which the clerk makes of passages and of the signal."""

_NAMING: Mapping[str, tuple[Kind, ...]] = {
    **dict.fromkeys(ALARMS, (Kind.ALARM,)),
    **dict.fromkeys(FAULTS, (Kind.TROUBLE, Kind.CURED)),
}


def about(name: str) -> int:
    """Return the channel on which a system tells of itself."""
    return FIRST + STRIDE * sorted(SYSTEMS).index(name)


def system_of(channel: int) -> str | None:
    """Return whose channel it is; None where it is no system's."""
    names = sorted(SYSTEMS)
    index = (channel - FIRST) // STRIDE
    return names[index] if channel >= FIRST and index < len(names) else None


def system_channels(authorisation: SiteAuthorisation) -> dict[str, dict[int, Channel]]:
    """Return, by system, what each of its channels means; only what is authorised is there."""
    wanted = {output.metric for output in authorisation.outputs}
    found: dict[str, dict[int, Channel]] = {}
    for name in sorted(SYSTEMS):
        metrics = [f"{name}.{what}" for what in told_of(name)]
        channels = {
            about(name) + number: Channel.of(metric)
            for number, metric in enumerate(metrics, 1)
            if metric in wanted and not Metric.parse(metric).measure.by_eye
        }
        if channels:
            found[name] = channels
    return found


def eyes_kinds(
    authorisation: SiteAuthorisation, channels: Mapping[int, Channel]
) -> Mapping[int, frozenset[Kind]]:
    """Return what each channel of an eye may carry.

    What it decides on the spot it says as a decision, which the clerk counts: never as a number.
    """
    decided = decided_at(authorisation)
    told = {
        number: frozenset({one.kind})
        for number, one in channels.items()
        if Metric.parse(one.metric).kind not in decided
    }
    return told | {about(name): frozenset({Kind.DECISION}) for name in decided}


def red_channels(authorisation: SiteAuthorisation) -> dict[int, Channel]:
    """Return what passes on red, on numbers above those of all systems; no pipe carries them."""
    metrics = [Metric.parse(output.metric) for output in authorisation.outputs]
    texts = [metric.text for metric in metrics if metric.on_red]
    first = FIRST + STRIDE * len(SYSTEMS)
    return {
        number: Channel(metric=text, unit=Unit.COUNT, kind=Kind.READING, fold=Fold.SUM)
        for number, text in enumerate(texts, first)
    }


def source_channels(authorisation: SiteAuthorisation) -> dict[str, dict[int, Channel]]:
    """Return the channels of every source beside the eye, by its name."""
    red = red_channels(authorisation)
    return {**system_channels(authorisation), **({RED: red} if red else {})}


def source_of(metric: Metric) -> str:
    """Return which source beside the eye tells a metric; the eye is none of them: empty."""
    if metric.on_red:
        return RED
    return metric.kind if metric.of_system and not metric.measure.by_eye else ""


def telling(authorisation: SiteAuthorisation) -> frozenset[str]:
    """Return the systems that may tell something, be it only what a signal shows."""
    signalled = {SIGNALLED} if red_channels(authorisation) else set[str]()
    return frozenset(system_channels(authorisation)) | signalled


def kinds_of(authorisation: SiteAuthorisation) -> Mapping[int, frozenset[Kind]]:
    """Return what each channel of the systems may carry.

    Of a system whose decisions the eye makes only how its board is.
    """
    kinds = {about(name): frozenset({Kind.HEALTH}) for name in decided_at(authorisation)}
    if red_channels(authorisation):
        kinds[about(SIGNALLED)] = ABOUT | {Kind.SIGNAL}
    for name, channels in system_channels(authorisation).items():
        kinds[about(name)] = ABOUT | kinds.get(about(name), frozenset())
        for number, channel in channels.items():
            what = Metric.parse(channel.metric).what
            kinds[number] = frozenset({channel.kind, *_NAMING.get(what, ())})
    return kinds


def totals_of(authorisation: SiteAuthorisation) -> tuple[str, ...]:
    """Return the authorised numbers that are what a total moved by."""
    metrics = (Metric.parse(output.metric) for output in authorisation.outputs)
    return tuple(one.text for one in metrics if one.measure.fold is Fold.TOTAL)


def about_people(authorisation: SiteAuthorisation, name: str) -> bool:
    """Whether a source tells of people there: then a pause stops it, too."""
    if name == RED:
        return True
    metrics = (Metric.parse(output.metric) for output in authorisation.outputs)
    return any(
        one.kind == name and one.measure.sensitivity is Sensitivity.PEOPLE for one in metrics
    )
