"""How bright the pictures of a source are, for a meter beside it. No picture is kept."""

import statistics
from itertools import islice

from edgekit.errors import SensorError
from edgekit.perception.photometer import Exposed, exposed
from edgekit.seams.eye import FrameSource

SETTLE_FRAMES, FRAMES = 15, 15
"""A camera takes some frames until it stands where it was set to."""


def read_light(source: FrameSource, *, exposure_s: float) -> Exposed:
    """Return the middle one of the last pictures, in numbers, and close the source.

    Raises SensorError where it gives none.
    """
    seen: list[Exposed] = []
    try:
        for _ in islice(iter(int, 1), SETTLE_FRAMES + FRAMES):
            frame = source.read()
            if frame is None:
                break
            seen.append(exposed(frame.pixels, exposure_s=exposure_s))
            frame.wipe()
    finally:
        source.close()
    if not seen:
        raise SensorError("the source gives no picture to calibrate by")
    last = seen[-FRAMES:]
    return Exposed(
        luminance=statistics.median(one.luminance for one in last),
        exposure_s=exposure_s,
        clipped=max(one.clipped for one in last),
    )
