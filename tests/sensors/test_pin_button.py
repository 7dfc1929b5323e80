"""A button on a pin, by a gpiozero that is not there."""

import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from edgekit.errors import ConfigError, MissingExtraError, SensorError
from edgekit.sensors.pin_button import PinButton

if TYPE_CHECKING:
    from collections.abc import Callable


class FakeButton:
    def __init__(self, pin: int, *, bounce_time: float) -> None:
        self.pin, self.bounce_time = pin, bounce_time
        self.is_pressed = self.closed = False
        self.when_pressed: Callable[[], object] = lambda: None

    def close(self) -> None:
        self.closed = True


def test_it_counts_presses_and_says_whether_it_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gpiozero", SimpleNamespace(Button=FakeButton))  # type: ignore[arg-type]  # -- what is asked of it
    button = PinButton(17)
    inner: Any = button._button
    assert (inner.pin, button.presses, button.value) == (17, 0, False)
    assert inner.bounce_time > 0
    inner.is_pressed = True
    inner.when_pressed()
    inner.when_pressed()
    assert (button.presses, button.value) == (2, True)
    button.close()
    assert inner.closed


@pytest.mark.parametrize("pin", [-1, 1, 28])
def test_no_such_pin(pin: int) -> None:
    with pytest.raises(ConfigError, match="2 to 27"):
        PinButton(pin, make=FakeButton)


def test_what_is_missing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gpiozero", None)  # type: ignore[arg-type]  # -- as if absent
    with pytest.raises(MissingExtraError, match="gpiozero"):
        PinButton(17)

    def taken(*_: object, **__: object) -> object:
        raise RuntimeError("no pins here")

    with pytest.raises(SensorError, match="no pins here"):
        PinButton(17, make=taken)
