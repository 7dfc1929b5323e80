"""In public, one person more in a window that is suppressed changes no byte of any answer.

From the eye's numbers on through the gate, the log, the clerk's desk and its pipe to what anybody
gets by HTTP: bodies, headers, sizes, events, metrics, tiles, proofs, and the journal.
"""

import asyncio
import os
import re
import selectors
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from edgekit.consent.authorisation import SiteAuthorisation
from edgekit.consent.pause import Pauses
from edgekit.consent.states import State
from edgekit.ledger.checkpoint import origin_of
from edgekit.ledger.store import Ledger
from edgekit.node.handing.mail import RecordReader
from edgekit.node.page.desk import PageDesk
from edgekit.node.page.parcels import (
    Ask,
    Parcel,
    ParcelReader,
    Question,
    about_from_bytes,
    condition_from_bytes,
)
from edgekit.provenance import Seal, Wall
from edgekit.records import ClockTrust, Kind, SignedRecord
from edgekit.signing.dsse import Envelope
from edgekit.web.board import Board
from tests.privacy.test_non_interference import SIGNER, START_S, Said, allow, person, run
from tests.web.square import WEB, Answer, FakeClerk, an_asker
from tests.web.test_stream import first

NOW_S = START_S + 4_500
METRICS = ("line.road.in", "line.road.car.in", "zone.square.queue", "zone.square.wait")
PATHS = (
    *("/", "/?lang=de", "/records?from=0&count=256", "/metrics", "/healthz", "/checkpoint"),
    *("/key.pem", "/sign.svg", "/record/0", "/record/latest", "/proof/0", "/proof/latest"),
    *("/tile/0/000.p/9", "/tile/entries/000.p/9", "/tile/records/000.p/9"),
)
BUSY = [one for n in range(3) for one in person(999 + 30 * n)]
THREE = re.compile(rb'"(count|people|wait_s|live)": ?3\b|>3<|\} 3\n|\bNaN 3\b')
"""How a true count of three would stand in HTML, JSON or metrics."""


LINES = re.compile(rb'\{"payload":.*?\]\}')


class DirectClerk(FakeClerk):
    """Asks the desk itself."""

    def __init__(self, desk: PageDesk) -> None:
        super().__init__()
        self._desk = desk

    def _ask(self, ask: Ask, place: int, width: int = 0, level: str = "0") -> bytes | None:
        question = Question(ask=ask, number=0, place=place, width=width, level=level)
        return self._desk._answer(question)

    async def records(self, start: int, count: int) -> Sequence[SignedRecord]:
        found = self._ask(Ask.RECORDS, start, count)
        return [record for _, record in RecordReader().feed(found or b"")]

    async def tile(self, level: str, index: int, width: int) -> bytes | None:
        return self._ask(Ask.TILE, index, width, level)

    async def proof(self, sequence: int) -> str | None:
        found = self._ask(Ask.PROOF, sequence)
        return None if found is None else found.decode()


def told_by(site: SiteAuthorisation, envelopes: Sequence[bytes], folder: Path) -> dict[str, object]:
    """Return all that anybody can get from the page of a node whose log holds these records."""
    dice = iter(range(10**6))
    ledger = Ledger.open(
        folder / "ledger.sqlite",
        origin=origin_of("plaza", SIGNER.key_id),
        entropy=lambda size: bytes(next(dice) % 256 for _ in range(size)),
    )
    records = [SignedRecord(sequence=n, envelope=one) for n, one in enumerate(envelopes)]
    for at in range(0, len(records), len(METRICS)):
        ledger.append(records[at : at + len(METRICS)], SIGNER)
    with selectors.DefaultSelector() as selector:
        desk = PageDesk(
            cast("Any", SimpleNamespace(settings=SimpleNamespace(web=WEB))),
            cast("Any", SimpleNamespace(ledger=ledger, public_key=SIGNER.public_key)),
            cast("Any", SimpleNamespace(token="271828")),
            cast(
                "Any",
                SimpleNamespace(
                    standing=SimpleNamespace(state=State.ACTIVE, pauses=Pauses()),
                    clock=ClockTrust.SYNCED,
                ),
            ),
            selector,
        )
        (parcels_r, parcels_w), (questions_r, questions_w) = os.pipe(), os.pipe()
        desk.open((parcels_w, questions_r))
        desk.turn(NOW_S * 1000, None, Wall(eye=Seal.SEALED), None, {})
        board, piped = Board(site), os.read(parcels_r, 1 << 16)
        for kind, body in ParcelReader().feed(piped):
            take(board, kind, body)
        ask = an_asker(board, DirectClerk(desk), now_s=lambda: NOW_S)
        found: dict[str, object] = {path: seen(ask(path)) for path in PATHS}
        found |= {f"here {path}": seen(ask(path, here=True)) for path in PATHS[:2]}
        told = first(ask, "/events", [("last-event-id", "0")], len(records))
        found["/events"] = asyncio.run(told)
        found["the pipe"] = piped
        desk.close()
    ledger.close()
    for end in (parcels_r, questions_w):
        os.close(end)
    return found


def take(board: Board, kind: Parcel, body: bytes) -> None:
    match kind:
        case Parcel.ABOUT:
            board.begin(about_from_bytes(body))
        case Parcel.RECORDS:
            for _, record in RecordReader().feed(body):
                board.take(record, NOW_S)
        case Parcel.NOTE:
            board.set_note(body.decode())
        case _:
            board.set_condition(condition_from_bytes(body), NOW_S)


def seen(answer: Answer) -> tuple[int, list[tuple[str, str]], bytes]:
    assert answer.status == 200
    return answer.status, answer.headers, answer.body


def answers_to(told: Sequence[Said], folder: Path) -> dict[str, object]:
    folder.mkdir()
    site = allow(METRICS)
    return told_by(site, run(site, told)[0], folder)


def bytes_of(found: dict[str, object]) -> bytes:
    return b"".join(one[2] if isinstance(one, tuple) else one for one in found.values())  # type: ignore[misc]  -- a body, or a stream


def test_one_person_more_changes_no_byte_of_any_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    few = answers_to(BUSY, tmp_path / "few")
    journal = capsys.readouterr()

    assert answers_to([*BUSY, *person(1500)], tmp_path / "more") == few
    assert capsys.readouterr() == journal
    assert answers_to([], tmp_path / "none") == few
    # Or the above would show nothing.
    crowd = [one for n in range(100) for one in person(999 + 3 * n)]
    other = answers_to(crowd, tmp_path / "crowd")
    changed = {path for path in few if other[path] != few[path]}
    assert {"/", "/?lang=de", PATHS[2], "/checkpoint", "/events", "the pipe"} <= changed


def test_a_true_count_of_three_is_found_in_no_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    three = [(999 + 30 * n, "line.road.in", Kind.IN, 1) for n in range(3)]
    found = bytes_of(answers_to(three, tmp_path / "three"))
    said = capsys.readouterr()
    found += (said.out + said.err).encode()
    assert b"fewer than 10" in found
    payloads = [Envelope.from_bytes(line).payload for line in LINES.findall(found)]
    assert len(payloads) >= 16
    for words in (found, *payloads):
        assert not THREE.search(words), THREE.search(words)
    assert THREE.search(b'{"count":3}')
    assert THREE.search(b'edgekit_value{metric="line.road.in",unit="count"} 3\n')
