"""Between clerk and herald: signed records out, each for a lane of its own, and answers back."""

import struct
from collections.abc import Iterator, Mapping

from edgekit.errors import PipeError
from edgekit.records import SignedRecord

_HEAD = struct.Struct("<BQI")
_ANSWER = struct.Struct("<BQ")
MAX_ENVELOPE_BYTES = 65_536

FILES, BROKER = 0, 1
"""The lanes: what goes into files waits for no broker that is away."""

_LANES = (FILES, BROKER)
_GREETING = 255

DELIVERED = 1
"""Answer: every record before this sequence number is in the files."""

PAUSE = 2
"""Answer: somebody asks for a pause; not a sequence, but the digits that the local page shows."""


ACKNOWLEDGED = 3
"""Answer: every record of the broker's lane before this sequence number was acknowledged by it."""

_OF_LANE: Mapping[int, int] = {DELIVERED: FILES, ACKNOWLEDGED: BROKER}


def lane_of(word: int) -> int:
    """Return which lane an answer is about: every word but `PAUSE` is about one."""
    return _OF_LANE[word]


GREETING = _HEAD.pack(_GREETING, 0, 0)
"""What comes first: the herald was looked at from outside, and may begin."""


def encode_record(record: SignedRecord, lane: int = FILES) -> bytes:
    """Return lane u8, sequence u64, length u32 and the envelope."""
    return _HEAD.pack(lane, record.sequence, len(record.envelope)) + record.envelope


def encode_answer(word: int, sequence: int = 0) -> bytes:
    """Return word u8 and sequence u64 (of `PAUSE`: the digits as a number)."""
    return _ANSWER.pack(word, sequence)


class RecordReader:
    """Cuts a byte stream into signed records, whatever pieces it arrives in."""

    def __init__(self) -> None:
        self._buffer = b""

    def feed(self, data: bytes) -> Iterator[tuple[int, SignedRecord]]:
        """Yield (lane, record), each that is whole; PipeError on an impossible length or lane."""
        self._buffer += data
        while len(self._buffer) >= _HEAD.size:
            lane, sequence, length = _HEAD.unpack_from(self._buffer)
            if length > MAX_ENVELOPE_BYTES or lane not in (*_LANES, _GREETING):
                raise PipeError(
                    f"envelope of {length} bytes for lane {lane}: expected up to "
                    f"{MAX_ENVELOPE_BYTES} for {FILES} or {BROKER}"
                )
            end = _HEAD.size + length
            if len(self._buffer) < end:
                return
            envelope, self._buffer = self._buffer[_HEAD.size : end], self._buffer[end:]
            if lane != _GREETING:
                yield lane, SignedRecord(sequence=sequence, envelope=envelope)


class AnswerReader:
    """Cuts a byte stream into answers."""

    def __init__(self) -> None:
        self._buffer = b""

    def feed(self, data: bytes) -> Iterator[tuple[int, int]]:
        """Yield (word, sequence); raises PipeError on a word that does not exist."""
        self._buffer += data
        while len(self._buffer) >= _ANSWER.size:
            word, sequence = _ANSWER.unpack_from(self._buffer)
            self._buffer = self._buffer[_ANSWER.size :]
            if word not in (DELIVERED, PAUSE, ACKNOWLEDGED):
                raise PipeError(f"answer {word}: expected {DELIVERED}, {PAUSE} or {ACKNOWLEDGED}")
            yield word, sequence
