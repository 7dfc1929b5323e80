"""Labelled clips under a folder, found by their form: boxes of people, and passages of lines."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from edgekit.frames import Frame
from edgekit.geometry import Line

COLUMNS = {"frame", "id", "x", "y", "w", "h", "visible"}
CLIPS = ("*.avi", "*.mp4")


@dataclass(frozen=True, slots=True, kw_only=True)
class Passages:
    """A line and how many really passed it, in pixels of the clip."""

    line: Line
    came: int
    went: int


@dataclass(slots=True, kw_only=True)
class Labels:
    """One clip and what is known of it.

    ``boxes`` maps the number of a frame, from 1, to float32 (n, 4) x1, y1, x2, y2 in pixels of the
    clip; ``visible`` to bool (n,).
    """

    clip: Path
    fps: float
    size: tuple[int, int]
    boxes: dict[int, NDArray[np.float32]] = field(default_factory=dict)
    visible: dict[int, NDArray[np.bool_]] = field(default_factory=dict)
    passages: list[Passages] = field(default_factory=list)

    def frames(self, most: int | None = None) -> Iterator[Frame]:
        """Yield the frames of the clip, at its own pace."""
        capture = cv2.VideoCapture(str(self.clip))
        try:
            index = 0
            while most is None or index < most:
                read, pixels = capture.read()
                if not read:
                    return
                yield Frame(np.asarray(pixels, np.uint8), round(index * 1000 / self.fps), index)
                index += 1
        finally:
            capture.release()


def find(folder: Path) -> Iterator[Labels]:
    """Yield every clip below the folder that has labels of boxes or of passages beside it."""
    clips = sorted(path for form in CLIPS for path in folder.rglob(form))
    for clip in clips:
        labels = _read(clip)
        if labels.boxes or labels.passages:
            yield labels


def _read(clip: Path) -> Labels:
    capture = cv2.VideoCapture(str(clip))
    size = (
        int(capture.get(cv2.CAP_PROP_FRAME_WIDTH)),
        int(capture.get(cv2.CAP_PROP_FRAME_HEIGHT)),
    )
    labels = Labels(clip=clip, fps=capture.get(cv2.CAP_PROP_FPS) or 10.0, size=size)
    capture.release()
    documents = [json.loads(path.read_text()) for path in sorted(clip.parent.glob("*.json"))]
    lines = [text for text in documents if isinstance(text, dict) and {"line", "in"} <= set(text)]
    lines = [text for text in lines if text.get("clip", clip.name) == clip.name]
    scale = 1.0
    for number, text in enumerate(lines, 1):
        scale = _scale(text, size)
        (ax, ay), (bx, by) = text["line"]
        line = Line(f"line{number}", (ax * scale, ay * scale), (bx * scale, by * scale))
        labels.passages.append(Passages(line=line, came=text["in"], went=text["out"]))
    for path in sorted(clip.parent.glob("*.csv")):
        _boxes(path, labels, scale)
    return labels


def _scale(text: dict[str, object], size: tuple[int, int]) -> float:
    """Pixels of the clip for one of the labels, which may be drawn in a larger original."""
    if isinstance(text.get("size"), list):
        return size[0] / float(text["size"][0])  # type: ignore[index] -- a list by the line above
    words = str(text.get("coordinates", ""))
    width = words.partition("x")[0]
    return size[0] / float(width) if width.isdigit() else 1.0


def _boxes(path: Path, labels: Labels, scale: float) -> None:
    with path.open(newline="") as file:
        rows = csv.DictReader(file)
        if not set(rows.fieldnames or ()) >= COLUMNS:
            return
        found: dict[int, list[list[float]]] = {}
        seen: dict[int, list[bool]] = {}
        for row in rows:
            x, y, w, h = (float(row[key]) * scale for key in ("x", "y", "w", "h"))
            found.setdefault(int(row["frame"]), []).append([x, y, x + w, y + h])
            seen.setdefault(int(row["frame"]), []).append(row["visible"] != "0")
    for frame, boxes in found.items():
        labels.boxes[frame] = np.asarray(boxes, np.float32)
        labels.visible[frame] = np.asarray(seen[frame])
