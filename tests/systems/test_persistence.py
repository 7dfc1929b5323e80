"""A state survives a restart: what is written reads back as it was, and damage is refused."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.errors import ConfigError
from edgekit.systems.persistence import from_json, to_json


class Mood(enum.StrEnum):
    CALM = "calm"
    LOUD = "loud"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    level: float
    mood: Mood = Mood.CALM


FINITE = st.floats(allow_nan=False, allow_infinity=False)
PARTS = st.builds(Part, level=FINITE, mood=st.sampled_from(Mood))


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    settings: object = None
    count: int = 0
    name: str = ""
    open: bool = False
    level: float = 0.0
    since: int | None = None
    moods: frozenset[Mood] = frozenset()
    parts: tuple[Part, ...] = ()
    pair: tuple[int, float] = (0, 0.0)
    named: Mapping[str, Part] = field(default_factory=dict)


STATES = st.builds(
    State,
    settings=st.just("today's"),
    count=st.integers(-(2**53) + 1, 2**53 - 1),
    name=st.text(st.characters(exclude_categories=("Cs",)), max_size=20),
    open=st.booleans(),
    level=FINITE,
    since=st.none() | st.integers(0, 10**12),
    moods=st.frozensets(st.sampled_from(Mood)),
    parts=st.lists(PARTS, max_size=4).map(tuple),
    pair=st.tuples(st.integers(0, 9), FINITE),
    named=st.dictionaries(st.text("abc", max_size=3), PARTS, max_size=3),
)


def test_a_level_that_came_as_a_whole_number_reads_back_as_a_number() -> None:
    state = State(settings="today's", level=21, parts=(Part(level=-3),))

    back = from_json(State, to_json(state), settings="today's")

    assert back == state
    assert [type(level) for level in (back.level, back.parts[0].level)] == [float, float]


@given(STATES)
def test_a_state_reads_back_as_it_was(state: State) -> None:
    assert from_json(State, to_json(state), settings="today's") == state


def test_settings_are_those_of_today() -> None:
    data = to_json(State(settings="yesterday's", count=3))

    assert b"yesterday" not in data
    assert from_json(State, data, settings="today's") == State(settings="today's", count=3)


GOOD = to_json(State(count=3, level=0.1, parts=(Part(level=1.5),)))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        GOOD[:-7],
        GOOD.replace(b'"edgekit_state":1', b'"edgekit_state":2'),
        GOOD.replace(b"State", b"Stats"),
        GOOD.replace(b'"count":3', b'"count":"3"'),
        GOOD.replace(b'"count":3', b'"count":true'),
        GOOD.replace(b'"count":3', b'"count":3,"more":1'),
        GOOD.replace(b'"level":"0.1"', b'"level":"nan"'),
        GOOD.replace(b'"level":"0.1"', b'"level":"many"'),
        GOOD.replace(b'"calm"', b'"sad"'),
        GOOD.replace(b'"pair":[0,"0.0"]', b'"pair":[0]'),
        GOOD.replace(b'"named":[]', b'"named":{}'),
        GOOD.replace(b'"parts":[{', b'"parts":[[{').replace(b"}]", b"}]]"),
    ],
)
def test_damage_is_refused(data: bytes) -> None:
    assert data != GOOD
    with pytest.raises(ConfigError, match=r"not one of test_persistence\.State") as error:
        from_json(State, data, settings=None)
    assert "remove it" in str(error.value.hint)


@given(st.binary(max_size=200), st.integers(0, len(GOOD)))
def test_any_bytes_are_a_state_or_one_error(noise: bytes, place: int) -> None:
    try:
        state = from_json(State, GOOD[:place] + noise + GOOD[place + len(noise) :], settings=None)
    except ConfigError:
        return
    assert from_json(State, to_json(state), settings=None) == state


@dataclass(frozen=True, slots=True, kw_only=True)
class Odd:
    thing: object = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Either:
    either: int | str = 0


@pytest.mark.parametrize("thing", [b"x", [1], float("nan"), 2**60, object])
def test_what_cannot_be_kept_is_said(thing: object) -> None:
    with pytest.raises(ConfigError, match="Odd can't be kept"):
        to_json(Odd(thing=thing))


def test_a_state_too_large_is_said() -> None:
    with pytest.raises(ConfigError, match="expected at most"):
        to_json(Odd(thing="x" * (1 << 20)))


def test_a_field_of_two_types_is_refused() -> None:
    with pytest.raises(ConfigError, match="more than one type"):
        from_json(Either, to_json(Either()), settings=None)
