import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.node.sensing.voice import MAX_PICTURE_BYTES, PICTURE_HEAD, PictureReader, Voice
from edgekit.records import OBSERVATION_BYTES, Fault, Kind, Observation

pictures = st.lists(st.binary(max_size=200), max_size=5)


def framed(sent: list[bytes]) -> bytes:
    return b"".join(PICTURE_HEAD.pack(len(picture)) + picture for picture in sent)


@given(pictures, st.integers(min_value=1, max_value=64))
def test_pictures_arrive_whole_in_any_pieces(sent: list[bytes], piece: int) -> None:
    data, reader = framed(sent), PictureReader()
    fed = [reader.feed(data[at : at + piece]) for at in range(0, len(data), piece)]
    got = [picture for picture in fed if picture is not None]

    # Of those that arrive together only the newest is wanted.
    assert [picture for picture in got if picture in sent] == got
    assert got[-1:] == sent[-1:]


@given(pictures)
def test_of_many_at_once_the_last_is_kept(sent: list[bytes]) -> None:
    assert PictureReader().feed(framed(sent)) == (sent[-1] if sent else None)


@given(st.integers(min_value=MAX_PICTURE_BYTES + 1, max_value=2**32 - 1))
def test_impossible_length_is_refused_before_it_is_gathered(length: int) -> None:
    with pytest.raises(ValueError, match="expected up to"):
        PictureReader().feed(PICTURE_HEAD.pack(length))


def test_words_are_numbered_and_whole() -> None:
    read_fd, write_fd = os.pipe()
    voice = Voice(write_fd, write_fd, clock_ms=lambda: 1234)
    voice.say(0, Kind.HELLO, 1)
    voice.say(3, Kind.IN, True)
    voice.last_word(Fault.NO_LEASE)
    data = os.read(read_fd, 4096)
    cuts = range(0, len(data), OBSERVATION_BYTES)
    seen = [Observation.from_bytes(data[at : at + OBSERVATION_BYTES]) for at in cuts]
    os.close(read_fd)

    assert [(one.seq, one.t_ms, one.kind, one.value) for one in seen] == [
        (0, 1234, Kind.HELLO, 1),
        (1, 1234, Kind.IN, 1),
        (2, 1234, Kind.FAULT, Fault.NO_LEASE),
    ]
    voice.last_word(Fault.INTERNAL)  # nobody listens any more: no error
    os.close(write_fd)


def test_picture_is_left_out_while_the_last_one_waits() -> None:
    read_fd, write_fd = os.pipe()
    voice = Voice(write_fd, write_fd, clock_ms=lambda: 0)
    os.set_blocking(write_fd, False)
    while True:
        try:
            os.write(write_fd, bytes(4096))
        except BlockingIOError:
            break
    os.set_blocking(write_fd, True)

    voice.show(b"would block for ever")

    os.close(read_fd)
    os.close(write_fd)
