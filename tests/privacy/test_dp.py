"""`dp` from the window to the record: noise, epsilon, budget; adjacent inputs are hard to tell."""

import math
import random
from collections import Counter
from dataclasses import replace

import pytest

from edgekit.consent.authorisation import SiteAuthorisation, draft
from edgekit.consent.notice import Notice
from edgekit.consent.view import View
from edgekit.errors import ConsentError, ReleaseError
from edgekit.geometry import Line, Zone
from edgekit.privacy.budget import Epsilon, epsilon_of, noisy_metrics
from edgekit.privacy.gate import Gate
from edgekit.privacy.outflow import Outflow
from edgekit.privacy.sources import Gathered
from edgekit.privacy.tally import WindowTally
from edgekit.records import (
    Aggregate,
    Profile,
    QualityWord,
    Reason,
    Status,
)
from edgekit.signing.dsse import Envelope
from edgekit.signing.keys import MemorySigner
from edgekit.signing.record import fields_of, read_payload, sign_release
from tests import sample

START_S = 20_000 * 86_400
VIEW = View(
    width=640,
    height=480,
    lines=(
        Line("a", (100, 400), (100, 100)),
        Line("near", (120, 400), (120, 100)),
        Line("b", (500, 400), (500, 100)),
    ),
    zones=(
        Zone("z", ((200, 100), (400, 100), (400, 300), (200, 300))),
        Zone("within", ((250, 150), (350, 150), (350, 250), (250, 250))),
        Zone("apart", ((200, 350), (400, 350), (400, 450), (200, 450))),
    ),
)
SIGNER = MemorySigner.from_seed(bytes(32))
HEAD = replace(sample.HEAD, authority="0" * 16)


def allow(*metrics: str, profile: Profile = Profile.DP) -> SiteAuthorisation:
    whole = draft("plaza", profile=profile, view=VIEW, window_s=900, valid_from_s=START_S)
    outputs = tuple(replace(whole.outputs[0], metric=metric) for metric in metrics)
    return replace(whole, outputs=outputs or whole.outputs, notice_digest="")


def closed(count: int, number: int = 0, metric: str = "line.a.in") -> WindowTally:
    return WindowTally(
        start_s=START_S + 900 * number,
        window_s=900,
        values={metric: count, "light.illuminance": 123},
        uptime_ms=900_000,
        reason=None,
        quality=QualityWord.DEGRADED,
    )


def test_a_draft_asks_for_what_the_profile_has_a_rule_for() -> None:
    metrics = [output.metric for output in allow().outputs]
    assert metrics == [
        *(f"line.{line}.{way}" for line in ("a", "near", "b") for way in ("in", "out")),
        "light.illuminance",
    ]


@pytest.mark.parametrize("what", ["people", "queue", "wait"])
def test_a_number_of_people_cannot_leave_with_noise_for_one_event(what: str) -> None:
    with pytest.raises(ConsentError, match="cannot leave under dp: expected count"):
        allow(f"zone.z.{what}")


def test_the_sign_says_that_a_random_number_is_added() -> None:
    assert "a random number is added" in Notice(allow()).text()


ONE, DEAR = Epsilon(event_milli=500, day_milli=2_000), None
DWELL = ("zone.z.dwell.under_30s", "zone.z.dwell.over_15min")


@pytest.mark.parametrize(
    ("metrics", "epsilon"),
    [
        (["line.a.in", "line.a.out"], ONE),
        (["line.a.total"], ONE),
        (["line.a.total", "line.a.in"], DEAR),
        (["line.a.total", "line.a.in", "line.a.out"], DEAR),
        ([*DWELL, "zone.z.heat.c1r1"], DEAR),
        (["line.a.total", "line.a.car.in"], ONE),
        (["line.a.in_red", "line.a.out_red"], ONE),
        (["line.a.in_red", "line.a.out"], ONE),
        (["line.a.in_red", "line.a.in"], DEAR),
        (["line.a.out_red", "line.a.total"], DEAR),
        (["line.a.in", "line.b.in"], ONE),
        (["line.a.in", "line.near.in"], DEAR),
        ([*DWELL], ONE),
        (["zone.z.heat.c1r1"], ONE),
        (["zone.z.heat.c1r1", "zone.z.heat.c2r1"], DEAR),
        (["zone.z.dwell.under_30s", "zone.z.heat.c1r1"], DEAR),
        (["zone.z.dwell.under_30s", "zone.within.dwell.under_30s"], DEAR),
        (["zone.z.dwell.under_30s", "zone.apart.dwell.under_30s"], ONE),
        (["zone.z.dwell.under_30s", "line.a.in", "light.illuminance"], ONE),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, list) else "",
)
def test_epsilon_is_of_all_outputs_that_one_event_is_counted_in(
    metrics: list[str], epsilon: Epsilon | None
) -> None:
    site = allow(*metrics)
    if epsilon is not None:
        assert epsilon_of(site) == epsilon
        return
    for refuses in (epsilon_of, Gate):
        with pytest.raises(ReleaseError, match=r"an epsilon of 4 a day, and 2 are there"):
            refuses(site)


def test_only_noise_has_an_epsilon() -> None:
    assert epsilon_of(allow("line.a.in", profile=Profile.SDC_10_5)) is None
    assert epsilon_of(allow("light.illuminance")) is None
    assert noisy_metrics(allow("line.a.in", "light.illuminance")) == ("line.a.in",)


def record_of(release: Aggregate) -> dict[str, object]:
    envelope = Envelope.from_bytes(sign_release(release, HEAD, SIGNER).envelope)
    return dict(read_payload(envelope.payload))


def test_a_count_leaves_with_its_noise_below_zero_too_and_says_epsilon() -> None:
    gate = Gate(allow("line.a.in", "light.illuminance"))
    count, light = gate.release(closed(2), {"line.a.in": -5})
    assert (count.value, count.status, count.quality) == (-3, Status.RELEASED, QualityWord.UNTOLD)
    told = record_of(count)
    assert (told["count"], told["epsilon_milli"], told["epsilon_day_milli"]) == (-3, 500, 2_000)
    told = record_of(light)
    assert (told["illuminance_lux"], told["epsilon_milli"]) == (120, None)


def test_without_noise_a_count_is_a_gap() -> None:
    gate = Gate(allow("line.a.in"))
    for noise in (None, {}, {"line.a.out": 1}):
        (gap,) = gate.release(closed(20), noise)
        assert (gap.status, gap.value, gap.reason) == (Status.GAP, None, Reason.STARTED)
    (gap,) = gate.release(replace(closed(20), reason=Reason.PAUSED), None)
    assert gap.reason is Reason.PAUSED
    (gap,) = gate.release(replace(closed(20), uptime_ms=0), {"line.a.in": 1})
    assert (gap.status, gap.value) == (Status.GAP, None)


def test_a_node_that_starts_within_a_window_has_lost_it() -> None:
    """So cutting the power never gives a second draw for one window."""
    site = allow("line.a.in")
    for _ in range(3):
        flow = Outflow(site, Gate(site), below=random.Random(7).randrange)
        assert flow.turn((), START_S) == []
        (lost,) = flow.turn([Gathered(eye=closed(7), systems={})], START_S + 900)
        (kept,) = flow.turn([Gathered(eye=closed(7, 1), systems={})], START_S + 1800)
        assert isinstance(lost, Aggregate)
        assert isinstance(kept, Aggregate)
        assert (lost.status, kept.status) == (Status.GAP, Status.RELEASED)
        (again,) = flow.turn([Gathered(eye=closed(7, 1), systems={})], START_S + 1800)
        assert isinstance(again, Aggregate)
        assert again.status is Status.GAP


def test_adjacent_inputs_are_as_hard_to_tell_as_the_record_says() -> None:
    """From the window to the payload: log P(output | n) / P(output | n + 1) stays below epsilon."""
    site = allow("line.a.in")
    draws = 6_000
    told: list[Counter[object]] = []
    for count in (3, 4):
        flow = Outflow(site, Gate(site), below=random.Random(count).randrange)
        flow.turn((), 0)
        flow.turn((), START_S)
        seen: Counter[object] = Counter()
        for number in range(draws):
            (one,) = flow.turn(
                [Gathered(eye=closed(count, number), systems={})], START_S + 900 * (number + 1)
            )
            fields = fields_of(one, HEAD)
            seen[fields["count"]] += 1
        epsilon = int(str(fields["epsilon_milli"])) / 1000
        told.append(seen)
    first, second = told
    compared = [value for value in first if min(first[value], second[value]) >= 100]
    assert len(compared) >= 9
    for value in compared:
        # Four standard errors of a log ratio of two counts.
        slack = 4 * math.sqrt(1 / first[value] + 1 / second[value])
        assert abs(math.log(first[value] / second[value])) <= epsilon + slack
    # And it is not nothing either: the two are told apart as well as that allows.
    low = sum(first[v] for v in compared if isinstance(v, int) and v <= 3)
    high = sum(second[v] for v in compared if isinstance(v, int) and v <= 3)
    assert math.log(low / high) > epsilon / 4


def test_a_day_of_noise_neither_drifts_nor_is_cut() -> None:
    site = allow("line.a.in")
    flow = Outflow(site, Gate(site), below=random.Random(11).randrange)
    flow.turn((), 0)
    flow.turn((), START_S)
    days = [closed(0, number) for number in range(2_000)]
    values = []
    for number, tally in enumerate(days, 1):
        (one,) = flow.turn([Gathered(eye=tally, systems={})], START_S + 900 * number)
        assert isinstance(one, Aggregate)
        assert one.value is not None
        values.append(one.value)
    # The deviation of discrete Laplace noise of scale 2 is 2.8; the mean of 2000 has 0.063.
    assert abs(sum(values) / len(values)) < 4 * 2.8 / math.sqrt(len(values))
    assert min(values) < 0
