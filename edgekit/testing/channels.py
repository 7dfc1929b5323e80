"""Fakes of what is wired to a node: values that a test sets, commands that a test reads.

lamp, light = FakeDimmer(), FakeLight(12.0)
control(lamp, light)
assert lamp.value == 1.0
"""

from collections.abc import Callable

from edgekit.errors import BridgeError, ConfigError


class FakeLight:
    """A light sensor; set ``value`` to lux, or to None for one that has gone stale."""

    def __init__(self, value: float | None = None) -> None:
        self.value = value


class FakePresence:
    """A motion sensor; set ``value``."""

    def __init__(self, value: bool | None = False) -> None:
        self.value = value


class FakeButton:
    """A push button."""

    def __init__(self) -> None:
        self.value: bool | None = False
        self.presses = 0

    def press(self) -> None:
        """Press and let go."""
        self.presses += 1


class FakeMeter:
    """A meter; `flow` lets something through."""

    def __init__(self, unit: str = "ml") -> None:
        self.unit = unit
        self.value: float | None = 0.0
        self.gaps = 0
        self._total = 0.0

    def flow(self, amount: float) -> None:
        """Count this much more; ConfigError where it is less than nothing."""
        if amount < 0:
            raise ConfigError(f"flow of {amount}: expected 0 or more")
        self._total += amount
        self.value = self._total


class FakeDimmer:
    """A lamp whose commands expire as a board's do, by a clock that the test moves.

    Args:
        now_s: the clock.
        safe_value: where it is without a command, 0..1.

    Attributes:
        commands: every (value, expires_s) that arrived, in order.
        broken: set it, and the wire is cut: commands raise BridgeError, ``value`` is None.
    """

    def __init__(self, now_s: Callable[[], float], *, safe_value: float = 1.0) -> None:
        self.commands: list[tuple[float, float | None]] = []
        self.broken = False
        self._now_s = now_s
        self._safe_value = safe_value
        self._value = safe_value
        self._ends_s: float | None = None

    @property
    def applied(self) -> float:
        """What the lamp really does, seen from outside."""
        if self._ends_s is not None and self._now_s() >= self._ends_s:
            return self._safe_value
        return self._value

    @property
    def value(self) -> float | None:
        """What is known of it."""
        return None if self.broken else self.applied

    def set(self, value: float, *, expires_s: float | None = None) -> None:
        """Bring it to a level; see `edgekit.seams.channels.Dimmer`."""
        if not 0 <= value <= 1:
            raise ConfigError(f"light of {value}: expected 0 to 1")
        if self.broken:
            raise BridgeError("the fake lamp's wire is cut, as told")
        self.commands.append((value, expires_s))
        self._value = value
        self._ends_s = None if expires_s is None else self._now_s() + expires_s

    def safe(self) -> None:
        """Send it to its safe state."""
        self.set(self._safe_value)


class FakeValve:
    """A valve that closes by itself when its command expires; ``broken`` as the lamp's."""

    def __init__(self, now_s: Callable[[], float]) -> None:
        self._lamp = FakeDimmer(now_s, safe_value=0.0)

    @property
    def broken(self) -> bool:
        """Whether its wire is cut."""
        return self._lamp.broken

    @broken.setter
    def broken(self, broken: bool) -> None:
        self._lamp.broken = broken

    @property
    def applied(self) -> bool:
        """Whether it is open, seen from outside."""
        return self._lamp.applied > 0

    @property
    def value(self) -> bool | None:
        """What is known of it."""
        return None if self.broken else self.applied

    def set(self, value: bool, *, expires_s: float | None = None) -> None:
        """Open or close it; see `edgekit.seams.channels.Valve`."""
        self._lamp.set(float(value), expires_s=expires_s)

    def safe(self) -> None:
        """Close it."""
        self._lamp.safe()
