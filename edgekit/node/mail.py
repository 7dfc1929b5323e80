"""Between clerk and herald: signed records out, two kinds of answer back."""

import struct
from collections.abc import Iterator

from edgekit.errors import PipeError
from edgekit.records import SignedRecord

_HEAD = struct.Struct("<QI")
_ANSWER = struct.Struct("<BQ")
MAX_ENVELOPE_BYTES = 65_536

DELIVERED = 1
"""Answer: every record before this sequence number is with the outlets."""

PAUSE = 2
"""Answer: somebody asks for a pause; not a sequence, but the digits that the local page shows."""


def encode_record(record: SignedRecord) -> bytes:
    """Return sequence u64, length u32 and the envelope."""
    return _HEAD.pack(record.sequence, len(record.envelope)) + record.envelope


def encode_answer(word: int, sequence: int = 0) -> bytes:
    """Return word u8 and sequence u64 (of `PAUSE`: the digits as a number)."""
    return _ANSWER.pack(word, sequence)


class RecordReader:
    """Cuts a byte stream into signed records, whatever pieces it arrives in."""

    def __init__(self) -> None:
        self._buffer = b""

    def feed(self, data: bytes) -> Iterator[SignedRecord]:
        """Yield each record that is now whole; raises PipeError on an impossible length."""
        self._buffer += data
        while len(self._buffer) >= _HEAD.size:
            sequence, length = _HEAD.unpack_from(self._buffer)
            if length > MAX_ENVELOPE_BYTES:
                raise PipeError(f"envelope of {length} bytes: expected up to {MAX_ENVELOPE_BYTES}")
            end = _HEAD.size + length
            if len(self._buffer) < end:
                return
            envelope, self._buffer = self._buffer[_HEAD.size : end], self._buffer[end:]
            yield SignedRecord(sequence=sequence, envelope=envelope)


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
            if word not in (DELIVERED, PAUSE):
                raise PipeError(f"answer {word}: expected {DELIVERED} or {PAUSE}")
            yield word, sequence
