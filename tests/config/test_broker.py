"""``[[outlet]]`` of kind mqtt: what may be said, what each profile bars, and with which words."""

from pathlib import Path

import pytest

from edgekit.config import Settings
from edgekit.config.broker import Broker, is_at_home
from edgekit.errors import ConfigError
from edgekit.records import Profile

HERE = Path("/site/site.toml")
SITE = 'version = 1\n[site]\nname = "square"\nprofile = "{}"\n[camera]\nsource = "plaza"\n'
OUTLET = '[[outlet]]\nkind = "mqtt"\n'


def broker(text: str, profile: Profile = Profile.HOME) -> Broker:
    found = Settings.from_text(SITE.format(profile) + OUTLET + text, path=HERE).broker
    assert found is not None
    return found


def test_a_host_is_enough() -> None:
    found = broker('host = "192.168.1.10"')
    assert found == Broker(
        host="192.168.1.10",
        port=1883,
        tls=False,
        ca=None,
        login=None,
        topic="edgekit/square",
        discovery="homeassistant",
        pause=True,
    )
    assert found.name == "mqtt 192.168.1.10:1883"


def test_everything_can_be_said() -> None:
    found = broker(
        'host = "Broker.Example.org"\nport = 8884\nca = "keys/ca.pem"\nlogin = "keys/mqtt.login"\n'
        'topic = "city/door-1"\ndiscovery = "off"\npause = false\n',
        Profile.SDC_10_5,
    )
    assert (found.host, found.port, found.tls) == ("broker.example.org", 8884, True)
    assert (found.ca, found.login) == (Path("/site/keys/ca.pem"), Path("/site/keys/mqtt.login"))
    assert (found.topic, found.discovery, found.pause) == ("city/door-1", None, False)


@pytest.mark.parametrize(
    ("host", "tls"),
    [
        *((host, False) for host in ("127.0.0.1", "localhost", "10.1.2.3", "172.16.0.9", "::1")),
        *((host, False) for host in ("fd00::7", "fe80::1", "169.254.3.3")),
        *((host, True) for host in ("8.8.8.8", "172.32.0.1", "2001:db8::1", "ha.local")),
    ],
)
def test_tls_is_the_rule_outside_of_home_networks(host: str, *, tls: bool) -> None:
    found = broker(f'host = "{host}"', Profile.SDC_10_5)
    assert (found.tls, found.port) == (tls, 8883 if tls else 1883)


@pytest.mark.parametrize(
    ("profile", "text", "words"),
    [
        (Profile.LOCAL, 'host = "127.0.0.1"', "profile `local` lets nothing leave"),
        (Profile.HOME, 'host = "8.8.8.8"', "is on no home network"),
        (Profile.SDC_10_5, 'host = "8.8.8.8"\ntls = false', "expected TLS"),
        (Profile.HOME, 'host = "mqtt://192.168.1.1"', "an address or a name of a broker"),
        (Profile.HOME, 'host = "1.2.3.400"', "an address or a name of a broker"),
        (Profile.HOME, 'host = "me:secret@192.168.1.1"', "holds a login"),
        (Profile.HOME, "", "host is missing"),
        (Profile.HOME, 'host = "::1"\nport = 0', "from 1 to 65535"),
        (Profile.HOME, 'host = "::1"\ntopic = "a/#"', "expected a topic"),
        (Profile.HOME, 'host = "::1"\ntopic = "/a"', "expected a topic"),
        (Profile.HOME, f'host = "::1"\ntopic = "{"a" * 101}"', "expected a topic"),
        (Profile.HOME, 'host = "::1"\nca = "ca.pem"', "tls is false"),
        (Profile.HOME, 'host = "::1"\npassword = "x"', "unknown key 'password'"),
        (Profile.HOME, f'host = "::1"\n{OUTLET}host = "::1"', "two outlets of kind mqtt"),
    ],
)
def test_what_cannot_be_is_refused_in_words(profile: Profile, text: str, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        broker(text, profile)
    assert words in str(caught.value)
    assert "secret" not in f"{caught.value} {caught.value.hint}"


def test_what_a_name_stands_for_is_held_to_the_same() -> None:
    home = broker('host = "ha.local"')
    home.require_address("192.168.1.9", Profile.HOME)
    with pytest.raises(ConfigError, match="no home network"):
        home.require_address("203.0.113.9", Profile.HOME)
    home.require_address("203.0.113.9", Profile.SDC_10_5)
    plain = broker('host = "ha.local"\ntls = false', Profile.SDC_10_5)
    with pytest.raises(ConfigError, match="expected TLS"):
        plain.require_address("203.0.113.9", Profile.SDC_10_5)


@pytest.mark.parametrize(
    ("address", "near"),
    [("::ffff:192.168.1.1", True), ("fe80::1%eth0", True), ("::ffff:8.8.8.8", False), ("x", False)],
)
def test_mapped_and_scoped_addresses_are_what_they_are(address: str, *, near: bool) -> None:
    assert is_at_home(address) is near
