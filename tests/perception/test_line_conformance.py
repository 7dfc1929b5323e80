"""Scenes of every sort, drawn at random, with known truth: counted exactly, at every band."""

import pytest
from crossings import WAYS, make, run

SEEDS = range(8)
BANDS_PX = (8, 16)


@pytest.mark.parametrize("name", WAYS)
def test_every_scene_counts_what_really_happened(name: str) -> None:
    wrong = []
    for seed in SEEDS:
        scene = make(name, seed)
        for band_px in BANDS_PX:
            counted = run(scene, band_px=band_px, follow=False)
            if counted != scene.expected:
                wrong.append((seed, band_px, counted, scene.expected))

    assert not wrong


@pytest.mark.parametrize("name", [name for name in WAYS if make(name, 0).follow])
def test_the_same_behind_the_tracker(name: str) -> None:
    wrong = []
    for seed in SEEDS:
        scene = make(name, seed)
        for band_px in BANDS_PX if scene.follow else ():
            counted = run(scene, band_px=band_px, follow=True)
            if counted != scene.expected:
                wrong.append((seed, band_px, counted, scene.expected))

    assert not wrong


def test_the_scenes_are_of_every_sort() -> None:
    scenes = [make(name, seed) for name in WAYS for seed in SEEDS]

    assert {scene.fps for scene in scenes} >= {2, 10, 60}
    assert {scene.expected[0] > 0 for scene in scenes} == {True, False}
    assert any(scene.step_px > scene.width_px for scene in scenes)
