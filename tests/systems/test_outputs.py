"""What the gate is told to do with each number, by whom it is about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.errors import ConfigError
from edgekit.privacy.profile import RULES as PROFILES
from edgekit.records import Profile
from edgekit.systems.card import Card
from edgekit.systems.outputs import (
    ROUND_PEOPLE_TO,
    RULES,
    SUPPRESS_BELOW,
    Output,
    Sensitivity,
    released,
)


def output(sensitivity: Sensitivity, *, round_to: int = 10, window_s: int = 1) -> Output:
    return Output(
        metric="water.day",
        unit="volume_ml",
        sensitivity=sensitivity,
        round_to=round_to,
        min_window_s=window_s,
    )


@pytest.mark.parametrize(
    ("sensitivity", "public"),
    [
        (Sensitivity.HOUSEHOLD, None),
        (Sensitivity.PEOPLE, 125),
        (Sensitivity.ENVIRONMENT, 120),
        (Sensitivity.EQUIPMENT, 123),
    ],
)
def test_what_leaves_of_123(sensitivity: Sensitivity, public: int | None) -> None:
    one = output(sensitivity)

    assert released(one, Profile.SDC_10_5, 123, window_s=86_400) == public
    coarse = None if sensitivity is Sensitivity.PEOPLE else public
    assert released(one, Profile.DP, 123, window_s=86_400) == coarse
    assert released(one, Profile.BANDS, 123, window_s=86_400) == coarse
    assert released(one, Profile.HOME, 123, window_s=86_400) == 123
    assert released(one, Profile.LOCAL, 123, window_s=86_400) == 123


def test_every_sensitivity_has_a_rule_for_every_profile() -> None:
    assert set(RULES) == set(Sensitivity)
    assert all(set(rules) == set(Profile) for rules in RULES.values())


def test_people_are_treated_as_the_gate_treats_them() -> None:
    rule = PROFILES[Profile.SDC_10_5]

    assert (rule.suppress_below, rule.round_to) == (SUPPRESS_BELOW, ROUND_PEOPLE_TO)
    assert rule.min_window_s == RULES[Sensitivity.PEOPLE][Profile.SDC_10_5].min_window_s


@given(st.sampled_from(list(Profile)), st.integers(0, 10**9), st.integers(1, 86_399))
def test_no_household_number_of_less_than_a_day_leaves_a_public_place(
    profile: Profile, value: int, window_s: int
) -> None:
    told = released(output(Sensitivity.HOUSEHOLD), profile, value, window_s=window_s)

    assert told is None or profile.at_home


@given(st.integers(0, 10**6))
def test_few_people_never_leave_a_public_place(value: int) -> None:
    told = released(output(Sensitivity.PEOPLE), Profile.SDC_10_5, value, window_s=900)

    assert told is None or (told >= SUPPRESS_BELOW and told % ROUND_PEOPLE_TO == 0)


def test_a_window_that_is_too_short_gives_nothing() -> None:
    one = output(Sensitivity.EQUIPMENT, window_s=3600)

    assert released(one, Profile.HOME, 5, window_s=1800) is None


def test_words() -> None:
    assert output(Sensitivity.HOUSEHOLD).words(Profile.SDC_10_5) == "withheld"
    words = output(Sensitivity.ENVIRONMENT, window_s=3600).words(Profile.SDC_10_5)
    assert words == "rounded to 10, from 3600 s on"


@pytest.mark.parametrize(
    "bad", [{"metric": "water"}, {"round_to": 0}, {"min_window_s": 0}], ids=str
)
def test_outputs_that_cannot_be(bad: dict[str, object]) -> None:
    good = {"metric": "a.b", "unit": "count", "sensitivity": Sensitivity.PEOPLE}
    with pytest.raises(ConfigError, match="expected"):
        Output(**(good | bad))


@pytest.mark.parametrize(
    "bad", [{"title": ""}, {"outputs": (output(Sensitivity.PEOPLE),)}], ids=["mute", "stray"]
)
def test_cards_that_cannot_be(bad: dict[str, object]) -> None:
    words = dict.fromkeys(("name", "title", "method", "source", "unknown"), "words")
    with pytest.raises(ConfigError):
        Card(**({**words, "settings": Output} | bad))
