"""The claim of `dp` at length: a million draws, from the window to the bytes; and every crash."""

import math
import random
from collections import Counter

import pytest
from privacy.test_dp import HEAD, START_S, allow, closed

from edgekit.consent.authorisation import SiteAuthorisation
from edgekit.privacy.gate import Gate
from edgekit.privacy.noise import discrete_laplace
from edgekit.privacy.outflow import Outflow
from edgekit.privacy.sources import Gathered
from edgekit.records import Aggregate, Status
from edgekit.signing.canonical import flat_to_bytes, from_bytes
from edgekit.signing.record import fields_of

MANY, WITHIN = 1_000_000, 10_000
STEPS = ("before it begins", "while it is open", "after it is closed", "after it is written")


@pytest.mark.long
@pytest.mark.parametrize("scale", [1, 2, 5])
def test_a_million_draws_follow_the_exact_distribution(scale: int) -> None:
    """Pearson's test against Canonne, Kamath and Steinke (2020), definition 31."""
    below = random.Random(scale).randrange
    seen = Counter(discrete_laplace(scale, below) for _ in range(MANY))
    q = math.exp(-1 / scale)
    cells = [x for x in range(-200, 201) if MANY * (1 - q) / (1 + q) * q ** abs(x) >= 10]
    expected = {x: MANY * (1 - q) / (1 + q) * q ** abs(x) for x in cells}
    rest = MANY - sum(expected.values())
    found = sum((seen[x] - expected[x]) ** 2 / expected[x] for x in cells)
    found += (MANY - sum(seen[x] for x in cells) - rest) ** 2 / rest
    # Wilson and Hilferty (1931): the quantile that 1 of 1000 exact samplers would exceed.
    freedom = len(cells)
    limit = freedom * (1 - 2 / (9 * freedom) + 3.09 * math.sqrt(2 / (9 * freedom))) ** 3
    assert found < limit


@pytest.mark.long
def test_a_million_adjacent_windows_are_as_hard_to_tell_as_the_bytes_say() -> None:
    """P(bytes | n) / P(bytes | n + 1) stays within e to the epsilon that stands in the bytes."""
    site = allow("line.a.in")
    told: list[Counter[bytes]] = []
    for count in (3, 4):
        chance = random.Random(count)
        seen: Counter[bytes] = Counter()
        for number in range(MANY):
            window = number % WITHIN
            if window == 0:  # an authorisation lasts for so many windows and no longer
                flow = Outflow(site, Gate(site), below=chance.randrange)
                flow.turn((), 0)
                flow.turn((), START_S)
            (one,) = flow.turn(
                [Gathered(eye=closed(count, window), systems={})], START_S + 900 * (window + 1)
            )
            # The window's own number is told to everybody: it is taken out of what is compared.
            fields = fields_of(one, HEAD) | {"window_start_s": 0}
            seen[flat_to_bytes(fields)] += 1
        told.append(seen)
    first, second = told
    epsilon = int(str(from_bytes(next(iter(first)))["epsilon_milli"])) / 1000
    assert sum(seen.total() for seen in told) == 2 * MANY
    compared = [value for value in first if min(first[value], second[value]) >= 400]
    assert len(compared) >= 15
    for value in compared:
        slack = 4 * math.sqrt(1 / first[value] + 1 / second[value])
        assert abs(math.log(first[value] / second[value])) <= epsilon + slack


@pytest.mark.parametrize("crash", STEPS)
def test_a_crash_at_any_step_gives_the_same_release_or_none(crash: str) -> None:
    site = allow("line.a.in")
    for seed in range(5):
        _crash(site, crash, random.Random(seed))


def _crash(site: SiteAuthorisation, crash: str, chance: random.Random) -> None:
    count, written = chance.randrange(20), dict[int, bytes]()

    def boot() -> Outflow:
        """A node that starts: nothing of the noise of the one before is anywhere."""
        return Outflow(site, Gate(site), below=random.Random(chance.random()).randrange)

    def close(flow: Outflow, number: int) -> bytes | None:
        (one,) = flow.turn(
            [Gathered(eye=closed(count, number), systems={})], START_S + 900 * (number + 1)
        )
        assert isinstance(one, Aggregate)
        return flat_to_bytes(fields_of(one, HEAD)) if one.status is Status.RELEASED else None

    flow = boot()
    flow.turn((), START_S - 900)
    if crash == STEPS[0]:
        flow = boot()
    flow.turn((), START_S)
    if crash == STEPS[1]:
        flow = boot()
        flow.turn((), START_S)
    drawn = close(flow, 0)
    if crash == STEPS[2]:
        flow = boot()
        flow.turn((), START_S)
        drawn, before = close(flow, 0), drawn
        assert before is not None
    if drawn is not None:
        written[START_S] = drawn
    if crash == STEPS[3]:
        flow = boot()
        flow.turn((), START_S)
        again = close(flow, 0)  # as if the ledger did not keep it from being closed again
        assert again is None
        assert written == {START_S: drawn}
    else:
        assert written == {}
