"""A lamp that is added to a site: refused until what is signed, and the sign, say so."""

from collections.abc import Callable
from pathlib import Path

from edgekit.errors import ConsentError
from edgekit.node.clock import now_ms
from edgekit.node.site import load_site

Run = Callable[..., tuple[int, str, str]]
ZONE = '\n[[zone]]\nname = "way"\npolygon = [[60, 120], [580, 120], [580, 460], [60, 460]]\n'
LAMP = '\n[lamp]\nport = "serial:by-id/uno"\ndaylight = "none"\n'


def refused(site: Path) -> str:
    """What the node says to this site, empty where it starts."""
    try:
        load_site(site, now_s=now_ms() // 1000)
    except ConsentError as error:
        return str(error)
    return ""


def test_a_lamp_needs_a_new_signature_and_a_new_sign(
    home: Path, authorise: Run, problems: Callable[[Path], list[str]], edgekit: Run
) -> None:
    site = home / "site.toml"
    text = site.read_text()
    assert authorise(home)[0] == 0
    assert edgekit("notice", site, "-o", home / "notice")[0] == 0
    assert (problems(home), refused(site)) == ([], "")

    site.write_text(text + LAMP + 'motion = "pir"\n')
    said = "a lamp shows whether somebody is there, and the sign does not say so"
    assert (problems(home), refused(site)) == ([said], said)

    assert authorise(home, "--site", site)[0] == 0
    assert refused(site) == ""
    assert any("notice" in problem and "out of date" in problem for problem in problems(home))
    assert edgekit("notice", site, "-o", home / "notice")[0] == 0
    assert problems(home) == []
    assert "lamp is brighter" in (home / "notice/sign.svg").read_text()


def test_a_lamp_that_follows_what_nobody_allowed_is_refused(
    home: Path, authorise: Run, problems: Callable[[Path], list[str]]
) -> None:
    site = home / "site.toml"
    text = site.read_text() + ZONE
    site.write_text(text)
    assert authorise(home, "--site", site)[0] == 0
    for key in ('zone = "way"', 'line = "middle"\npeak_per_h = 40'):
        site.write_text(text + LAMP + key + "\n")
        told = problems(home)
        assert told == ([refused(site)] if refused(site) else [])
    assert refused(site) == ""  # a road's class shows nobody
