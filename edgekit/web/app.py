"""The routes of the page, as a Starlette application.

    app = make_app(Served(board=board, clerk=clerk, web=web, now_s=time_s, steady_s=monotonic))

Nothing is read here that was not handed in, nothing is written anywhere, and no answer depends on
who asks but for the language, and for the digits of the minute on the device's own screen.
Importing this needs ``pip install '.[web]'``.
"""

from importlib.resources import files

from starlette.applications import Starlette
from starlette.routing import Route

from edgekit.consent.icons import CAMERA
from edgekit.consent.sign import BLUE, INK
from edgekit.ledger import page as verifier
from edgekit.web.answers import Answers, Served
from edgekit.web.manners import App, Manners


def make_app(served: Served) -> App:
    """Return the application, with all that it reads read."""
    served.files = static_files()
    answers = Answers(served)
    routes = [
        Route("/", answers.page),
        Route("/pause", answers.pause, methods=["POST"]),
        Route("/events", answers.events),
        Route("/records", answers.records),
        Route("/record/{number}", answers.record),
        Route("/proof/{number}", answers.proof),
        Route("/tile/{path:path}", answers.tile),
        Route("/checkpoint", answers.checkpoint),
        Route("/key.pem", answers.key),
        Route("/metrics", answers.metrics),
        Route("/healthz", answers.healthz),
        Route("/sign.svg", answers.sign),
        *(Route(path, answers.file) for path in served.files),
    ]
    return Manners(Starlette(routes=routes), served.web)


def static_files() -> dict[str, tuple[bytes, str]]:
    """Return what is the same at every node: path, content and media type."""
    own = files(__package__)
    icon = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-4 -4 32 32">'
        f'<rect x="-4" y="-4" width="32" height="32" rx="7" fill="{BLUE}"/>'
        f'<g stroke="{INK}">{CAMERA}</g></svg>'
    )
    return {
        "/page.css": (own.joinpath("page.css").read_bytes(), "text/css; charset=utf-8"),
        "/page.js": (own.joinpath("page.js").read_bytes(), "text/javascript; charset=utf-8"),
        "/icon.svg": (icon.encode(), "image/svg+xml"),
        "/verify.html": (verifier.page(), "text/html; charset=utf-8"),
    }
