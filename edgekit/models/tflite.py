"""A TensorFlow Lite model as an ONNX one, in memory: as far as a small net of landmarks needs it.

    data = with_onnx(data)      # what is ONNX already stays as it is

MediaPipe's models are published as TensorFlow Lite alone. Read here is what its face_landmark has:
convolutions, PReLU, sums, pooling and padding, in half or single precision; all else is refused.

Source: tensorflow/lite/schema/schema.fbs (field numbers), FlatBuffers internals (its layout).
"""

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import ModelError
from edgekit.models.flatbuffer import Table, root_of
from edgekit.models.onnx_file import Node, model

MARK = b"TFL3"
SAME = 0
PLAIN = 0
"""No activation is fused into the operator."""

GROWS = 4
"""Half precision becomes single, and an offset an int64: by no more do the weights grow."""

_FLOAT32, _FLOAT16, _INT32 = 0, 1, 2
_DTYPES: Mapping[int, str] = {_FLOAT32: "<f4", _FLOAT16: "<f2", _INT32: "<i4"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tensor:
    """One value: its shape (n, h, w, c), and its numbers where they are fixed."""

    name: str
    shape: tuple[int, ...]
    numbers: NDArray[Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """One operator: what goes in and comes out, and its options."""

    inputs: tuple[_Tensor, ...]
    output: _Tensor
    options: Table | None

    def option(self, number: int, form: str, default: int) -> int:
        """Return one whole number of the options."""
        return default if self.options is None else self.options.number(number, form, default)


def with_onnx(data: bytes) -> bytes:
    """Return a model as ONNX.

    Raises:
        ModelError: it is a TensorFlow Lite model with something that is not read here, or broken.
    """
    if data[4:8] != MARK:
        return data
    try:
        return _converted(data)
    except ModelError:
        raise
    except (struct.error, ArithmeticError, IndexError, ValueError) as error:
        raise ModelError(f"not a whole TensorFlow Lite model: {error}") from error


def _converted(data: bytes) -> bytes:
    root = root_of(data)
    codes = [_code(one) for one in root.tables(1)]
    buffers = _buffers(root, len(data))
    (graph,) = root.tables(2)
    tensors = [_tensor(number, one, buffers) for number, one in enumerate(graph.tables(0))]
    net = _Net(tensors, most_bytes=GROWS * len(data))
    inputs = [tensors[index] for index in graph.numbers(1)]
    outputs = [tensors[index] for index in graph.numbers(2)]
    for one in inputs:
        net.nodes.append(
            Node(
                op="Transpose",
                inputs=(one.name,),
                output=f"{one.name}:nchw",
                ints={"perm": (0, 3, 1, 2)},
            )
        )
        net.called[one.name] = f"{one.name}:nchw"
    for operator in graph.tables(3):
        code = codes[operator.number(0, "<I", 0)]
        if code not in _OPERATORS:
            raise ModelError(
                f"operator {code} of TensorFlow Lite: expected one of {sorted(_OPERATORS)}"
            )
        taken = tuple(net.tensors[index] for index in operator.numbers(1))
        (given,) = operator.numbers(2)
        _OPERATORS[code](
            net, _Step(inputs=taken, output=net.tensors[given], options=operator.table(4))
        )
    return model(
        net.nodes,
        net.weights,
        inputs={one.name: one.shape for one in inputs},
        outputs={one.name: _nchw(one.shape) for one in outputs},
    )


class _Net:
    """The ONNX graph as it grows."""

    def __init__(self, tensors: list[_Tensor], *, most_bytes: int) -> None:
        self.tensors = tensors
        self._left = most_bytes
        self.nodes: list[Node] = []
        self.weights: dict[str, NDArray[Any]] = {}
        self.called: dict[str, str] = {}

    def name(self, tensor: _Tensor) -> str:
        """Return what a value is called in the graph."""
        return self.called.get(tensor.name, tensor.name)

    def spend(self, numbers: NDArray[Any]) -> None:
        """Raise ValueError where there are more numbers than a file of this size has."""
        self._left -= numbers.nbytes
        if self._left < 0:
            raise ValueError("its weights are used again and again")

    def weight(self, tensor: _Tensor, numbers: NDArray[Any], way: str) -> str:
        """Keep numbers that are fixed; return their name."""
        self.spend(numbers)
        name = f"{tensor.name}:{way}"
        self.weights[name] = numbers
        return name

    def put(self, op: str, inputs: tuple[str, ...], step: _Step, **attributes: Any) -> None:  # noqa: ANN401 -- of any operator
        """Add an operator."""
        self.nodes.append(Node(op=op, inputs=inputs, output=step.output.name, **attributes))


def _buffers(root: Table, most: int) -> list[bytes]:
    """Return the numbers of all tensors, none of which stands for two: no more than the file."""
    buffers = list[bytes]()
    for one in root.tables(4):
        buffers.append(one.bytes(0))
        most -= len(buffers[-1])
        if most < 0:
            raise ValueError("its buffers overlap")
    return buffers


def _code(table: Table) -> int:
    return max(table.number(0, "<b", 0), table.number(3, "<i", 0))


def _tensor(number: int, table: Table, buffers: list[bytes]) -> _Tensor:
    shape = tuple(table.numbers(0))
    raw = buffers[table.number(2, "<I", 0)]
    numbers = None
    if raw:
        kind = table.number(1, "<b", 0)
        if kind not in _DTYPES:
            raise ModelError(f"numbers of type {kind}: expected float32, float16 or int32")
        numbers = np.frombuffer(raw, _DTYPES[kind]).reshape(shape)
    return _Tensor(name=table.text(3) or f"t{number}", shape=shape, numbers=numbers)


def _fixed(tensor: _Tensor) -> NDArray[Any]:
    if tensor.numbers is None:
        raise ModelError(f"{tensor.name}: expected numbers that are fixed")
    return tensor.numbers.astype(np.float32)


def _plain(step: _Step, number: int) -> None:
    if step.option(number, "<b", PLAIN) != PLAIN:
        raise ModelError("a fused activation: expected none")


def _dequantize(net: _Net, step: _Step) -> None:
    """Half precision as single precision; where it stands from now on the numbers do."""
    numbers = _fixed(step.inputs[0])
    index = next(at for at, one in enumerate(net.tensors) if one is step.output)
    net.spend(numbers)
    net.tensors[index] = _Tensor(name=step.output.name, shape=step.output.shape, numbers=numbers)


def _convolution(net: _Net, step: _Step) -> None:
    _plain(step, 3)
    kernel = _fixed(step.inputs[1]).transpose(0, 3, 1, 2)
    _convolved(net, step, kernel, group=1)


def _depthwise(net: _Net, step: _Step) -> None:
    _plain(step, 4)
    kernel = _fixed(step.inputs[1]).transpose(3, 0, 1, 2)
    _convolved(net, step, kernel, group=len(kernel))


def _convolved(net: _Net, step: _Step, kernel: NDArray[Any], *, group: int) -> None:
    source, weights, bias = step.inputs
    strides = step.option(2, "<i", 1), step.option(1, "<i", 1)
    size = kernel.shape[2], kernel.shape[3]
    names = (
        net.name(source),
        net.weight(weights, kernel, "kernel"),
        net.weight(bias, _fixed(bias), "bias"),
    )
    pads = _pads(step, source.shape, size, strides)
    ints = {"kernel_shape": size, "strides": strides, "pads": pads}
    net.put("Conv", names, step, ints=ints, whole={"group": group})


def _pooling(net: _Net, step: _Step) -> None:
    _plain(step, 5)
    (source,) = step.inputs
    strides = step.option(2, "<i", 1), step.option(1, "<i", 1)
    size = step.option(4, "<i", 1), step.option(3, "<i", 1)
    pads = _pads(step, source.shape, size, strides)
    ints = {"kernel_shape": size, "strides": strides, "pads": pads}
    net.put("MaxPool", (net.name(source),), step, ints=ints)


def _pads(
    step: _Step, shape: tuple[int, ...], size: tuple[int, int], strides: tuple[int, int]
) -> tuple[int, ...]:
    """What TensorFlow adds around: above, left, below, right; the odd one below and right."""
    if step.option(0, "<b", SAME) != SAME:
        return (0, 0, 0, 0)
    sides = zip(shape[1:3], size, strides, strict=True)
    lack = [max(0, (-(-side // by) - 1) * by + wide - side) for side, wide, by in sides]
    return (*(one // 2 for one in lack), *(one - one // 2 for one in lack))


def _sum(net: _Net, step: _Step) -> None:
    _plain(step, 0)
    net.put("Add", (net.name(step.inputs[0]), net.name(step.inputs[1])), step)


def _prelu(net: _Net, step: _Step) -> None:
    source, slope = step.inputs
    numbers = _fixed(slope).reshape(1, 1, -1).transpose(2, 0, 1)
    net.put("PRelu", (net.name(source), net.weight(slope, numbers, "slope")), step)


def _padding(net: _Net, step: _Step) -> None:
    source, around = step.inputs
    if around.numbers is None or around.numbers.dtype.kind != "i":
        raise ModelError("a padding that is not fixed: expected whole numbers")
    rows = around.numbers.astype(np.int64)[[0, 3, 1, 2]]
    pads = net.weight(around, rows.T.ravel(), "pads")
    net.put("Pad", (net.name(source), pads), step)


def _nchw(shape: tuple[int, ...]) -> tuple[int, ...]:
    return (shape[0], shape[3], shape[1], shape[2]) if len(shape) == 4 else shape  # noqa: PLR2004 -- n, h, w, c


_OPERATORS: Mapping[int, Callable[[_Net, _Step], None]] = {
    0: _sum,
    3: _convolution,
    4: _depthwise,
    6: _dequantize,
    17: _pooling,
    34: _padding,
    54: _prelu,
}
"""By the number of the operator in the schema: ADD, CONV_2D, DEPTHWISE_CONV_2D and so on."""
