"""A model of fixed input size, made to take any size. Nothing here has passed the gate.

Only what the file declares is rewritten, as bytes: the tensors and the graph stay as their authors
published them. Do it after the hash was checked, never before. Weights that are also declared as
inputs, as old exporters did, are so no longer: a runtime may then take them for constant.

Source: the ONNX specification, onnx/onnx.proto (ModelProto, GraphProto, ValueInfoProto, TypeProto,
TensorShapeProto), and the encoding of Protocol Buffers.
"""

from collections.abc import Callable, Iterator

from edgekit.errors import ModelError

_VARINT, _FIXED64, _LENGTH, _FIXED32 = 0, 1, 2, 5
_MORE = 0x80
_IR_VERSION, _GRAPH = 1, 7  # ModelProto
_INITIALIZER, _INPUT, _OUTPUT, _VALUE_INFO = 5, 11, 12, 13  # GraphProto
_TENSOR_NAME = 8  # TensorProto.name
_VALUE_NAME = 1  # ValueInfoProto.name
_CONSTANT_WEIGHTS = 4
"""From this IR version on weights need not be inputs too (onnx/docs/IR.md)."""
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
        out = _at_least_version_4(out)
    except (IndexError, ValueError) as error:
        raise ModelError("the file is no ONNX model: its fields can't be told apart") from error
    if out == model:
        raise ModelError("the file is no ONNX model, or it declares no shapes")
    return out


def _free_graph(graph: bytes) -> bytes:
    fields = list(_fields(graph))
    weights = {_named(p, _TENSOR_NAME) for number, _, _, p in fields if number == _INITIALIZER}
    kept = b"".join(
        whole
        for number, _, whole, payload in fields
        if number != _VALUE_INFO
        and not (number == _INPUT and _named(payload, _VALUE_NAME) in weights)
    )
    value = _nested((_TYPE, _TENSOR, _SHAPE), _free_shape)
    return _rewritten(kept, {_INPUT: value, _OUTPUT: value})


def _named(message: bytes, name: int) -> bytes:
    return next((payload for number, _, _, payload in _fields(message) if number == name), b"")


def _at_least_version_4(model: bytes) -> bytes:
    return b"".join(
        _to_varint(_IR_VERSION << 3 | _VARINT)
        + _to_varint(max(_CONSTANT_WEIGHTS, _varint(payload, 0)[0]))
        if number == _IR_VERSION and wire == _VARINT
        else whole
        for number, wire, whole, payload in _fields(model)
    )


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


def _rewritten(message: bytes, edits: dict[int, Edit]) -> bytes:
    out = []
    for number, wire, whole, payload in _fields(message):
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
