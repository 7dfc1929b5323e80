"""Where an eye's models lie and its pictures come from, and what was in force before."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Origins:
    """What the eye is told by its supervisor.

    Attributes:
        models: the folder of models.
        stream_fd: a stream's pipe, if any.
        least_version: an older authorisation than this is none: a newer one was seen here.
    """

    models: Path
    stream_fd: int | None
    least_version: int = 0
