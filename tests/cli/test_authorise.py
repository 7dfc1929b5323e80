"""The organisation allows, the device never does; then the notice is written."""

import json
import os
from collections.abc import Callable
from pathlib import Path

from edgekit.consent.authorisation import load_authorisation
from edgekit.signers.file import create_key, load_public

Run = Callable[..., tuple[int, str, str]]
Ask = Callable[[Path], list[str]]
Edit = Callable[[Path, str, str], None]
Change = Callable[..., None]
Fill = Callable[[Path], None]


def test_a_home_goes_from_nothing_to_nothing_wrong(
    home: Path, edgekit: Run, authorise: Run
) -> None:
    code, out, _ = edgekit("check", home / "site.toml")
    assert code == 1
    assert "draft: not signed yet" in out
    assert "What is wrong (1)" in out
    code, out, _ = authorise(home)
    assert code == 0
    assert "the following is allowed at my-home" in out
    assert "Nothing. The numbers stay on the device." in out
    code, out, _ = edgekit("check", home / "site.toml")
    assert code == 0
    assert "allowed, and signed" in out
    assert out.endswith("Nothing is wrong.\n")


def test_a_public_place_is_authorised_elsewhere(
    tmp_path: Path, edgekit: Run, problems: Ask, fill_in: Fill
) -> None:
    site, office = tmp_path / "plaza", tmp_path / "office"
    office.mkdir()
    edgekit("init", site, "--profile", "sdc-10-5", "--source", "plaza")
    assert edgekit("authorise", "--make-key", office / "organisation.key.pem")[0] == 0
    draft = site / "authorisation.draft.json"
    code, _, err = edgekit("authorise", draft, "--key", office / "organisation.key.pem")
    assert code == 1
    assert "still to be filled in: controller.name" in err
    fill_in(site)
    signed = site / "authorisation.dsse.json"
    code, out, _ = edgekit(
        "authorise", draft, "--key", office / "organisation.key.pem", "-o", signed
    )
    assert code == 0
    assert "below 10" in out
    assert "public key" in problems(site)[0]
    (site / "keys/organisation.pub.pem").write_bytes((office / "organisation.pub.pem").read_bytes())
    assert "there is no notice" in problems(site)[0]
    code, out, _ = edgekit("notice", site / "site.toml", "-o", site / "notice")
    assert code == 0
    assert {Path(line).name for line in out.split("\n")[:-1]} >= {
        "sign.svg",
        "notice.html",
        "notice.txt",
        "notice.json",
        "marker.svg",
    }
    assert problems(site) == []


def test_a_device_cannot_allow_itself(home: Path, edgekit: Run, problems: Ask) -> None:
    code, _, err = edgekit(
        "authorise",
        home / "authorisation.draft.json",
        "--key",
        home / "keys/device.key.pem",
    )
    assert code == 1
    assert "cannot allow itself" in err
    (home / "keys/organisation.pub.pem").write_bytes((home / "keys/device.pub.pem").read_bytes())
    assert any("cannot allow itself" in problem for problem in problems(home))


def test_authorise_follows_the_lines_of_the_site(
    home: Path, authorise: Run, problems: Ask, edit: Edit
) -> None:
    settings = home / "site.toml"
    edit(settings, 'name = "middle"', 'name = "door"')
    edit(settings, "window_s = 60", "window_s = 300")
    settings.write_text(
        settings.read_text() + '[[zone]]\nname = "z"\npolygon = [[9, 9], [99, 9], [99, 99]]\n'
    )
    authorise(home)
    assert len(problems(home)) == 3
    assert authorise(home, "--site", settings)[0] == 0
    assert problems(home) == []
    key = load_public(home / "keys/organisation.pub.pem")
    data = (home / "authorisation.dsse.json").read_bytes()
    allowed = load_authorisation(data, organisation=key, now_s=1_800_000_000)
    assert [output.metric for output in allowed.outputs] == [
        "light.illuminance",
        "line.door.in",
        "line.door.out",
        "zone.z.people",
    ]
    edit(settings, 'profile = "local"', 'profile = "home"')
    assert authorise(home, "--site", settings)[0] == 2


def test_authorise_says_what_it_needs(home: Path, edgekit: Run, authorise: Run) -> None:
    assert edgekit("authorise")[0] == 2
    assert edgekit("authorise", home / "absent.json", "--key", "k")[0] == 2
    assert edgekit("authorise", home, "--key", "k")[0] == 2
    (home / "authorisation.draft.json").write_text("{}")
    code, _, err = authorise(home)
    assert code == 1
    assert "draft.v is missing" in err
    assert "authorisation.draft.json a draft? edgekit init writes one" in err
    assert not (home / "authorisation.dsse.json").exists()


def test_authorise_refuses_what_the_gate_would_refuse(
    tmp_path: Path, edgekit: Run, authorise: Run, change_draft: Change, fill_in: Fill
) -> None:
    site = tmp_path / "plaza"
    edgekit("init", site, "--profile", "sdc-10-5")
    create_key(site / "keys/organisation.key.pem", entropy=os.urandom)
    fill_in(site)
    outputs = json.loads((site / "authorisation.draft.json").read_text())["outputs"]
    change_draft(site, outputs=[*outputs, outputs[0] | {"metric": "line.middle.total"}])
    code, _, err = authorise(site)
    assert code == 1
    assert "a total less one way" in err


def test_a_notice_in_another_language_is_refused_whole(
    home: Path, edgekit: Run, authorise: Run
) -> None:
    authorise(home)
    code, _, err = edgekit("notice", home / "site.toml", "-o", home / "notice", "--language", "tlh")
    assert code == 2
    assert "'tlh'" in err
    assert not (home / "notice").exists()


def test_a_notice_that_cannot_be_written_is_said(home: Path, edgekit: Run, authorise: Run) -> None:
    authorise(home)
    code, _, err = edgekit("notice", home / "site.toml", "-o", home / "site.toml")
    assert code == 2
    assert "cannot write" in err
