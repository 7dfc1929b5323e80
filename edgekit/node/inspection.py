"""The supervisor's look at an eye from outside, before it gets its first lease."""

import os
import subprocess
from collections.abc import Callable, Collection

from edgekit.config import Confinement, Settings
from edgekit.confine.census import Census, census, require_filtered
from edgekit.errors import SealError
from edgekit.records import Seal


def inspect(
    process: subprocess.Popen[bytes],
    settings: Settings,
    *,
    outs: Collection[str],
    warn: Callable[[str], None],
) -> Seal | None:
    """Return how far the eye is confined; None where it has ended meanwhile.

    Args:
        process: the eye.
        settings: its site's; ``confinement = "maker"`` lets an unconfined eye go on.
        outs: what it may hold open for writing, as /proc shows it.
        warn: told what is missing where that is tolerated.

    Raises:
        SealError: it is not confined, and has to be.
    """
    try:
        seen = census(process.pid)
        require_filtered(seen, allowed=[*outs, os.devnull, *_source_outs(settings, seen)])
    except SealError as error:
        if process.poll() is not None:
            return None
        if settings.site.confinement is Confinement.STRICT:
            raise
        warn(str(error))
        return Seal.NONE
    return Seal.PARTIAL


def _source_outs(settings: Settings, seen: Census) -> list[str]:
    """Return what the source itself needs open: a device, or connections that cannot be made anew.

    The second filter leaves a stream the sockets that it has and no way to another one.
    """
    source = settings.camera.source
    if "://" in source:
        held = seen.descriptors or ()
        return [d.target for d in held if d.target.startswith("socket:")]
    return [f"/dev/video{source}" if source.isdecimal() else source]
