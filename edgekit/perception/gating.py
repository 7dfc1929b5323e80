"""Look closely only where and when something moves. Nothing here has passed the gate.

    detector = GatedDetector(network, (640, 480), fps=15)
    detections = detector.detect(frame)

A network's answer stays true for as long as the picture is the one that it looked at. So it looks
again where the picture has changed since, at the whole picture every few seconds, and not at all
while nothing happens: an empty street costs next to nothing.
"""

import numpy as np

from edgekit.errors import ConfigError
from edgekit.frames import Detections, Frame
from edgekit.perception.change import Activity, Change, Region
from edgekit.perception.foreground import Foreground
from edgekit.perception.presence import Presence
from edgekit.seams.eye import Detector

KEEP_ALIVE_MS = 2_000
"""While somebody is remembered, the whole picture is looked at this often; else half as often."""

WORK_PX = 208 * 156
"""Pixels of the reduced picture: that something moves shows in fewer than what it is."""

STILL_MS = 3_000
"""Who was foreground in one place for so long stands there, also when they fade from it."""

WHOLE = 0.5
"""A region larger than this share of the picture is not worth cutting out."""


class GatedDetector:
    """A `Detector` that asks a network only where the picture has changed.

    Args:
        network: the slow detector, which is given whole pictures and parts of them.
        size: (width, height) of the frames in pixels.
        fps: nominal frames per second, > 0.
        keep_alive_ms: how often the whole picture is looked at while somebody is there.

    Raises:
        ConfigError: a size, rate or time that is not above 0.

    What never moved is scenery: a statue, a poster or a parked car is not reported, however sure
    the network is of it. Who came in and stands still is, for as long as the network finds them.
    """

    def __init__(
        self,
        network: Detector,
        size: tuple[int, int],
        *,
        fps: float,
        keep_alive_ms: int = KEEP_ALIVE_MS,
    ) -> None:
        if keep_alive_ms < 1:
            raise ConfigError(f"a look every {keep_alive_ms} ms: expected 1 or more")
        self._network = network
        self._foreground = Foreground(size, fps=fps, work_px=WORK_PX)
        self._change = Change(size)
        self._activity = Activity()
        self._presence = Presence(size)
        self._keep_alive_ms = keep_alive_ms
        self._whole_ms: int | None = None
        self.looks = 0

    def detect(self, frame: Frame) -> Detections:
        """Return the boxes that hold now; SensorError for a frame of another size."""
        mask = self._foreground.update(frame)
        region = self._region(frame)
        if region is not None:
            self.looks += 1
            found = _shifted(self._network.detect(_cut(frame, region)), region)
            self._change.looked(region)
            self._presence.look(region, found, self._change.mask)
        stirred = self._activity.update(self._foreground.reduced, frame.t_ms)
        still_ms = min(STILL_MS, self._foreground.absorb_ms // 2)
        return self._presence.settle(mask, stirred, frame.t_ms, still_ms)

    def _region(self, frame: Frame) -> Region | None:
        """Where to look now: everywhere, in a part, or nowhere."""
        width, height = frame.size
        everything = 0, 0, width, height
        changed = self._change.since_look(self._foreground.reduced)
        if self._due(frame.t_ms):
            self._whole_ms = frame.t_ms
            return everything
        if changed is None:
            return None
        x1, y1, x2, y2 = changed
        return everything if (x2 - x1) * (y2 - y1) > WHOLE * width * height else changed

    def _due(self, t_ms: int) -> bool:
        every_ms = self._keep_alive_ms * (1 if self._presence else 2)
        return self._whole_ms is None or not 0 <= t_ms - self._whole_ms < every_ms


def _cut(frame: Frame, region: Region) -> Frame:
    x1, y1, x2, y2 = region
    return Frame(frame.pixels[y1:y2, x1:x2], frame.t_ms, frame.index)


def _shifted(found: Detections, region: Region) -> Detections:
    return Detections(
        xyxy=found.xyxy + np.asarray([region[0], region[1]] * 2, np.float32),
        confidence=found.confidence,
        class_id=found.class_id,
    )
