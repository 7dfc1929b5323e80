"""One connection, against bytes that no honest broker sends, and some that an odd one does."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from edgekit.errors import OutletError
from edgekit.outlets.connection import MAX_PACKET_BYTES, Connection, Place

YES = b"\x20\x03\x00\x00\x00"  # CONNACK of MQTT 5.0, 3.2: success, no properties
PLACE = Place(host="127.0.0.1", port=1883, base="edgekit/x", login=("node", "sesame"))


@dataclass
class Ears:
    heard: list[bytes] = field(default_factory=list)
    taken: list[int] = field(default_factory=list)

    def acknowledged(self, number: int) -> None:
        self.taken.append(number)

    def told(self, payload: bytes) -> None:
        self.heard.append(payload)


@dataclass
class Ends:
    line: Connection
    broker: socket.socket
    ears: Ears


@pytest.fixture
def ends() -> Iterator[Ends]:
    ours, theirs = socket.socketpair()
    ears = Ears()
    line = Connection(PLACE, ears, call=ours)
    yield Ends(line, theirs, ears)
    line.close()
    theirs.close()


def published(payload: bytes, *, flags: int = 0x32) -> bytes:
    """A PUBLISH (3.3) of QoS 1 with the packet identifier 1."""
    rest = b"\x00\x01x\x00\x01\x00" + payload
    return bytes([flags, len(rest)]) + rest


def test_what_comes_is_told_but_what_was_retained_is_not(ends: Ends) -> None:
    ends.broker.sendall(YES + published(b"old", flags=0x33) + published(b"new"))
    ends.line.open()
    while not ends.ears.heard:
        ends.line.turn(0.05)
    assert ends.ears.heard == [b"new"]


def test_a_node_that_may_not_listen_still_speaks(
    ends: Ends, caplog: pytest.LogCaptureFixture
) -> None:
    ends.broker.sendall(YES)
    ends.line.open()
    ends.line.listen("edgekit/x/pause/set")
    ends.broker.sendall(b"\x90\x04\x00\x01\x00\x87")  # SUBACK (3.9): not authorized
    while not caplog.messages:
        ends.line.turn(0.05)
    assert caplog.messages == ["no pause by mqtt 127.0.0.1:1883: it does not let the node listen"]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (b"", "connection was lost|hung up|connection lost"),
        (b"\x20\x03\x00\x86\x00", "refuses the node: Bad user name or password"),
        (b"\x20\x02\x00\x01", "breaks the rules|refuses|lost"),  # as MQTT 3.1.1 says no
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "mqtt 127"),
        (YES + b"\xe0\x02\x8d\x00", "mqtt 127"),  # DISCONNECT (3.14)
        (YES + b"\x30\xff\xff\xff\xff\x7f", "mqtt 127"),
    ],
)
def test_whatever_else_it_says_is_an_error_of_ours(ends: Ends, said: bytes, words: str) -> None:
    ends.broker.sendall(said)
    ends.broker.shutdown(socket.SHUT_WR)

    def hear() -> None:
        ends.line.open()
        while True:
            ends.line.turn(0.05)

    with pytest.raises(OutletError, match=words) as caught:
        hear()
    assert "sesame" not in f"{caught.value} {caught.value.hint} {PLACE!r}"
    assert len(ends.line._client._in_packet["packet"]) < 100 * MAX_PACKET_BYTES


def test_a_packet_without_end_is_not_waited_for(ends: Ends) -> None:
    ends.broker.sendall(YES)
    ends.line.open()
    ends.broker.sendall(b"\x30\xff\xff\xff\x7f" + b"x" * 9000)  # of 268 MB, it says

    def hear() -> None:
        while True:
            ends.line.turn(0.05)

    with pytest.raises(OutletError, match="sends more than it was told to"):
        hear()
    assert len(ends.line._client._in_packet["packet"]) <= 9000
