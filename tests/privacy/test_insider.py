"""What docs/threat-model.md says of an active insider is so, neither less nor more."""

import math
from pathlib import Path

import pytest

from edgekit.privacy.profile import RULES, released_value
from edgekit.records import Profile

PAGE = Path(__file__).parents[2] / "docs" / "threat-model.md"


def gives_away(profile: Profile, own: int) -> bool:
    return released_value(profile, own) != released_value(profile, own + 1)


@pytest.mark.parametrize("profile", [Profile.SDC_10_5, Profile.BANDS])
def test_so_many_crossings_of_his_own_tell_one_other_person_from_none(profile: Profile) -> None:
    fewest = next(own for own in range(100) if gives_away(profile, own))
    assert fewest == 9
    assert "nine crossings" in PAGE.read_text(encoding="utf-8")


def test_twelve_do_it_by_rounding_alone() -> None:
    assert released_value(Profile.SDC_10_5, 12) == 10
    assert released_value(Profile.SDC_10_5, 13) == 15


def test_under_noise_he_is_right_little_oftener_than_a_coin() -> None:
    """Half of tanh(epsilon / 2): Kairouz, Oh and Viswanath (2015), for equal odds."""
    scale = RULES[Profile.DP].noise_scale
    q = math.exp(-1 / scale)
    chances = {x: (1 - q) / (1 + q) * q ** abs(x) for x in range(-200, 201)}
    advantage = sum(abs(chances[x] - chances.get(x - 1, 0)) for x in chances) / 4
    assert advantage == pytest.approx(math.tanh(1 / scale / 2) / 2, abs=1e-9)
    assert f"{50 + 100 * advantage:.0f} times of 100" in PAGE.read_text(encoding="utf-8")
