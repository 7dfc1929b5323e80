"""From a model's name to a detector. Nothing here has passed the gate."""

from collections.abc import Mapping

from edgekit.errors import ModelError
from edgekit.frames import PERSON
from edgekit.models.nanodet import NanoDetDetector
from edgekit.models.onnx import OnnxModel
from edgekit.models.picodet import PicoDetDetector
from edgekit.models.store import ModelStore
from edgekit.models.yolox import YoloxDetector
from edgekit.models.yunet import YuNetDetector
from edgekit.seams.eye import Detector

PEOPLE: Mapping[str, type[NanoDetDetector | PicoDetDetector | YoloxDetector]] = {
    "nanodet": NanoDetDetector,
    "picodet": PicoDetDetector,
    "yolox": YoloxDetector,
}
"""Which class reads the outputs of a model that finds people, by the catalogue's decoder."""


def load_people_detector(
    store: ModelStore, name: str, *, classes: tuple[int, ...] = (PERSON,)
) -> Detector:
    """Return a detector of people (and vehicles, by COCO id) from an installed model.

    Raises:
        ModelError: it is not installed, was altered, or finds no people.
    """
    _require(store, name, finds="person", decoders=tuple(PEOPLE))
    reader = PEOPLE[store.catalog[name].decoder]
    return reader(OnnxModel(store.read(name), name=name), classes=classes)


def load_face_detector(store: ModelStore, name: str, *, longer_px: int = 640) -> Detector:
    """Return a detector of faces for covering them, from an installed model.

    Raises:
        ModelError: it is not installed, was altered, or finds no faces.
    """
    _require(store, name, finds="face", decoders=("yunet",))
    return YuNetDetector(OnnxModel(store.read(name), name=name), longer_px=longer_px)


def _require(store: ModelStore, name: str, *, finds: str, decoders: tuple[str, ...]) -> None:
    fit = [n for n, e in store.catalog.items() if finds in e.classes and e.decoder in decoders]
    entry = store.catalog[name]
    if finds not in entry.classes:
        raise ModelError(
            f"model {name!r} finds {', '.join(entry.classes)}: expected one that finds a {finds}",
            hint=f"use {' or '.join(fit)}",
        )
    if entry.decoder not in decoders:
        raise ModelError(
            f"model {name!r} is known, but edgekit can't read its outputs yet",
            hint=f"use {' or '.join(fit)}",
        )
