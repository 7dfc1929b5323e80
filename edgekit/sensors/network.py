"""A camera on the network: RTSP over TCP, or HTTP. Nothing here has passed the gate."""

from collections.abc import Callable
from urllib.parse import urlsplit

import cv2

from edgekit.errors import ConfigError, SensorError
from edgekit.frames import Frame
from edgekit.sensors.capture import Capture
from edgekit.sensors.image import fit
from edgekit.sensors.stream import Head

SCHEMES = ("http", "https", "rtsp", "rtsps")
OPEN_TIMEOUT_MS = 5000
READ_TIMEOUT_MS = 4000
DEFAULT_FPS = 15.0
MAX_FPS = 240.0
_UNDECODED = -1
_START_CODES = (
    b"\0\0\0\1",
    b"\0\0\1",
)  # H.264 annex B; avcC would be of no use without its container


class NetworkSource:
    """A stream by its address, decoded by FFmpeg on one thread.

    OpenCV's FFmpeg takes RTSP over TCP unless told otherwise: no torn frames from lost packets.

    Args:
        address: ``rtsp://…``, ``rtsps://…``, ``http://…`` or ``https://…``; a user and password
            in it never reach a message.
        clock_ms: Unix time in milliseconds; gives each frame its time of arrival.
        size: (width, height) to deliver; None = as it comes.

    Raises:
        ConfigError: not such an address.
        SensorError: no stream there in time; while reading: it is lost.
    """

    live = True

    def __init__(
        self,
        address: str,
        *,
        clock_ms: Callable[[], int],
        size: tuple[int, int] | None = None,
    ) -> None:
        self._what = f"stream {without_user(address)}"
        self._clock_ms = clock_ms
        self._capture = _call(address, self._what, cv2.CAP_PROP_N_THREADS, 1)
        self.size = size or (
            round(self._capture.get(cv2.CAP_PROP_FRAME_WIDTH)),
            round(self._capture.get(cv2.CAP_PROP_FRAME_HEIGHT)),
        )
        fps = self._capture.get(cv2.CAP_PROP_FPS)
        self.fps = fps if 0 < fps <= MAX_FPS else DEFAULT_FPS
        self._index = 0
        self._closed = False

    def read(self) -> Frame | None:
        """Return the next frame; SensorError where the stream has ended or stalled."""
        if self._closed:
            return None
        pixels = self._capture.read()
        if pixels is None:
            raise SensorError(f"{self._what} gives no more frames", hint="check the network")
        frame = Frame(fit(pixels, self.size), self._clock_ms(), self._index)
        self._index += 1
        return frame

    def close(self) -> None:
        """Hang up; harmless when repeated."""
        self._closed = True
        self._capture.close()


class EncodedStream:
    """A stream by its address, taken as it comes and decoded elsewhere.

    Args:
        address: as for `NetworkSource`.

    Raises:
        ConfigError: not such an address.
        SensorError: no stream there in time.
    """

    def __init__(self, address: str) -> None:
        self._what = f"stream {without_user(address)}"
        self._capture = _call(address, self._what, cv2.CAP_PROP_FORMAT, _UNDECODED)
        fourcc = round(self._capture.get(cv2.CAP_PROP_FOURCC))
        self.head = Head(
            codec=fourcc.to_bytes(4, "little").decode("ascii", "replace"),
            width=round(self._capture.get(cv2.CAP_PROP_FRAME_WIDTH)),
            height=round(self._capture.get(cv2.CAP_PROP_FRAME_HEIGHT)),
            fps=self._capture.get(cv2.CAP_PROP_FPS),
        )

    def read(self) -> bytes:
        """Return the next packet; SensorError where the stream has ended or stalled."""
        packet = self._capture.read()
        if packet is None:
            raise SensorError(f"{self._what} gives no more pictures", hint="check the network")
        return packet.tobytes()

    def preface(self) -> bytes:
        """Return what a decoder has to know first and the stream itself may never say."""
        index = round(self._capture.get(cv2.CAP_PROP_CODEC_EXTRADATA_INDEX))
        data = self._capture.retrieve(index)
        known = b"" if data is None else data.tobytes()
        return known if known.startswith(_START_CODES) else b""

    def close(self) -> None:
        """Hang up; harmless when repeated."""
        self._capture.close()


def _call(address: str, what: str, *parameters: int) -> Capture:
    return Capture(
        address,
        cv2.CAP_FFMPEG,
        parameters=(
            *(cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, OPEN_TIMEOUT_MS),
            *(cv2.CAP_PROP_READ_TIMEOUT_MSEC, READ_TIMEOUT_MS),
            *parameters,
        ),
        what=what,
        hint="check the address, the password and that the camera answers",
    )


def without_user(address: str) -> str:
    """The address without user, password and query; ConfigError where it is none."""
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        host = None
    if not host or parts.scheme not in SCHEMES:
        raise ConfigError(
            "the stream's address cannot be used", hint=f"expected {', '.join(SCHEMES)} and a host"
        )
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{host}{port}{parts.path}"
