"""An eye has fallen: an outage to be sat out, or a mistake that somebody must put right?"""

from edgekit.config import Settings
from edgekit.errors import (
    ConfigError,
    EdgekitError,
    MissingExtraError,
    ModelError,
    SealError,
    SensorError,
)

FIRST_TIME = (ConfigError, SensorError, ModelError)
"""Where no eye has seen yet, these are mistakes; later, what worked once may work again."""

OF_THE_INSTALLER = (ConfigError, MissingExtraError)
"""What nobody but who set the node up can put right: to start again would not help."""


def is_mistake(error: EdgekitError, settings: Settings, *, has_seen: bool) -> bool:
    """Say whether a new eye would only come to the same end."""
    if isinstance(error, SealError):
        return True
    # What is played back cannot go on where it broke off, and must not be counted twice.
    if isinstance(error, SensorError) and settings.camera.file is not None:
        return True
    return isinstance(error, FIRST_TIME) and not has_seen
