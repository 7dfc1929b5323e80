"""A hand count while it is made: pure state."""

import csv
import io

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from edgekit.errors import ConfigError
from edgekit.evaluation.diary import Diary
from edgekit.evaluation.handcount import read_counts
from edgekit.evaluation.tallying import HEADER, Cells, Tally, parse_keys

KEYS = parse_keys("a=door.in,l=door.out,b=road.bicycle.in,e=square.enter,x=square.leave")


def diary(rows: list[Cells]) -> Diary:
    text = io.StringIO()
    csv.writer(text).writerows([HEADER, *rows])
    found = read_counts(text.getvalue().encode()).diary
    assert found is not None
    return found


class HandCount(RuleBasedStateMachine):
    """What the file says is what the person saw, whatever keys are pressed in whatever order."""

    def __init__(self) -> None:
        super().__init__()
        self.now_ms = 0
        self.tally, rows = Tally(keys=KEYS, before={}).start(0)
        self.rows = list(rows)

    def keep(self, after: tuple[Tally, tuple[Cells, ...]]) -> None:
        self.tally = after[0]
        self.rows += after[1]

    @rule(sign=st.sampled_from("albex?"), wait_ms=st.integers(0, 5_000))
    def press(self, sign: str, wait_ms: int) -> None:
        self.now_ms += wait_ms
        self.keep(self.tally.press(sign, self.now_ms))

    @rule()
    def undo(self) -> None:
        self.keep(self.tally.undo())

    @rule(wait_ms=st.integers(0, 5_000))
    def pause(self, wait_ms: int) -> None:
        self.now_ms += wait_ms
        self.keep(self.tally.pause(self.now_ms))

    @invariant()
    def file_agrees(self) -> None:
        found = diary(self.rows)
        for sign, metric in (("a", "line.door.in"), ("b", "line.road.bicycle.in")):
            counted = sum(
                {"count": 1, "undo": -1}[entry.mark]
                for entry in found.entries
                if entry.metric == metric and entry.mark in ("count", "undo")
            )
            assert counted == self.tally.count(sign)
        assert self.tally.inside("square") >= 0

    def teardown(self) -> None:
        _, rows = self.tally.end(self.now_ms + 1)
        found = diary([*self.rows, *rows])
        for metric in found.metrics():
            found.spans(metric)
            list(found.binned(metric, [(0, self.now_ms + 1)]))


HandCount.TestCase.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
TestHandCount = HandCount.TestCase


def test_a_count_that_is_paused_or_over_counts_nothing() -> None:
    tally = Tally(keys=KEYS, before={"a": 3})
    assert tally.press("a", 1) == (tally, ())
    tally, begun = tally.start(0)
    assert [row[1:5] for row in begun[:2]] == [
        ("begin", "door", "", "in"),
        ("begin", "door", "", "out"),
    ]
    tally, _ = tally.pause(5)
    assert tally.press("a", 6) == (tally, ())
    tally, _ = tally.pause(7)
    tally, _ = tally.press("a", 8)
    assert (tally.count("a"), tally.count("a", 8), tally.count("a", 9)) == (4, 1, 0)
    tally, ended = tally.end(9)
    assert [row[1] for row in ended] == ["end"]
    for after in (tally.end(10), tally.undo(), tally.pause(11), tally.press("a", 12)):
        assert after == (tally, ())


def test_a_pause_is_an_end_too() -> None:
    tally, _ = Tally(keys=KEYS, before={}).start(0)
    tally, _ = tally.pause(5)

    assert tally.end(9)[1] == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "0 keys"),
        ("a", "expected KEY=LINE.in"),
        ("a=door", "expected KEY=LINE.in"),
        ("ab=door.in", "expected KEY=LINE.in"),
        ("a=door.up", "expected one of in, out"),
        ("a=door.bike.in", "expected one of in, out"),
        ("a=door.car.bus.in", "expected one of in, out"),
        ("q=door.in", "'q' ends"),
        ("+=door.in", "'+' speeds up"),
        ("a=door.in,a=door.out", "counts two things"),
        ("a=door.in,b=door.in", "two keys count door in"),
        ("a=Door.in", "line name"),
        ("a=dor.in", "no line 'dor'"),
        ("a=square.in", "no line 'square'"),
        ("a=door.enter", "no zone 'door'"),
    ],
)
def test_keys_that_mean_nothing_are_named(text: str, words: str) -> None:
    with pytest.raises(ConfigError) as error:
        parse_keys(text, lines=["door", "gate"], zones=["square"])
    assert words in str(error.value)


def test_keys_for_an_unknown_place_may_be_called_anything() -> None:
    (key,) = parse_keys(" b=road.bicycle.out ")

    assert (key.sign, key.line, key.what, key.words) == ("b", "road", "bicycle", "road bicycle out")
