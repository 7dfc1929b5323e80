"""Whatever an eye says, what leaves in public is one of few words: what it can hide is bounded."""

import math
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from edgekit.consent.authorisation import draft
from edgekit.consent.view import View
from edgekit.geometry import Line, Zone
from edgekit.node.pipe import NODE_KINDS, RATE_PER_S, VALUE_LIMITS
from edgekit.privacy.gate import Gate
from edgekit.privacy.rooms import begin, step
from edgekit.privacy.tally import channel_table
from edgekit.privacy.window import Tick
from edgekit.records import (
    Aggregate,
    Kind,
    Observation,
    Profile,
    QualityWord,
    Reason,
    Status,
    Trouble,
)

WINDOW_S = 900
START_S = 20_000 * 86_400
VIEW = View(
    width=640,
    height=480,
    lines=(Line("door", (100, 400), (100, 100)),),
    zones=(Zone("square", ((300, 100), (540, 100), (540, 400), (300, 400))),),
)
WHOLE = draft("plaza", profile=Profile.SDC_10_5, view=VIEW, window_s=WINDOW_S, valid_from_s=START_S)
SITE = replace(
    WHOLE,
    outputs=tuple(
        replace(WHOLE.outputs[0], metric=metric)
        for metric in ("line.door.in", "zone.square.people", "light.illuminance")
    ),
    notice_digest="",
)
CHANNELS = channel_table(SITE)
MOST = RATE_PER_S * VALUE_LIMITS[Kind.IN][1] * WINDOW_S
BITS = 32
"""Bits that one metric can carry in a window, as `benchmarks/seal.py` states the bound."""


@st.composite
def saying(draw: st.DrawFn) -> list[tuple[int, int, Kind, int]]:
    """Draw second, channel, kind, value: all that the pipe's rules let through, and no sense."""
    said = []
    for second in sorted(draw(st.lists(st.integers(0, 2 * WINDOW_S), max_size=40))):
        number, channel = draw(st.sampled_from(sorted(CHANNELS.items())))
        kinds = [channel.kind, *NODE_KINDS]
        kind = draw(st.sampled_from(sorted(set(kinds) - {Kind.HELLO, Kind.FAULT})))
        low, high = VALUE_LIMITS[kind]
        value = draw(st.integers(low, high) | st.sampled_from([low, high]))
        said.append((second, 0 if kind in NODE_KINDS else number, kind, value))
    return said


@given(saying())
@settings(deadline=None, max_examples=25)
def test_what_leaves_is_one_of_few_words(said: list[tuple[int, int, Kind, int]]) -> None:
    gate, state = Gate(SITE), begin(SITE, now_ms=START_S * 1000)
    released: list[Aggregate] = []
    told = [(0, 0, Kind.HELLO, 1), *said]
    told += [(second, 0, Kind.HEARTBEAT, 10) for second in range(0, 3 * WINDOW_S, 20)]
    for second, channel, kind, value in sorted(told, key=lambda one: one[0]):
        t_ms = (START_S + second) * 1000
        seen = Observation(seq=0, t_ms=t_ms, channel=channel, kind=kind, value=value)
        for message in (seen, Tick(now_ms=t_ms)):
            state, tallies = step(state, message)
            for tally in tallies:
                released += [one for one in gate.release(tally) if isinstance(one, Aggregate)]

    assert len(released) >= len(SITE.outputs)
    for one in released:
        assert one.window_start_s % WINDOW_S == 0
        assert one.uptime_percent in range(0, 101, 5)
        assert one.quality in set(QualityWord)
        assert one.reason is None or one.reason in set(Reason)
        if one.status is Status.RELEASED:
            assert one.value is not None
            assert one.value % 5 == 0
            assert 0 <= one.value <= MOST
        else:
            assert one.value is None
    # One record a metric and window, whatever was said: their number tells nothing.
    windows = {one.window_start_s for one in released}
    assert len(released) == len(windows) * len(SITE.outputs)


def test_few_words_are_few_bits() -> None:
    words = (2 + MOST // 5) * 21 * len(QualityWord) * (len(Reason) - len(Trouble) + 1)
    assert math.log2(words) <= BITS
