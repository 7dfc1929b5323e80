"""The page as it is really served: what callers may send, hold and keep waiting."""

import asyncio
import socket
from collections.abc import Awaitable, Callable

import pytest

from edgekit.web import door
from edgekit.web.board import Board
from edgekit.web.door import HEADER_BYTES, Door, Line
from tests.web.square import an_asker

REQUEST = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
make_room = Line.make_room
Calls = Callable[[int], Awaitable[object]]


def served(board: Board, calls: Calls) -> object:
    """Serve the page, make the calls, and end; return what they return."""
    found: list[object] = []

    async def before() -> None:
        asyncio.get_running_loop().create_task(calling())

    async def calling() -> None:
        try:
            found.append(await calls(number))
        finally:
            server.should_exit = True

    server = Door(an_asker(board).app, before=before)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        number = listening.getsockname()[1]
        server.keep([listening])
    assert found, "the calls failed"
    return found[0]


async def call(number: int, data: bytes) -> bytes:
    """Send, and return all that comes until the line is cut or the answer is whole."""
    reader, writer = await asyncio.open_connection("127.0.0.1", number)
    writer.write(data)
    try:
        return await asyncio.wait_for(reader.read(), 60)
    finally:
        writer.close()


def test_a_request_is_answered_and_the_line_stays_for_the_next(board: Board) -> None:
    async def calls(number: int) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", number)
        told = b""
        for _ in range(3):
            writer.write(REQUEST)
            told += await asyncio.wait_for(reader.readuntil(b"ok\n"), 60)
        writer.close()
        return told

    told = served(board, calls)
    assert isinstance(told, bytes)
    assert told.count(b"HTTP/1.1 200") == 3
    assert b"server:" not in told.lower()
    assert b"date:" not in told.lower()


@pytest.mark.parametrize("sent", [b"", b"GET / HT", b"POST /pause HTTP/1.1\r\nHost: 127.0.0.1\r\n"])
def test_who_is_too_slow_is_hung_up_on(
    board: Board, sent: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "REQUEST_S", 0.05)

    async def calls(number: int) -> bytes:
        try:
            return await call(number, sent)
        except ConnectionResetError:
            return b""

    assert served(board, calls) == b""


def test_a_stream_that_is_not_read_is_cut(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "STREAM_S", 0.05)

    async def calls(number: int) -> bytes:
        try:
            return await call(number, b"GET /events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        except ConnectionResetError:
            return b"cut"

    told = served(board, calls)
    assert isinstance(told, bytes)
    assert b"still here" not in told


def test_a_header_without_end_is_refused(board: Board) -> None:
    async def calls(number: int) -> bytes:
        return await call(number, b"GET / HTTP/1.1\r\nX: " + b"y" * (HEADER_BYTES + 1))

    told = served(board, calls)
    assert isinstance(told, bytes)
    assert told.startswith(b"HTTP/1.1 400")


def test_the_line_that_waited_longest_makes_room(
    board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "MOST_CALLERS", 2)
    taken, both = [], asyncio.Event()

    def counted(line: Line) -> None:
        taken.append(line)
        make_room(line)
        if len(taken) == 2:
            both.set()

    monkeypatch.setattr(Line, "make_room", counted)

    async def calls(number: int) -> list[bytes]:
        lines = [await asyncio.open_connection("127.0.0.1", number) for _ in range(4)]
        await both.wait()
        told = []
        for reader, writer in lines:
            try:
                writer.write(REQUEST.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
                told.append(await asyncio.wait_for(reader.read(), 60))
            except ConnectionError:
                told.append(b"")
            writer.close()
        return told

    told = served(board, calls)
    assert isinstance(told, list)
    assert [one.endswith(b"ok\n") for one in told] == [False, False, True, True]
