"""To say yes and to take it back are one command each, of as many words."""

import json
from collections.abc import Callable
from pathlib import Path

Run = Callable[..., tuple[int, str, str]]


def test_a_yes_is_given_listed_proved_and_taken_back(
    home: Path, edgekit: Run, authorise: Run, tmp_path: Path
) -> None:
    assert authorise(home)[0] == 0
    site = home / "site.toml"
    give = ("consent", "give", site, "home")
    code, receipt, talk = edgekit(*give)
    assert code == 0
    (record,) = json.loads(edgekit("consent", "list", site, "--json")[1])
    person = record["pii_principal_id"]
    assert person in talk
    assert person in edgekit("consent", "list", site)[1]
    assert record["lawful_basis"] == "eu-gdpr:A6-1-a"
    assert edgekit("consent", "receipt", site, person)[1] == receipt
    code, out, _ = edgekit("consent", "receipt", site, person, "-o", tmp_path / "receipt.svg")
    assert code == 0
    assert (tmp_path / "receipt.svg").read_bytes().startswith(b"<?xml")
    withdraw = ("consent", "withdraw", site, person)
    assert len(withdraw) == len(give)
    code, ended, _ = edgekit(*withdraw, "-o", tmp_path / "ended.json")
    assert code == 0
    assert "ended.json" in ended
    assert b"payload" in (tmp_path / "ended.json").read_bytes()
    code, out, talk = edgekit("consent", "list", site)
    assert (code, out) == (0, "")
    assert "Nobody" in talk
    assert edgekit(*withdraw)[0] == 1
    assert not any(
        person.encode() in path.read_bytes() for path in home.rglob("*.*") if path.is_file()
    )


def test_nobody_lives_in_a_public_place(tmp_path: Path, edgekit: Run) -> None:
    folder = tmp_path / "square"
    assert edgekit("init", folder, "--source", "plaza", "--profile", "sdc-10-5")[0] == 0
    draft = folder / "authorisation.draft.json"
    words = json.loads(draft.read_text(encoding="utf-8"))
    blank = json.dumps(words).replace('"<', '"the ').replace('>"', '"')
    draft.write_text(blank, encoding="utf-8")
    key = folder / "keys" / "organisation.key.pem"
    if not key.exists():
        key = tmp_path / "organisation.key.pem"
        assert edgekit("authorise", "--make-key", key)[0] == 0
        public = tmp_path / "organisation.pub.pem"
        (folder / "keys" / "organisation.pub.pem").write_bytes(public.read_bytes())
    assert edgekit("authorise", draft, "--key", key)[0] == 0
    code, _, talk = edgekit("consent", "give", folder / "site.toml", "home")
    assert code == 1
    assert "nobody lives in a public place" in talk
    assert (
        edgekit("consent", "give", folder / "site.toml", "entry", "--at-work", "a spare key")[0]
        == 0
    )
