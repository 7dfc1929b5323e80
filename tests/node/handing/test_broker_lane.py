"""What a herald does about its broker: calls once, goes on, or ends so that a new one calls."""

import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from edgekit.config import Settings
from edgekit.errors import ConfigError, ConsentError, OutletError
from edgekit.node.handing import broker_lane, call
from edgekit.node.handing.broker_lane import BrokerLane, open_lane
from edgekit.node.handing.mail import ACKNOWLEDGED, PAUSE, encode_answer
from edgekit.node.processes.fault import CALL_AGAIN, CALL_BROKE_OFF
from edgekit.records import Profile, SignedRecord

if TYPE_CHECKING:
    from edgekit.outlets.mqtt import MqttOutlet
    from tests.node.conftest import Place, Places

RECORD = SignedRecord(sequence=7, envelope=b"{}")


@dataclass
class Line:
    wants_write: bool = False

    def fileno(self) -> int:
        return 5


@dataclass
class Played:
    """An outlet that does as it is told."""

    fails: bool = False
    has_room: bool = True
    delivered: int | None = None
    offered: list[int] = field(default_factory=list)
    closed: bool = False
    name: str = "mqtt 192.0.2.1:1883"
    line: Line = field(default_factory=Line)

    def turn(self) -> None:
        if self.fails:
            raise OutletError("the broker has hung up", hint="look")

    def offer(self, record: SignedRecord) -> None:
        self.offered.append(record.sequence)

    def close(self) -> None:
        self.closed = True


def lane(outlet: Played | None, answers: list[bytes], now: list[float]) -> BrokerLane:
    given: Any = outlet
    return BrokerLane(given, answer=answers.append, clock_s=lambda: now[0], again_s=20.0)


def test_what_is_acknowledged_is_told_once() -> None:
    outlet, answers = Played(), list[bytes]()
    kept = lane(outlet, answers, [0.0])
    assert kept.waits_for == ([], [])
    kept.take(RECORD)
    kept.turn()
    assert (outlet.offered, answers) == ([7], [])
    assert kept.waits_for == ([5], [])
    outlet.line.wants_write = True
    assert kept.waits_for == ([5], [5])
    outlet.delivered = 8
    kept.turn()
    kept.turn()
    assert answers == [encode_answer(ACKNOWLEDGED, 8)]
    outlet.has_room = False
    kept.take(RECORD)
    kept.turn()
    assert outlet.offered == [7]
    assert kept.over is None
    kept.close()
    assert outlet.closed


def test_a_call_that_breaks_off_is_made_again_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    outlet = Played()
    kept = lane(outlet, [], [0.0])
    kept.turn()
    outlet.fails = True
    kept.turn()
    assert kept.over == CALL_BROKE_OFF
    assert kept.waits_for == ([], [])
    said = capsys.readouterr().err
    assert "has answered" in said
    assert "records for the broker wait: the broker has hung up (look)" in said


@pytest.mark.parametrize("outlet", [None, Played(fails=True)], ids=["no call", "no answer"])
def test_a_broker_that_is_away_is_called_again_after_a_while(outlet: Played | None) -> None:
    now = [0.0]
    kept = lane(outlet, [], now)
    kept.take(RECORD)
    for now[0], over in ((0.0, None), (20.0, None), (20.5, CALL_AGAIN), (21.0, CALL_AGAIN)):
        kept.turn()
        assert kept.over == over
    assert outlet is None or (outlet.closed and not outlet.offered)
    kept.close()


def test_waits_grow_and_are_not_all_the_same() -> None:
    waits = [call.again_s(times) for times in range(9)]
    for wait_s, least_s in zip(waits, (*call.AGAIN_S, 300.0, 300.0), strict=True):
        assert least_s <= wait_s <= 1.2 * least_s


def site(places: "Places", text: str, profile: Profile = Profile.HOME) -> "Place":
    return places.make(window_s=60, profile=profile, extra=f'[[outlet]]\nkind = "mqtt"\n{text}\n')


def opened(place: "Place", answer: Callable[[bytes], object] = lambda _: None) -> BrokerLane | None:
    return open_lane(
        Settings.load(place.settings),
        answer=answer,
        clock_s=lambda: 0.0,
        now_s=int(place.authorisation.valid_from_s),
        unanswered=0,
    )


@pytest.fixture
def served() -> "socket.socket":
    made = socket.create_server(("127.0.0.1", 0))
    made.settimeout(60)
    return made


def test_it_calls_the_one_broker_and_says_nothing_yet(
    places: "Places", served: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = served.getsockname()[1]
    place = site(places, f'host = "127.0.0.1"\nport = {port}')
    with pytest.raises(ConsentError, match=r"no recipient names 127\.0\.0\.1"):
        opened(place)
    monkeypatch.setattr(broker_lane, "require_addressee", lambda *_: None)
    kept = opened(place)
    assert kept is not None
    theirs, _ = served.accept()
    theirs.setblocking(False)
    with pytest.raises(BlockingIOError):
        theirs.recv(1)
    kept.close()
    theirs.close()
    served.close()


def test_nobody_answers(
    places: "Places",
    served: socket.socket,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    port = served.getsockname()[1]
    served.close()
    monkeypatch.setattr(broker_lane, "require_addressee", lambda *_: None)
    kept = opened(
        site(places, f'host = "127.0.0.1"\nport = {port}\ndiscovery = "off"\npause = false')
    )
    assert kept is not None
    assert f"records for the broker wait: mqtt 127.0.0.1:{port} is away" in capsys.readouterr().err


def test_without_a_broker_there_is_no_lane(places: "Places") -> None:
    place = places.make()
    assert opened(place) is None
    with pytest.raises(OutletError, match="no broker"):
        call.call(Settings.load(place.settings))


def test_a_name_that_stands_for_a_far_address_is_not_called(
    places: "Places", monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings.load(site(places, 'host = "ha.local"').settings)
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("203.0.113.9", 8883))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises(OutletError, match="no home network"):
        call.call(settings)


def test_a_resolver_that_never_answers_is_not_waited_for(
    places: "Places", monkeypatch: pytest.MonkeyPatch, served: socket.socket
) -> None:
    settings = Settings.load(site(places, 'host = "ha.local"\ntls = false').settings)
    late, done = threading.Event(), threading.Event()

    def slow(*_: object, **__: object) -> list[object]:
        late.wait(60)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", served.getsockname())]

    real = socket.create_connection

    def connect(_address: object, **more: Any) -> socket.socket:  # noqa: ANN401 -- what it takes
        made = real(served.getsockname(), **more)
        done.set()
        return made

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    monkeypatch.setattr(socket, "create_connection", connect)
    monkeypatch.setattr(call, "PATIENCE_S", 0.05)
    with pytest.raises(OutletError, match="does not answer"):
        call.call(settings)
    late.set()
    assert done.wait(60)
    theirs, _ = served.accept()
    assert theirs.recv(1) == b""  # hung up: nobody waits for it any more
    theirs.close()
    served.close()


def test_digits_are_handed_to_the_clerk_as_they_are(
    places: "Places", monkeypatch: pytest.MonkeyPatch
) -> None:
    made: dict[str, Any] = {}

    def outlet(_place: object, **more: object) -> "MqttOutlet":
        made.update(more)
        return Played()  # type: ignore[return-value] -- it is played

    monkeypatch.setattr(broker_lane, "MqttOutlet", outlet)
    monkeypatch.setattr(broker_lane, "require_addressee", lambda *_: None)
    monkeypatch.setattr(broker_lane, "call", lambda _: None)
    answers: list[bytes] = []
    opened(site(places, 'host = "127.0.0.1"\n[web]'), answers.append)
    made["on_digits"](42)
    assert answers == [encode_answer(PAUSE, 42)]
    assert made["keeps_s"] == 365 * 86_400
    ((topic, _),) = made["hello"]
    assert topic == "homeassistant/device/edgekit_site/config"


def test_what_cannot_be_read_is_told(places: "Places") -> None:
    place = site(places, 'host = "127.0.0.1"\ntls = true\nca = "ca.pem"')
    settings = Settings.load(place.settings)
    assert settings.broker is not None
    with pytest.raises(ConfigError, match=r"outlet\.ca .* cannot be used"):
        call.secure_of(settings.broker)
    (place.folder / "ca.pem").write_text("no certificate")
    with pytest.raises(ConfigError, match="cannot be used"):
        call.secure_of(settings.broker)
    settings.authorisation.file.unlink()
    with pytest.raises(ConsentError, match="no authorisation"):
        opened(place)


@pytest.mark.parametrize("text", ["", "pause = false\n[web]", "[web]\ndigits = false"])
def test_nobody_is_heard_where_nobody_can_know_the_digits(
    places: "Places", monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    made: dict[str, Any] = {}

    def outlet(_place: object, **more: object) -> "MqttOutlet":
        made.update(more)
        return Played()  # type: ignore[return-value] -- it is played

    monkeypatch.setattr(broker_lane, "MqttOutlet", outlet)
    monkeypatch.setattr(broker_lane, "require_addressee", lambda *_: None)
    monkeypatch.setattr(broker_lane, "call", lambda _: None)
    opened(site(places, f'host = "127.0.0.1"\n{text}'))
    assert made["on_digits"] is None
    assert b"pause/set" not in made["hello"][0][1]
