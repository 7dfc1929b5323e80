"""A household without a camera: a board that does as it is told, time that moves when told to."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from edgekit.bridge.board import Snapshot
from edgekit.config import Settings
from edgekit.consent.authorisation import draft, sign_authorisation
from edgekit.consent.terms import Controller, Purpose
from edgekit.consent.view import View
from edgekit.errors import ConfigError
from edgekit.ledger.verify import verify_ledger
from edgekit.node import clock, pipe
from edgekit.node.clerking.display import Display
from edgekit.node.keeping.books import open_books
from edgekit.node.keeping.counts import Counts
from edgekit.node.keeping.tidings import Tidings
from edgekit.node.site import Site, load_site
from edgekit.node.steward.handed import Handed
from edgekit.node.steward.kept import folder_of
from edgekit.node.steward.rounds import Steward
from edgekit.privacy.gate import Gate
from edgekit.privacy.message import Outage, Stop, Tick
from edgekit.privacy.outflow import Outflow
from edgekit.privacy.systems import kinds_of, system_of
from edgekit.provenance import Wall
from edgekit.records import ClockTrust, Kind, Observation, Profile, Reason
from edgekit.signers.file import create_key, load_public, load_signer
from edgekit.signing.dsse import Envelope
from edgekit.signing.record import read_payload
from edgekit.wire.channels import Channel, ChannelKind, Sample
from edgekit.wire.messages import Command

BEGUN_S = clock.BUILT_S + 86_400
TMP36_21_C, LOOP_600_PPM = 145, 245
"""Readings of 21 °C and, of 4 to 20 mA, of 600 ppm, where the highest of 1023 is 5 V."""

PARTS = {
    ChannelKind.TEMPERATURE: TMP36_21_C,
    ChannelKind.CURRENT_LOOP: LOOP_600_PPM,
    ChannelKind.PRESENCE: (0, 0),
    ChannelKind.BUTTON: (0, 0),
    ChannelKind.PULSES: 0,
    ChannelKind.RELAY: 0,
}


@dataclass
class FakeBoard:
    """A board as the wiring sees it: what it reads is set, what it drives is noted."""

    values: dict[ChannelKind, Any] = field(default_factory=lambda: dict(PARTS))
    boot_id: int = 1
    plugged: bool = True
    driven: list[Command] = field(default_factory=list)

    @property
    def channels(self) -> tuple[Channel, ...]:
        return tuple(
            Channel(index=index, kind=kind, scale=5000) for index, kind in enumerate(self.values)
        )

    def find(self, kind: ChannelKind, number: int = 0) -> Channel:
        found = [channel for channel in self.channels if channel.kind is kind]
        if number >= len(found):
            raise ConfigError(f"{len(found)} channels of kind {kind.name}")
        return found[number]

    @property
    def snapshot(self) -> Snapshot | None:
        if not self.plugged:
            return None
        return Snapshot(Sample(0, 0, tuple(self.values.values())), self.boot_id, 0)

    def watch(self, watcher: Callable[[Snapshot], None]) -> None:
        """Nobody is told of a sample: what is read is what is set."""

    def command(self, command: Command, *, hold: bool) -> None:
        del hold
        self.driven.append(command)

    def release(self, channel: int) -> None:
        """Nothing is renewed here."""

    def close(self) -> None:
        """Nothing to let go of."""


@dataclass
class FakeBoards:
    """One board for all ports."""

    board: FakeBoard

    def get(self, port: str) -> FakeBoard:
        del port
        return self.board

    def answers(self, port: str) -> bool:
        del port
        return self.board.plugged

    def away_ms(self, port: str) -> int:
        del port
        return 0

    def claim(self, port: str, system: str, outputs: Iterable[int]) -> None:
        """Each has its outputs."""

    def close(self) -> None:
        """Nothing to let go of."""


@dataclass
class Household:
    """A site, its board, and the node's two processes that know of it, in this one."""

    folder: Path
    now: list[int]
    board: FakeBoard = field(default_factory=FakeBoard)
    log: list[str] = field(default_factory=list)
    generation: int = 0
    counts: Any = None
    steward: Any = None

    @property
    def site(self) -> Site:
        return load_site(self.folder / "site.toml", now_s=self.now[0] // 1000)

    def begin(self) -> None:
        """Start the clerk's part and the steward's, as after power came back."""
        self.begin_clerk()
        self.begin_steward()

    def begin_clerk(self) -> None:
        site = self.site
        self.books = open_books(site)
        gate = Gate(site.authorisation)
        self.counts = Counts(
            site,
            self.books,
            outflow_of=partial(Outflow, site.authorisation, gate, lambda most: most - 1),
            tidings=Tidings(gate.event, site.authorisation.geometry),
            display=Display(site, {}),
            stamp=lambda: (ClockTrust.SYNCED, Wall()),
        )
        self.counts.shut(None, self.now[0])

    def begin_steward(self) -> None:
        folder_of(self.site.settings).mkdir(mode=0o700, exist_ok=True)
        self.generation += 1
        kinds = kinds_of(self.site.authorisation)
        self.line = pipe.PipeState(generation=self.generation, kinds=kinds)
        self.steward = Steward(
            self.site,
            FakeBoards(self.board),  # type: ignore[arg-type] -- it is asked the same
            Handed(None),
            tell=self._tell,
            say=lambda level, text: self.log.append(f"{level}: {text}"),
        )
        self._tell(0, Kind.HELLO, self.generation)

    def _tell(self, channel: int, kind: Kind, value: int) -> None:
        """Go by the pipe's rules, as what a real steward says does."""
        seen = Observation(
            seq=self.line.next_seq, t_ms=self.now[0], channel=channel, kind=kind, value=value
        )
        self.line, seen = pipe.step(self.line, seen.to_bytes(), self.now[0])
        name = system_of(channel)
        if name is None:
            self.counts.greet(seen)
        else:
            self.counts.tell(name, seen)

    def live(self, seconds: int, *, step_s: int = 1, each: Callable[[], object] = bool) -> None:
        """Let time pass; ``each`` is done before every turn."""
        for _ in range(0, seconds, step_s):
            self.now[0] += step_s * 1000
            each()
            self.steward.turn()
            self.counts.step(Tick(now_ms=self.now[0]))

    def cut(self) -> None:
        """The power goes: nobody closes anything."""
        self.books.ledger.close()

    def stop_steward(self) -> None:
        self.steward.close()
        self.counts.lose(Outage(now_ms=self.now[0], reason=Reason.SYSTEM_DOWN))

    def stop(self) -> None:
        """End in order."""
        self.counts.step(Stop(now_ms=self.now[0], reason=Reason.STOPPED))
        self.stop_steward()
        self.books.ledger.close()

    def payloads(self, kind: str = "aggregate") -> list[dict[str, Any]]:
        self.books = open_books(self.site)
        ledger = self.books.ledger
        key = load_public(self.folder / "keys" / "device.pub.pem")
        assert verify_ledger(ledger, [key]).records == ledger.size
        found = [
            dict(read_payload(Envelope.from_bytes(one.envelope).payload))
            for one in ledger.records(0, ledger.size)
        ]
        ledger.close()
        return [one for one in found if one["type"] == kind]

    def of(self, metric: str) -> list[dict[str, Any]]:
        return [one for one in self.payloads() if one["metric"] == metric]


def authorised(
    folder: Path,
    profile: Profile,
    *systems: str,
    window_s: int,
    port: str = "/dev/ttyACM0",
    valid_from_s: int = BEGUN_S - 3600,
) -> None:
    """Write a whole site, signed."""
    (folder / "keys").mkdir(parents=True)
    for name in ("device", "organisation"):
        create_key(
            folder / "keys" / f"{name}.key.pem", entropy=lambda n, k=name: k[:1].encode() * n
        )
    text = f'version = 1\n[site]\nname = "yard"\nprofile = "{profile}"\nwindow_s = {window_s}\n'
    text += "".join(f'[systems.{name}]\nport = "{port}"\n' for name in systems)
    (folder / "site.toml").write_text(text, encoding="utf-8")
    document = draft(
        "yard",
        profile=profile,
        view=View(width=640, height=480),
        window_s=window_s,
        valid_from_s=valid_from_s,
        systems=systems,
        camera=False,
    )
    if not profile.at_home:
        document = replace(
            document,
            controller=Controller(name="the city", contact="here"),
            purposes=(Purpose(id="air", text="clean air"),),
            place="the yard",
            dpia_reference="12",
            objection="call",
            supervisory_authority="them",
            notice_digest="",
        )
    signer = load_signer(folder / "keys" / "organisation.key.pem")
    (folder / "authorisation.dsse.json").write_bytes(sign_authorisation(document, signer))
    Settings.load(folder / "site.toml")


@pytest.fixture
def write_site() -> Callable[..., None]:
    """Write a whole site, signed."""
    return authorised


@pytest.fixture
def household(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Household]]:
    """Make a household, whose time is its own."""
    now = [BEGUN_S * 1000]
    monkeypatch.setattr(clock, "now_ms", lambda: now[0])
    monkeypatch.setattr(clock, "steady_ms", lambda: now[0])
    made: list[Household] = []

    def make(
        *systems: str, profile: Profile = Profile.HOME, window_s: int | None = None
    ) -> Household:
        usual_s = 60 if profile.at_home else 900
        authorised(tmp_path / "site", profile, *systems, window_s=window_s or usual_s)
        one = Household(folder=tmp_path / "site", now=now)
        one.begin()
        made.append(one)
        return one

    yield make
    for one in made:
        one.books.ledger.close()
