"""An eye whose clerk is hostile: leases without end, and no word that could get it more."""

import os
import select
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from edgekit.config import Settings
from edgekit.consent.lease import Lease
from edgekit.node.clock import now_ms
from edgekit.node.control import close_all
from edgekit.node.processes.fault import EXIT_BASE
from edgekit.node.processes.spawn import spawn
from edgekit.node.walls.posture import walls_of
from edgekit.records import OBSERVATION_BYTES, Fault, Kind, Observation

if TYPE_CHECKING:
    import subprocess

    from tests.node.conftest import Place, Places


class Clerk:
    """Starts an eye of its own and grants whatever it likes."""

    def __init__(self, place: "Place", least: int = 0) -> None:
        (self.seen, seen_w), (lease_r, self.lease) = os.pipe(), os.pipe()
        self.picture, picture_w = os.pipe()
        settings = Settings.load(place.settings)
        walls = walls_of("eye", settings, models=place.folder, die_with=os.getpid())
        words = [str(place.settings), str(place.folder), "1", str(least)]
        held = (seen_w, lease_r, picture_w)
        with Path(os.devnull).open("wb") as log:
            self.process: subprocess.Popen[bytes] = spawn(
                "eye",
                walls,
                [*words, *map(str, held)],
                pass_fds=held,
                log_fd=log.fileno(),
            )
        close_all(held)
        self.heard: list[Observation] = []

    def grant_until_it_ends(self, seconds: float, versions: Iterable[int] = (0,)) -> int:
        """Renew its lease for ever; return the eye's exit code."""
        serial, until, said = 0, time.monotonic() + seconds, cycle(versions)
        while self.process.poll() is None and time.monotonic() < until:
            try:
                os.write(self.lease, Lease.grant(serial, now_ms(), version=next(said)).to_bytes())
            except BrokenPipeError:
                break
            serial += 1
            self._hear(0.2)
        self._hear(0)
        return self.process.wait(60)

    def _hear(self, patience_s: float) -> None:
        while select.select([self.seen], [], [], patience_s)[0]:
            data = os.read(self.seen, 4096)
            if not data:
                time.sleep(patience_s)
                return
            cuts = range(0, len(data), OBSERVATION_BYTES)
            self.heard += [Observation.from_bytes(data[at : at + OBSERVATION_BYTES]) for at in cuts]

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        close_all((self.seen, self.lease, self.picture))


@pytest.fixture
def place(places: "Places") -> "Place":
    """A site without a preview, whose authority ends in some seconds."""
    made = places.make(valid_from_s=int(time.time()) - 60, valid_s=60 + 20)
    document = replace(made.authorisation, covered_preview=False, notice_digest="")
    made = replace(made, authorisation=document)
    places.authorise(made)
    return made


@pytest.fixture
def clerk(place: "Place") -> Iterator[Clerk]:
    made = Clerk(place)
    yield made
    made.end()


def test_no_frame_after_expiry_and_no_picture_ever(clerk: Clerk, place: "Place") -> None:
    code = clerk.grant_until_it_ends(120)

    assert code == EXIT_BASE + Fault.NOT_AUTHORISED
    assert sum(one.kind is Kind.HEARTBEAT for one in clerk.heard) > 1
    until_ms = place.authorisation.valid_to_s * 1000
    said = [one for one in clerk.heard if one.kind is not Kind.FAULT]
    assert max(one.t_ms for one in said) <= until_ms
    assert select.select([clerk.picture], [], [], 60)[0]
    assert os.read(clerk.picture, 1) == b""


def test_a_clerk_that_grants_without_end_cannot_have_an_older_version_seen(place: "Place") -> None:
    clerk = Clerk(place, least=place.authorisation.version + 1)
    try:
        code = clerk.grant_until_it_ends(120)
    finally:
        clerk.end()
    assert code == EXIT_BASE + Fault.NOT_AUTHORISED
    assert [one.kind for one in clerk.heard] == [Kind.FAULT]


def test_a_lease_that_names_a_newer_version_is_not_taken_back_by_the_next(clerk: Clerk) -> None:
    code = clerk.grant_until_it_ends(120, versions=(2, 1, 0))

    assert code == EXIT_BASE + Fault.NOT_AUTHORISED
    assert not [one for one in clerk.heard if one.kind is Kind.HEARTBEAT]
