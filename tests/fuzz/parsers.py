"""Every parser of what comes from outside: bytes in, a value or `EdgekitError`, nothing else.

python tests/fuzz/parsers.py [SECONDS]     runs atheris on each for so long (pip install atheris)
"""

import base64
import json
import socket
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from edgekit.config.web import read_address
from edgekit.errors import EdgekitError
from edgekit.ledger.checkpoint import read_unverified, verify_note
from edgekit.ledger.cosignature import Witness, cosigned_at
from edgekit.ledger.lines import verify_lines, verify_record
from edgekit.ledger.note import VerifierKey
from edgekit.ledger.proof import Proof
from edgekit.ledger.request import Request
from edgekit.ledger.testimony import Testimony
from edgekit.ledger.tiles import TileReader
from edgekit.ledger.verify import verify_ledger
from edgekit.node.page.parcels import (
    ParcelReader,
    QuestionReader,
    about_from_bytes,
    condition_from_bytes,
)
from edgekit.outlets.connection import Connection, Place
from edgekit.outlets.topics import read_digits
from edgekit.records import Kind, Observation
from edgekit.signers.wrapped import is_wrapped
from edgekit.signing.canonical import from_base64, from_bytes
from edgekit.signing.dsse import Envelope
from edgekit.signing.identity import Identity, Rotation
from edgekit.signing.jws import verify_jws
from edgekit.signing.keys import MemorySigner, PublicKey, from_fixed, low_s
from edgekit.signing.record import read_payload
from edgekit.signing.registry import Registry
from edgekit.systems.building import Settings, begin
from edgekit.systems.persistence import to_json
from edgekit.web.language import chosen
from edgekit.web.manners import host_of
from edgekit.web.paths import number_of, tile_of

KEY = MemorySigner.from_seed(b"\x07" * 32).public_key
VECTORS = Path(__file__).parents[1] / "vectors"
Parser = Callable[[bytes], object]

sys.path.insert(0, str(Path(__file__).parent))
from beside import ANYTHING, BESIDE, NET, NOW_MS  # noqa: E402 -- found beside it, by whoever runs it

__all__ = ["ANYTHING", "PARSERS", "EdgekitError", "holds", "seeds"]


def text(parse: Callable[[str], object]) -> Parser:
    return lambda data: parse(data.decode("utf-8", "replace"))


def tiles(data: bytes) -> object:
    """One of the files of a published log is anything at all; the first byte says which."""
    names = ("checkpoint", "tile/0/000.p/1", "tile/entries/000.p/1", "tile/records/000.p/1")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for at, part in enumerate(data[1:].split(b"\xff\xfe", 3)):
            path = folder / names[(data[0] + at) % 4]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(part)
        return verify_ledger(TileReader(folder), [KEY])


class _Deaf:
    """Whoever hears what a broker says, and makes nothing of it."""

    def acknowledged(self, number: int) -> None:
        """Nothing was sent."""

    def told(self, payload: bytes) -> None:
        """Whatever it is, digits or none come of it."""
        read_digits(payload)


def broker(data: bytes) -> object:
    """Whatever a broker says to a herald that has called it, and then hangs up."""
    ours, theirs = socket.socketpair()
    place = Place(host="127.0.0.1", port=1883, base="edgekit/x")
    line = Connection(place, _Deaf(), call=ours)
    theirs.sendall(data[:16_384])
    theirs.shutdown(socket.SHUT_WR)
    try:
        line.open()
        while True:
            line.turn(0.01)
    finally:
        line.close()
        theirs.close()


def questions(data: bytes) -> object:
    return list(QuestionReader().feed(data))


def parcels(data: bytes) -> object:
    return list(ParcelReader().feed(data))


PARSERS: Mapping[str, Parser] = {
    "broker": broker,
    "digits": read_digits,
    "json": from_bytes,
    "base64": from_base64,
    "envelope": Envelope.from_bytes,
    "payload": read_payload,
    "record": lambda data: verify_record(data, [KEY]),
    "lines": lambda data: verify_lines(data.splitlines(keepends=True), [KEY]),
    "checkpoint": text(read_unverified),
    "note": text(lambda note: verify_note(note, "edgekit/plaza/x", KEY)),
    "vkey": text(VerifierKey.from_text),
    "co-signature": text(lambda note: cosigned_at(note, [Witness(name="w", key=KEY)])),
    "proof": text(Proof.from_text),
    "request": text(Request.from_text),
    "testimony": Testimony.from_bytes,
    "tiles": lambda data: tiles(data or b"\0"),
    "identity": Identity.verify,
    "rotation": Rotation.verify,
    "registry": lambda data: Registry.verify(data, [KEY]),
    "jws": text(lambda token: verify_jws(token, [KEY])),
    "pem": PublicKey.from_pem,
    "der": PublicKey.from_der,
    "es256": low_s,
    "es256 fixed": from_fixed,
    "wrapped": is_wrapped,
    "question of the page": questions,
    "parcel of the clerk": parcels,
    "condition": condition_from_bytes,
    "about": about_from_bytes,
    "tile's path": text(tile_of),
    "record's number": text(lambda data: number_of(data, 7)),
    "host": host_of,
    "language": text(lambda data: chosen(("en", "de"), data, data)),
    "address": text(read_address),
    **BESIDE,
}


def seeds() -> list[bytes]:
    """Return good ones of many kinds, to be altered."""
    records = json.loads((VECTORS / "records.json").read_text(encoding="utf-8"))
    proofs = json.loads((VECTORS / "proofs.json").read_text(encoding="utf-8"))
    proof = next(one for one in proofs["vectors"] if one["name"] == "co-signed")
    line = records["vectors"][0]["record"].encode()
    note = proof["proof"].partition("\n\n")[2]
    hello = Observation(seq=0, t_ms=NOW_MS, channel=0, kind=Kind.HELLO, value=1)
    passed = Observation(seq=1, t_ms=NOW_MS, channel=1, kind=Kind.IN, value=1)
    return [
        base64.b64decode(NET),
        b"\x00time,temperature_c,rain_mm\n2026-06-01T12:00:00Z,21.5,0\n",
        b'\x01[{"time": 1780315200, "humidity": 48}]',
        (
            b'order = "wflw-98"\nwidth = 9\nheight = 9\ncolour = "rgb"\nmean = [0, 0, 0]\n'
            b'deviation = [1, 1, 1]\nlayout = "nchw"\nmargin = 0.1\nunit = "crop"\n'
        ),
        b"2026-06-01T12:00:00+00:00\n",
        hello.to_bytes() + passed.to_bytes(),
        b'["eye", 3, "reviewed"]',
        to_json(begin(Settings())),
        line,
        line + b"\n",
        Envelope.from_bytes(line).payload,
        proof["proof"].encode(),
        note.encode(),
        f"old 3\n\n{note}".encode(),
        records["witness"].encode(),
        *(pem.encode() for pem in records["keys"].values()),
        KEY.to_der(),
        # MQTT 5.0: CONNACK, success; PUBLISH of QoS 1 to the topic of a pause; PUBACK.
        b"\x20\x03\x00\x00\x00",
        b"\x20\x03\x00\x00\x00\x32\x1e\x00\x13edgekit/x/pause/set\x00\x01\x00123456\x40\x02\x00\x01",
    ]


def holds(parse: Parser, data: bytes) -> None:
    """Parse; anything but a value or our error comes out of here."""
    try:
        parse(data)
    except EdgekitError as error:
        if not str(error):
            raise AssertionError("an error without a word") from error
