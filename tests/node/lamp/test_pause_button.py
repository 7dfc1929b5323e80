"""The button that pauses the camera, and the lamp that says that it was heard."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from edgekit.node import clock
from edgekit.node.clerking.bell import FOLDER, PRESENT
from edgekit.node.lamp.lamplighter import NOD_HALF_MS, NOD_LEVEL, NOD_MS
from edgekit.node.lamp.presence_line import NAME, PAUSED
from tests.node.lamp.test_lamplighter import LAMP, Bench, turned

WITH_BUTTON = replace(LAMP, pause_button=2)


def notes(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in (folder / FOLDER).glob("*.note")]


def test_each_press_is_one_wish_and_what_was_before_is_none(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    lighter = bench.lighter(WITH_BUTTON)
    turned(lighter)
    assert notes(tmp_path) == []
    bench.board.pause.presses += 3
    turned(lighter)
    turned(lighter)
    assert notes(tmp_path) == [PRESENT]
    lighter.close()


def test_a_board_without_it_and_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.board.pause = None
    lighter = bench.lighter()
    turned(lighter)
    lighter.close()
    other = Bench(tmp_path)
    lighter = other.lighter(WITH_BUTTON)
    turned(lighter)
    (tmp_path / FOLDER).write_bytes(b"")
    other.board.pause.presses += 1
    turned(lighter)
    assert any("cannot pause the camera" in word for word in other.said)
    lighter.close()


def test_the_lamp_nods_when_the_camera_is_paused_and_never_goes_dark(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1_000_000]
    monkeypatch.setattr(clock, "steady_ms", lambda: now[0])
    bench = Bench(tmp_path)
    lighter = bench.lighter()
    pipe = os.open(tmp_path / NAME, os.O_WRONLY | os.O_NONBLOCK)
    given = []
    for _ in range(2 * NOD_MS // NOD_HALF_MS):
        os.write(pipe, PAUSED)
        lighter.turn()
        given.append(bench.board.lamp.value)
        now[0] += NOD_HALF_MS
    half = NOD_MS // NOD_HALF_MS
    assert given[:half] == [NOD_LEVEL, 1.0] * (half // 2)
    assert set(given[half:]) == {1.0}
    os.close(pipe)
    lighter.close()
