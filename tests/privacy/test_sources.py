"""A steward's hello, and what no channel is for."""

import pytest

from edgekit.consent.authorisation import draft
from edgekit.consent.view import View
from edgekit.errors import PipeError
from edgekit.privacy.sources import Sources
from edgekit.privacy.systems import totals_of
from edgekit.privacy.tally import Channel
from edgekit.privacy.totals import Totals
from edgekit.privacy.window import Tick
from edgekit.records import Kind, Observation, Profile, Reason

START_S = 1_800_000_000
HELLO = Observation(seq=0, t_ms=START_S * 1000, channel=0, kind=Kind.HELLO, flags=0, value=1)


@pytest.mark.parametrize("shut", [None, Reason.PAUSED])
def test_a_system_that_is_shut_stays_so_whoever_says_hello(shut: Reason | None) -> None:
    site = draft(
        "shop",
        profile=Profile.LOCAL,
        view=View(width=640, height=480),
        window_s=60,
        valid_from_s=START_S - 60,
        systems=("dispenser",),
        camera=False,
    )
    sources = Sources(site, now_ms=START_S * 1000, totals=Totals(totals_of(site), {}))
    sources.shut(shut, START_S * 1000)
    sources.greet(HELLO)
    for second in range(1, 181):
        sources.step(Tick(now_ms=(START_S + second) * 1000))
    reasons = [one.systems["dispenser"].reason for one in sources.ripe()]
    # Who was let in and then said nothing has stalled; who is shut was never let in.
    assert reasons == [Reason.STARTED, shut or Reason.STALLED]


def test_what_is_computed_is_no_channel() -> None:
    with pytest.raises(PipeError, match=r"line\.door\.total is computed"):
        Channel.of("line.door.total")
    assert Channel.of("line.door.in").kind is Kind.IN
