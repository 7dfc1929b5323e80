"""A conversation without a wire: when it asks again, and whom it believes."""

import pytest

from edgekit.bridge.conversation import Conversation
from edgekit.bridge.greeting import Greeting
from edgekit.bridge.request import Request
from edgekit.bridge.statistics import LinkStatistics
from edgekit.testing.native import NativeCore
from edgekit.wire.messages import Type
from edgekit.wire.packet import Packet, PacketDecoder

MS = 1_000_000
TRIP_NS = 6 * MS


class Nobody:
    def ready(self, hello: object) -> None: ...

    def unasked(self, packet: Packet, received_ns: int) -> None: ...

    def reset(self) -> None: ...


class Talk:
    """A host and the core beside it; each round trip takes 6 ms unless told otherwise."""

    def __init__(self, core: NativeCore) -> None:
        core.start(boot_id=3)
        self.core, self.now = core, 0
        self.statistics = LinkStatistics()
        greeting = Greeting(nonce=lambda: b"12345678")
        self.host = Conversation(greeting, Nobody(), self.statistics, 0)
        self.now = 300 * MS
        self.reply(self.asked())

    def asked(self) -> bytes:
        return self.host.poll(self.now)

    def reply(self, asked: bytes, *, after_ns: int = TRIP_NS, bent: bool = False) -> None:
        self.now += after_ns
        answer = b"".join(packet.to_bytes() for packet in self.core.take(asked))
        if bent:
            answer = answer[:5] + bytes([answer[5] ^ 0x40]) + answer[6:]
        self.host.receive(answer, self.now)

    def ping(self) -> Request:
        request = Request(type=Type.PING, payload=b"echo")
        self.host.submit(request)
        return request


@pytest.fixture
def talk(core: NativeCore) -> Talk:
    talk = Talk(core)
    for _ in range(30):
        request = talk.ping()
        talk.reply(talk.asked())
        assert request.answer.done()
    return talk


@pytest.mark.emulator
def test_a_bent_reply_is_asked_for_again_at_once(talk: Talk) -> None:
    request = talk.ping()
    talk.reply(talk.asked(), bent=True)
    again = talk.asked()
    assert PacketDecoder().feed(again)
    talk.reply(again)

    assert request.answer.result(0).payload[4:] == b"echo"
    assert (talk.statistics.retries, talk.statistics.bad_crc) == (1, 1)


@pytest.mark.emulator
def test_noise_before_a_reply_is_due_changes_nothing(talk: Talk) -> None:
    request = talk.ping()
    asked = talk.asked()
    for _ in range(4):
        talk.now += MS
        talk.host.receive(b"\0noise\0", talk.now)
        assert talk.asked() == b""
    talk.reply(asked, after_ns=2 * MS)

    assert request.answer.done()
    assert talk.statistics.retries == 0


@pytest.mark.emulator
def test_noise_without_end_is_not_answered_without_end(talk: Talk) -> None:
    request = talk.ping()
    tries = 0
    for _ in range(1000):
        tries += bool(talk.asked())
        talk.now += MS
        talk.host.receive(b"\0noise\0", talk.now)

    assert request.answer.exception(0) is not None
    assert tries <= 1000 * MS / TRIP_NS + 2


@pytest.mark.emulator
def test_what_is_slow_is_given_its_time(talk: Talk) -> None:
    request = Request(type=Type.PING, payload=b"echo", slow_ns=300 * MS)
    talk.host.submit(request)
    asked = talk.asked()
    talk.now += 100 * MS
    talk.host.receive(b"\0noise\0", talk.now)
    assert talk.asked() == b""
    talk.reply(asked)

    assert request.answer.done()
