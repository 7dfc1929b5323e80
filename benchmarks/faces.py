"""Labelled pictures of faces, found by their form, and the detectors that look for what is left.

A part of ``redaction.py`` and its kin: no benchmark of its own.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import ModelError
from edgekit.frames import Detections, Frame, Pixels
from edgekit.models.boxes import overlap
from edgekit.models.catalog import load_catalog
from edgekit.models.centerface import CenterFaceDetector
from edgekit.models.load import FACES
from edgekit.models.onnx import OnnxModel
from edgekit.models.store import ModelStore, default_folder
from edgekit.models.symbolic import with_free_size
from edgekit.models.ultralight import UltraLightDetector
from edgekit.models.yunet import YuNetDetector
from edgekit.seams.eye import Detector
from edgekit.sensors.image import read_image

STILL_FOUND_IOU = 0.3
ATTACK_PX = (400, 800)
"""Longer sides in which an attacking detector sees the picture, where it may choose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture and its labels; boxes are float32 (n, 4), x1, y1, x2, y2 in pixels."""

    path: Path
    faces: NDArray[np.float32]

    def read(self) -> Pixels:
        return read_image(self.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attacker:
    """A detector at a sensitive threshold, in one size or several, and its usual threshold."""

    detectors: tuple[Detector, ...]
    usual: float


def find(folder: Path) -> Iterator[tuple[Path, list[Picture]]]:
    """Yield every JSON file below the folder that labels faces, with its pictures by name."""
    for path in sorted(folder.rglob("*.json")):
        try:
            rows = json.loads(path.read_text(encoding="utf-8"))
        except (ValueError, OSError):
            continue
        if isinstance(rows, dict) and rows:
            pictures = [_picture(path.parent, name, row) for name, row in sorted(rows.items())]
            found = [picture for picture in pictures if picture is not None]
            if found:
                yield path, found


def _picture(folder: Path, name: str, row: object) -> Picture | None:
    if not isinstance(row, dict) or not isinstance(row.get("faces"), list):
        return None
    path = next((p for p in (folder / name, folder / "images" / name) if p.is_file()), None)
    if path is None:
        return None
    boxes = [face["box"] for face in row["faces"]]
    return Picture(path=path, faces=np.asarray(boxes, np.float32).reshape(-1, 4))


def fill(store: ModelStore, folders: Sequence[Path]) -> tuple[str, ...]:
    """Take in every known model that lies in the folders; fetch CenterFace if it is not there."""
    sizes = {entry.bytes: name for name, entry in store.catalog.items()}
    for file in (p for folder in folders if folder.is_dir() for p in folder.glob("*.onnx")):
        name = sizes.get(file.stat().st_size)
        if name is not None:
            try:
                store.add(name, file)
            except ModelError:  # as long as a known model, and another one
                continue
    if "centerface" not in store.installed():
        try:
            store.get("centerface", lambda _done, _total: None)
        except ModelError as error:
            print(f"without CenterFace: {error}")
    return store.installed()


def open_store(folder: Path) -> ModelStore:
    return ModelStore(folder, load_catalog())


def folders(data: Path, models: Path | None) -> list[Path]:
    """Where models may lie: as told, beside the data, at this user's."""
    return [p for p in (models, data.resolve().parent / "models", default_folder()) if p]


def attackers(store: ModelStore) -> Mapping[str, Attacker]:
    """Every installed detector of faces, as its authors use it: each face once."""
    readers = {name: store.catalog[name].decoder for name in store.installed()}
    return {name: _attacker(store, name, d) for name, d in readers.items() if d in FACES}


def _attacker(store: ModelStore, name: str, decoder: str) -> Attacker:
    data = store.read(name)
    model = OnnxModel(with_free_size(data) if decoder == "centerface" else data, name=name)
    if decoder == "yunet":
        sizes = [YuNetDetector(model, threshold=0.2, longer_px=px) for px in ATTACK_PX]
        return Attacker(detectors=tuple(sizes), usual=0.6)
    if decoder == "centerface":
        stretched = [CenterFaceDetector(model, threshold=0.2, longer_px=px) for px in ATTACK_PX]
        return Attacker(detectors=tuple(stretched), usual=0.5)
    decoded = decoder == "ultralight_slim"
    return Attacker(
        detectors=(UltraLightDetector(model, decoded=decoded, threshold=0.3),), usual=0.7
    )


@dataclass(slots=True)
class Tally:
    """What a redactor left, over many pictures."""

    faces: int = 0
    untouched: int = 0
    half: int = 0
    area: int = 0
    unchanged: int = 0
    other: int = 0
    other_changed: int = 0
    usual: int = 0
    sensitive: int = 0

    def add(
        self,
        picture: Picture,
        changed: NDArray[np.bool_],
        left: Sequence[tuple[Detections, float]],
    ) -> None:
        """Count one picture.

        Args:
            picture: with its labels.
            changed: bool, shape (height, width): pixels that are not as they were.
            left: what each attacker still finds in it, and its usual threshold.
        """
        face_area = np.zeros(changed.shape, np.bool_)
        for box in picture.faces:
            x1, y1, x2, y2 = (max(0, round(float(v))) for v in box)
            face_area[y1:y2, x1:x2] = True
            part = changed[y1:y2, x1:x2]
            self.faces += 1
            self.area += part.size
            self.unchanged += int(np.count_nonzero(~part))
            self.untouched += not part.any()
            self.half += int(2 * np.count_nonzero(part) < part.size)
            scores = [_score(box, found) for found, _ in left]
            self.sensitive += any(score > 0 for score in scores)
            self.usual += any(s > t for s, (_, t) in zip(scores, left, strict=True))
        self.other += int(np.count_nonzero(~face_area))
        self.other_changed += int(np.count_nonzero(changed & ~face_area))


def _score(box: NDArray[np.float32], found: Detections) -> float:
    """How sure a detector still is of a face at the label; 0 = it finds none."""
    there = overlap(box, found.xyxy) > STILL_FOUND_IOU
    return float(found.confidence[there].max(initial=0))


def look(attacker: Attacker, pixels: Pixels) -> list[tuple[Detections, float]]:
    """What an attacker finds, in each of its sizes, and its usual threshold."""
    frame = Frame(pixels, 0, 0)
    return [(detector.detect(frame), attacker.usual) for detector in attacker.detectors]


def differs(one: Pixels, other: Pixels) -> NDArray[np.bool_]:
    """Where two pictures are not the same."""
    return np.asarray((one != other).any(axis=2), np.bool_)
