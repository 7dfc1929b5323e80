"""What stands in the address of a request: the number of a record, the place of a tile."""

import re

from edgekit.errors import ConfigError
from edgekit.ledger.tiles import WIDTH

LATEST = "latest"
MAX_DIGITS = 15
LEVELS = 6
"""A tree of 2^48 records has no more: more than any log will hold."""

_TILE = re.compile(
    r"([0-5]|entries|records)/((?:x[0-9]{3}/){0,4}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?"
)


def number_of(text: str, latest: int) -> int:
    """Return the number of a record; ConfigError where the text names none.

    Args:
        text: ``latest``, or a number.
        latest: the one that the signed state of the log covers last; below 0 where there is none.
    """
    plain = text.isascii() and text.isdecimal() and len(text) <= MAX_DIGITS
    if text != LATEST and not plain:
        raise ConfigError(f"expected the number of a record or {LATEST!r}")
    return latest if text == LATEST else int(text)


def tile_of(path: str) -> tuple[str, int, int]:
    """Return level, index and width of a tile; ConfigError where the path names none.

    Source: c2sp.org/tlog-tiles, ``<L>/<N>[.p/<W>]``.
    """
    found = _TILE.fullmatch(path)
    if found is None or not path.isascii():
        raise ConfigError("expected the path of a tile, as 0/000 or entries/000.p/12")
    index = int(found[2].replace("x", "").replace("/", ""))
    width = int(found[3] or WIDTH)
    if width > WIDTH or (found[3] and width == WIDTH):
        raise ConfigError(f"a partial tile has 1 to {WIDTH - 1} entries")
    if found[2].startswith("x000/"):
        raise ConfigError("a tile has one path: no empty group of digits before it")
    return found[1], index, width
