"""Names that a tracker has given to the wrong bodies. Nothing here has passed the gate.

Where two people meet, a tracker may take each for the other from then on. Bodies do not jump: if
each sighting is far nearer to where the other walk was going than to its own, the names changed.
"""

from collections.abc import Collection, Mapping

from edgekit.perception.assignment import Edge, assign
from edgekit.perception.walk import Sighting, Walk, reach_px

EXCHANGE_MS = 1_000.0

SURPRISE = 0.05
"""A sighting so many bodies away from where its walk was going is looked at."""

MARGIN = 0.06
"""Each walk that is exchanged has to bring a sighting so many bodies nearer, on average."""

BETTER = 0.5
"""A walk takes another's sighting only where that leaves this part of the surprise, or less."""

NEAR, DRIFT = 0.15, 0.35
"""And only within so many bodies, and so many more for each second since it was seen."""

FAR = 4.0


def surprised(known: Mapping[int, Walk], seen: Mapping[int, Sighting]) -> dict[int, Walk]:
    """Return the walks whose sighting is not where they were going, by name."""
    return {
        name: walk
        for name, walk in known.items()
        if walk.miss_px(seen[name]) > SURPRISE * seen[name].body_px
    }


def exchanged(
    odd: Mapping[int, Walk], seen: Mapping[int, Sighting], lost: Collection[Walk]
) -> dict[int, Walk]:
    """Return the walk that each name now has, its own in doubt; a name may end without any.

    ``odd`` are the walks in question, ``lost`` those that no name of this frame has.
    """
    names = list(odd)
    walks = [*odd.values(), *lost]
    edges: list[Edge] = []
    for row, name in enumerate(names):
        own_px = odd[name].miss_px(seen[name])
        for column, walk in enumerate(walks):
            cost = _cost(walk, seen[name], own_px, own=walk is odd[name])
            if cost is not None:
                edges.append((row, column, cost))
    return {names[row]: walks[column] for row, column in assign(edges).items()}


def _cost(walk: Walk, sighting: Sighting, own_px: float, *, own: bool) -> float | None:
    body_px = sighting.body_px
    if own:
        return min(own_px / body_px - MARGIN, FAR) / (FAR + 1)
    gap_ms = sighting.t_ms - walk.last.t_ms
    near_px = min(BETTER * own_px, body_px * (NEAR + DRIFT * gap_ms / 1000.0))
    miss_px = walk.miss_px(sighting)
    if gap_ms > EXCHANGE_MS or miss_px > near_px or not reach_px(walk.last, sighting):
        return None
    return miss_px / body_px / (FAR + 1)
