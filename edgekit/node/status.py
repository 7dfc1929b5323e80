"""The node's state as two small JSON files, written whole or not at all."""

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from edgekit.errors import SensorError
from edgekit.node.processes.lock import is_held

CLERK = "status.json"
PROCESSES = "processes.json"


def write_state(path: Path, state: Mapping[str, Any]) -> None:
    """Replace the file; a full disk leaves the old one."""
    draft = path.with_suffix(".new")
    try:
        draft.write_text(json.dumps(state, sort_keys=True), encoding="utf-8")
        draft.replace(path)
    except OSError:
        with suppress(OSError):  # nor can a disk that is read-only be tidied up
            draft.unlink(missing_ok=True)


def read_state(path: Path) -> dict[str, Any]:
    """Return what was written last, or an empty state."""
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, TypeError, ValueError):
        return {}


def read_node(directory: Path) -> dict[str, Any]:
    """Return the whole node's state.

    Raises:
        SensorError: no node has ever run here.
    """
    processes = read_state(directory / PROCESSES)
    if not processes:
        raise SensorError(
            f"no node has run in {directory}", hint="start one with `edgekit run site.toml`"
        )
    return {"running": is_held(directory), "processes": processes, **read_state(directory / CLERK)}
