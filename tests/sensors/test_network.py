"""A stream over real HTTP on this machine: played, lost, and silent."""

import socket
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import cv2
import numpy as np
import pytest

from edgekit.errors import SensorError
from edgekit.sensors import network
from edgekit.sensors.network import NetworkSource
from edgekit.sensors.open import open_source


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    writer = cv2.VideoWriter(
        str(tmp_path / "cam.avi"), cv2.VideoWriter.fourcc(*"MJPG"), 10, (64, 48)
    )
    for level in range(20):
        writer.write(np.full((48, 64, 3), level * 9, np.uint8))
    writer.release()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path)))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/cam.avi"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_stream_plays_with_the_time_of_arrival_and_its_end_is_a_loss(address: str) -> None:
    times = iter(range(100))
    source = open_source(address, clock_ms=lambda: next(times), width=32, height=24)
    assert (source.live, source.size, source.fps) == (True, (32, 24), 10)
    for index in range(20):
        frame = source.read()
        assert frame is not None
        assert (frame.index, frame.t_ms, frame.size) == (index, index, (32, 24))
    with pytest.raises(SensorError, match="no more frames"):
        source.read()
    source.close()
    source.close()
    assert source.read() is None


@pytest.mark.parametrize("scheme", ["http", "rtsp"])
def test_a_camera_that_never_answers_is_given_up_in_time(
    monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    monkeypatch.setattr(network, "OPEN_TIMEOUT_MS", 200)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(SensorError, match="cannot be opened"):
            NetworkSource(f"{scheme}://127.0.0.1:{port}/x", clock_ms=int)
