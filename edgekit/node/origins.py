"""Where an eye's models lie and its pictures come from, as its supervisor tells it."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Origins:
    """What the eye is told by its supervisor: the folder of models, and a stream's pipe if any."""

    models: Path
    stream_fd: int | None
