"""What a board has on its pins, and how one sample of all of it is laid out.

A sample is ``ticks u32, valid u16`` and then, in the order of the channels, the value of each; its
kind says how wide. Bit n of ``valid`` tells whether channel n has a value; else it is sent as 0.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Self

from edgekit.errors import PacketError

MAX_CHANNELS = 16


class ChannelKind(IntEnum):
    """What is on a channel; the number of the kind says how its value is laid out."""

    ANALOG_LIGHT = 0x01
    SOIL_MOISTURE = 0x02
    CURRENT_LOOP = 0x03
    TEMPERATURE = 0x04
    BH1750 = 0x05
    PRESENCE = 0x11
    BUTTON = 0x12
    PULSES = 0x21
    DIMMER = 0x31
    RELAY = 0x32
    VALVE = 0x33
    AMG8833 = 0x41
    MLX90640 = 0x42

    @property
    def is_output(self) -> bool:
        """Whether SET works on it."""
        return self >> _FAMILY == _OUTPUT


_FAMILY = 4
_OUTPUT = 3
_LAYOUTS: Sequence[str] = ("H", "BI", "I", "H", "")
_WORDS = struct.Struct("<BBBHHH")
_HEAD = struct.Struct("<IH")


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One channel as the board describes it (reply to DESCRIBE).

    Attributes:
        index: its number on this board, from 0.
        kind: what is there.
        fitted: whether the part answered; always true where a board can't tell.
        safe_level: of an output: where it is without a command, 0..65535.
        limit_s: of an output: the longest time away from its safe state however often it is
            renewed; 0 = none.
        scale: of an analog input: mV of the highest reading 1023; of a digital one: debounce in ms.
    """

    index: int
    kind: ChannelKind
    fitted: bool = True
    safe_level: int = 0
    limit_s: int = 0
    scale: int = 0

    def to_payload(self) -> bytes:
        """Return 9 bytes."""
        return _WORDS.pack(
            self.index, self.kind, self.fitted, self.safe_level, self.limit_s, self.scale
        )

    @classmethod
    def from_payload(cls, payload: bytes) -> Self:
        """Read it; raises PacketError where it is too short or of a kind not known."""
        if len(payload) < _WORDS.size:
            raise PacketError(f"DESCRIBE of {len(payload)} bytes: expected {_WORDS.size}")
        index, kind, flags, safe, limit, scale = _WORDS.unpack_from(payload)
        try:
            known = ChannelKind(kind)
        except ValueError as error:
            raise PacketError(
                f"channel {index} is of kind {kind:#x}, which is not known"
            ) from error
        return cls(
            index=index,
            kind=known,
            fitted=bool(flags & 1),
            safe_level=safe,
            limit_s=limit,
            scale=scale,
        )


@dataclass(frozen=True, slots=True)
class Sample:
    """All channels at one moment.

    Attributes:
        seq: 0..255, counts samples; a skipped one leaves a gap.
        ticks: the board's clock, u32.
        values: one per channel, None where it has none. A level has (level, edges) as its value.
    """

    seq: int
    ticks: int
    values: tuple[int | tuple[int, int] | None, ...]


class SampleLayout:
    """Reads and writes the samples of one board."""

    def __init__(self, channels: Sequence[Channel]) -> None:
        if len(channels) > MAX_CHANNELS:
            raise PacketError(f"{len(channels)} channels: expected at most {MAX_CHANNELS}")
        self._layouts = tuple(_LAYOUTS[channel.kind >> _FAMILY] for channel in channels)
        self._struct = struct.Struct(_HEAD.format + "".join(self._layouts))

    def unpack(self, seq: int, payload: bytes) -> Sample:
        """Read one sample; raises PacketError where it is too short."""
        if len(payload) < self._struct.size:
            raise PacketError(f"sample of {len(payload)} bytes: expected {self._struct.size}")
        ticks, valid, *fields = self._struct.unpack_from(payload)
        values: list[int | tuple[int, int] | None] = []
        at = 0
        for layout in self._layouts:
            width = len(layout)
            if not width or not valid & 1:
                values.append(None)
            else:
                values.append(fields[at] if width == 1 else (fields[at], fields[at + 1]))
            at += width
            valid >>= 1
        return Sample(seq, ticks, tuple(values))

    def pack(self, sample: Sample) -> bytes:
        """Write one sample; raises PacketError where a value is not of its channel's kind."""
        fields: list[int] = []
        valid = 0
        for index, (layout, value) in enumerate(zip(self._layouts, sample.values, strict=True)):
            valid |= (value is not None) << index
            parts = (0,) * len(layout) if value is None else value
            fields += (parts,) if isinstance(parts, int) else parts
        try:
            return self._struct.pack(sample.ticks, valid, *fields)
        except struct.error as error:
            raise PacketError(f"{sample!r} does not fit: {error}") from error
