"""`bands`: what leaves is one of few wide ranges."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.consent.authorisation import draft
from edgekit.consent.notice import Notice
from edgekit.consent.view import View
from edgekit.errors import ConsentError, ReleaseError
from edgekit.geometry import Line, Zone
from edgekit.privacy.gate import Gate
from edgekit.privacy.profile import NARROWEST, band_of, released_value
from edgekit.privacy.tally import WindowTally
from edgekit.records import Profile, Status

VIEW = View(
    width=640,
    height=480,
    lines=(Line("a", (100, 100), (100, 400)),),
    zones=(Zone("z", ((200, 100), (400, 100), (400, 300))),),
)


@given(st.integers(0, 10**9))
def test_bands_follow_each_other_and_none_is_narrow(people: int) -> None:
    low, high = band_of(people)
    assert low <= people <= high
    assert high - low + 1 >= NARROWEST == 10
    assert band_of(low) == band_of(high) == (low, high)
    assert band_of(high + 1)[0] == high + 1


def test_the_bands_by_name() -> None:
    lows = dict.fromkeys(band_of(people)[0] for people in range(320))
    assert list(lows) == [0, 10, 20, 40, 80, 160]


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_numbers_of_one_band_leave_as_the_same(one: int, other: int) -> None:
    told = [released_value(Profile.BANDS, value) for value in (one, other)]
    assert (told[0] == told[1]) == (band_of(one) == band_of(other))


def test_nothing_else_leaves_in_bands() -> None:
    whole = draft("plaza", profile=Profile.BANDS, view=VIEW, window_s=900, valid_from_s=0)
    assert len(whole.outputs) == 4
    tally = WindowTally(
        start_s=0,
        window_s=900,
        values={"line.a.in": 3, "line.a.out": 17, "zone.z.people": 55, "light.illuminance": 44},
        uptime_ms=900_000,
        reason=None,
    )
    told = Gate(whole).release(tally)
    assert [(one.status, one.value) for one in told] == [
        (Status.RELEASED, value) for value in (0, 10, 40, 40)
    ]
    for metric in ("zone.z.wait", "zone.z.queue"):
        output = replace(whole.outputs[0], metric=metric)
        if metric.endswith("wait"):
            with pytest.raises(ConsentError, match="cannot leave under bands"):
                replace(whole, outputs=(output,), notice_digest="")
        else:
            assert Gate(replace(whole, outputs=(output,), notice_digest=""))


def test_the_sign_says_how_wide_the_bands_are() -> None:
    whole = draft("plaza", profile=Profile.BANDS, view=VIEW, window_s=900, valid_from_s=0)
    assert "0 to 9, 10 to 19, 20 to 39, 40 to 79" in Notice(whole).text()


def test_bands_that_narrow_each_other_are_refused() -> None:
    whole = draft("plaza", profile=Profile.BANDS, view=VIEW, window_s=900, valid_from_s=0)
    outputs = tuple(replace(whole.outputs[0], metric=f"line.a.{w}") for w in ("in", "total"))
    with pytest.raises(ReleaseError, match="can't leave together"):
        Gate(replace(whole, outputs=outputs, notice_digest=""))
