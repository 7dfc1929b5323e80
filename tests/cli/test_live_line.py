"""What the demo shows while it runs, and when it gives up."""

import json
from pathlib import Path

import pytest

from edgekit.cli.live_line import BLIND_S, LiveLine
from edgekit.errors import SensorError
from edgekit.node.status import CLERK


class StoppedNode:
    """As much of a node as the line knows."""

    def __init__(self) -> None:
        self.stops = 0

    def stop(self) -> None:
        self.stops += 1


def test_who_never_sees_is_stopped_and_told_why(tmp_path: Path) -> None:
    now_s, node = [0.0], StoppedNode()
    line = LiveLine(tmp_path, until_s=None, clock_s=lambda: now_s[0])
    line.hear("2026-11-27T03:35:50Z supervisor info: node starting")
    line.hear("2026-11-27T03:35:50Z supervisor warning: clerk ended with code 1")
    now_s[0] = BLIND_S - 1.0
    line.tick(node)  # type: ignore[arg-type]  # -- a stand-in
    assert node.stops == 0
    now_s[0] = BLIND_S + 1.0
    line.tick(node)  # type: ignore[arg-type]  # -- a stand-in
    assert node.stops == 1
    with pytest.raises(SensorError, match="clerk ended with code 1") as caught:
        line.end()
    assert "node.log" in str(caught.value.hint)


def test_who_has_seen_once_goes_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    now_s, node = [0.0], StoppedNode()
    line = LiveLine(tmp_path, until_s=None, clock_s=lambda: now_s[0])
    (tmp_path / CLERK).write_text(json.dumps({"live": {"frames_per_s": 15, "people": 3}}))
    now_s[0] = 11.0
    line.tick(node)  # type: ignore[arg-type]  # -- a stand-in
    now_s[0] = 10.0 * BLIND_S
    line.tick(node)  # type: ignore[arg-type]  # -- a stand-in
    line.end()
    assert node.stops == 0
    assert "people  3" in capsys.readouterr().err
