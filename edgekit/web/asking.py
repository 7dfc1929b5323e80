"""What the page asks of the clerk: what lies in the log, and a pause."""

from collections.abc import Sequence
from typing import Protocol

from edgekit.records import SignedRecord


class Clerk(Protocol):
    """Who answers; what is not there, or not told in time, is None or nothing."""

    async def pause(self, token: str) -> str:
        """Show the digits of this minute; one of `edgekit.web.document.SAID` comes back."""
        ...

    async def records(self, start: int, count: int) -> Sequence[SignedRecord]:
        """Return up to so many records from there on, without the erased ones."""
        ...

    async def tile(self, level: str, index: int, width: int) -> bytes | None:
        """Return a tile of the log; ``level`` as in `edgekit.ledger.tiles.tile_path`."""
        ...

    async def proof(self, sequence: int) -> str | None:
        """Return the ``.tlog-proof`` of a record."""
        ...
