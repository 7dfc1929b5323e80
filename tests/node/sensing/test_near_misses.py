"""Who nearly met, as a number: from tracks to a window, and under a profile as few people are."""

from dataclasses import replace

import numpy as np
import pytest

from edgekit.consent.authorisation import draft
from edgekit.consent.outputs import may_leave
from edgekit.consent.site import SiteAuthorisation
from edgekit.consent.view import View
from edgekit.errors import ConsentError, PipeError
from edgekit.frames import CAR, PERSON, Detections, Track
from edgekit.geometry import Ground
from edgekit.node import pipe
from edgekit.node.clerking.eyeline import EYES_READINGS
from edgekit.node.sensing.near_misses import NearMisses
from edgekit.node.sensing.tongue import Tongue
from edgekit.perception.scene import SceneStep
from edgekit.privacy import window
from edgekit.privacy.gate import Gate
from edgekit.privacy.tally import channel_table
from edgekit.records import Health, Kind, Observation, Profile, Quality

GROUND = Ground(
    points=((0, 400), (400, 400), (400, 0), (0, 0)), cm=((0, 0), (4000, 0), (4000, 4000), (0, 4000))
)
"""Ten pixels are a metre."""

NOW_S = 1_795_392_000 // 900 * 900


def track(name: int, x_m: float, y_m: float, class_id: int, *, age: int = 9) -> Track:
    x, y = 10 * x_m, 400 - 10 * y_m
    return Track(
        tracker_id=name, xyxy=(x - 3, y - 9, x + 3, y), class_id=class_id, seen=True, age_frames=age
    )


def play(way: str, *, first: int = CAR, second: int = PERSON, vehicles: bool = False) -> int:
    """A car goes right at 10 m/s; another goes up, into its way or well behind it."""
    near = NearMisses(GROUND, vehicles=vehicles)
    from_m = {"into": 4.0, "behind": -12.0}[way]
    return sum(
        near.update(
            [track(1, 5 + t / 100, 20, first), track(2, 20, 14 + from_m + t / 700, second)], t
        )
        for t in range(0, 1_600, 100)
    )


def test_a_walker_in_the_way_of_a_car_is_one_near_miss_and_one_behind_it_is_none() -> None:
    assert play("into") == 1
    assert play("behind") == 0


def test_walkers_among_themselves_have_none_and_where_only_vehicles_drive_all_are() -> None:
    assert play("into", first=PERSON) == 0
    assert play("into", first=PERSON, vehicles=True) == 1
    assert play("into", first=99) == 0


def test_a_box_that_trembles_where_it_stands_nearly_meets_nobody() -> None:
    near = NearMisses(GROUND)
    assert not sum(
        near.update([track(1, 10 + t % 200 / 1000, 10, CAR), track(2, 12.5, 10, PERSON)], t)
        for t in range(0, 60_000, 100)
    )


def test_what_is_new_or_over_the_horizon_is_left_out() -> None:
    tilted = Ground(
        points=((100, 400), (300, 400), (220, 100), (180, 100)),
        cm=((0, 0), (400, 0), (400, 4000), (0, 4000)),
    )
    high = Track(tracker_id=3, xyxy=(0, 0, 9, 1), class_id=CAR, seen=True, age_frames=9)
    near = NearMisses(tilted)
    assert near.update([high, track(1, 5, 5, CAR, age=1)], 0) == 0
    assert not near._watch.places


def allowed(profile: Profile = Profile.SDC_10_5) -> SiteAuthorisation:
    site = draft(
        "crossing",
        profile=profile,
        view=View(width=400, height=401, ground=GROUND),
        window_s=900,
        valid_from_s=NOW_S - 60,
    )
    one = replace(site.outputs[0], metric="traffic.near")
    return replace(site, outputs=(one,), notice_digest="")


def step(seen: int) -> SceneStep:
    return SceneStep(
        t_ms=seen,
        people=2,
        crossings=(),
        occupancy=(),
        zones=(),
        illuminance_lux=None,
        health=Health.GOOD,
        quality=Quality.GOOD,
        detections=Detections.of(np.zeros((0, 4), np.float32)),
        tracks=(),
    )


class FakeSite:
    """As much of a site as a tongue reads."""

    def __init__(self, authorisation: SiteAuthorisation) -> None:
        self.authorisation = authorisation
        self.settings = type("Drawn", (), {"lines": (), "zones": ()})()


@pytest.mark.parametrize(
    ("met", "profile", "value", "status"),
    [
        (12, Profile.SDC_10_5, 10, "released"),
        (3, Profile.SDC_10_5, None, "suppressed"),
        (0, Profile.SDC_10_5, None, "suppressed"),
        (3, Profile.HOME, 3, "released"),
        (0, Profile.HOME, 0, "released"),
    ],
)
def test_it_goes_from_the_eye_to_the_gate(
    met: int, profile: Profile, value: int | None, status: str
) -> None:
    site = allowed(profile)
    tongue = Tongue(FakeSite(site))  # type: ignore[arg-type] -- as much as it reads
    assert tongue.tells_near
    channels = channel_table(site)
    (number,) = channels
    said = [one for _ in range(met) for one in tongue.glance(step(0), near=1).passages]
    said += tongue.glance(step(0)).levels
    counted = window.begin(channels, window_s=900, now_ms=NOW_S * 1000)
    state = pipe.PipeState(
        generation=1, kinds={number: frozenset({Kind.READING})}, readings=EYES_READINGS
    )
    words = [(0, Kind.HELLO, 1), *said, *[(0, Kind.HEARTBEAT, 1)] * 900]
    for order, (channel, kind, one) in enumerate(words):
        t_ms = NOW_S * 1000 + max(0, order - len(said)) * 1000
        seen = Observation(seq=state.next_seq, t_ms=t_ms, channel=channel, kind=kind, value=one)
        state, taken = pipe.step(state, seen.to_bytes(), t_ms)
        counted, closed = window.step(counted, taken)
    (tally,) = closed
    (released,) = Gate(site).release(tally)
    assert (released.value, released.status) == (value, status)


def test_an_identity_is_no_number_of_near_misses() -> None:
    state = pipe.PipeState(
        generation=1, kinds={1: frozenset({Kind.READING})}, readings=EYES_READINGS, next_seq=1
    )
    seen = Observation(seq=1, t_ms=NOW_S * 1000, channel=1, kind=Kind.READING, value=123_456_789)
    with pytest.raises(PipeError, match="out of range"):
        pipe.step(state, seen.to_bytes(), NOW_S * 1000)


def test_it_needs_the_ground_and_leaves_as_what_is_about_people() -> None:
    site = allowed()
    with pytest.raises(ConsentError, match="needs to know the ground"):
        replace(site, view=View(width=400, height=401), notice_digest="")
    assert not may_leave("traffic.near", Profile.DP)
    assert not may_leave("traffic.near", Profile.BANDS)
    with pytest.raises(ConsentError, match="cannot leave"):
        allowed(Profile.DP)
