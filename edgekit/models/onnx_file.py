"""ONNX files written by hand: what a small model needs of the format, and no more.

    data = model(nodes, weights, inputs={"x": (1, 3, 8, 8)}, outputs={"y": (13, 2)})

Source: onnx/onnx.proto3 (field numbers), operator set 13.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

FLOAT, INT64 = 1, 7
INT, INTS = 2, 7
"""The types of an attribute that is a whole number, and a list of them."""

Shape = Sequence[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One operator; its attributes are whole numbers (``whole``) and lists of them (``ints``)."""

    op: str
    inputs: Sequence[str]
    output: str
    ints: Mapping[str, Sequence[int]] = field(default_factory=dict)
    whole: Mapping[str, int] = field(default_factory=dict)


def model(
    nodes: Sequence[Node],
    weights: Mapping[str, NDArray[np.generic]],
    *,
    inputs: Mapping[str, Shape],
    outputs: Mapping[str, Shape],
) -> bytes:
    """Return the bytes of an ONNX file; weights are float32 or int64."""
    graph = b"".join(
        [
            *(_bytes(1, _node(node)) for node in nodes),
            _bytes(2, b"edgekit"),
            *(_bytes(5, _tensor(name, value)) for name, value in weights.items()),
            *(_bytes(11, _value(name, shape)) for name, shape in inputs.items()),
            *(_bytes(12, _value(name, shape)) for name, shape in outputs.items()),
        ]
    )
    return _number(1, 8) + _bytes(8, _number(2, 13)) + _bytes(7, graph)


def _node(node: Node) -> bytes:
    attributes = [
        _bytes(1, name.encode()) + b"".join(_number(8, one) for one in ints) + _number(20, INTS)
        for name, ints in node.ints.items()
    ]
    attributes += [
        _bytes(1, name.encode()) + _number(3, one) + _number(20, INT)
        for name, one in node.whole.items()
    ]
    return b"".join(
        [
            *(_bytes(1, name.encode()) for name in node.inputs),
            _bytes(2, node.output.encode()),
            _bytes(4, node.op.encode()),
            *(_bytes(5, one) for one in attributes),
        ]
    )


def _tensor(name: str, value: NDArray[np.generic]) -> bytes:
    kind = INT64 if value.dtype == np.int64 else FLOAT
    raw = value.astype("<i8" if kind == INT64 else "<f4").tobytes()
    dims = b"".join(_number(1, size) for size in value.shape)
    return dims + _number(2, kind) + _bytes(8, name.encode()) + _bytes(9, raw)


def _value(name: str, shape: Shape) -> bytes:
    dims = b"".join(_bytes(1, _number(1, size)) for size in shape)
    tensor = _number(1, FLOAT) + _bytes(2, dims)
    return _bytes(1, name.encode()) + _bytes(2, _bytes(1, tensor))


def _number(key: int, value: int) -> bytes:
    return _varint(key << 3) + _varint(value & (1 << 64) - 1)


def _bytes(key: int, value: bytes) -> bytes:
    return _varint(key << 3 | 2) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    out = bytearray()
    while value >= 1 << 7:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])
