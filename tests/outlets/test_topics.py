"""What any signed record becomes on a broker, and what a broker's bytes become here."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.errors import OutletError
from edgekit.outlets.topics import GRACE_S, publications, read_digits, stale_after_s
from edgekit.records import Aggregate, Event, EventName, Profile, Reason, SignedRecord, Status, Unit
from edgekit.signing.record import sign_release
from edgekit.vocabulary import Trouble
from tests import sample

BASE, NOW_S = "edgekit/plaza", 1_800_000_900
METRICS = {
    "line.door.in": Unit.COUNT,
    "zone.square.people": Unit.PEOPLE,
    "zone.square.density": Unit.PEOPLE_PER_100_M2,
    "zone.square.wait": Unit.WAIT_S,
    "light.illuminance": Unit.ILLUMINANCE_LUX,
}


def signed(release: Aggregate | Event, sequence: int = 0) -> SignedRecord:
    return sign_release(release, replace(sample.HEAD, sequence=sequence), sample.SIGNER)


@st.composite
def windows(draw: st.DrawFn) -> Aggregate:
    metric = draw(st.sampled_from(sorted(METRICS)))
    status = draw(st.sampled_from(list(Status)))
    released = status is Status.RELEASED
    return replace(
        sample.WINDOW,
        metric=metric,
        unit=METRICS[metric],
        status=status,
        value=draw(st.integers(0, 2**40)) if released else None,
        reason=None if released else Reason.PAUSED,
        uptime_percent=draw(st.sampled_from(range(0, 101, 5))),
    )


@given(windows(), st.integers(0, 2**40))
def test_a_state_is_the_released_number_or_not_known(window: Aggregate, sequence: int) -> None:
    record = signed(window, sequence)
    envelope, attributes, state = publications(record, base=BASE, now_s=NOW_S, keeps_s=77)

    assert (envelope.topic, envelope.payload) == (f"{BASE}/record/{window.metric}", record.envelope)
    assert state.topic == f"{BASE}/state/{window.metric}"
    assert state.payload == (b"None" if window.value is None else b"%d" % window.value)
    told = json.loads(attributes.payload)
    assert (told["status"], told["reason"]) == (window.status, window.reason)
    assert "value" not in told
    assert not {unit.value for unit in Unit} & set(told)
    assert (envelope.expires_s, attributes.expires_s, state.expires_s) == (77, 1860, 1860)
    assert all(one.retain for one in (envelope, attributes, state))
    assert not any(set("#+\0") & set(one.topic) for one in (envelope, attributes, state))


@pytest.mark.parametrize(("late_s", "number"), [(0, 3), (2 * 900 + GRACE_S - 1, 3), (1860, 1)])
def test_what_comes_late_is_history_and_no_state(late_s: int, number: int) -> None:
    end_s = sample.WINDOW.window_start_s + sample.WINDOW.window_s
    made = publications(signed(sample.WINDOW), base=BASE, now_s=end_s + late_s)

    assert len(made) == number
    assert made[0].topic.startswith(f"{BASE}/record/")
    assert stale_after_s(900) == 1860


@pytest.mark.parametrize("name", list(EventName))
def test_an_event_is_a_state_however_long_ago_it_was(name: EventName) -> None:
    event = Event(name=name, t_s=1_799_999_100, reason=None, profile=Profile.HOME)
    if name is EventName.CORRECTION:
        event = replace(event, metric="room.hall.people", reason=Reason.CLOSING_TIME, count=2)
    if name is EventName.ALARM:
        event = replace(event, metric="fire.alarm")
    if name in (EventName.FAULT, EventName.CURED):
        event = replace(event, metric="water.faults", reason=next(iter(Trouble)).reason)
    made = publications(signed(event), base=BASE, now_s=NOW_S + 90_000, keeps_s=5)

    assert [one.topic for one in made] == [
        f"{BASE}/{k}/event" for k in ("record", "attributes", "state")
    ]
    assert made[2].payload == name.encode()
    assert json.loads(made[1].payload)["t_s"] == 1_799_999_100
    assert {one.expires_s for one in made} == {5}


@pytest.mark.parametrize("envelope", [b"", b"{}", b"\xff", b'{"payload":"e30="}'])
def test_what_is_no_record_is_refused(envelope: bytes) -> None:
    with pytest.raises(OutletError, match="record 3 is none"):
        publications(SignedRecord(sequence=3, envelope=envelope), base=BASE, now_s=NOW_S)


def test_a_record_of_another_sequence_is_refused() -> None:
    other = SignedRecord(sequence=4, envelope=signed(sample.WINDOW, 3).envelope)
    with pytest.raises(OutletError, match="record 4 says that it is 3"):
        publications(other, base=BASE, now_s=NOW_S)


@given(st.integers(0, 999_999))
def test_digits_are_read(number: int) -> None:
    assert read_digits(f"{number:06}".encode()) == number


@given(st.binary(max_size=12))
def test_whatever_else_comes_is_nothing(payload: bytes) -> None:
    digits = read_digits(payload)
    assert digits is None or (payload == b"%06d" % digits and 0 <= digits <= 999_999)


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"12345",
        b"1234567",
        b" 12345",
        b"12345\n",
        b"-12345",
        b"1e5555",
        "\uff11\uff12".encode(),
        b"\xff" * 6,
        b"1" * 1_000_000,
    ],
)
def test_hostile_commands_are_nothing(payload: bytes) -> None:
    assert read_digits(payload) is None
