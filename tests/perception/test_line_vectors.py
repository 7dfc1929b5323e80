"""Every line-crossing vector, counter alone and behind the tracker."""

import itertools
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from edgekit.frames import Detections, Track
from edgekit.geometry import Line
from edgekit.perception.line import LineCounter, band_for
from edgekit.perception.tracking import Tracker

pytestmark = pytest.mark.shared

VECTORS = Path(__file__).parents[3] / "shared" / "data" / "vision" / "line_crossing"


def run(vector: dict, band_px: float) -> dict:
    (ax, ay), (bx, by) = vector["line"]
    counter = LineCounter(Line("door", (ax, ay), (bx, by)), band_px=band_px)
    tracker = Tracker(fps=vector["fps"], ids=itertools.count())
    ages: Counter[int] = Counter()
    for index, boxes in enumerate(vector["frames"]):
        t_ms = round(index * 1000 / vector["fps"])
        if vector["kind"] == "tracked":
            ages.update(box["id"] for box in boxes)
            tracks = [
                Track(
                    tracker_id=box["id"],
                    xyxy=tuple(box["box"]),
                    class_id=0,
                    seen=True,
                    age_frames=ages[box["id"]],
                )
                for box in boxes
            ]
        else:
            found = np.array([box["box"] for box in boxes], np.float32)
            tracks = tracker.update(Detections.of(found), t_ms)
        counter.update(tracks, t_ms)
    return {"in": counter.in_count, "out": counter.out_count}


@pytest.mark.parametrize("band_px", [8.0, 10.0, 12.0, 14.0, 16.0])
@pytest.mark.parametrize("path", sorted(VECTORS.glob("*.json")), ids=lambda path: path.stem)
def test_vector_counts_what_really_happened(path: Path, band_px: float) -> None:
    vector = json.loads(path.read_text())
    assert run(vector, band_px) == vector["expected"]


def test_all_vectors_are_there(shared_data: Path) -> None:
    found = sorted((shared_data / "vision" / "line_crossing").glob("*.json"))
    assert len(found) >= 23
    assert 8 <= band_for(Line("door", (120, 240), (520, 240)), (640, 480)) <= 16
