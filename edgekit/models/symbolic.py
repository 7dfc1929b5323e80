"""A model of fixed input size, made to take any size. Nothing here has passed the gate.

Only the shapes that the file declares are rewritten, as bytes: the tensors and the graph stay as
their authors published them. Do it after the hash was checked, never before.

Source: the ONNX specification, onnx/onnx.proto (ModelProto, GraphProto, ValueInfoProto, TypeProto,
TensorShapeProto), and the encoding of Protocol Buffers.
"""

from collections.abc import Callable, Iterator

from edgekit.errors import ModelError

_VARINT, _FIXED64, _LENGTH, _FIXED32 = 0, 1, 2, 5
_MORE = 0x80
_GRAPH = 7  # ModelProto.graph
_INPUT, _OUTPUT, _VALUE_INFO = 11, 12, 13  # GraphProto
_TYPE, _TENSOR, _SHAPE, _DIMENSION = 2, 1, 2, 1
_CHANNELS = 1
"""The axis that stays as it is; batch, height and width become unknown."""

Edit = Callable[[bytes], bytes]
Field = tuple[int, int, bytes, bytes]
"""Number, wire type, the field's bytes as they stand, and its payload."""


def with_free_size(model: bytes) -> bytes:
    """Return an ONNX file whose inputs and outputs declare no batch, height or width.

    Declared shapes of values in between are dropped: the runtime infers them anew.

    Raises:
        ModelError: not an ONNX file.
    """
    try:
        out = _rewritten(model, {_GRAPH: _free_graph})
    except (IndexError, ValueError) as error:
        raise ModelError("the file is no ONNX model: its fields can't be told apart") from error
    if out == model:
        raise ModelError("the file is no ONNX model, or it declares no shapes")
    return out


def _free_graph(graph: bytes) -> bytes:
    value = _nested((_TYPE, _TENSOR, _SHAPE), _free_shape)
    return _rewritten(graph, {_INPUT: value, _OUTPUT: value}, drop=_VALUE_INFO)


def _free_shape(shape: bytes) -> bytes:
    """Leave every dimension but the channels open: a Dimension without a value is unknown."""
    dimensions = [whole for number, _, whole, _ in _fields(shape) if number == _DIMENSION]
    return b"".join(
        whole if axis == _CHANNELS else _length_field(_DIMENSION, b"")
        for axis, whole in enumerate(dimensions)
    )


def _nested(path: tuple[int, ...], edit: Edit) -> Edit:
    """Apply an edit to the message that lies so many fields deeper."""
    for number in reversed(path):
        edit = _at(number, edit)
    return edit


def _at(number: int, edit: Edit) -> Edit:
    return lambda message: _rewritten(message, {number: edit})


def _rewritten(message: bytes, edits: dict[int, Edit], *, drop: int = 0) -> bytes:
    out = []
    for number, wire, whole, payload in _fields(message):
        if number == drop:
            continue
        if number in edits and wire == _LENGTH:
            out.append(_length_field(number, edits[number](payload)))
        else:
            out.append(whole)
    return b"".join(out)


def _fields(message: bytes) -> Iterator[Field]:
    at = 0
    while at < len(message):
        start = at
        key, at = _varint(message, at)
        number, wire = key >> 3, key & 7
        begin = at
        if wire == _VARINT:
            _, at = _varint(message, at)
        elif wire == _LENGTH:
            size, begin = _varint(message, at)
            at = begin + size
        elif wire in (_FIXED64, _FIXED32):
            at += 8 if wire == _FIXED64 else 4
        else:
            raise ValueError(f"wire type {wire}")
        if at > len(message) or not number:
            raise ValueError("a field ends outside its message")
        yield number, wire, message[start:at], message[begin:at]


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        value |= (byte & ~_MORE) << shift
        at += 1
        if not byte & _MORE:
            return value, at
        shift += 7
        if shift > 63:  # noqa: PLR2004 -- the longest varint has 64 bits
            raise ValueError("a number of more than 64 bits")


def _length_field(number: int, payload: bytes) -> bytes:
    return _to_varint(number << 3 | _LENGTH) + _to_varint(len(payload)) + payload


def _to_varint(value: int) -> bytes:
    out = bytearray()
    while value > ~_MORE & 0xFF:
        out.append(value & ~_MORE & 0xFF | _MORE)
        value >>= 7
    out.append(value)
    return bytes(out)
