"""A whole node that speaks to a real broker: through its seal, through outages, and no further."""

import re
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from edgekit.config import Settings
from edgekit.errors import ConsentError
from edgekit.node.site import load_site
from edgekit.node.walls.audit import ONE_CALL, attack
from edgekit.records import Profile
from tests import mosquitto
from tests.mosquitto import HANG_S, Listener, Mosquitto, wait_for

if TYPE_CHECKING:
    from tests.node.conftest import Place, Places

pytestmark = pytest.mark.broker
BASE = "edgekit/site"


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    (tmp_path / "broker").mkdir()
    started = mosquitto.start(tmp_path / "broker")
    yield started
    started.kill()


def telling(places: "Places", broker: Mosquitto, *, page: int = 0) -> "Place":
    web = f'[web]\nlisten = ["127.0.0.1:{page}"]\n' if page else ""
    place = places.make(
        window_s=60,
        profile=Profile.HOME,
        extra=f'{web}[[outlet]]\nkind = "mqtt"\nhost = "127.0.0.1"\nport = {broker.port}\n',
    )
    named = ("the people who live here, by 127.0.0.1",)
    outputs = tuple(replace(one, recipients=named) for one in place.authorisation.outputs)
    place.authorisation = replace(place.authorisation, outputs=outputs, notice_digest="")
    places.authorise(place)
    return place


def shown(page: int) -> bytes:
    """The digits that the node's own page shows in this minute; nothing where it does not yet."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{page}/", timeout=HANG_S) as answer:
            found = re.search(rb'name="token" value="([0-9]{6})"', answer.read())
    except OSError:
        return b""
    return found[1] if found else b""


def test_a_node_tells_its_broker_through_an_outage_and_hears_digits(
    places: "Places", broker: Mosquitto
) -> None:
    listener = Listener(broker.port)
    page = mosquitto.free_port()
    place = telling(places, broker, page=page)
    node = places.run(place)
    node.wait_seeing()
    listener.wait(f"{BASE}/status", b"online")
    wait_for(lambda: len(listener.of(f"{BASE}/record/event")) == 2)
    assert listener.of(f"{BASE}/record/event") == place.envelopes()[:2]
    assert listener.of("homeassistant/device/edgekit_site/config")

    listener.publish(f"{BASE}/pause/set", b"x" * 1_000_000)
    listener.publish(f"{BASE}/pause/set", b"000000")
    wait_for(lambda: "no pause: the token is not" in node.log())
    wait_for(lambda: shown(page))
    listener.publish(f"{BASE}/pause/set", shown(page))
    wait_for(lambda: node.state()["authorisation"] == "paused")
    listener.close()
    herald = node.pid("herald")
    assert herald
    broker.kill()
    node.wait_new("herald", herald)  # its call broke off: a new one is made by a new herald
    wait_for(lambda: "is away" in node.log())
    broker.start()
    again = Listener(broker.port)
    again.wait(f"{BASE}/status", b"online")
    node.stop()
    again.wait(f"{BASE}/status", b"offline")
    again.wait(f"{BASE}/record/event", place.envelopes()[-1])
    again.close()
    assert node.end() == 0
    assert all(one["seal_herald"] == "sealed" for one in place.payloads("aggregate"))
    exported = (place.data / "records" / "records.jsonl").read_bytes().splitlines()
    assert exported == place.envelopes()


def test_a_node_with_an_undeclared_broker_is_none(places: "Places", broker: Mosquitto) -> None:
    place = telling(places, broker)
    now_s = place.authorisation.valid_from_s
    load_site(place.settings, now_s=now_s)
    text = place.settings.read_text().replace('host = "127.0.0.1"', 'host = "127.0.0.2"')
    place.settings.write_text(text)
    with pytest.raises(ConsentError, match=r"no recipient names 127\.0\.0\.2"):
        load_site(place.settings, now_s=now_s)


def test_what_a_herald_that_may_call_could_do_is_tried(places: "Places", broker: Mosquitto) -> None:
    settings = Settings.load(telling(places, broker).settings)
    found = list(attack("herald", settings))
    assert [fault for one in found for fault in one.faults] == []
    assert ONE_CALL in [one.promise for one in found]
