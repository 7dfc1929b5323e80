"""The synthetic crowd: the same pixels every time, and a truth that agrees with what is drawn."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from edgekit.errors import ConfigError, SensorError
from edgekit.frames import Frame
from edgekit.testing.crowd import CrowdScene, Place, Shot
from edgekit.testing.onlooker import Flaws, Onlooker
from edgekit.testing.throng import AREA_M2, EMPTY_S, People, Throng
from edgekit.testing.wardrobe import Wardrobe
from edgekit.testing.weather import STEP_S, Lens, Weather

PLAIN = Weather(noise=0.0)


@pytest.fixture(scope="module")
def wardrobe() -> Wardrobe:
    return Wardrobe.of(np.random.default_rng(0))


def people(throng: Throng, *, seed: int = 1, seconds: float = 60.0) -> People:
    return People(np.random.default_rng(seed), throng, seconds=seconds)


def test_the_same_time_gives_the_same_picture_in_any_order(wardrobe: Wardrobe) -> None:
    weather = Weather(shake_px=3, rain=0.01, light_swing=0.1)
    scenes = [CrowdScene(seed=seed, weather=weather, wardrobe=wardrobe) for seed in (1, 1, 2)]
    first = scenes[0].shot(20.0)
    scenes[1].shot(31.0)
    again, other = scenes[1].shot(20.0), scenes[2].shot(20.0)
    assert np.array_equal(first.pixels, again.pixels)
    assert np.array_equal(first.xyxy, again.xyxy)
    assert not np.array_equal(first.pixels, other.pixels)
    assert first.pixels.shape == (240, 320, 3)
    assert first.pixels.dtype == np.uint8


@pytest.mark.parametrize("density", [0.05, 0.3, 2.0])
@pytest.mark.parametrize("throng", [Throng(), Throng(abreast=3), Throng(stand_s=20)])
def test_the_pavement_is_as_full_as_asked_for(throng: Throng, density: float) -> None:
    asked = replace(throng, density_per_m2=density)
    crowds = [people(asked, seed=seed, seconds=asked.fill_s + 60) for seed in range(4)]
    times_s = np.arange(asked.fill_s, asked.fill_s + 60, 4.0)
    inside = [
        sum(abs(pose.right_m) < pose.far_m * 4 / 7 for _, _, pose in crowd.present(t_s))
        for crowd in crowds
        for t_s in times_s
    ]
    assert np.mean(inside) / AREA_M2 == pytest.approx(density, rel=0.25)


def test_nobody_is_there_at_first_and_then_both_ways_are_walked() -> None:
    walkers = people(Throng(density_per_m2=0.5))
    assert not walkers.present(EMPTY_S)
    assert min(walkers.crossings(60.0)) > 5
    assert walkers.crossings(EMPTY_S) == (0, 0)


def test_crossings_are_changes_of_side_of_the_line(wardrobe: Wardrobe) -> None:
    """Counted from the feet that are drawn, independently of how the truth finds passages."""
    scene = CrowdScene(
        seed=3, seconds=24, throng=Throng(density_per_m2=0.2), weather=PLAIN, wardrobe=wardrobe
    )
    counts, side = {True: 0, False: 0}, dict[int, bool]()
    for t_s in np.arange(0, 24, 0.1):
        shot = scene.shot(float(t_s))
        for number, whole, right in zip(shot.number, shot.whole, shot.in_zone, strict=True):
            if whole and side.setdefault(int(number), bool(right)) != right:
                counts[bool(right)] += 1
                side[int(number)] = bool(right)
    assert (counts[True], counts[False]) == scene.people.crossings(24)


def test_a_box_holds_the_pixels_of_its_person(wardrobe: Wardrobe) -> None:
    scene = CrowdScene(seed=2, throng=Throng(density_per_m2=0.3), weather=PLAIN, wardrobe=wardrobe)
    empty, shot = scene.shot(0.0).pixels.astype(int), scene.shot(20.0)
    changed = np.abs(shot.pixels - empty).sum(axis=2) > 40
    inside = np.zeros_like(changed)
    boxes = np.clip(shot.xyxy.astype(int), 0, None)
    for (x1, y1, x2, y2), visible in zip(boxes, shot.visible, strict=True):
        inside[y1:y2, x1:x2] = True
        assert visible < 0.9 or changed[y1:y2, x1:x2].mean() > 0.2
    assert changed.sum() > 2000
    assert (changed & ~inside).sum() < 0.02 * changed.sum()


def test_who_is_hidden_is_less_visible(wardrobe: Wardrobe) -> None:
    alone = CrowdScene(seed=1, throng=Throng(density_per_m2=0.03), wardrobe=wardrobe)
    abreast = CrowdScene(seed=1, throng=Throng(abreast=4), wardrobe=wardrobe)
    behind = CrowdScene(seed=1, place=Place(pillar_m=2), wardrobe=wardrobe)

    def worst(scene: CrowdScene) -> float:
        shots = [scene.shot(float(t_s)) for t_s in np.arange(8, 40, 0.5)]
        return min(float(shot.visible[shot.whole].min(initial=1.0)) for shot in shots)

    assert worst(alone) > 0.6
    assert worst(abreast) < 0.3
    assert worst(behind) == 0


def test_a_shadow_darkens_the_ground_and_is_nobody(wardrobe: Wardrobe) -> None:
    shots = [
        CrowdScene(seed=1, weather=PLAIN, place=place, wardrobe=wardrobe).shot(20.0)
        for place in (Place(), Place(shadow=2, shadow_dark=0.6))
    ]
    darker = shots[0].pixels.astype(int) - shots[1].pixels
    assert np.array_equal(shots[0].xyxy, shots[1].xyxy)
    assert darker.min() >= -1
    assert (darker.max(axis=2) > 40).sum() > 200


def test_light_steps_and_swings_as_said() -> None:
    step, swing = Weather(light_step=2), Weather(light_swing=0.1)
    assert [step.gain(t_s) for t_s in (0, STEP_S, 2 * STEP_S, 3 * STEP_S)] == [1, 2, 1, 0.5]
    rates = [np.log(swing.gain(t + 0.1) / swing.gain(t)) * 10 for t in np.arange(0, 20, 0.1)]
    assert max(rates) == pytest.approx(0.1, rel=0.01)


def test_rain_noise_and_sway_are_as_strong_as_said() -> None:
    gray = np.full((248, 336, 3), 100, np.uint8)
    kinds = (Weather(noise=9), Weather(noise=0, rain=0.05), Weather(shake_px=4))
    noisy, rainy, shaken = (
        Lens(np.random.default_rng(1), kind, size=(320, 240), margin=(8, 4)) for kind in kinds
    )
    picture = noisy.picture(gray, 1.0).astype(float)
    assert picture.std() == pytest.approx(9, rel=0.05)
    assert picture.mean() == pytest.approx(100, abs=0.6)
    assert (rainy.picture(gray, 1.0) > 104).mean() == pytest.approx(0.045, rel=0.3)
    reach = max(abs(shaken.sway(t_s)[0]) for t_s in np.arange(0, 60, 0.03))
    assert 1.2 < reach <= 2.0


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        (Throng, {"density_per_m2": 0}),
        (Throng, {"speed_m_s": 50}),
        (Throng, {"abreast": 0}),
        (Throng, {"stand_s": -1}),
        (Weather, {"rain": 0.5}),
        (Weather, {"noise": -1}),
        (Weather, {"light_step": 0.5}),
        (Place, {"pillar_m": 9}),
        (CrowdScene, {"seed": 1, "seconds": 0}),
        (CrowdScene, {"seed": 1, "width": 321}),
    ],
)
def test_what_makes_no_scene_is_refused(
    kind: Callable[..., object], wrong: dict[str, float]
) -> None:
    with pytest.raises(ConfigError, match="expected"):
        kind(**wrong)


def shot_of(boxes: list[tuple[int, int, int, int]], visible: list[float]) -> Shot:
    count = len(boxes)
    return Shot(
        pixels=np.zeros((240, 320, 3), np.uint8),
        xyxy=np.array(boxes, np.float32).reshape(-1, 4),
        number=np.arange(count),
        visible=np.array(visible, np.float32),
        whole=np.ones(count, np.bool_),
        in_zone=np.zeros(count, np.bool_),
    )


def looked(shot: Shot, flaws: Flaws, frames: int = 400) -> list[int]:
    onlooker = Onlooker(seed=5, flaws=flaws)
    onlooker.shot = shot
    return [len(onlooker.detect(Frame(shot.pixels, 100 * i, i))) for i in range(frames)]


def test_an_onlooker_misses_as_many_as_said_and_nobody_hidden() -> None:
    apart = [(40 * n, 50, 40 * n + 20, 100) for n in range(7)]
    none = Flaws(ghosts=0, jitter=0)
    clear = looked(shot_of(apart, [1.0] * 7), none)
    assert np.mean(clear) / 7 == pytest.approx(0.95, abs=0.03)
    assert not any(looked(shot_of(apart, [0.15] * 7), none))
    half = looked(shot_of(apart, [0.4] * 7), none)
    assert np.mean(half) / 7 == pytest.approx(0.475, abs=0.05)


def test_an_onlooker_sees_one_where_two_boxes_lie_over_each_other() -> None:
    two = shot_of([(40, 50, 60, 100), (42, 50, 62, 100)], [1.0, 1.0])
    assert max(looked(two, Flaws(ghosts=0, jitter=0))) == 1


def test_an_onlooker_sees_ghosts_and_needs_a_shot() -> None:
    assert np.mean(looked(shot_of([], []), Flaws(ghosts=0.5))) == pytest.approx(0.5, abs=0.15)
    with pytest.raises(SensorError, match="without a shot"):
        Onlooker(seed=1).detect(Frame(np.zeros((4, 4, 3), np.uint8), 0, 0))
