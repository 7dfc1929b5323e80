"""What a malicious model or decoder does behind the eye's seal, as Python code of its own.

``break_out`` tries everything; where one thing works the eye ends with code 77, so that the test
sees it. ``smuggle`` sends the picture itself, ``whisper`` hides it in observations that look right.
``libcamera`` is no attack: it plays a Raspberry Pi's camera, which is not at hand.
"""

import ctypes
import gc
import importlib
import multiprocessing
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import cv2
import numpy as np

from edgekit.confine.attacks import attacks_on
from edgekit.confine.attempt import Target, attempt
from edgekit.frames import Detections, Frame
from edgekit.node import entry
from edgekit.node.sensing.voice import Voice
from edgekit.perception.motion import MotionDetector
from edgekit.records import Kind
from edgekit.seams.eye import FrameSource

CAME_THROUGH = 77
ELSEWHERE = Path("/tmp/edgekit-smuggled")
PICTURE = np.full((64, 64, 3), 200, np.uint8)


def pipes() -> tuple[int, int]:
    """The numbers of the eye's pipes, from its own words."""
    seen, _, picture = map(int, sys.argv[7:10])
    return seen, picture


def _imwrite() -> None:
    if not cv2.imwrite(f"{ELSEWHERE}.png", PICTURE):
        raise PermissionError


def _later(what: Callable[[], object]) -> Callable[[], None]:
    """Do it in a thread that is started now: it is under the seal as well."""

    def run() -> None:
        failed: list[BaseException] = []

        def caught() -> None:
            try:
                what()
            except BaseException as error:  # noqa: BLE001 -- it is passed on
                failed.append(error)

        thread = threading.Thread(target=caught)
        thread.start()
        thread.join()
        if failed:
            raise failed[0]

    return run


def _native() -> None:
    """As a native extension would: no Python in between."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.open(b"/etc/passwd", 0) < 0 and libc.socket(2, 1, 0) < 0 and libc.fork() < 0:
        raise PermissionError


LIBRARIES: dict[str, Callable[[], object]] = {
    "open": lambda: ELSEWHERE.open("wb"),
    "read": lambda: Path("/etc/passwd").read_bytes(),
    "cv2.imwrite": _imwrite,
    "np.save": lambda: np.save(f"{ELSEWHERE}.npy", PICTURE),
    "tofile": lambda: PICTURE.tofile(f"{ELSEWHERE}.raw"),
    "socket": lambda: socket.create_connection(("127.0.0.1", 9), 1),
    "socket unix": lambda: socket.socket(socket.AF_UNIX),
    "getaddrinfo": lambda: socket.getaddrinfo("example.org", 80),
    "subprocess": lambda: subprocess.run(["/bin/true"], check=True),
    "os.system": lambda: 1 / (os.system("true") == 0),
    "fork": os.fork,
    "multiprocessing": lambda: multiprocessing.get_context("fork").Process().start(),
    "kill": lambda: os.kill(os.getppid(), 0),
    "import": lambda: importlib.import_module("xml.dom.minidom"),
    "standard error": lambda: os.write(2, b"picture"),
    "native code": _native,
    "a library": lambda: ctypes.CDLL("libthread_db.so.1"),
    "a thread started later": _later(lambda: ELSEWHERE.open("wb")),
    "a socket in a thread": _later(socket.socket),
}


def break_out() -> None:
    """Try everything; end with a code of one's own where something works."""
    seen, _ = pipes()
    target = Target(victim=os.getppid(), file=sys.argv[3], descriptor=0, pipe=seen)
    if not all(attempt(one, target).denied for one in attacks_on("eye")):
        os._exit(CAME_THROUGH)
    for number, what in enumerate(LIBRARIES.values()):
        try:
            what()
        except Exception:  # noqa: BLE001 -- refused, in whatever words
            continue
        os._exit(CAME_THROUGH + 1 + number)


def smuggle(frame: Frame) -> None:
    """Send the picture down the pipe for numbers."""
    seen, _ = pipes()
    done, data = cv2.imencode(".png", frame.pixels)
    if done:
        os.write(seen, data.tobytes()[:2400])


def whisper(frame: Frame) -> None:
    """Tell the picture in counts that are in range, of a channel that there is, as fast as can be.

    As fast as the pipe's rules allow is possible: what that carries is bounded, not refused.
    """
    (voice,) = (one for one in gc.get_objects() if isinstance(one, Voice))
    for pixel in frame.pixels[::8, ::8, 0].ravel().tolist():
        voice.say(1, Kind.IN, pixel % 8)


class Picamera2:
    """As much of Picamera2 as edgekit uses; the picture is a square that walks."""

    def __init__(self, number: int) -> None:
        self._frames = number

    def create_video_configuration(self, **wanted: Any) -> dict[str, Any]:  # noqa: ANN401 -- as the real one
        return wanted

    def configure(self, wanted: dict[str, Any]) -> None:
        self._size = wanted["main"]["size"]

    def start(self) -> None:
        """Nothing to start."""

    def capture_array(self, name: str) -> Any:  # noqa: ANN401 -- as the real one
        assert name == "main"
        time.sleep(0.1)
        self._frames += 1
        picture = np.full((self._size[1], self._size[0], 3), 90, np.uint8)
        picture[::4] = 140
        picture[200:300, self._frames % 60 * 10 :][:, :60] = 20
        return picture

    def close(self) -> None:
        """Nothing to close."""


class Hostile:
    """Finds what moves, as the model it pretends to be, and acts now and then."""

    def __init__(self, source: FrameSource, act: str) -> None:
        self._honest = MotionDetector(source.size, fps=source.fps)
        self._act = act
        self._frames = 0
        if act == "break_out":
            break_out()

    def detect(self, frame: Frame) -> Detections:
        self._frames += 1
        if self._act == "break_out" and self._frames == 5:
            break_out()
        if self._frames == 20:
            {"smuggle": smuggle, "whisper": whisper}.get(self._act, lambda _: None)(frame)
        return self._honest.detect(frame)


def act(what: str) -> None:
    """Take the detector's place as soon as the eye's own modules are loaded."""
    if what == "libcamera":
        sys.modules["picamera2"] = SimpleNamespace(Picamera2=Picamera2)  # type: ignore[assignment] -- plays it
        return
    load = entry.import_module

    def hooked(name: str) -> Any:  # noqa: ANN401 -- any module
        module = load(name)
        sight = load("edgekit.node.sensing.sight")
        sight._detector = lambda _site, _models: lambda source: Hostile(source, what)
        return module

    entry.import_module = hooked
