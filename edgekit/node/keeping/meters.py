"""What was told of each total, kept so that no litre is lost or told twice over a restart.

The file holds it as it was before the last windows were written and as it is with them; which of
the two is true the ledger says, whose last window is either one's end. It stays inside (mode 0600):
it tells how much a household has used.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from edgekit.errors import LedgerError
from edgekit.privacy.totals import Base

NAME = "meters.json"
Bases = Mapping[str, Base]


@dataclass(frozen=True, slots=True, kw_only=True)
class Meters:
    """The file in the node's folder."""

    directory: Path

    def read(self, *, last_s: int | None, valid_from_s: int) -> Bases:
        """Return what was told by the end of the ledger's last window.

        Nothing where that lies before the authorisation: what went by since then is nobody's to
        know; and nothing where the file is damaged, for then it is not known.
        """
        if last_s is None or last_s < valid_from_s:
            return {}
        try:
            before, after = json.loads((self.directory / NAME).read_bytes())
            kept = after if last_s >= after["end_s"] else before
            return {
                str(name): Base(life=int(life), told=int(told))
                for name, (life, told) in kept["bases"].items()
            }
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return {}

    def write(self, *, before: Bases, after: Bases, end_s: int) -> None:
        """Keep both, before the ledger takes the windows up to ``end_s``.

        Raises LedgerError where the disk does not let it.
        """
        kept = [{"bases": _plain(before)}, {"bases": _plain(after), "end_s": end_s}]
        draft = self.directory / f"{NAME}.new"
        try:
            draft.touch(mode=0o600)
            with draft.open("w", encoding="ascii") as file:
                json.dump(kept, file)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self.directory / NAME)
        except OSError as error:
            raise LedgerError(
                f"{draft}: {error.strerror}", hint="make room on the disk of storage.directory"
            ) from error


def _plain(bases: Bases) -> dict[str, list[int]]:
    return {name: [base.life, base.told] for name, base in bases.items()}
