"""A site without a camera, from the first word to its notice."""

import json
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
