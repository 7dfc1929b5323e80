"""The reviewer's loop over real pipes, and as a process of a node that runs."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from edgekit.errors import PipeError
from edgekit.frames import RedactedImage
from edgekit.models.catalog import load_catalog
from edgekit.models.store import ModelStore
from edgekit.node.control import close_all
from edgekit.node.reviewer import review
from edgekit.node.second_look import SecondLook
from edgekit.node.sensing import draft
from edgekit.node.sensing.voice import PICTURE_HEAD, PictureReader
from edgekit.redaction.redactor import Redactor

if TYPE_CHECKING:
    from tests.node.conftest import Places


def image() -> RedactedImage:
    return Redactor((64, 48)).whole()


def through(data: bytes) -> bytes:
    """What comes out where this goes in."""
    drafts_r, drafts_w = os.pipe()
    out_r, out_w = os.pipe()
    try:
        os.write(drafts_w, data)
        os.close(drafts_w)
        review(drafts_r, out_w, SecondLook(()))
        os.close(out_w)
        return os.read(out_r, 1 << 20)
    finally:
        close_all((drafts_r, out_r))


def framed(data: bytes) -> bytes:
    return PICTURE_HEAD.pack(len(data)) + data


def test_a_draft_comes_out_as_a_picture() -> None:
    left = PictureReader().feed(through(framed(draft.to_bytes(image()))))
    assert left is not None
    shown = cv2.imdecode(np.frombuffer(left[1:], np.uint8), cv2.IMREAD_COLOR)
    assert shown is not None
    assert shown.shape == (48, 64, 3)


@pytest.mark.parametrize("data", [b"", b"\x89PNG", draft.HEAD.pack(9, 9) + bytes(9)])
def test_what_is_no_draft_ends_it(data: bytes) -> None:
    with pytest.raises(PipeError, match="draft of"):
        through(framed(data))


def test_without_a_reviewer_no_eye_shows_anything(
    places: "Places", wait: Callable[..., float]
) -> None:
    node = places.run(places.make())
    node.wait_seeing()
    wait((node.place.data / "preview.jpg").exists)
    eye, reviewer = node.pid("eye"), node.kill("reviewer")
    assert eye is not None

    node.wait_new("reviewer", reviewer)
    node.wait_new("eye", eye)
    node.wait_seeing()

    node.stop()
    assert node.process.returncode == 0, node.log()
    assert "reviewer verified from outside: seal sealed" in node.log()
    node.place.require_sound()


def test_where_no_picture_is_authorised_there_is_no_reviewer(places: "Places") -> None:

    place = places.make()
    document = replace(place.authorisation, covered_preview=False, notice_digest="")
    place = replace(place, authorisation=document)
    places.authorise(place)
    node = places.run(place)
    node.wait_seeing()
    assert node.pid("reviewer") is None
    node.stop()
    assert node.process.returncode == 0, node.log()


@pytest.mark.shared
def test_with_a_detector_it_looks_behind_its_seal(
    places: "Places", shared_models: Path, wait: Callable[..., float]
) -> None:
    place = places.make()
    store = ModelStore(place.folder / "models", load_catalog())
    store.add("yunet_n_dynamic", shared_models / "yunet_n_dynamic.onnx")
    node = places.run(place)
    node.wait_seeing()
    wait((place.data / "preview.jpg").exists)
    reviewer = node.pid("reviewer")
    assert reviewer is not None
    assert "onnxruntime" in Path(f"/proc/{reviewer}/maps").read_text(encoding="utf-8")
    node.stop()
    assert node.process.returncode == 0, node.log()
    assert "no detector" not in node.log()
    assert "reviewer ended" not in node.log()
