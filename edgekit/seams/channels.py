"""Seams of what is wired to a node: lamps, valves, meters, sensors. Numbers only.

Filled by `edgekit.bridge` (a microcontroller, Modbus, DALI), by `edgekit.actuators` (the machine's
own pins) and by `edgekit.testing.channels` (fakes). A ``value`` of None means that nothing fresh is
known: the board is gone, or has been silent for too long. It is never an old value.
"""

from typing import Protocol


class LightSensor(Protocol):
    """Measures illuminance."""

    @property
    def value(self) -> float | None:
        """Lux, >= 0; None while there is no fresh reading."""
        ...


class Presence(Protocol):
    """Tells whether somebody moves; not who, nor how many."""

    @property
    def value(self) -> bool | None:
        """Whether somebody moves now; None while there is no fresh reading."""
        ...


class PushButton(Protocol):
    """A button that people press."""

    @property
    def value(self) -> bool | None:
        """Whether it is held now; None while there is no fresh reading."""
        ...

    @property
    def presses(self) -> int:
        """How often it has been pressed since this object was made; never falls."""
        ...


class Meter(Protocol):
    """Counts what flowed: water, energy, gas."""

    @property
    def value(self) -> float | None:
        """What has flowed since this object was made, in ``unit``; never falls. None: not fresh."""
        ...

    @property
    def unit(self) -> str:
        """The unit as records spell it, such as ``ml`` or ``wh``."""
        ...

    @property
    def gaps(self) -> int:
        """How often the meter was out of sight: what flowed meanwhile is missing from the value."""
        ...


class Dimmer(Protocol):
    """A lamp with levels."""

    @property
    def value(self) -> float | None:
        """The share of full light that is applied, 0..1; None where it is not known."""
        ...

    def set(self, value: float, *, expires_s: float | None = None) -> None:
        """Bring it to a level for so long, then it goes to its safe state by itself.

        Raises ConfigError on a value outside 0..1, BridgeError where the command did not arrive.
        """
        ...

    def safe(self) -> None:
        """Send it to its safe state now; raises BridgeError."""
        ...


class Valve(Protocol):
    """Lets water through, or not."""

    @property
    def value(self) -> bool | None:
        """Whether it is open; None where it is not known."""
        ...

    def set(self, value: bool, *, expires_s: float | None = None) -> None:
        """Open or close it; open, it closes by itself after so long. Raises BridgeError."""
        ...

    def safe(self) -> None:
        """Send it to its safe state now; raises BridgeError."""
        ...
