"""Packets: the shared vectors, round trips, and the same answer however the bytes are cut."""

from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgekit.errors import PacketError
from edgekit.wire import cobs
from edgekit.wire.packet import (
    MAX_PAYLOAD,
    MAX_STUFFED,
    MAX_WIRE,
    Fault,
    Packet,
    PacketDecoder,
    unpack,
)

BYTE = st.integers(0, 255)
PACKETS = st.builds(Packet, BYTE, BYTE, BYTE, st.binary(max_size=MAX_PAYLOAD), st.integers(0, 255))
NOISE = st.lists(st.one_of(st.just(0), BYTE), max_size=200).map(bytes)


def told(found: Packet | Fault) -> str:
    if isinstance(found, Fault):
        return found.value
    head = (found.version, found.type, found.seq, found.boot)
    return f"packet {' '.join(f'{field:02x}' for field in head)} {found.payload.hex() or '-'}"


def test_vectors(vectors: Callable[[str], list[dict[str, str]]]) -> None:
    stanzas = vectors("packets.txt")
    assert len(stanzas) > 25
    for stanza in stanzas:
        found = PacketDecoder().feed(bytes.fromhex(stanza["bytes"]))
        assert ("; ".join(map(told, found)) or "nothing") == stanza["expect"], stanza["name"]


@given(PACKETS)
def test_what_is_sent_arrives(packet: Packet) -> None:
    wire = packet.to_bytes()

    assert len(wire) <= MAX_WIRE
    assert wire[0] == wire[-1] == 0
    assert 0 not in wire[1:-1]
    assert PacketDecoder().feed(wire) == [packet]


@given(
    st.lists(st.one_of(PACKETS.map(Packet.to_bytes), NOISE), max_size=6),
    st.randoms(use_true_random=False),
)
def test_the_cut_does_not_matter(parts: list[bytes], random: Random) -> None:
    data = b"".join(parts)
    whole = PacketDecoder().feed(data)

    single = PacketDecoder()
    one_by_one = [found for byte in data for found in single.feed(bytes([byte]))]
    uneven = PacketDecoder()
    cuts = sorted(random.choices(range(len(data) + 1), k=5))
    pieces = [data[a:b] for a, b in zip([0, *cuts], [*cuts, len(data)], strict=True)]
    in_pieces = [found for piece in pieces for found in uneven.feed(piece)]

    assert whole == one_by_one == in_pieces


@given(NOISE, PACKETS)
def test_a_packet_after_any_garbage_arrives(garbage: bytes, packet: Packet) -> None:
    found = PacketDecoder().feed(garbage + packet.to_bytes())

    assert found[-1] == packet
    assert garbage or found == [packet]


@given(PACKETS, st.data())
def test_no_flipped_bit_is_believed(packet: Packet, data: st.DataObject) -> None:
    wire = bytearray(packet.to_bytes())
    bits = data.draw(st.sets(st.integers(8, 8 * len(wire) - 9), min_size=1, max_size=8))
    for bit in bits:
        wire[bit // 8] ^= 1 << bit % 8

    assert packet not in PacketDecoder().feed(bytes(wire))


def test_endless_bytes_are_forgotten() -> None:
    decoder = PacketDecoder()
    for _ in range(1000):
        assert decoder.feed(b"U" * 1000) == []
    assert len(decoder._rest) == MAX_STUFFED + 1

    assert decoder.feed(b"\0") == [Fault.LENGTH]


@given(st.binary(max_size=1200))
@settings(max_examples=50)
def test_cobs_has_no_zero_and_comes_back(data: bytes) -> None:
    stuffed = cobs.encode(data)

    assert 0 not in stuffed
    assert cobs.decode(stuffed) == data
    assert len(stuffed) <= len(data) + 1 + len(data) // 254


def test_cobs_of_long_runs() -> None:
    for size in (253, 254, 255, 508, 509):
        assert cobs.decode(cobs.encode(b"\1" * size)) == b"\1" * size
        assert cobs.decode(cobs.encode(b"\1" * size + b"\0")) == b"\1" * size + b"\0"


@pytest.mark.parametrize("stuffed", [b"\x05abc", b"\0"])
def test_cobs_that_is_cut_short(stuffed: bytes) -> None:
    with pytest.raises(PacketError, match="COBS block"):
        cobs.decode(stuffed)


def test_a_packet_that_can_not_be() -> None:
    with pytest.raises(PacketError, match="49 bytes"):
        Packet(1, 0, 0, bytes(49))
    for header in ((256, 0, 0), (0, -1, 0), (0, 0, 300)):
        with pytest.raises(PacketError, match=r"0\.\.255"):
            Packet(*header, b"")
    assert unpack(b"\1") is Fault.LENGTH
