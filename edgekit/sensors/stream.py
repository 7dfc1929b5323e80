"""A stream of encoded pictures over a pipe: what a fetcher hands to an eye that can call nobody.

Nothing here has passed the gate. One head, then packets, little-endian:

    head     codec 4 bytes, width u16, height u16, frames per 1000 s u32
    packet   length u32, encoded bytes

The eye decodes it behind its seal, so that a picture that attacks its decoder gains nothing.
"""

import io
import os
import struct
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from edgekit.errors import SensorError
from edgekit.frames import Frame, Pixels
from edgekit.sensors.image import fit

HEAD = struct.Struct("<4sHHI")
LENGTH = struct.Struct("<I")
MAX_PACKET_BYTES = 16 << 20
DEFAULT_FPS = 15.0
MAX_FPS = 240.0

PICTURES = frozenset({"MJPG", "JPEG"})
VIDEOS = frozenset({"H264", "AVC1", "HEVC", "HEV1", "HVC1", "H265"})
"""Codecs that FFmpeg recognises without a container around them."""

_OPTIONS = "OPENCV_FFMPEG_CAPTURE_OPTIONS"
_PROBE = "probesize;16384"
"""By default FFmpeg reads 100 kB before it shows anything: seconds of a quiet stream."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What a stream is; ``fps`` is 0 where it does not say."""

    codec: str
    width: int
    height: int
    fps: float

    def to_bytes(self) -> bytes:
        """Return the bytes."""
        codec = self.codec.encode("ascii", "replace").ljust(4)[:4]
        per_1000_s = round(self.fps * 1000) if 0 < self.fps <= MAX_FPS else 0
        return HEAD.pack(codec, self.width, self.height, per_1000_s)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Head":
        """Read the bytes; raises SensorError where this is no stream that can be decoded here."""
        if len(data) != HEAD.size:
            raise SensorError("the stream ended before it began")
        codec, width, height, per_1000_s = HEAD.unpack(data)
        name = codec.decode("ascii", "replace").strip().upper()
        if name not in PICTURES | VIDEOS:
            raise SensorError(
                f"stream of codec {name!r}: expected {', '.join(sorted(PICTURES | VIDEOS))}",
                hint="set the camera to H.264, H.265 or motion JPEG",
            )
        if not (width and height):
            raise SensorError("stream of pictures without a size")
        return cls(codec=name, width=width, height=height, fps=min(per_1000_s / 1000, MAX_FPS))


class StreamSource:
    """Frames decoded from a pipe.

    Making it reads nothing; `begin` reads the head, and the first `read` begins to decode.

    Args:
        descriptor: the pipe's end; it belongs to this one now.
        clock_ms: Unix time in milliseconds; gives each frame its time of arrival.
        size: (width, height) to deliver.
        fps: what is expected where the stream does not say.
    """

    live = True

    def __init__(
        self, descriptor: int, *, clock_ms: Callable[[], int], size: tuple[int, int], fps: float
    ) -> None:
        self.size = size
        self.fps = fps
        self._pipe = _Packets(descriptor)
        self._clock_ms = clock_ms
        self._decode: Callable[[], Pixels | None] | None = None
        self._head: Head | None = None
        self._index = 0
        self._closed = False

    def begin(self) -> None:
        """Wait for the head; SensorError where there is none, or one that cannot be decoded."""
        self._head = Head.from_bytes(self._pipe.exactly(HEAD.size))
        self.fps = self._head.fps or self.fps

    def read(self) -> Frame | None:
        """Return the next frame; SensorError where the stream has ended or cannot be decoded."""
        if self._closed:
            return None
        if self._head is None:
            self.begin()
        if self._decode is None:
            self._decode = self._decoder()
        try:
            pixels = self._decode()
        except cv2.error as error:
            raise SensorError(f"the stream cannot be decoded: {error.err}") from error
        if pixels is None:
            raise SensorError("the stream gives no more frames", hint="check the network")
        frame = Frame(fit(pixels, self.size), self._clock_ms(), self._index)
        self._index += 1
        return frame

    def close(self) -> None:
        """Let go of the pipe; harmless when repeated."""
        if not self._closed:
            self._closed = True
            self._pipe.close()

    def _decoder(self) -> Callable[[], Pixels | None]:
        if self._head is not None and self._head.codec in PICTURES:
            return self._next_picture
        capture = _open(self._pipe)

        def next_of_video() -> Pixels | None:
            came, pixels = capture.read()
            return np.asarray(pixels, np.uint8) if came else None

        return next_of_video

    def _next_picture(self) -> Pixels | None:
        packet = self._pipe.packet()
        if packet is None:
            return None
        pixels = cv2.imdecode(np.frombuffer(packet, np.uint8), cv2.IMREAD_COLOR)
        if pixels is None:
            raise SensorError("the stream sent a picture that cannot be decoded")
        return np.asarray(pixels, np.uint8)


def _open(pipe: "_Packets") -> cv2.VideoCapture:
    os.environ[_OPTIONS] = _PROBE
    try:
        # Its stubs name a class that does not exist; it takes any io.BufferedIOBase.
        capture: cv2.VideoCapture = cv2.VideoCapture(
            pipe,  # type: ignore[call-overload] # -- see above
            cv2.CAP_FFMPEG,
            [cv2.CAP_PROP_N_THREADS, 1],
        )
    except TypeError as error:
        raise SensorError(
            f"OpenCV {cv2.__version__} cannot decode this stream from a pipe: expected 4.11",
            hint="install a newer opencv-python-headless, or set the camera to motion JPEG",
        ) from error
    finally:
        del os.environ[_OPTIONS]
    if not capture.isOpened():
        raise SensorError("the stream cannot be decoded", hint="is it H.264, H.265 or MPEG-4?")
    return capture


class _Packets(io.BufferedIOBase):
    """The pipe: packet by packet, or as the one stream of bytes that FFmpeg asks for."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._rest = b""

    def exactly(self, size: int) -> bytes:
        """Return so many bytes, or fewer at the end."""
        data = b""
        while len(data) < size and (part := os.read(self._descriptor, size - len(data))):
            data += part
        return data

    def packet(self) -> bytes | None:
        """Return the next packet, or None at the end; SensorError for an impossible length."""
        head = self.exactly(LENGTH.size)
        if len(head) < LENGTH.size:
            return None
        (length,) = LENGTH.unpack(head)
        if not 0 < length <= MAX_PACKET_BYTES:
            raise SensorError(f"packet of {length} bytes: expected 1 to {MAX_PACKET_BYTES}")
        data = self.exactly(length)
        return data if len(data) == length else None

    def read(self, size: int | None = -1, /) -> bytes:
        """Return up to ``size`` bytes of what is in the packets."""
        if not self._rest:
            self._rest = self.packet() or b""
        end = len(self._rest) if size is None or size < 0 else size
        part, self._rest = self._rest[:end], self._rest[end:]
        return part

    def seek(self, _offset: int, _whence: int = 0, /) -> int:
        """Say that a pipe cannot be wound."""
        return -1

    def close(self) -> None:
        """Close the pipe once."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)
        super().close()
