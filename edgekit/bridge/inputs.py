"""Sensors, buttons and meters on a board.

sensor = Bh1750(bridge)
sensor.value                      # lux, or None
Motion(bridge).when_changed = print
"""

import math
from dataclasses import dataclass

from edgekit.bridge.board import Bridge, Snapshot
from edgekit.bridge.device import Device, Raw
from edgekit.bridge.timeline import increase
from edgekit.errors import ConfigError
from edgekit.wire.channels import ChannelKind

_ADC_FULL = 1023
_SHUNT_OHM = 220  # 20 mA are 4.4 V: above it there is room to see a fault
_BH1750_PER_LUX = 1.2  # ROHM BH1750FVI, page 7: lux = raw / 1.2


class Analog(Device[float]):
    """An analog input; subclasses say what its voltage means."""

    def volts(self, raw: Raw) -> float:
        """Return the voltage at the pin."""
        return _number(raw) * self.channel.scale / _ADC_FULL / 1000


class AnalogLight(Analog):
    """A photodiode module that gives so many lux for each volt (such as TEMT6000: 200)."""

    def __init__(self, bridge: Bridge, number: int = 0, *, lux_per_volt: float = 200.0) -> None:
        if not lux_per_volt > 0:
            raise ConfigError(f"lux_per_volt of {lux_per_volt}: expected more than 0")
        self._lux_per_volt = lux_per_volt
        super().__init__(bridge, ChannelKind.ANALOG_LIGHT, number)

    def convert(self, raw: Raw) -> float:
        """Return lux."""
        return self.volts(raw) * self._lux_per_volt


class Bh1750(Device[float]):
    """The BH1750 light sensor on I²C."""

    def __init__(self, bridge: Bridge, number: int = 0) -> None:
        super().__init__(bridge, ChannelKind.BH1750, number)

    def convert(self, raw: Raw) -> float:
        """Return lux."""
        return _number(raw) / _BH1750_PER_LUX


class SoilMoisture(Analog):
    """A capacitive probe, by its voltages in dry air and in water: 0 dry .. 1 wet."""

    def __init__(
        self, bridge: Bridge, number: int = 0, *, dry_v: float = 3.0, wet_v: float = 1.2
    ) -> None:
        if dry_v == wet_v:
            raise ConfigError(f"dry and wet are both {dry_v} V: expected two voltages")
        self._dry_v, self._wet_v = dry_v, wet_v
        super().__init__(bridge, ChannelKind.SOIL_MOISTURE, number)

    def convert(self, raw: Raw) -> float:
        """Return the share between dry and wet, 0..1."""
        share = (self.volts(raw) - self._dry_v) / (self._wet_v - self._dry_v)
        return min(1.0, max(0.0, share))


class CurrentLoop(Analog):
    """A 4-20 mA transmitter over 220 ohm; ``low`` and ``high`` are what 4 and 20 mA mean."""

    def __init__(
        self, bridge: Bridge, number: int = 0, *, low: float = 0.0, high: float = 1.0
    ) -> None:
        if low == high:
            raise ConfigError(f"4 and 20 mA both mean {low}: expected two values")
        self._low, self._high = low, high
        super().__init__(bridge, ChannelKind.CURRENT_LOOP, number)

    def convert(self, raw: Raw) -> float:
        """Return the measured quantity; NaN below 3.6 or above 21 mA (NAMUR NE 43: a fault)."""
        milliamperes = self.volts(raw) / _SHUNT_OHM * 1000
        if not 3.6 <= milliamperes <= 21:  # noqa: PLR2004 -- NAMUR NE 43
            return math.nan
        return self._low + (self._high - self._low) * (milliamperes - 4) / 16


class Thermometer(Analog):
    """A TMP36: 10 mV for each degree, 500 mV at 0 °C; degrees Celsius."""

    def __init__(self, bridge: Bridge, number: int = 0) -> None:
        super().__init__(bridge, ChannelKind.TEMPERATURE, number)

    def convert(self, raw: Raw) -> float:
        """Return degrees Celsius."""
        return (self.volts(raw) - 0.5) * 100


@dataclass(slots=True)
class _Tally:
    """A u32 total of a board, carried on over resets of the board."""

    boot_id: int | None = None
    last: int = 0
    total: int = 0
    gaps: int = 0

    def add(self, boot_id: int, new: int) -> None:
        if self.boot_id == boot_id:
            self.total += increase(self.last, new)
        elif self.boot_id is not None:
            self.gaps += 1  # what came between is unknown: a new baseline, not a jump
        self.boot_id, self.last = boot_id, new


class Contact(Device[bool]):
    """Something that closes: its level now, and how often it closed."""

    def __init__(self, bridge: Bridge, kind: ChannelKind, number: int) -> None:
        self._tally = _Tally()
        super().__init__(bridge, kind, number)
        self._begin()

    def convert(self, raw: Raw) -> bool:
        """Return whether it is closed."""
        return _number(raw) > 0

    def _see(self, snapshot: Snapshot) -> None:
        raw = snapshot.sample.values[self.channel.index]
        if isinstance(raw, tuple):
            self._tally.add(snapshot.boot_id, raw[1])
        super()._see(snapshot)


class Motion(Contact):
    """A passive infrared sensor: whether somebody moves."""

    def __init__(self, bridge: Bridge, number: int = 0) -> None:
        super().__init__(bridge, ChannelKind.PRESENCE, number)

    @property
    def edges(self) -> int:
        """How often it has begun since this object was made."""
        return self._tally.total


class Button(Contact):
    """A push button."""

    def __init__(self, bridge: Bridge, number: int = 0) -> None:
        super().__init__(bridge, ChannelKind.BUTTON, number)

    @property
    def presses(self) -> int:
        """How often it has been pressed since this object was made, short presses too."""
        return self._tally.total


class PulseMeter(Device[float]):
    """A meter with a pulse output (S0, reed contact, flow sensor).

    Args:
        bridge: the board.
        number: which of its pulse inputs.
        per_pulse: how much one pulse is.
        unit: of what, as records spell it, such as ``ml`` or ``wh``.
    """

    def __init__(
        self, bridge: Bridge, number: int = 0, *, per_pulse: float = 1.0, unit: str = "pulses"
    ) -> None:
        if not per_pulse > 0:
            raise ConfigError(f"per_pulse of {per_pulse}: expected more than 0")
        self.unit = unit
        self._per_pulse = per_pulse
        self._tally = _Tally()
        super().__init__(bridge, ChannelKind.PULSES, number)
        self._begin()

    @property
    def gaps(self) -> int:
        """How often the board started anew: what flowed meanwhile is missing."""
        return self._tally.gaps

    def convert(self, raw: Raw) -> float:
        """Return what has flowed since this object was made."""
        del raw  # a total since the board's boot: the tally knows what of it is ours
        return self._tally.total * self._per_pulse

    def _see(self, snapshot: Snapshot) -> None:
        raw = snapshot.sample.values[self.channel.index]
        if isinstance(raw, int):
            self._tally.add(snapshot.boot_id, raw)
        super()._see(snapshot)


def _number(raw: Raw) -> int:
    return raw if isinstance(raw, int) else raw[0]
