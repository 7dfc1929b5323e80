"""A push button on a pin of the Raspberry Pi, by gpiozero.

    button = PinButton(17)
    button.presses

Between the pin and ground, with the Pi's own pull-up: BCM numbers, as on every printed card.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from edgekit.errors import ConfigError, MissingExtraError, SensorError

BOUNCE_S = 0.05
PINS = range(2, 28)


class PinButton:
    """A `PushButton` (`edgekit.seams.channels`).

    Args:
        pin: its BCM number, 2 to 27.
        make: makes the button of a pin; None = ``gpiozero.Button``.

    Raises:
        ConfigError: no such pin.
        MissingExtraError: gpiozero is not installed.
        SensorError: the pin cannot be had.
    """

    def __init__(self, pin: int, *, make: Callable[..., Any] | None = None) -> None:
        if pin not in PINS:
            raise ConfigError(f"pin {pin}: expected {PINS.start} to {PINS.stop - 1} (BCM)")
        self.presses = 0
        try:
            self._button = (make or _gpiozero())(pin, bounce_time=BOUNCE_S)
        except MissingExtraError:
            raise
        except Exception as error:  # gpiozero raises many kinds, and so do its pin libraries
            raise SensorError(
                f"pin {pin} cannot be had: {error}", hint="is this a Raspberry Pi, is the pin free?"
            ) from error
        self._button.when_pressed = self._pressed

    @property
    def value(self) -> bool:
        """Whether it is held now."""
        return bool(self._button.is_pressed)

    def close(self) -> None:
        """Give the pin back."""
        self._button.close()

    def _pressed(self) -> None:
        self.presses += 1


def _gpiozero() -> Callable[..., Any]:
    try:
        made: Callable[..., Any] = import_module("gpiozero").Button
    except ImportError as error:
        raise MissingExtraError("gpiozero is not installed", extra="pi") from error
    return made
