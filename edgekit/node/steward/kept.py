"""What the steward keeps of one system: its state, its totals, and the name of its life.

One file a system, in a folder of the steward's own (mode 0700): it may tell what a household used.
A state that is lost is a new life: totals begin at 0 again, and whoever hears them knows.
"""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from edgekit.config import Settings
from edgekit.errors import ConfigError, LedgerError
from edgekit.systems.persistence import from_json, to_json

FOLDER = "systems"
LIFE_BYTES = 7


def folder_of(settings: Settings) -> Path:
    """Return where the steward of a site keeps what it knows."""
    return settings.storage.directory / FOLDER


@dataclass(slots=True, kw_only=True)
class Kept:
    """What is kept of a system; ``totals`` are by measure."""

    state: Any
    life: int
    totals: dict[str, int] = field(default_factory=dict)


def begun(state: Any, entropy: Callable[[int], bytes]) -> Kept:  # noqa: ANN401 -- of any system
    """Return a system that begins a life."""
    return Kept(state=state, life=int.from_bytes(entropy(LIFE_BYTES)))


def read_kept(path: Path, usual: Any, settings: object) -> Kept | None:  # noqa: ANN401 -- of any system
    """Read it back; None where there is none.

    Args:
        path: of the file.
        usual: a state of the system, for its type.
        settings: those of today.

    Raises ConfigError where the file is damaged, or of another version.
    """
    try:
        head, _, state = path.read_bytes().partition(b"\n")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from error
    try:
        fields = json.loads(head)
        totals: Mapping[str, int] = fields["totals"]
        return Kept(
            state=from_json(type(usual), state, settings=settings),
            life=int(fields["life"]),
            totals={str(what): int(total) for what, total in totals.items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigError(f"{path} is damaged: {error}") from error


def write_kept(path: Path, kept: Kept) -> None:
    """Keep it, whole or not at all; raises LedgerError where the disk does not let it."""
    head = json.dumps({"life": kept.life, "totals": kept.totals}).encode()
    write_private(path, head + b"\n" + to_json(kept.state))


def write_private(path: Path, data: bytes) -> None:
    """Write a file that only the steward reads, whole or not at all; raises LedgerError."""
    draft = path.with_suffix(".new")
    try:
        draft.touch(mode=0o600)
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        raise LedgerError(
            f"{path} cannot be kept: {error.strerror}", hint="make room on its disk"
        ) from error
