"""OpenMetrics: a fixed set of series, whatever there is to tell."""

import re
from dataclasses import replace

from edgekit.consent.states import State
from edgekit.web.board import Board
from edgekit.web.openmetrics import metrics
from tests.web.square import CONDITION, NOW_S, a_board, a_site

LINE = re.compile(r'([a-z_]+)(\{[a-z]+="[^"]*"(?:,[a-z]+="[^"]*")*\})? (NaN|-?[0-9.]+)')


def series(text: str) -> dict[str, str]:
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    found = {}
    for line in lines:
        match = LINE.fullmatch(line)
        assert match, line
        found[f"{match[1]}{match[2] or ''}"] = match[3]
    assert len(found) == len(lines)
    return found


def test_what_is_told_stands_there_and_what_is_not_is_not_a_number(board: Board) -> None:
    text = metrics(board, NOW_S).decode()
    found = series(text)
    assert text.endswith("# EOF\n")
    assert found['edgekit_value{metric="line.gate.in",unit="count"}'] == "35"
    assert found['edgekit_value{metric="line.gate.out",unit="count"}'] == "NaN"
    assert found['edgekit_window{metric="line.gate.out",status="suppressed"}'] == "1"
    assert found['edgekit_window{metric="zone.square.people",status="gap"}'] == "1"
    assert found['edgekit_uptime_ratio{metric="line.gate.in"}'] == "1.00"
    assert found["edgekit_up"] == found["edgekit_seeing"] == "1"
    assert found["edgekit_records"] == "3"


def test_the_series_are_the_same_at_all_times(board: Board) -> None:
    empty, silent = Board(a_site()), a_board()
    paused = replace(CONDITION, state=State.PAUSED)
    before = series(metrics(board, NOW_S).decode())
    board.set_condition(paused, NOW_S)
    for one, now_s in ((empty, NOW_S), (silent, NOW_S + 60), (board, NOW_S)):
        assert series(metrics(one, now_s).decode()).keys() == before.keys()
    assert series(metrics(board, NOW_S).decode())["edgekit_seeing"] == "0"
    assert series(metrics(silent, NOW_S + 60).decode())["edgekit_up"] == "0"
