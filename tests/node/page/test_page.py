"""A whole node with its page, as anybody calls it; and callers that no page should be hurt by."""

import errno
import json
import socket
import urllib.request
from collections.abc import Callable
from http.client import HTTPConnection
from typing import TYPE_CHECKING

import pytest

from edgekit.config.web import read_address
from edgekit.errors import OutletError
from edgekit.ledger.lines import verify_record
from edgekit.node.page.doors import open_doors
from edgekit.signers.file import load_public

if TYPE_CHECKING:
    from tests.node.conftest import Node, Places

Wait = Callable[..., float]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        return int(one.getsockname()[1])


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def node(many: "Places", port: int, wait: Wait) -> "Node":
    place = many.make("paged", extra=f'[web]\nlisten = ["127.0.0.1:{port}"]\n')
    made = many.run(place)
    early: list[socket.socket] = []
    wait(lambda: early.extend(reached(port)) or early)
    wait(lambda: healthy(made, port))  # though somebody called before the page was looked at
    early[0].close()
    return made


def reached(port: int) -> list[socket.socket]:
    try:
        return [socket.create_connection(("127.0.0.1", port), timeout=60)]
    except OSError:
        return []


def healthy(node: "Node", port: int) -> bool:
    assert node.process.poll() is None, node.log()
    try:
        return get(port, "/healthz")[0] == 200
    except OSError:
        return False


def get(port: int, path: str, method: str = "GET", body: bytes | None = None) -> tuple[int, bytes]:
    line = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        line.request(method, path, body)
        answer = line.getresponse()
        return answer.status, answer.read()
    finally:
        line.close()


def test_the_page_is_sealed_and_tells_what_is_in_the_log(
    node: "Node", port: int, wait: Wait
) -> None:
    wait(lambda: get(port, "/record/latest")[0] == 200)
    assert "page verified from outside: seal sealed" in node.log()
    status, page = get(port, "/")
    assert status == 200
    assert b"This camera counts." in page
    _, line = get(port, "/record/latest")
    _, pem = get(port, "/key.pem")
    assert pem == (node.place.folder / "keys" / "device.pub.pem").read_bytes()
    key = load_public(node.place.folder / "keys" / "device.pub.pem")
    verify_record(line.rstrip(b"\n"), [key])
    sequence = json.loads(get(port, "/records?from=0&count=1")[1])  # one line is one object
    assert sequence["payload"]
    for path in ("/proof/0", "/checkpoint", "/metrics", "/tile/0/000.p/1", "/sign.svg"):
        assert get(port, path)[0] == 200, path


@pytest.mark.usefixtures("node")
def test_a_stream_brings_the_records_of_the_log_in_order(port: int) -> None:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/events", headers={"Last-Event-ID": "0"}
    )
    with urllib.request.urlopen(request, timeout=60) as stream:
        ids = []
        while len(ids) < 6:
            line = stream.readline()
            ids += [int(line[4:])] if line.startswith(b"id: ") else []
    assert ids == list(range(1, 7))


HOSTILE = {
    "nothing": b"",
    "half a line": b"GET / HT",
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64),
    "a megabyte of headers": b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 170_000 + b"\r\n",
    "a header that never ends": b"GET / HTTP/1.1\r\nX: " + b"y" * 1_000_000,
    "an address that never ends": b"GET /" + b"a" * 1_000_000,
    "a body that is not sent": b"POST /pause HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n",
    "a length that is none": b"POST /pause HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    "two lengths": b"POST /pause HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n"
    b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a chunk without end": b"POST /pause HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"ffffffffffffffff\r\n",
    "many at once": b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 200,
    "an upgrade": b"GET /events HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\n"
    b"Upgrade: websocket\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\n\r\n",
    "line ends in a header": b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: a\x00\rb\r\n\r\n",
}


HUNG_UP = (errno.EPIPE, errno.ECONNRESET, errno.ENOTCONN)


@pytest.mark.parametrize("sent", HOSTILE.values(), ids=HOSTILE)
def test_whatever_a_caller_sends_the_next_one_is_answered(
    node: "Node", port: int, sent: bytes
) -> None:
    pid = node.pid("page")
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        line.settimeout(60)
        try:
            line.sendall(sent)
            line.shutdown(socket.SHUT_WR)
            while line.recv(65_536):
                pass
        except OSError as error:
            if error.errno not in HUNG_UP:  # as it may
                raise
    assert get(port, "/healthz") == (200, b"ok\n")
    assert node.pid("page") == pid


@pytest.mark.usefixtures("node")
def test_callers_without_end_do_not_keep_the_next_one_out(port: int) -> None:
    lines = [socket.create_connection(("127.0.0.1", port), timeout=60) for _ in range(200)]
    for line in lines:
        line.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
    try:
        assert get(port, "/healthz") == (200, b"ok\n")
    finally:
        for line in lines:
            line.close()


def test_a_page_that_fell_comes_again_and_the_counting_goes_on(
    node: "Node", port: int, wait: Wait
) -> None:
    eye, old = node.pid("eye"), node.kill("page")
    node.wait_new("page", old)
    wait(lambda: healthy(node, port))
    assert node.pid("eye") == eye
    assert get(port, "/record/0")[0] == 200


def test_who_shows_the_digits_pauses_the_camera_and_nothing_is_kept_of_it(
    node: "Node", port: int, wait: Wait
) -> None:
    digits = get(port, "/")[1].partition(b'name="token" value="')[2][:6]
    assert digits.isdigit()
    status, _ = get(port, "/pause", "POST", b"token=" + digits)
    assert status == 303
    wait(lambda: b"It is paused." in get(port, "/")[1])
    wait(lambda: node.pid("eye") is None)
    told = node.log()
    assert "127.0.0.1" not in told.replace(str(node.place.folder), "")
    assert digits.decode() not in told
    for path in node.place.data.rglob("*"):
        if path.is_file():
            assert digits not in path.read_bytes(), path


def test_where_somebody_else_listens_the_node_counts_without_its_page(
    places: "Places", wait: Wait
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        place = places.make(extra=f'[web]\nlisten = ["127.0.0.1:{number}"]\n')
        node = places.run(place)
        node.wait_seeing()
        assert f"the page cannot listen on 127.0.0.1:{number}" in node.log()
    wait(lambda: healthy(node, number))


def test_a_door_is_at_its_address_and_at_no_other() -> None:
    number = free_port()
    (door,) = open_doors([read_address(f"127.0.0.1:{number}")])
    with door:
        assert door.getsockname() == ("127.0.0.1", number)
        with pytest.raises(OutletError, match="cannot listen"):
            open_doors([read_address(f"127.0.0.1:{number}")])
    with pytest.raises(OutletError, match=r"192\.0\.2\.1"):
        open_doors([read_address(f"127.0.0.1:{number}"), read_address(f"192.0.2.1:{number}")])
    (again,) = open_doors([read_address(f"127.0.0.1:{number}")])
    again.close()
