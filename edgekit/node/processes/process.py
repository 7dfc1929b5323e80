"""A process as whoever started it knows it: `subprocess.Popen`, or one behind a porter's door."""

from typing import Protocol


class Process(Protocol):
    """Somebody who can be waited for and ended."""

    @property
    def pid(self) -> int:
        """Its number."""
        ...

    def poll(self) -> int | None:
        """Return its exit code once it has ended; negative: by that signal."""
        ...

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end; subprocess.TimeoutExpired where it does not come in time."""
        ...

    def kill(self) -> None:
        """End it."""
        ...
