"""The reviewer: looks once more at every covered picture before it may leave (`second_look`).

It did not cover them, it is none of those who keep or send them, and behind its seal it can do
nothing but read drafts from the eye and write to one pipe. A draft that is none is its end, and
the eye's. Nothing here has passed the gate.
"""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from edgekit.config import Settings
from edgekit.confine.allowance import eye_allowance
from edgekit.confine.hygiene import hide_memory
from edgekit.errors import EdgekitError, ModelError
from edgekit.node.log import say
from edgekit.node.processes.fault import EXIT_BASE, fault_of
from edgekit.node.sensing.voice import PICTURE_HEAD, PictureReader
from edgekit.node.walls.shutting import shut_in

if TYPE_CHECKING:
    from edgekit.node.second_look import SecondLook

READ_BYTES = 1 << 20

FINDERS = ("yunet_n_dynamic", "ultralight_rfb320", "centerface", "yunet_s_dynamic")
"""Which models look for faces that were left, the first that is installed."""


def review(drafts: int, out: int, look: "SecondLook") -> None:
    """Take drafts until the eye ends; raises PipeError where one is none."""
    from edgekit.node.second_look import Batches  # noqa: PLC0415 -- likewise
    from edgekit.node.sensing.draft import MAX_DRAFT_BYTES, from_bytes  # noqa: PLC0415 -- behind the walls

    reader, batches = PictureReader(most=MAX_DRAFT_BYTES), Batches()
    while data := os.read(drafts, READ_BYTES):
        if (draft := reader.feed(data)) is None:
            continue
        pixels, covers = from_bytes(draft)
        size = pixels.shape[1], pixels.shape[0]
        if (leaving := batches.add(look.review(pixels, covers), size)) is not None:
            _send(out, PICTURE_HEAD.pack(len(leaving)) + leaving)


def _send(out: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(out, rest) :]


def finder_in(models: Path) -> str | None:
    """Return the model that looks for faces that were left; None where none is installed."""
    from edgekit.models.catalog import load_catalog  # noqa: PLC0415 -- behind the walls
    from edgekit.models.store import ModelStore  # noqa: PLC0415 -- likewise

    installed = ModelStore(models, load_catalog()).installed()
    return next((name for name in FINDERS if name in installed), None)


def hold_look(models: Path) -> "Callable[[], SecondLook]":
    """Return what makes the look: the model is read and verified now, and parsed only then.

    Raises:
        ModelError: a model was altered.
    """
    from edgekit.models.catalog import load_catalog  # noqa: PLC0415 -- behind the walls
    from edgekit.models.store import ModelStore  # noqa: PLC0415 -- likewise
    from edgekit.node.second_look import SecondLook  # noqa: PLC0415 -- likewise

    if (finder := finder_in(models)) is None:
        say("warning", "no detector of faces is installed for the second look: it only covers anew")
        return lambda: SecondLook(())
    from edgekit.models.load import hold_face_finder  # noqa: PLC0415 -- only with a model

    held = hold_face_finder(ModelStore(models, load_catalog()), finder)
    return lambda: SecondLook((held(),))


def warm_up() -> None:
    """Do once what a review does; nothing of it is kept, but all of it is loaded."""
    from edgekit.node.second_look import Batches, SecondLook  # noqa: PLC0415 -- likewise
    from edgekit.node.sensing.draft import HEAD, from_bytes  # noqa: PLC0415 -- behind the walls

    pixels, covers = from_bytes(HEAD.pack(16, 16) + bytes(4 * 16 * 16))
    picture = SecondLook(()).review(pixels, covers)
    Batches().add(None, (16, 16))
    if picture is None:
        raise ModelError("a dark picture cannot be covered anew")


def main(words: Sequence[str]) -> int:
    """Run as a process of the node."""
    path, models = map(Path, words[:2])
    drafts, out, go = map(int, words[2:])
    sealed = False
    try:
        settings = Settings.load(path)
        make = hold_look(models)
        warm_up()
        sealed = shut_in(settings, eye_allowance(pid=os.getpid(), outs=(out,), camera=False))
        if not os.read(go, 1):
            return 0  # nobody wants it any more
        hide_memory()
        review(drafts, out, make())
    except BrokenPipeError:
        return 0
    except EdgekitError as error:
        if not sealed:
            say("error", str(error), error=error)
        return EXIT_BASE + fault_of(error)
    return 0
