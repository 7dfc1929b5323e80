"""The channels of the systems: who may tell what on which number, and whom it is about."""

from dataclasses import replace

import pytest
from consent.deciding import door

from edgekit.consent.authorisation import SiteAuthorisation, draft
from edgekit.consent.metric import Metric
from edgekit.consent.sensitivity import Fold
from edgekit.consent.systems import SYSTEMS
from edgekit.consent.view import View
from edgekit.geometry import Line
from edgekit.privacy.systems import (
    ABOUT,
    RED,
    about,
    about_people,
    eyes_kinds,
    kinds_of,
    red_channels,
    source_channels,
    source_of,
    system_channels,
    system_of,
    telling,
    totals_of,
)
from edgekit.privacy.tally import Channel, channel_table
from edgekit.records import Kind, Profile, Unit

ALL = ("air", "building", "dispenser", "fire", "irrigation", "water", "water_leak", "water_quality")


def allow(*metrics: str, systems: tuple[str, ...] = ALL) -> SiteAuthorisation:
    whole = draft(
        "shop",
        profile=Profile.LOCAL,
        view=View(width=640, height=480),
        window_s=900,
        valid_from_s=1_800_000_000,
        systems=systems,
        camera=False,
    )
    if not metrics:
        return whole
    outputs = tuple(replace(whole.outputs[0], metric=metric) for metric in metrics)
    return replace(whole, outputs=outputs, notice_digest="")


def test_each_system_has_a_block_of_64_numbers_from_4096_on_in_the_order_of_the_alphabet() -> None:
    assert [about(name) for name in sorted(SYSTEMS)] == [
        4_096 + 64 * index for index in range(len(SYSTEMS))
    ]
    assert (about("air"), about("building"), about("dispenser")) == (4_096, 4_160, 4_288)


def test_every_number_of_a_block_is_its_systems_and_none_outside_is_anybodys() -> None:
    for name in SYSTEMS:
        assert {system_of(about(name) + number) for number in (0, 1, 63)} == {name}
    end = 4_096 + 64 * len(SYSTEMS)
    assert system_of(end - 1) == max(SYSTEMS)
    assert [system_of(number) for number in (-1, 0, 4_095, end, end + 10_000)] == [None] * 5


def test_a_system_tells_only_what_is_authorised_each_on_a_number_of_its_own() -> None:
    channels = system_channels(allow("air.co2", "water.volume", "air.aqi"))
    assert list(channels) == ["air", "water"]
    assert channels["air"] == {
        about("air") + 1: Channel(
            metric="air.aqi", unit=Unit.US_AQI, kind=Kind.READING, fold=Fold.MEAN
        ),
        about("air") + 3: Channel.of("air.co2"),
    }
    assert channels["water"] == {about("water") + 1: Channel.of("water.volume")}
    assert channels["water"][about("water") + 1].fold is Fold.TOTAL


def test_what_no_process_tells_has_no_number() -> None:
    channels = system_channels(allow("water_leak.home", "water_leak.alarm"))
    # `network` stands before them in the table, and nobody tells it.
    assert list(channels["water_leak"]) == [about("water_leak") + 1, about("water_leak") + 2]


def test_what_an_eye_tells_is_no_systems() -> None:
    heard = allow("noise.laeq", "air.aqi", systems=("noise", "air"))
    assert list(system_channels(heard)) == ["air"]
    assert set(kinds_of(heard)) == {about("air"), about("air") + 1}


def test_a_number_carries_its_kind_and_what_names_its_faults_or_alarms() -> None:
    kinds = kinds_of(
        allow("air.aqi", "air.faults", "fire.alarm", "fire.faults", "water_quality.event")
    )
    assert kinds == {
        about("air"): ABOUT,
        about("air") + 1: {Kind.READING},
        about("air") + 4: {Kind.READING, Kind.TROUBLE, Kind.CURED},
        about("fire"): ABOUT,
        about("fire") + 1: {Kind.READING, Kind.ALARM},
        about("fire") + 2: {Kind.READING, Kind.TROUBLE, Kind.CURED},
        about("water_quality"): ABOUT,
        about("water_quality") + 1: {Kind.READING, Kind.ALARM},
    }
    assert {Kind.HEALTH, Kind.QUALITY, Kind.LIFE} == ABOUT


def test_the_totals_are_those_that_count_on() -> None:
    assert totals_of(allow("air.aqi", "water.volume", "water.faults", "irrigation.water")) == (
        "water.volume",
        "irrigation.water",
    )
    assert totals_of(allow("air.aqi")) == ()


@pytest.mark.parametrize(
    ("metrics", "name", "people"),
    [
        (("dispenser.visits", "dispenser.stock", "air.aqi"), "dispenser", True),
        (("dispenser.stock", "air.aqi"), "dispenser", False),
        (("dispenser.visits", "air.aqi"), "air", False),
        (("air.co2", "building.occupied"), "building", False),
        (("building.occupied", "building.came"), "building", True),
    ],
)
def test_a_system_is_about_people_where_one_of_its_own_numbers_is(
    metrics: tuple[str, ...], name: str, *, people: bool
) -> None:
    assert about_people(allow(*metrics), name) is people


def crossing(*metrics: str) -> SiteAuthorisation:
    view = View(width=640, height=480, lines=(Line("stop", (320, 460), (320, 100)),))
    whole = draft(
        "crossing", profile=Profile.LOCAL, view=view, window_s=900, valid_from_s=1_800_000_000
    )
    outputs = tuple(replace(whole.outputs[0], metric=metric) for metric in metrics)
    return replace(whole, outputs=outputs, notice_digest="")


def test_who_passes_on_red_is_a_source_of_its_own_that_no_pipe_carries() -> None:
    site = crossing("line.stop.in_red", "line.stop.car.out_red", "line.stop.bus.in")
    first = 4_096 + 64 * len(SYSTEMS)
    assert red_channels(site) == {
        first + number: Channel(
            metric=f"line.stop.{what}", unit=Unit.COUNT, kind=Kind.READING, fold=Fold.SUM
        )
        for number, what in enumerate(("in_red", "car.out_red"))
    }
    assert source_channels(site) == {RED: red_channels(site)}
    assert kinds_of(site) == {about("traffic"): ABOUT | {Kind.SIGNAL}}
    assert telling(site) == {"traffic"}
    assert about_people(site, RED)
    # The eye is asked for what they are among, and for no more.
    assert [one.metric for one in channel_table(site).values()] == [
        *("line.stop.in", "line.stop.car.out", "line.stop.bus.in")
    ]


def test_a_signal_is_heard_of_only_where_somebody_is_counted_on_red() -> None:
    site = crossing("line.stop.in", "traffic.faults")
    assert source_channels(site) == system_channels(site)
    assert Kind.SIGNAL not in kinds_of(site)[about("traffic")]
    assert telling(site) == {"traffic"}
    assert telling(crossing("line.stop.in")) == frozenset()


@pytest.mark.parametrize(
    ("metric", "source"),
    [
        ("line.stop.in", ""),
        ("line.stop.in_red", RED),
        ("line.stop.car.out_red", RED),
        ("light.illuminance", ""),
        ("traffic.near", ""),
        ("traffic.faults", "traffic"),
        ("noise.laeq", ""),
        ("crowd.alarm", "crowd"),
        ("water.volume", "water"),
    ],
)
def test_every_number_has_its_source(metric: str, source: str) -> None:
    assert source_of(Metric.parse(metric)) == source


def test_an_eye_says_what_it_decides_as_a_word_and_what_it_counts_as_a_number() -> None:
    site = door()
    channels = channel_table(site)
    assert {one.metric for one in channels.values()} == {
        "temperature.screened",
        "temperature.warm",
    }
    assert eyes_kinds(site, channels) == {about("temperature"): frozenset({Kind.DECISION})}
    site = crossing("line.stop.in", "light.illuminance")
    assert eyes_kinds(site, channel_table(site)) == {
        1: frozenset({Kind.IN}),
        3: frozenset({Kind.ILLUMINANCE}),
    }
