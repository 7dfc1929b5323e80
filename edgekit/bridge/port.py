"""Serial ports and sockets: found by a name that stays, opened for one, read without waiting twice.

serial:by-id/usb-Arduino_…   the name that udev gives to this very adapter
serial:by-path/…             the socket that it is plugged into, for one without a serial number
serial:/dev/ttyUSB0, /dev/ttyUSB0
socket://host:port           a port of another machine
"""

import os
import select
import termios
from pathlib import Path

import serial

from edgekit.errors import BridgeError, ConfigError, LinkLostError

DEFAULT_BAUD = 250_000
FOLDERS = (Path("/dev/serial/by-id"), Path("/dev/serial/by-path"))
_CHUNK = 4096
_WRITE_S = 1.0
_SERIAL, _SOCKET = "serial:", "socket://"


def path_of(spec: str) -> str:
    """Return what pyserial opens; raises ConfigError where the words mean nothing."""
    if spec.startswith(_SOCKET):
        return spec
    name = spec.removeprefix(_SERIAL)
    if not name:
        raise ConfigError("no serial port given", hint="edgekit bridge list shows what is there")
    if name.startswith(("by-id/", "by-path/")):
        return f"/dev/serial/{name}"
    if not name.startswith("/"):
        raise ConfigError(
            f"serial port {spec!r}: expected serial:by-id/…, a path or socket://host:port",
            hint="edgekit bridge list shows what is there",
        )
    return name


class _Opened(serial.Serial):  # type: ignore[misc]  # -- pyserial has no types
    """A serial port that was opened by somebody else: set up as pyserial sets up its own."""

    def __init__(self, name: str, baud: int, descriptor: int) -> None:
        super().__init__(None, baud, timeout=0, write_timeout=_WRITE_S, exclusive=True)
        self.name, self.fd = name, descriptor
        self.pipe_abort_read_r, self.pipe_abort_read_w = os.pipe2(os.O_NONBLOCK)
        self.pipe_abort_write_r, self.pipe_abort_write_w = os.pipe2(os.O_NONBLOCK)
        self.is_open = True
        try:
            self._reconfigure_port(force_update=True)
            self._reset_input_buffer()
        except BaseException:
            self.close()
            raise


class Port:
    """An open port; every foreign error is a LinkLostError from here on.

    Args:
        spec: as above.
        baud: symbols per second; of no meaning to a socket.
        descriptor: the port, opened by somebody else; it is ours from here on.

    Raises:
        ConfigError: the words mean nothing.
        LinkLostError: it is not there, not ours, or in use.
    """

    def __init__(
        self, spec: str, baud: int = DEFAULT_BAUD, *, descriptor: int | None = None
    ) -> None:
        self.name = path_of(spec)
        try:
            if descriptor is not None:
                self._serial = _Opened(self.name, baud, descriptor)
            elif self.name.startswith(_SOCKET):
                self._serial = serial.serial_for_url(self.name, timeout=0, write_timeout=_WRITE_S)
            else:
                self._serial = serial.Serial(
                    self.name, baud, timeout=0, write_timeout=_WRITE_S, exclusive=True
                )
            self._descriptor: int = self._serial.fileno()
        except (OSError, termios.error, ValueError) as error:
            raise LinkLostError(
                f"{self.name} can't be opened: {_reason(error)}", hint=_hint(self.name)
            ) from error

    def read(self, timeout_s: float, wake: int, gather_s: float = 0.0) -> bytes:
        """Return what has come, as soon as something has; nothing after the time, or when woken.

        ``wake`` is a descriptor that becomes readable when somebody wants the reader's attention.
        With ``gather_s`` more is waited for, for so long, when the first has come: a packet that
        trickles in is then one read instead of twenty. Raises LinkLostError when the port is gone.
        """
        try:
            readable, _, _ = select.select([self._descriptor, wake], [], [], max(0.0, timeout_s))
            if self._descriptor not in readable:
                return b""
            if gather_s:
                select.select([wake], [], [], gather_s)
            data = os.read(self._descriptor, _CHUNK)
        except (OSError, ValueError) as error:
            raise LinkLostError(f"{self.name} is gone: {_reason(error)}") from error
        if not data:  # readable and empty: the other end of a pseudo terminal or socket has closed
            raise LinkLostError(f"{self.name} is gone")
        return data

    def available(self) -> bytes:
        """Return what has come, without waiting; raises LinkLostError when the port is gone."""
        return self.read(0.0, self._descriptor)

    def write(self, data: bytes) -> None:
        """Send all of it; raises LinkLostError when the port is gone."""
        try:
            self._serial.write(data)
        except (OSError, termios.error) as error:
            raise LinkLostError(f"{self.name} is gone: {_reason(error)}") from error

    @property
    def descriptor(self) -> int:
        """Its number among what this process holds open."""
        return self._descriptor

    def close(self) -> None:
        """Let go of it; harmless when repeated."""
        try:
            self._serial.close()
        except (OSError, termios.error) as error:
            raise BridgeError(f"{self.name} does not close: {_reason(error)}") from error


def list_ports() -> list[tuple[str, str]]:
    """Return (spec, device) of every serial port that has a name that stays, by-id first."""
    found: dict[str, str] = {}
    for folder in FOLDERS:
        for link in sorted(folder.glob("*")) if folder.is_dir() else ():
            found.setdefault(str(link.resolve()), f"{_SERIAL}{folder.name}/{link.name}")
    return sorted((spec, device) for device, spec in found.items())


def _reason(error: Exception) -> str:
    """Say it in the system's words alone: pyserial wraps them, with the path once more."""
    number = getattr(error, "errno", None)
    return os.strerror(number) if number and number > 0 else str(error)


def _hint(name: str) -> str:
    if name.startswith(_SOCKET):
        return "is the other machine's port server running?"
    path = Path(name)
    if not path.exists():
        return "edgekit bridge list shows what is there"
    if not os.access(path, os.R_OK | os.W_OK):
        return "add the user to the group dialout, then log in again"
    return "another program may be using it"
