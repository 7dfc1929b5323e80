"""Sound levels from samples: A-weighted, as numbers a second. Nothing here has passed the gate.

    ear = Ear.at(rate_hz=48_000, full_scale_db=120.0)
    ear, levels = hear(ear, samples)

The weighting is the curve of IEC 61672-1:2013, annex E, applied to the spectrum of overlapping
blocks, so that no bilinear transform bends it near half the sampling rate; LAeq is the energy of a
second, LAFmax the greatest of a detector of 125 ms (F). Only half a block of sound is held, for as
long as the next needs it, and no sample is ever given on.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import ConfigError

POLES_HZ = (20.598997, 107.65265, 737.86223, 12194.217)
FAST_S, DETECTOR_S = 0.125, 0.005
BLOCK_S = 0.6
LEAST_RATE_HZ = 8_000
CLIPPED, CLIPPED_SHARE = 0.999, 0.001
SILENT = 1e-20
"""No microphone is as quiet: what is below is one that gives nothing, or always the same."""
LOWEST_DB = 0.0
"""No level is told below the threshold of hearing."""

Samples = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One second: LAeq and LAFmax, dB re 20 µPa; None where the microphone gave nothing.

    ``clipped``: the sound was louder than the microphone can tell, so that levels are too low.
    """

    leq_db: float | None
    max_db: float | None
    clipped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ear:
    """A microphone and what of its sound is still needed.

    Attributes:
        rate_hz: samples a second.
        full_scale_db: the level of a sine that just fills the range of -1 to 1, by calibration.
    """

    rate_hz: int
    full_scale_db: float
    gains: Samples
    window: Samples
    held: Samples
    tail: Samples
    weighed: Samples
    primed: bool = False
    fast: float = 0.0
    clipped: int = 0

    @classmethod
    def at(cls, *, rate_hz: int, full_scale_db: float) -> "Ear":
        """Return an ear that has heard nothing; ConfigError below 8000 samples a second."""
        if rate_hz < LEAST_RATE_HZ or not math.isfinite(full_scale_db):
            raise ConfigError(f"{rate_hz} samples a second: expected {LEAST_RATE_HZ} or more")
        half = 2 ** math.ceil(math.log2(rate_hz * BLOCK_S / 2))
        hann = 0.5 - 0.5 * np.cos(np.pi * (np.arange(2 * half) + 0.5) / half)
        frequencies = np.fft.rfftfreq(2 * half, 1 / rate_hz).astype(np.float64)
        return cls(
            rate_hz=rate_hz,
            full_scale_db=full_scale_db,
            gains=a_gain(frequencies),
            window=np.sqrt(hann),
            held=np.zeros(half),
            tail=np.zeros(half),
            weighed=np.zeros(0),
        )


def a_gain(frequencies_hz: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the gain of the A-curve, 1 at 1 kHz (IEC 61672-1:2013, equation E.6)."""
    thousand = _analogue(np.array([1000.0]))[0]
    gains: NDArray[np.float64] = _analogue(frequencies_hz) / thousand
    return gains


def _analogue(frequencies_hz: NDArray[np.float64]) -> NDArray[np.float64]:
    square = np.square(frequencies_hz)
    low, lower_mid, upper_mid, high = (pole**2 for pole in POLES_HZ)
    below = (square + low) * np.sqrt((square + lower_mid) * (square + upper_mid)) * (square + high)
    gains: NDArray[np.float64] = high * square * square / below
    return gains


def hear(ear: Ear, samples: Samples) -> tuple[Ear, tuple[Level, ...]]:
    """Take samples, -1 to 1; return the ear, and a level for each second that is full.

    Raises:
        ConfigError: the samples are not one row of numbers.
    """
    if samples.ndim != 1 or samples.dtype.kind != "f":
        raise ConfigError(
            f"samples of {samples.dtype}, {samples.ndim} axes: expected one of floats"
        )
    loud = int((np.abs(samples) >= CLIPPED).sum())
    ear = replace(_weigh(ear, samples), clipped=ear.clipped + loud)
    levels: list[Level] = []
    rate = ear.rate_hz
    while len(ear.weighed) >= rate:
        second, rest = ear.weighed[:rate], ear.weighed[rate:]
        ear, level = _level(replace(ear, weighed=rest), second)
        levels.append(level)
    # Which of the seconds it was is not kept: all of them may be too low.
    return replace(ear, clipped=0) if levels else ear, tuple(levels)


def _weigh(ear: Ear, samples: Samples) -> Ear:
    """Weigh by overlapping blocks (square-root Hann before and after, which add up to 1)."""
    half = len(ear.tail)
    sound, tail, done = np.concatenate([ear.held, samples]), ear.tail, [ear.weighed]
    primed = ear.primed
    while len(sound) >= 2 * half:
        spectrum = np.fft.rfft(sound[: 2 * half] * ear.window) * ear.gains
        block = np.fft.irfft(spectrum, 2 * half) * ear.window
        if primed:  # the first half is what was held before anything was heard
            done.append(tail + block[:half])
        tail, sound, primed = block[half:], sound[half:], True
    return replace(ear, held=sound, tail=tail, weighed=np.concatenate(done), primed=primed)


def _level(ear: Ear, second: Samples) -> tuple[Ear, Level]:
    power = np.square(second)
    step = max(1, round(ear.rate_hz * DETECTOR_S))
    # As many whole steps as there are; what is left over is too short to move the detector.
    steps = power[: len(power) // step * step].reshape(-1, step).mean(axis=1)
    keep, fast, most = math.exp(-step / ear.rate_hz / FAST_S), ear.fast, 0.0
    for one in steps.tolist():
        fast = keep * fast + (1 - keep) * one
        most = max(most, fast)
    mean = float(power.mean())
    clipped = ear.clipped > CLIPPED_SHARE * ear.rate_hz
    ear = replace(ear, fast=fast)
    if mean <= SILENT:
        return ear, Level(leq_db=None, max_db=None)
    return ear, Level(leq_db=_db(ear, mean), max_db=_db(ear, most), clipped=clipped)


def _db(ear: Ear, power: float) -> float:
    # A sine that fills the range has a mean square of 0.5.
    level = ear.full_scale_db + 10 * math.log10(max(power, SILENT) / 0.5)
    return max(LOWEST_DB, level)
