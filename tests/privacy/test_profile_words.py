"""The rules in words, as whoever signs reads them; and the errors of windows that do not fit."""

import pytest

from edgekit.consent.metric import Metric
from edgekit.consent.systems import SYSTEMS
from edgekit.errors import ReleaseError
from edgekit.privacy.profile import (
    RULES,
    band_of,
    people_per_100_m2,
    released_of,
    released_value,
    released_wait_s,
    require_window,
    words_of,
)
from edgekit.records import Profile

PUBLIC = Profile.SDC_10_5


@pytest.mark.parametrize(
    ("profile", "metric", "words"),
    [
        (PUBLIC, "line.a.in", "suppressed below 10, rounded to 5, from 900 s on"),
        (PUBLIC, "dispenser.visits", "suppressed below 10, rounded to 5, from 900 s on"),
        (PUBLIC, "water.volume", "withheld, from 900 s on"),
        (PUBLIC, "water.faults", "none or some, from 900 s on"),
        (PUBLIC, "dispenser.stock", "rounded to 10, from 900 s on"),
        (PUBLIC, "air.aqi", "rounded to 5, from 900 s on"),
        (PUBLIC, "noise.laeq", "rounded to 1, from 900 s on"),
        (Profile.DP, "dispenser.visits", "withheld, from 900 s on"),
        (Profile.BANDS, "dispenser.visits", "withheld, from 900 s on"),
        (Profile.DP, "air.aqi", "rounded to 5, from 900 s on"),
        (Profile.HOME, "water.volume", "exact, from 60 s on"),
        (Profile.HOME, "noise.laeq", "exact, from 900 s on"),
        (Profile.LOCAL, "dispenser.visits", "exact, from 1 s on"),
    ],
)
def test_the_words_say_what_is_done(profile: Profile, metric: str, words: str) -> None:
    assert words_of(profile, Metric.parse(metric).measure) == words


def test_a_measure_of_a_day_says_so_under_every_profile() -> None:
    measure = SYSTEMS["street_light"]["night"]
    assert words_of(PUBLIC, measure) == "rounded to 60, from 86400 s on"
    assert words_of(Profile.LOCAL, measure) == "exact, from 86400 s on"


@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize("metric", ["dispenser.visits", "water.volume", "water.faults", "air.aqi"])
def test_the_words_are_true(profile: Profile, metric: str) -> None:
    measure = Metric.parse(metric).measure
    told = [released_of(profile, measure, value) for value in range(40)]
    words = words_of(profile, measure).partition(",")[0]
    if words == "exact":
        assert told == list(range(40))
    elif words == "withheld":
        assert set(told) == {None}
    elif words == "none or some":
        assert told == [0] + [1] * 39
    elif words == "rounded to 5":
        assert told[:9] == [0, 0, 0, 5, 5, 5, 5, 5, 10]
    else:
        assert words == "suppressed below 10"
        assert told[:10] == [None] * 10
        assert told[10:14] == [10, 10, 10, 15]


@pytest.mark.parametrize("profile", Profile)
def test_a_window_that_is_too_short_is_told_what_would_fit(profile: Profile) -> None:
    shortest = RULES[profile].min_window_s
    with pytest.raises(ReleaseError) as refused:
        require_window(profile, shortest - 1)
    assert str(refused.value).startswith(
        f"windows of {shortest - 1} s under {profile}: expected at least {shortest} s"
    )
    assert refused.value.hint == (f"set window_s to {shortest} or more, or choose another profile")


@pytest.mark.parametrize("window_s", [901, 7 * 900, 86_401, 2 * 86_400])
def test_a_window_that_does_not_divide_a_day_is_told_some_that_do(window_s: int) -> None:
    with pytest.raises(ReleaseError) as refused:
        require_window(PUBLIC, window_s)
    assert str(refused.value).startswith(
        f"windows of {window_s} s do not divide a day into equal parts"
    )
    assert refused.value.hint == "use 60, 300, 900, 1800 or 3600, for example"
    require_window(PUBLIC, 86_400)
    require_window(PUBLIC, 43_200)


def test_bands_double_from_20_on_and_each_follows_the_one_before() -> None:
    bands = sorted({band_of(people) for people in range(700)})
    assert bands == [
        (0, 9),
        (10, 19),
        (20, 39),
        (40, 79),
        (80, 159),
        (160, 319),
        (320, 639),
        (640, 1279),
    ]
    assert [released_value(Profile.BANDS, people) for people in (0, 9, 10, 39, 40)] == [
        0,
        0,
        10,
        20,
        40,
    ]


@pytest.mark.parametrize(
    ("people", "area_m2", "density"), [(10, 50.0, 20), (1, 200.0, 1), (1, 201.0, 0), (0, 9.0, 0)]
)
def test_densities_are_rounded_half_up(people: int, area_m2: float, density: int) -> None:
    assert people_per_100_m2(people, area_m2) == density


@pytest.mark.parametrize(
    ("profile", "behind", "wait_s"), [(Profile.DP, 0, None), (Profile.DP, 1, 70), (PUBLIC, 9, None)]
)
def test_a_wait_of_nobody_is_never_told(profile: Profile, behind: int, wait_s: int | None) -> None:
    assert released_wait_s(profile, 65, behind=behind) == wait_s
