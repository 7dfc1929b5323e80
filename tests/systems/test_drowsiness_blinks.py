"""Blinks from the eye aspect ratio, and how a window of them is weighed."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.errors import ConfigError
from edgekit.systems.drowsiness_blinks import Eye, Numbers, Watch, eye_aspect_ratio, follow
from edgekit.systems.drowsiness_model import Reference, drowsiness

EYE = Eye(open_ear=0.30, closed_ear=0.10)


def followed(ears: list[float], *, every_ms: int = 40) -> list[Numbers]:
    watch, found = Watch(), []
    for number, ear in enumerate(ears):
        watch, blink = follow(EYE, watch, t_ms=number * every_ms, ear=ear)
        found += [blink] if blink is not None else []
    return found


def test_the_ratio_of_an_eye_of_two_by_six() -> None:
    points = [(0.0, 0.0), (2.0, 1.0), (4.0, 1.0), (6.0, 0.0), (4.0, -1.0), (2.0, -1.0)]

    assert eye_aspect_ratio(points) == pytest.approx(4 / 12)


@pytest.mark.parametrize("points", [[(0.0, 0.0)] * 6, [(0.0, 0.0), (1.0, 0.0)]])
def test_what_is_no_eye_is_refused(points: list[tuple[float, float]]) -> None:
    with pytest.raises(ConfigError, match="six points"):
        eye_aspect_ratio(points)


@pytest.mark.parametrize("levels", [(0.1, 0.3), (0.3, -0.1), (1.2, 0.1)])
def test_an_eye_that_cannot_be(levels: tuple[float, float]) -> None:
    with pytest.raises(ConfigError, match="shut below open"):
        Eye(open_ear=levels[0], closed_ear=levels[1])


def test_a_blink_has_four_numbers() -> None:
    """Last open frame at 160 ms, lowest at 240 ms, open again at 360 ms; 9 frames watched."""
    (blink,) = followed([0.30] * 5 + [0.20, 0.10, 0.15, 0.20, 0.28])

    frequency, amplitude, duration_ms, opening = blink
    assert frequency == pytest.approx(12)  # one in 5 s, the least that is reckoned with
    assert amplitude == pytest.approx((0.30 + 0.28) / 2 - 0.10)
    assert duration_ms == 200
    assert opening == pytest.approx((0.28 - 0.10) / 0.120)


@pytest.mark.parametrize(
    ("ears", "count"),
    [
        ([0.30] * 20, 0),
        ([0.30] * 5 + [0.20] + [0.30] * 5, 0),  # one frame
        ([0.23] * 5 + [0.21, 0.20, 0.21] + [0.23] * 5, 0),  # too shallow
        (([0.30] * 5 + [0.15, 0.12, 0.18]) * 4 + [0.3], 4),
        ([0.15, 0.12, 0.18, 0.3], 1),  # begun before anything was seen
    ],
    ids=["open", "one frame", "shallow", "four", "begun before"],
)
def test_blinks_are_counted(ears: list[float], count: int) -> None:
    assert len(followed(ears)) == count


def test_what_the_eye_did_in_a_gap_is_not_known() -> None:
    watch = Watch()
    for t_ms, ear in ((0, 0.3), (40, 0.15), (80, 0.1), (900, 0.3), (940, 0.3)):
        watch, blink = follow(EYE, watch, t_ms=t_ms, ear=ear)
        assert blink is None
    assert watch.watched_ms == 120


ALERT: list[Numbers] = [
    (15 + 0.1 * (n % 3), 0.2 + 0.01 * (n % 4), 200.0 + 40 * (n % 3), 1.5 + 0.1 * (n % 5))
    for n in range(60)
]


def test_long_shallow_slow_blinks_weigh_more_than_ones_own() -> None:
    reference = Reference.of(ALERT)
    drowsy = [(f * 1.4, a * 0.8, d * 2.5, v * 0.5) for f, a, d, v in ALERT[:30]]

    assert drowsiness(reference, drowsy) > 0 > drowsiness(reference, ALERT[:30])


def test_few_blinks_make_no_reference_and_none_no_window() -> None:
    with pytest.raises(ConfigError, match="29 blinks while alert: expected 30"):
        Reference.of(ALERT[:29])
    with pytest.raises(ConfigError, match="without blinks"):
        drowsiness(Reference.of(ALERT), [])
    with pytest.raises(ConfigError, match="of spread"):
        Reference(mean=(0.0,) * 4, spread=(1.0, 1.0, 0.0, 1.0))


def test_a_number_that_never_varied_is_no_division_by_zero() -> None:
    reference = Reference.of([(15.0, 0.2, 200.0, 1.5)] * 40)

    assert math.isfinite(drowsiness(reference, ALERT[:30]))


@given(st.lists(st.floats(0, 0.6), max_size=60), st.integers(10, 900))
def test_whatever_the_eye_does_numbers_are_finite(ears: list[float], every_ms: int) -> None:
    for blink in followed(ears, every_ms=every_ms):
        assert all(math.isfinite(one) and one >= 0 for one in blink)
        assert blink[1] >= 0.04
