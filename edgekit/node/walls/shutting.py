"""Putting up a closed list where the settings ask for one, or go on without it where they allow."""

from collections.abc import Sequence

from edgekit.config import Confinement, Settings
from edgekit.confine.bpf import Rule
from edgekit.confine.filter import seal
from edgekit.errors import SealError
from edgekit.node.log import say


def shut_in(settings: Settings, allowance: Sequence[Rule]) -> bool:
    """Leave this process what the list allows; return whether that was done.

    Raises:
        SealError: it cannot be done here, and the settings demand it.
    """
    try:
        seal(allowance)
    except SealError as error:
        if settings.site.confinement is Confinement.STRICT:
            raise
        say("warning", f"unsealed, as the settings allow: {error}")
        return False
    return True
