"""A board without a board: the real firmware in an emulator, its pins and its wire.

with EmulatedBoard.start(folder, firmware) as board:
    with Bridge(f"serial:{board.port}") as bridge:
        ...
    board.duty("B1")

Needs ``make firmware``; what the emulator can't show is in ``firmware_bridge/emulator/README.md``.
"""

import contextlib
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from edgekit.errors import BridgeError

START_S = 5.0
ANSWER_S = 60.0
_CHUNK = 1 << 16


class EmulatedBoard:
    """Talks to one running emulator, in real time or in lockstep.

    Attributes:
        port: path of its serial port; a name that stays when the board is unplugged and plugged in.
    """

    def __init__(self, port: Path, control: socket.socket) -> None:
        self.port = port
        self._control = control
        self._rest = b""

    @classmethod
    @contextlib.contextmanager
    def start(
        cls,
        folder: Path,
        build: Path,
        *,
        firmware: str = "bridge.elf",
        options: tuple[str, ...] = (),
    ) -> Iterator["EmulatedBoard"]:
        """Run a board until the block ends.

        Args:
            folder: where its port and control socket appear.
            build: where ``make firmware`` put the runner and the firmware.
            firmware: which firmware of that folder.
            options: ``--step`` (time moves by `run` alone), ``--reset-on-open`` (as an Uno does).

        Raises:
            BridgeError: it is not built, or does not start.
        """
        runner, program = build / "runner", build / firmware
        if not runner.is_file() or not program.is_file():
            raise BridgeError(f"no {firmware} or no runner in {build}", hint="make firmware")
        port, control = folder / "port", folder / "control"
        with subprocess.Popen(  # noqa: S603 -- our own runner
            [str(runner), str(program), str(port), str(control), *options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        ) as process:
            try:
                with _connect(control, process) as connection:
                    yield cls(port, connection)
            finally:
                process.terminate()

    def tell(self, *words: object) -> str:
        """Send one command, and return the rest of the answer; raises BridgeError on a refusal."""
        line = " ".join(str(word) for word in words)
        self._control.sendall(line.encode("ascii") + b"\n")
        while b"\n" not in self._rest:
            data = self._control.recv(_CHUNK)
            if not data:
                raise BridgeError(f"the emulator ended at: {line[:80]}")
            self._rest += data
        answer, _, self._rest = self._rest.partition(b"\n")
        verdict, _, rest = answer.decode("ascii").partition(" ")
        if verdict != "ok":
            raise BridgeError(f"the emulator refuses {line[:80]!r}: {rest}")
        return rest

    def exchange(self, data: bytes, us: float) -> bytes:
        """Lockstep: put bytes on the wire, let time pass, return what the board sent meanwhile."""
        if data:
            self.tell("tx", data.hex())
        return bytes.fromhex(self.tell("vrun", us))

    def run(self, us: float) -> None:
        """Lockstep: let time pass, with the serial port attached."""
        self.tell("run", us)

    def analog(self, channel: int, millivolts: int) -> None:
        """Put a voltage on A0 to A7."""
        self.tell("adc", channel, millivolts)

    def pin(self, name: str, level: bool) -> None:
        """Drive an input, such as D2."""
        self.tell("pin", name, int(level))

    def pulse(self, name: str, count: int, period_us: float) -> None:
        """Begin a train of low pulses on an input."""
        self.tell("pulse", name, count, period_us)

    def level(self, name: str) -> bool:
        """Return whether a pin is high."""
        return self.tell("level", name) == "1"

    def duty(self, name: str) -> float:
        """Return the share of time that an output was high since this was last asked."""
        return float(self.tell("duty", name).split()[0])

    def stack(self) -> int:
        """Return how many bytes of RAM the stack has taken at most."""
        return int(self.tell("stat").split()[4])

    def stats(self) -> tuple[int, int]:
        """Return cycles since power-on and resets."""
        cycles, resets = self.tell("stat").split()[:2]
        return int(cycles), int(resets)


@contextlib.contextmanager
def _connect(path: Path, process: "subprocess.Popen[bytes]") -> Iterator[socket.socket]:
    deadline = time.monotonic() + START_S
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(ANSWER_S)
        while True:
            try:
                connection.connect(str(path))
                break
            except OSError as error:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise BridgeError(f"the emulator does not start: {error}") from error
                time.sleep(0.005)
        yield connection
