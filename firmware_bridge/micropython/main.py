"""A node on a Raspberry Pi Pico: light on GP26, motion on GP2, lamp on GP15, UART0 on GP0 and GP1.

Copy the three files of this folder to the board. 250000 baud, 3.3 V.
"""

from machine import ADC, PWM, UART, Pin, unique_id
from os import urandom
from time import ticks_diff, ticks_ms

from edgekit_bridge import FULL, U32, Bridge, Input, Output

ANALOG_LIGHT, PRESENCE, DIMMER = 0x01, 0x11, 0x31
REFERENCE_MV = 3300

light = ADC(26)
motion = Pin(2, Pin.IN)
lamp = PWM(Pin(15), freq=4000, duty_u16=FULL)
uart = UART(0, 250_000)
seen = [0, 0]  # level, edges


class Clock:
    """Milliseconds modulo 2^32: MicroPython's own ticks wrap earlier."""

    def __init__(self) -> None:
        self.total, self.last = 0, ticks_ms()

    def __call__(self) -> int:
        """Return the time since boot."""
        now = ticks_ms()
        self.total = (self.total + ticks_diff(now, self.last)) & U32
        self.last = now
        return self.total


def read_motion() -> tuple:
    """Return the level, and how often it rose."""
    level = motion.value()
    seen[1] += level > seen[0]
    seen[0] = level
    return (level, seen[1])


bridge = Bridge(
    [
        Input(ANALOG_LIGHT, lambda: light.read_u16() >> 6, REFERENCE_MV),
        Input(PRESENCE, read_motion),
        Output(DIMMER, lamp.duty_u16, safe_level=FULL),
    ],
    uart.write,
    Clock(),
    unique_id(),
    int.from_bytes(urandom(4), "little"),
)
while True:
    data = uart.read()
    if data:
        bridge.take(data)
    bridge.poll()
