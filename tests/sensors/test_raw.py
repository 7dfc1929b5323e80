"""Raw frames from a pipe: whole ones only, at their own pace."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.errors import ConfigError, SensorError
from edgekit.sensors.raw import RawSource


@given(frames=st.integers(0, 4), width=st.integers(1, 5), height=st.integers(1, 5))
def test_what_goes_in_comes_out_frame_by_frame(frames: int, width: int, height: int) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (frames, height, width, 3)).astype(np.uint8)
    source = RawSource(io.BytesIO(pixels.tobytes()), size=(width, height), fps=8)
    read = list(iter(source.read, None))
    source.close()
    assert [frame.t_ms for frame in read] == [125 * i for i in range(frames)]
    assert all((frame.pixels == pixels[i]).all() for i, frame in enumerate(read))


def test_a_frame_that_is_cut_off_is_an_error() -> None:
    source = RawSource(io.BytesIO(bytes(20)), size=(2, 3), fps=1)
    assert source.read() is not None
    with pytest.raises(SensorError, match="2 of 18 bytes"):
        source.read()


@pytest.mark.parametrize(("size", "fps"), [((0, 2), 1), ((2, 0), 1), ((2, 2), 0)])
def test_sizes_and_rates_that_cannot_be_are_refused(size: tuple[int, int], fps: float) -> None:
    with pytest.raises(ConfigError):
        RawSource(io.BytesIO(), size=size, fps=fps)
