"""A capture device by libasound and its descriptor: by a library that answers as it does."""

import ctypes
import ctypes.util
import errno
import fcntl
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from edgekit.errors import SensorError
from edgekit.perception.samples import Form
from edgekit.sensors.pcm import PREPARE, START, Pcm

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
    """As much of libasound as is used; its device is a pipe."""

    def __init__(self, *, opened: int = 0, has: int = 2, channels: int = 1, ends: int = 1) -> None:
        self.heard, self.told = os.pipe()
        self.closed = 0
        self.library = SimpleNamespace(
            snd_pcm_open=Function(lambda handle, *_: self._open(handle, opened)),
            snd_pcm_set_params=Function(
                lambda _, form, __, count, *___: (
                    0 if (form, count) == (has, channels) else -errno.EINVAL
                )
            ),
            snd_pcm_poll_descriptors_count=Function(lambda _: ends),
            snd_pcm_poll_descriptors=Function(self._ends),
            snd_pcm_close=Function(self._close),
            snd_strerror=Function(lambda code: f"error {-code}".encode()),
        )

    def _open(self, handle: Any, code: int) -> int:  # noqa: ANN401 -- what byref() made
        if code == 0:
            handle._obj.value = 7
        return code

    def _ends(self, _: object, ends: Any, count: int) -> int:  # noqa: ANN401 -- an array of pollfd
        ends[0].fd = self.heard
        return count

    def _close(self, _: object) -> int:
        self.closed += 1
        os.close(self.heard)
        return 0


@pytest.fixture
def asound() -> Iterator[Asound]:
    made = Asound()
    yield made
    os.close(made.told)


def pcm(asound: Asound) -> Pcm:
    return Pcm("hw:1", rate_hz=RATE_HZ, load=lambda: asound.library, hardware="pipe:")


def test_what_comes_is_read_and_nothing_is_waited_for(asound: Asound) -> None:
    device = pcm(asound)
    buffer = bytearray(8)
    assert not device.wait(0.0)
    os.write(asound.told, b"abcd")

    assert device.wait(60.0)
    assert device.read_into(memoryview(buffer)) == 4
    assert bytes(buffer) == b"abcd\0\0\0\0"
    device.close()
    device.close()
    assert asound.closed == 1


@pytest.mark.parametrize(
    ("has", "channels", "form"),
    [
        (2, 1, Form(width=2, channels=1)),
        (10, 1, Form(width=4, channels=1)),
        (32, 2, Form(width=3, channels=2)),
        (10, 2, Form(width=4, channels=2)),
    ],
)
def test_the_form_that_the_device_has_is_found(has: int, channels: int, form: Form) -> None:
    made = Asound(has=has, channels=channels)
    device = pcm(made)
    assert device.form == form
    device.close()
    os.close(made.told)


class Broken:
    """A descriptor that fails to be read in one way."""

    def __init__(self, code: int) -> None:
        self.code = code

    def readinto(self, _: memoryview) -> int:
        raise OSError(self.code, os.strerror(self.code))


@pytest.mark.parametrize("code", [errno.EPIPE, errno.ESTRPIPE])
def test_what_was_lost_is_told_and_it_begins_anew(
    asound: Asound, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    device, asked = pcm(asound), []
    monkeypatch.setattr(fcntl, "ioctl", lambda end, request: asked.append((end, request)))
    monkeypatch.setattr(device, "_file", Broken(code))

    assert device.read_into(memoryview(bytearray(4))) is None
    assert asked == [(device.descriptor, PREPARE), (device.descriptor, START)]
    device.close()


@pytest.mark.parametrize("code", [errno.ENODEV, errno.EBADFD])
def test_a_device_that_is_gone(asound: Asound, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    device = pcm(asound)
    monkeypatch.setattr(device, "_file", Broken(code))
    with pytest.raises(SensorError, match="gives no sound"):
        device.read_into(memoryview(bytearray(4)))
    with pytest.raises(SensorError, match="gives no sound"):  # a pipe cannot be started
        device.start()
    device.close()


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"opened": -errno.ENOENT}, "cannot be opened: error 2"),
        ({"has": 99}, "16, 24 or 32 bit, 8000 a second: error 22"),
        ({"ends": 2}, "no one descriptor"),
    ],
)
def test_what_cannot_be_opened_or_does_not_fit_is_said(how: dict[str, int], said: str) -> None:
    made = Asound(**how)
    with pytest.raises(SensorError, match=said):
        pcm(made)
    assert made.closed == (0 if "opened" in how else 1)
    os.close(made.told)


def test_what_is_no_hardware_is_refused(asound: Asound) -> None:
    with pytest.raises(SensorError, match="no hardware"):
        Pcm("hw:1", rate_hz=RATE_HZ, load=lambda: asound.library)
    assert asound.closed == 1


def test_a_library_that_is_another_one() -> None:
    with pytest.raises(SensorError, match="has no snd_pcm_open"):
        Pcm("hw:1", rate_hz=RATE_HZ, load=SimpleNamespace)


def test_no_libasound_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes.util, "find_library", lambda _: "libnowhere.so.9")
    with pytest.raises(SensorError, match="no libasound") as caught:
        Pcm("hw:1", rate_hz=RATE_HZ)
    assert "apt install" in str(caught.value.hint)


@pytest.mark.skipif(not ctypes.util.find_library("asound"), reason="needs libasound")
def test_the_real_library_opens_a_plug_in_which_is_refused() -> None:
    """There is no sound card here: its null device is set up for real, and then is no hardware."""
    program = (
        "from edgekit.errors import SensorError\n"
        "from edgekit.sensors.pcm import Pcm\n"
        "try:\n"
        "    Pcm('null', rate_hz=48000)\n"
        "except SensorError as error:\n"
        "    print(error)\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stderr
    assert "null is no hardware" in told.stdout
