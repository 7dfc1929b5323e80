"""A microphone gives levels and no sound."""

import math
from collections.abc import Iterator

import numpy as np
import pytest

from edgekit.errors import ConfigError, SensorError
from edgekit.perception.samples import Form
from edgekit.perception.sound import Level
from edgekit.sensors import microphone as module
from edgekit.sensors.microphone import MOST_OVERRUNS, Microphone

RATE_HZ = 8_000


class FakePcm:
    """A sine of 1 kHz in whatever form; it can lose sound, be silent or be gone."""

    form = Form(width=2, channels=1)
    descriptor = 9

    def __init__(self, device: str, *, rate_hz: int, scale: float = 0.5) -> None:
        self.device, self.rate_hz, self.scale = device, rate_hz, scale
        self.read, self.lost, self.started, self.closed, self.ready = 0, 0, 0, 0, True

    def start(self) -> None:
        self.started += 1

    def wait(self, seconds: float) -> bool:
        assert seconds < 1
        return self.ready

    def read_into(self, buffer: memoryview) -> int | None:
        if self.lost:
            self.lost -= 1
            return None
        moments = len(buffer) // self.form.moment
        time = (self.read + np.arange(moments)) / self.rate_hz
        self.read += moments
        sine = np.round(32767 * self.scale * np.sin(2 * math.pi * 1000 * time)).astype("<i2")
        buffer[:] = sine.tobytes()
        return len(buffer)

    def close(self) -> None:
        self.closed += 1


def opened(scale: float = 0.5) -> tuple[Microphone, FakePcm]:
    made: list[FakePcm] = []

    def opens(device: str, *, rate_hz: int) -> FakePcm:
        made.append(FakePcm(device, rate_hz=rate_hz, scale=scale))
        return made[0]

    source = Microphone("hw:1", full_scale_db=120.0, rate_hz=RATE_HZ, opens=opens)  # type: ignore[arg-type] -- answers as one
    source.start()
    return source, made[0]


def levels(source: Microphone, count: int) -> Iterator[Level]:
    for _ in range(count):
        yield from source.read()


@pytest.mark.parametrize(("scale", "leq_db"), [(1.0, 120.0), (0.1, 100.0), (0.001, 60.0)])
def test_a_sine_has_its_level(scale: float, leq_db: float) -> None:
    source, pcm = opened(scale)
    with source:
        told = list(levels(source, 20))

    assert len(told) == 4
    assert told[-1].leq_db == pytest.approx(leq_db, abs=0.1)
    assert told[-1].clipped is (scale == 1.0)
    assert (pcm.started, pcm.closed) == (1, 1)


def test_only_levels_come_out_and_the_buffer_is_wiped() -> None:
    source, pcm = opened()
    told = list(levels(source, 12))
    source.close()
    source.close()

    assert {type(one) for one in told} == {Level}
    assert not any(source._buffer)
    assert pcm.closed == 1
    for act in (source.read, source.start):
        with pytest.raises(SensorError, match="is closed"):
            act()


def test_what_was_lost_is_counted_and_its_second_has_no_level() -> None:
    source, pcm = opened()
    before = len(list(levels(source, 7)))
    pcm.lost = 1
    after = len(list(levels(source, 5)))

    assert (before, after, source.overruns) == (1, 0, 1)


def test_one_that_loses_all_its_sound_or_gives_none_is_gone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    source, pcm = opened()
    pcm.lost = MOST_OVERRUNS
    with pytest.raises(SensorError, match="in time"):
        list(levels(source, MOST_OVERRUNS))
    source, pcm = opened()
    pcm.ready = False
    assert source.read() == ()
    monkeypatch.setattr(module, "LATE_S", -1.0)
    with pytest.raises(SensorError, match="gives no sound for"):
        source.read()


@pytest.mark.parametrize(
    ("device", "db", "rate_hz"), [("", 120.0, 8000), ("hw", math.inf, 8000), ("hw", 120.0, 100)]
)
def test_microphones_that_cannot_be(device: str, db: float, rate_hz: int) -> None:
    with pytest.raises(ConfigError):
        Microphone(device, full_scale_db=db, rate_hz=rate_hz, opens=FakePcm)  # type: ignore[arg-type] -- answers as one
