"""Freeing the input size of a model: only shapes change, and rubbish is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.errors import ModelError
from edgekit.models.onnx import OnnxModel
from edgekit.models.symbolic import with_free_size


def field(number: int, payload: bytes | int) -> bytes:
    """A field of Protocol Buffers: a message or bytes, or a number."""
    if isinstance(payload, int):
        return varint(number << 3) + varint(payload)
    return varint(number << 3 | 2) + varint(len(payload)) + payload


def varint(value: int) -> bytes:
    out = bytearray()
    while True:
        value, low = value >> 7, value & 0x7F
        out.append(low | (0x80 if value else 0))
        if not value:
            return bytes(out)


def shaped(name: bytes, *sides: int) -> bytes:
    shape = b"".join(field(1, field(1, side)) for side in sides)
    return field(1, name) + field(2, field(1, field(1, 1) + field(2, shape)))


def model(*sides: int, inner: bool = False, free: bool = False) -> bytes:
    """Identity of one float tensor, as ONNX bytes."""
    node = field(1, b"x") + field(2, b"y") + field(4, b"Identity")
    graph = field(1, node) + field(2, b"g")
    if free:
        shape = b"".join(field(1, field(1, s) if i == 1 else b"") for i, s in enumerate(sides))
        value = field(2, field(1, field(1, 1) + field(2, shape)))
        graph += field(11, field(1, b"x") + value) + field(12, field(1, b"y") + value)
    else:
        graph += field(11, shaped(b"x", *sides)) + field(12, shaped(b"y", *sides))
        graph += field(13, shaped(b"z", *sides)) if inner else b""
    return field(1, 8) + field(7, graph) + field(8, field(2, 13))


def test_declared_sizes_go_and_channels_stay() -> None:
    assert with_free_size(model(10, 3, 32, 32)) == model(10, 3, 32, 32, free=True)
    assert with_free_size(model(10, 3, 32, 32, inner=True)) == model(10, 3, 32, 32, free=True)


def test_the_runtime_then_takes_any_size() -> None:
    loaded = OnnxModel(with_free_size(model(10, 3, 32, 32)), name="identity")
    for shape in ((1, 3, 64, 96), (1, 3, 32, 32)):
        blob = np.random.default_rng(0).random(shape).astype(np.float32)
        assert (loaded.run(blob)["y"] == blob).all()
    with pytest.raises(ModelError, match="failed"):
        OnnxModel(model(10, 3, 32, 32), name="fixed").run(np.zeros((1, 3, 64, 96), np.float32))


def test_weights_are_inputs_no_longer_and_the_version_says_so() -> None:
    """y = x + w, where an old exporter listed w among the inputs too."""
    node = field(1, b"x") + field(1, b"w") + field(2, b"y") + field(4, b"Add")
    weight = field(1, 1) + field(2, 1) + field(8, b"w") + field(9, np.float32(2).tobytes())
    graph = field(1, node) + field(2, b"g") + field(5, weight)
    ends = field(11, shaped(b"x", 1, 3, 2, 2)) + field(12, shaped(b"y", 1, 3, 2, 2))
    old = field(1, 3) + field(7, graph + field(11, shaped(b"w", 1)) + ends) + field(8, field(2, 13))
    loaded = OnnxModel(with_free_size(old), name="add")
    blob = np.ones((1, 3, 4, 4), np.float32)
    assert (loaded.run(blob)["y"] == 3).all()
    assert with_free_size(old) == with_free_size(
        field(1, 4) + field(7, graph + ends) + field(8, field(2, 13))
    )


@given(data=st.binary(max_size=200))
def test_rubbish_is_refused(data: bytes) -> None:
    try:
        with_free_size(data)
    except ModelError:
        return


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no model",
        model(10, 3, 32, 32)[:-9],
        b"\xff" * 12,
        b"\x0b",
        b"\x00\x01",
        field(1, 8),
        b"\x3d\x01",
        b"\x39\x01\x02",
    ],
)
def test_what_is_no_model_is_refused(data: bytes) -> None:
    with pytest.raises(ModelError, match="no ONNX model"):
        with_free_size(data)


@given(cut=st.integers(0, 120), flip=st.integers(0, 255))
def test_a_damaged_model_is_changed_or_refused_and_nothing_else(cut: int, flip: int) -> None:
    data = bytearray(model(10, 3, 32, 32))
    data[cut % len(data)] ^= flip
    try:
        assert isinstance(with_free_size(bytes(data)), bytes)
    except ModelError:
        return


def test_other_wire_types_stay_as_they_are() -> None:
    fixed = varint(99 << 3 | 5) + bytes(4) + varint(98 << 3 | 1) + bytes(8)
    assert with_free_size(fixed + model(1, 3, 8, 8)) == fixed + model(1, 3, 8, 8, free=True)
