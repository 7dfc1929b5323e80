"""The verb reads how long from the signed authorisation, erases, verifies and says so."""

import json
import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from ledger.conftest import head, release

from edgekit.config import Settings
from edgekit.ledger.checkpoint import origin_of
from edgekit.ledger.store import Ledger
from edgekit.signers.open import open_signer
from edgekit.signing.record import sign_releases

Run = Callable[..., tuple[int, str, str]]
DAY_S = 86_400


def filled(site: Path, *ages_days: int) -> Path:
    """Make the site's ledger, with one number of each age."""
    settings = Settings.load(site)
    signer = open_signer(settings.keys.device)
    now_s = int(time.time()) // 900 * 900
    numbers = [
        replace(release(1), window_start_s=now_s - age * DAY_S) for age in sorted(ages_days)[::-1]
    ]
    settings.storage.directory.mkdir(exist_ok=True)
    path = settings.storage.directory / "ledger.sqlite"
    name = settings.site.name
    ledger = Ledger.open(path, origin=origin_of(name, signer.key_id), entropy=os.urandom)
    ledger.append(sign_releases(numbers, head(0, signer, name), signer), signer)
    ledger.close()
    return path


def test_what_is_older_than_a_year_goes(home: Path, edgekit: Run, authorise: Run) -> None:
    assert authorise(home)[0] == 0
    site = home / "site.toml"
    filled(site, 1, 300, 367, 500)
    code, out, _ = edgekit("retention", site)
    assert code == 0
    assert "Erased: 2" in out
    assert "The log verifies: 4 leaves in order, 2 of them" in out
    assert "ledger.sqlite" in out
    code, out, _ = edgekit("retention", site, "--json")
    told = json.loads(out)
    assert (code, told["erased"], told["verified"], told["without_payload"]) == (0, 0, 4, 2)
    assert "Erased: none" in edgekit("retention", site)[1]


@pytest.mark.parametrize("sequence", [0, 1])
def test_a_log_that_does_not_verify_is_said_with_3(
    home: Path, edgekit: Run, authorise: Run, sequence: int
) -> None:
    import sqlite3  # noqa: PLC0415 -- to damage it

    assert authorise(home)[0] == 0
    path = filled(home / "site.toml", 1, 2)
    with sqlite3.connect(path) as database:
        database.execute(
            "UPDATE entry SET salt = zeroblob(length(salt)) WHERE sequence = ?", (sequence,)
        )
    database.close()
    code, _, talk = edgekit("retention", home / "site.toml")
    assert code == 3
    assert f"record {sequence}" in talk


def test_a_site_without_a_ledger_is_told(home: Path, edgekit: Run, authorise: Run) -> None:
    assert authorise(home)[0] == 0
    assert edgekit("retention", home / "site.toml")[0] == 1


def test_what_has_ended_is_erased_once_nothing_of_it_is_left(
    home: Path, edgekit: Run, authorise: Run
) -> None:
    assert authorise(home)[0] == 0
    site = home / "site.toml"

    def state() -> object:
        return json.loads(edgekit("retention", site, "--json")[1])["state"]

    path = filled(site, 1)
    assert state() is None
    assert edgekit("withdraw", site)[0] == 0
    assert state() == "withdrawn"
    path.unlink()
    filled(site, 367)
    enrolled = path.parent / "enrolled"
    enrolled.mkdir()
    (enrolled / "somebody.sealed").write_bytes(b"x")
    assert state() == "withdrawn"
    (enrolled / "somebody.sealed").unlink()
    assert state() == "erased"
    assert "is erased: what it allowed to keep is gone" in edgekit("retention", site)[1]


def test_what_has_expired_is_said(
    home: Path, edgekit: Run, authorise: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert authorise(home)[0] == 0
    filled(home / "site.toml", 1)
    later_s = time.time() + 366 * DAY_S
    monkeypatch.setattr(time, "time", lambda: later_s)
    told = json.loads(edgekit("retention", home / "site.toml", "--json")[1])
    assert (told["erased"], told["state"]) == (1, "erased")
    assert "expired" in edgekit("check", home / "site.toml")[1]
