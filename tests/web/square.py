"""A board with a square's numbers, an application around it, and somebody who asks."""

import asyncio
from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from typing import Any

from edgekit.config.web import Address, Web
from edgekit.consent.authorisation import SiteAuthorisation, draft
from edgekit.consent.states import State
from edgekit.consent.terms import Controller, Purpose
from edgekit.consent.view import View
from edgekit.geometry import Line, Zone
from edgekit.ledger.checkpoint import Checkpoint
from edgekit.provenance import Seal, Source, Wall
from edgekit.records import (
    Aggregate,
    ClockTrust,
    Profile,
    QualityWord,
    Reason,
    RecordHead,
    SignedRecord,
    Status,
    Unit,
)
from edgekit.signing.keys import MemorySigner
from edgekit.signing.record import sign_release
from edgekit.web.answers import Served
from edgekit.web.app import make_app
from edgekit.web.board import About, Board, Condition
from edgekit.web.manners import App

NOW_S = 1_900_000_800
PORT = 8710
SIGNER = MemorySigner.from_seed(bytes(range(32)))
VIEW = View(
    width=640,
    height=480,
    lines=(Line("gate", (320, 460), (320, 100)),),
    zones=(Zone("square", ((60, 120), (580, 120), (580, 460))),),
)
WEB = Web(
    listen=(Address(ip_address("127.0.0.1"), PORT), Address(ip_address("192.168.7.9"), PORT)),
    languages=("en", "de", "fr", "es", "it"),
    recipient="everybody on the square's network",
    names=("counter.example.org",),
    digits=True,
)
CONDITION = Condition(
    state=State.ACTIVE,
    shut=None,
    until_s=None,
    clock=ClockTrust.SYNCED,
    seal=Seal.SEALED,
    view="good",
    digits="271828",
)


def a_site(profile: Profile = Profile.SDC_10_5) -> SiteAuthorisation:
    """Return the authorisation of a square."""
    blank = draft("square", profile=profile, view=VIEW, window_s=900, valid_from_s=NOW_S - 86_400)
    if profile.at_home:
        return blank
    return replace(
        blank,
        controller=Controller(name="City of Lindenau", contact="streets@lindenau.example"),
        purposes=(Purpose(id="benches", text="to know where <benches> & shade are missing"),),
        place="the market square",
        outputs=tuple(replace(one, recipients=(WEB.recipient or "",)) for one in blank.outputs),
        supervisory_authority="Data Protection Commissioner",
        notice_digest="",
    )


def a_record(sequence: int, **how: Any) -> SignedRecord:  # noqa: ANN401 -- the fields of an aggregate
    """Return a signed record of one window, released unless told otherwise."""
    fields: dict[str, Any] = {
        "metric": "line.gate.in",
        "unit": Unit.COUNT,
        "window_start_s": NOW_S // 900 * 900 - 900,
        "window_s": 900,
        "value": 35,
        "status": Status.RELEASED,
        "reason": None,
        "uptime_percent": 100,
        "quality": QualityWord.GOOD,
        "profile": Profile.SDC_10_5,
        **how,
    }
    head = RecordHead(
        device=SIGNER.key_id,
        site="square",
        boot="0" * 16,
        sequence=sequence,
        clock=ClockTrust.SYNCED,
        wall=Wall(),
        source=Source.CAMERA,
        authorisation="sha256:" + "a" * 64,
        notice="sha256:" + "b" * 64,
        authority="0" * 16,
        software="edgekit",
    )
    return sign_release(Aggregate(**fields), head, SIGNER)


FEW = {"value": None, "status": Status.SUPPRESSED, "reason": Reason.BELOW_THRESHOLD}
GAP = {"value": None, "status": Status.GAP, "reason": Reason.PAUSED, "uptime_percent": 0}


def a_board(profile: Profile = Profile.SDC_10_5) -> Board:
    """Return a board that has begun and knows how the node stands, without a number."""
    board = Board(a_site(profile))
    origin = f"edgekit/square/{SIGNER.key_id}"
    pem = SIGNER.public_key.to_pem().decode()
    board.begin(About(key_pem=pem, key_id=SIGNER.key_id, origin=origin, software="edgekit 1"))
    board.set_condition(CONDITION, NOW_S)
    state = Checkpoint(origin=origin, size=3, root=bytes(32))
    board.set_note(state.to_note(origin, SIGNER))
    return board


@dataclass
class FakeClerk:
    """Says what it was told to say."""

    said: str = "granted"
    old: Sequence[SignedRecord] = ()
    tokens: list[str] = field(default_factory=list)
    asked: list[tuple[object, ...]] = field(default_factory=list)

    async def pause(self, token: str) -> str:
        self.tokens.append(token)
        return self.said

    async def records(self, start: int, count: int) -> Sequence[SignedRecord]:
        self.asked.append((start, count))
        return [one for one in self.old if one.sequence >= start][:count]

    async def tile(self, level: str, index: int, width: int) -> bytes | None:
        self.asked.append((level, index, width))
        return b"tile" if width <= 3 else None

    async def proof(self, sequence: int) -> str | None:
        self.asked.append((sequence,))
        return f"proof of {sequence}\n" if sequence else None


@dataclass
class Answer:
    """What came back."""

    status: int = 0
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    def __getitem__(self, name: str) -> str:
        (value,) = [value for key, value in self.headers if key == name]
        return value

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Asker:
    """Asks an application, without a network."""

    served: Served
    app: App

    def __call__(
        self,
        path: str,
        *,
        method: str = "GET",
        headers: Sequence[tuple[str, str]] = (),
        body: bytes = b"",
        here: bool = False,
    ) -> Answer:
        return asyncio.run(self.ask(path, method, headers, body, here=here))

    async def ask(
        self, path: str, method: str, headers: Sequence[tuple[str, str]], body: bytes, *, here: bool
    ) -> Answer:
        place, _, query = path.partition("?")
        own = "127.0.0.1" if here else "192.168.7.9"
        given = dict(headers)
        named = [] if any(key.lower() == "host" for key in given) else [("host", f"{own}:{PORT}")]
        scope: MutableMapping[str, Any] = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": place,
            "raw_path": place.encode(),
            "root_path": "",
            "query_string": query.encode(),
            "headers": [(k.lower().encode(), v.encode()) for k, v in (*named, *headers)],
            "client": (own, 5),
            "server": (own, PORT),
            "state": {},
        }
        answer = Answer()
        parts = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> MutableMapping[str, Any]:
            if parts:
                return parts.pop()
            await asyncio.sleep(60)
            return {"type": "http.disconnect"}

        async def send(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                answer.status = message["status"]
                answer.headers = [(k.decode(), v.decode()) for k, v in message["headers"]]
            else:
                answer.body += message.get("body", b"")

        await self.app(scope, receive, send)
        return answer


def an_asker(board: Board, clerk: FakeClerk | None = None, **how: Any) -> Asker:  # noqa: ANN401 -- of Served
    """Return who asks an application around this board."""
    fields: dict[str, Any] = {
        "board": board,
        "clerk": clerk or FakeClerk(),
        "web": WEB,
        "now_s": lambda: NOW_S,
        "steady_s": lambda: 0.0,
        **how,
    }
    served = Served(**fields)
    return Asker(served, make_app(served))
