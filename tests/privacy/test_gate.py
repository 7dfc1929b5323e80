"""The gate: one aggregate for each authorised output, and never a small group."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.consent.authorisation import SiteAuthorisation, draft
from edgekit.consent.measure import MEASURES
from edgekit.consent.terms import Output
from edgekit.consent.view import View
from edgekit.errors import ReleaseError
from edgekit.geometry import Line, Zone
from edgekit.privacy.gate import Gate
from edgekit.privacy.profile import RULES, released_of, require_window
from edgekit.privacy.tally import WindowTally, channel_table
from edgekit.records import EventName, Kind, Profile, Reason, Status, Unit

CORNERS = ((10, 10), (300, 10), (300, 300))
VIEW = View(
    width=640,
    height=480,
    lines=(Line("a", (100, 100), (100, 400)),),
    zones=(Zone("z", CORNERS),),
)
WINDOWS = {
    Profile.SDC_10_5: 900,
    Profile.DP: 900,
    Profile.BANDS: 900,
    Profile.HOME: 60,
    Profile.LOCAL: 10,
}
LUX = MEASURES["light"]["illuminance"]
NOISE = {"line.a.in": 3, "line.a.out": -4}


def allow(profile: Profile, *metrics: str, view: View = VIEW) -> SiteAuthorisation:
    whole = draft(
        "plaza", profile=profile, view=view, window_s=WINDOWS[profile], valid_from_s=86_400
    )
    if not metrics:
        return whole
    outputs = tuple(replace(whole.outputs[0], metric=metric) for metric in metrics)
    return replace(whole, outputs=outputs, notice_digest="")


def tally(
    profile: Profile,
    values: dict[str, int | None],
    *,
    uptime: int = 100,
    reason: Reason | None = None,
    start_s: int = 90_000,
) -> WindowTally:
    window_s = WINDOWS[profile]
    return WindowTally(
        start_s=start_s,
        window_s=window_s,
        values=values,
        uptime_ms=window_s * 10 * uptime,
        reason=reason,
    )


@pytest.mark.parametrize("profile", Profile)
@given(
    counts=st.lists(st.none() | st.integers(0, 10_000), min_size=4, max_size=4),
    uptime=st.integers(0, 100),
    reason=st.none() | st.sampled_from(Reason),
)
def test_every_window_gives_one_aggregate_for_each_output(
    profile: Profile, counts: list[int | None], uptime: int, reason: Reason | None
) -> None:
    authorisation = allow(profile)
    names = [output.metric for output in authorisation.outputs]
    closed = tally(
        profile, dict(zip(names, counts[: len(names)], strict=True)), uptime=uptime, reason=reason
    )
    released = Gate(authorisation).release(closed, NOISE)
    assert [one.metric for one in released] == names
    for one, count in zip(released, counts[: len(names)], strict=True):
        assert one.profile is profile
        least = RULES[profile].min_uptime_percent
        assert (one.status is Status.GAP) == (count is None or one.uptime_percent < least)
        if profile.at_home and one.status is not Status.GAP:
            assert one.value == count
        elif one.unit is Unit.ILLUMINANCE_LUX:
            assert one.value is None or one.value % 10 == 0
        elif profile is Profile.DP:
            assert one.value is None or one.value == (count or 0) + NOISE[one.metric]
        elif profile is Profile.BANDS:
            assert one.value in (None, 0, *(10 << power for power in range(11)))
        else:
            assert one.value is None or (one.value >= 10 and one.value % 5 == 0)


@pytest.mark.parametrize(
    ("count", "released"),
    [(0, None), (1, None), (9, None), (10, 10), (12, 10), (13, 15), (17, 15), (18, 20)],
)
def test_small_groups_are_suppressed_and_the_rest_rounded(count: int, released: int | None) -> None:
    gate = Gate(allow(Profile.SDC_10_5, "line.a.in"))
    (one,) = gate.release(tally(Profile.SDC_10_5, {"line.a.in": count}))
    assert one.value == released
    assert (one.reason is Reason.BELOW_THRESHOLD) == (released is None)


def test_light_is_about_nobody_and_only_rounded() -> None:
    assert released_of(Profile.SDC_10_5, LUX, 3) == 0
    assert released_of(Profile.SDC_10_5, LUX, 5) == 10
    assert released_of(Profile.LOCAL, LUX, 3) == 3


def test_a_total_is_made_of_both_ways_before_any_rule() -> None:
    gate = Gate(allow(Profile.SDC_10_5, "line.a.total"))
    values: dict[str, int | None] = {"line.a.in": 6, "line.a.out": 6}
    assert gate.release(tally(Profile.SDC_10_5, values))[0].value == 10
    (gap,) = gate.release(tally(Profile.SDC_10_5, {"line.a.in": 60}))
    assert (gap.status, gap.reason) == (Status.GAP, Reason.STALLED)


@pytest.mark.parametrize("profile", [Profile.SDC_10_5, Profile.HOME])
def test_where_numbers_leave_less_than_half_a_window_is_a_gap(profile: Profile) -> None:
    gate = Gate(allow(profile, "line.a.in"))
    values: dict[str, int | None] = {"line.a.in": 20}
    (gap,) = gate.release(tally(profile, values, uptime=49, reason=Reason.VIEW_COVERED))
    assert (gap.value, gap.reason, gap.uptime_percent) == (None, Reason.VIEW_COVERED, 45)
    (part,) = gate.release(tally(profile, values, uptime=50, reason=Reason.VIEW_COVERED))
    assert (part.value, part.reason, part.uptime_percent) == (20, Reason.VIEW_COVERED, 50)


def test_no_profile_calls_an_unseen_window_a_number() -> None:
    for profile in Profile:
        gate = Gate(allow(profile, "line.a.in"))
        (gap,) = gate.release(tally(profile, {"line.a.in": 20}, uptime=4, reason=Reason.PAUSED))
        assert (gap.status, gap.reason, gap.uptime_percent) == (Status.GAP, Reason.PAUSED, 0)


@pytest.mark.parametrize("start_s", [86_400 - 10, 86_400 * 366, 86_400 * 367])
def test_outside_its_time_an_authorisation_releases_nothing(start_s: int) -> None:
    gate = Gate(allow(Profile.LOCAL, "line.a.in"))
    (gap,) = gate.release(tally(Profile.LOCAL, {"line.a.in": 6}, start_s=start_s))
    assert (gap.status, gap.reason) == (Status.GAP, Reason.NOT_AUTHORISED)


def test_a_window_of_another_grid_is_refused() -> None:
    gate = Gate(allow(Profile.HOME))
    with pytest.raises(ReleaseError, match="60 s are authorised"):
        gate.release(tally(Profile.LOCAL, {}))


def test_the_time_of_an_event_is_coarsened_to_the_grid() -> None:
    event = Gate(allow(Profile.SDC_10_5)).event(EventName.PAUSE, 1_000_123, Reason.PAUSED, "d")
    assert event.t_s % 900 == 0
    assert 0 <= 1_000_123 - event.t_s < 900
    assert (event.name, event.reason, event.digest) == (EventName.PAUSE, Reason.PAUSED, "d")


@pytest.mark.parametrize("profile", Profile)
def test_short_and_uneven_windows_are_refused(profile: Profile) -> None:
    require_window(profile, RULES[profile].min_window_s)
    for window_s in (RULES[profile].min_window_s - 1, 7 * 900, 86_401):
        with pytest.raises(ReleaseError):
            require_window(profile, window_s)


@pytest.mark.parametrize("ways", [("in",), ("out",), ("in", "out")])
def test_a_total_beside_a_way_is_refused_in_public(ways: tuple[str, ...]) -> None:
    """A total of 10 beside 10 in says that at most two went out."""
    some = [f"line.a.{way}" for way in ways]
    Gate(allow(Profile.SDC_10_5, *some))
    Gate(allow(Profile.SDC_10_5, "line.a.total"))
    Gate(allow(Profile.HOME, *some, "line.a.total"))
    with pytest.raises(ReleaseError, match="a total less one way"):
        Gate(allow(Profile.SDC_10_5, *some, "line.a.total"))


def test_two_shapes_that_are_the_same_are_refused_in_public() -> None:
    twice = View(
        width=640,
        height=480,
        lines=(Line("a", (100, 100), (100, 400)), Line("b", (100, 400), (100, 100))),
    )
    with pytest.raises(ReleaseError, match="run together"):
        Gate(allow(Profile.SDC_10_5, view=twice))


def test_a_gate_needs_windows_of_its_profile() -> None:
    whole = allow(Profile.SDC_10_5)
    outputs = tuple(replace(output, window_s=60) for output in whole.outputs)
    with pytest.raises(ReleaseError, match="at least 900"):
        Gate(replace(whole, outputs=outputs, notice_digest=""))


def test_a_channel_exists_only_for_what_is_authorised() -> None:
    table = channel_table(allow(Profile.LOCAL))
    assert [(number, one.metric, one.kind) for number, one in table.items()] == [
        (1, "line.a.in", Kind.IN),
        (2, "line.a.out", Kind.OUT),
        (3, "zone.z.people", Kind.OCCUPANCY),
        (4, "light.illuminance", Kind.ILLUMINANCE),
    ]
    assert list(channel_table(allow(Profile.LOCAL, "zone.z.people"))) == [3]
    assert list(channel_table(allow(Profile.LOCAL, "line.a.total"))) == [1, 2]


def test_outputs_name_the_profile_of_their_site() -> None:
    assert Output(metric="line.a.in", profile=Profile.LOCAL, window_s=1).recipients == ()
