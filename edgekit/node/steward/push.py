"""A push by hand: on a board's second button, else on its second pulse input."""

from edgekit.bridge.board import Bridge
from edgekit.bridge.inputs import Button, PulseMeter
from edgekit.node.steward.wired import fitted
from edgekit.wire.channels import ChannelKind

WHERE = "second button, else second pulse input"


class Push:
    """How often it was pushed since it was last asked; never, where the board has neither."""

    def __init__(self, bridge: Bridge) -> None:
        self._button = Button(bridge, 1) if fitted(bridge, ChannelKind.BUTTON, 1) else None
        self._pulses = None
        if self._button is None and fitted(bridge, ChannelKind.PULSES, 1):
            self._pulses = PulseMeter(bridge, 1)
        self._last = 0
        self._last = self._total()

    def pushed(self) -> int:
        """Return how often since the call before."""
        total = self._total()
        pushed, self._last = total - self._last, total
        return pushed

    def _total(self) -> int:
        if self._button is not None:
            return self._button.presses
        value = None if self._pulses is None else self._pulses.value
        return round(value) if value is not None else self._last
