"""What ``edgekit systems explain`` prints of a system."""

import textwrap
from collections.abc import Iterator
from datetime import tzinfo

from edgekit.cli.series import Adapter, named
from edgekit.node.steward.wiring import WIRINGS
from edgekit.records import Profile
from edgekit.systems.actuation import Channel
from edgekit.systems.outputs import Output

WIDTH = 100


def explained(adapter: Adapter) -> Iterator[str]:
    """Yield lines for people: method, source, safe states, what leaves, settings, the file."""
    card = adapter.card
    yield f"{card.name}: {card.title}"
    for head, words in (
        ("Method", card.method),
        ("Source", card.source),
        ("Does not know", card.unknown),
    ):
        yield from _paragraph(head, words)
    yield from ("", "Drives")
    yield from map(_channel, card.channels)
    if not card.channels:
        yield "  nothing"
    yield from ("", "What may leave, by profile")
    for output in card.outputs:
        yield f"  {output.metric} ({output.measure.unit}; {output.sensitivity})"
        yield from _by_profile(output)
    if not card.outputs:
        yield "  nothing"
    yield from ("", "Settings (--set NAME=VALUE)")
    for name, (_, value) in named(card.settings()):
        yield f"  {name:28} {_shown(value)}"
    yield from ("", "File (CSV)")
    for column in adapter.columns:
        yield f"  {column.name:28} {column.words}{'' if column.required else ' (may be left out)'}"
    wired = WIRINGS.get(card.name)
    if wired is not None:
        yield from ("", f"On a board (edgekit systems live {card.name} --port …)")
        yield from (f"  {words}" for words in wired.WORDS)
    yield from ("", "Example")
    yield from (f"  {line}" for line in adapter.example.strip().splitlines())


def _by_profile(output: Output) -> Iterator[str]:
    """Say it once for profiles that are treated alike."""
    alike: dict[str, list[str]] = {}
    for profile in Profile:
        alike.setdefault(output.words(profile), []).append(str(profile))
    for words, profiles in alike.items():
        names = "any" if len(profiles) == len(Profile) else ", ".join(profiles)
        yield f"    {names:20} {words}"


def _paragraph(head: str, words: str) -> Iterator[str]:
    yield from ("", head)
    text = " ".join(words.split())
    yield from textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent="  ")


def _channel(channel: Channel) -> str:
    limit = "" if channel.limit_ms is None else f", at most {channel.limit_ms / 60_000:g} min"
    return (
        f"  {channel.name}: {channel.low} to {channel.high} {channel.unit}; without a command: "
        f"{channel.safe}{limit}"
    )


def _shown(value: object) -> str:
    if isinstance(value, tzinfo):
        return str(value)
    text = str(value)
    return text if len(text) <= WIDTH // 2 else f"{text[: WIDTH // 2]}…"
