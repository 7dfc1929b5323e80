"""Which walk goes by which name. Nothing here has passed the gate."""

from collections.abc import Iterable, Mapping
from itertools import takewhile

from edgekit.perception.walk import Sighting, Walk

FORGET_MS = 60_000.0
MAX_WALKS = 512
MAX_NAMES = 8


class Naming:
    """Walks by the ids that a tracker gave them, bounded in number and in time.

    A walk may have had several names. A name that took over a lost walk keeps its own aside: if
    both prove to be there, it gets that back.
    """

    def __init__(self) -> None:
        self._walks: dict[Walk, None] = {}  # the longest unseen first
        self._named: dict[int, Walk] = {}
        self._aside: dict[int, Walk] = {}

    def __len__(self) -> int:
        return len(self._walks) + len(self._named) + len(self._aside)

    def knows(self, names: Iterable[int]) -> bool:
        """Whether one of these names was given before."""
        return any(name in self._named for name in names)

    def give(self, name: int, walk: Walk, *, aside: Walk | None = None) -> None:
        """Let the walk go by this name, which it may have had before."""
        before = self._named.get(name)
        if before is not None:
            before.names.remove(name)
        self._aside.pop(name, None)
        if aside is not None:
            self._walks.pop(aside, None)
            self._aside[name] = aside
        self._named[name] = walk
        walk.names.append(name)
        if len(walk.names) > MAX_NAMES:
            self._drop(walk.names.pop(0))

    def known(self, seen: Mapping[int, Sighting]) -> dict[int, Walk]:
        """Return the walk of each name that has one; no two have the same."""
        owners: dict[Walk, int] = {}
        known: dict[int, Walk] = {}
        for name in seen:
            walk = self._named.get(name)
            if walk is None:
                continue
            other = owners.setdefault(walk, name)
            if other != name:
                owners[walk], loser = self._part(walk, other, name, seen)
                known.pop(loser, None)
                if loser in self._aside:
                    own = known[loser] = self._aside[loser]
                    self._walks[own] = None
                    self.give(loser, own)
            known[owners[walk]] = walk
        return known

    def _part(
        self, walk: Walk, one: int, other: int, seen: Mapping[int, Sighting]
    ) -> tuple[int, int]:
        """Return which of two names keeps a walk, and which does not."""
        if (one in self._aside) != (other in self._aside):
            keeps_other = one in self._aside
        else:
            keeps_other = walk.miss_px(seen[other]) < walk.miss_px(seen[one])
        return (other, one) if keeps_other else (one, other)

    def lost(self, present: Mapping[Walk, object], since_ms: float) -> list[Walk]:
        """Return the walks that are not present and were seen since then, the last seen first."""
        recent = takewhile(lambda walk: walk.last.t_ms >= since_ms, reversed(self._walks))
        return [walk for walk in recent if walk not in present]

    def keep(self, walks: Iterable[Walk], t_ms: float) -> None:
        """Remember that these were seen now, and forget who was not seen for long."""
        for walk in walks:
            self._walks.pop(walk, None)
            self._walks[walk] = None
        while self._walks:
            oldest = next(iter(self._walks))
            if len(self._walks) <= MAX_WALKS and t_ms - oldest.last.t_ms <= FORGET_MS:
                break
            del self._walks[oldest]
            for name in oldest.names:
                self._drop(name)

    def _drop(self, name: int) -> None:
        del self._named[name]
        self._aside.pop(name, None)
