"""Stays, waits and people in the rendered plaza's zone, against what really happened there."""

from collections.abc import Iterator

import numpy as np
import pytest

from edgekit.frames import Track
from edgekit.geometry import Ground
from edgekit.perception.queue import STAND_MS
from edgekit.perception.zone import PolygonZone, ZoneStep
from edgekit.testing.cast import Schedule
from edgekit.testing.pinhole import project
from edgekit.testing.truth import DEFAULT_ZONE, PlazaTruth, truth_of

FPS, SECONDS, BODY_M = 10, 90, 1.7
GROUND = Ground(
    ((160, 440), (480, 440), (425, 215), (215, 215)), ((0, 0), (400, 0), (500, 900), (-100, 900))
)


class Watched:
    """A zone shown the true places of everybody, with the faults that a tracker has."""

    def __init__(
        self, seed: int, *, jitter: float = 0.0, unseen: float = 0.0, renamed: int = 0
    ) -> None:
        # Nobody new for the last 30 s, so that all stays end.
        self.schedule = Schedule(np.random.default_rng(seed), seconds=SECONDS - 30, start_empty_s=1)
        self.rng = np.random.default_rng(seed)
        self.jitter, self.unseen, self.renamed = jitter, unseen, renamed
        zone = PolygonZone(DEFAULT_ZONE, ground=GROUND)
        self.steps: list[ZoneStep] = [
            zone.update(list(self._tracks(index)), round(index * 1000 / FPS))
            for index in range(SECONDS * FPS)
        ]

    @property
    def truth(self) -> PlazaTruth:
        return truth_of(self.schedule, seconds=SECONDS, fps=FPS)

    @property
    def stays_s(self) -> list[float]:
        return [stay.dwell_ms / 1000 for step in self.steps for stay in step.stays]

    @property
    def waits_s(self) -> list[float]:
        return [ms / 1000 for step in self.steps for ms in step.waits]

    def _tracks(self, index: int) -> Iterator[Track]:
        for walker, pose in self.schedule.present(index / FPS):
            age = index - round(walker.start_s * FPS) + 1
            term = age // self.renamed if self.renamed else 0
            x, y = project(pose.right_m, pose.far_m)
            body = y - project(pose.right_m, pose.far_m, BODY_M)[1]
            x, y = (
                x + self.jitter * body * self.rng.normal(),
                y + self.jitter * body * self.rng.normal(),
            )
            yield Track(
                tracker_id=1000 * self.schedule.walkers.index(walker) + term,
                xyxy=(x - 0.2 * body, y - body, x + 0.2 * body, y),
                class_id=0,
                seen=bool(self.rng.random() >= self.unseen),
                age_frames=age - term * self.renamed if term else age,
            )


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_true_places_give_every_stay_to_the_frame(seed: int) -> None:
    watched = Watched(seed)
    truth = [visit.left_s - visit.came_s for visit in watched.truth.visits]
    assert sorted(watched.stays_s) == pytest.approx(sorted(truth), abs=1.01 / FPS)
    occupancy = [step.people for step in watched.steps]
    assert np.mean(occupancy) == pytest.approx(np.mean(watched.truth.occupancy), abs=0.03)
    assert abs(np.subtract(occupancy, watched.truth.occupancy)).mean() < 0.3


@pytest.mark.parametrize("seed", [21, 22, 23])
def test_jitter_and_missed_frames_lose_and_double_nobody(seed: int) -> None:
    watched = Watched(seed, jitter=0.02, unseen=0.15)
    truth = [visit.left_s - visit.came_s for visit in watched.truth.visits]
    assert len(watched.stays_s) == len(truth)
    assert sum(watched.stays_s) == pytest.approx(sum(truth), rel=0.03)


@pytest.mark.parametrize("seed", [31, 32, 33])
def test_a_tracker_that_renames_everybody_every_two_seconds_makes_hardly_more_stays(
    seed: int,
) -> None:
    watched = Watched(seed, jitter=0.01, renamed=2 * FPS)
    truth = [visit.left_s - visit.came_s for visit in watched.truth.visits]
    assert abs(len(watched.stays_s) - len(truth)) <= 0.1 * len(truth) + 1
    assert sum(watched.stays_s) == pytest.approx(sum(truth), rel=0.1)


def test_whoever_stood_long_enough_waited_so_long() -> None:
    """Within a second: a leg of half a metre before and after belongs to neither."""
    found, true = [], []
    for seed in range(41, 46):
        watched = Watched(seed)
        found += watched.waits_s
        true += [visit.stood_s for visit in watched.truth.visits]
    long = sum(stood_s > STAND_MS / 1000 for stood_s in true)
    assert long >= 3
    assert long <= len(found) <= sum(stood_s > STAND_MS / 1000 - 1 for stood_s in true)
    best = sorted(true)[-len(found) :]
    assert sorted(found) == pytest.approx([stood_s + 0.5 for stood_s in best], abs=0.8)
