"""The A-curve within class 1 of IEC 61672-1, the detector F by tone bursts, no sound kept."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from edgekit.errors import ConfigError
from edgekit.perception.sound import Ear, a_gain, hear

RATE = 48_000
# IEC 61672-1:2013, table 3: nominal frequency, A, tolerances of class 1.
INF = math.inf
CURVE = (
    *((10, -70.4, 3.0, INF), (12.5, -63.4, 2.5, INF), (16, -56.7, 2.0, 4.0), (20, -50.5, 2.0, 2.0)),
    *((25, -44.7, 2.0, 1.5), (31.5, -39.4, 1.5, 1.5), (40, -34.6, 1.0, 1.0), (50, -30.2, 1.0, 1.0)),
    *((63, -26.2, 1.0, 1.0), (80, -22.5, 1.0, 1.0), (100, -19.1, 1.0, 1.0), (125, -16.1, 1.0, 1.0)),
    *((160, -13.4, 1.0, 1.0), (200, -10.9, 1.0, 1.0), (250, -8.6, 1.0, 1.0), (315, -6.6, 1.0, 1.0)),
    *((400, -4.8, 1.0, 1.0), (500, -3.2, 1.0, 1.0), (630, -1.9, 1.0, 1.0), (800, -0.8, 1.0, 1.0)),
    *((1000, 0.0, 0.7, 0.7), (1250, 0.6, 1.0, 1.0), (1600, 1.0, 1.0, 1.0), (2000, 1.2, 1.0, 1.0)),
    *((2500, 1.3, 1.0, 1.0), (3150, 1.2, 1.0, 1.0), (4000, 1.0, 1.0, 1.0), (5000, 0.5, 1.5, 1.5)),
    *((6300, -0.1, 1.5, 2.0), (8000, -1.1, 1.5, 2.5), (10_000, -2.5, 2.0, 3.0)),
    *((12_500, -4.3, 2.0, 5.0), (16_000, -6.6, 2.5, 16.0), (20_000, -9.3, 3.0, INF)),
)
EXACT = {row[0]: 1000 * 10 ** ((number - 20) / 10) for number, row in enumerate(CURVE)}
# Table 4: tone bursts of 4 kHz, LAFmax less the level of the steady tone; tolerance of class 1.
BURSTS = ((1000, 0.0, 0.5), (200, -1.0, 0.5), (50, -4.8, 1.0), (10, -11.1, 1.0), (2, -18.0, 1.0))


def sine(frequency_hz: float, seconds: float, amplitude: float = 0.5) -> NDArray[np.float64]:
    t = np.arange(round(RATE * seconds)) / RATE
    tone: NDArray[np.float64] = amplitude * np.sin(2 * np.pi * frequency_hz * t)
    return tone


def ear() -> Ear:
    return Ear.at(rate_hz=RATE, full_scale_db=120.0)


@pytest.mark.parametrize(("nominal_hz", "weight_db", "above", "below"), CURVE)
def test_the_a_curve_within_class_1(
    nominal_hz: float, weight_db: float, above: float, below: float
) -> None:
    _, levels = hear(ear(), sine(EXACT[nominal_hz], 2.5))

    told = levels[-1].leq_db
    assert told is not None
    off = told - (120 - 20 * math.log10(2)) - weight_db
    assert -below <= off <= above
    assert abs(off) <= 0.3  # by far


def test_the_gain_is_that_of_the_table_to_its_last_digit() -> None:
    gains = a_gain(np.array(list(EXACT.values())))

    assert [round(20 * math.log10(one), 1) for one in gains] == [row[1] for row in CURVE]


@pytest.mark.parametrize(("length_ms", "less_db", "tolerance"), BURSTS)
def test_tone_bursts_of_the_detector_f(length_ms: int, less_db: float, tolerance: float) -> None:
    tone = sine(4000, 3, 1.0)
    burst = np.zeros_like(tone)
    start = RATE + 1234
    burst[start : start + RATE * length_ms // 1000] = tone[start : start + RATE * length_ms // 1000]

    steady = hear(ear(), sine(4000, 3, 1.0))[1][-1].max_db
    most = max(level.max_db or 0.0 for level in hear(ear(), np.append(burst, np.zeros(RATE)))[1])

    assert steady is not None
    assert most - steady == pytest.approx(less_db, abs=tolerance)


@pytest.mark.parametrize("chunk", [1000, 4800, 70_001])
def test_how_samples_are_cut_up_changes_nothing(chunk: int) -> None:
    sound = np.random.default_rng(3).normal(0, 0.01, 3 * RATE)
    whole = hear(ear(), sound)[1]

    one, levels = ear(), []
    for start in range(0, len(sound), chunk):
        one, more = hear(one, sound[start : start + chunk])
        levels += more

    assert len(levels) == len(whole) == 2  # the third second waits for what follows it
    assert whole[0].leq_db == pytest.approx(whole[1].leq_db, abs=0.3)
    for a, b in zip(levels, whole, strict=True):
        assert a.leq_db == pytest.approx(b.leq_db, abs=1e-6)
        assert a.max_db == pytest.approx(b.max_db, abs=1e-6)


def test_no_more_than_a_block_and_a_second_of_sound_is_held() -> None:
    one, _ = hear(ear(), np.random.default_rng(1).normal(0, 0.1, 20 * RATE))

    assert len(one.held) + len(one.tail) <= 2 * RATE
    assert len(one.weighed) < RATE


def test_silence_clipping_and_a_constant_are_told() -> None:
    assert hear(ear(), np.zeros(3 * RATE))[1][-1].leq_db is None
    assert hear(ear(), np.full(4 * RATE, 0.2))[1][-1].leq_db == 0.0

    loud = np.clip(sine(500, 3, 3.0), -1, 1)
    assert all(level.clipped for level in hear(ear(), loud)[1])
    assert not hear(ear(), sine(500, 3))[1][0].clipped


@pytest.mark.parametrize(
    "samples", [np.zeros((2, 2)), np.zeros(9, dtype=np.int16)], ids=["two rows", "integers"]
)
def test_samples_that_cannot_be(samples: NDArray[np.generic]) -> None:
    with pytest.raises(ConfigError, match="one of floats"):
        hear(ear(), samples)


@pytest.mark.parametrize(("rate_hz", "full_scale_db"), [(4000, 120.0), (48_000, math.nan)])
def test_ears_that_cannot_be(rate_hz: int, full_scale_db: float) -> None:
    with pytest.raises(ConfigError, match="expected 8000 or more"):
        Ear.at(rate_hz=rate_hz, full_scale_db=full_scale_db)
