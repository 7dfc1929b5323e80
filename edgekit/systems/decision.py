"""What a system decides: when, what, why in words, and the command that follows from it."""

from dataclasses import dataclass
from enum import StrEnum

from edgekit.errors import ConfigError
from edgekit.systems.actuation import Command


class Severity(StrEnum):
    """How a person should take it."""

    INFO = "info"
    ACTION = "action"
    FAULT = "fault"
    UNKNOWN = "unknown"
    ALARM = "alarm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One decision; systems that say more extend it with fields.

    Attributes:
        t_ms: of the reading that led to it, Unix time.
        what: one word of the system, such as ``leak`` or ``day``; a sensor's fault is
            ``fault.stuck`` and so on, its end ``cleared.stuck``.
        reason: why, in words for people, with the figures that it rests on.
        severity: how to take it; ``unknown`` where the system says that it does not know.
        command: what an actuator is to do, if anything.

    Raises ConfigError without words.
    """

    t_ms: int
    what: str
    reason: str
    severity: Severity = Severity.INFO
    command: Command | None = None

    def __post_init__(self) -> None:
        if not self.what or not self.reason.strip():
            raise ConfigError("a decision without its reason: expected words")
