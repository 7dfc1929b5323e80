"""What is wrong with lines and zones, before anybody relies on their numbers."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgekit.errors import ConfigError
from edgekit.geometry import Line, Zone
from edgekit.geometry.line_lint import band_px
from edgekit.geometry.lint import Finding, Severity, lint, require_countable
from edgekit.geometry.plane import Segment
from edgekit.geometry.sighting import Picture
from edgekit.geometry.stature import Stature
from edgekit.perception.line import band_for
from edgekit.testing.truth import DEFAULT_LINE, DEFAULT_ZONE

SIZE = (640, 480)
PLAZA = Stature.through((440, 136), (204, 56))
"""How high people stand on the drawn plaza: its horizon is row 40."""

STEEP = Stature(offset_px=150, slope=0.1)
"""A camera that looks down: people are 150 px high at the top of the picture."""


def labels(
    lines: Sequence[Line] = (),
    zones: Sequence[Zone] = (),
    *,
    stature: Stature | None = None,
    ways: Sequence[Segment] = (),
) -> list[str]:
    found = lint(lines, zones, size=SIZE, fps=12, stature=stature, ways=ways)
    return [f"{finding.severity}: {finding.label}" for finding in found]


def square(name: str, x: float, y: float, side: float = 100) -> Zone:
    return Zone(name, ((x, y), (x + side, y), (x + side, y + side), (x, y + side)))


@pytest.mark.parametrize("stature", [None, PLAZA])
@pytest.mark.parametrize("line", [DEFAULT_LINE, Line("whole", (320, 480), (320, 0))])
def test_what_is_drawn_well_is_left_alone(stature: Stature | None, line: Line) -> None:
    assert labels([line], [DEFAULT_ZONE], stature=stature) == []


@pytest.mark.parametrize(
    ("x", "counts"),
    # What is counted at each distance: benchmarks/edges.py.
    [(12, False), (20, False), (28, False), (48, True), (140, True), (620, False), (592, True)],
)
def test_an_upright_line_near_the_edge(x: float, counts: bool) -> None:
    line = Line("door", (x, 480), (x, 60))

    edge = "left" if x < 320 else "right"
    expected = [] if counts else [f"warning: too near the {edge} edge"]
    assert labels([line], stature=PLAZA) == expected
    assert bool(labels([line])) is not counts  # a rule of thumb where no stature is known


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (12, ["refused: nothing is seen beyond it (top)"]),
        (40, ["refused: nothing is seen beyond it (top)"]),
        (100, ["warning: too near the top edge"]),
        (128, ["warning: bodies cut by the top edge"]),
        (200, []),
        (460, []),
    ],
)
def test_a_level_line_under_a_camera_that_looks_down(row: float, expected: list[str]) -> None:
    assert labels([Line("door", (10, row), (630, row))], stature=STEEP) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (Line("a", (100, 30), (300, 40)), ["refused: above the horizon"]),
        (Line("a", (300, 400), (330, 400)), ["refused: shorter than a person is wide"]),
        (Line("a", (300, 400), (300, 370)), []),  # as long a way on the ground as twice across
        (Line("a", (5, 0), (5, 480)), ["refused: outside"]),
        (Line("a", (0, 0), (700, 0)), ["refused: outside"]),
    ],
)
def test_a_line_that_can_never_count(line: Line, expected: list[str]) -> None:
    assert labels([line], stature=PLAZA) == expected


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        (Zone("z", ((0, 0), (640, 0), (320, 60))), ["refused: above the horizon"]),
        (square("z", 300, 400, 20), ["refused: smaller than a person"]),
        (square("z", 300, 400, 40), ["warning: smaller than a person"]),
        (square("z", 300, 400, 80), ["remark: reaches the bottom edge"]),
        (square("z", 600, 100), ["refused: outside"]),
    ],
)
def test_zones(zone: Zone, expected: list[str]) -> None:
    assert labels(zones=[zone], stature=PLAZA) == expected


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        (
            Zone("z", ((0, 0), (640, 0), (640, 30), (0, 30))),
            ["refused: nobody is seen in it (top)"],
        ),
        (
            Zone("z", ((0, 0), (640, 0), (640, 150), (0, 150))),
            ["warning: bodies cut by the top edge"],
        ),
        (Zone("z", ((0, 100), (640, 100), (640, 450), (0, 450))), []),
    ],
)
def test_zones_where_heads_are_cut(zone: Zone, expected: list[str]) -> None:
    assert labels(zones=[zone], stature=STEEP) == expected


A = Line("a", (100, 200), (300, 200))


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (Line("b", (100, 210), (300, 205)), ["warning: nearly the same as a"]),
        (Line("b", (300, 195), (100, 205)), ["warning: nearly the same as a"]),
        (Line("b", (200, 100), (200, 300)), ["warning: crosses a"]),
        (Line("b", (300, 200), (500, 200)), []),
        (Line("b", (100, 240), (300, 240)), []),
    ],
)
def test_two_lines(other: Line, expected: list[str]) -> None:
    assert labels([A, other]) == expected


@pytest.mark.parametrize(
    ("zones", "expected"),
    [
        ((square("p", 100, 100), square("r", 150, 100)), ["warning: overlaps r"]),
        ((square("p", 100, 100), square("r", 100, 100)), ["warning: the same as p"]),
        ((square("p", 100, 100), square("r", 120, 120, 40)), ["warning: inside p"]),
        ((square("p", 100, 100), square("r", 200, 100)), []),
    ],
)
def test_two_zones(zones: tuple[Zone, Zone], expected: list[str]) -> None:
    assert labels(zones=zones) == expected


@pytest.mark.parametrize(
    ("end", "expected"),
    [((250, 200), ["warning: ends inside p"]), ((340, 200), []), ((205, 200), [])],
)
def test_a_line_that_ends_inside_a_zone(end: tuple[float, float], expected: list[str]) -> None:
    assert labels([Line("a", (100, 200), end)], [square("p", 200, 100, 120)]) == expected


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("in", "gate"), ["warning: name says one way"]),
        (("door-1", "door_1"), ["warning: reads like door-1"]),
        (("door1", "doorl"), ["warning: reads like door1"]),
        (("right", "left"), ["warning: names are swapped"]),
        (("gate-right", "gate-left"), ["warning: names are swapped"]),
        (("left", "right"), []),
        (("north", "south"), []),
    ],
)
def test_names(names: tuple[str, str], expected: list[str]) -> None:
    lines = [Line(name, (x, 400), (x, 200)) for name, x in zip(names, (200, 400), strict=True)]

    assert labels(lines) == expected


def test_zones_named_for_the_other_side() -> None:
    assert labels(zones=[square("near", 100, 100), square("far", 100, 300)]) == [
        "warning: names are swapped"
    ]


def test_a_line_that_people_walk_along() -> None:
    along = [((100 + i, 190 + 5 * i), (280, 205)) for i in range(4)] + [((300, 200), (90, 190))]
    across = [((200, 100 + i), (210, 300)) for i in range(9)]
    far = [((0, 470), (600, 470))] * 9

    assert labels([A], ways=along) == ["remark: people walk along it"]
    assert labels([A], ways=along[:3] + far) == []
    assert labels([A], ways=along + across) == []


def test_the_worst_comes_first_and_each_says_what_to_do() -> None:
    lines = [Line("in", (20, 480), (20, 60)), Line("b", (300, 400), (320, 400))]
    found = lint(lines, [square("z", 300, 380)], size=SIZE, fps=12, stature=PLAZA)

    order = [list(Severity).index(finding.severity) for finding in found]
    assert order == sorted(order)
    assert {finding.severity for finding in found} == set(Severity)
    for finding in found:
        assert repr(finding.name) in finding.text
        assert finding.hint
        assert finding.text[0].islower() or finding.text.startswith(("of ", "in "))


def test_what_is_refused_is_an_error_where_it_is_configured() -> None:
    line = Line("sky", (100, 30), (300, 40))
    require_countable([line], [], size=SIZE)
    require_countable([DEFAULT_LINE], [DEFAULT_ZONE], size=SIZE, stature=PLAZA)
    with pytest.raises(ConfigError, match="'sky' lies above the ground"):
        require_countable([line], [], size=SIZE, stature=PLAZA)


LINES = st.builds(
    lambda x, y, dx, dy: Line("l", (x, y), (x + dx, y + dy)),
    *(st.integers(-50, 700), st.integers(-50, 530)),
    *(st.integers(-300, 300), st.integers(17, 300)),
)


@settings(max_examples=40, deadline=None)
@given(LINES, st.floats(-0.2, 0.6), st.floats(-60, 200), st.floats(1, 60))
def test_any_line_gets_a_plain_answer(line: Line, slope: float, offset: float, fps: float) -> None:
    found = lint([line], [], size=SIZE, fps=fps, stature=Stature(offset_px=offset, slope=slope))

    assert all(isinstance(finding, Finding) for finding in found)


@settings(max_examples=40, deadline=None)
@given(LINES)
def test_mirrored_it_says_the_same_of_the_other_side(line: Line) -> None:
    (ax, ay), (bx, by) = line.start, line.end
    mirrored = Line("l", (640 - ax, ay), (640 - bx, by))

    found, other = (labels([one], stature=PLAZA) for one in (line, mirrored))

    assert [label.replace("left", "side").replace("right", "side") for label in found] == [
        label.replace("left", "side").replace("right", "side") for label in other
    ]


@given(LINES)
def test_the_band_is_the_counters_own(line: Line) -> None:
    assert band_px(line, SIZE) == band_for(line, SIZE)


def test_a_body_at_the_edge_is_seen_in_part() -> None:
    picture = Picture(width=640, height=480, fps=15, stature=Stature(offset_px=100, slope=0))

    whole, half, head = (picture.look(foot) for foot in ((320, 300), (0, 300), (320, 530)))

    assert (whole.share, whole.foot, whole.edge) == (1, (320, 300), "")
    assert (half.share, half.foot, half.edge) == (pytest.approx(0.5), (10.5, 300), "left")
    assert (head.share, head.foot, head.edge) == (pytest.approx(0.5), (320, 480), "bottom")
