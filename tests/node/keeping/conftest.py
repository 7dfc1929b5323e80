"""A site with a few records, and a power cut at any step."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from edgekit.cli.main import main
from edgekit.config import Settings
from edgekit.ledger.checkpoint import origin_of
from edgekit.ledger.files import Files
from edgekit.ledger.store import Ledger
from edgekit.node.keeping.books import LEDGER
from edgekit.records import Event, EventName, Profile, SignedRecord
from edgekit.signers.file import load_signer
from edgekit.signing.keys import MemorySigner
from edgekit.signing.record import sign_releases
from tests import sample

NOW_S = 1_800_000_000


def made(signer: MemorySigner, site: str, start: int, end: int) -> list[SignedRecord]:
    head = replace(sample.HEAD, device=signer.key_id, site=site, sequence=start)
    event = Event(name=EventName.START, t_s=NOW_S, reason=None, profile=Profile.LOCAL)
    return sign_releases([event] * (end - start), head, signer)


@pytest.fixture
def records() -> Callable[..., list[SignedRecord]]:
    """Make records of a key at a site, from one number up to another."""
    return made


@pytest.fixture
def settings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Settings:
    """A site with four records."""
    site = tmp_path / "site"
    draft, key = site / "authorisation.draft.json", site / "keys/organisation.key.pem"
    for words in (
        ("init", site, "--source", "plaza"),
        ("authorise", draft, "--site", site / "site.toml", "--key", key),
    ):
        assert main([str(word) for word in words]) == 0
    capsys.readouterr()
    found = Settings.load(site / "site.toml")
    grown(found, 4)
    (found.storage.directory / "records.jsonl").write_bytes(b"old\n")
    return found


def grown(settings: Settings, end: int) -> None:
    signer, name = load_signer(settings.keys.device), settings.site.name
    directory = settings.storage.directory
    directory.mkdir(exist_ok=True)
    origin = origin_of(name, signer.key_id)
    ledger = Ledger.open(directory / LEDGER, origin=origin, entropy=os.urandom)
    ledger.append(made(signer, name, ledger.size, end), signer)
    ledger.close()


@pytest.fixture
def grow() -> Callable[[Settings, int], None]:
    """Let a site's log grow to so many records."""
    return grown


class Cut:
    """Cuts the power before the n-th step that touches a name or the disk."""

    class Off(BaseException):
        """Not an error that anybody handles: the machine is off."""

    left = 0

    def after(self, nth: int) -> None:
        self.left = nth

    def counted(self, real: Callable[..., object]) -> Callable[..., object]:
        def step(*args: object, **more: object) -> object:
            self.left -= 1
            if self.left == 0:
                raise self.Off
            return real(*args, **more)

        return step


@pytest.fixture
def cut(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cut]:
    """Cut the power before the n-th step, once `after` has said which."""
    found = Cut()
    for owner, name in ((Files, "write"), (Files, "rename"), (Files, "sync"), (Path, "unlink")):
        monkeypatch.setattr(owner, name, found.counted(getattr(owner, name)))
    yield found
    found.after(0)
