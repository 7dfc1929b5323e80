"""What is loaded late is loaded here: behind a seal nothing more can be.

Libraries put off importing parts of themselves until these are first used. So everything that the
eye will do is done once, on a small drawn picture and with parts that are thrown away.
"""

from importlib import import_module
from itertools import count

import numpy as np

from edgekit.frames import Frame, Pixels
from edgekit.geometry import Ground, Line, Zone
from edgekit.node.sensing import draft
from edgekit.perception.scene import Scene
from edgekit.redaction.redactor import Redactor

_LATE = ("numpy.ma", "encodings.idna", "traceback")
"""numpy.unique wants numpy.ma in some of its paths; an error that is printed wants traceback."""

_SIZE = (160, 120)
_FRAMES, _STEP_MS = 12, 100
_SQUARE = ((40, 110), (120, 110), (110, 30), (50, 30))


def warm_up() -> None:
    """Do once what the eye will do; nothing of it is kept."""
    import_late()
    scene = Scene(
        size=_SIZE,
        fps=1000 / _STEP_MS,
        ids=count(),
        lines=(Line("warm", (80, 110), (80, 10)),),
        zones=(Zone("warm", _SQUARE),),
        ground=Ground(points=_SQUARE, cm=((0, 0), (400, 0), (400, 400), (0, 400))),
    )
    redactor = Redactor(_SIZE)
    for index in range(_FRAMES):
        frame = Frame(_drawn(index), index * _STEP_MS, index)
        scene.step(frame)
        draft.to_bytes(redactor.redact(frame))


def import_late() -> None:
    """Import what libraries put off."""
    for name in _LATE:
        import_module(name)


def _drawn(index: int) -> Pixels:
    """A striped wall, and something that walks along it."""
    picture = np.full((_SIZE[1], _SIZE[0], 3), 120, np.uint8)
    picture[::4] = 150
    picture[40:100, index * 10 : index * 10 + 30] = 30
    return picture
