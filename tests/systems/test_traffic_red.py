"""Passages beside the signal: only who surely was on red is counted, whatever comes late."""

import itertools
import random
from dataclasses import replace

import pytest

from edgekit.records import Aspect
from edgekit.systems.traffic_red import (
    HOLD_MS,
    Counted,
    Known,
    Passage,
    State,
    Word,
    begin,
    hear,
    passed,
    settle,
)
from edgekit.systems.traffic_signal import Signal

RULES = Signal(line="stop", lag_ms=0)
START = 1_900_000_000_000
CAR, WALKER = 3, 4


def play(
    aspects: list[tuple[int, Aspect]],
    passages: list[tuple[int, int]],
    *,
    until: int,
    late_ms: int = 0,
    rules: Signal = RULES,
) -> list[Word]:
    """Let time pass; words of the signal come each second and when it changes."""
    state, words = begin(rules), list[Word]()
    for t_ms in range(0, until, 100):
        at = t_ms - late_ms
        shown = [aspect for since, aspect in aspects if since <= at]
        changes = any(at - 100 < since <= at for since, _ in aspects)
        if shown and (changes or not at % 1000):
            state = hear(state, START + at, shown[-1])
        for moment, way in passages:
            if t_ms <= moment + late_ms < t_ms + 100:
                state = passed(state, Passage(t_ms=START + moment, way=way, count=1))
        state, told = settle(state, START + t_ms)
        words += told
    return words


def on_red(words: list[Word], way: int = CAR) -> int:
    return sum(one.count for one in words if isinstance(one, Counted) and one.way == way)


CYCLE = [(0, Aspect.GREEN), (20_000, Aspect.AMBER), (23_000, Aspect.RED), (53_000, Aspect.GREEN)]


@pytest.mark.parametrize("late_ms", [0, 700, 1_300])
@pytest.mark.parametrize(
    ("moment", "counts"),
    [
        (19_000, 0),
        (22_900, 0),  # on amber
        (23_400, 0),  # within the grace time
        (23_600, 1),
        (40_000, 1),
        (52_400, 1),
        (52_600, 0),  # so near to green that it may have been green
        (53_100, 0),
    ],
)
def test_only_who_surely_was_on_red_counts(moment: int, counts: int, late_ms: int) -> None:
    assert on_red(play(CYCLE, [(moment, CAR)], until=70_000, late_ms=late_ms)) == counts


def test_each_way_and_class_is_told_once_the_red_is_over() -> None:
    words = play(CYCLE, [(30_000, CAR), (31_000, CAR), (32_000, WALKER)], until=70_000)
    counted = [one for one in words if isinstance(one, Counted)]
    assert {(one.way, one.count) for one in counted} == {(CAR, 2), (WALKER, 1)}
    # No time of anybody: only that of the light.
    assert {one.t_ms - START for one in counted} == {53_000}


@pytest.mark.parametrize(
    ("last", "counts"),
    [(Aspect.GREEN, 1), (Aspect.UNKNOWN, 1), (Aspect.FALSE, 0)],
)
def test_a_red_that_proves_to_have_stood_is_not_told(last: Aspect, counts: int) -> None:
    words = play([*CYCLE[:3], (53_000, last)], [(40_000, CAR)], until=70_000)
    assert on_red(words) == counts


def test_a_signal_that_falls_silent_is_unknown_since_its_last_word() -> None:
    state = begin(RULES)
    words = list[Word]()
    for t_ms in range(0, 20_000, 100):
        if t_ms <= 5_000:
            state = hear(state, START + t_ms, Aspect.RED)
        if t_ms == 12_000:
            state = passed(state, Passage(t_ms=START + t_ms, way=CAR, count=1))
        state, told = settle(state, START + t_ms)
        words += told
    assert words == [Known(t_ms=START, known=True), Known(t_ms=START + 5_000, known=False)]


def test_a_change_that_a_steward_missed_accuses_nobody() -> None:
    """It begins anew for two seconds, in which red ends: both sides of that are not known."""
    state, words = begin(RULES), list[Word]()
    for t_ms in range(0, 20_000, 100):
        if not 10_000 < t_ms < 12_000:
            state = hear(state, START + t_ms, Aspect.RED if t_ms < 12_000 else Aspect.GREEN)
        if t_ms in (9_000, 11_500):  # the light changed at 10.5 s
            state = passed(state, Passage(t_ms=START + t_ms, way=CAR, count=1))
        state, told = settle(state, START + t_ms)
        words += told
    assert on_red(words) == 1
    known = [one for one in words if isinstance(one, Known)]
    assert [(one.t_ms - START, one.known) for one in known[1:]] == [(10_000, False), (12_000, True)]


@pytest.mark.parametrize("leap_ms", [-3_600_000, -2_000, 3_600_000])
def test_a_clock_that_leaps_drops_what_was_held(leap_ms: int) -> None:
    state = begin(RULES)
    for t_ms in range(0, 10_000, 100):
        state = hear(state, START + t_ms, Aspect.RED)
        state, _ = settle(state, START + t_ms)
    state = passed(state, Passage(t_ms=START + 9_900, way=CAR, count=1))
    now_ms = START + 10_000 + leap_ms
    state, words = settle(state, now_ms)
    assert words == (Known(t_ms=now_ms - HOLD_MS, known=False),)
    assert state == replace(begin(RULES), settled_ms=now_ms - HOLD_MS)
    for more_ms in range(100, 3_000, 100):  # and it goes on by the new time
        state = hear(state, now_ms + more_ms, Aspect.GREEN)
        state, words = settle(state, now_ms + more_ms)
    assert state.known


def test_nothing_is_kept_but_what_is_not_judged_yet() -> None:
    state = begin(RULES)
    for t_ms in range(0, 600_000, 100):
        aspect = Aspect.RED if t_ms % 1_000 < 500 else Aspect.GREEN
        state = hear(state, START + t_ms, aspect)
        state = passed(state, Passage(t_ms=START + t_ms, way=CAR, count=1))
        state, _ = settle(state, START + t_ms)
        assert len(state.waiting) <= 22
        assert len(state.changes) <= 4


def simulated(seed: int) -> tuple[int, int, int]:
    """Return how many were counted on red, and how many really were: at least, and at most."""
    dice = random.Random(seed)
    aspects, t_ms = list[tuple[int, Aspect]](), 0
    while t_ms < 200_000:
        aspects += [
            (t_ms, Aspect.GREEN),
            (t_ms + 15_000, Aspect.AMBER),
            (t_ms + 18_000, Aspect.RED),
        ]
        t_ms += 18_000 + dice.randrange(8_000, 40_000, 100)
    aspects.append((t_ms, Aspect.GREEN))
    truth = [dice.randrange(t_ms) for _ in range(60)]
    told = [(moment + dice.randint(-300, 300), CAR) for moment in truth]
    words = play(aspects, told, until=t_ms + 20_000, late_ms=dice.randrange(0, 1_000, 100))
    reds = [(a, b) for (a, one), (b, _) in itertools.pairwise(aspects) if one is Aspect.RED]
    surely = sum(any(a + 800 <= moment <= b - 800 for a, b in reds) for moment in truth)
    really = sum(any(a <= moment <= b for a, b in reds) for moment in truth)
    return on_red(words), surely, really


@pytest.mark.parametrize("seed", range(4))
def test_a_junction_is_never_accused_of_more_than_there_was(seed: int) -> None:
    counted, surely, really = simulated(seed)
    assert surely <= counted <= really


def test_what_is_held_is_bounded() -> None:
    state = begin(RULES)
    for number in range(2_000):
        state = passed(state, Passage(t_ms=START + number, way=CAR, count=1))
        state = hear(state, START + number, Aspect.RED if number % 2 else Aspect.GREEN)
    assert isinstance(state, State)
    assert len(state.waiting) == len(state.changes) == 512
