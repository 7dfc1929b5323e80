"""Runs other people's trackers and line counters, in an interpreter that has them.

A part of `peers.py`, which starts ``PYTHON peer_worker.py serve``: a JSON request a line in, a JSON
answer a line out. It needs nothing of edgekit but where edgekit itself is asked for.
"""

# ruff: noqa: PLC0415 -- each interpreter has only some of what is imported here
# ruff: noqa: ANN401 -- and so none of its types

import importlib.metadata
import itertools
import json
import sys
import time
from collections.abc import Callable
from typing import Any

Box = list[float]
Request = dict[str, Any]
DISTRIBUTIONS = ("edgekit", "supervision", "trackers", "norfair")


def versions(_: Request) -> dict[str, str]:
    found = {}
    for name in DISTRIBUTIONS:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


class EdgekitTracks:
    def __init__(self, fps: float) -> None:
        import numpy as np

        from edgekit.frames import Detections
        from edgekit.perception.tracking import Tracker

        self._detections, self._np = Detections, np
        self._tracker = Tracker(fps=fps, ids=itertools.count(1))
        self._times = (round(index * 1000 / fps) for index in itertools.count())

    def prepare(self, boxes: list[Box]) -> object:
        table = self._np.array(boxes, self._np.float32).reshape(-1, 5)
        return self._detections.of(table[:, :4], table[:, 4]), next(self._times)

    def update(self, prepared: Any) -> object:
        return self._tracker.update(*prepared)

    def ids(self, prepared: Any, result: Any) -> list[int]:
        seen = {track.xyxy: track.tracker_id for track in result if track.seen}
        return [seen.get(tuple(box), -1) for box in prepared[0].xyxy.tolist()]


class ByteTrackTracks:
    def __init__(self, fps: float) -> None:
        import numpy as np
        import supervision as sv
        from trackers import ByteTrackTracker

        self._sv, self._np = sv, np
        self._tracker = ByteTrackTracker(frame_rate=fps)

    def prepare(self, boxes: list[Box]) -> Any:
        table = self._np.array(boxes, self._np.float32).reshape(-1, 5)
        classes = self._np.zeros(len(table), int)
        return self._sv.Detections(xyxy=table[:, :4], confidence=table[:, 4], class_id=classes)

    def update(self, prepared: Any) -> object:
        return self._tracker.update(prepared)

    def ids(self, prepared: Any, result: Any) -> list[int]:
        pairs = zip(result.xyxy.tolist(), result.tracker_id.tolist(), strict=True)
        seen = {tuple(box): name for box, name in pairs}
        return [seen.get(tuple(box), -1) for box in prepared.xyxy.tolist()]


class NorfairTracks:
    """IoU distance with threshold 0.7."""

    def __init__(self, fps: float) -> None:
        import norfair
        import numpy as np

        del fps  # it knows no time
        self._norfair, self._np = norfair, np
        self._tracker = norfair.Tracker(distance_function="iou", distance_threshold=0.7)
        self._frames = itertools.count()

    def prepare(self, boxes: list[Box]) -> list[Any]:
        frame = next(self._frames)
        return [
            self._norfair.Detection(
                points=self._np.array(box[:4]).reshape(2, 2),
                scores=self._np.array([box[4], box[4]]),
                data=(frame, index),
            )
            for index, box in enumerate(boxes)
        ]

    def update(self, prepared: list[Any]) -> object:
        return self._tracker.update(prepared)

    def ids(self, prepared: list[Any], result: Any) -> list[int]:
        seen = {tracked.last_detection.data: tracked.id for tracked in result}
        return [seen.get(detection.data, -1) for detection in prepared]


TRACKERS: dict[str, Callable[[float], Any]] = {
    "edgekit": EdgekitTracks,
    "trackers": ByteTrackTracks,
    "norfair": NorfairTracks,
}


class Worker:
    """Remembers the trackers that were begun, by a name of the asker's."""

    def __init__(self) -> None:
        self._begun: dict[str, Any] = {}

    def begin(self, request: Request) -> None:
        self._begun[request["name"]] = TRACKERS[request["tracker"]](request["fps"])

    def step(self, request: Request) -> dict[str, Any]:
        """Take frames of boxes (x1 y1 x2 y2 score); return ids a frame, -1 for none, and CPU ms."""
        tracker = self._begun[request["name"]]
        ids, cpu_ms = [], 0.0
        for boxes in request["frames"]:
            prepared = tracker.prepare(boxes)
            start = time.thread_time()
            result = tracker.update(prepared)
            cpu_ms += 1000 * (time.thread_time() - start)
            ids.append(tracker.ids(prepared, result))
        return {"ids": ids, "cpu_ms": cpu_ms}

    def count(self, request: Request) -> list[list[int]]:
        """Count frames of (id, x1 y1 x2 y2) with LineZone; [in, out] for each setting.

        Its in is our out.
        """
        import numpy as np
        import supervision as sv

        (ax, ay), (bx, by) = request["line"]
        bottom = [sv.Position.BOTTOM_CENTER]
        settings = ({}, {"triggering_anchors": bottom, "minimum_crossing_threshold": 3})
        zones = [
            sv.LineZone(start=sv.Point(ax, ay), end=sv.Point(bx, by), **more) for more in settings
        ]
        for frame in request["frames"]:
            table = np.array(frame, float).reshape(-1, 5)
            detections = sv.Detections(
                xyxy=table[:, 1:],
                class_id=np.zeros(len(table), int),
                tracker_id=table[:, 0].astype(int),
            )
            for zone in zones:
                zone.trigger(detections)
        return [[zone.out_count, zone.in_count] for zone in zones]


def serve() -> None:
    worker = Worker()
    verbs: dict[str, Callable[[Request], Any]] = {
        "versions": versions,
        "begin": worker.begin,
        "step": worker.step,
        "count": worker.count,
    }
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps(verbs[request["verb"]](request)), flush=True)


if __name__ == "__main__" and sys.argv[1:] == ["serve"]:
    serve()
