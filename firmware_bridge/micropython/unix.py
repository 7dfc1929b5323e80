"""A board without a board, for MicroPython's Unix port: it talks on standard input and output.

    socat PTY,link=/tmp/board,raw,echo=0 EXEC:"micropython unix.py" &
    edgekit bridge monitor /tmp/board

Its light stays as it is, nobody moves, and what its lamp does is told on standard error.
"""

import select
import sys
from time import ticks_diff, ticks_ms

from edgekit_bridge import FULL, U32, Bridge, Input, Output

ANALOG_LIGHT, PRESENCE, PULSES, DIMMER, VALVE = 0x01, 0x11, 0x21, 0x31, 0x33
REFERENCE_MV, VALVE_LIMIT_S, POLL_MS = 5000, 2, 2


def write(data: bytes) -> None:
    """Send."""
    sys.stdout.buffer.write(data)


def tell(level: int) -> None:
    """Say what the lamp does."""
    sys.stderr.write("lamp {}\n".format(level))  # noqa: UP032 -- as small ports have it


begun = ticks_ms()
bridge = Bridge(
    [
        Input(ANALOG_LIGHT, lambda: 512, REFERENCE_MV),
        Input(PRESENCE, lambda: (0, 0), 20),
        Input(PULSES, lambda: 0, 1),
        Output(DIMMER, tell, safe_level=FULL),
        Output(VALVE, lambda _: None, limit_s=VALVE_LIMIT_S),
    ],
    write,
    lambda: ticks_diff(ticks_ms(), begun) & U32,
    b"native..",
    int(sys.argv[1]) if len(sys.argv) > 1 else 1,
)
waiting = select.poll()
waiting.register(sys.stdin, select.POLLIN)
while True:
    if waiting.poll(POLL_MS):
        data = sys.stdin.buffer.read(1)
        if not data:
            break
        bridge.take(data)
    bridge.poll()
