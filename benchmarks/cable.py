"""What happens to a cable, in real time on the real firmware: babble, a wrong speed, unplugging.

    python benchmarks/cable.py [--quick] [--table docs/bridge.md]

Needs no data. The board is emulated at the pace of the clock, behind a pseudo terminal.
"""

import random
import resource
import statistics
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from mishaps import Outcome, table
from report import Claim, arguments, finish, write_between
from rig import build, started

from edgekit.bridge.board import Bridge
from edgekit.bridge.lifecycle import LinkState
from edgekit.bridge.port import Port
from edgekit.errors import BridgeError, BridgeTimeoutError

WIRE_BYTES_S = 25_000  # 250000 baud, 8N1
SPEEDS = (9600, 57_600, 115_200, 500_000)


class NoisyPort(Port):
    """A port at whose other end the board babbles between its packets, at line speed."""

    def __init__(self, spec: str) -> None:
        super().__init__(spec)
        self._dice = random.Random(11)
        self._babbled_s = time.monotonic()
        self._between_packets = True

    def read(self, timeout_s: float, wake: int, gather_s: float = 0.0) -> bytes:
        """Read, and add what was babbled since."""
        data = super().read(min(timeout_s, 0.002), wake, gather_s)
        now_s, begun_s = time.monotonic(), self._babbled_s
        self._babbled_s = now_s
        if data:
            self._between_packets = data.endswith(b"\0")
        if not self._between_packets:
            return data
        return data + self._dice.randbytes(round((now_s - begun_s) * WIRE_BYTES_S))


def babbling(seconds: float) -> tuple[Outcome, float, float]:
    """PINGs to a board that babbles between its packets; then CPU in % and memory in KB."""
    dice = random.Random(12)
    done = well = 0
    with started() as board:
        spec = str(board.port)
        with Bridge(spec, open_port=lambda: NoisyPort(spec)) as bridge:
            bridge.ping()
            memory_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            begun_s, cpu_s = time.monotonic(), time.process_time()
            while time.monotonic() < begun_s + seconds:
                done += 1
                well += _echoes(bridge, dice.randbytes(16))
                time.sleep(0.05)
            cpu = 100 * (time.process_time() - cpu_s) / (time.monotonic() - begun_s)
            grown_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory_kb
    told = f"{cpu:.0f} % of a core, {grown_kb} KB more memory"
    name = "board babbles at line speed"
    return Outcome(name=name, done=done, well=well, wrong=0, told=told), cpu, grown_kb


def _echoes(bridge: Bridge, echo: bytes) -> bool:
    with suppress(BridgeTimeoutError):
        bridge.ping(echo)  # raises BridgeError where another echo comes back
        return True
    return False


def wrong_speed() -> Outcome:
    """Another speed than the board's: nobody answers, nothing is believed; then the right one."""
    well = wrong = 0
    with started() as board:
        for baud in SPEEDS:
            try:
                Bridge(str(board.port), baud=baud, wait_s=0.7).close()
                wrong += 1
            except BridgeTimeoutError:
                with Bridge(str(board.port)) as bridge:
                    well += bridge.ping(b"right") < 1
    return Outcome(
        name="wrong speed",
        done=len(SPEEDS),
        well=well,
        wrong=wrong,
        told="no reply is believed; the right speed answers",
    )


def unplugged(count: int) -> tuple[Outcome, float]:
    """The cable is pulled while samples stream and a request is on its way, then put back."""
    dice, well, lost_ms, ready_ms = random.Random(15), 0, [], []
    with started("--reset-on-open") as board, Bridge(str(board.port), period_s=0.001) as bridge:
        for _ in range(count):
            time.sleep(dice.random() * 0.02)
            board.tell("unplug")
            begun_s = time.monotonic()
            try:
                bridge.ping(b"on its way")
            except BridgeError:
                lost_ms.append(1000 * (time.monotonic() - begun_s))
            _wait_until(lambda: bridge.state is LinkState.LOST)
            board.tell("plug")
            begun_s = time.monotonic()
            bridge.wait_ready(8)
            ready_ms.append(1000 * (time.monotonic() - begun_s))
            well += bridge.ping(b"again") < 1
    outcome = Outcome(
        name="unplugged within a packet",
        done=count,
        well=well,
        wrong=0,
        told=f"told within {max(lost_ms):.1f} ms, ready {_median(ready_ms)} ms after plugging in",
    )
    return outcome, statistics.median(lost_ms)


def _median(values: list[float]) -> str:
    return f"{statistics.median(values):.0f}"


def _wait_until(holds: Callable[[], bool]) -> None:
    end_s = time.monotonic() + 5
    while not holds() and time.monotonic() < end_s:
        time.sleep(0.001)


def main() -> None:
    parser = arguments("mishaps of the cable to a board")
    parser.add_argument("--table", type=Path, help="write the table into this page")
    options = parser.parse_args()
    build()
    noisy, cpu, grown_kb = babbling(3 if options.quick else 20)
    slow = wrong_speed()
    pulled, lost_ms = unplugged(10 if options.quick else 50)
    outcomes = [noisy, slow, pulled]
    print(table(outcomes))
    if options.table:
        write_between(options.table, "cable", table(outcomes))
    shares = [100 * o.well / o.done for o in outcomes]
    wrong = sum(o.wrong for o in outcomes)
    finish(
        "cable",
        [
            Claim(claim="wrong values accepted, all cases", value=wrong, unit="", target="<= 0"),
            Claim(claim="went well, the worst case", value=min(shares), unit="%", target=">= 99"),
            Claim(claim="host CPU beside a babbling board", value=cpu, unit="%", target="<= 10"),
            Claim(claim="memory that babble costs", value=grown_kb, unit="KB", target="<= 1024"),
            Claim(
                claim="unplugging is told after, median", value=lost_ms, unit="ms", target="<= 10"
            ),
        ],
    )


if __name__ == "__main__":
    main()
