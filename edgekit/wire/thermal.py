"""Raw words of a thermal array in pieces, and the whole they make; not what they mean."""

import struct
from dataclasses import dataclass
from typing import Self

from edgekit.errors import PacketError

PIECE_WORDS = 21
_HEAD = struct.Struct("<BBHH")
_REQUEST = struct.Struct("<BHB")
_WORDS_HEAD = struct.Struct("<BH")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """PIECE: some words, u16, of one reading.

    ``reading`` 0..255 tells which; ``first`` is the place of the first word among ``total``.
    """

    channel: int
    reading: int
    first: int
    total: int
    words: tuple[int, ...]

    def to_payload(self) -> bytes:
        """Return 6 bytes and two for each word."""
        head = _HEAD.pack(self.channel, self.reading, self.first, self.total)
        return head + struct.pack(f"<{len(self.words)}H", *self.words)

    @classmethod
    def from_payload(cls, payload: bytes) -> Self:
        """Read it; raises PacketError where it is too short or lies outside its own whole."""
        if len(payload) <= _HEAD.size:
            raise PacketError(f"PIECE of {len(payload)} bytes: expected more than {_HEAD.size}")
        channel, reading, first, total = _HEAD.unpack_from(payload)
        words = _words(payload[_HEAD.size :])
        if first + len(words) > total:
            raise PacketError(f"PIECE of words {first} to {first + len(words)} of {total}")
        return cls(channel=channel, reading=reading, first=first, total=total, words=words)


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsRequest:
    """WORDS: read ``count`` words, 1..22, of an array's own memory from word ``first``."""

    channel: int
    first: int
    count: int

    def to_payload(self) -> bytes:
        """Return 4 bytes."""
        return _REQUEST.pack(self.channel, self.first, self.count)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The reply to WORDS."""

    channel: int
    first: int
    words: tuple[int, ...]

    def to_payload(self) -> bytes:
        """Return 3 bytes and two for each word."""
        head = _WORDS_HEAD.pack(self.channel, self.first)
        return head + struct.pack(f"<{len(self.words)}H", *self.words)

    @classmethod
    def from_payload(cls, payload: bytes) -> Self:
        """Read it; raises PacketError where it is too short."""
        if len(payload) < _WORDS_HEAD.size:
            raise PacketError(f"WORDS of {len(payload)} bytes: expected {_WORDS_HEAD.size}")
        channel, first = _WORDS_HEAD.unpack_from(payload)
        return cls(channel=channel, first=first, words=_words(payload[_WORDS_HEAD.size :]))


class Assembly:
    """Joins pieces into whole readings; a reading with a piece missing is dropped, and counted."""

    def __init__(self) -> None:
        self.torn = 0
        self._reading: int | None = None
        self._words: list[int] = []

    def add(self, piece: Piece) -> tuple[int, ...] | None:
        """Return the words of the reading that this piece completes, or None."""
        if piece.first == 0:
            self.torn += bool(self._words)
            self._reading, self._words = piece.reading, []
        elif piece.reading != self._reading or piece.first != len(self._words):
            self.torn += bool(self._words)
            self._reading, self._words = None, []
            return None
        self._words += piece.words
        if len(self._words) < piece.total:
            return None
        whole, self._words, self._reading = tuple(self._words), [], None
        return whole


def _words(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(data) // 2}H", data[: len(data) // 2 * 2])
