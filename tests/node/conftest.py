"""Whole sites in a folder, and whole nodes that run on them as real processes."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from edgekit.consent.authorisation import draft, sign_authorisation
from edgekit.consent.site import SiteAuthorisation
from edgekit.consent.view import View
from edgekit.geometry import Line, Zone
from edgekit.ledger.store import Ledger
from edgekit.ledger.verify import verify_ledger
from edgekit.node.status import read_node, read_state
from edgekit.records import Profile
from edgekit.signers.file import create_key, load_public, load_signer
from edgekit.signing.dsse import Envelope
from edgekit.signing.record import read_payload

LINE = Line("door", (320, 460), (320, 100))
ZONE = Zone("square", ((60, 120), (580, 120), (580, 460), (60, 460)))


def wait_until(holds: Callable[[], object], seconds: float = 60.0) -> float:
    """Wait for a condition; return how long it took, fail at the deadline."""
    begun = time.monotonic()
    while not holds():
        assert time.monotonic() - begun < seconds, "it did not come to pass in time"
        time.sleep(0.02)
    return time.monotonic() - begun


@dataclass
class Place:
    """A site on disk: keys, settings, a signed authorisation."""

    folder: Path
    authorisation: SiteAuthorisation

    @property
    def settings(self) -> Path:
        return self.folder / "site.toml"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def ledger(self) -> Ledger:
        return Ledger.open_readonly(self.data / "ledger.sqlite")

    def verify(self) -> int:
        """Verify the ledger; return how many records it holds."""
        ledger = self.ledger()
        try:
            key = load_public(self.folder / "keys" / "device.pub.pem")
            return verify_ledger(ledger, [key]).records
        finally:
            ledger.close()

    def envelopes(self) -> list[bytes]:
        ledger = self.ledger()
        try:
            return [record.envelope for record in ledger.records(0, ledger.size)]
        finally:
            ledger.close()

    def payloads(self, kind: str = "") -> list[dict[str, Any]]:
        found = [dict(read_payload(Envelope.from_bytes(e).payload)) for e in self.envelopes()]
        return [one for one in found if kind in ("", one["type"])]

    def windows(self, metric: str = "line.door.in") -> list[dict[str, Any]]:
        return [one for one in self.payloads("aggregate") if one["metric"] == metric]

    def require_sound(self, window_s: int = 1) -> None:
        """Everything verifies, nothing came twice, what went out is what is in the ledger."""
        self.require_sound_grid(window_s)
        exported = (self.data / "records" / "records.jsonl").read_bytes().splitlines()
        assert exported == self.envelopes()[: len(exported)]

    def require_sound_grid(self, window_s: int) -> None:
        """Everything verifies; windows follow each other without a hole and say what they lack."""
        self.verify()
        found = self.payloads()
        assert [one["sequence"] for one in found] == list(range(len(found)))
        for metric in {one["metric"] for one in self.payloads("aggregate")}:
            starts = [one["window_start_s"] for one in self.windows(metric)]
            assert starts == list(range(starts[0], starts[-1] + 1, window_s))
        for one in self.payloads("aggregate"):
            assert one["status"] == "released" or one["reason"]


@dataclass
class Node:
    """``edgekit run`` as a process."""

    place: Place
    process: subprocess.Popen[bytes]
    said: Path
    _pids: dict[str, int] = field(default_factory=dict)

    def state(self) -> dict[str, Any]:
        return read_node(self.place.data)

    def pid(self, role: str) -> int | None:
        found = read_state(self.place.data / "processes.json").get(role) or {}
        return found["pid"] if found else None

    def log(self) -> str:
        return self.said.read_text(encoding="utf-8")

    def wait_seeing(self, seconds: float = 60.0) -> float:
        """Wait until the eye sees under a lease, by what the clerk says from now on."""
        now_s = time.time()

        def seeing() -> bool:
            assert self.process.poll() is None, self.log()
            state = read_state(self.place.data / "status.json")
            fresh = state.get("t_s", 0) >= now_s
            return fresh and state["lease"] != "none" and state["view"] == "good"

        return wait_until(seeing, seconds)

    def kill(self, role: str) -> int:
        pid = self.pid(role)
        assert pid
        os.kill(pid, signal.SIGKILL)
        return pid

    def wait_new(self, role: str, old: int, seconds: float = 60.0) -> float:
        return wait_until(lambda: self.pid(role) not in (None, old), seconds)

    def stop(self) -> float:
        """SIGTERM; return how long the end took."""
        begun = time.monotonic()
        self.process.terminate()
        self.process.wait(60)
        return time.monotonic() - begun

    def end(self, seconds: float = 60.0) -> int:
        return self.process.wait(seconds)


@dataclass
class Places:
    """Makes sites and nodes, and leaves none of them running."""

    root: Path
    nodes: list[Node] = field(default_factory=list)

    def make(  # noqa: PLR0913 -- keyword-only, and every one has a default
        self,
        name: str = "site",
        *,
        source: str = "plaza",
        window_s: int = 1,
        profile: Profile = Profile.LOCAL,
        valid_from_s: int | None = None,
        valid_s: int = 7200,
        extra: str = "",
        camera: str = "",
    ) -> Place:
        folder = self.root / name
        (folder / "keys").mkdir(parents=True)
        create_key(folder / "keys" / "device.key.pem", entropy=os.urandom)
        create_key(folder / "keys" / "organisation.key.pem", entropy=os.urandom)
        settings = (
            f'version = 1\n[site]\nname = "site"\nprofile = "{profile}"\nwindow_s = {window_s}\n'
            f"[camera]\nsource = {json.dumps(source)}\n{camera}\n"
            '[[line]]\nname = "door"\nfrom = [320, 460]\nto = [320, 100]\n'
            '[[zone]]\nname = "square"\n'
            f"polygon = [[60, 120], [580, 120], [580, 460], [60, 460]]\n{extra}\n"
        )
        (folder / "site.toml").write_text(settings, encoding="utf-8")
        now_s = int(time.time())
        document = draft(
            "site",
            profile=profile,
            view=View(width=640, height=480, lines=(LINE,), zones=(ZONE,)),
            window_s=window_s,
            valid_from_s=now_s - 3600 if valid_from_s is None else valid_from_s,
            valid_s=valid_s,
            array=source.startswith("thermal:") or source.endswith(".npy"),
        )
        place = Place(folder, document)
        if profile.at_home:
            self.authorise(place)
        return place

    def authorise(self, place: Place) -> None:
        signer = load_signer(place.folder / "keys" / "organisation.key.pem")
        signed = sign_authorisation(place.authorisation, signer)
        (place.folder / "authorisation.dsse.json").write_bytes(signed)

    def run(self, place: Place, *, before: Sequence[str] = (), **how: Any) -> Node:  # noqa: ANN401 -- what Popen takes
        """Start a node; ``before``: a program, with its words, that becomes it."""
        words = [*before, sys.executable, "-m", "edgekit", "run", str(place.settings)]
        return self._start(place, words, how)

    def run_program(self, place: Place, words: Sequence[str]) -> Node:
        """Start a node by a program of a test's own."""
        return self._start(place, [sys.executable, *words], {})

    def _start(self, place: Place, command: Sequence[str], how: dict[str, Any]) -> Node:
        said = self.root / f"{place.folder.name}-{len(self.nodes)}.log"
        with said.open("wb") as file:
            process = subprocess.Popen(command, stdout=file, stderr=file, **how)
        node = Node(place, process, said)
        self.nodes.append(node)
        return node

    def end(self) -> None:
        """End every node that is still there, and what it started."""
        for node in self.nodes:
            if node.process.poll() is None:
                node.process.terminate()
        for node in self.nodes:
            try:
                node.process.wait(60)
            except subprocess.TimeoutExpired:
                node.process.kill()
                node.process.wait()


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Places]:
    """Sites whose nodes run side by side through a whole module."""
    places = Places(tmp_path_factory.mktemp("sites"))
    yield places
    places.end()


@pytest.fixture
def places(tmp_path: Path) -> Iterator[Places]:
    """Sites for one test."""
    made = Places(tmp_path)
    yield made
    made.end()


@pytest.fixture(scope="session")
def wait() -> Callable[..., float]:
    """Wait for a condition until a deadline."""
    return wait_until
