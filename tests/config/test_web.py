"""``[web]``: where the page may be served, under which profile, and to whom."""

from pathlib import Path

import pytest

from edgekit.config import Settings
from edgekit.config.table import Table
from edgekit.config.web import DEFAULT, Web, read_address, read_web
from edgekit.consent.texts import TEXTS
from edgekit.errors import ConfigError
from edgekit.records import Profile

PUBLIC = Profile.SDC_10_5
LAN = {"listen": ["192.168.1.20:8710"], "recipient": "everybody on the square's network"}


def read(values: dict[str, object], profile: Profile = PUBLIC) -> Web:
    found = read_web(Table(values, "web"), profile)
    assert found is not None
    return found


def test_the_table_alone_is_the_devices_own_screen_in_every_language() -> None:
    web = read({}, Profile.LOCAL)
    assert [str(one) for one in web.listen] == [DEFAULT]
    assert web.languages == tuple(TEXTS)
    assert web.is_own
    assert web.shows_digits
    assert read_web(None, PUBLIC) is None


def test_on_a_network_it_says_who_reads_it() -> None:
    web = read({**LAN, "names": ["counter.example.org"], "languages": ["de", "en"]})
    assert not web.is_own
    assert not web.shows_digits
    assert web.recipient == LAN["recipient"]
    both = read({**LAN, "listen": [DEFAULT, "[fd00::20]:8710"]})
    assert both.shows_digits
    assert str(both.listen[1]) == "[fd00::20]:8710"
    assert not read({**LAN, "listen": [DEFAULT, "192.168.1.20:1024"], "digits": False}).shows_digits


@pytest.mark.parametrize(
    ("values", "profile", "words"),
    [
        ({"listen": ["localhost:8710"]}, PUBLIC, "expected an address of this machine and a port"),
        ({"listen": ["127.0.0.1"]}, PUBLIC, "expected an address of this machine and a port"),
        ({"listen": ["127.0.0.1:80"]}, PUBLIC, "port 80: expected 1024 to 65535"),
        ({"listen": ["127.0.0.1:70000"]}, PUBLIC, "port 70000"),
        ({"listen": ["1.2.3.999:8710"]}, PUBLIC, "expected an address"),
        ({"listen": ["0.0.0.0:8710"]}, PUBLIC, "no address of one network"),
        ({"listen": ["[::]:8710"]}, PUBLIC, "no address of one network"),
        ({"listen": ["239.1.1.1:8710"]}, PUBLIC, "no address of one network"),
        ({"listen": []}, PUBLIC, "expected one at least"),
        ({"listen": [DEFAULT, DEFAULT]}, PUBLIC, "twice"),
        ({"listen": DEFAULT}, PUBLIC, "a list"),
        ({"listen": [DEFAULT] * 9}, PUBLIC, "up to 4"),
        ({"languages": ["nl"]}, PUBLIC, "no texts in 'nl'"),
        ({"languages": [3]}, PUBLIC, "texts"),
        ({"names": ["https://x"]}, PUBLIC, "host name"),
        ({"names": ["UPPER"]}, PUBLIC, "host name"),
        ({"digits": "yes"}, PUBLIC, "true or false"),
        ({"listen": ["192.168.1.20:8710"]}, PUBLIC, "web.recipient is missing"),
        ({"recipient": "somebody"}, PUBLIC, "nobody but this device"),
        (LAN, Profile.LOCAL, "under `local` nothing leaves"),
        ({**LAN, "listen": ["9.9.9.9:8710"]}, Profile.HOME, "no address of a home network"),
        ({"port": 1}, PUBLIC, "unknown key 'port'"),
    ],
)
def test_what_cannot_be_is_said(values: dict[str, object], profile: Profile, words: str) -> None:
    with pytest.raises(ConfigError, match=words.replace("[", r"\[")):
        read(values, profile)


def test_at_home_a_private_address_may_be_one() -> None:
    assert not read(LAN, Profile.HOME).is_own
    assert read({**LAN, "listen": ["[fd00::20]:8710"]}, Profile.HOME)


def test_an_address_is_written_as_it_is_read() -> None:
    for text in (DEFAULT, "[::1]:65535", "192.0.2.1:1024"):
        assert str(read_address(text)) == text


def test_the_template_shows_how_it_is_asked_for(tmp_path: Path) -> None:
    text = Settings.template(name="x", profile=Profile.LOCAL, source="plaza")
    assert Settings.from_text(text, path=tmp_path / "site.toml").web is None
    asked = text.replace("# [web]\n", "[web]\n").replace("# listen = ", "listen = ")
    settings = Settings.from_text(
        asked.replace("# languages =", "languages ="), path=tmp_path / "s"
    )
    assert settings.web is not None
    assert settings.web.languages == ("en", "de")
