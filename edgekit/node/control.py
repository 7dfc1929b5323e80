"""Words of the supervisor with clerk and steward: small JSON packets, with descriptors."""

import json
import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from edgekit.errors import PipeError

MAX_WORD_BYTES = 1024
MAX_DESCRIPTORS = 3


class Word(StrEnum):
    """Everything that the two ever say."""

    SEEN = "seen"  # supervisor: the clerk's seal was seen from outside; it may read its key
    EYE = "eye"  # supervisor: a new eye; descriptors: observations, leases, pictures; text: below
    VERIFIED = "verified"  # supervisor: the eye's seal was seen from outside; text: the `Wall`
    EYE_GONE = "eye_gone"  # supervisor: the eye has ended
    HERALD = "herald"  # supervisor: a new herald; descriptors: records, answers
    PAGE = "page"  # supervisor: a new status page; descriptors: parcels, questions
    STEWARD = "steward"  # supervisor: a new steward; descriptors: what it tells, what it is said
    STEWARD_GONE = "steward_gone"  # supervisor: the steward has ended
    PORT = "port"  # supervisor, to the steward: a port that was plugged in again; text: its name
    STOP = "stop"  # supervisor: close the books and end
    OPEN = "open"  # clerk: authority, clock and schedule allow an eye
    SHUT = "shut"  # clerk: no eye is wanted
    HELLO = "hello"  # clerk: the eye has spoken and may be looked at
    KILL_EYE = "kill_eye"  # clerk: the eye broke the rules of the pipe
    KILL_STEWARD = "kill_steward"  # clerk: the steward broke them
    SOURCE_ENDED = "source_ended"  # clerk: the last window of a finite source is in the ledger


REVIEWED = "reviewed"
"""Text of `Word.EYE`: its pictures come from the second look; without it none is taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One word, the eye's generation it is about, a short text and open descriptors."""

    word: Word
    generation: int = 0
    text: str = ""
    descriptors: tuple[int, ...] = ()


def pair() -> tuple[socket.socket, socket.socket]:
    """Return both ends of a control line that keeps packets whole."""
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)


def say(line: socket.socket, message: Message) -> None:
    """Send one message; the descriptors stay open on this side."""
    data = json.dumps([message.word, message.generation, message.text]).encode()
    socket.send_fds(line, [data], list(message.descriptors))


def hear(line: socket.socket) -> Message | None:
    """Return the next message, or None when the other side is gone.

    Raises:
        PipeError: the packet is not a message.
    """
    try:
        data, descriptors, _, _ = socket.recv_fds(line, MAX_WORD_BYTES, MAX_DESCRIPTORS)
    except ConnectionResetError:
        return None
    if not data:
        return None
    try:
        return _read(data, tuple(descriptors))
    except (TypeError, ValueError, RecursionError) as error:
        close_all(descriptors)
        raise PipeError(f"control packet of {len(data)} bytes is not a message") from error


def seen_from_outside(line: socket.socket) -> bool:
    """Wait until the supervisor has looked; False when it wants no more, or is gone.

    Raises:
        PipeError: it says something else.
    """
    message = hear(line)
    if message is None or message.word is Word.STOP:
        return False
    if message.word is not Word.SEEN:
        close_all(message.descriptors)
        raise PipeError(f"{message.word} before the seal was seen: expected {Word.SEEN}")
    return True


def _read(data: bytes, descriptors: tuple[int, ...]) -> Message:
    word, generation, text = json.loads(data)
    if type(generation) is not int:  # True and 1.0 are no generation either
        raise TypeError(f"generation of type {type(generation).__name__}")
    return Message(word=Word(word), generation=generation, text=str(text), descriptors=descriptors)


def close_all(descriptors: Sequence[int]) -> None:
    """Close each descriptor."""
    for descriptor in descriptors:
        os.close(descriptor)
