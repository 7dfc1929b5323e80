import itertools
from pathlib import Path

import numpy as np
import pytest

from edgekit.errors import ConfigError, SensorError
from edgekit.frames import Frame
from edgekit.geometry import Ground, Line, Zone
from edgekit.node.pictures.heat_map import HeatMap
from edgekit.node.trying.counting import count, open_spec
from edgekit.records import Health
from edgekit.testing.plaza import DEFAULT_LINE, DEFAULT_ZONE, PlazaSource

SIZE = (320, 240)
WALL = np.random.default_rng(0).integers(60, 200, (240, 320, 3)).astype(np.uint8)


class Walk:
    """One figure that walks down through the picture, again and again; closes like a source."""

    size = SIZE
    fps = 10.0
    live = False

    def __init__(self, frames: int) -> None:
        self._frames = iter(range(frames))
        self.closed = False

    def read(self) -> Frame | None:
        index = next(self._frames, None)
        if index is None:
            return None
        pixels = WALL + np.random.default_rng(index).integers(0, 4, WALL.shape, np.uint8)
        y = 4 * (index - 10) % 240
        if index > 10:
            pixels[y : y + 60, 140:165] = (20, 20, 220)
        return Frame(pixels, 1_000_000 + 100 * index, index)

    def close(self) -> None:
        self.closed = True


LINE = Line("door", (20, 120), (300, 120))


def test_each_frame_gives_a_step_and_the_source_is_closed() -> None:
    source = Walk(70)
    steps = list(count(source, lines=[LINE], zones=[Zone("all", ((0, 0), (320, 0), (320, 240)))]))
    assert len(steps) == 70
    assert steps[0].t_ms == 0
    assert steps[-1].t_ms == 6900
    assert steps[-1].lines == ((1, 0),)
    assert (steps[-1].in_count, steps[-1].out_count) == (1, 0)
    assert max(step.occupancy[0] for step in steps) == 1
    assert {step.health for step in steps} == {Health.GOOD}
    assert source.closed


def test_a_known_ground_gives_people_per_square_metre() -> None:
    corners = ((40, 230), (280, 230), (220, 40), (100, 40))
    ground = Ground.rectangle(corners, width_cm=500, depth_cm=800)
    zone = Zone("all", corners)
    steps = list(count(Walk(40), zones=[zone], ground=ground))
    densities = [step.density_per_m2[0] for step in steps]
    assert densities == pytest.approx([step.occupancy[0] / 40 for step in steps])
    assert max(step.occupancy[0] for step in steps) == 1
    assert [step.zones[0].people for step in steps] == [step.occupancy[0] for step in steps]
    (step, *_) = count(Walk(1), zones=[zone])
    assert step.density_per_m2 == (None,)


def test_a_heat_map_is_shown_every_frame() -> None:
    heat_map = HeatMap(SIZE)
    assert len(list(count(Walk(60), lines=[LINE], heat_map=heat_map))) == 60
    assert 0 < heat_map.most_s < 5


def test_a_source_left_early_is_closed() -> None:
    source = Walk(70)
    steps = count(source, lines=[LINE])
    list(itertools.islice(steps, 3))
    steps.close()
    assert source.closed


def test_nothing_to_count_says_what_to_draw() -> None:
    source = Walk(1)
    with pytest.raises(ConfigError, match="nothing to count") as caught:
        next(count(source))
    assert "160,240,160,0" in str(caught.value.hint)
    assert source.closed


def test_a_line_outside_the_picture_is_refused() -> None:
    with pytest.raises(ConfigError, match="outside the picture"):
        next(count(Walk(1), lines=[Line("door", (0, 0), (900, 0))]))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SensorError, match="does not exist"):
        next(count(tmp_path / "none.mp4", lines=[LINE]))


def test_the_plaza_opens_by_name() -> None:
    source = open_spec("plaza")
    assert source.size == (640, 480)
    assert not source.live
    source.close()


def test_the_plaza_counts_close_to_its_truth() -> None:
    source = PlazaSource(seed=4, fps=10, seconds=40, clock_ms=lambda: 0, realtime=False)
    truth = source.truth()
    *_, last = count(source, lines=[DEFAULT_LINE], zones=[DEFAULT_ZONE])
    assert abs(last.in_count - truth.in_count) <= 2
    assert abs(last.out_count - truth.out_count) <= 2
