"""A camera's name and password: from their own file into the address, and nowhere else."""

import base64
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import cv2
import numpy as np
import pytest

from edgekit.config.login import read_login
from edgekit.errors import ConfigError, SensorError
from edgekit.sensors.login import with_login
from edgekit.sensors.network import EncodedStream, without_user

ADDRESS = "rtsp://192.0.2.7:554/live?channel=1"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "camera.login"
    path.touch(0o600)
    return path


@pytest.mark.parametrize(
    ("line", "login"),
    [
        ("viewer:secret\n", "viewer:secret"),
        ("viewer:a:b@c/d?é\r\n", "viewer:a%3Ab%40c%2Fd%3F%C3%A9"),
        ("a viewer:", "a%20viewer:"),
    ],
)
def test_it_comes_into_the_address_whatever_its_signs(file: Path, line: str, login: str) -> None:
    file.write_bytes(line.encode())
    address = with_login(ADDRESS, read_login(file, "camera.login"))
    assert address == f"rtsp://{login}@192.0.2.7:554/live?channel=1"
    assert without_user(address) == without_user(ADDRESS)


def test_without_a_file_the_address_stays() -> None:
    assert with_login(ADDRESS, read_login(None, "camera.login")) == ADDRESS


@pytest.mark.parametrize("data", [b"", b"secret", b":secret", b"a:b\nc:d", b"\xff:x"])
def test_what_is_no_login_is_refused_and_not_repeated(file: Path, data: bytes) -> None:
    file.write_bytes(data)
    with pytest.raises(ConfigError, match=r"camera\.login") as caught:
        with_login(ADDRESS, read_login(file, "camera.login"))
    assert "secret" not in str(caught.value)


def test_a_file_that_others_may_read_is_refused(file: Path) -> None:
    file.write_text("viewer:secret")
    file.chmod(0o640)
    with pytest.raises(ConfigError, match="has mode 0640: expected 0600"):
        with_login(ADDRESS, read_login(file, "camera.login"))


def test_no_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        read_login(tmp_path / "none", "camera.login")


@pytest.fixture
def guarded() -> Iterator[str]:
    """The address of a camera that asks who is there (RFC 7617)."""
    picture = cv2.imencode(".jpg", np.full((48, 64, 3), 90, np.uint8))[1].tobytes()
    wanted = "Basic " + base64.b64encode(b"viewer:a:b@c").decode()

    class Stream(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            allowed = self.headers["Authorization"] == wanted
            self.send_response(200 if allowed else 401)
            self.send_header("WWW-Authenticate", 'Basic realm="camera"')
            self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=cut")
            self.end_headers()
            head = f"--cut\r\nContent-Type: image/jpeg\r\nContent-Length: {len(picture)}\r\n\r\n"
            for _ in range(40 if allowed else 0):
                self.wfile.write(head.encode() + picture + b"\r\n")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Stream)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/stream"
    server.shutdown()
    server.server_close()


def test_a_camera_that_asks_for_it_gets_it(guarded: str, file: Path) -> None:
    with pytest.raises(SensorError):
        EncodedStream(guarded)
    file.write_text("viewer:a:b@c\n")
    stream = EncodedStream(with_login(guarded, read_login(file, "camera.login")))
    assert stream.read().startswith(b"\xff\xd8")
    stream.close()
