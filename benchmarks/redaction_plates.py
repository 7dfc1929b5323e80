"""How many number plates are covered where vehicles are.

    python benchmarks/redaction_plates.py --data DIR [--models DIR] [--quick]

DIR holds pictures with a JSON file that maps their names to boxes of ``plates``. Each is redacted
as ``edgekit redact --mode vehicles`` does it, and once more with a model of plates where one is
installed. What stands on a plate is read by nobody.
"""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from faces import fill, folders, open_store
from report import Claim, arguments, finish
from tqdm import tqdm

from edgekit.cli.redact_style import PLATES
from edgekit.frames import VEHICLES, Frame
from edgekit.models.load import load_people_detector, load_plate_detector
from edgekit.models.looks import ScalesDetector
from edgekit.redaction.cover import COVER_BGR
from edgekit.redaction.redactor import Redactor
from edgekit.seams.eye import Detector
from edgekit.sensors.image import read_image

MODEL = "nanodet_2022nov"
COVERED = 0.9
"""A plate is covered where this share of it is."""

QUICK = 20


def find(folder: Path) -> Iterator[tuple[Path, np.ndarray]]:
    """Yield pictures, each with its plates (n, 4): x1, y1, x2, y2 in pixels."""
    for path in sorted(folder.rglob("*.json")):
        try:
            rows = json.loads(path.read_text(encoding="utf-8"))
        except (ValueError, OSError):
            continue
        for name, row in sorted(rows.items()) if isinstance(rows, dict) else ():
            plates = row.get("plates") if isinstance(row, dict) else None
            picture = next(
                (p for p in (path.parent / name, path.parent / "images" / name) if p.is_file()),
                None,
            )
            if isinstance(plates, list) and plates and picture is not None:
                yield picture, np.asarray([plate["box"] for plate in plates], np.float32)


def claims(title: str, detector: Detector, data: list[tuple[Path, np.ndarray]]) -> list[Claim]:
    """Cover every picture, and count the plates under it."""
    plates = covered = other = pixels = 0
    for path, boxes in tqdm(data, leave=False, disable=None):
        frame = Frame(read_image(path), 0, 0)
        image = Redactor(frame.size, mode="vehicles", detector=detector).redact(frame)
        mask = (image.pixels == COVER_BGR).all(axis=2)
        for x1, y1, x2, y2 in np.rint(boxes).astype(int):
            plates += 1
            covered += bool(mask[y1:y2, x1:x2].mean() >= COVERED)
        other += int(np.count_nonzero(mask))
        pixels += mask.size
    found, price = 100 * covered / max(1, plates), 100 * other / max(1, pixels)
    return [
        Claim(claim=f"{plates} plates: covered {title}", value=found, unit="%"),
        Claim(claim=f"pixels covered in all, {title}", value=price, unit="%"),
    ]


def main() -> None:
    parser = arguments("How many number plates are covered where vehicles are.")
    parser.add_argument("--models", type=Path, metavar="DIR", help="model files, known by hash")
    args = parser.parse_args()
    said: list[Claim] = []
    with tempfile.TemporaryDirectory() as name:
        store = open_store(Path(name))
        installed = fill(store, folders(args.data, args.models))
        data = list(find(args.data))[: QUICK if args.quick else None]
        vehicles = None
        if MODEL in installed:
            vehicles = load_people_detector(store, MODEL, classes=VEHICLES)
            said += claims("where a vehicle is", vehicles, data)
        if PLATES in installed:
            plates = load_plate_detector(store, PLATES)
            both = [vehicles, plates] if vehicles else [plates]
            said += claims("with a model of plates", ScalesDetector(both), data)
    finish("redaction_plates", said)


if __name__ == "__main__":
    main()
