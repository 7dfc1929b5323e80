"""How well vehicles are counted over a line on real video.

    python benchmarks/vehicles.py --data DIR [--quick]

DIR holds clips with a JSON file beside them, by form: a line, and how many vehicles passed it in
and out. What moves is taken for vehicles, by motion alone: the models at
hand know no car from above.
"""

import itertools
import json

from labels import Labels, find
from report import Claim, arguments, finish

from edgekit.frames import CAR
from edgekit.geometry import Line
from edgekit.perception.motion import MotionDetector
from edgekit.perception.scene import Scene


def count(labels: Labels) -> list[tuple[int, int]]:
    """Count what moves over every given line of one clip."""
    scene = Scene(
        size=labels.size,
        fps=labels.fps,
        ids=itertools.count(),
        detector=MotionDetector(labels.size, fps=labels.fps, class_id=CAR),
        lines=[
            Line(f"line{number}", passages.line.start, passages.line.end)
            for number, passages in enumerate(labels.passages)
        ],
    )
    for frame in labels.frames():
        scene.step(frame)
    return [line.counts.get(CAR, (0, 0)) for line in scene.lines]


def main() -> None:
    args = arguments("How well vehicles are counted over a line on real video.").parse_args()
    claims = []
    for labels in find(args.data):
        if labels.boxes or not _of_vehicles(labels):
            continue
        for passages, counted in zip(labels.passages, count(labels), strict=True):
            for way, true, ours in zip(
                ("in", "out"), (passages.came, passages.went), counted, strict=True
            ):
                claims.append(
                    Claim(
                        claim=f"{labels.clip.name}: {way}, {ours} of {true} vehicles, wrong by",
                        value=abs(ours - true),
                        unit="vehicles",
                        target="<= 0",
                    )
                )
    finish("vehicles", claims)


def _of_vehicles(labels: Labels) -> bool:
    documents = [json.loads(path.read_text()) for path in labels.clip.parent.glob("*.json")]
    return any(isinstance(text, dict) and "vehicles" in text for text in documents)


if __name__ == "__main__":
    main()
