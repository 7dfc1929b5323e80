"""What holds for every request before anything answers it, and for every answer.

An ASGI application around another: a name that is not ours is refused (DNS rebinding), a form that
another site sends is refused (cross-site request forgery), and each answer says that nothing is to
be loaded, framed, guessed or kept.
"""

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from edgekit.config.web import Web

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),  # with no-referrer a form would name no origin
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
)
_FRESH = (b"cache-control", b"no-store")
_OWN = (b"same-origin", b"none")


class Manners:
    """The application around the page.

    Args:
        app: what answers.
        web: the names and addresses by which the page may be called.
    """

    def __init__(self, app: App, web: Web) -> None:
        self._app = app
        self._hosts = frozenset(names_of(web))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        headers = [(bytes(key).lower(), bytes(value)) for key, value in scope["headers"]]
        hosts = [value for key, value in headers if key == b"host"]
        if len(hosts) != 1 or host_of(hosts[0]) not in self._hosts:
            await _refuse(send, 421, b"this page is not served by that name\n")
        elif scope["method"] == "POST" and not is_from_here(headers, hosts[0]):
            await _refuse(send, 403, b"this form was sent by another site\n")
        else:
            await self._app(scope, receive, _mannered(send))


def names_of(web: Web) -> Iterable[str]:
    """Yield every host name and address, in small letters, that a request may name."""
    yield from web.names
    yield from (str(address.host) for address in web.listen)
    if any(address.is_own for address in web.listen):
        yield "localhost"


def host_of(host: bytes) -> str:
    """Return the name or address in a header ``Host``, without its port; nothing without one."""
    try:
        name = urlsplit(f"//{host.decode('ascii')}").hostname or ""
    except ValueError:
        return ""
    try:
        return str(ip_address(name))
    except ValueError:
        return name


def is_from_here(headers: Iterable[tuple[bytes, bytes]], host: bytes) -> bool:
    """Whether a form comes from the page itself, as far as a browser says.

    Where none is asked, as by curl, the digits of the minute are what counts.
    Source: Fetch Metadata Request Headers, W3C; RFC 6454, section 7.
    """
    for key, value in headers:
        if key == b"sec-fetch-site" and value not in _OWN:
            return False
        if key == b"origin" and value.partition(b"://")[2] != host:
            return False
    return True


def _mannered(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            own = list(message["headers"])
            if not any(key == b"cache-control" for key, _ in own):
                own.append(_FRESH)
            message["headers"] = [*own, *HEADERS]
        await send(message)

    return sending


async def _refuse(send: Send, status: int, words: bytes) -> None:
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", b"%d" % len(words)),
    ]
    mannered = _mannered(send)
    await mannered({"type": "http.response.start", "status": status, "headers": headers})
    await mannered({"type": "http.response.body", "body": words})
