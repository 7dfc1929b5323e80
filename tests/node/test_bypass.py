"""Every way round a signed authorisation, held against the eye and against the clerk."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from edgekit.consent.authorisation import sign_authorisation
from edgekit.consent.objection import WITHDRAWAL, Objection, Word
from edgekit.errors import ConsentError
from edgekit.node import eye
from edgekit.node.control import close_all
from edgekit.node.keeping.books import open_books
from edgekit.node.processes.fault import EXIT_BASE
from edgekit.node.processes.newest import Newest
from edgekit.node.sensing.origins import Origins
from edgekit.node.sensing.voice import Voice
from edgekit.node.site import load_site
from edgekit.records import OBSERVATION_BYTES, Fault, Kind, Observation
from edgekit.signers.file import create_key
from edgekit.signing.keys import MemorySigner
from tests.consent.test_bypass import FROM_S, ODD, SIGNED, SIGNER, SITE, TEN_YEARS_S, read_any

TOML = """version = 1
[site]
name = "home"
profile = "local"
window_s = 60
[camera]
source = "plaza"
[[line]]
name = "middle"
from = [320, 460]
to = [320, 100]
"""
DOCUMENT = "authorisation.dsse.json"


class Door:
    """One site that an eye and a clerk are asked to open."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "keys").mkdir()
        create_key(folder / "keys" / "device.key.pem", entropy=os.urandom)
        self.organisation(SIGNER)
        self.settings(TOML)
        self.document(SIGNED)
        self.now_s = FROM_S
        self.least_version = 0

    def organisation(self, signer: MemorySigner) -> None:
        pem = signer.public_key.to_pem()
        (self.folder / "keys" / "organisation.pub.pem").write_bytes(pem)

    def settings(self, text: str) -> None:
        (self.folder / "site.toml").write_text(text, encoding="utf-8")

    def document(self, data: bytes) -> None:
        (self.folder / DOCUMENT).write_bytes(data)

    def eye(self, monkeypatch: pytest.MonkeyPatch) -> tuple[int, list[Observation]]:
        """Let an eye live until it would open its source; return its exit code and its words."""

        def looked(*_: object) -> None:
            raise eye.LeaseEndedError("it would see now")

        monkeypatch.setattr(eye.Eye, "look", looked)
        monkeypatch.setattr(eye, "now_ms", lambda: self.now_s * 1000)
        (seen_r, seen_w), (lease_r, lease_w), (shown_r, shown_w) = os.pipe(), os.pipe(), os.pipe()
        voice = Voice(seen_w, shown_w, clock_ms=lambda: self.now_s * 1000)
        origins = Origins(models=self.folder, stream_fd=None, least_version=self.least_version)
        path = self.folder / "site.toml"
        try:
            code = eye.run(path, 1, eye.LeaseLine(lease_r), voice, origins)
            os.close(seen_w)
            data = os.read(seen_r, 4096)
        finally:
            close_all((seen_r, lease_r, lease_w, shown_r, shown_w))
        cuts = range(0, len(data), OBSERVATION_BYTES)
        return code, [Observation.from_bytes(data[at : at + OBSERVATION_BYTES]) for at in cuts]

    def clerk(self) -> None:
        """Let a clerk come as far as its ledger."""
        site = load_site(self.folder / "site.toml", now_s=self.now_s)
        open_books(site).ledger.close()


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return Door(tmp_path)


def truncated() -> Iterator[bytes]:
    yield from (SIGNED[:length] for length in range(0, len(SIGNED), 61))


def flipped() -> Iterator[bytes]:
    for bit in range(0, 8 * len(SIGNED), 149):
        changed = bytearray(SIGNED)
        changed[bit // 8] ^= 1 << bit % 8
        yield bytes(changed)


def withdrawn(door: Door) -> None:
    word = Objection.about(SITE, Word.WITHDRAW, t_s=FROM_S)
    (door.folder / WITHDRAWAL).write_bytes(word.sign(SIGNER))


def replayed(door: Door) -> None:
    """A newer version was in force; the older one is put back."""
    newer = replace(SITE, version=SITE.version + 1, notice_digest="")
    door.document(sign_authorisation(newer, SIGNER))
    site = load_site(door.folder / "site.toml", now_s=door.now_s)
    books = open_books(site)
    books.memory.keep(books.memory.admit(site.authorisation))
    books.ledger.close()
    newest = Newest(site.settings)
    newest.look(door.now_s)
    door.least_version = newest.version
    door.document(SIGNED)


def at(now_s: int) -> Callable[[Door], object]:
    return lambda door: setattr(door, "now_s", now_s)


WAYS: dict[str, Callable[[Door], Any]] = {
    "no document": lambda door: (door.folder / DOCUMENT).unlink(),
    "ten years too early": at(FROM_S - TEN_YEARS_S),
    "a second too early": at(FROM_S - 1),
    "expired by a second": at(SITE.valid_to_s),
    "ten years too late": at(FROM_S + TEN_YEARS_S),
    "another organisation": lambda door: door.organisation(MemorySigner.from_seed(bytes(32))),
    "another site": lambda door: door.settings(TOML.replace('"home"', '"house"')),
    "another rule": lambda door: door.settings(
        TOML.replace('profile = "local"', 'profile = "home"')
    ),
    "another grid": lambda door: door.settings(TOML.replace("= 60", "= 10")),
    "another line": lambda door: door.settings(TOML.replace("[320, 100]", "[320, 101]")),
    "another picture": lambda door: door.settings(
        TOML.replace('"plaza"', '"plaza"\nwidth = 800\nheight = 600')
    ),
    "withdrawn": withdrawn,
    "an older version": replayed,
}


def require_shut(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    code, said = door.eye(monkeypatch)
    assert code == EXIT_BASE + Fault.NOT_AUTHORISED
    assert [(one.kind, one.value) for one in said] == [(Kind.FAULT, Fault.NOT_AUTHORISED)]
    with pytest.raises(ConsentError):
        door.clerk()


@pytest.mark.parametrize("way", WAYS)
def test_neither_opens(door: Door, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    WAYS[way](door)
    require_shut(door, monkeypatch)


def test_neither_opens_for_an_odd_document(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    documents = [*ODD.values(), *truncated(), *flipped()]
    assert len(documents) > 120
    for document in documents:
        door.document(document)
        require_shut(door, monkeypatch)


def test_both_open_for_the_good_one(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    code, said = door.eye(monkeypatch)
    assert code == EXIT_BASE + Fault.NO_LEASE
    assert [one.value for one in said] == [Fault.NO_LEASE]
    door.clerk()


def test_an_older_version_that_is_put_back_opens_no_ledger(door: Door) -> None:
    site = load_site(door.folder / "site.toml", now_s=FROM_S)
    books = open_books(site)
    newer = replace(SITE, version=2, notice_digest="")
    books.memory.admit(newer)
    books.memory.keep(books.memory.remembered.standing(newer, 0))
    books.ledger.close()
    with pytest.raises(ConsentError, match="older than version 2"):
        door.clerk()
    door.document(sign_authorisation(newer, SIGNER))
    door.clerk()


@pytest.mark.long
def test_each_single_bit_of_a_signed_authorisation_counts() -> None:
    for bit in range(8 * len(SIGNED)):
        changed = bytearray(SIGNED)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(ConsentError):
            read_any(bytes(changed))
    print(f"{8 * len(SIGNED)} flips, all refused")
