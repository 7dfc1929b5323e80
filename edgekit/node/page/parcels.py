"""Between clerk and page: parcels of what is released and signed one way, small questions back.

A parcel is kind u8, length u32 and its body; a question is 16 bytes. The page can ask for nothing
but what anybody may have: records, tiles, proofs, and a pause for whoever shows the digits.
"""

import json
import struct
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from enum import IntEnum

from edgekit.consent.states import State
from edgekit.errors import PipeError
from edgekit.ledger.tiles import ENTRIES, RECORDS
from edgekit.provenance import Seal
from edgekit.records import ClockTrust, Reason
from edgekit.web.board import About, Condition

_HEAD = struct.Struct("<BI")
_QUESTION = struct.Struct("<BBHIQ")
_ANSWER = struct.Struct("<IB")
MAX_PARCEL_BYTES = 1 << 21
_HIGHEST_LEVEL = 5
_LEVELS: Mapping[str, int] = {
    **{str(level): level for level in range(_HIGHEST_LEVEL + 1)},
    ENTRIES: 254,
    RECORDS: 255,
}
_NAMES: Mapping[int, str] = {number: name for name, number in _LEVELS.items()}


class Parcel(IntEnum):
    """What the clerk hands over."""

    ABOUT = 1  # what stays the same while it runs
    RECORDS = 2  # signed records, as `edgekit.node.handing.mail` writes them
    NOTE = 3  # the latest checkpoint
    CONDITION = 4  # how the node stands
    ANSWER = 5  # number of the question u32, whether there is one u8, and it


class Ask(IntEnum):
    """What the page asks for."""

    PAUSE = 1  # place: the digits
    RECORDS = 2  # place: the first; width: how many
    TILE = 3  # level, place: its index, width
    PROOF = 4  # place: the record


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question; ``number`` comes back with the answer.

    Raises PipeError where a field leaves its range.
    """

    ask: Ask
    number: int
    place: int
    width: int = 0
    level: str = "0"

    def __post_init__(self) -> None:
        fits = (
            0 <= self.number < 1 << 32
            and 0 <= self.place < 1 << 64
            and 0 <= self.width < 1 << 16
            and self.level in _LEVELS
        )
        if not fits:
            raise PipeError("a question of the page is out of range")

    def to_bytes(self) -> bytes:
        """Return the 16 bytes."""
        level = _LEVELS[self.level]
        return _QUESTION.pack(self.ask, level, self.width, self.number, self.place)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Question":
        """Read 16 bytes; PipeError where they are no question."""
        if len(data) != _QUESTION.size:
            raise PipeError(f"question of {len(data)} bytes: expected {_QUESTION.size}")
        ask, level, width, number, place = _QUESTION.unpack(data)
        if ask not in Ask.__members__.values() or level not in _NAMES:
            raise PipeError(f"the page asks for {ask} of level {level}: there is no such thing")
        return cls(ask=Ask(ask), number=number, place=place, width=width, level=_NAMES[level])


class QuestionReader:
    """Cuts a byte stream into questions."""

    def __init__(self) -> None:
        self._buffer = b""

    def feed(self, data: bytes) -> Iterator[Question]:
        """Yield each question that is now whole; raises PipeError on one that is none."""
        self._buffer += data
        while len(self._buffer) >= _QUESTION.size:
            head, self._buffer = self._buffer[: _QUESTION.size], self._buffer[_QUESTION.size :]
            yield Question.from_bytes(head)


def wrap(kind: Parcel, body: bytes) -> bytes:
    """Return a parcel; PipeError where it is too large."""
    if len(body) > MAX_PARCEL_BYTES:
        raise PipeError(f"parcel of {len(body)} bytes: expected up to {MAX_PARCEL_BYTES}")
    return _HEAD.pack(kind, len(body)) + body


def wrap_answer(number: int, answer: bytes | None) -> bytes:
    """Return the parcel with an answer; None: there is none."""
    return wrap(Parcel.ANSWER, _ANSWER.pack(number, answer is not None) + (answer or b""))


def unwrap_answer(body: bytes) -> tuple[int, bytes | None]:
    """Return number and answer; PipeError where it is none."""
    if len(body) < _ANSWER.size:
        raise PipeError(f"answer of {len(body)} bytes")
    number, there = _ANSWER.unpack_from(body)
    return number, body[_ANSWER.size :] if there else None


class ParcelReader:
    """Cuts a byte stream into parcels, whatever pieces it arrives in."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[tuple[Parcel, bytes]]:
        """Yield each parcel that is now whole; raises PipeError on one that is none."""
        self._buffer += data
        while len(self._buffer) >= _HEAD.size:
            kind, length = _HEAD.unpack_from(self._buffer)
            if length > MAX_PARCEL_BYTES or kind not in Parcel.__members__.values():
                raise PipeError(f"parcel {kind} of {length} bytes: there is no such parcel")
            end = _HEAD.size + length
            if len(self._buffer) < end:
                return
            body = bytes(self._buffer[_HEAD.size : end])
            del self._buffer[:end]
            yield Parcel(kind), body


def about_to_bytes(about: About) -> bytes:
    """Return it as JSON."""
    return json.dumps(asdict(about)).encode()


def about_from_bytes(body: bytes) -> About:
    """Read it back; PipeError where it is none."""
    try:
        return About(**{key: str(value) for key, value in json.loads(body).items()})
    except (AttributeError, TypeError, ValueError, RecursionError) as error:
        raise PipeError("the clerk says nothing sound about itself") from error


def condition_to_bytes(condition: Condition) -> bytes:
    """Return it as JSON."""
    return json.dumps({**asdict(condition), "live": dict(condition.live)}).encode()


def condition_from_bytes(body: bytes) -> Condition:
    """Read it back; PipeError where it is none."""
    try:
        fields = json.loads(body)
        shut = fields["shut"]
        return Condition(
            state=State(fields["state"]),
            shut=None if shut is None else Reason(shut),
            until_s=None if fields["until_s"] is None else int(fields["until_s"]),
            clock=ClockTrust(fields["clock"]),
            seal=Seal(fields["seal"]),
            view=str(fields["view"]),
            digits=None if fields["digits"] is None else str(fields["digits"]),
            live={str(key): int(value) for key, value in fields["live"].items()},
        )
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise PipeError("the clerk says nothing sound about how it stands") from error
