"""The MQTT outlet against a real mosquitto: away and back, killed, hostile, by TLS, by name."""

import base64
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from edgekit.errors import OutletError
from edgekit.outlets.connection import MAX_PACKET_BYTES, Place
from edgekit.outlets.mqtt import MqttOutlet
from edgekit.records import Reason, SignedRecord, Status
from edgekit.signing.record import sign_release
from tests import mosquitto, sample
from tests.mosquitto import HANG_S, Listener, Mosquitto, wait_for

pytestmark = pytest.mark.broker
BASE = "edgekit/plaza"
PASSWD = "mosquitto_passwd"


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    started = mosquitto.start(tmp_path)
    yield started
    started.kill()


@pytest.fixture
def listener(broker: Mosquitto) -> Iterator[Listener]:
    made = Listener(broker.port)
    yield made
    made.close()


def place(broker: Mosquitto, **more: object) -> Place:
    return Place(host="127.0.0.1", port=broker.port, base=BASE, **more)  # type: ignore[arg-type] -- a test's own


def record(sequence: int, **changes: object) -> SignedRecord:
    start_s = int(time.time()) // 900 * 900
    window = replace(sample.WINDOW, window_start_s=start_s, **changes)  # type: ignore[arg-type] -- likewise
    return sign_release(window, replace(sample.HEAD, sequence=sequence), sample.SIGNER)


def test_what_is_sent_is_there_in_order_and_stays_for_who_comes_later(
    broker: Mosquitto, listener: Listener
) -> None:
    outlet = MqttOutlet(place(broker))
    sent = [record(sequence, value=10 + 5 * sequence) for sequence in range(30)]
    for one in sent:
        outlet.send(one)
    assert outlet.delivered == 30
    listener.wait(f"{BASE}/state/line.door.in", b"155")
    assert listener.of(f"{BASE}/record/line.door.in") == [one.envelope for one in sent]
    outlet.close()
    listener.wait(f"{BASE}/status", b"offline")

    later = Listener(broker.port)
    later.wait(f"{BASE}/state/line.door.in", b"155")
    later.wait(f"{BASE}/record/line.door.in", sent[-1].envelope)
    assert all(retained for *_, retained in later.said)
    later.close()


def test_a_true_count_of_three_is_in_no_byte_on_the_wire(tmp_path: Path) -> None:
    """Everything that goes to the broker is caught by who stands between, and looked through."""
    started = mosquitto.start(tmp_path)
    caught = bytearray()
    ours, theirs = socket.socketpair()
    outlet = MqttOutlet(place(started), call=ours)
    real = socket.create_connection(("127.0.0.1", started.port))

    def pass_on(one: socket.socket, other: socket.socket, keep: bytearray | None) -> None:
        with suppress(ConnectionError):  # the broker is killed at the end
            while data := one.recv(65_536):
                if keep is not None:
                    keep += data
                other.sendall(data)

    ways = ((theirs, real, caught), (real, theirs, None))
    between = [threading.Thread(target=pass_on, args=way, daemon=True) for way in ways]
    for one in between:
        one.start()
    withheld = record(0, value=None, status=Status.SUPPRESSED, reason=Reason.BELOW_THRESHOLD)
    outlet.send(withheld)
    outlet.close()
    started.kill()
    theirs.shutdown(socket.SHUT_RDWR)
    for one in between:
        one.join(HANG_S)
    for end in (ours, theirs, real):
        end.close()

    payload = caught[caught.index(b'{"payload":"') + 12 :].split(b'"', 1)[0]
    opened = base64.b64decode(payload)
    assert withheld.envelope in caught
    assert b'"count":null' in opened
    for hint in (b'"count":3', b"count=3", b":3,", b" 3 ", b'"3"', b'"value":3'):
        assert hint not in bytes(caught)
        assert hint not in opened


def test_a_broker_that_is_killed_gets_the_rest_when_it_is_back(broker: Mosquitto) -> None:
    outlet = MqttOutlet(place(broker))
    outlet.send(record(0))
    broker.kill()
    with pytest.raises(OutletError, match="mqtt 127"):
        outlet.send(record(1))
    assert outlet.delivered == 1
    outlet.close()
    with pytest.raises(OutletError, match="is away"):
        MqttOutlet(place(broker)).send(record(1))

    broker.start()
    again = MqttOutlet(place(broker))
    again.send(record(1))
    assert again.delivered == 2
    again.close()


def test_a_broker_says_itself_that_a_node_has_died(broker: Mosquitto, listener: Listener) -> None:
    call = socket.create_connection(("127.0.0.1", broker.port))
    outlet = MqttOutlet(place(broker), call=call)
    outlet.send(record(0))
    listener.wait(f"{BASE}/status", b"online")
    call.shutdown(socket.SHUT_RDWR)  # without a word of goodbye
    listener.wait(f"{BASE}/status", b"offline")
    outlet.close()


def test_hostile_commands_and_what_was_retained_come_to_nothing(
    broker: Mosquitto, listener: Listener
) -> None:
    topic = f"{BASE}/pause/set"
    listener.publish(topic, b"111111", retain=True)
    got: list[int] = []
    outlet = MqttOutlet(place(broker), on_digits=got.append)
    outlet.send(record(0))
    for payload in (b"x" * 1_000_000, b"\xff\xfe\x00", b"", b"12345", b"0" * MAX_PACKET_BYTES):
        listener.publish(topic, payload)
    listener.publish(topic, b"424242")

    def told() -> bool:
        outlet.turn(0.05)
        return bool(got)

    wait_for(told)
    assert got == [424242]
    outlet.send(record(1))
    assert outlet.delivered == 2
    outlet.close()


@pytest.mark.parametrize(
    ("login", "words"), [(("node", "wrong"), "refuses the node"), (None, "refuses")]
)
def test_who_does_not_know_the_password_is_told_so(
    tmp_path: Path, login: tuple[str, str] | None, words: str
) -> None:
    users = tmp_path / "users"
    _password(users)
    started = mosquitto.start(tmp_path, "allow_anonymous false", f"password_file {users}")
    with pytest.raises(OutletError, match=words) as caught:
        MqttOutlet(place(started, login=login)).send(record(0))
    assert "wrong" not in f"{caught.value} {place(started, login=login)!r}"
    assert "login" in (caught.value.hint or "")
    known = MqttOutlet(place(started, login=("node", "right")))
    known.send(record(0))
    assert known.delivered == 1
    known.close()
    started.kill()


def test_a_broker_that_does_not_let_the_node_write_has_not_taken_the_record(tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    rules.write_text(f"topic write {BASE}/status\ntopic read #\n")
    started = mosquitto.start(tmp_path, "allow_anonymous true", f"acl_file {rules}")
    outlet = MqttOutlet(place(started))
    with pytest.raises(OutletError, match="does not take a message: Not authorized"):
        outlet.send(record(0))
    assert outlet.delivered is None
    outlet.close()
    started.kill()


def test_by_tls_only_who_was_named_is_believed(tmp_path: Path) -> None:
    own, other = (mosquitto.certificate(tmp_path, name) for name in ("own", "other"))
    started = mosquitto.start(
        tmp_path,
        "allow_anonymous true",
        *(f"certfile {own}", f"keyfile {own.with_suffix('.key')}"),
    )
    right, wrong = (ssl.create_default_context(cafile=path) for path in (own, other))
    outlet = MqttOutlet(place(started, tls=right))
    outlet.send(record(0))
    assert outlet.delivered == 1
    outlet.close()
    for context in (wrong, ssl.create_default_context()):
        with pytest.raises(OutletError, match=r"no secure connection: .*certificate"):
            MqttOutlet(place(started, tls=context)).send(record(0))
    called_otherwise = replace(place(started, tls=right), host="localhost")
    with pytest.raises(OutletError, match="no secure connection"):
        MqttOutlet(called_otherwise).send(record(0))
    with pytest.raises(OutletError):
        MqttOutlet(place(started)).send(record(0))
    started.kill()


def _password(path: Path) -> None:
    path.touch(0o600)
    words = [PASSWD, "-b", str(path), "node", "right"]
    subprocess.run(words, check=True, capture_output=True, timeout=HANG_S)
