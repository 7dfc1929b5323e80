import pytest

from edgekit.consent.metric import metrics_of
from edgekit.consent.view import MAX_SHAPES, View
from edgekit.errors import ConfigError
from edgekit.geometry import Line, Zone

LINE = Line("a", (100, 100), (100, 400))
ZONE = Zone("a", ((10, 10), (300, 10), (300, 300)))


def test_what_can_be_counted_follows_from_what_is_drawn() -> None:
    view = View(width=640, height=480, lines=(LINE,), zones=(ZONE,))
    assert metrics_of(view) == (
        "line.a.in",
        "line.a.out",
        "zone.a.people",
        "light.illuminance",
    )


def test_a_line_and_a_zone_may_share_a_name_but_two_lines_may_not() -> None:
    with pytest.raises(ConfigError, match="two lines"):
        View(width=640, height=480, lines=(LINE, LINE))
    with pytest.raises(ConfigError, match="two zones"):
        View(width=640, height=480, zones=(ZONE, ZONE))


@pytest.mark.parametrize(("width", "height"), [(0, 480), (640, 0), (9000, 480), (200, 480)])
def test_the_picture_has_a_size_and_holds_its_shapes(width: int, height: int) -> None:
    with pytest.raises(ConfigError):
        View(width=width, height=height, zones=(ZONE,))


def test_there_are_not_too_many_shapes() -> None:
    lines = tuple(Line(f"l{n}", (100, 100), (100, 400)) for n in range(MAX_SHAPES + 1))
    with pytest.raises(ConfigError, match="at most"):
        View(width=640, height=480, lines=lines)
