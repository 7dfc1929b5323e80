"""The MQTT outlet against a broker that is played: order, acknowledgements, bounds, silence."""

import sys
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgekit.errors import MissingExtraError, OutletError
from edgekit.outlets.connection import Ears
from edgekit.outlets.mqtt import ACKNOWLEDGED_S, AT_ONCE, DIGITS_A_MINUTE, MqttOutlet, Place
from edgekit.outlets.topics import Publication
from edgekit.records import Reason, SignedRecord, Status
from edgekit.signing.record import sign_release
from tests import sample
from tests.privacy.test_non_interference import BUSY, SITES, allow, person, run

if TYPE_CHECKING:
    from collections.abc import Sequence

PLACE = Place(host="192.0.2.1", port=1883, base="edgekit/plaza")
NOW_S = 1_800_000_900


def record(sequence: int, **changes: object) -> SignedRecord:
    window = replace(sample.WINDOW, **changes)  # type: ignore[arg-type] -- a test's own changes
    return sign_release(window, replace(sample.HEAD, sequence=sequence), sample.SIGNER)


@dataclass
class Broker:
    """Plays a broker: acknowledges at each turn as much as it is told to, in any order."""

    at_a_turn: int = 1000
    backwards: bool = False
    away_after: int | None = None
    said: list[Publication] = field(default_factory=list)
    listened: list[str] = field(default_factory=list)
    closed: int = 0
    wants_write: bool = False
    _ears: Ears | None = None
    _unsettled: list[int] = field(default_factory=list)

    def __call__(self, _place: Place, ears: Ears, *, call: object = None) -> "Broker":
        assert call is None
        self._ears = ears
        return self

    def open(self) -> None:
        if self.away_after == 0:
            raise OutletError("away")

    def publish(self, what: Publication) -> int:
        if self.away_after is not None and len(self.said) >= self.away_after:
            raise OutletError("away")
        self.said.append(what)
        self._unsettled.append(len(self.said))
        return len(self.said)

    def listen(self, topic: str) -> None:
        self.listened.append(topic)

    def turn(self, wait_s: float) -> None:
        del wait_s
        assert self._ears is not None
        order = sorted(self._unsettled, reverse=self.backwards)[: self.at_a_turn]
        for number in order:
            self._unsettled.remove(number)
            self._ears.acknowledged(number)

    def tell(self, payload: bytes) -> None:
        assert self._ears is not None
        self._ears.told(payload)

    def fileno(self) -> int:
        return 0

    def close(self) -> None:
        self.closed += 1

    @property
    def topics(self) -> list[str]:
        return [one.topic.removeprefix("edgekit/plaza/") for one in self.said]


@dataclass
class Clock:
    t_s: float = 0.0

    def __call__(self) -> float:
        return self.t_s


def made(broker: Broker, clock: Clock | None = None, **more: object) -> MqttOutlet:
    return MqttOutlet(PLACE, dial=broker, now_s=lambda: NOW_S, clock_s=clock or Clock(), **more)  # type: ignore[arg-type] -- whatever a test gives


def test_it_says_what_there_is_that_it_is_here_and_then_the_records() -> None:
    broker = Broker()
    outlet = made(broker, hello=[("ha/config", b"{}")], on_digits=print)
    outlet.send(record(0))
    outlet.close()
    outlet.close()

    door = [f"{kind}/line.door.in" for kind in ("record", "attributes", "state")]
    assert broker.topics == ["ha/config", "status", *door, "status"]
    assert [broker.said[1].payload, broker.said[-1].payload] == [b"online", b"offline"]
    assert broker.listened == ["edgekit/plaza/pause/set"]
    assert all(one.retain for one in broker.said)
    assert outlet.leaves_device
    assert outlet.delivered == 1


def test_without_anybody_to_tell_it_listens_to_nobody() -> None:
    broker = Broker()
    made(broker).send(record(0))
    assert broker.listened == []


RECORDS = [record(sequence) for sequence in range(40)]


@settings(max_examples=40)
@given(at_a_turn=st.integers(1, 7), backwards=st.booleans(), number=st.integers(1, len(RECORDS)))
def test_a_record_is_delivered_once_all_of_it_and_all_before_it_were_acknowledged(
    at_a_turn: int, backwards: bool, number: int
) -> None:
    broker = Broker(at_a_turn=at_a_turn, backwards=backwards)
    outlet = made(broker)
    waiting = RECORDS[:number]
    seen = [0]
    for _ in range(1000):
        while waiting and outlet.has_room:
            outlet.offer(waiting.pop(0))
        assert len(broker._unsettled) <= 3 * AT_ONCE + 1
        outlet.turn()
        delivered = outlet.delivered or 0
        behind = {n for n in broker._unsettled if n <= 1 + 3 * delivered and n > 1}
        assert not behind
        seen.append(delivered)
        if delivered == number:
            break
    assert seen[-1] == number
    assert seen == sorted(seen)
    sequences = [one.payload for one in broker.said if "/record/" in one.topic]
    assert sequences == [one.envelope for one in RECORDS[:number]]


def test_a_broker_that_acknowledges_nothing_in_time_is_away() -> None:
    clock = Clock()
    outlet = made(Broker(at_a_turn=0), clock)
    outlet.offer(record(0))
    clock.t_s = ACKNOWLEDGED_S
    outlet.turn()
    clock.t_s += 1

    with pytest.raises(OutletError, match="nothing was acknowledged"):
        outlet.turn()
    assert outlet.delivered is None


@pytest.mark.parametrize("after", [0, 1, 2, 3])
def test_a_broker_that_goes_away_has_what_it_acknowledged_and_no_more(after: int) -> None:
    broker = Broker(away_after=after)
    outlet = made(broker)
    with pytest.raises(OutletError, match="away"):
        outlet.send(record(0))
    assert outlet.delivered is None
    outlet.close()
    with pytest.raises(OutletError, match="closed"):
        outlet.send(record(0))
    assert broker.closed


def test_a_record_that_comes_twice_leaves_what_it_left_before() -> None:
    broker = Broker()
    outlet = made(broker)
    for sequence in (0, 1, 0, 1):
        outlet.send(record(sequence, value=10 + 5 * sequence))
    kept = {one.topic: one.payload for one in broker.said}
    assert kept["edgekit/plaza/state/line.door.in"] == b"15"
    assert outlet.delivered == 2


def test_digits_are_handed_on_a_few_a_minute_and_nothing_else_is() -> None:
    got: list[int] = []
    broker, clock = Broker(), Clock()
    outlet = made(broker, clock, on_digits=got.append)
    outlet.turn()
    for payload in (b"", b"x" * 1_000_000, b"\xff\xfe", b"1234567", b"12 456", b"ON"):
        broker.tell(payload)
    assert got == []
    for number in range(100):
        broker.tell(b"%06d" % number)
    assert got == list(range(DIGITS_A_MINUTE))
    clock.t_s = 60.0
    broker.tell(b"424242")
    assert got[-1] == 424242


def test_a_suppressed_window_says_nothing_of_its_number() -> None:
    broker = Broker()
    made(broker).send(
        record(0, value=None, status=Status.SUPPRESSED, reason=Reason.BELOW_THRESHOLD)
    )
    (state,) = [one.payload for one in broker.said if "/state/" in one.topic]
    assert state == b"None"
    assert b"3" not in b"".join(one.payload for one in broker.said if "/attributes/" in one.topic)


def published(told: "Sequence[object]", metrics: "Sequence[str]") -> list[list[Publication]]:
    """What leaves by MQTT, by the turn in which it does: as each window closes."""
    envelopes, _ = run(allow(metrics), told)  # type: ignore[arg-type] -- as that test has it
    broker = Broker()
    outlet = MqttOutlet(PLACE, dial=broker, now_s=lambda: 0, clock_s=Clock())
    turns: list[list[Publication]] = []
    for sequence, envelope in enumerate(envelopes):
        outlet.send(SignedRecord(sequence=sequence, envelope=envelope))
        turns.append(broker.said[sum(map(len, turns)) :])
    return turns


@pytest.mark.parametrize("name", ["a room, a queue and vehicles", "dwell"])
def test_one_person_more_in_a_suppressed_window_changes_no_byte_by_mqtt(
    name: str,
) -> None:
    metrics = SITES[name]
    few = published(BUSY, metrics)  # three of each, under sdc-10-5

    assert published([*BUSY, *person(1500)], metrics) == few
    assert published([], metrics) == few
    assert len(few) >= 4 * len(metrics)
    crowd = [one for n in range(100) for one in person(999 + 3 * n)]
    assert published(crowd, metrics) != few
    states = {one.payload for turn in few for one in turn if "/state/" in one.topic}
    assert not states & {b"%d" % number for number in range(10)}


def test_without_paho_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "paho.mqtt", None)
    with pytest.raises(MissingExtraError, match="needs paho-mqtt") as caught:
        MqttOutlet(PLACE)
    assert ".[mqtt]" in (caught.value.hint or "")
