"""Commands that are renewed until somebody says otherwise, or the board starts anew."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from edgekit.bridge.request import Request
from edgekit.wire.messages import Command, Type

_IDLE_NS = 1_000_000_000
_SHARES = 3  # renewed three times within an expiry: two may be lost


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """One output's command, the boot it was given in, and when it is due again."""

    command: Command
    boot_id: int
    due_ns: int


class Keeper:
    """Holds the commands in force; `renew` is a chore of the link's thread.

    After a reset nothing is repeated: outputs are in their safe states, and only whoever controls
    them knows what is right now.
    """

    def __init__(self, submit: Callable[[Request], None]) -> None:
        self._submit = submit
        self._lock = threading.Lock()
        self._held: dict[int, _Held] = {}

    def hold(self, command: Command, boot_id: int, now_ns: int) -> None:
        """Renew this command from now on."""
        due_ns = now_ns + _period_ns(command)
        with self._lock:
            self._held[command.channel] = _Held(command=command, boot_id=boot_id, due_ns=due_ns)

    def drop(self, channel: int) -> None:
        """Let an output's command expire."""
        with self._lock:
            self._held.pop(channel, None)

    def clear(self) -> None:
        """Let all of them expire."""
        with self._lock:
            self._held.clear()

    def renew(self, now_ns: int) -> int:
        """Send what is due, and return when something will be."""
        with self._lock:
            due = [held for held in self._held.values() if held.due_ns <= now_ns]
            for held in due:
                self._held[held.command.channel] = replace(
                    held, due_ns=now_ns + _period_ns(held.command)
                )
            next_ns = min((held.due_ns for held in self._held.values()), default=now_ns + _IDLE_NS)
        for held in due:
            self._submit(
                Request(
                    type=Type.SET,
                    payload=held.command.to_payload(),
                    sealed=True,
                    boot_id=held.boot_id,
                )
            )
        return next_ns


def _period_ns(command: Command) -> int:
    return command.expires_ms * 1_000_000 // _SHARES
