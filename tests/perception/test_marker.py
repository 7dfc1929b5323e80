"""The marker that pauses the camera: seen where somebody holds it up, and nowhere else."""

import itertools
from collections.abc import Callable
from xml.etree import ElementTree as ET

import cv2
import numpy as np
import pytest

from edgekit.consent.marker import CELLS, GAP, MARGIN, SQUARE, SQUARES, WIDTH, marker_svg
from edgekit.consent.texts import TEXTS
from edgekit.perception.marker import ANYWAY_MS, FORGET_MS, HOLD, LOOK_MS, OptOut
from edgekit.testing.held_marker import CELL_PX, Held, Picture, drawn, sheet

PAPER = sheet()


def empty(seed: int = 0) -> Picture:
    rough = np.random.default_rng(seed).integers(40, 200, (6, 8, 3)).astype(np.uint8)
    return np.asarray(cv2.resize(rough, (640, 480), interpolation=cv2.INTER_CUBIC), np.uint8)


def with_marker(held: Held, paper: Picture = PAPER, seed: int = 0) -> Picture:
    return drawn(empty(seed), held, paper, np.random.default_rng(seed))


def looks(pictures: list[Picture], *, every_ms: int = LOOK_MS) -> list[bool]:
    wish = OptOut()
    wish.see(empty(), 0)
    return [wish.see(picture, (n + 1) * every_ms) for n, picture in enumerate(pictures)]


def test_its_squares_are_of_the_dictionary_and_far_from_each_other() -> None:
    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_ARUCO_MIP_36h12)
    for number, cells in SQUARES.items():
        bits = cv2.aruco.Dictionary.getBitsFromByteList(
            dictionary.bytesList[number : number + 1], CELLS
        )
        assert int("".join(str(int(bit)) for bit in np.ravel(bits)), 2) == cells
    for one, other in itertools.combinations(SQUARES.values(), 2):
        assert (one ^ other).bit_count() >= 12


def test_the_sheet_to_print_is_what_is_looked_for() -> None:
    svg = ET.fromstring(marker_svg())
    assert svg.attrib["viewBox"] == f"{-MARGIN} {-MARGIN} 22 22"
    path = svg[1].attrib["d"]
    assert path.count("M") == int((PAPER == 0).sum()) // CELL_PX**2
    assert WIDTH == 2 * SQUARE + GAP


def test_the_sheet_says_what_it_is_for_below_the_squares_and_in_one_size() -> None:
    said = [texts["marker.hold"].format(n=15) for texts in TEXTS.values()]
    plain, told = ET.fromstring(marker_svg()), ET.fromstring(marker_svg(said=said))
    assert plain[1].attrib["d"] == told[1].attrib["d"]
    lines = list(told)[2:]
    assert [line.text for line in lines] == said
    assert len({line.attrib["font-size"] for line in lines}) == 1
    size = float(lines[0].attrib["font-size"])
    assert min(float(line.attrib["y"]) for line in lines) - size >= WIDTH + GAP
    *_, height = map(float, told.attrib["viewBox"].split())
    assert max(float(line.attrib["y"]) for line in lines) < height - MARGIN


@pytest.mark.parametrize(
    "held",
    [
        Held(share=0.3),
        Held(share=0.9),
        Held(share=0.4, tilt_deg=45),
        Held(share=0.4, roll_deg=30),
        Held(share=0.4, roll_deg=180),
        Held(share=0.4, blur_px=1.5),
        Held(share=0.4, black=60, white=140),
    ],
    ids=str,
)
def test_who_holds_it_up_is_seen_at_the_third_look(held: Held) -> None:
    assert looks([with_marker(held, seed=n) for n in range(HOLD)]) == [False, False, True]


def shuffled() -> Picture:
    """Return the four squares in another order."""
    margin, side, step = MARGIN * CELL_PX, SQUARE * CELL_PX, (SQUARE + GAP) * CELL_PX
    other = PAPER.copy()
    a, b = slice(margin, margin + side), slice(margin + step, margin + step + side)
    other[a, a], other[a, b] = PAPER[a, b], PAPER[a, a]
    return other


def on_cloth() -> Picture:
    """Return the sheet as a body bends it."""
    side = len(PAPER)
    y, x = np.mgrid[0:side, 0:side].astype(np.float32)
    bent = x + np.float32(0.05 * side) * np.sin(2 * np.pi * y / side).astype(np.float32)
    return np.asarray(cv2.remap(PAPER, bent, y, cv2.INTER_LINEAR, borderValue=255), np.uint8)


def one_alone() -> Picture:
    other = PAPER.copy()
    other[(MARGIN + SQUARE) * CELL_PX :] = 255
    return other


def one_cell_wrong() -> Picture:
    other = PAPER.copy()
    at = slice((MARGIN + 3) * CELL_PX, (MARGIN + 4) * CELL_PX)
    other[at, at] = 255 - other[at, at]
    return other


@pytest.mark.parametrize(
    "paper",
    [shuffled, on_cloth, one_alone, one_cell_wrong, lambda: PAPER[:, ::-1], lambda: 255 - PAPER],
    ids=["shuffled", "on cloth", "two squares", "one cell wrong", "mirrored", "inverted"],
)
def test_what_is_nearly_it_is_not(paper: Callable[[], Picture]) -> None:
    other = np.ascontiguousarray(paper())
    pictures = [with_marker(Held(share=0.5), other, seed=n) for n in range(2 * HOLD)]
    assert not any(looks(pictures))


def test_one_far_away_is_on_a_wall_and_no_wish() -> None:
    assert not any(looks([with_marker(Held(share=0.18), seed=n) for n in range(2 * HOLD)]))


def test_what_goes_by_in_two_looks_is_no_wish() -> None:
    there = with_marker(Held(share=0.5))
    assert not any(looks([there, there, empty(), empty(), there, there]))
    assert not any(looks([there] * 6, every_ms=FORGET_MS))


def test_one_that_was_there_before_is_found_as_well() -> None:
    wish = OptOut()
    there = with_marker(Held(share=0.5))
    times = range(0, 4 * ANYWAY_MS, LOOK_MS // 2)
    found = [t_ms for t_ms in times if wish.see(there, t_ms)]
    assert found
    assert found[0] <= ANYWAY_MS + HOLD * LOOK_MS


def test_a_clock_that_is_set_back_stops_no_look() -> None:
    wish = OptOut()
    wish.see(empty(), 10**9)
    there = with_marker(Held(share=0.5))
    assert [wish.see(there, n * LOOK_MS) for n in range(HOLD)][-1]


@pytest.mark.parametrize("size", [(64, 48), (1920, 1080), (480, 640)])
def test_pictures_of_any_size(size: tuple[int, int]) -> None:
    picture = np.asarray(cv2.resize(empty(), size), np.uint8)
    there = drawn(picture, Held(share=0.6), PAPER, np.random.default_rng(0))
    assert looks([there] * HOLD)[-1]
