"""The drawn driver: found by a real detector of faces, and open by exactly what was asked."""

from pathlib import Path

import numpy as np
import pytest

from edgekit.frames import Frame
from edgekit.models.onnx import OnnxModel
from edgekit.models.yunet import YuNetDetector
from edgekit.systems.drowsiness_eyes import look_at
from edgekit.testing.driver import Pose, colours, draw, points_mm, seen


def test_the_points_are_open_by_what_was_asked() -> None:
    for ear in (0.05, 0.3):
        assert look_at(seen(points_mm(ear), Pose(ear=ear), (320, 240))).ear == pytest.approx(ear)


def test_the_dots_of_one_eye_have_colours_far_apart() -> None:
    one = colours()[6:]
    apart = np.abs(one[:, None] - one[None]).sum(axis=2)[~np.eye(7, dtype=bool)]
    assert apart.min() > 0.35 * 255


def test_a_picture_is_the_same_again_and_noise_is_of_the_dice() -> None:
    first = draw(Pose(), dice=np.random.default_rng(1), noise=5)
    same = draw(Pose(), dice=np.random.default_rng(1), noise=5)
    other = draw(Pose(), dice=np.random.default_rng(2), noise=5)
    assert (first == same).all()
    assert (first != other).any()


@pytest.mark.shared
@pytest.mark.parametrize("pose", [Pose(), Pose(ear=0.13), Pose(yaw_deg=25), Pose(glasses=True)])
def test_a_detector_of_faces_finds_it(shared_models: Path, pose: Pose) -> None:
    data = (shared_models / "yunet_n_dynamic.onnx").read_bytes()
    detector = YuNetDetector(OnnxModel(data, name="yunet"), threshold=0.6, longer_px=320)

    found = detector.detect(Frame(draw(pose, dice=np.random.default_rng(1)), 0, 0))

    assert len(found) == 1
