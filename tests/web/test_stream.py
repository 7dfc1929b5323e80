"""Records as they come, and who reads them."""

import asyncio
import json
from dataclasses import replace

import pytest

from edgekit.records import Profile
from edgekit.web import answers, stream
from edgekit.web.board import Board
from tests.web.square import CONDITION, NOW_S, Asker, a_board, a_record, an_asker


async def first(ask: Asker, path: str, headers: list[tuple[str, str]], parts: int) -> bytes:
    """Return the first parts of a stream."""
    told = b""

    class EnoughError(Exception):
        pass

    async def send(message: object) -> None:
        nonlocal told
        told += message.get("body", b"")  # type: ignore[attr-defined] -- a mapping
        if told.count(b"\n\n") >= parts:
            raise EnoughError

    async def receive() -> dict[str, object]:
        await asyncio.sleep(60)
        return {"type": "http.disconnect"}

    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path.partition("?")[0],
        "raw_path": b"/",
        "root_path": "",
        "query_string": path.partition("?")[2].encode(),
        "headers": [(b"host", b"127.0.0.1"), *((k.encode(), v.encode()) for k, v in headers)],
        "client": None,
        "server": ("127.0.0.1", 1),
        "state": {},
    }
    try:
        await ask.app(scope, receive, send)
    except* EnoughError:
        pass
    assert ask.served.streams == 0
    return told


def test_a_stream_goes_on_after_the_last_id(ask: Asker) -> None:
    told = asyncio.run(first(ask, "/events", [("last-event-id", "0")], 4))
    assert told.startswith(b"retry: 5000\n\nid: 1\nevent: record\ndata: {")
    assert b"\n\nid: 2\nevent: record\n" in told
    assert b"event: state\ndata: " in told
    standing = json.loads(told.split(b"event: state\ndata: ")[1])
    assert standing == {
        "state": "active",
        "shut": None,
        "until_s": None,
        "view": "good",
        "clock": "synced",
    }


def test_who_has_no_id_gets_what_comes_from_now_on(ask: Asker, board: Board) -> None:
    async def both() -> bytes:
        task = asyncio.create_task(first(ask, "/events", [], 3))
        await asyncio.sleep(0.05)
        board.take(a_record(3), NOW_S)
        return await task

    told = asyncio.run(both())
    assert b"id: 3\n" in told
    assert b"id: 2\n" not in told


@pytest.mark.parametrize("last", ["-1", "x", "1e3", "9" * 40, "0 0", "\u0661"])
def test_an_id_that_is_none_is_refused(ask: Asker, last: str) -> None:
    answer = ask(f"/events?after={last.replace(' ', '%20')}")
    assert answer.status == 400
    assert "Last-Event-ID" in answer.text


def test_there_are_so_many_streams_and_no_more(ask: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "MOST_STREAMS", 0)
    answer = ask("/events")
    assert (answer.status, answer["retry-after"]) == (503, "60")


def test_a_stream_says_that_it_is_there_and_ends_by_itself(
    board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "BEAT_S", 0.01)
    now = iter([0.0, 1.0, answers.STREAM_S])
    ask = an_asker(board, steady_s=lambda: next(now))
    told = asyncio.run(first(ask, "/events", [("last-event-id", "2")], 99))
    assert told.endswith(b": still here\n\n")


def test_at_home_the_numbers_of_this_moment_are_told_and_elsewhere_never() -> None:
    live = {"people": 4, "line.gate.in": 61, "light.illuminance": 155, "nonsense": 7}
    for profile, there in ((Profile.LOCAL, True), (Profile.SDC_10_5, False)):
        board = a_board(profile)
        board.set_condition(replace(CONDITION, live=live), NOW_S)
        ask = an_asker(board)
        page = ask("/").text
        assert ("At this moment" in page) is there
        assert ("Brightness (lux)" in page) is there
        assert "on average)" not in page
        assert ("61" in asyncio.run(first(ask, "/events", [], 2)).decode()) is there
