"""From a model's name to a detector. Nothing here has passed the gate."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from edgekit.errors import ModelError
from edgekit.frames import PERSON
from edgekit.models.centerface import CenterFaceDetector
from edgekit.models.landmarks import LandmarkModel
from edgekit.models.looks import LargeFaces, LooksDetector, NearDetector, ScalesDetector, Scores
from edgekit.models.lpd_yunet import PlateDetector
from edgekit.models.nanodet import NanoDetDetector
from edgekit.models.onnx import OnnxModel, import_runtime
from edgekit.models.picodet import PicoDetDetector
from edgekit.models.store import ModelStore
from edgekit.models.symbolic import with_free_size
from edgekit.models.tflite import with_onnx
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

LARGE_SHARE = 0.22
"""Of the picture's longer side: a face that is as long is large."""

FINDER_PX = 1280
"""Longer side in which a second look sees a picture: small faces are found enlarged."""

DRIVER_PX = 320
"""Longer side in which a driver's face is looked for: it fills much of the picture."""

FILM_SCALES_PX = (640, 1280)
"""Longer sides in which a frame of a film is looked at, the second where it is as long."""

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
    single: Scores
    """In single pictures, as a mean over sizes and the mirror."""
    film: Scores
    """In a frame of a film, looked at as it is."""
    usual: float
    """The score from which on its authors, or those who use it, take a box for a face."""
    free_size: bool = True
    """Whether the input takes pictures of any size."""
    large_px: int | None = None
    """Longer side in which it finds large faces that it misses closer up; None = it does not."""


_ULTRALIGHT = Scores(doubt=0.1, least=0.2, sure=0.4)

# The scores were chosen on one half of a set of labelled pictures: see docs/accuracy.md.
FACES: Mapping[str, _Face] = {
    "yunet": _Face(
        read=_yunet,
        single=Scores(
            doubt=0.02, barely=0.06, least=0.18, sure=0.3, slack=0.003, same=0.5, hull=0.7
        ),
        film=Scores(doubt=0.03, least=0.1, sure=0.3, slack=0.003),
        usual=0.6,
    ),
    "centerface": _Face(
        read=_centerface,
        single=Scores(doubt=0.02, barely=0.05, least=0.07, sure=0.12, same=0.5, hull=0.7),
        film=Scores(doubt=0.03, least=0.07, sure=0.2),
        usual=0.5,
        large_px=320,
    ),
    "ultralight_rfb": _Face(
        read=_ultralight_rfb, single=_ULTRALIGHT, film=_ULTRALIGHT, usual=0.7, free_size=False
    ),
    "ultralight_slim": _Face(
        read=_ultralight_slim, single=_ULTRALIGHT, film=_ULTRALIGHT, usual=0.7, free_size=False
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


def load_plate_detector(store: ModelStore, name: str) -> Detector:
    """Return a detector of number plates from an installed model; it reads none of them.

    Raises:
        ModelError: it is not installed, was altered, or finds no plates.
    """
    _require(store, name, finds="licence plate", decoders=("lpd_yunet",))
    return PlateDetector(OnnxModel(store.read(name), name=name))


def load_face_detector(
    store: ModelStore, name: str, *, film: bool = False, threads: int = 1
) -> Detector:
    """Return a detector of faces for covering them, from an installed model.

    Args:
        store: where models lie.
        name: of the model.
        film: whether it is to look at frames that follow each other: each once, as it is, because
            the next one is a second look. A single picture is looked at in several sizes, as it is
            and in the mirror.
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
    scores = face.film if film else face.single

    def look(*longer_px: int) -> Detector:
        sizes = [face.read(model, scores.doubt, px) for px in longer_px]
        return LooksDetector(*sizes, scores=scores, mirrored=not film)

    large = LargeFaces(look(face.large_px), share=LARGE_SHARE) if face.large_px else None
    if not film and face.free_size:
        return NearDetector(lambda longer_px: look(*longer_px), large)
    first, *others = FILM_SCALES_PX if face.free_size else FILM_SCALES_PX[:1]
    always = [look(first)] if large is None else [look(first), large]
    return ScalesDetector(always, {px: look(px) for px in others})


def hold_face_finder(
    store: ModelStore, name: str, *, longer_px: int = FINDER_PX
) -> Callable[[], Detector]:
    """Return what makes a detector that finds what is surely a face, at its usual threshold.

    For a second look, which shall not take a wall for one, and for a driver's face. The file is
    read and verified now, and parsed only then. ``longer_px``: the longer side that it looks in.

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
        return face.read(model, face.usual, longer_px)

    return make


def hold_landmarks(store: ModelStore, name: str) -> Callable[[], LandmarkModel]:
    """Return what makes the finder of a face's points: verified now, and parsed only then.

    Raises:
        ModelError: the model is not installed, was altered, or finds no landmarks.
    """
    entry = store.catalog[name]
    form = entry.form
    if form is None:
        raise ModelError(
            f"model {name!r} finds {', '.join(entry.classes)}: expected one of landmarks",
            hint="edgekit models add NAME FILE --form FORM.toml",
        )
    data = store.read(name)
    import_runtime()
    return lambda: LandmarkModel(OnnxModel(with_onnx(data), name=name), form)


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
