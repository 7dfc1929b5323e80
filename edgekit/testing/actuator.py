"""A fake actuator channel: it obeys, expires and locks as a board of the bridge does.

actuator = FakeActuator(VALVE, clock)
actuator.give(decision.command)
actuator.value
"""

from edgekit.systems.actuation import Channel, Command, Held, elapse, give
from edgekit.testing.fakes import FakeClock


class FakeActuator:
    """One channel that goes to its safe state by itself when no command comes any more.

    Args:
        channel: what it is.
        clock: time, which moves when told to.
        value: where it stands at first; None = its safe state, its lowest value where that holds.
    """

    def __init__(self, channel: Channel, clock: FakeClock, value: int | None = None) -> None:
        safe = channel.low if channel.safe_value is None else channel.safe_value
        self.channel = channel
        self.commands: list[Command] = []
        self._clock = clock
        self._held = Held(value=safe if value is None else value)

    @property
    def value(self) -> int:
        """Where it stands now."""
        self._held = elapse(self.channel, self._held, self._clock.ms())
        return self._held.value

    @property
    def locked(self) -> bool:
        """Whether its limit has passed and only a command to its safe state unlocks it."""
        self._held = elapse(self.channel, self._held, self._clock.ms())
        return self._held.locked

    def give(self, command: Command | None) -> None:
        """Carry a command out; None is no command, and nothing is done."""
        if command is not None:
            self.commands.append(command)
            self._held = give(self.channel, self._held, command, self._clock.ms())
