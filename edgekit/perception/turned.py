"""Tell a camera that was turned from what passes before it. Nothing here has passed the gate.

A picture of what stands still, the median of some seconds, is laid over the one that was learned
first. A turn is told only where the whole picture moved by more than the signed geometry allows
and stayed so, or where nothing of the place is left in it for minutes. Of what changes on the spot
(parked cars, snow, the light of another hour) more pictures are learned, each with how it lies over
the first, so that a camera that sinks slowly is found out as well.
"""

from collections import deque
from dataclasses import dataclass, replace

import numpy as np

from edgekit.frames import Pixels
from edgekit.perception.setting import (
    STAYED,
    Edges,
    Move,
    Setting,
    after,
    compare,
    edges,
    farthest,
    reduced,
)
from edgekit.records import Health

LOOK_MS = 1_000
LOOKS = 9
"""The median of so many looks shows what stands still."""

JUDGE_MS = 2_000
MOVED_MS = 8_000
TURNED_MS = 20_000
"""The whole picture has moved for so long: seen as moved, told as turned."""

LOST_MS = 180_000
"""Nothing of the place has been in the picture for so long."""

ANOTHER_MS = 60_000
FEW = 0.5
MOST = 6
"""Where fewer than half of a learned picture's blocks are found for a minute, but in place, one
more is learned; so many are kept."""


@dataclass(slots=True, kw_only=True, eq=False)
class _Learned:
    """One picture of the place, and how it lies over the first."""

    edges: Edges
    move: Move


class Turned:
    """Watch where one camera looks.

    Args:
        tolerance: by how much a corner of the picture may move, as a share of its diagonal.
    """

    def __init__(self, tolerance: float) -> None:
        self._tolerance = tolerance
        self._looks: deque[Pixels] = deque(maxlen=LOOKS)
        self._looked_ms: int | None = None
        self._judged_ms = 0
        self._learned: list[_Learned] = []
        self._away_ms: int | None = None
        self._moved_ms: int | None = None
        self._thin_ms: int | None = None
        self.health = Health.GOOD

    def update(self, pixels: Pixels, t_ms: int, view: Health) -> Health:
        """Take one frame, uint8 (height, width, 3), and its time.

        Args:
            pixels: the frame.
            t_ms: its time.
            view: what `ViewHealth` says: what is covered or blind says nothing of where.

        Returns:
            `Health.GOOD`, `Health.MOVED`, or `Health.TURNED`, which stays.
        """
        if self.health is Health.TURNED or not self._due(t_ms):
            return self.health
        if view not in (Health.GOOD, Health.MOVED):
            self._looks.clear()
            return self.health
        self._looks.append(reduced(pixels))
        if len(self._looks) == LOOKS and t_ms - self._judged_ms >= JUDGE_MS:
            self._judged_ms = t_ms
            still = np.median(np.stack(self._looks), axis=0).astype(np.uint8)
            self._judge(edges(still), t_ms, strange=view is Health.MOVED)
        return self.health

    def wipe(self) -> None:
        """Overwrite the small pictures of the last seconds and what was learned of the place."""
        for look in self._looks:
            look.fill(0)
        for learned in self._learned:
            learned.edges.fill(0)
        self._looks.clear()
        self._learned.clear()

    def _due(self, t_ms: int) -> bool:
        if self._looked_ms is not None and 0 <= t_ms - self._looked_ms < LOOK_MS:
            return False
        if self._looked_ms is not None and t_ms < self._looked_ms:
            # Time went back: what was held is not held for longer by that.
            self._away_ms = self._moved_ms = self._thin_ms = None
            self._judged_ms = t_ms
        self._looked_ms = t_ms
        return True

    def _judge(self, now: Edges, t_ms: int, *, strange: bool) -> None:
        if not self._learned:
            self._learned.append(_Learned(edges=now, move=STAYED))
            return
        found = self._over(now)
        # Fog hides a place; a wall that is nothing like it is another one.
        if found is None or (found.plain and not strange):
            return
        move = found.move
        rows, columns = now.shape
        limit = self._tolerance * float(np.hypot(rows, columns))
        moved = move is not None and farthest(move, (columns, rows)) > limit
        away = moved or move is None
        self._moved_ms = (self._moved_ms if self._moved_ms is not None else t_ms) if moved else None
        self._away_ms = (self._away_ms if self._away_ms is not None else t_ms) if away else None
        self.health = self._held(t_ms)
        self._learn(now, None if away else move, found.share, t_ms)

    def _held(self, t_ms: int) -> Health:
        moved_ms = 0 if self._moved_ms is None else t_ms - self._moved_ms
        away_ms = 0 if self._away_ms is None else t_ms - self._away_ms
        if moved_ms >= TURNED_MS or away_ms >= LOST_MS:
            return Health.TURNED
        return Health.MOVED if away_ms >= MOVED_MS else Health.GOOD

    def _over(self, now: Edges) -> Setting | None:
        """Return how the picture lies over the first that was learned; None where none can tell."""
        best: Setting | None = None
        for learned in self._learned:
            setting = compare(learned.edges, now)
            if setting is None:
                continue
            if setting.move is not None:
                setting = replace(setting, move=after(learned.move, setting.move))
            if best is None or setting.share > best.share:
                best = setting
            if setting.share >= FEW:
                break
        return best

    def _learn(self, now: Edges, move: Move | None, share: float, t_ms: int) -> None:
        if move is None or share >= FEW:
            self._thin_ms = None
            return
        self._thin_ms = self._thin_ms if self._thin_ms is not None else t_ms
        if t_ms - self._thin_ms >= ANOTHER_MS:
            self._thin_ms = None
            # The first is what was signed; of the others the oldest gives way.
            if len(self._learned) == MOST:
                del self._learned[1]
            self._learned.append(_Learned(edges=now, move=move))
