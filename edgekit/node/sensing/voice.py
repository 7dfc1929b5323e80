"""All that the eye can say: 24-byte observations, and a covered picture where it is authorised."""

import os
import select
import struct
from collections.abc import Callable
from contextlib import suppress

from edgekit.errors import PipeError
from edgekit.records import Fault, Kind, Observation

PICTURE_HEAD = struct.Struct("<I")
MAX_PICTURE_BYTES = 4_000_000
"""A covered picture is flat areas and a background: more than this is not one."""

PICTURE_BEGINS = b"\xff\xd8\xff"
"""A JPEG, and nothing else, comes from the second look (ITU-T T.81, SOI and the next marker)."""


class Voice:
    """The eye's end of the two pipes.

    Args:
        seen_fd: the pipe for observations; 24 bytes are written whole (PIPE_BUF, POSIX).
        picture_fd: the pipe for covered pictures.
        clock_ms: Unix time in milliseconds.
    """

    def __init__(self, seen_fd: int, picture_fd: int, *, clock_ms: Callable[[], int]) -> None:
        self._seen_fd = seen_fd
        self._picture_fd = picture_fd
        self._clock_ms = clock_ms
        self._seq = 0

    @property
    def outs(self) -> tuple[int, ...]:
        """The descriptors that it writes to."""
        return self._seen_fd, self._picture_fd

    def say(self, channel: int, kind: Kind, value: int, *, t_ms: int | None = None) -> None:
        """Send one observation, of now or of the time given (Unix, milliseconds)."""
        at_ms = self._clock_ms() if t_ms is None else t_ms
        seen = Observation(seq=self._seq, t_ms=at_ms, channel=channel, kind=kind, value=int(value))
        self._seq += 1
        os.write(self._seen_fd, seen.to_bytes())

    def last_word(self, fault: Fault) -> None:
        """Say why this eye ends, if anybody still listens."""
        with suppress(BrokenPipeError):
            self.say(0, Kind.FAULT, fault)

    def show(self, picture: bytes) -> None:
        """Send one covered picture, unless the last one has not been taken yet."""
        ready = select.poll()
        ready.register(self._picture_fd, select.POLLOUT)
        if not ready.poll(0):
            return
        data = memoryview(PICTURE_HEAD.pack(len(picture)) + picture)
        while data:
            data = data[os.write(self._picture_fd, data) :]


class PictureReader:
    """Cuts a picture pipe into whole pictures.

    Args:
        most: bytes that a picture may have.
    """

    def __init__(self, *, most: int = MAX_PICTURE_BYTES) -> None:
        self._most = most
        self._buffer = bytearray()
        self.whole = 0
        """How many pictures have come."""

    def feed(self, data: bytes) -> bytes | None:
        """Return the last picture that is now whole, if any.

        Raises:
            PipeError: a length that no covered picture has.
        """
        self._buffer += data
        found: bytes | None = None
        while len(self._buffer) >= PICTURE_HEAD.size:
            (length,) = PICTURE_HEAD.unpack_from(self._buffer)
            if length > self._most:
                raise PipeError(f"picture of {length} bytes: expected up to {self._most}")
            end = PICTURE_HEAD.size + length
            if len(self._buffer) < end:
                break
            found = bytes(self._buffer[PICTURE_HEAD.size : end])
            self.whole += 1
            del self._buffer[:end]
        return found
