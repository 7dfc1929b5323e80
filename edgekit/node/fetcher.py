"""The fetcher: calls one camera on the network, once, and hands on what it sends, still encoded.

After the call it can make no other, and it can speak to that camera alone. A call that breaks off
is its end: the next one is made by a new fetcher, for a new eye. Its pictures have crossed a
network before they came here, and every record says so.
"""

import os
from collections.abc import Sequence
from pathlib import Path

from edgekit.config import Settings
from edgekit.config.login import read_login
from edgekit.confine.allowance import fetcher_allowance
from edgekit.confine.hygiene import hide_memory
from edgekit.errors import EdgekitError
from edgekit.node.log import say
from edgekit.node.processes.fault import EXIT_BASE, fault_of
from edgekit.node.walls.shutting import shut_in
from edgekit.sensors.login import with_login
from edgekit.sensors.network import EncodedStream
from edgekit.sensors.stream import LENGTH


def fetch(stream: EncodedStream, out: int) -> None:
    """Hand packets on until the call breaks off; raises SensorError then."""
    first = stream.read()
    _send(out, stream.head.to_bytes())
    if preface := stream.preface():
        _send(out, LENGTH.pack(len(preface)) + preface)
    while True:
        _send(out, LENGTH.pack(len(first)) + first)
        first = stream.read()


def _send(out: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(out, rest) :]


def main(words: Sequence[str]) -> int:
    """Run as a process of the node."""
    path, out, go = Path(words[0]), int(words[1]), int(words[2])
    sealed = False
    try:
        settings = Settings.load(path)
        camera = settings.camera
        stream = EncodedStream(with_login(camera.source, read_login(camera.login, "camera.login")))
        sealed = shut_in(settings, fetcher_allowance(pid=os.getpid(), out=out))
        if not os.read(go, 1):
            return 0  # nobody wants it any more
        hide_memory()
        fetch(stream, out)
    except BrokenPipeError:
        return 0
    except EdgekitError as error:
        if not sealed:
            say("error", str(error), error=error)
        return EXIT_BASE + fault_of(error)
    return 0
