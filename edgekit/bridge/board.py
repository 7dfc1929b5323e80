"""A board and its channels, as a program sees them.

with Bridge("serial:by-id/usb-Arduino_Uno-if00") as bridge:
    for channel in bridge.channels:
        print(channel.index, channel.kind.name)
"""

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from edgekit.bridge.errand import Errands
from edgekit.bridge.greeting import Greeting
from edgekit.bridge.keeper import Keeper
from edgekit.bridge.lifecycle import LinkState
from edgekit.bridge.link import Link
from edgekit.bridge.port import DEFAULT_BAUD, Port, path_of
from edgekit.bridge.request import Request
from edgekit.bridge.statistics import LinkStatistics
from edgekit.errors import (
    BridgeError,
    BridgeTimeoutError,
    ConfigError,
    LinkLostError,
    PacketError,
    VersionMismatchError,
)
from edgekit.seams.closing import Closing
from edgekit.wire.channels import Channel, ChannelKind, Sample, SampleLayout
from edgekit.wire.messages import NONCE_BYTES, Applied, Command, Hello, Pong, Stats, Type
from edgekit.wire.packet import Packet

WAIT_S = 8.0
PERIOD_S = 0.1
STALE_PERIODS = 5
_LONGEST_PERIOD_S = 65.5


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One sample with the boot it belongs to and when it arrived, in monotonic ns."""

    sample: Sample
    boot_id: int
    received_ns: int


class Bridge(Closing):
    """One board; opened, greeted and streaming when the constructor returns.

    Args:
        spec: ``serial:by-id/…``, a path, or ``socket://host:port``.
        baud: the firmware's speed.
        key: 16 bytes that the board holds too, for authenticated commands.
        uid: 8 bytes of the board that is meant; another one is refused.
        period_s: time between samples, 0.001 to 65.5.
        wait_s: how long to wait for the board.
        open_port: opens the port instead (for tests).

    Raises:
        ConfigError: the arguments mean nothing.
        LinkLostError: the port can't be opened.
        VersionMismatchError: the board speaks another version.
        BridgeTimeoutError: nobody answered in time.
    """

    def __init__(  # noqa: PLR0913 -- keyword-only, all but the first have a default
        self,
        spec: str,
        *,
        baud: int = DEFAULT_BAUD,
        key: bytes | None = None,
        uid: bytes | None = None,
        period_s: float = PERIOD_S,
        wait_s: float = WAIT_S,
        open_port: Callable[[], Port] | None = None,
    ) -> None:
        if not 0.001 <= period_s <= _LONGEST_PERIOD_S:  # noqa: PLR2004 -- u16 milliseconds
            raise ConfigError(f"period of {period_s} s: expected 0.001 to {_LONGEST_PERIOD_S}")
        if open_port is None:
            path_of(spec)  # a wrong word is said here, not by the link's thread
        self.spec = spec
        self.channels: tuple[Channel, ...] = ()
        self.errands = Errands()
        self._stale_ns = round(STALE_PERIODS * period_s * 1e9)
        self._period_ms = round(period_s * 1000)
        self._hello: Hello | None = None
        self._layout: SampleLayout | None = None
        self._snapshot: Snapshot | None = None
        self._arrived = threading.Condition()
        self._watchers: list[Callable[[Snapshot], None]] = []
        self._link = Link(
            open_port or (lambda: Port(spec, baud)),
            lambda: Greeting(nonce=_nonce, key=key, uid=uid),
            self,
        )
        self._keeper = Keeper(self._link.submit)
        try:
            self._open(wait_s)
        except BaseException:
            self.close()
            raise

    @property
    def hello(self) -> Hello:
        """Who the board says it is; LinkLostError while nobody answers."""
        hello = self._hello
        if hello is None:
            raise LinkLostError(f"{self.spec}: no board is there now") from self._link.failure
        return hello

    @property
    def state(self) -> LinkState:
        """What the link is doing."""
        return self._link.state

    @property
    def statistics(self) -> LinkStatistics:
        """What the link has counted."""
        return self._link.statistics

    @property
    def snapshot(self) -> Snapshot | None:
        """The newest sample, unless it is older than five periods or the board is gone."""
        newest = self._snapshot
        if newest is None or time.monotonic_ns() - newest.received_ns > self._stale_ns:
            return None
        return newest

    def find(self, kind: ChannelKind, number: int = 0) -> Channel:
        """Return the board's n-th channel of a kind; ConfigError where there is none."""
        fitting = [channel for channel in self.channels if channel.kind is kind]
        if not 0 <= number < len(fitting):
            raise ConfigError(
                f"{self.spec} has {len(fitting)} channels of kind {kind.name}, not {number + 1}",
                hint=f"edgekit bridge monitor {self.spec} shows what it has",
            )
        return fitting[number]

    def watch(self, watcher: Callable[[Snapshot], None]) -> None:
        """Have something called with each sample, by the link's thread: it must not wait."""
        self._watchers.append(watcher)

    def unwatch(self, watcher: Callable[[Snapshot], None]) -> None:
        """Call it no more; harmless when repeated."""
        if watcher in self._watchers:
            self._watchers.remove(watcher)

    def wait_snapshot(self, after: Snapshot | None, timeout_s: float) -> Snapshot | None:
        """Wait for a sample other than this one; None when none came in time."""
        with self._arrived:
            self._arrived.wait_for(lambda: self._snapshot not in {None, after}, timeout_s)
            newest = self._snapshot
        return None if newest == after else newest

    def wait_ready(self, timeout_s: float) -> None:
        """Wait until the board is there (again); raises why it is not."""
        if not self._link.wait(LinkState.READY, timeout_s=timeout_s):
            raise self._link.failure or BridgeTimeoutError(f"{self.spec}: no board in time")

    def ask(self, kind: Type, payload: bytes = b"", *, slow_s: float = 0.0) -> Packet:
        """Ask something and wait for the reply, longer where the board is slow; BridgeError."""
        slow_ns = round(slow_s * 1e9)
        return self._link.ask(Request(type=kind, payload=payload, slow_ns=slow_ns))

    def ping(self, echo: bytes = b"") -> float:
        """Return the round trip in seconds; raises BridgeError."""
        begun_ns = time.monotonic_ns()
        pong = Pong.from_payload(self.ask(Type.PING, echo).payload)
        if pong.echo != echo:
            raise BridgeError(f"PING came back as {pong.echo!r}, expected {echo!r}")
        return (time.monotonic_ns() - begun_ns) / 1e9

    def board_stats(self) -> Stats:
        """Return what the board has received; raises BridgeError."""
        return Stats.from_payload(self.ask(Type.STATS).payload)

    def command(self, command: Command, *, hold: bool) -> int:
        """Carry out a command and return the level that is applied; raises BridgeError.

        With ``hold`` it is renewed until another comes, the bridge is closed or the board resets.
        """
        boot_id = self.hello.boot_id
        self._keeper.drop(command.channel)
        reply = self._link.ask(
            Request(type=Type.SET, payload=command.to_payload(), sealed=True, boot_id=boot_id)
        )
        if hold:
            self._keeper.hold(command, boot_id, time.monotonic_ns())
            self._link.wake()
        return Applied.from_payload(reply.payload).level

    def release(self, channel: int) -> None:
        """Renew a channel's command no longer: it expires."""
        self._keeper.drop(channel)

    def close(self) -> None:
        """Let go of the board, whose outputs then expire; harmless when repeated."""
        self._keeper.clear()
        self._link.close()
        self.errands.close()
        with self._arrived:  # whoever waits for a sample need not wait longer
            self._arrived.notify_all()

    def _open(self, wait_s: float) -> None:
        self._link.start()
        settled = (LinkState.READY, LinkState.LOST)
        deadline = time.monotonic() + wait_s
        while self.state is not LinkState.READY:
            self._link.wait(*settled, timeout_s=max(0.0, deadline - time.monotonic()))
            failure = self._link.failure
            if isinstance(failure, VersionMismatchError) or (
                failure is not None and self.state is LinkState.LOST
            ):
                raise failure
            if time.monotonic() >= deadline:
                raise BridgeTimeoutError(f"{self.spec}: no board answered within {wait_s} s")
        self.channels = tuple(self._describe(i) for i in range(self.hello.channels))
        self._layout = SampleLayout(self.channels)
        self._link.ask(self._stream())
        self._link.submit(Request(type=Type.PING))
        self._link.add_chore(self._keeper.renew)

    def _describe(self, index: int) -> Channel:
        return Channel.from_payload(self.ask(Type.DESCRIBE, bytes([index])).payload)

    def _stream(self) -> Request:
        return Request(type=Type.STREAM, payload=self._period_ms.to_bytes(2, "little"))

    # What the link tells, in its own thread.

    def ready(self, hello: Hello) -> None:
        """Take note of who answered; after a reset, have samples sent again."""
        self._hello = hello
        if self._layout is not None and hello.channels == len(self.channels):
            self._link.submit(self._stream())
            self._link.submit(Request(type=Type.PING))

    def unasked(self, packet: Packet, received_ns: int) -> None:
        """Take a sample."""
        layout, hello = self._layout, self._hello
        if layout is None or hello is None or packet.type != Type.SAMPLE:
            return
        try:
            sample = layout.unpack(packet.seq, packet.payload)
        except PacketError:
            return
        snapshot = Snapshot(sample, hello.boot_id, received_ns)
        with self._arrived:
            self._snapshot = snapshot
            self._arrived.notify_all()
        for watcher in tuple(self._watchers):
            watcher(snapshot)

    def reset(self) -> None:
        """Forget what was true of the last boot."""
        self._hello = None
        self._snapshot = None
        self._keeper.clear()


def _nonce() -> bytes:
    return secrets.token_bytes(NONCE_BYTES)
