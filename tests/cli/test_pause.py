"""pause, resume and withdraw: who may say it, and what it leaves behind."""

import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from edgekit.config import Settings
from edgekit.consent.objection import WITHDRAWAL, Objection, Word
from edgekit.errors import ConsentError
from edgekit.node.clerking.bell import FOLDER, PRESENT
from edgekit.node.processes.lock import OneNode
from edgekit.node.site import load_site
from edgekit.signers.file import load_public

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def site(home: Path, authorise: Run) -> Path:
    assert authorise(home)[0] == 0
    return home


@pytest.fixture
def heard(site: Path) -> Iterator[list[bytes]]:
    """Return what a node that runs there is told."""
    folder = Settings.load(site / "site.toml").storage.directory
    folder.mkdir(parents=True, exist_ok=True)
    told: list[bytes] = []
    over = threading.Event()

    def node() -> None:
        while not over.wait(0.02):
            for path in (folder / FOLDER).glob("*.note"):
                told.append(path.read_bytes())
                path.unlink()

    with OneNode(folder):
        listener = threading.Thread(target=node)
        listener.start()
        yield told
        over.set()
        listener.join()


def word(site: Path, note: bytes) -> Objection:
    public = load_public(site / "keys" / "organisation.pub.pem")
    return Objection.verify(note, organisation=public)


def test_without_a_key_it_is_a_pause_as_of_anybody(
    site: Path, edgekit: Run, heard: list[bytes]
) -> None:
    (site / "keys" / "organisation.key.pem").unlink()
    code, out, _ = edgekit("pause", site / "site.toml")
    assert (code, heard) == (0, [PRESENT])
    assert "15 minutes" in out
    for verb in (("pause", "--minutes", "9"), ("resume",), ("withdraw",)):
        code, _, err = edgekit(verb[0], site / "site.toml", *verb[1:])
        assert (code, "expected --key" in err) == (2, True)
    assert heard == [PRESENT]
    assert not (site / WITHDRAWAL).exists()


def test_the_organisation_says_it_with_its_key(
    site: Path, edgekit: Run, heard: list[bytes]
) -> None:
    assert edgekit("pause", site / "site.toml", "--minutes", "9")[0] == 0
    assert "until edgekit resume" in edgekit("pause", site / "site.toml")[1]
    assert edgekit("resume", site / "site.toml")[0] == 0
    said = [word(site, note) for note in heard]
    assert [(one.word, one.minutes) for one in said] == [
        (Word.PAUSE, 9),
        (Word.PAUSE, None),
        (Word.RESUME, None),
    ]


def test_what_is_withdrawn_needs_a_new_version(
    site: Path, edgekit: Run, authorise: Run, heard: list[bytes]
) -> None:
    settings = site / "site.toml"
    code, out, _ = edgekit("withdraw", settings)
    assert code == 0
    assert WITHDRAWAL in out
    assert heard == [(site / WITHDRAWAL).read_bytes()]
    with pytest.raises(ConsentError, match="was withdrawn"):
        load_site(settings, now_s=int(time.time()))

    code, _, err = authorise(site)
    assert (code, "version 2" in err) == (0, True)
    assert load_site(settings, now_s=int(time.time())).authorisation.version == 2


def test_where_no_node_runs_there_is_nothing_to_pause_but_to_withdraw(
    site: Path, edgekit: Run
) -> None:
    code, _, err = edgekit("pause", site / "site.toml")
    assert (code, "no node runs" in err) == (1, True)
    enrolled = Settings.load(site / "site.toml").storage.directory / "enrolled"
    enrolled.mkdir(parents=True)
    for kind in (".key", ".sealed"):
        (enrolled / f"somebody{kind}").write_bytes(b"secret")
    code, out, _ = edgekit("withdraw", site / "site.toml")
    assert (code, "people destroyed: 1" in out) == (0, True)
    assert list(enrolled.iterdir()) == []


def test_another_key_or_no_document_is_refused(site: Path, edgekit: Run) -> None:
    device = site / "keys" / "device.key.pem"
    code, _, err = edgekit("withdraw", site / "site.toml", "--key", device)
    assert (code, "is not the organisation's" in err) == (1, True)
    (site / "authorisation.dsse.json").unlink()
    assert edgekit("withdraw", site / "site.toml")[0] == 2
    assert not (site / WITHDRAWAL).exists()


def test_a_node_that_takes_no_note_is_said(
    site: Path, edgekit: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edgekit.cli.objecting.TAKEN_S", 0.0)
    folder = Settings.load(site / "site.toml").storage.directory
    folder.mkdir(parents=True, exist_ok=True)
    with OneNode(folder):
        code, _, err = edgekit("pause", site / "site.toml")
    assert (code, "did not take the note" in err) == (1, True)
    assert not list((folder / FOLDER).glob("*.note"))


def test_signing_the_same_again_changes_nothing_and_another_draft_gets_a_number(
    site: Path, authorise: Run, change_draft: Callable[..., None]
) -> None:
    before = (site / "authorisation.dsse.json").read_bytes()
    assert authorise(site)[0] == 0
    assert (site / "authorisation.dsse.json").read_bytes() == before
    change_draft(site, place="the other door")
    assert "version 2" in authorise(site)[2]
    change_draft(site, place="the third door", version=9)
    assert "version" not in authorise(site)[2]
    assert load_site(site / "site.toml", now_s=int(time.time())).authorisation.version == 9


def test_a_button_that_stays_pauses_at_each_press(
    site: Path, edgekit: Run, heard: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Pressed:
        """Pressed once each time it is asked, twice in all."""

        def __init__(self, pin: int) -> None:
            assert pin == 17
            self.asked = self.closed = 0

        @property
        def presses(self) -> int:
            self.asked += 1
            if self.asked == 9:
                signal.raise_signal(signal.SIGTERM)
            return min(2, self.asked // 2)

        def close(self) -> None:
            self.closed += 1

    monkeypatch.setattr("edgekit.sensors.pin_button.PinButton", Pressed)
    monkeypatch.setattr("edgekit.cli.pause.TURN_S", 0.01)
    code, _, err = edgekit("pause", site / "site.toml", "--button", "gpio:17")
    assert code == 0
    assert err.count("paused by the button") == 2
    folder = Settings.load(site / "site.toml").storage.directory / FOLDER
    while list(folder.glob("*.note")):
        time.sleep(0.01)
    assert heard == [PRESENT, PRESENT]
    code, _, err = edgekit("pause", site / "site.toml", "--button", "gpio:x")
    assert (code, "as gpio:17" in err) == (2, True)
