"""TensorFlow Lite as ONNX: the same numbers as a plain reckoning gives, and all else refused."""

import contextlib
import struct
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.lib.stride_tricks import sliding_window_view

from edgekit.errors import ModelError
from edgekit.models.flatbuffer import root_of
from edgekit.models.onnx import OnnxModel
from edgekit.models.tflite import with_onnx
from tests.models.tflite_file import Net, file_of, table

DICE = np.random.default_rng(3)
SAME, VALID = 0, 1
ADD, CONV, DEPTHWISE, DEQUANTIZE, POOL, PAD, PRELU, SOFTMAX = 0, 3, 4, 6, 17, 34, 54, 25


def numbers(*shape: int) -> np.ndarray:
    return DICE.normal(size=shape).astype(np.float32)


def conv(padding: int, stride: int, fused: int = 0) -> dict[int, Any]:
    return dict(table(f0=("b", padding), f1=("i", stride), f2=("i", stride), f3=("b", fused)))


def around(picture: np.ndarray, size: int, stride: int, fill: float) -> np.ndarray:
    """What SAME adds: nothing, or the odd one below and right."""
    lack = [max(0, (-(-side // stride) - 1) * stride + size - side) for side in picture.shape[:2]]
    rows, columns = ((one // 2, one - one // 2) for one in lack)
    return np.pad(picture, (rows, columns, (0, 0)), constant_values=fill)


def windows(picture: np.ndarray, size: int, stride: int) -> np.ndarray:
    """(rows, columns, channels, size, size)"""
    return sliding_window_view(picture, (size, size), axis=(0, 1))[::stride, ::stride]


KERNEL, BIAS = DICE.normal(size=(5, 3, 3, 4)).astype(np.float16), numbers(5)
SLOPE, DEEP, DEEP_BIAS = numbers(1, 1, 5), numbers(1, 3, 3, 5), numbers(5)


def made(
    *,
    side: int = 9,
    odd: tuple[int, dict[int, Any] | None] | None = None,
    kernel_kind: int | None = None,
) -> bytes:
    """A net with every operator that is read, and perhaps one more."""
    net = Net()
    at = source = net.value("picture", (1, side, side, 3))
    pads = net.fixed("pads", np.array([[0, 0], [0, 0], [0, 0], [0, 1]], np.int32))
    at = net.operator(PAD, [at, pads], net.value("padded", (1, side, side, 4)))
    half = net.fixed("half", KERNEL, kernel_kind)
    kernel = net.operator(DEQUANTIZE, [half], net.value("kernel", KERNEL.shape))
    out = -(-side // 2)
    inputs = [at, kernel, net.fixed("bias", BIAS)]
    at = net.operator(CONV, inputs, net.value("conv", (1, out, out, 5)), conv(SAME, 2))
    at = net.operator(PRELU, [at, net.fixed("slope", SLOPE)], net.value("bent", (1, out, out, 5)))
    inputs = [at, net.fixed("deep", DEEP), net.fixed("deep_bias", DEEP_BIAS)]
    options = dict(conv(SAME, 1)) | {3: ("i", 1), 4: ("b", 0)}
    deep = net.operator(DEPTHWISE, inputs, net.value("deeper", (1, out, out, 5)), options)
    at = net.operator(ADD, [at, deep], net.value("sum", (1, out, out, 5)), {0: ("b", 0)})
    options = conv(VALID, 2) | {3: ("i", 2), 4: ("i", 2), 5: ("b", 0)}
    low = (out - 2) // 2 + 1
    at = net.operator(POOL, [at], net.value("pooled", (1, low, low, 5)), options)
    if odd is not None:
        at = net.operator(odd[0], [at], net.value("odd", (1, low, low, 5)), odd[1])
    return net.to_bytes([source], [at])


def reckoned(picture: np.ndarray) -> np.ndarray:
    four = np.pad(picture, ((0, 0), (0, 0), (0, 1)))
    seen = windows(around(four, 3, 2, 0), 3, 2)
    found = np.einsum("rcxhw,ohwx->rco", seen, KERNEL.astype(np.float32)) + BIAS
    found = np.where(found > 0, found, found * SLOPE[0])
    seen = windows(around(found, 3, 1, 0), 3, 1)
    found = found + np.einsum("rcxhw,hwx->rcx", seen, DEEP[0]) + DEEP_BIAS
    return np.asarray(windows(found, 2, 2).max(axis=(3, 4)))


@pytest.mark.parametrize("side", [8, 9, 12])
def test_every_operator_gives_what_a_plain_reckoning_gives(side: int) -> None:
    model = OnnxModel(with_onnx(made(side=side)), name="made")
    picture = numbers(side, side, 3)

    (found,) = model.run(picture[None]).values()

    assert model.input_shape == (1, side, side, 3)
    assert np.allclose(found[0].transpose(1, 2, 0), reckoned(picture), atol=1e-4)


def test_what_is_onnx_already_stays_as_it_is() -> None:
    assert with_onnx(b"\x08\x08whatever") == b"\x08\x08whatever"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (made(odd=(SOFTMAX, None)), "^operator 25 of TensorFlow Lite"),
        (made(odd=(POOL, conv(SAME, 1) | {5: ("b", 1)})), "a fused activation"),
        (made(kernel_kind=9), "numbers of type 9"),
        (made()[:200], "not a whole"),
        (b"\xff\xff\xff\x7fTFL3", "not a whole"),
        (made(odd=(POOL, conv(SAME, 0))), "division"),
        (made(odd=(PRELU, None)), "not enough values"),
    ],
    ids=["operator", "activation", "type", "cut", "beyond", "stride", "inputs"],
)
def test_what_is_not_read_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        with_onnx(data)


def test_a_padding_or_weights_that_are_computed_are_refused() -> None:
    for code, message in ((PAD, "not fixed"), (PRELU, "numbers that are fixed")):
        net = Net()
        source, other = net.value("picture", (1, 4, 4, 3)), net.value("other", (4, 2))
        out = net.operator(code, [source, other], net.value("out", (1, 4, 4, 3)))
        with pytest.raises(ModelError, match=message):
            with_onnx(net.to_bytes([source, other], [out]))


def test_a_small_file_does_not_stand_for_a_large_net() -> None:
    net = Net()
    at = source = net.value("picture", (1, 4, 4, 5))
    slope = net.fixed("slope", SLOPE)
    for number in range(200):
        at = net.operator(PRELU, [at, slope], net.value(f"v{number}", (1, 4, 4, 5)))
    net.buffers[-1] = table(f0=("bytes", SLOPE.tobytes() * 4_000))
    net.tensors[slope] = table(
        f0=("ints", (1, 1, 20_000)), f1=("b", 0), f2=("I", 1), f3=("text", "slope")
    )
    with pytest.raises(ModelError, match="again and again"):
        with_onnx(net.to_bytes([source], [at]))


@pytest.mark.parametrize(
    ("root", "message"),
    [
        ({1: ("tables", [table()] * 10_001)}, "expected up to 10000"),
        ({2: ("tables", [{0: ("tables", [table(f0=("ints", [1] * 65))])}])}, "up to 64"),
        ({2: ("tables", [{0: ("tables", [table(f3=("text", "n" * 1_025))])}])}, "up to 1024"),
    ],
)
def test_a_vector_beyond_what_a_small_net_has_is_refused(
    root: dict[int, Any], message: str
) -> None:
    with pytest.raises(ModelError, match=message):
        with_onnx(file_of(dict(table(f4=("tables", [table()]))) | root))


def test_buffers_that_lie_on_one_another_are_refused() -> None:
    data = bytearray(file_of(table(f4=("tables", [table(f0=("bytes", bytes(2_000)))] * 3))))
    start, count = root_of(bytes(data))._vector(4, most=3)
    first = start + struct.unpack_from("<I", data, start)[0]
    for at in range(start, start + 4 * count, 4):
        struct.pack_into("<I", data, at, first - at)
    data = data[: first + 2_100]
    with pytest.raises(ModelError, match="overlap"):
        with_onnx(bytes(data))


GOOD = made()


@settings(max_examples=60, deadline=None)
@given(st.integers(8, len(GOOD) - 1), st.integers(0, 255), st.booleans())
def test_bytes_that_were_changed_are_refused_or_read_as_something(
    at: int, byte: int, cut: bool
) -> None:
    data = bytearray(GOOD)
    data[at] = byte
    with contextlib.suppress(ModelError):
        assert isinstance(with_onnx(bytes(data[:at] if cut else data)), bytes)
