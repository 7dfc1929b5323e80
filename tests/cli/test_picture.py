"""The picture of a system's run: what was read, what was decided, and why."""

import struct
from datetime import UTC
from importlib import import_module
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

pytest.importorskip("matplotlib", reason="matplotlib absent: the extra plot")

from matplotlib.figure import Figure

from edgekit.cli.picture import MOST_LANES, MOST_REASONS, draw
from edgekit.cli.series import Adapter, Played, play
from edgekit.errors import ConfigError
from edgekit.systems.decision import Decision, Severity

T_MS = 1_780_300_800_000  # 2026-06-01 08:00 UTC


@pytest.fixture
def figures(monkeypatch: pytest.MonkeyPatch) -> list[Figure]:
    """What was drawn, with all its texts, before it became points of a picture."""
    drawn: list[Figure] = []
    save = Figure.savefig

    def kept(figure: Figure, *words: object, **more: object) -> None:
        save(figure, *words, **more)  # type: ignore[arg-type]  # -- handed on as they came
        drawn.append(figure)

    monkeypatch.setattr(Figure, "savefig", kept)
    return drawn


@pytest.fixture
def water_leak() -> Adapter:
    adapter: Adapter = import_module("edgekit.cli.city.water_leak").ADAPTER
    return adapter


def played(adapter: Adapter) -> Played:
    return play(adapter, adapter.example.encode(), adapter.card.settings(), None, None)


def texts(figure: Figure) -> list[str]:
    found = [text.get_text() for axes in figure.axes for text in axes.texts]
    return found + [axes.get_xlabel() for axes in figure.axes]


def test_it_says_why_by_the_clocks_of_the_place(water_leak: Adapter, figures: list[Figure]) -> None:
    run = played(water_leak)
    burst = next(one for one in run.decisions if one.what == "burst")

    data = draw(water_leak, run, ZoneInfo("Europe/Berlin"))

    told = texts(figures[0])
    assert any("01 Jun 03:50:00  burst: " in one for one in told)
    assert " ".join(burst.reason.split()) in "".join(told).replace("\n", " ")
    assert "2026-06-01, clocks of Europe/Berlin" in told
    assert struct.unpack(">I", data[16:20])[0] == 1210
    draw(water_leak, run, UTC)
    assert any("01 Jun 01:50:00  burst: " in one for one in texts(figures[1]))


def test_each_number_at_the_foot_stands_in_a_lane(
    water_leak: Adapter, figures: list[Figure]
) -> None:
    draw(water_leak, played(water_leak))

    *above, foot = figures[0].axes
    numbers = [text.get_text().split()[0] for text in foot.texts if text.get_text()[0].isdigit()]
    assert numbers == [str(n) for n in range(1, len(numbers) + 1)]
    assert sorted(text.get_text() for text in above[-1].texts) == sorted(numbers)


def test_the_gravest_come_first_and_no_more_than_can_be_read(
    water_leak: Adapter, figures: list[Figure]
) -> None:
    decisions = [Decision(t_ms=T_MS + n, what=f"kind{n}", reason="so") for n in range(40)]
    decisions.append(
        Decision(t_ms=T_MS + 99, what="grave", reason="$x^2$", severity=Severity.ALARM)
    )

    draw(water_leak, Played(state=None, readings=0, decisions=tuple(decisions), curves={
        curve.name: ([], []) for curve in water_leak.curves
    }))  # fmt: skip

    lanes, foot = figures[0].axes
    names = [label.get_text() for label in lanes.get_yticklabels()]
    assert (names[0], len(names)) == ("grave", MOST_LANES)
    assert len(foot.texts) == MOST_REASONS
    assert foot.texts[-1].get_text().endswith("grave: $x^2$")


def test_seconds_of_a_recording_are_no_dates(water_leak: Adapter, figures: list[Figure]) -> None:
    decision = Decision(t_ms=2500, what="seen", reason="somebody")
    curves: dict[str, tuple[list[int], list[float]]] = {
        curve.name: ([1000, 9000], [1.0, 2.0]) for curve in water_leak.curves
    }

    draw(water_leak, Played(state=None, readings=2, decisions=(decision,), curves=curves))

    assert "seconds" in texts(figures[0])
    assert "1  2.5 s  seen: somebody" in texts(figures[0])


def test_nothing_is_no_picture(water_leak: Adapter, tmp_path: Path) -> None:
    curves: dict[str, tuple[list[int], list[float]]] = {c.name: ([], []) for c in water_leak.curves}
    with pytest.raises(ConfigError, match="nothing to draw"):
        draw(water_leak, Played(state=None, readings=0, decisions=(), curves=curves))
    assert list(tmp_path.iterdir()) == []
