"""What each system can tell: one table, and what the gate does with each number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.cli.systems import names
from edgekit.consent.measure import MEASURES
from edgekit.consent.metric import Metric
from edgekit.consent.sensitivity import Fold, Measure, Sensitivity
from edgekit.consent.systems import ALARMS, FAULTS, SYSTEMS
from edgekit.consent.terms import SENSED_BY
from edgekit.errors import ConfigError
from edgekit.privacy.profile import RULES, released_of
from edgekit.records import Kind, Profile, Unit
from edgekit.systems.card import Card
from edgekit.systems.outputs import outputs_of

PUBLIC = tuple(profile for profile in Profile if not profile.at_home)


def measure(sensitivity: Sensitivity, *, round_to: int = 10) -> Measure:
    return Measure(
        unit=Unit.PEOPLE,
        kind=Kind.READING,
        sensitivity=sensitivity,
        fold=Fold.SUM,
        round_to=round_to,
    )


@pytest.mark.parametrize(
    ("sensitivity", "public"),
    [
        (Sensitivity.HOUSEHOLD, None),
        (Sensitivity.PEOPLE, 125),
        (Sensitivity.ENVIRONMENT, 120),
        (Sensitivity.EQUIPMENT, 120),
    ],
)
def test_what_leaves_of_123(sensitivity: Sensitivity, public: int | None) -> None:
    one = measure(sensitivity)

    assert released_of(Profile.SDC_10_5, one, 123) == public
    coarse = None if sensitivity is Sensitivity.PEOPLE else public
    assert released_of(Profile.DP, one, 123) == coarse
    assert released_of(Profile.BANDS, one, 123) == coarse
    assert released_of(Profile.HOME, one, 123) == 123
    assert released_of(Profile.LOCAL, one, 123) == 123


@pytest.mark.parametrize(("faulty", "told"), [(0, 0), (1, 1), (7, 1)])
def test_of_equipment_a_public_place_tells_none_or_some(faulty: int, told: int) -> None:
    one = measure(Sensitivity.EQUIPMENT, round_to=1)

    assert released_of(Profile.SDC_10_5, one, faulty) == told
    assert released_of(Profile.HOME, one, faulty) == faulty


@given(st.sampled_from(PUBLIC), st.integers(0, 10**9))
def test_nothing_of_a_household_leaves_a_public_place(profile: Profile, value: int) -> None:
    assert released_of(profile, measure(Sensitivity.HOUSEHOLD), value) is None


@given(st.integers(0, 10**6))
def test_few_people_never_leave_a_public_place(value: int) -> None:
    rule = RULES[Profile.SDC_10_5]
    told = released_of(Profile.SDC_10_5, measure(Sensitivity.PEOPLE), value)

    assert told is None or (told >= rule.suppress_below and told % rule.round_to == 0)


def test_every_system_of_the_command_line_is_in_the_table_and_no_other() -> None:
    assert set(SYSTEMS) == set(names())


@pytest.mark.parametrize("name", SYSTEMS)
def test_what_is_told_can_be_authorised_and_what_is_not_cannot(name: str) -> None:
    told = {what for what, one in SYSTEMS[name].items() if one.kind is not None}

    assert set(MEASURES[name]) == told
    for what in told:
        metric = Metric.parse(f"{name}.{what}")
        assert (metric.shape, metric.of_system, metric.family) == ("", True, what)
        assert metric.kind in SENSED_BY


def test_faults_and_alarms_are_told_of_equipment_or_of_a_home() -> None:
    told = [
        one.sensitivity
        for measures in SYSTEMS.values()
        for what, one in measures.items()
        if what in (*FAULTS, *ALARMS)
    ]
    assert Sensitivity.PEOPLE not in told


def test_words() -> None:
    of = {one.metric: one for one in (*outputs_of("water"), *outputs_of("air"))}
    assert of["water.volume"].words(Profile.SDC_10_5) == "withheld, from 900 s on"
    assert of["water.volume"].words(Profile.HOME) == "exact, from 60 s on"
    assert of["water.faults"].words(Profile.DP) == "none or some, from 900 s on"
    assert of["air.aqi"].words(Profile.BANDS) == "rounded to 5, from 900 s on"
    (visits, stock) = outputs_of("dispenser")
    assert visits.words(Profile.SDC_10_5) == "suppressed below 10, rounded to 5, from 900 s on"
    assert visits.words(Profile.DP) == "withheld, from 900 s on"
    assert stock.words(Profile.DP) == "rounded to 10, from 900 s on"
    assert outputs_of("crowd")[0].words(Profile.DP).startswith("not told")


@pytest.mark.parametrize("bad", [{"title": ""}, {"name": "submarine"}], ids=["mute", "unknown"])
def test_cards_that_cannot_be(bad: dict[str, object]) -> None:
    words = {**dict.fromkeys(("title", "method", "source", "unknown"), "words"), "name": "water"}
    with pytest.raises(ConfigError):
        Card(**({**words, "settings": Measure} | bad))
