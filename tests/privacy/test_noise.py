"""Discrete Laplace noise against its exact distribution, and that no window gets it twice."""

import math
import random
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.privacy.noise import Noise, discrete_laplace

DRAWS = 20_000


def chance(x: int, scale: int) -> float:
    """Canonne, Kamath and Steinke (2020), definition 31."""
    q = math.exp(-1 / scale)
    return (1 - q) / (1 + q) * q ** abs(x)


def even(seed: int) -> Callable[[int], int]:
    return random.Random(seed).randrange


@pytest.mark.parametrize("scale", [1, 2, 5])
def test_draws_follow_the_exact_distribution(scale: int) -> None:
    """Pearson's test over all cells that are expected 10 times or more, and one for both tails."""
    below = even(20_261_126 + scale)
    drawn = Counter(discrete_laplace(scale, below) for _ in range(DRAWS))
    cells = [x for x in range(-100, 101) if DRAWS * chance(x, scale) >= 10]
    seen = [drawn[x] for x in cells]
    expected = [DRAWS * chance(x, scale) for x in cells]
    seen.append(DRAWS - sum(seen))
    expected.append(DRAWS - sum(expected))
    statistic = sum((o - e) ** 2 / e for o, e in zip(seen, expected, strict=True))
    freedom = len(seen) - 1
    # 99.9 % of right samplers stay below this (Wilson and Hilferty, 1931).
    limit = freedom * (1 - 2 / (9 * freedom) + 3.09 * math.sqrt(2 / (9 * freedom))) ** 3
    assert statistic < limit
    assert drawn[0] > 0


def test_the_same_test_finds_a_sampler_that_draws_zero_too_often() -> None:
    below = even(1)

    def twice_zero() -> int:
        size = abs(discrete_laplace(2, below))
        return -size if below(2) else size

    wrong = Counter(
        x if (x := twice_zero()) or below(8) else discrete_laplace(2, below) for _ in range(DRAWS)
    )
    expected = DRAWS * chance(0, 2)
    assert (wrong[0] - expected) ** 2 / expected > 20


class _Ends(Exception):  # noqa: N818 -- no error: the script is at its end
    def __init__(self, sides: int) -> None:
        super().__init__()
        self.sides = sides


def outcomes(scale: int, depth: int) -> dict[int, float]:
    """Return what the first draws of all possible ones end in, each with its exact chance."""
    mass: dict[int, float] = {}
    scripts: list[tuple[tuple[int, ...], float]] = [((), 1.0)]
    while scripts:
        script, part = scripts.pop()
        rest = list(script)

        def below(sides: int, rest: list[int] = rest) -> int:
            if not rest:
                raise _Ends(sides)
            return rest.pop(0)

        try:
            x = discrete_laplace(scale, below)
        except _Ends as end:
            if len(script) < depth:
                scripts += [((*script, n), part / end.sides) for n in range(end.sides)]
            continue
        mass[x] = mass.get(x, 0.0) + part
    return mass


def test_every_short_way_through_the_sampler_adds_up_to_the_exact_chance() -> None:
    mass = outcomes(scale=1, depth=11)
    assert sum(mass.values()) > 0.65
    for x, part in mass.items():
        assert part <= chance(x, 1) + 1e-12
        assert part == pytest.approx(mass[-x])
    assert mass[0] > 0.8 * chance(0, 1)


def noise(*metrics: str) -> Noise:
    return Noise(metrics or ("line.a.in",), scale=2, below=even(3))


def test_the_window_that_had_begun_before_has_none() -> None:
    one = noise()
    one.open(900)
    assert one.take(900) is None


def test_noise_is_there_once_for_every_metric() -> None:
    one = noise("line.a.in", "line.a.out")
    one.open(0)
    one.open(900)
    drawn = one.take(900)
    assert drawn is not None
    assert list(drawn) == ["line.a.in", "line.a.out"]
    one.open(900)
    assert one.take(900) is None


def test_noise_of_a_window_that_was_passed_over_is_destroyed() -> None:
    one = noise()
    for start_s in (0, 900, 1800):
        one.open(start_s)
    assert one.take(900) is None
    assert one.take(1800) is not None


@given(st.lists(st.tuples(st.sampled_from(["open", "take"]), st.integers(0, 6)), max_size=40))
def test_no_window_ever_gets_noise_twice(steps: list[tuple[str, int]]) -> None:
    one, taken = noise(), set[int]()
    for word, number in steps:
        if word == "open":
            one.open(900 * number)
        elif one.take(900 * number) is not None:
            assert number not in taken
            taken.add(number)
