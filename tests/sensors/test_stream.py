"""Encoded pictures over a pipe: what a fetcher hands on is what an eye decodes, and no more."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.errors import SensorError
from edgekit.frames import Frame
from edgekit.node.fetcher import fetch
from edgekit.sensors.network import EncodedStream
from edgekit.sensors.stream import (
    LENGTH,
    MAX_FPS,
    MAX_PACKET_BYTES,
    PICTURES,
    VIDEOS,
    Head,
    StreamSource,
)

SIZE = (64, 48)


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """Write a film by a codec's name and return the address that plays it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path)))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()

    def film(codec: str) -> str:
        path = tmp_path / f"{codec}.avi"
        writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*codec), 10, SIZE)
        dice = np.random.default_rng(1)
        for level in range(30):
            grain = dice.integers(0, 40, (SIZE[1], SIZE[0], 3), np.uint8)
            writer.write(grain + np.uint8(level * 7))
        writer.release()
        return f"http://127.0.0.1:{server.server_port}/{path.name}"

    yield film
    server.shutdown()
    thread.join()
    server.server_close()


def source_of(*parts: bytes) -> StreamSource:
    """A source whose pipe holds these bytes and then ends."""
    read_fd, write_fd = os.pipe()
    os.write(write_fd, b"".join(parts))
    os.close(write_fd)
    return StreamSource(read_fd, clock_ms=lambda: 7, size=SIZE, fps=15.0)


HEAD = Head(codec="MJPG", width=64, height=48, fps=10.0)
PICTURE = cv2.imencode(".jpg", np.full((48, 64, 3), 99, np.uint8))[1].tobytes()


def packet(data: bytes) -> bytes:
    return LENGTH.pack(len(data)) + data


def seen_of(address: str) -> tuple[StreamSource, list[Frame], str]:
    """Fetch a stream and look at it until it ends; return the frames and how it ended."""
    read_fd, write_fd = os.pipe()
    stream = EncodedStream(address)
    lost: list[SensorError] = []

    def run() -> None:
        try:
            fetch(stream, write_fd)
        except SensorError as error:
            lost.append(error)
        os.close(write_fd)

    thread = threading.Thread(target=run)
    thread.start()
    source = StreamSource(read_fd, clock_ms=lambda: 7, size=SIZE, fps=15.0)
    frames = []
    with suppress(SensorError):  # it ends as a stream does: by being lost
        while (frame := source.read()) is not None:
            frames.append(frame)
    thread.join(60)
    source.close()
    stream.close()
    return source, frames, str(lost[0])


def test_what_is_fetched_is_seen(serve: Callable[[str], str]) -> None:
    source, frames, lost = seen_of(serve("MJPG"))
    assert "no more pictures" in lost
    assert len(frames) == 30
    assert source.fps == 10
    levels = [float(frame.pixels.mean()) for frame in frames]
    assert levels == sorted(levels)
    assert levels[-1] > 150
    assert {frame.size for frame in frames} == {SIZE}


@pytest.mark.shared
def test_a_film_of_h264_is_seen_frame_by_frame(
    shared_data: Path, tmp_path: Path, serve: Callable[[str], str]
) -> None:
    clip = shared_data / "traffic" / "car-detection.mp4"
    if not clip.is_file():
        pytest.skip("shared clip absent")
    shutil.copy(clip, tmp_path / "MJPG.avi.mp4")
    address = serve("MJPG").replace("MJPG.avi", "MJPG.avi.mp4")
    stream = EncodedStream(address)
    read_fd, write_fd = os.pipe()
    sent = threading.Thread(target=lambda: _send_some(stream, write_fd))
    sent.start()
    source = StreamSource(read_fd, clock_ms=lambda: 7, size=SIZE, fps=15.0)
    frames = [source.read() for _ in range(20)]
    source.close()
    sent.join(60)
    stream.close()
    assert all(frame is not None and frame.pixels.std() > 5 for frame in frames)


def _send_some(stream: EncodedStream, write_fd: int) -> None:
    with suppress(SensorError, BrokenPipeError):
        fetch(stream, write_fd)
    os.close(write_fd)


@given(
    codec=st.sampled_from(sorted(PICTURES | VIDEOS)),
    width=st.integers(1, 2**16 - 1),
    height=st.integers(1, 2**16 - 1),
    fps=st.integers(1, int(MAX_FPS)),
)
def test_a_head_comes_back(codec: str, width: int, height: int, fps: int) -> None:
    head = Head(codec=codec, width=width, height=height, fps=float(fps))
    assert Head.from_bytes(head.to_bytes()) == head


@given(st.binary(max_size=24))
def test_no_head_brings_it_down(data: bytes) -> None:
    try:
        head = Head.from_bytes(data)
    except SensorError:
        return
    assert head.codec in PICTURES | VIDEOS
    assert 0 <= head.fps <= MAX_FPS


def test_a_rate_that_makes_no_sense_is_none() -> None:
    for fps in (0.0, -1.0, 1e6, float("nan")):
        head = Head(codec="MJPG", width=1, height=1, fps=fps)
        assert Head.from_bytes(head.to_bytes()).fps == 0
    assert source_of(Head(codec="MJPG", width=1, height=1, fps=0).to_bytes()).fps == 15.0


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ((), "ended before it began"),
        ((Head(codec="VP90", width=64, height=48, fps=1).to_bytes(),), "codec 'VP90'"),
        ((Head(codec="MJPG", width=0, height=48, fps=1).to_bytes(),), "without a size"),
        ((HEAD.to_bytes(),), "no more frames"),
        ((HEAD.to_bytes(), packet(PICTURE)[:-9]), "no more frames"),
        ((HEAD.to_bytes(), LENGTH.pack(0)), "packet of 0 bytes"),
        ((HEAD.to_bytes(), LENGTH.pack(MAX_PACKET_BYTES + 1)), "expected 1 to"),
        ((HEAD.to_bytes(), packet(b"no picture")), "cannot be decoded"),
        (
            (Head(codec="H264", width=64, height=48, fps=1).to_bytes(), packet(b"no film" * 9)),
            "cannot be decoded",
        ),
    ],
)
def test_a_stream_that_is_none_is_said(parts: tuple[bytes, ...], said: str) -> None:
    source = source_of(*parts)
    with pytest.raises(SensorError, match=said):
        source.read()
    source.close()


def test_a_picture_is_fitted_and_the_end_is_no_frame() -> None:
    source = source_of(HEAD.to_bytes(), packet(PICTURE))
    source.begin()
    frame = source.read()
    assert frame is not None
    assert (frame.size, frame.t_ms, frame.index) == (SIZE, 7, 0)
    source.close()
    source.close()
    assert source.read() is None
