"""Draws the wiring pictures: `python docs/wiring/draw.py` writes the SVG files beside it.

Each picture is a table of parts and of the board's pins that theirs go to; lines follow from it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

BOARD_X, BOARD_WIDTH, PART_X, PART_WIDTH = 30, 170, 500, 400
PIN_GAP, PART_GAP, TOP, LANE = 26, 26, 64, 16
COLOURS: Mapping[str, str] = {"5V": "#c62828", "GND": "#37474f", "12V": "#e65100"}
SIGNALS: Sequence[str] = ("#1565c0", "#2e7d32", "#6a1b9a", "#00838f", "#ad1457", "#9e7700")


@dataclass(frozen=True, slots=True)
class Part:
    """A part: its name, a remark, and its pins with the pin of the board that each goes to."""

    name: str
    remark: str
    pins: tuple[tuple[str, str], ...]


DRIVER = "one that takes 5 V PWM; 10 kΩ from D9 to 5V, so that it is on while the board resets"
MODULE = "takes 5 V PWM of 4 kHz; 12 or 24 V from its own supply; 10 kΩ from D9 to 5V"
PICTURES: Mapping[str, tuple[str, tuple[Part, ...]]] = {
    "light": (
        "Light: it dims a lamp by daylight, presence and a button",
        (
            Part("TEMT6000 light sensor", "analog", (("VCC", "5V"), ("GND", "GND"), ("OUT", "A0"))),
            Part(
                "PIR motion sensor HC-SR501",
                "3 s hold",
                (("VCC", "5V"), ("GND", "GND"), ("OUT", "D2")),
            ),
            Part("Push button", "to ground", (("1", "D7"), ("2", "GND"))),
            Part("Lamp: LED driver with PWM input", DRIVER, (("PWM", "D9"), ("GND", "GND"))),
        ),
    ),
    "driver": (
        "A lamp driver with a 0-10 V input",
        (
            Part("PWM to 0-10 V module", MODULE, (("PWM", "D9"), ("GND", "GND"))),
            Part(
                "LED driver, DIM+ and DIM-",
                "DIM+ to the module's output: with the wire cut it gives full light (IEC 60929)",
                (("DIM-", "GND"),),
            ),
        ),
    ),
    "water": (
        "Water: it counts a meter and waters a bed",
        (
            Part(
                "Flow sensor YF-S201",
                "up to 250 pulses a second",
                (("VCC", "5V"), ("GND", "GND"), ("OUT", "D4")),
            ),
            Part("Water meter, reed contact", "to ground", (("1", "D5"), ("2", "GND"))),
            Part("Capacitive soil probe", "analog", (("VCC", "5V"), ("GND", "GND"), ("OUT", "A1"))),
            Part(
                "Latching valve on an H-bridge (DRV8871)",
                "12 V from its own supply; 10 kΩ from IN1 and IN2 to GND",
                (("IN1", "D11"), ("IN2", "D12"), ("GND", "GND")),
            ),
            Part(
                "Relay module",
                "for a pump; 10 kΩ from IN to GND",
                (("VCC", "5V"), ("GND", "GND"), ("IN", "D6")),
            ),
        ),
    ),
    "bus": (
        "More sensors: I²C, a current loop, temperature",
        (
            Part(
                "BH1750 light sensor",
                "I²C 0x23",
                (("VCC", "5V"), ("GND", "GND"), ("SDA", "A4"), ("SCL", "A5")),
            ),
            Part(
                "Thermal array AMG8833 or MLX90640",
                "a module with a level shifter; a board of its own, for the eye",
                (("VCC", "5V"), ("GND", "GND"), ("SDA", "A4"), ("SCL", "A5")),
            ),
            Part(
                "4-20 mA transmitter",
                "24 V from its own supply; 220 Ω from A2 to GND",
                (("signal", "A2"), ("return", "GND")),
            ),
            Part("TMP36 thermometer", "analog", (("VCC", "5V"), ("GND", "GND"), ("OUT", "A3"))),
        ),
    ),
}


class Picture:
    """Collects the shapes of one picture."""

    def __init__(self, title: str, parts: Sequence[Part]) -> None:
        self._parts = parts
        self._nets = self._order()
        self._shapes = [self._text(BOARD_X, 30, title, size=19, weight="600")]
        self._ends: dict[str, list[float]] = {net: [] for net in self._nets}
        height = self._draw_parts()
        self._draw_board(height)
        self._draw_wires()
        self.svg = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {PART_X + PART_WIDTH + 30} '
            f'{height + 20:.0f}" font-family="system-ui, sans-serif" role="img" '
            f'aria-label="{escape(title)}">\n<rect width="100%" height="100%" fill="#fff"/>\n'
            + "\n".join(self._shapes)
            + "\n</svg>\n"
        )

    def _order(self) -> list[str]:
        nets = {net: None for part in self._parts for _, net in part.pins}
        return [net for net in ("5V", "GND") if net in nets] + [
            net for net in nets if net not in {"5V", "GND"}
        ]

    def _draw_parts(self) -> float:
        y = float(TOP)
        for part in self._parts:
            height = 50 + PIN_GAP * len(part.pins)
            self._box(PART_X, y, PART_WIDTH, height, "#fafafa")
            self._shapes.append(self._text(PART_X + 56, y + 24, part.name, weight="600"))
            for index, line in enumerate(_wrapped(part.remark, 40)):
                self._shapes.append(
                    self._text(PART_X + 56, y + 43 + 15 * index, line, size=12, fill="#555")
                )
            for index, (pin, net) in enumerate(part.pins):
                at = y + 44 + PIN_GAP * index
                self._shapes.append(
                    self._text(PART_X + 8, at + 4, pin, size=12, fill=self._colour(net))
                )
                self._ends[net].append(at)
            y += height + PART_GAP
        return y

    def _draw_board(self, height: float) -> None:
        self._box(BOARD_X, TOP, BOARD_WIDTH, height - TOP - PART_GAP, "#e8f1f5")
        self._shapes.append(self._text(BOARD_X + 14, TOP + 26, "Arduino Uno", weight="600"))
        self._shapes.append(
            self._text(BOARD_X + 14, TOP + 45, "or Nano, 5 V", size=12, fill="#555")
        )
        self._shapes.append(
            self._text(BOARD_X + 14, height - PART_GAP - 16, "USB to the Pi", size=12, fill="#555")
        )

    def _draw_wires(self) -> None:
        left, spread = BOARD_X + BOARD_WIDTH, self._spread()
        for index, net in enumerate(self._nets):
            colour, lane = self._colour(net), PART_X - 40 - LANE * index
            start = TOP + 78 + spread * index
            ends = self._ends[net]
            low, high = min(start, *ends), max(start, *ends)
            self._line(left, start, lane, start, colour)
            self._line(lane, low, lane, high, colour)
            if low < start < high:
                self._dot(lane, start, colour)
            for end in ends:
                self._line(lane, end, PART_X, end, colour)
                self._dot(lane, end, colour)
            self._dot(left, start, colour)
            label = self._text(
                left - 10, start + 4, net, size=13, fill=colour, weight="600", anchor="end"
            )
            self._shapes.append(label)

    def _spread(self) -> float:
        lowest = max(end for ends in self._ends.values() for end in ends)
        return max(PIN_GAP, (lowest - TOP - 120) / max(1, len(self._nets) - 1))

    def _colour(self, net: str) -> str:
        signals = [name for name in self._nets if name not in COLOURS]
        return COLOURS.get(net) or SIGNALS[signals.index(net) % len(SIGNALS)]

    def _box(self, x: float, y: float, width: float, height: float, fill: str) -> None:
        self._shapes.append(
            f'<rect x="{x}" y="{y:.0f}" width="{width}" height="{height:.0f}" rx="8" fill="{fill}" '
            'stroke="#90a4ae"/>'
        )

    def _line(self, x1: float, y1: float, x2: float, y2: float, colour: str) -> None:
        self._shapes.append(
            f'<path d="M{x1:.0f} {y1:.0f}L{x2:.0f} {y2:.0f}" stroke="{colour}" stroke-width="2.5" '
            'fill="none" stroke-linecap="round"/>'
        )

    def _dot(self, x: float, y: float, colour: str) -> None:
        self._shapes.append(f'<circle cx="{x:.0f}" cy="{y:.0f}" r="4" fill="{colour}"/>')

    def _text(  # noqa: PLR0913 -- keyword-only beyond place and words
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: int = 14,
        fill: str = "#222",
        weight: str = "400",
        anchor: str = "start",
    ) -> str:
        return (
            f'<text x="{x:.0f}" y="{y:.0f}" font-size="{size}" fill="{fill}" '
            f'font-weight="{weight}" text-anchor="{anchor}">{escape(words)}</text>'
        )


def _wrapped(words: str, width: int) -> list[str]:
    lines = [""]
    for word in words.split():
        if len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def pictures() -> dict[str, str]:
    """Return every picture's SVG by its name."""
    return {name: Picture(title, parts).svg for name, (title, parts) in PICTURES.items()}


if __name__ == "__main__":
    for name, svg in pictures().items():
        Path(__file__).with_name(f"{name}.svg").write_text(svg, encoding="utf-8")
