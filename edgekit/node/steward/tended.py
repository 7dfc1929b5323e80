"""One system as the steward tends it: read, step, drive, tell, keep."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edgekit.bridge.board import Bridge
from edgekit.config import System
from edgekit.consent.metric import Metric
from edgekit.consent.sensitivity import Fold
from edgekit.consent.systems import ALARMS, FAULTS
from edgekit.errors import BridgeError, ConfigError, LedgerError
from edgekit.node.steward.drive import Drive
from edgekit.node.steward.kept import Kept, begun, read_kept, write_kept, write_private
from edgekit.node.steward.wired import ALONE, Beside, Fitting
from edgekit.node.steward.wiring import WIRINGS
from edgekit.privacy.systems import about
from edgekit.privacy.tally import Channel
from edgekit.records import Health, Kind, Quality
from edgekit.systems.decision import Decision, Severity
from edgekit.systems.telling import Told, faulty, tell

if TYPE_CHECKING:
    from edgekit.node.steward.wired import Wired

BEAT_MS, KEEP_MS = 1_000, 30_000

Word = tuple[int, Kind, int]
"""Channel, kind and value of an observation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """Where a system is tended.

    Attributes:
        folder: where its state and its last CAP message are kept.
        beside: what it hears of beside its board.
        claim: takes the numbers of the outputs that it drives; ConfigError where another does.
    """

    folder: Path
    beside: Beside = ALONE
    claim: Callable[[Iterable[int]], object] = bool


class Tended:
    """Runs one system.

    Args:
        system: its settings.
        channels: what each of its channels means; only these are told.
        around: where it is tended.
        say: called with a word for the log, its level first.
        aloud: whether the log may hold what it decides: numbers stay out of it in a public place.
        entropy: where the name of a life comes from.
    """

    def __init__(
        self,
        system: System,
        channels: Mapping[int, Channel],
        around: Surroundings,
        *,
        say: Callable[[str, str], None],
        aloud: bool,
        entropy: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self.name = system.name
        self._system, self._around, self._say, self._aloud = system, around, say, aloud
        self._module = import_module(f"edgekit.systems.{system.name}")
        self._about = about(system.name)
        self._numbers = {Metric.parse(one.metric).what: n for n, one in channels.items()}
        self._folds = {Metric.parse(one.metric).what: one.fold for one in channels.values()}
        self._board: Bridge | None = None
        self._wired: Wired | None = None
        self._drive = Drive(system.name, say)
        self._levels: dict[str, int | None] = {}
        self._lived = self._read = False
        self._beat_ms = self._kept_ms = -KEEP_MS
        self.kept = self._begin(entropy)

    def turn(
        self,
        board: Bridge | None,
        *,
        answers: bool,
        t_ms: int,
        steady_ms: int,
        said: bool | None = None,
    ) -> Iterator[Word]:
        """Read, decide and drive once; yield what is to be told.

        Args:
            board: that of the system; None while it is not open.
            answers: whether it tells something now.
            t_ms: Unix time.
            steady_ms: of a clock that only goes forward.
            said: what the clerk says, to whom that is said.
        """
        if board is not None and board is not self._board:
            self._wire(board)
        self._drive.at(steady_ms)
        there = answers and self._wired is not None
        if not self._lived:
            self._lived = True
            yield self._about, Kind.LIFE, self.kept.life
        if self._wired is not None and there:
            self._wired.said = said
            for reading in self._wired.read(t_ms):
                yield from self._step(reading)
            self._drive.turn()
        if steady_ms - self._beat_ms >= BEAT_MS:
            self._beat_ms = steady_ms
            yield from self._beat(there=there)
        if steady_ms - self._kept_ms >= KEEP_MS:
            self._kept_ms = steady_ms
            self.keep()

    def keep(self) -> None:
        """Keep what is known; what cannot be kept costs that, and is said, but stops nothing."""
        if self._module.CARD.fleeting:
            return
        try:
            write_kept(self._file, self.kept)
        except (ConfigError, LedgerError) as error:
            self._say("error", f"{self.name}: {error}")

    def close(self) -> None:
        """Leave all in its safe state, and keep what is known."""
        self._drive.close()
        self.keep()

    @property
    def _file(self) -> Path:
        return self._around.folder / f"{self.name}.state"

    def _begin(self, entropy: Callable[[int], bytes]) -> Kept:
        fresh = self._module.begin(self._system.settings)
        try:
            kept = read_kept(self._file, fresh, self._system.settings)
        except ConfigError as error:
            self._say("warning", f"{self.name} begins anew: {error}")
            kept = None
        return begun(fresh, entropy) if kept is None else kept

    def _wire(self, board: Bridge) -> None:
        self._board, self._wired = board, None
        self._drive.fit(None)
        try:
            wired = WIRINGS[self.name](
                board,
                Fitting(
                    per_pulse=self._system.per_pulse,
                    settings=self._system.settings,
                    beside=self._around.beside,
                ),
            )
            self._around.claim(output for wire in wired.wires for output in wire.outputs)
        except (ConfigError, BridgeError) as error:
            self._say("error", f"{self.name}: {error}")
            return
        self._wired = wired
        self._drive.fit(wired.wires)

    def _step(self, reading: Any) -> Iterator[Word]:  # noqa: ANN401 -- of any system
        if not self._read:  # from here on it counts: a killed steward must not begin again later
            self._read, self._kept_ms = True, -KEEP_MS
        before = self.kept.state
        self.kept.state, decisions = self._module.step(before, reading)
        told = tell(self.name, before, self.kept.state, decisions)
        if told.aspect is not None:
            yield self._about, Kind.SIGNAL, told.aspect
        for decision in decisions:
            self._act(decision)
        self._levels |= told.levels
        for what, value in told.added.items():
            if self._folds.get(what) is Fold.TOTAL:
                self.kept.totals[what] = self.kept.totals.get(what, 0) + value
            elif what in self._numbers and value:
                yield self._numbers[what], Kind.READING, value
        yield from self._named(told)

    def _act(self, decision: Decision) -> None:
        if decision.command is not None:
            self._drive.give(decision.command)
        cap = getattr(decision, "cap", None)
        if cap is not None:
            with suppress(LedgerError):  # a full disk costs the message, not the alarm
                write_private(self._around.folder / f"{self.name}.cap.xml", cap.encode())
        if decision.severity in (Severity.FAULT, Severity.ALARM):
            words = decision.reason if self._aloud else decision.what
            self._say("warning", f"{self.name}: {words}")

    def _named(self, told: Told) -> Iterator[Word]:
        """Yield what begins and ends by name, where that is authorised."""
        for number in (self._numbers[what] for what in FAULTS if what in self._numbers):
            for trouble, begins in told.troubles:
                yield number, Kind.TROUBLE if begins else Kind.CURED, trouble
        for number in (self._numbers[what] for what in ALARMS if what in self._numbers):
            if told.alarms:
                yield number, Kind.ALARM, 1

    def _beat(self, *, there: bool) -> Iterator[Word]:
        """Yield a sign of life: how the board is, and every number that is known now."""
        yield self._about, Kind.HEALTH, Health.GOOD if there else Health.LOST
        if not there:
            return
        worse = Quality.DEGRADED if faulty(self.kept.state) else Quality.GOOD
        yield self._about, Kind.QUALITY, worse
        for what, number in self._numbers.items():
            value = self._value(what)
            if value is not None:
                yield number, Kind.READING, value

    def _value(self, what: str) -> int | None:
        match self._folds[what]:
            case Fold.TOTAL:
                return self.kept.totals.get(what, 0)
            case Fold.SUM:
                return 0
        return self._levels.get(what)
