"""What all channels share, in the manner of gpiozero: value, values, source, when_changed."""

import abc
import contextlib
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Generic, TypeVar

from edgekit.bridge.board import Bridge, Snapshot
from edgekit.bridge.lifecycle import LinkState
from edgekit.errors import BridgeError
from edgekit.seams.closing import Closing
from edgekit.wire.channels import Channel, ChannelKind

V = TypeVar("V")
Raw = int | tuple[int, int]
_WAIT_S = 1.0


class Device(Closing, Generic[V]):
    """A channel of a board.

    Args:
        bridge: the board.
        kind: what to look for on it.
        number: which of that kind, from 0.
    """

    def __init__(self, bridge: Bridge, kind: ChannelKind, number: int) -> None:
        self.bridge = bridge
        self.channel: Channel = bridge.find(kind, number)
        self.closed = False
        self._callback: Callable[[V | None], object] | None = None
        self._told: V | None = None
        bridge.watch(self._see)

    @property
    def value(self) -> V | None:
        """The newest value; None while nothing fresh is known."""
        return self._value_of(self.bridge.snapshot)

    @property
    def values(self) -> Iterator[V | None]:
        """Values at the pace of the board's samples, for ever: the ``source`` of something else."""
        last: Snapshot | None = None
        while not self.closed and self.bridge.state is not LinkState.CLOSED:
            last = self.bridge.wait_snapshot(last, _WAIT_S)
            yield self._value_of(last)

    @property
    def when_changed(self) -> Callable[[V | None], object] | None:
        """Called with the new value whenever it changes, by a thread that may wait."""
        return self._callback

    @when_changed.setter
    def when_changed(self, callback: Callable[[V | None], object] | None) -> None:
        self._told = self.value
        self._callback = callback

    def close(self) -> None:
        """Stop watching; harmless when repeated."""
        self.closed = True
        self.bridge.unwatch(self._see)

    @abc.abstractmethod
    def convert(self, raw: Raw) -> V:
        """Return what a raw value of the wire means."""

    def _begin(self) -> None:
        """Look at the sample that is there already: what comes later is counted from it."""
        newest = self.bridge.snapshot or self.bridge.wait_snapshot(None, _WAIT_S)
        if newest is not None:
            self._see(newest)

    def _value_of(self, snapshot: Snapshot | None) -> V | None:
        raw = None if snapshot is None else snapshot.sample.values[self.channel.index]
        return None if raw is None else self.convert(raw)

    def _see(self, snapshot: Snapshot) -> None:
        callback = self._callback
        if callback is None:
            return
        value = self._value_of(snapshot)
        if value != self._told:
            self._told = value
            self.bridge.errands.run(lambda: callback(value))


class Sourced(Generic[V]):
    """Follows an iterable of values, in a thread of its own."""

    def __init__(self, apply: Callable[[V], object]) -> None:
        self._apply = apply
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self.source: Iterable[V | None] | None = None

    def follow(self, source: Iterable[V | None] | None) -> None:
        """Follow this one from now on, or nothing; a value of None changes nothing."""
        self.end()
        self.source = source
        if source is not None:
            self._stop = threading.Event()
            self._thread = threading.Thread(
                target=self._run, args=(source, self._stop), name="edgekit-source", daemon=True
            )
            self._thread.start()

    def end(self) -> None:
        """Follow nothing any more; harmless when repeated."""
        self._stop.set()
        thread, self._thread = self._thread, None
        if thread is not None and thread is not threading.current_thread():
            thread.join(2 * _WAIT_S)
        self.source = None

    def _run(self, source: Iterable[V | None], stop: threading.Event) -> None:
        for value in source:
            if stop.is_set():
                return
            if value is None:
                time.sleep(0)
                continue
            # Without a link the output expires into its safe state; the next value tries again.
            with contextlib.suppress(BridgeError):
                self._apply(value)
