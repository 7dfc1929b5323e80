"""Messages: each comes back from its payload, ignores what it does not know, is never cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.errors import PacketError
from edgekit.wire.channels import Channel, ChannelKind, Sample, SampleLayout
from edgekit.wire.messages import (
    Applied,
    Capability,
    Command,
    ErrorCode,
    Hello,
    Pong,
    Refusal,
    Stats,
)
from edgekit.wire.thermal import Assembly, Piece, Words, WordsRequest

U8, U16, U32 = st.integers(0, 255), st.integers(0, 2**16 - 1), st.integers(0, 2**32 - 1)

HELLOS = st.builds(
    Hello,
    lowest=U8,
    highest=U8,
    reset_cause=U8,
    max_payload=U8,
    receive_buffer=U16,
    tick_hz=U16,
    uptime_ticks=U32,
    boot_id=U32,
    capabilities=U32.map(Capability),
    uid=st.binary(min_size=8, max_size=8),
    firmware=st.tuples(U8, U8, U8),
    channels=U8,
    nonce=st.one_of(st.just(b""), st.binary(min_size=8, max_size=8)),
)
COMMANDS = st.builds(Command, channel=U8, level=U16, expires_ms=U16)
APPLIED = st.builds(Applied, channel=U8, level=U16)
STATS = st.builds(
    Stats,
    good=U16,
    bad_crc=U16,
    bad_cobs=U16,
    bad_length=U16,
    overflows=U8,
    overruns=U8,
    framing_errors=U8,
)
CHANNELS = st.builds(
    Channel,
    index=U8,
    kind=st.sampled_from(ChannelKind),
    fitted=st.booleans(),
    safe_level=U16,
    limit_s=U16,
    scale=U16,
)


@given(st.one_of(HELLOS, COMMANDS, APPLIED, STATS, CHANNELS))
def test_a_message_comes_back(message: Hello | Command | Applied | Stats | Channel) -> None:
    payload = message.to_payload()
    kind = type(message)

    assert kind.from_payload(payload) == message
    if not isinstance(message, Hello):
        assert kind.from_payload(payload + b"later versions say more") == message
    for size in range(min(len(payload), 32)):
        with pytest.raises(PacketError):
            kind.from_payload(payload[:size])


@given(U32, st.binary(max_size=44))
def test_pong(ticks: int, echo: bytes) -> None:
    pong = Pong(ticks=ticks, echo=echo)

    assert Pong.from_payload(pong.to_payload()) == pong
    with pytest.raises(PacketError, match="reply to PING of 3 bytes"):
        Pong.from_payload(b"123")


def test_refusal() -> None:
    for refusal in (Refusal(code=4), Refusal(code=ErrorCode.VERSION, lowest=2, highest=3)):
        assert Refusal.from_payload(refusal.to_payload()) == refusal
    assert Refusal.from_payload(b"\1") == Refusal(code=1)
    with pytest.raises(PacketError, match="ERR of 0 bytes"):
        Refusal.from_payload(b"")


def test_a_command_that_does_not_fit() -> None:
    with pytest.raises(PacketError, match="does not fit"):
        Command(channel=0, level=65536, expires_ms=1).to_payload()


def test_a_kind_that_nobody_knows() -> None:
    with pytest.raises(PacketError, match="0x77"):
        Channel.from_payload(bytes([0, 0x77, 1, 0, 0, 0, 0, 0, 0]))


def test_which_channels_are_outputs() -> None:
    outputs = {kind for kind in ChannelKind if kind.is_output}

    assert outputs == {ChannelKind.DIMMER, ChannelKind.RELAY, ChannelKind.VALVE}


ALL = tuple(Channel(index=i, kind=kind) for i, kind in enumerate(ChannelKind))


def value_of(kind: ChannelKind) -> st.SearchStrategy[int | tuple[int, int] | None]:
    of_family = {0: U16, 1: st.tuples(U8, U32), 2: U32, 3: U16, 4: st.none()}
    return st.one_of(st.none(), of_family[kind >> 4])


@given(U8, U32, st.tuples(*(value_of(channel.kind) for channel in ALL)))
def test_a_sample_comes_back(
    seq: int, ticks: int, values: tuple[int | tuple[int, int] | None, ...]
) -> None:
    layout = SampleLayout(ALL)
    sample = Sample(seq, ticks, values)
    payload = layout.pack(sample)

    assert layout.unpack(seq, payload + b"more") == sample
    with pytest.raises(PacketError, match="sample of"):
        layout.unpack(seq, payload[:-1])


def test_a_sample_that_does_not_fit() -> None:
    layout = SampleLayout(ALL[:1])
    with pytest.raises(PacketError, match="does not fit"):
        layout.pack(Sample(0, 0, (70_000,)))
    with pytest.raises(PacketError, match="17 channels"):
        SampleLayout([Channel(index=i, kind=ChannelKind.PULSES) for i in range(17)])


@given(st.binary(min_size=2, max_size=600), st.integers(1, 21))
def test_pieces_make_the_whole(memory: bytes, size: int) -> None:
    words = [high << 8 | low for low, high in zip(memory[::2], memory[1::2], strict=False)]
    assembly = Assembly()
    found = []
    for first in range(0, len(words), size):
        part = tuple(words[first : first + size])
        piece = Piece(channel=1, reading=9, first=first, total=len(words), words=part)
        found.append(assembly.add(Piece.from_payload(piece.to_payload())))

    assert found[-1] == tuple(words)
    assert found[:-1] == [None] * (len(found) - 1)
    assert assembly.torn == 0


def piece(reading: int, first: int) -> Piece:
    return Piece(channel=1, reading=reading, first=first, total=6, words=(first, first + 1))


def test_a_reading_with_a_hole_is_dropped() -> None:
    assembly = Assembly()

    lost_middle = [assembly.add(piece(1, first)) for first in (0, 4)]
    orphan = assembly.add(piece(1, 2))
    begun_anew = [assembly.add(piece(2, 0)), assembly.add(piece(3, 0))]
    other_reading = assembly.add(piece(2, 2))
    whole = [assembly.add(piece(4, first)) for first in (0, 2, 4)]

    assert [*lost_middle, orphan, *begun_anew, other_reading] == [None] * 6
    assert whole == [None, None, (0, 1, 2, 3, 4, 5)]
    assert assembly.torn == 3


def test_pieces_and_words_that_can_not_be() -> None:
    with pytest.raises(PacketError, match="PIECE of 6 bytes"):
        Piece.from_payload(bytes(6))
    with pytest.raises(PacketError, match="words 5 to 7 of 6"):
        Piece.from_payload(Piece(channel=0, reading=0, first=5, total=6, words=(1, 2)).to_payload())
    with pytest.raises(PacketError, match="WORDS of 2 bytes"):
        Words.from_payload(b"12")

    words = Words(channel=3, first=100, words=(1, 65535))
    assert Words.from_payload(words.to_payload()) == words
    assert WordsRequest(channel=3, first=0x1234, count=2).to_payload() == b"\x03\x34\x12\x02"
