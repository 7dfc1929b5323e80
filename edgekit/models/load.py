"""From a model's name to a detector. Nothing here has passed the gate."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from edgekit.errors import ModelError
from edgekit.frames import PERSON
from edgekit.models.centerface import CenterFaceDetector
from edgekit.models.looks import LargeFaces, LooksDetector, ScalesDetector, Scores
from edgekit.models.nanodet import NanoDetDetector
from edgekit.models.onnx import OnnxModel, import_runtime
from edgekit.models.picodet import PicoDetDetector
from edgekit.models.store import ModelStore
from edgekit.models.symbolic import with_free_size
from edgekit.models.ultralight import UltraLightDetector
from edgekit.models.yolox import YoloxDetector
from edgekit.models.yunet import YuNetDetector
from edgekit.seams.eye import Detector

PEOPLE: Mapping[str, type[NanoDetDetector | PicoDetDetector | YoloxDetector]] = {
    "nanodet": NanoDetDetector,
    "picodet": PicoDetDetector,
    "yolox": YoloxDetector,
}
"""Which class reads the outputs of a model that finds people, by the catalogue's decoder."""

EVERY = 1.0
"""No two boxes overlap more than this: every one is kept, for its share in the hull."""

SCALES_PX = (640, 1280, 2560)
"""Longer sides in which a single picture is looked at, as far as it is as long."""

LARGE_SHARE = 0.22
"""Of the picture's longer side: a face that is as long is large."""

FINDER_PX = 1280
"""Longer side in which a second look sees a picture: small faces are found enlarged."""

FILM_SCALES_PX = (640, 1280)
"""The same of a frame of a film."""

_Read = Callable[[OnnxModel, float, int], Detector]


def _yunet(model: OnnxModel, doubt: float, longer_px: int) -> Detector:
    return YuNetDetector(model, threshold=doubt, iou=EVERY, longer_px=longer_px)


def _centerface(model: OnnxModel, doubt: float, longer_px: int) -> Detector:
    return CenterFaceDetector(model, threshold=doubt, iou=EVERY, longer_px=longer_px)


def _ultralight_rfb(model: OnnxModel, doubt: float, _: int) -> Detector:
    return UltraLightDetector(model, threshold=doubt, iou=EVERY)


def _ultralight_slim(model: OnnxModel, doubt: float, _: int) -> Detector:
    return UltraLightDetector(model, decoded=True, threshold=doubt, iou=EVERY)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Face:
    """How a model that finds faces is read, and what its scores mean (`edgekit.models.looks`)."""

    read: _Read
    scores: Scores
    mirrored: bool
    usual: float
    """The score from which on its authors, or those who use it, take a box for a face."""
    free_size: bool = True
    """Whether the input takes pictures of any size."""
    film_least: float | None = None
    """In films the mean from which on a face is covered; None = as in single pictures."""
    large_px: int | None = None
    """Longer side in which it finds large faces that it misses closer up; None = it does not."""


# The scores were chosen on one half of a set of labelled pictures: see docs/accuracy.md.
FACES: Mapping[str, _Face] = {
    "yunet": _Face(
        read=_yunet,
        scores=Scores(doubt=0.03, least=0.1, sure=0.3, slack=0.003),
        mirrored=True,
        usual=0.6,
    ),
    "centerface": _Face(
        read=_centerface,
        scores=Scores(doubt=0.03, barely=0.05, least=0.08, sure=0.2),
        mirrored=False,
        usual=0.5,
        film_least=0.07,
        large_px=320,
    ),
    "ultralight_rfb": _Face(
        read=_ultralight_rfb,
        scores=Scores(doubt=0.1, least=0.2, sure=0.4),
        mirrored=True,
        usual=0.7,
        free_size=False,
    ),
    "ultralight_slim": _Face(
        read=_ultralight_slim,
        scores=Scores(doubt=0.1, least=0.2, sure=0.4),
        mirrored=True,
        usual=0.7,
        free_size=False,
    ),
}


def load_people_detector(
    store: ModelStore, name: str, *, classes: tuple[int, ...] = (PERSON,)
) -> Detector:
    """Return a detector of people (and vehicles, by COCO id) from an installed model.

    Raises:
        ModelError: it is not installed, was altered, or finds no people.
    """
    return hold_people_detector(store, name, classes=classes)()


def hold_people_detector(
    store: ModelStore, name: str, *, classes: tuple[int, ...] = (PERSON,)
) -> Callable[[], Detector]:
    """Return what makes the detector: the file is read and verified now, and parsed only then.

    Raises:
        ModelError: as `load_people_detector`.
    """
    _require(store, name, finds="person", decoders=tuple(PEOPLE))
    reader = PEOPLE[store.catalog[name].decoder]
    data = store.read(name)
    import_runtime()
    return lambda: reader(OnnxModel(data, name=name), classes=classes)


def load_face_detector(
    store: ModelStore,
    name: str,
    *,
    scales_px: Sequence[int] = (640,),
    quick: bool = False,
    threads: int = 1,
) -> Detector:
    """Return a detector of faces for covering them, from an installed model.

    Args:
        store: where models lie.
        name: of the model.
        scales_px: to which the picture's longer side is scaled, where the model's input is free;
            the first always, the others where the picture is as long.
        quick: never look in the mirror, and leave what is barely doubted: in a film the next frame
            is a second look.
        threads: how many share the work of one look.

    Raises:
        ModelError: it is not installed, was altered, or finds no faces.
    """
    _require(store, name, finds="face", decoders=tuple(FACES))
    decoder = store.catalog[name].decoder
    face = FACES[decoder]
    data = store.read(name)
    data = with_free_size(data) if decoder == "centerface" else data
    model = OnnxModel(data, name=name, threads=threads)

    scores = face.scores
    if quick:
        scores = replace(scores, barely=None, least=face.film_least or scores.least)

    def look(longer_px: int) -> Detector:
        return LooksDetector(
            face.read(model, scores.doubt, longer_px),
            scores=scores,
            mirrored=face.mirrored and not quick,
        )

    always = [look(scales_px[0])]
    if face.large_px is not None:
        always.append(LargeFaces(look(face.large_px), share=LARGE_SHARE))
    closer = {px: look(px) for px in scales_px[1:]} if face.free_size else {}
    return ScalesDetector(always, closer)


def hold_face_finder(store: ModelStore, name: str) -> Callable[[], Detector]:
    """Return what makes a detector that finds what is surely a face, at its usual threshold.

    For a second look, which shall not take a wall for one. The file is read and verified now, and
    parsed only then.

    Raises:
        ModelError: it is not installed, was altered, or finds no faces.
    """
    _require(store, name, finds="face", decoders=tuple(FACES))
    decoder = store.catalog[name].decoder
    face = FACES[decoder]
    data = store.read(name)
    import_runtime()

    def make() -> Detector:
        model = OnnxModel(with_free_size(data) if decoder == "centerface" else data, name=name)
        return face.read(model, face.usual, FINDER_PX)

    return make


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
