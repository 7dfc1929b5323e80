import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.errors import PipeError
from edgekit.node import pipe
from edgekit.records import OBSERVATION_BYTES, Kind, Observation

NOW = 1_800_000_000_000
KINDS = {
    100: frozenset({Kind.IN}),
    101: frozenset({Kind.OUT}),
    1: frozenset({Kind.ILLUMINANCE}),
    2: frozenset({Kind.WAIT}),
    3: frozenset({Kind.STAY}),
}


def state(**changes: int) -> pipe.PipeState:
    return pipe.PipeState(generation=7, kinds=KINDS, **changes)


def seen(seq: int, kind: Kind, value: int, *, channel: int = 0, **more: int) -> bytes:
    return Observation(
        seq=seq, t_ms=more.get("t_ms", NOW), channel=channel, kind=kind, value=value,
        flags=more.get("flags", 0),
    ).to_bytes()  # fmt: skip


def hello(start: pipe.PipeState) -> pipe.PipeState:
    return pipe.step(start, seen(0, Kind.HELLO, 7), NOW)[0]


def test_hello_then_counts_pass() -> None:
    after, got = pipe.step(hello(state()), seen(1, Kind.IN, 2, channel=100), NOW + 10)

    assert (after.next_seq, got.value) == (2, 2)


BREACHES = {
    "a count before the hello": (0, Kind.IN, 1, 100, {}),
    "a skipped number": (5, Kind.IN, 1, 100, {}),
    "a second hello": (1, Kind.HELLO, 7, 0, {}),
    "too old": (1, Kind.IN, 1, 100, {"t_ms": NOW - 6_000}),
    "from the future": (1, Kind.IN, 1, 100, {"t_ms": NOW + 6_000}),
    "flags": (1, Kind.IN, 1, 100, {"flags": 1}),
    "more than passes at once": (1, Kind.IN, 51, 100, {}),
    "a negative count": (1, Kind.IN, -1, 100, {}),
    "a channel nobody fixed": (1, Kind.IN, 1, 999, {}),
    "a channel of another kind": (1, Kind.OUT, 1, 100, {}),
    "a count on channel 0": (1, Kind.IN, 1, 0, {}),
    "a heartbeat on a line": (1, Kind.HEARTBEAT, 15, 100, {}),
    "a quality that does not exist": (1, Kind.QUALITY, 3, 0, {}),
    "a quality of a zone": (1, Kind.QUALITY, 1, 3, {}),
    "more than a day of waiting": (1, Kind.WAIT, 86_400_001, 2, {}),
    "no stay": (1, Kind.STAY, 0, 3, {}),
    "a wait on the channel of stays": (1, Kind.WAIT, 1_000, 3, {}),
}


@pytest.mark.parametrize("breach", BREACHES.values(), ids=BREACHES)
def test_breach_is_refused(breach: tuple[int, Kind, int, int, dict[str, int]]) -> None:
    seq, kind, value, channel, more = breach
    start = state() if seq == 0 else hello(state())

    with pytest.raises(PipeError):
        pipe.step(start, seen(seq, kind, value, channel=channel, **more), NOW)


def test_hello_of_another_eye_is_refused() -> None:
    with pytest.raises(PipeError, match="expected 7"):
        pipe.step(state(), seen(0, Kind.HELLO, 6), NOW)


@pytest.mark.parametrize("kind", [Kind.HEALTH, Kind.QUALITY])
def test_judgements_come_twice_a_second_at_most(kind: Kind) -> None:
    told, _ = pipe.step(hello(state()), seen(1, kind, 1), NOW)
    other = Kind.HEALTH if kind is Kind.QUALITY else Kind.QUALITY
    told, _ = pipe.step(told, seen(2, other, 1), NOW)
    pipe.step(told, seen(3, kind, 0, t_ms=NOW + 400), NOW + 400)
    with pytest.raises(PipeError, match="more often than every 400 ms"):
        pipe.step(told, seen(3, kind, 0, t_ms=NOW + 399), NOW + 399)


def flood(flooded: pipe.PipeState, now: int) -> None:
    for seq in range(flooded.next_seq, flooded.next_seq + 2_000):
        flooded, _ = pipe.step(flooded, seen(seq, Kind.IN, 1, channel=100, t_ms=now), now)


def test_flood_is_refused_and_a_scene_is_not() -> None:
    now, calm = NOW, hello(state())
    for seq in range(1, 2_000):
        now += 20
        calm, _ = pipe.step(calm, seen(seq, Kind.IN, 1, channel=100, t_ms=now), now)

    with pytest.raises(PipeError, match="a second"):
        flood(calm, now)


@given(st.binary(max_size=64))
def test_any_bytes_give_an_observation_or_our_error(data: bytes) -> None:
    try:
        got = Observation.from_bytes(data)
    except PipeError:
        return
    assert got.to_bytes() == data


@given(st.binary(max_size=200), st.integers(min_value=1, max_value=50))
def test_split_is_the_same_whole_or_in_pieces(data: bytes, piece: int) -> None:
    whole, rest = pipe.split(data)
    pieces: list[bytes] = []
    buffer = b""
    for at in range(0, len(data), piece):
        found, buffer = pipe.split(buffer + data[at : at + piece])
        pieces += found

    assert (tuple(pieces), buffer) == (whole, rest)
    assert all(len(message) == OBSERVATION_BYTES for message in whole)
