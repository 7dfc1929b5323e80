"""A site without a camera, from the first word to its notice."""

import json
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., tuple[int, str, str]]


def test_a_site_that_only_measures_is_made_signed_checked_and_told(
    tmp_path: Path, edgekit: Run
) -> None:
    folder = tmp_path / "home"
    words = ["--profile", "home", "--source", "none", "--system", "water", "--system", "air"]
    assert edgekit("init", str(folder), *words, "--port", "/dev/null")[0] == 0
    site, draft = folder / "site.toml", folder / "authorisation.draft.json"
    key = folder / "keys" / "organisation.key.pem"
    assert edgekit("authorise", str(draft), "--site", str(site), "--key", str(key))[0] == 0

    code, out, _ = edgekit("check", str(site))
    assert code == 0, out
    assert "These sense: an air probe and a water meter." in out
    code, out, _ = edgekit("notice", str(site), "-o", str(folder / "notice"), "--article-30")
    assert code == 0
    row = json.loads((folder / "notice" / "article-30.json").read_text(encoding="utf-8"))
    assert "a water meter" in row["c_people"]
    assert "There is no camera." in (folder / "notice" / "sign.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize("words", [["--source", "none"], ["--system", "submarine"]], ids=str)
def test_what_senses_nothing_or_is_not_known_is_refused(
    tmp_path: Path, edgekit: Run, words: list[str]
) -> None:
    code, _, said = edgekit("init", str(tmp_path / "home"), *words)
    assert code == 2
    assert "there are air" in said
    assert not (tmp_path / "home").exists()


def test_a_door_that_screens_is_made_signed_checked_and_told(tmp_path: Path, edgekit: Run) -> None:
    folder = tmp_path / "ward"
    words = ["--profile", "local", "--source", "thermal:/dev/null", "--system", "temperature"]
    assert edgekit("init", str(folder), *words, "--port", "/dev/null")[0] == 0
    site, draft = folder / "site.toml", folder / "authorisation.draft.json"
    key = folder / "keys" / "organisation.key.pem"
    asked = json.loads(draft.read_text(encoding="utf-8"))
    assert [one["exemption"] for one in asked["decisions"]] == ["household"]
    assert {one["window_s"] for one in asked["outputs"]} == {86_400}
    assert edgekit("authorise", str(draft), "--site", str(site), "--key", str(key))[0] == 0

    code, out, _ = edgekit("check", str(site))
    assert code == 0, out
    assert "It is no medical device: only a thermometer tells." in out
    assert "If you do not want to be looked at: say so, or take another door." in out
    assert "hold the sheet" not in out


def test_a_decision_whose_reason_nobody_filled_in_is_not_signed(
    tmp_path: Path, edgekit: Run
) -> None:
    folder = tmp_path / "ward"
    words = ["--profile", "sdc-10-5", "--source", "thermal:/dev/null", "--system", "temperature"]
    assert edgekit("init", str(folder), *words)[0] == 0
    key = tmp_path / "organisation.key.pem"
    assert edgekit("authorise", "--make-key", str(key))[0] == 0
    draft, site = folder / "authorisation.draft.json", folder / "site.toml"

    code, _, said = edgekit("authorise", str(draft), "--site", str(site), "--key", str(key))
    assert code != 0
    assert "decisions 1.law" in said
    assert "decisions 1.otherwise" in said
    assert edgekit("init", str(tmp_path / "home"), *["--profile", "home", *words[2:]])[0] != 0


def test_a_decision_that_the_site_no_longer_makes_is_taken_out(
    tmp_path: Path, edgekit: Run
) -> None:
    folder = tmp_path / "ward"
    words = ["--source", "thermal:/dev/null", "--system", "temperature", "--system", "air"]
    assert edgekit("init", str(folder), *words, "--port", "/dev/null")[0] == 0
    site, draft = folder / "site.toml", folder / "authorisation.draft.json"
    text = site.read_text(encoding="utf-8")
    begin, end = text.index("[systems.temperature]"), text.index("# One of", text.index("to_mouth"))
    site.write_text(text[:begin] + text[end:], encoding="utf-8")
    key, signed = folder / "keys" / "organisation.key.pem", folder / "authorisation.dsse.json"

    assert edgekit("authorise", str(draft), "--site", str(site), "--key", str(key))[0] == 0
    payload = json.loads(b64decode(json.loads(signed.read_bytes())["payload"]))
    assert "decisions" not in payload
    assert {one["metric"].partition(".")[0] for one in payload["outputs"]} == {"air"}
