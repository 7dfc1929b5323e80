"""One hand count being made: what a terminal and a window have in common."""

from collections.abc import Callable

from edgekit.errors import ConfigError
from edgekit.evaluation.diary import Diary, Mark
from edgekit.evaluation.reading import metric_of
from edgekit.evaluation.tallying import Cells, Key, Tally
from edgekit.evaluation.timestamp import to_words
from edgekit.node.handcount.file import TallyFile

NAME_WIDTH = 34


class TallySession:
    """Keys in, rows on the disk, a table to look at.

    Args:
        file: where rows go.
        keys: what is counted.
        clock_ms: the time of a press: Unix time, or that of a video.
        every_s: how long the intervals of the table are.

    Raises:
        ConfigError: the file has counts of a later time: two counts of one time would be added.
    """

    def __init__(
        self,
        file: TallyFile,
        keys: tuple[Key, ...],
        *,
        clock_ms: Callable[[], int],
        every_s: int,
    ) -> None:
        self._file = file
        self._clock_ms = clock_ms
        self._every_ms = 1000 * every_s
        self._said = ""
        self.tally = Tally(keys=keys, before=_before(keys, file.diary))
        self._require_later(file)

    def start(self) -> None:
        """Begin to count."""
        self._do(*self.tally.start(self._clock_ms()))

    def press(self, sign: str) -> bool:
        """Count; False where the key counts nothing now."""
        now_ms = self._clock_ms()
        return self._do(*self.tally.press(sign, now_ms))

    def undo(self) -> bool:
        """Take back the last count; False where there is none."""
        return self._do(*self.tally.undo())

    def pause(self) -> bool:
        """Rest or go on."""
        return self._do(*self.tally.pause(self._clock_ms()))

    def end(self) -> None:
        """End; harmless when repeated."""
        self._do(*self.tally.end(self._clock_ms()))

    def table(self) -> list[str]:
        """Return what to show: counts in all, in this interval and in the one before."""
        now_ms = self._clock_ms()
        since_ms = now_ms - now_ms % self._every_ms
        state = "paused" if self.tally.paused else "counting" if self.tally.open else "ended"
        rows = [
            f"{to_words(now_ms)}  {state}",
            (
                f"{'key':4}{'':{NAME_WIDTH}}{'in all':>8}{f'this {self._every_ms // 1000} s':>14}"
                f"{'before':>9}"
            ),
        ]
        for key in self.tally.keys:
            now = self.tally.count(key.sign, since_ms)
            last = self.tally.count(key.sign, since_ms - self._every_ms) - now
            rows.append(
                f"{key.sign:4}{key.words:{NAME_WIDTH}.{NAME_WIDTH}}"
                f"{self.tally.count(key.sign):>8}{now:>14}{last:>9}"
            )
        return [*rows, self._said or "nothing counted yet"]

    def _do(self, after: Tally, rows: tuple[Cells, ...]) -> bool:
        """Write first: what is shown is on the disk."""
        self._file.write(rows)
        if len(after.presses) < len(self.tally.presses):
            self._said = f"taken back: {self.tally.presses[-1].key.words}"
        elif len(after.presses) > len(self.tally.presses):
            last = after.presses[-1]
            self._said = f"last: {last.key.words} at {to_words(last.t_ms)}"
        self.tally = after
        return bool(rows)

    def _require_later(self, file: TallyFile) -> None:
        last_ms = max((entry.t_ms for entry in file.diary.entries), default=0)
        if file.diary.entries and self._clock_ms() < last_ms:
            raise ConfigError(
                f"{file.path} has counts up to {to_words(last_ms)}: these would be counted twice",
                hint="name another file",
            )


def _before(keys: tuple[Key, ...], diary: Diary) -> dict[str, int]:
    """Return what earlier sessions in the same file have counted, by sign."""
    signs = {1: Mark.COUNT, -1: Mark.UNDO}
    return {
        key.sign: sum(
            sign
            for sign, mark in signs.items()
            for entry in diary.entries
            if entry.mark is mark
            and entry.metric == _metric(key)
            and entry.step == {"enter": 1, "leave": -1}.get(key.way, 0)
        )
        for key in keys
    }


def _metric(key: Key) -> str:
    if key.zone:
        return metric_of(kind="zone", name=key.zone, way="people")
    return metric_of(kind="line", name=key.line, way=key.way, what=key.what)
