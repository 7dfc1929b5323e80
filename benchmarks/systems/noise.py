"""The A-curve and tone bursts of IEC 61672-1, and how much speech the numbers could hold.

    python benchmarks/systems/noise.py [--quick]

Needs no data: sines and tone bursts are made, weighed and measured. The peer is the usual recipe,
the analogue poles brought to the sampling rate by the bilinear transform of scipy, as a gain; it is
left out where scipy is absent.
"""

import math
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from report import Claim, Peer, arguments, finish

from edgekit.perception.sound import POLES_HZ, Ear, a_gain, hear
from edgekit.systems.noise import SPEECH_BITS_PER_S, Settings

RATES = (48_000, 44_100)
BANDS = range(-20, 14)  # thirds of an octave about 1 kHz: 10 Hz to 20 kHz
# IEC 61672-1:2013, table 3, class 1: above and below, by band.
CLASS_1 = (
    *((3.0, 99), (2.5, 99), (2.0, 4.0), (2.0, 2.0), (2.0, 1.5), (1.5, 1.5)),
    *((1.0, 1.0),) * 14,
    (0.7, 0.7),
    *((1.0, 1.0),) * 6,
    *((1.5, 1.5), (1.5, 2.0), (1.5, 2.5), (2.0, 3.0), (2.0, 5.0), (2.5, 16.0), (3.0, 99)),
)
BURSTS = ((1000, 0.0), (500, -0.1), (200, -1.0), (100, -2.6), (50, -4.8), (20, -8.3), (10, -11.1))


def deviations(rate_hz: int) -> list[float]:
    """Return how far each band is off the curve, dB."""
    off = []
    for band in BANDS:
        frequency = 1000 * 10 ** (band / 10)
        tone = 0.5 * np.sin(2 * np.pi * frequency * np.arange(3 * rate_hz) / rate_hz)
        _, levels = hear(Ear.at(rate_hz=rate_hz, full_scale_db=120.0), tone)
        truth = 120 - 20 * math.log10(2) + 20 * math.log10(a_gain(np.array([frequency]))[0])
        off.append((levels[-1].leq_db or 0.0) - truth)
    return off


def bilinear(rate_hz: int) -> list[float] | None:
    """Return the same for the bilinear transform of the poles."""
    try:
        from scipy import signal  # noqa: PLC0415 -- the peer may be absent
    except ImportError:
        return None
    low, lower_mid, upper_mid, high = (2 * np.pi * f for f in POLES_HZ)
    poles = [-low, -low, -lower_mid, -upper_mid, -high, -high]
    z, p, k = signal.bilinear_zpk([0, 0, 0, 0], poles, high**2, fs=rate_hz)
    frequencies = 1000 * np.power(10, np.array(BANDS) / 10)
    _, response = signal.freqz_zpk(z, p, k, worN=[1000, *frequencies], fs=rate_hz)
    gains = np.abs(response[1:]) / np.abs(response[0])
    return list(20 * np.log10(gains / a_gain(frequencies)))


def outside(off: list[float]) -> int:
    pairs = zip(off, CLASS_1, strict=True)
    return sum(not -below <= one <= above for one, (above, below) in pairs)


def bursts() -> float:
    """Return how far LAFmax of tone bursts is off at most, dB."""
    rate = RATES[0]
    tone = np.sin(2 * np.pi * 4000 * np.arange(4 * rate) / rate)
    ear = Ear.at(rate_hz=rate, full_scale_db=120.0)
    steady = hear(ear, tone)[1][-1].max_db or 0.0
    worst = 0.0
    for length_ms, less_db in BURSTS:
        burst = np.zeros_like(tone)
        part = slice(rate + 777, rate + 777 + rate * length_ms // 1000)
        burst[part] = tone[part]
        most = max(level.max_db or 0.0 for level in hear(ear, burst)[1])
        worst = max(worst, abs(most - steady - less_db))
    return worst


def main() -> None:
    arguments(__doc__ or "").parse_args()
    claims = []
    for rate in RATES:
        ours, theirs = deviations(rate), bilinear(rate)
        peer = None
        if theirs is not None:
            worst = max(map(abs, theirs[: BANDS.index(10) + 1]))
            peer = Peer(name="bilinear transform, as a gain", value=round(worst, 2))
        claims.append(
            Claim(
                claim=f"A-curve at {rate} Hz, 10 Hz to 20 kHz: bands outside class 1",
                value=outside(ours),
                unit="of 34",
                target="<= 0",
                peer=None
                if theirs is None
                else Peer(name="bilinear transform, as a gain", value=outside(theirs)),
            )
        )
        worst = max(map(abs, ours[: BANDS.index(10) + 1]))
        words = f"A-curve at {rate} Hz, 10 Hz to 10 kHz: most off"
        claims.append(Claim(claim=words, value=worst, unit="dB", peer=peer))
    words = "LAFmax of tone bursts of 10 ms to 1 s: most off"
    claims.append(Claim(claim=words, value=bursts(), unit="dB", target="<= 0.5"))
    ratio = Settings().bits_per_s / SPEECH_BITS_PER_S
    words = "bits a second of what leaves, over those of speech"
    claims.append(Claim(claim=words, value=ratio, unit="ratio", target="<= 0.001"))
    finish("systems/noise", claims)


if __name__ == "__main__":
    main()
