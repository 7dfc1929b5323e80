"""Commands that only a holder of the key can send, each once."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.errors import PacketError
from edgekit.wire.authentication import TAG_BYTES, aes_cmac, seal, session_key, unseal
from edgekit.wire.packet import Packet

KEY, HOST, DEVICE = bytes(range(16)), b"hostsays", b"devicesa"
SESSION = session_key(KEY, HOST, DEVICE)
SET = Packet(4, 7, 0, bytes.fromhex("090080e803"))


def test_vectors(vectors: Callable[[str], list[dict[str, str]]]) -> None:
    for stanza in vectors("cmac.txt"):
        message = stanza["message"].removeprefix("-")
        tag = aes_cmac(bytes.fromhex(stanza["key"]), bytes.fromhex(message))
        assert tag.hex() == stanza["expect"], stanza["name"]


@given(st.binary(max_size=36), st.integers(1, 2**32 - 1))
def test_what_is_sealed_comes_back(payload: bytes, counter: int) -> None:
    packet = replace(SET, payload=payload)

    assert unseal(seal(packet, SESSION, counter), SESSION, counter - 1) == (packet, counter)


@given(st.integers(0, 8 * 17 - 1))
def test_no_bit_can_be_changed(bit: int) -> None:
    sealed = seal(SET, SESSION, 1)
    payload = bytearray(sealed.payload)
    payload[bit // 8] ^= 1 << bit % 8

    with pytest.raises(PacketError, match="tag"):
        unseal(replace(sealed, payload=bytes(payload)), SESSION, 0)


@pytest.mark.parametrize("field", ["type", "seq", "boot", "version"])
def test_the_header_is_covered(field: str) -> None:
    sealed = seal(SET, SESSION, 1)

    with pytest.raises(PacketError, match="tag"):
        unseal(replace(sealed, **{field: 99}), SESSION, 0)


def test_replay_other_session_and_no_tag() -> None:
    sealed = seal(SET, SESSION, 5)
    with pytest.raises(PacketError, match="replay"):
        unseal(sealed, SESSION, 5)
    with pytest.raises(PacketError, match="tag"):
        unseal(sealed, session_key(KEY, HOST, b"another!"), 0)
    with pytest.raises(PacketError, match="no tag"):
        unseal(replace(SET, payload=bytes(TAG_BYTES)), SESSION, 0)


def test_keys_and_nonces_of_the_right_size() -> None:
    with pytest.raises(PacketError, match="key of 15 bytes"):
        session_key(KEY[:15], HOST, DEVICE)
    with pytest.raises(PacketError, match="nonce"):
        session_key(KEY, HOST, DEVICE[:7])
