"""Recorded sound as levels: what is a WAV file, what is none, and how fast it comes."""

import math
import wave
from pathlib import Path

import numpy as np
import pytest

from edgekit.errors import SensorError
from edgekit.sensors.wav_file import WavFile
from edgekit.testing.fakes import FakeClock

RATE_HZ = 8_000


def sine(
    path: Path, *, width: int = 2, channels: int = 1, seconds: int = 3, rate: int = RATE_HZ
) -> None:
    time = np.arange(seconds * rate) / rate
    whole = np.round(0.1 * (2 ** (8 * width - 1) - 1) * np.sin(2 * math.pi * 1000 * time))
    first = whole.astype("<i4") + (128 if width == 1 else 0)
    one = first.view(np.uint8).reshape(-1, 4)[:, :width]
    rest = np.zeros((len(one), width * (channels - 1)), np.uint8)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(np.hstack([one, rest]).tobytes())


@pytest.mark.parametrize(("width", "channels"), [(1, 1), (2, 1), (3, 1), (4, 1), (2, 2), (3, 2)])
def test_a_sine_has_its_level_in_every_form(tmp_path: Path, width: int, channels: int) -> None:
    sine(tmp_path / "a.wav", width=width, channels=channels)
    source = WavFile(tmp_path / "a.wav", full_scale_db=120.0, clock_ms=FakeClock().ms)
    source.start()
    told = [level for levels in iter(source.read, None) for level in levels]
    source.close()

    assert told
    assert told[0].leq_db == pytest.approx(100.0, abs=0.3)
    assert source.read() is None
    assert source.descriptor is None


def test_in_real_time_it_comes_no_faster_than_it_was(tmp_path: Path) -> None:
    sine(tmp_path / "a.wav")
    clock = FakeClock()
    source = WavFile(tmp_path / "a.wav", full_scale_db=120.0, clock_ms=clock.ms, realtime=True)
    source.start()
    waited: list[float] = []
    source._closed.wait = waited.append  # type: ignore[assignment, method-assign] -- time is not spent
    source.read()
    source.read()
    clock.t_ms += 10_000
    source.read()
    source.close()

    assert waited == [pytest.approx(0.25), pytest.approx(0.25), 0.0]


@pytest.mark.parametrize(
    ("data", "said"),
    [(b"", "no sound"), (b"RIFF\4\0\0\0WAVE", "no sound"), (b"ID3 mp3 or what", "no sound")],
)
def test_what_is_no_sound_is_said(tmp_path: Path, data: bytes, said: str) -> None:
    (tmp_path / "a.wav").write_bytes(data)
    with pytest.raises(SensorError, match=said):
        WavFile(tmp_path / "a.wav", full_scale_db=120.0, clock_ms=FakeClock().ms)


def test_what_is_not_there_and_what_is_too_coarse_is_said(tmp_path: Path) -> None:
    with pytest.raises(SensorError, match="cannot be read"):
        WavFile(tmp_path / "none.wav", full_scale_db=120.0, clock_ms=FakeClock().ms)
    sine(tmp_path / "slow.wav", rate=4_000)
    with pytest.raises(SensorError, match="8000"):
        WavFile(tmp_path / "slow.wav", full_scale_db=120.0, clock_ms=FakeClock().ms)
