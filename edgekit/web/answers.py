"""What each route of the page answers. Importing this needs ``pip install '.[web]'``."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import parse_qs, quote

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from edgekit.config.web import Web
from edgekit.consent.notice import Notice
from edgekit.errors import ConfigError
from edgekit.ledger.checkpoint import read_unverified
from edgekit.ledger.tiles import WIDTH
from edgekit.web import openmetrics
from edgekit.web.asking import Clerk
from edgekit.web.board import Board
from edgekit.web.document import SAID, Reader, document
from edgekit.web.language import chosen
from edgekit.web.manners import Receive, Scope, Send
from edgekit.web.paths import number_of, tile_of
from edgekit.web.stream import MAX_SEQUENCE, events, records_from, start_after

TEXT, LINES, STREAM = "text/plain; charset=utf-8", "application/jsonl", "text/event-stream"
HTML, SVG, BYTES = "text/html; charset=utf-8", "image/svg+xml", "application/octet-stream"
JSON, PEM = "application/json", "application/x-pem-file"
MOST_STREAMS, STREAM_S = 32, 600.0
MOST_FORM_BYTES, MOST_FIELDS = 512, 8
"""A form has six digits and a language."""

FEW, MOST = 100, 256
_FOR_EVER: Mapping[str, str] = {"cache-control": "public, max-age=31536000, immutable"}
_ASK_AGAIN: Mapping[str, str] = {"cache-control": "no-cache"}


@dataclass(slots=True, kw_only=True)
class Served:
    """What the application works with.

    Args:
        board: what is known.
        clerk: who is asked for the rest.
        web: which languages, and whether its own screen shows the digits.
        now_s: Unix seconds.
        steady_s: seconds of a clock that nobody sets.

    ``signs`` are kept by language once they are drawn; ``files`` by path, as
    `edgekit.web.app.make_app` has read them.
    """

    board: Board
    clerk: Clerk
    web: Web
    now_s: Callable[[], int]
    steady_s: Callable[[], float]
    streams: int = 0
    signs: dict[str, bytes] = field(default_factory=dict)
    files: Mapping[str, tuple[bytes, str]] = field(default_factory=dict)

    @property
    def latest(self) -> int:
        """The number of the last record that a checkpoint covers; -1 where there is none."""
        note = self.board.note
        return -1 if note is None else read_unverified(note).size - 1


class Answers:
    """The handlers, one a route."""

    def __init__(self, served: Served) -> None:
        self._served = served

    async def page(self, request: Request) -> Response:
        """The page itself."""
        served = self._served
        reader = Reader(
            locale=self._locale(request),
            base=f"http://{request.headers['host']}",
            is_here=served.web.digits and _is_own(request),
            said=request.query_params.get("said", ""),
        )
        body = document(served.board, served.web.languages, reader, served.now_s())
        told = {"content-language": reader.locale, "vary": "accept-language"}
        return _response(body, HTML, headers=told)

    async def pause(self, request: Request) -> Response:
        """The button: who shows the digits of this minute is here."""
        fields = await _form(request)
        token = fields.get("token", "").replace(" ", "")
        said = await self._served.clerk.pause(token)
        locale = fields.get("lang", "")
        lang = locale if locale in self._served.web.languages else self._served.web.languages[0]
        # See Other: what is loaded again afterwards is the page, not the form.
        place = f"/?lang={quote(lang)}&said={said if said in SAID else 'away'}"
        return _response(b"", TEXT, 303, {"location": place})

    async def events(self, request: Request) -> Response:
        """Records as they come."""
        served = self._served
        last = request.headers.get("last-event-id") or request.query_params.get("after")
        try:
            start = start_after(last, served.board)
        except ConfigError as error:
            return _wrong(error)
        if served.streams >= MOST_STREAMS:
            return _response(b"too many streams\n", TEXT, 503, {"retry-after": "60"})
        return _Stream(served, start)

    async def records(self, request: Request) -> Response:
        """Signed records, one a line: the latest, or those from a number on."""
        served = self._served
        last = served.board.next_sequence
        try:
            start = number_of(request.query_params.get("from", "latest"), max(0, last - FEW))
            count = number_of(request.query_params.get("count", "latest"), FEW)
        except ConfigError as error:
            return _wrong(error)
        start, count = min(start, MAX_SEQUENCE), min(count, MOST)
        found = await records_from(served.board, served.clerk, start, count)
        return _response(b"".join(one.envelope + b"\n" for one in found), LINES)

    async def record(self, request: Request) -> Response:
        """One signed record."""
        served = self._served
        try:
            number = number_of(request.path_params["number"], served.latest)
        except ConfigError as error:
            return _wrong(error)
        found = await records_from(served.board, served.clerk, number, 1) if number >= 0 else []
        if not found or found[0].sequence != number:
            return _absent("no such record, or erased")
        return _response(found[0].envelope + b"\n", JSON)

    async def proof(self, request: Request) -> Response:
        """The proof that a record is in the log."""
        served = self._served
        try:
            number = number_of(request.path_params["number"], served.latest)
        except ConfigError as error:
            return _wrong(error)
        found = None
        if 0 <= number <= served.latest:
            found = await served.clerk.proof(number)
        return _absent("no such record, or erased") if found is None else _text(found)

    async def tile(self, request: Request) -> Response:
        """A tile of the log."""
        served = self._served
        try:
            level, index, width = tile_of(request.path_params["path"])
        except ConfigError as error:
            return _wrong(error)
        found = await served.clerk.tile(level, index, width)
        if found is None:
            return _absent("no such tile")
        whole = width == WIDTH and level != "records"  # records may be erased
        kind = LINES if level == "records" else BYTES
        return _response(found, kind, headers=_FOR_EVER if whole else {})

    async def checkpoint(self, _request: Request) -> Response:
        """The signed state of the log."""
        note = self._served.board.note
        return _absent("no checkpoint yet") if note is None else _text(note)

    async def key(self, _request: Request) -> Response:
        """The device's public key."""
        about = self._served.board.about
        if about is None:
            return _absent("not known yet")
        return _response(about.key_pem.encode(), PEM)

    async def metrics(self, _request: Request) -> Response:
        """What is released, for monitoring."""
        served = self._served
        return _response(openmetrics.metrics(served.board, served.now_s()), openmetrics.TYPE)

    async def healthz(self, _request: Request) -> Response:
        """Whether the clerk has spoken a moment ago."""
        if self._served.board.is_fresh(self._served.now_s()):
            return _text("ok\n")
        return _response(b"no word from the clerk\n", TEXT, 503)

    async def sign(self, request: Request) -> Response:
        """The sign, to print."""
        locale, drawn = self._locale(request), self._served.signs
        if locale not in drawn:
            drawn[locale] = Notice(self._served.board.site).sign_svg(locale).encode()
        return _response(drawn[locale], SVG, headers={"vary": "accept-language"})

    async def file(self, request: Request) -> Response:
        """What is the same at every node."""
        data, kind = self._served.files[request.url.path]
        headers = dict(_ASK_AGAIN)
        if kind == HTML:  # it has a script of its own inside: to be opened from one's own disk
            headers["content-disposition"] = 'attachment; filename="edgekit-verify.html"'
        return _response(data, kind, headers=headers)

    def _locale(self, request: Request) -> str:
        asked = request.query_params.get("lang")
        accepted = request.headers.get("accept-language", "")
        return chosen(self._served.web.languages, asked, accepted)


class _Stream(StreamingResponse):
    """Records as they come, counted for as long as somebody reads them."""

    def __init__(self, served: Served, start: int) -> None:
        until_s = served.steady_s() + STREAM_S
        parts = events(served.board, served.clerk, start, lambda: served.steady_s() >= until_s)
        super().__init__(parts, media_type=STREAM)
        self._served = served

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._served.streams += 1
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._served.streams -= 1


def _is_own(request: Request) -> bool:
    """Whether it came in by the device's own address: no other machine can call that."""
    host = (request.scope.get("server") or ("", 0))[0]
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


async def _form(request: Request) -> dict[str, str]:
    """Return the fields of a small form; nothing where it is none."""
    data = b""
    async for part in request.stream():
        data += part
        if len(data) > MOST_FORM_BYTES:
            return {}
    try:
        fields = parse_qs(data.decode("ascii", "replace"), max_num_fields=MOST_FIELDS)
    except ValueError:  # it has more of them
        return {}
    return {key: values[0] for key, values in fields.items()}


def _response(
    body: bytes, kind: str, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    return Response(body, status, {**(headers or {}), "content-type": kind})


def _text(words: str) -> Response:
    return _response(words.encode(), TEXT)


def _wrong(error: ConfigError) -> Response:
    return _response(f"{error}\n".encode(), TEXT, 400)


def _absent(words: str) -> Response:
    return _response(f"{words}\n".encode(), TEXT, 404)
