"""Recordings of thermal arrays: what is one, what is none, and when its readings come."""

from pathlib import Path

import numpy as np
import pytest

from edgekit.errors import ConfigError, SensorError
from edgekit.sensors.heat_file import HeatFile
from edgekit.sensors.open import open_source
from edgekit.testing.fakes import FakeClock


def test_readings_come_in_order_at_their_rate(tmp_path: Path) -> None:
    path = tmp_path / "door.npy"
    np.save(path, np.arange(3 * 8 * 16, dtype=np.int16).reshape(3, 8, 16))
    clock = FakeClock()
    source = HeatFile(path, clock_ms=clock.ms, fps=4)
    begun_ms = clock.ms()
    frames = [source.read() for _ in range(4)]
    source.forget()
    source.close()

    assert source.size == (16, 8)
    times = [frame.t_ms for frame in frames if frame is not None]
    assert times == [begun_ms, begun_ms + 250, begun_ms + 500]
    assert frames[3] is None
    assert frames[2] is not None
    assert frames[2].celsius[0, 1] == 2 * 128 + 1
    assert source.read() is None


def test_in_real_time_it_waits_and_ends_when_it_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "door.npy"
    np.save(path, np.zeros((5, 8, 8)))
    source = HeatFile(path, clock_ms=FakeClock().ms, fps=1000, realtime=True)
    assert source.read() is not None
    assert source.read() is not None
    source.close()
    assert source.read() is None


def write_text(path: Path) -> None:
    path.write_text("21.5 22.0")


def write_pickle(path: Path) -> None:
    np.save(path, np.array([{"celsius": 1}], dtype=object), allow_pickle=True)


@pytest.mark.parametrize(
    ("write", "said"),
    [
        (lambda _: None, "cannot be read"),
        (write_text, "no array of numpy"),
        (write_pickle, "no array of numpy"),
        (lambda path: np.save(path, np.zeros((8, 8))), "something else"),
        (lambda path: np.save(path, np.array([[["a"]]])), "something else"),
        (lambda path: np.save(path, np.zeros((0, 8, 8))), r"shape \(0, 8, 8\)"),
        (lambda path: np.save(path, np.zeros((5, 4, 8))), r"shape \(5, 4, 8\)"),
    ],
    ids=["absent", "text", "a pickle", "two axes", "letters", "empty", "too small"],
)
def test_what_is_no_recording_is_said(tmp_path: Path, write: object, said: str) -> None:
    path = tmp_path / "door.npy"
    write(path)  # type: ignore[operator] -- a row of the table

    with pytest.raises(SensorError, match=said):
        HeatFile(path, clock_ms=FakeClock().ms)


@pytest.mark.parametrize("spec", ["thermal:/dev/ttyUSB0", "door.npy"])
def test_an_array_gives_no_pictures(spec: str) -> None:
    with pytest.raises(ConfigError, match="thermal array"):
        open_source(spec, clock_ms=FakeClock().ms)
