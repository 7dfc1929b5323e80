"""In public, one person more in a window that is suppressed changes no byte of what leaves."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from edgekit.consent.authorisation import SiteAuthorisation, draft
from edgekit.consent.measure import MEASURES
from edgekit.consent.room import Door, Room, Way
from edgekit.consent.view import View
from edgekit.geometry import Ground, Line, Zone
from edgekit.privacy.gate import Gate
from edgekit.privacy.message import Message, Tick
from edgekit.privacy.rooms import begin, step
from edgekit.privacy.tally import channel_table
from edgekit.records import Kind, Observation, Profile
from edgekit.signing.dsse import Envelope
from edgekit.signing.keys import MemorySigner
from edgekit.signing.record import read_payload, sign_release
from tests import sample

WINDOW_S = 900
START_S = 20_000 * 86_400
SIGNER = MemorySigner.from_seed(bytes(32))
HEAD = replace(sample.HEAD, authority="0" * 16)
VIEW = View(
    width=640,
    height=480,
    lines=(Line("door", (100, 400), (100, 100)), Line("road", (560, 100), (560, 380))),
    zones=(Zone("square", ((200, 100), (440, 100), (440, 400), (200, 400))),),
    ground=Ground.rectangle(((0, 480), (640, 480), (640, 10), (0, 10)), width_cm=900, depth_cm=900),
    rooms=(
        Room(
            name="hall",
            doors=(Door(line="door", inward=Way.IN),),
            max_dwell_min=1,
            closes_utc_minute=30,
        ),
    ),
)
DWELL = [f"zone.square.{what}" for what in MEASURES["zone"] if what.startswith("dwell")]
HEAT = [f"zone.square.{what}" for what in MEASURES["zone"] if what.startswith("heat")]
SITES = {
    "a room, a queue and vehicles": (
        *("room.hall.people", "zone.square.queue", "zone.square.wait"),
        *("line.road.in", "line.road.car.in", "line.road.bicycle.total"),
    ),
    "density and waits": ("zone.square.density", "zone.square.wait", "line.road.total"),
    "dwell": tuple(DWELL),
    "heat and people": (*HEAT, "zone.square.people"),
}


def allow(metrics: Sequence[str]) -> SiteAuthorisation:
    whole = draft(
        "plaza", profile=Profile.SDC_10_5, view=VIEW, window_s=WINDOW_S, valid_from_s=START_S
    )
    outputs = tuple(replace(whole.outputs[0], metric=metric) for metric in metrics)
    return replace(whole, outputs=outputs, notice_digest="")


Said = tuple[int, str, Kind, int]
"""Second, metric, kind, value."""


def person(t_s: int) -> list[Said]:
    """What the eye says of somebody who comes, stands, waits and leaves."""
    return [
        (t_s, "line.door.in", Kind.IN, 1),
        (t_s + 3, "line.road.in", Kind.IN, 1),
        (t_s + 3, "line.road.car.in", Kind.IN, 1),
        (t_s + 3, "line.road.bicycle.out", Kind.OUT, 1),
        (t_s + 6, "zone.square.people", Kind.OCCUPANCY, 1),
        (t_s + 6, "zone.square.queue", Kind.QUEUE, 1),
        (t_s + 9, "zone.square.wait", Kind.WAIT, 20_000),
        (t_s + 9, "zone.square.dwell.under_30s", Kind.STAY, 1),
        *((t_s + 9, cell, Kind.VISIT, 1) for cell in HEAT),
        (t_s + 21, "line.door.out", Kind.OUT, 1),
    ]


def run(site: SiteAuthorisation, told: Sequence[Said]) -> tuple[list[bytes], int]:
    """Return what leaves in an hour, and how many people were set right in it."""
    table = channel_table(site)
    numbers = {channel.metric: number for number, channel in table.items()}
    levels = [(n, c.kind) for n, c in table.items() if c.kind in (Kind.OCCUPANCY, Kind.QUEUE)]
    gate = Gate(site)
    # The room is known, so that no window is a gap for having just begun.
    state = begin(site, now_ms=START_S * 1000, inside={"room.hall.people": 0})
    envelopes: list[bytes] = []
    set_right = 0

    def feed(message: Message) -> None:
        nonlocal state, set_right
        state, closed = step(state, message)
        for tally in closed:
            set_right += sum(one.count for one in tally.corrections)
            for release in (*gate.release(tally), *gate.corrections(tally)):
                head = replace(HEAD, sequence=len(envelopes))
                envelopes.append(sign_release(release, head, SIGNER).envelope)

    for second in range(0, 3600 + WINDOW_S, 3):
        t_ms = (START_S + second) * 1000
        said = [(0, Kind.HEARTBEAT if second else Kind.HELLO, 1)]
        said += [(number, kind, 0) for number, kind in levels]
        said += [(numbers[m], k, v) for t_s, m, k, v in told if t_s == second and m in numbers]
        for channel, kind, value in said:
            feed(Observation(seq=0, t_ms=t_ms, channel=channel, kind=kind, value=value))
        feed(Tick(now_ms=t_ms))
    return envelopes, set_right


BUSY = [one for n in range(3) for one in person(999 + 30 * n)]


@pytest.mark.parametrize("metrics", SITES.values(), ids=SITES)
def test_one_person_more_changes_no_byte(metrics: Sequence[str]) -> None:
    site = allow(metrics)
    few, _ = run(site, BUSY)

    assert run(site, [*BUSY, *person(1500)])[0] == few
    assert run(site, [])[0] == few
    assert len(few) >= 4 * len(metrics)
    # Or the above would show nothing.
    crowd = [one for n in range(100) for one in person(999 + 3 * n)]
    assert run(site, crowd)[0] != few


@pytest.mark.parametrize(
    "unseen",
    [(1200, "line.door.out", Kind.OUT, 1), (1200, "line.door.in", Kind.IN, 1)],
    ids=["who was never seen to come", "who is never seen to leave"],
)
def test_whoever_a_rule_sets_right_changes_no_byte(unseen: Said) -> None:
    site = allow(SITES["a room, a queue and vehicles"])

    assert run(site, [unseen]) == (run(site, [])[0], 1)


def test_once_a_day_it_is_told_that_a_room_was_set_right() -> None:
    envelopes, _ = run(allow(SITES["a room, a queue and vehicles"]), [])
    found = [read_payload(Envelope.from_bytes(one).payload) for one in envelopes]
    (event,) = [one for one in found if one["type"] == "event"]

    assert (event["reason"], event["count"]) == ("reconciled", None)
    assert event["t_s"] == START_S + 900
