import os

import pytest

from edgekit.errors import PipeError
from edgekit.node.control import Message, Word, close_all, hear, pair, say


def test_words_and_descriptors_cross() -> None:
    ours, theirs = pair()
    read_fd, write_fd = os.pipe()
    with ours, theirs:
        say(ours, Message(word=Word.EYE, generation=3, text="x", descriptors=(write_fd,)))
        os.close(write_fd)
        got = hear(theirs)
        assert got is not None
        os.write(got.descriptors[0], b"seen")
        close_all(got.descriptors)

    assert (got.word, got.generation, got.text) == (Word.EYE, 3, "x")
    assert os.read(read_fd, 10) == b"seen"
    os.close(read_fd)


def test_the_end_is_none() -> None:
    ours, theirs = pair()
    ours.close()
    with theirs:
        assert hear(theirs) is None


@pytest.mark.parametrize(
    "data",
    [
        b"{}",
        b"[1]",
        b'["fly", 1, ""]',
        b"\xff",
        b'["eye", "x", ""]',
        b'["open", Infinity, ""]',
        b'["open", true, ""]',
        b"[" * 1024,
    ],
)
def test_other_packets_are_refused(data: bytes) -> None:
    ours, theirs = pair()
    with ours, theirs:
        ours.send(data)
        with pytest.raises(PipeError):
            hear(theirs)
