"""The rendered plaza as a source that can be written down: ``plaza``, or ``plaza:60`` seconds."""

from edgekit.errors import ConfigError

PLAZA = "plaza"
LONGEST_S = 14_400


def is_plaza(spec: object) -> bool:
    """Whether this is the rendered scene and not a camera, stream or path."""
    return isinstance(spec, str) and spec.partition(":")[0] == PLAZA


def plaza_seconds(spec: str, *, default: int) -> float:
    """Return how long the scene lasts; ``default`` where the source does not say.

    Raises:
        ConfigError: what stands behind the colon is no number of seconds.
    """
    text = spec.partition(":")[2]
    if text and not (text.isdecimal() and 0 < int(text) <= LONGEST_S):
        raise ConfigError(
            f"source {spec!r}: expected {PLAZA}:SECONDS, 1 to {LONGEST_S}",
            hint=f"write {PLAZA}, or {PLAZA}:60 for a minute",
        )
    return float(text or default)
