"""A hand count while it is made: keys in, rows of a tally out. No clock, no file, no screen.

    tally = Tally.begin(parse_keys("a=door.in,l=door.out"), pausing=True)
    tally, rows = tally.start(t_ms)
    tally, rows = tally.press("a", t_ms)
    tally, rows = tally.undo()

A row once written stays; a mistake is taken back by a row of its own, with the time of the mistake.
`edgekit.evaluation.diary` reads what comes of it.
"""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from edgekit.errors import ConfigError
from edgekit.evaluation.diary import Mark
from edgekit.evaluation.handcount import ZONE_WAYS
from edgekit.evaluation.reading import CLASSES, WAYS
from edgekit.evaluation.timestamp import to_text
from edgekit.geometry import require_name

HEADER = ("time", "event", "line", "zone", "direction", "class")
RESERVED: Mapping[str, str] = {
    " ": "pauses",
    "q": "ends",
    ".": "steps",
    "+": "speeds up",
    "-": "slows down",
}
MAX_KEYS = 40

Cells = tuple[str, ...]
"""One row of the file, in the order of HEADER."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What one key counts: a way over a line, of one class, or into or out of a zone."""

    sign: str
    line: str
    zone: str
    way: str
    what: str

    @property
    def words(self) -> str:
        """Return what it counts, in words."""
        name = self.line or self.zone
        return " ".join(
            (name, self.way) if self.what in ("", CLASSES[0]) else (name, self.what, self.way)
        )

    def cells(self, t_ms: int, mark: Mark) -> Cells:
        """Return a row about it."""
        return (to_text(t_ms), mark.value, self.line, self.zone, self.way, self.what)


def parse_keys(
    text: str, *, lines: Sequence[str] = (), zones: Sequence[str] = ()
) -> tuple[Key, ...]:
    """Read ``a=door.in,l=door.out,b=road.bicycle.in,e=square.enter,x=square.leave``.

    Args:
        text: the keys.
        lines: the lines there are, or none where nobody knows.
        zones: likewise.

    Raises:
        ConfigError: what is no key, no count, or no line or zone that there is.
    """
    keys = tuple(_key(part.strip(), lines, zones) for part in text.split(",") if part.strip())
    if not 0 < len(keys) <= MAX_KEYS:
        raise ConfigError(
            f"{len(keys)} keys: expected 1 to {MAX_KEYS}", hint="a=door.in,l=door.out"
        )
    for key in keys:
        if [one.sign for one in keys].count(key.sign) > 1:
            raise ConfigError(f"key {key.sign!r} counts two things", hint="give each its own key")
    counted = [(key.line, key.zone, key.way, key.what) for key in keys]
    for key, what in zip(keys, counted, strict=True):
        if counted.count(what) > 1:
            raise ConfigError(f"two keys count {key.words}", hint="remove one of them")
    return keys


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """One count that may still be undone."""

    key: Key
    t_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The state of one hand count.

    Attributes:
        keys: what is counted.
        before: counts of earlier sessions in the same file, by sign.
        presses: counts of this session that are not undone.
        open: whether counting goes on.
        paused: whether it rests; nothing counts meanwhile.
    """

    keys: tuple[Key, ...]
    before: Mapping[str, int]
    presses: tuple[Press, ...] = ()
    open: bool = False
    paused: bool = False

    def start(self, t_ms: int) -> "tuple[Tally, tuple[Cells, ...]]":
        """Begin: one row for each key, so that what never comes is known to have been watched."""
        rows = tuple(key.cells(t_ms, Mark.BEGIN) for key in self.keys)
        return replace(self, open=True, paused=False), rows

    def press(self, sign: str, t_ms: int) -> "tuple[Tally, tuple[Cells, ...]]":
        """Count what a key counts; nothing while paused, after the end, or for another key."""
        key = next((key for key in self.keys if key.sign == sign), None)
        if key is None or self.paused or not self.open:
            return self, ()
        if key.way == ZONE_WAYS[1] and self.inside(key.zone) < 1:
            return self, ()  # nobody is in there who could leave
        after = replace(self, presses=(*self.presses, Press(key=key, t_ms=t_ms)))
        return after, (key.cells(t_ms, Mark.COUNT),)

    def undo(self) -> "tuple[Tally, tuple[Cells, ...]]":
        """Take back the last count of this session; nothing where there is none."""
        if not self.presses or not self.open:
            return self, ()
        last = self.presses[-1]
        row = last.key.cells(last.t_ms, Mark.UNDO)
        return replace(self, presses=self.presses[:-1]), (row,)

    def pause(self, t_ms: int) -> "tuple[Tally, tuple[Cells, ...]]":
        """Rest, or go on: the time between is not counted, and not taken for zero."""
        if not self.open:
            return self, ()
        mark = Mark.RESUME if self.paused else Mark.PAUSE
        return replace(self, paused=not self.paused), (_about_all(t_ms, mark),)

    def end(self, t_ms: int) -> "tuple[Tally, tuple[Cells, ...]]":
        """End; nothing where it has ended already."""
        if not self.open:
            return self, ()
        rows = () if self.paused else (_about_all(t_ms, Mark.END),)
        return replace(self, open=False, paused=False), rows

    def count(self, sign: str, since_ms: int | None = None) -> int:
        """Return how many a key has counted, in all or in this session since a time."""
        found = sum(
            press.key.sign == sign and (since_ms is None or press.t_ms >= since_ms)
            for press in self.presses
        )
        return found + (self.before.get(sign, 0) if since_ms is None else 0)

    def inside(self, zone: str) -> int:
        """Return how many are in a zone, by what this session has seen."""
        ways = {"enter": 1, "leave": -1}
        return sum(ways[press.key.way] for press in self.presses if press.key.zone == zone)


def _about_all(t_ms: int, mark: Mark) -> Cells:
    return (to_text(t_ms), mark.value, "", "", "", "")


def _key(part: str, lines: Sequence[str], zones: Sequence[str]) -> Key:
    sign, equals, target = part.partition("=")
    name, *rest = target.strip().split(".")
    if not (equals and len(sign) == 1 and sign.isprintable() and rest):
        raise ConfigError(
            f"key {part!r:.40}: expected KEY=LINE.in, KEY=LINE.CLASS.in or KEY=ZONE.enter",
            hint='such as --keys "a=door.in,l=door.out"',
        )
    for reserved, does in RESERVED.items():
        if sign == reserved:
            raise ConfigError(f"key {sign!r} {does}", hint="take another key")
    *classes, way = rest
    if way in ZONE_WAYS and not classes:
        _require_known(name, "zone", zones, lines)
        return Key(sign=sign, line="", zone=name, way=way, what="")
    what = classes[0] if classes else CLASSES[0]
    if way not in WAYS or what not in CLASSES or classes[1:]:
        ways, kinds = ", ".join((*WAYS, *ZONE_WAYS)), ", ".join(CLASSES)
        raise ConfigError(
            f"key {part!r:.40}: expected one of {ways} at the end",
            hint=f"before it there may be a class: {kinds}",
        )
    _require_known(name, "line", lines, zones)
    return Key(sign=sign, line=name, zone="", way=way, what=what)


def _require_known(name: str, kind: str, known: Sequence[str], others: Sequence[str]) -> None:
    require_name(name, kind)
    if not (known or others) or name in known:
        return
    near = difflib.get_close_matches(name, known, n=1)
    raise ConfigError(
        f"there is no {kind} {name!r}: expected one of {', '.join(known) or 'none'}",
        hint=f"did you mean {near[0]!r}?" if near else "name it as site.toml does",
    )
