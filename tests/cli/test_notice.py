"""Sign, notice, chains and papers are written whole; `check` reads as one asks."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from edgekit.cli import abstention
from edgekit.consent.dtpr import require_ai, require_device
from edgekit.consent.payload import read_notice
from edgekit.consent.prohibited import PRACTICES
from edgekit.consent.texts import TEXTS, texts_of

Run = Callable[..., tuple[int, str, str]]
ORDER = ("counts", "why", "who", "until", "leaves", "rights")


def test_all_languages_chains_and_papers(home: Path, edgekit: Run, authorise: Run) -> None:
    assert authorise(home)[0] == 0
    folder, site = home / "notice", home / "site.toml"
    papers = ("--article-30", "--article-35")
    code, out, _ = edgekit("notice", site, "-o", folder, "--language", "all", *papers)
    assert code == 0
    made = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert {str(folder / name) for name in made} == set(out.split("\n")[:-1])
    for locale in TEXTS:
        assert texts_of(locale)["title"].encode() in made[f"sign.{locale}.svg"]
        assert f'lang="{locale}"'.encode() in made[f"notice.{locale}.html"]
    require_device(json.loads(made["dtpr.device.json"]))
    require_ai(json.loads(made["dtpr.ai.json"]))
    digest = made["notice.txt"].split()[-1].decode()
    assert read_notice(made["notice.json"], digest=digest)["site"] == "my-home"
    (row,) = csv.DictReader(io.StringIO(made["article-30.csv"].decode()))
    assert row == json.loads(made["article-30.json"])
    assert b"| detector | motion |" in made["article-35.md"]
    assert b"Not tried" in made["article-35.md"]


def test_the_sheet_holds_what_came_of_an_audit(
    home: Path, edgekit: Run, authorise: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from edgekit.node.walls.audit import Finding  # noqa: PLC0415 -- one is put in its place

    assert authorise(home)[0] == 0
    found = [Finding(who="eye", promise="it opens no file", tried="open", holds=True)]
    monkeypatch.setattr("edgekit.node.walls.audit.audit", lambda _: found)
    words = ("notice", home / "site.toml", "-o", home / "n", "--article-35", "--audit")
    assert edgekit(*words)[0] == 0
    sheet = (home / "n" / "article-35.md").read_text(encoding="utf-8")
    assert "| eye | it opens no file | open | held |" in sheet


def test_check_answers_in_the_order_in_which_a_citizen_asks(
    home: Path, edgekit: Run, authorise: Run
) -> None:
    assert authorise(home)[0] == 0
    _, out, _ = edgekit("check", home / "site.toml")
    heads = [texts_of("en")[key] for key in ORDER] + [abstention.PROMISED, abstention.TITLE]
    places = [out.index(f"\n{head}\n") for head in heads]
    assert places == sorted(places)
    for one in PRACTICES:
        assert f"- {one.what}: {one.how}.\n  Test: {one.test}\n" in out
    told = json.loads(edgekit("check", home / "site.toml", "--json")[1])
    for one in told["authorisation"]["proofs"]:
        assert f"- {one['sentence']}\n" in out
        assert one["test"] is None or f"  Test: {one['test']}\n" in out
    assert f"{abstention.OWN_WORD}\n- A camera looks at" in out
    assert [one["test"] for one in told["cannot"]] == [one.test for one in PRACTICES]


def test_audit_begins_with_the_same_page(home: Path, authorise: Run) -> None:
    from edgekit.cli.audit import _page  # noqa: PLC0415 -- the attack itself is tried elsewhere
    from edgekit.config import Settings  # noqa: PLC0415 -- likewise

    settings = Settings.load(home / "site.toml")
    assert _page(settings)[0].startswith("Nothing is allowed here: ")
    assert authorise(home)[0] == 0
    page = "\n".join(_page(settings))
    heads = [texts_of("en")[key] for key in ORDER] + [abstention.PROMISED, abstention.TITLE]
    places = [page.index(f"\n{head}\n") for head in heads]
    assert places == sorted(places)
