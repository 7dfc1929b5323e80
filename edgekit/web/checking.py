"""The part of the page by which nobody has to believe it: fingerprint, files and the commands."""

from collections.abc import Iterator, Mapping

from edgekit.ledger.checkpoint import read_unverified
from edgekit.ledger.tiles import WIDTH, tile_path
from edgekit.signing.record import RECORD_TYPE
from edgekit.web.board import About, Board
from edgekit.web.markup import Markup, joined, tag

TILES = "/tile/…"
_FILES = (
    ("/key.pem", "verify.file.key"),
    ("/records", "verify.file.records"),
    ("/checkpoint", "verify.file.checkpoint"),
    ("/proof/latest", "verify.file.proof"),
    (TILES, "verify.file.tiles"),
    ("/verify.html", "verify.file.page"),
    ("/events", "verify.file.events"),
    ("/metrics", "verify.file.metrics"),
    ("/sign.svg", "verify.file.sign"),
)


def checking(board: Board, texts: Mapping[str, str], base: str) -> Markup:
    """Return the section; ``base``: the address by which the reader came here."""
    if board.about is None:
        return joined(())
    size = read_unverified(board.note).size if board.note else 0
    return tag(
        "section",
        tag("h2", texts["verify"], id="verify"),
        tag("p", texts["verify.why"]),
        tag("dl", *_facts(size, board.about, texts)),
        tag(
            "details",
            tag("summary", texts["verify.one"]),
            tag("pre", tag("code", commands(base)), tabindex="0"),
            tag("p", texts["verify.good"]),
            tag("p", texts["verify.all"]),
            tag("pre", tag("code", commands_of_place(base, max(0, size - 1))), tabindex="0"),
        ),
        tag("h3", texts["verify.files"]),
        tag("ul", *(_file(path, texts[key], size) for path, key in _FILES), class_="files"),
        aria_labelledby="verify",
    )


def commands(base: str) -> str:
    """Return what verifies the latest record with curl and OpenSSL alone."""
    return f"""\
curl -s {base}/key.pem > device.pub.pem
openssl pkey -pubin -in device.pub.pem -outform DER | tail -c 32 | sha256sum | cut -c 1-16
curl -s {base}/records | tail -n 1 > record.json
TYPE={RECORD_TYPE}
sed 's/.*"payload":"\\([^"]*\\)".*/\\1/' record.json | base64 -d > payload.json
sed 's/.*"sig":"\\([^"]*\\)".*/\\1/' record.json | base64 -d > signature
{{ printf 'DSSEv1 %d %s %d ' ${{#TYPE}} $TYPE $(wc -c < payload.json); cat payload.json; }} > signed
openssl pkeyutl -verify -pubin -inkey device.pub.pem -rawin -in signed -sigfile signature"""


def commands_of_place(base: str, sequence: int) -> str:
    """Return what verifies that a record is in the log."""
    return f"""\
curl -s {base}/record/{sequence} > {sequence}.json
curl -s {base}/proof/{sequence} > {sequence}.tlog-proof
edgekit verify {sequence}.json --proof {sequence}.tlog-proof --key device.pub.pem"""


def _facts(size: int, about: About, texts: Mapping[str, str]) -> Iterator[Markup]:
    rows = (
        ("verify.key", about.key_id),
        ("verify.log", about.origin),
        ("verify.size", str(size)),
    )
    for key, words in rows:
        yield tag("div", tag("dt", texts[key]), tag("dd", tag("code", words)))


def _file(path: str, words: str, size: int) -> Markup:
    place = path if path != TILES else f"/{tile_path('0', 0, max(1, min(size, WIDTH)))}"
    return tag("li", tag("a", path, href=place), " ", tag("span", words))
