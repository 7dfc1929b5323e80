"""Off-the-shelf meters that speak Modbus RTU, behind the same seam as pulse meters.

with ModbusBus("/dev/ttyUSB0") as bus:
    meter = ModbusMeter(bus, address=1, register=0x156, kind=RegisterKind.F32, unit="wh")
    print(meter.value)

Needs ``pip install '.[modbus]'``. Modbus Application Protocol V1.1b3, functions 3 and 4; Modbus
over Serial Line V1.02. One thread polls the bus; a meter that is dead is asked less and less often,
so that it does not slow down the others.
"""

import logging
import threading
import time
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Protocol

from edgekit.bridge.port import path_of
from edgekit.errors import BridgeError, BridgeTimeoutError, ConfigError, MissingExtraError
from edgekit.seams.closing import Closing

if TYPE_CHECKING:
    from collections.abc import Callable

LOG = logging.getLogger(__name__)
TIMEOUT_S = 0.3
TRIES = 2  # a stray first byte spoils one answer, not two
FIRST_WAIT_S, LONGEST_WAIT_S = 3.0, 60.0
STALE_POLLS = 5
_ADDRESSES = range(1, 248)
_REGISTERS = range(0x10000)


class RegisterKind(Enum):
    """How a number lies in registers; the most significant word comes first."""

    U16 = "u16"
    U32 = "u32"
    S32 = "s32"
    F32 = "f32"


class Instrument(Protocol):
    """What `minimalmodbus.Instrument` gives, as far as it is used."""

    serial: Any

    def read_register(self, register: int, *, functioncode: int) -> int:
        """Read one register."""
        ...

    def read_long(self, register: int, *, functioncode: int, signed: bool) -> int:
        """Read two as an integer."""
        ...

    def read_float(self, register: int, *, functioncode: int) -> float:
        """Read two as IEEE 754."""
        ...


@dataclass(slots=True)
class _Turn:
    """When a meter is asked next, and how long it is left alone when it does not answer."""

    meter: "ModbusMeter"
    due_s: float = 0.0
    wait_s: float = 0.0


class ModbusBus(Closing):
    """One serial line with meters.

    Args:
        spec: ``serial:by-id/…`` or a path.
        baud: symbols per second.
        parity: N, E or O.
        poll_s: seconds between two readings of a meter.
        echo: whether the adapter hands back what it sends (some RS-485 adapters do).

    Raises:
        ConfigError: the arguments mean nothing.
        BridgeError: the port can't be opened.
        MissingExtraError: minimalmodbus is not installed.
    """

    def __init__(
        self,
        spec: str,
        *,
        baud: int = 9600,
        parity: str = "N",
        poll_s: float = 1.0,
        echo: bool = False,
    ) -> None:
        if parity not in {"N", "E", "O"} or not poll_s > 0:
            raise ConfigError(f"parity {parity!r}, poll_s {poll_s}: expected N, E or O, and > 0")
        self.poll_s = poll_s
        self._settings = (path_of(spec), baud, parity, echo)
        self._instruments: dict[int, Instrument] = {}
        self._turns: list[_Turn] = []
        self._changed = threading.Condition()
        self._closing = False
        self._thread: threading.Thread | None = None

    def add(self, meter: "ModbusMeter") -> None:
        """Have a meter polled; raises BridgeError where the port can't be opened."""
        self.instrument(meter.address)
        with self._changed:
            self._turns.append(_Turn(meter))
            self._changed.notify_all()
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._run, name="edgekit-modbus", daemon=True
                )
                self._thread.start()

    def instrument(self, address: int) -> Instrument:
        """Return what talks to one address."""
        if address not in self._instruments:
            self._instruments[address] = _instrument(*self._settings, address=address)
        return self._instruments[address]

    def close(self) -> None:
        """End polling and close the port; harmless when repeated."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()
        for instrument in self._instruments.values():
            instrument.serial.close()  # one port, shared by all
        self._instruments.clear()

    def _run(self) -> None:
        while True:
            with self._changed:
                turn = min(self._turns, key=lambda turn: turn.due_s)
                if not self._closing:  # a new meter, or the end, wakes it
                    self._changed.wait(max(0.0, turn.due_s - time.monotonic()))
                if self._closing:
                    return
            if time.monotonic() >= turn.due_s:
                self._take(turn)

    def _take(self, turn: _Turn) -> None:
        try:
            turn.meter.poll()
            turn.wait_s = self.poll_s
        except BridgeError as error:
            if turn.wait_s <= self.poll_s:
                LOG.warning("meter=%d reason=%r", turn.meter.address, str(error))
            turn.wait_s = min(max(2 * turn.wait_s, FIRST_WAIT_S), LONGEST_WAIT_S)
        turn.due_s = time.monotonic() + turn.wait_s


class ModbusMeter:
    """A total in a meter's registers; fills the seam `edgekit.seams.channels.Meter`.

    Args:
        bus: the line it is on.
        address: 1 to 247.
        register: of the total, 0 to 65535, as the protocol counts.
        kind: how it lies there.
        unit: of the value, as records spell it.
        scale: what the raw number is multiplied with to get that unit.
        holding: whether it is a holding register (function 3) or an input register (function 4).
    """

    def __init__(  # noqa: PLR0913 -- keyword-only, as a meter's data sheet has them
        self,
        bus: ModbusBus,
        *,
        address: int,
        register: int,
        kind: RegisterKind,
        unit: str,
        scale: float = 1.0,
        holding: bool = False,
    ) -> None:
        if address not in _ADDRESSES or register not in _REGISTERS or not scale > 0:
            raise ConfigError(
                f"meter at address {address}, register {register}, scale {scale}: "
                "expected 1 to 247, 0 to 65535, and more than 0"
            )
        self.address = address
        self.unit = unit
        self.gaps = 0
        self._bus = bus
        self._register = register
        self._kind = kind
        self._scale = scale
        self._function = 3 if holding else 4
        self._last: float | None = None
        self._total = 0.0
        self._read_s: float | None = None
        bus.add(self)

    @property
    def value(self) -> float | None:
        """What has flowed since this object was made; None where the meter is out of sight."""
        if self._read_s is None or time.monotonic() - self._read_s > STALE_POLLS * self._bus.poll_s:
            return None
        return self._total * self._scale

    def poll(self) -> None:
        """Read it once, called by the bus; raises BridgeError."""
        raw = self._read()
        if self._last is not None and raw >= self._last:
            self._total += raw - self._last
        elif self._last is not None:
            self.gaps += 1  # it was replaced, or wrapped: what came between is not known
        self._last = raw
        self._read_s = time.monotonic()

    def _read(self) -> float:
        instrument = self._bus.instrument(self.address)
        readers: dict[RegisterKind, Callable[[], float]] = {
            RegisterKind.U16: lambda: instrument.read_register(
                self._register, functioncode=self._function
            ),
            RegisterKind.U32: lambda: instrument.read_long(
                self._register, functioncode=self._function, signed=False
            ),
            RegisterKind.S32: lambda: instrument.read_long(
                self._register, functioncode=self._function, signed=True
            ),
            RegisterKind.F32: lambda: instrument.read_float(
                self._register, functioncode=self._function
            ),
        }
        for left in reversed(range(TRIES)):
            try:
                return float(readers[self._kind]())
            except (OSError, ValueError) as error:
                if not left or _is_silence(error):
                    raise _ours(error, self.address) from error
        raise BridgeTimeoutError(f"meter {self.address}: not read")


def _is_silence(error: Exception) -> bool:
    return type(error).__name__ == "NoResponseError"  # minimalmodbus is not imported here


def _ours(error: Exception, address: int) -> BridgeError:
    kind = BridgeTimeoutError if _is_silence(error) else BridgeError
    return kind(f"meter {address}: {error}", hint="check address, speed, parity and the two wires")


def _instrument(path: str, baud: int, parity: str, echo: bool, *, address: int) -> Instrument:
    try:
        import minimalmodbus  # noqa: PLC0415 -- an extra
    except ImportError as error:
        raise MissingExtraError("Modbus meters need minimalmodbus", extra="modbus") from error
    try:
        made: Any = minimalmodbus.Instrument(path, address, debug=False)
        made.serial.baudrate, made.serial.parity, made.serial.timeout = baud, parity, TIMEOUT_S
    except (OSError, ValueError) as error:
        raise BridgeError(f"{path} can't be opened: {error}") from error
    made.handle_local_echo = echo
    made.clear_buffers_before_each_transaction = True
    instrument: Instrument = made
    return instrument
