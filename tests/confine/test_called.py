"""A process that has made its one call, on a real kernel: it speaks by it and by nothing else."""

import json
import socket
import subprocess
import sys

import pytest

from edgekit.confine.filter import require_filters
from edgekit.errors import SealError

CALLED = """
import json, os, socket, sys
from edgekit.confine.allowance import herald_allowance
from edgekit.confine.filter import install, seal
from edgekit.confine.rules import Stage

server, other = (("127.0.0.1", int(port)) for port in sys.argv[1:])
call = socket.create_connection(server, timeout=60)
spare = socket.socket()
datagrams = socket.socket(type=socket.SOCK_DGRAM)
install(Stage.OUTLETS)
seal(herald_allowance(pid=os.getpid(), calls=True))

def tried(step):
    try:
        step()
    except OSError as error:
        return error.errno
    return 0

ways = {
    "speak": lambda: call.sendall(b"hello"),
    "hear": lambda: call.recv(5),
    "speak through TLS": lambda: os.write(call.fileno(), b"again"),
    "a new socket": socket.socket,
    "a socket of before": lambda: spare.connect(other),
    "call another by the same": lambda: call.connect(other),
    "a datagram": lambda: datagrams.sendto(b"x", other),
    "a datagram in the call": lambda: call.sendto(b"x", other),
    "a message": lambda: datagrams.sendmsg([b"x"], [], 0, other),
    "be called": lambda: spare.bind(("127.0.0.1", 0)),
    "look a name up": lambda: socket.getaddrinfo("example.org", 80),
    "become reachable": lambda: spare.listen(),
}
print(json.dumps({name: tried(step) for name, step in ways.items()}))
"""
MAY = {"speak", "hear", "speak through TLS"}


def test_who_has_called_speaks_with_that_one_alone() -> None:
    try:
        require_filters()
    except SealError as error:
        pytest.skip(str(error))
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_server(("127.0.0.1", 0)) as other,
    ):
        ports = [str(one.getsockname()[1]) for one in (server, other)]
        process = subprocess.Popen(
            [sys.executable, "-c", CALLED, *ports], stdout=subprocess.PIPE, text=True
        )
        server.settimeout(60)
        theirs, _ = server.accept()
        theirs.sendall(b"hello")
        said, _ = process.communicate(timeout=60)
        assert theirs.recv(100).startswith(b"hello")
        theirs.close()
        other.setblocking(False)
        with pytest.raises(BlockingIOError):
            other.accept()
    found = json.loads(said)
    assert {name for name, number in found.items() if number == 0} == MAY, found
