"""A camera on the network that hangs, goes and comes back; files that break off."""

import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from edgekit.node.status import read_state

if TYPE_CHECKING:
    from tests.node.conftest import Place, Places

FPS = 10
WALL = np.random.default_rng(0).integers(60, 200, (480, 640, 3)).astype(np.uint8)


class Camera:
    """Motion JPEG over HTTP on loopback; it can be told to hang, to hang up and to go away."""

    def __init__(self) -> None:
        self.hangs = False
        self.gone = False
        self.port = 0
        self._server: ThreadingHTTPServer | None = None
        self._picture = cv2.imencode(".jpg", WALL)[1].tobytes()
        self.start()

    def start(self) -> None:
        camera = self

        class Stream(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=cut")
                self.end_headers()
                size = len(camera._picture)
                head = f"--cut\r\nContent-Type: image/jpeg\r\nContent-Length: {size}\r\n\r\n"
                try:
                    while not camera.gone:
                        if not camera.hangs:
                            self.wfile.write(head.encode() + camera._picture + b"\r\n")
                        time.sleep(1 / FPS)
                except OSError:
                    return

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.gone = self.hangs = False
        ThreadingHTTPServer.allow_reuse_address = True
        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Stream)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def go(self) -> None:
        self.gone = True
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


@pytest.fixture
def camera() -> Iterator[Camera]:
    made = Camera()
    yield made
    made.go()


def view(place: "Place") -> str:
    return str(read_state(place.data / "status.json").get("view"))


def test_stream_that_hangs_or_goes_is_noticed_and_taken_up_again(
    places: "Places", camera: Camera, wait: Callable[..., float]
) -> None:
    place = places.make(source=f"http://127.0.0.1:{camera.port}/stream", camera="fps = 10")
    node = places.run(place)
    node.wait_seeing(30)
    eye = node.pid("eye")
    wait(lambda: any(one["status"] == "released" for one in place.windows()))

    camera.hangs = True
    noticed_s = wait(lambda: view(place) != "good")
    assert view(place) == "stalled"
    wait(lambda: node.pid("eye") != eye)
    camera.hangs = False
    wait(lambda: view(place) == "good")
    wait(lambda: {"stalled"} <= {one["reason"] for one in place.windows()})

    camera.go()
    lost_s = wait(lambda: view(place) != "good")
    wait(lambda: "source_lost" in {one["reason"] for one in place.windows()})
    assert node.process.poll() is None
    camera.start()
    back_s = wait(lambda: view(place) == "good")
    node.stop()

    assert node.process.returncode == 0, node.log()
    place.require_sound()
    assert "Traceback" not in node.log()
    assert not [one for one in place.payloads("event") if one["event"] == "pipe"]
    print(f"hang noticed {noticed_s:.1f} s, loss noticed {lost_s:.1f} s, back after {back_s:.1f} s")


def test_stream_that_was_never_there_is_a_mistake(places: "Places", camera: Camera) -> None:
    camera.go()
    address, login = f"http://127.0.0.1:{camera.port}/stream", 'login = "keys/camera.login"'
    place = places.make(source=address, camera=login)
    (place.folder / "keys" / "camera.login").touch(0o600)
    (place.folder / "keys" / "camera.login").write_text("user:secret\n")
    node = places.run(place)

    assert node.end() == 1
    assert "edgekit: error: stream http://127.0.0.1" in node.log()
    assert "edgekit: hint: " in node.log()
    assert "secret" not in node.log() + (place.data / "node.log").read_text()
    assert "Traceback" not in node.log()
    place.require_sound()


def test_video_that_breaks_off_is_counted_to_there_and_not_again(
    places: "Places", tmp_path: Path
) -> None:
    whole = tmp_path / "whole.avi"
    writer = cv2.VideoWriter(str(whole), cv2.VideoWriter.fourcc(*"MJPG"), FPS, (640, 480))
    for _ in range(6 * FPS):
        writer.write(WALL)
    writer.release()
    data = whole.read_bytes()
    (tmp_path / "broken.avi").write_bytes(data[: len(data) // 2])
    place = places.make(source=str(tmp_path / "broken.avi"))
    node = places.run(place)

    assert node.end() == 1
    assert "edgekit: error: " in node.log()
    assert "Traceback" not in node.log()
    assert node.log().count("eye verified from outside") == 1
    place.require_sound()
    assert place.windows()[-1]["reason"] in ("stopped", "source_lost")
