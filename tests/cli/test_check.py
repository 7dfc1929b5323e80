"""What is wrong is named, with what to do."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., tuple[int, str, str]]
Ask = Callable[[Path], list[str]]
Edit = Callable[[Path, str, str], None]
Change = Callable[..., None]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (('"plaza"', '"gone.mp4"'), "gone.mp4 does not exist"),
        (('"plaza"', '"/dev/video99"'), "/dev/video99 does not exist"),
        (("[320, 100]", "[320, 140]"), "not those that were authorised"),
        (("[320, 100]", "[320, 1000]"), "outside the picture"),
        (("window_s = 60", "window_s = 120"), "site.window_s is 120, but 60"),
        (('"motion"', '"yolo"'), "model 'yolo' is not in the catalogue"),
        (('"motion"', '"yunet_n_dynamic"'), "model 'yunet_n_dynamic' finds no people"),
        (('"data/records.jsonl"', '"keys"'), "keys is a folder"),
    ],
)
def test_check_names_settings_that_do_not_fit(
    change: tuple[str, str], words: str, home: Path, authorise: Run, problems: Ask, edit: Edit
) -> None:
    authorise(home)
    assert problems(home) == []
    edit(home / "site.toml", *change)
    assert any(words in problem for problem in problems(home))


def test_check_calls_nothing_allowed_that_cannot_run(
    home: Path, edgekit: Run, authorise: Run, edit: Edit
) -> None:
    authorise(home)
    assert edgekit("check", home / "site.toml")[1].startswith("my-home: This is allowed")
    edit(home / "site.toml", "window_s = 60", "window_s = 120")
    _, out, _ = edgekit("check", home / "site.toml")
    assert out.startswith("my-home: This was signed, but it can't run like that")


def _old_notice(home: Path) -> None:
    (home / "notice").mkdir()
    (home / "notice/notice.txt").write_text("an old one")


BREAKAGES: dict[str, Callable[[Path], object]] = {
    "mode 0644": lambda home: (home / "keys/device.key.pem").chmod(0o644),
    "private key": lambda home: (home / "keys/device.key.pem").unlink(),
    "public key": lambda home: (home / "keys/organisation.pub.pem").unlink(),
    "does not verify": lambda home: (home / "authorisation.dsse.json").write_bytes(b"{}"),
    "out of date": _old_notice,
}


@pytest.mark.parametrize("words", BREAKAGES)
def test_check_names_files_that_are_wrong(
    words: str, home: Path, authorise: Run, problems: Ask
) -> None:
    authorise(home)
    BREAKAGES[words](home)
    assert any(words in problem for problem in problems(home))


def test_check_gives_no_hint_where_the_problem_says_it_all(
    home: Path, edgekit: Run, edit: Edit
) -> None:
    edit(home / "site.toml", "width = 640", "width = 9")
    code, out, _ = edgekit("check", home / "site.toml")
    assert code == 1
    assert out.endswith(
        "- camera.width: expected a whole number from 64 to 8192, got a whole number (9)\n"
    )


def test_check_names_what_nobody_may_count(
    home: Path, authorise: Run, problems: Ask, change_draft: Change
) -> None:
    outputs = json.loads((home / "authorisation.draft.json").read_text())["outputs"]
    change_draft(home, outputs=outputs[-1:])
    authorise(home)
    assert "line 'middle' is drawn, but no number" in problems(home)[0]


def test_check_names_an_authorisation_that_is_over(
    home: Path, edgekit: Run, authorise: Run, problems: Ask, change_draft: Change
) -> None:
    change_draft(home, valid_from_s=0, valid_to_s=86_400)
    authorise(home)
    assert "expired" in problems(home)[0]
    code, _, err = edgekit("notice", home / "site.toml", "-o", home / "notice")
    assert code == 1
    assert "expired" in err
    assert not (home / "notice").exists()


def test_check_says_when_the_settings_are_of_an_older_format(
    home: Path, edgekit: Run, authorise: Run, edit: Edit
) -> None:
    authorise(home)
    edit(home / "site.toml", "version = 1", "version = 0")
    edit(home / "site.toml", "[camera]", "[source]")
    code, out, _ = edgekit("check", home / "site.toml")
    assert code == 0
    assert "version 0 and is read as 1" in out


def test_check_without_settings_or_draft_still_answers(
    home: Path, edgekit: Run, problems: Ask
) -> None:
    (home / "authorisation.draft.json").unlink()
    assert len(problems(home)) == 1
    (home / "site.toml").unlink()
    code, out, _ = edgekit("check", home / "site.toml")
    assert code == 1
    assert "does not exist" in out


def test_check_tells_programs_the_same(home: Path, edgekit: Run, authorise: Run) -> None:
    authorise(home)
    told = json.loads(edgekit("check", home / "site.toml", "--json")[1])
    assert told["signed"] is True
    assert told["authorisation"]["profile"] == "local"
    assert told["authorisation"]["outputs"][0]["metric"] == "line.middle.in"
    assert told["authorisation"]["words"][0]["title"] == "What it counts"
