"""Which detector looks, from its name. Nothing here has passed the gate."""

from collections.abc import Callable

from edgekit.frames import CAR, PERSON, VEHICLES
from edgekit.geometry.stature import Stature
from edgekit.models.catalog import load_catalog
from edgekit.models.store import ModelStore, default_folder
from edgekit.perception.gating import GatedDetector
from edgekit.perception.motion import MotionDetector
from edgekit.seams.eye import Detector, FrameSource

MOTION = "motion"


def open_detector(source: FrameSource, name: str, *, vehicles: bool = False) -> Detector:
    """Return the detector of this name, from this user's models.

    Raises:
        ModelError: there is no such model, or it cannot be used.
    """
    if name == MOTION:
        return motion_detector(source, vehicles=vehicles)
    return model_detector(source, ModelStore(default_folder(), load_catalog()), name)


def motion_detector(
    source: FrameSource, *, vehicles: bool = False, stature: Stature | None = None
) -> MotionDetector:
    """Return a detector that needs no model; ``vehicles`` says that cars move here."""
    return MotionDetector(
        source.size, fps=source.fps, stature=stature, class_id=CAR if vehicles else PERSON
    )


def model_detector(source: FrameSource, store: ModelStore, name: str) -> Detector:
    """Return a detector by a model of people and vehicles, asked only where something moves.

    Raises:
        ModelError: the model is not installed, was altered, or finds no people.
    """
    return hold_model(store, name)(source)


def hold_model(store: ModelStore, name: str) -> Callable[[FrameSource], Detector]:
    """Return what makes the detector: the file is read and verified now, and looked into then.

    Raises:
        ModelError: as `model_detector`.
    """
    # Not at the top: onnxruntime only where a model is used.
    from edgekit.models.load import hold_people_detector  # noqa: PLC0415 -- see above

    load = hold_people_detector(store, name, classes=(PERSON, *VEHICLES))
    return lambda source: GatedDetector(load(), source.size, fps=source.fps)
