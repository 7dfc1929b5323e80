import numpy as np
import pytest

from edgekit.errors import ConfigError
from edgekit.perception.illuminance import illuminance_lux


def flat(value: int) -> np.ndarray:
    return np.full((48, 64, 3), value, np.uint8)


def test_white_is_the_calibration_constant_and_black_is_dark() -> None:
    assert illuminance_lux(flat(255), lux_at_white=800) == 800
    assert illuminance_lux(flat(0), lux_at_white=800) == 0


def test_grey_is_judged_in_linear_light() -> None:
    assert illuminance_lux(flat(188), lux_at_white=1000) == pytest.approx(503, abs=5)


def test_a_lamp_in_view_does_not_make_the_day() -> None:
    night = flat(20)
    night[:6, :30] = 255
    assert illuminance_lux(night) == illuminance_lux(flat(20))


def test_brighter_is_never_less() -> None:
    values = [illuminance_lux(flat(value)) for value in range(0, 256, 15)]
    assert values == sorted(values)


@pytest.mark.parametrize("constant", [0.0, -5.0, float("nan")])
def test_a_senseless_constant_is_refused(constant: float) -> None:
    with pytest.raises(ConfigError, match="lux at white"):
        illuminance_lux(flat(9), lux_at_white=constant)
