"""A microphone gives levels and no sound: by a library that answers as libasound, and by itself."""

import ctypes
import ctypes.util
import errno
import math
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from edgekit.errors import ConfigError, SensorError
from edgekit.perception.sound import Level
from edgekit.sensors.microphone import Microphone

RATE_HZ = 8_000


class Function:
    """A foreign function: it can be told its types, and called."""

    def __init__(self, answer: Callable[..., object]) -> None:
        self._answer = answer
        self.restype: object = None
        self.argtypes: object = None

    def __call__(self, *arguments: object) -> object:
        return self._answer(*arguments)


class Asound:
    """As much of libasound as is used: a sine of 1 kHz, and codes that it is to give first."""

    def __init__(self, *codes: int, opened: int = 0, set_up: int = 0, scale: float = 0.5) -> None:
        self.codes, self.scale, self.read, self.closed = list(codes), scale, 0, 0
        self.recovered: list[int] = []
        self.library = SimpleNamespace(
            snd_pcm_open=Function(lambda handle, *_: self._open(handle, opened)),
            snd_pcm_set_params=Function(lambda *_: set_up),
            snd_pcm_readi=Function(self._readi),
            snd_pcm_recover=Function(self._recover),
            snd_pcm_close=Function(self._close),
            snd_strerror=Function(lambda code: f"error {-code}".encode()),
        )

    def _open(self, handle: Any, code: int) -> int:  # noqa: ANN401 -- what byref() made
        if code == 0:
            handle._obj.value = 7
        return code

    def _recover(self, _: object, code: int, __: int) -> int:
        self.recovered.append(code)
        return 0

    def _close(self, _: object) -> int:
        self.closed += 1
        return 0

    def _readi(self, _: object, buffer: ctypes.Array[ctypes.c_int16], frames: int) -> int:
        if self.codes:
            return self.codes.pop(0)
        time = (self.read + np.arange(frames)) / RATE_HZ
        self.read += frames
        sine = np.round(32767 * self.scale * np.sin(2 * math.pi * 1000 * time)).astype("<i2")
        ctypes.memmove(buffer, sine.tobytes(), 2 * frames)
        return frames


def microphone(asound: Asound) -> Microphone:
    return Microphone("hw:1", full_scale_db=120.0, rate_hz=RATE_HZ, load=lambda: asound.library)


def levels(source: Microphone, count: int) -> Iterator[Level]:
    for _ in range(count):
        yield from source.read()


@pytest.mark.parametrize(("scale", "leq_db"), [(1.0, 120.0), (0.1, 100.0), (0.001, 60.0)])
def test_a_sine_has_its_level(scale: float, leq_db: float) -> None:
    with microphone(Asound(scale=scale)) as source:
        told = list(levels(source, 20))

    assert len(told) == 4
    assert told[-1].leq_db == pytest.approx(leq_db, abs=0.1)
    assert told[-1].clipped is (scale == 1.0)


def test_only_levels_come_out_and_the_buffer_is_wiped() -> None:
    asound = Asound()
    source = microphone(asound)
    told = list(levels(source, 12))

    source.close()
    source.close()

    assert {type(one) for one in told} == {Level}
    assert not any(source._buffer)
    assert asound.closed == 1
    with pytest.raises(SensorError, match="is closed"):
        source.read()


def test_what_was_lost_is_counted_and_its_second_has_no_level() -> None:
    asound = Asound()
    with microphone(asound) as source:
        before = len(list(levels(source, 7)))
        asound.codes = [-errno.EPIPE]
        after = len(list(levels(source, 4)))

        assert (before, after, source.overruns) == (1, 0, 1)
    assert asound.recovered == [-errno.EPIPE]


@pytest.mark.parametrize(
    ("codes", "said"),
    [([-errno.ENODEV], "gives no sound"), ([-errno.EPIPE] * 20, "gives no sound")],
    ids=["unplugged", "never in time"],
)
def test_a_microphone_that_is_gone(codes: list[int], said: str) -> None:
    with microphone(Asound(*codes)) as source, pytest.raises(SensorError, match=said):
        source.read()


def test_what_cannot_be_opened_or_does_not_fit_is_said() -> None:
    with pytest.raises(SensorError, match="cannot be opened: error 2"):
        microphone(Asound(opened=-errno.ENOENT))
    unfit = Asound(set_up=-errno.EINVAL)
    with pytest.raises(SensorError, match="16 bit, 8000 a second: error 22"):
        microphone(unfit)
    assert unfit.closed == 1


def test_a_library_that_is_another_one() -> None:
    with pytest.raises(SensorError, match="has no snd_pcm_open"):
        Microphone("hw:1", full_scale_db=120, rate_hz=RATE_HZ, load=SimpleNamespace)


def test_no_libasound_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes.util, "find_library", lambda _: "libnowhere.so.9")

    with pytest.raises(SensorError, match="no libasound") as caught:
        Microphone("hw:1", full_scale_db=120, rate_hz=RATE_HZ)
    assert "apt install" in str(caught.value.hint)


@pytest.mark.parametrize(
    ("device", "db", "rate_hz"), [("", 120.0, 8000), ("hw", math.inf, 8000), ("hw", 120.0, 100)]
)
def test_microphones_that_cannot_be(device: str, db: float, rate_hz: int) -> None:
    with pytest.raises(ConfigError):
        Microphone(device, full_scale_db=db, rate_hz=rate_hz, load=lambda: Asound().library)


@pytest.mark.skipif(not ctypes.util.find_library("asound"), reason="needs libasound")
def test_the_real_library_reads_a_known_sine(tmp_path: Path) -> None:
    """Its file plug-in gives samples as a microphone does; a process of its own for its config."""
    time = np.arange(3 * RATE_HZ) / RATE_HZ
    sine = np.round(3276.7 * np.sin(2 * math.pi * 1000 * time)).astype("<i2")
    (tmp_path / "sine.raw").write_bytes(sine.tobytes())
    (tmp_path / "asound.conf").write_text(
        f'pcm.sine {{ type file slave.pcm {{ type null }} file "/dev/null" '
        f'infile "{tmp_path}/sine.raw" format "raw" }}\n'
    )
    program = (
        "from edgekit.sensors.microphone import Microphone\n"
        f"source = Microphone('sine', full_scale_db=120.0, rate_hz={RATE_HZ})\n"
        "print(*[one.leq_db for _ in range(9) for one in source.read()])\n"
    )

    told = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"ALSA_CONFIG_PATH": str(tmp_path / "asound.conf")},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert told.returncode == 0, told.stderr
    assert float(told.stdout.split()[0]) == pytest.approx(100.0, abs=0.1)
