"""The clerk's end of the steward's pipe: one that breaks the rules, hangs or goes is let go of."""

import os
import selectors
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from edgekit.consent.authorisation import draft
from edgekit.consent.view import View
from edgekit.node import clock
from edgekit.node.clerking import stewardline
from edgekit.node.clerking.eyeline import SILENT_MS, START_MS
from edgekit.node.clerking.stewardline import StewardLine
from edgekit.node.control import Message, Word
from edgekit.privacy.message import Discard, Outage
from edgekit.privacy.systems import about
from edgekit.records import Health, Kind, Observation, Profile, Reason

NOW_MS = clock.BUILT_S * 1000 + 86_400_000
GENERATION = 3


@dataclass
class Counts:
    """What the clerk makes of it, as far as the line knows."""

    heard: list[Any] = field(default_factory=list)
    lost: list[Any] = field(default_factory=list)
    crowding: Any = field(default_factory=lambda: SimpleNamespace(word=b"\x07"))

    def greet(self, seen: Observation) -> None:
        self.heard.append(("hello", seen.value))

    def tell(self, name: str, seen: Observation) -> None:
        self.heard.append((name, seen.kind, seen.value))

    def lose(self, message: Outage | Discard) -> None:
        self.lost.append((type(message), message.reason))


@dataclass
class Line:
    """The line, a steward's end of it, and time that moves when told to."""

    line: StewardLine
    counts: Counts
    selector: selectors.BaseSelector
    told: list[tuple[Word, int]]
    now: list[int]
    out: int = -1
    asked: int = -1
    seq: int = 0

    def begin(self, generation: int = GENERATION) -> None:
        told_r, self.out = os.pipe()
        self.asked, asks_w = os.pipe()
        os.set_blocking(self.asked, False)
        self.seq = 0
        ends = (told_r, asks_w)
        self.line.open(Message(word=Word.STEWARD, generation=generation, descriptors=ends))

    def tell(self, channel: int, kind: Kind, value: int, **change: int) -> None:
        fields = {"seq": self.seq, "t_ms": self.now[0], "channel": channel, "value": value} | change
        os.write(self.out, Observation(kind=kind, **fields).to_bytes())
        self.seq += 1
        self.line.hear()

    @property
    def open(self) -> bool:
        return bool(self.selector.get_map())


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    now = [NOW_MS]
    monkeypatch.setattr(stewardline, "now_ms", lambda: now[0])
    monkeypatch.setattr(stewardline, "steady_ms", lambda: now[0])
    allowed = draft(
        "yard",
        profile=Profile.HOME,
        view=View(width=640, height=480),
        window_s=60,
        valid_from_s=0,
        systems=("water",),
        camera=False,
    )
    counts, told, selector = Counts(), list[tuple[Word, int]](), selectors.DefaultSelector()
    made = StewardLine(
        allowed,
        counts,  # type: ignore[arg-type] -- it is told the same
        selector,
        lambda word, generation, _: told.append((word, generation)),
    )
    yield Line(made, counts, selector, told, now)
    made.close(Reason.STOPPED)
    selector.close()


def test_what_a_steward_tells_goes_to_the_counts(line: Line) -> None:
    line.begin()
    line.tell(0, Kind.HELLO, GENERATION)
    line.tell(about("water"), Kind.HEALTH, Health.GOOD)
    line.tell(about("water") + 1, Kind.READING, 3_000)
    assert line.counts.heard == [
        ("hello", GENERATION),
        ("water", Kind.HEALTH, Health.GOOD),
        ("water", Kind.READING, 3_000),
    ]
    assert (line.told, line.counts.lost) == ([], [])
    line.line.hear()  # nothing has come
    assert line.open


@pytest.mark.parametrize(
    ("channel", "kind", "value", "change"),
    [
        (0, Kind.HELLO, GENERATION + 1, {}),  # another's
        (about("water") + 1, Kind.READING, 1, {"seq": 9}),  # one is missing
        (about("water") + 9, Kind.READING, 1, {}),  # not authorised
        (about("fire") + 1, Kind.READING, 1, {}),
        (about("water") + 1, Kind.ALARM, 1, {}),  # not of this channel
        (about("water") + 1, Kind.READING, 1, {"t_ms": NOW_MS + 3_600_000}),  # from the future
    ],
)
def test_a_steward_that_breaks_the_rules_is_killed_and_nothing_more_of_it_is_taken(
    line: Line, channel: int, kind: Kind, value: int, change: dict[str, int]
) -> None:
    line.begin()
    if kind is not Kind.HELLO:
        line.tell(0, Kind.HELLO, GENERATION)
    heard = list(line.counts.heard)
    line.tell(channel, kind, value, **change)

    assert line.told == [(Word.KILL_STEWARD, GENERATION)]
    assert line.counts.heard == heard
    assert line.counts.lost == [
        (Discard, Reason.PIPE_BROKEN),
        (Outage, Reason.PIPE_BROKEN),
    ]
    assert not line.open
    line.line.hear()
    line.line.look()
    assert len(line.told) == 1


def test_noise_on_the_pipe_is_no_steward(line: Line) -> None:
    line.begin()
    os.write(line.out, bytes(range(256)))
    line.line.hear()
    assert line.told == [(Word.KILL_STEWARD, GENERATION)]


@pytest.mark.parametrize(("greeted", "patience_ms"), [(False, START_MS), (True, SILENT_MS)])
def test_a_steward_that_hangs_is_ended_and_its_outputs_expire(
    line: Line, *, greeted: bool, patience_ms: int
) -> None:
    line.begin()
    if greeted:
        line.tell(0, Kind.HELLO, GENERATION)
    line.now[0] += patience_ms
    line.line.look()
    assert line.told == []
    assert os.read(line.asked, 9) == b"\x07"  # the one bit is said all the while
    line.now[0] += 1
    line.line.look()
    assert line.told == [(Word.KILL_STEWARD, GENERATION)]
    assert line.counts.lost == [(Outage, Reason.STALLED)]
    line.line.look()
    assert len(line.told) == 1


def test_a_steward_that_ends_leaves_a_gap_and_the_next_one_is_heard(line: Line) -> None:
    line.begin()
    line.tell(0, Kind.HELLO, GENERATION)
    os.close(line.out)
    line.line.hear()
    assert line.counts.lost == [(Outage, Reason.SYSTEM_DOWN)]
    line.begin(GENERATION + 1)
    line.tell(0, Kind.HELLO, GENERATION + 1)
    assert line.counts.heard[-1] == ("hello", GENERATION + 1)
    assert line.told == []


def test_what_it_said_last_is_taken_before_it_is_gone(line: Line) -> None:
    line.begin()
    line.tell(0, Kind.HELLO, GENERATION)
    seen = Observation(seq=1, t_ms=NOW_MS, channel=about("water") + 1, kind=Kind.READING, value=7)
    os.write(line.out, seen.to_bytes())
    line.line.gone(Message(word=Word.STEWARD_GONE, generation=GENERATION - 1))  # an earlier one
    assert line.open
    line.line.gone(Message(word=Word.STEWARD_GONE, generation=GENERATION))
    assert line.counts.heard[-1] == ("water", Kind.READING, 7)
    assert line.counts.lost == [(Outage, Reason.SYSTEM_DOWN)]
    assert not line.open
