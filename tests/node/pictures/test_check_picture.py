import cv2
import numpy as np
import pytest

from edgekit.frames import Frame, Pixels
from edgekit.geometry import Ground
from edgekit.node.pictures.calibration import Calibration
from edgekit.node.pictures.canvas import PAPER, Canvas, text_size, write
from edgekit.node.pictures.check_picture import GRID, PERSON, POINT, draw_check, draw_rulers
from edgekit.node.pictures.covered_view import covered_view
from edgekit.redaction.background import LearningRules
from edgekit.testing.pinhole import CENTRE_PX, HORIZON_PX, project
from edgekit.testing.truth import DEFAULT_ZONE

SIZE = (640, 480)
GROUND = Ground(
    ((160, 440), (480, 440), (425, 215), (215, 215)), ((0, 0), (400, 0), (500, 900), (-100, 900))
)
FOUND = Calibration.of(GROUND, size=SIZE, zones=[DEFAULT_ZONE], centre=(CENTRE_PX, HORIZON_PX))


def read(png: bytes) -> Pixels:
    return np.asarray(cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR), np.uint8)


def near(picture: Pixels, point: tuple[float, float], colour: tuple[int, int, int]) -> bool:
    """Whether a colour, or nearly it, is within three pixels of a point of the scene."""
    x, y = round(2 * point[0]), round(2 * point[1])
    patch = picture[max(0, y - 3) : y + 4, max(0, x - 3) : x + 4].astype(int)
    return bool((np.abs(patch - colour).sum(axis=2) < 110).any())


def test_grid_points_and_people_lie_where_the_scene_has_them() -> None:
    picture = read(draw_check(FOUND, None))
    assert picture.shape[1] == 1280
    for point in GROUND.points:
        assert near(picture, point, POINT)
    # Lines five metres apart are bold: x = 0, y = 5 and y = 10 of the ground's own metres.
    for x, y in ((0, 2.5), (2.4, 5), (-2.5, 5), (1.5, 10)):
        assert near(picture, project(x - 2, y + 7), GRID)
    for x, y in ((-2.5, 2.5), (1.5, 3.5), (1.5, 7.5)):
        assert not near(picture, project(x - 2, y + 7), GRID)
    for x, y in ((0, 0), (5, 9)):
        head = project(x - 2, y + 7, 1.7)
        assert near(picture, head, PERSON)


def test_on_blank_paper_there_is_paper_beyond_the_grid() -> None:
    picture = read(draw_check(FOUND, None))
    assert (picture[:60] == PAPER).all()


def test_without_a_height_there_are_no_people() -> None:
    down = Ground.rectangle(
        ((100, 400), (500, 400), (500, 100), (100, 100)), width_cm=400, depth_cm=300
    )
    picture = read(draw_check(Calibration.of(down, size=SIZE), None)).astype(int)
    assert not (np.abs(picture - PERSON).sum(axis=2) < 30).any()


def test_rulers_are_numbered_over_the_whole_picture() -> None:
    picture = read(draw_rulers(None, SIZE))
    assert picture.shape == (960, 1280, 3)
    for point in ((300, 333), (333, 300)):
        assert near(picture, point, GRID)
    assert not near(picture, (333, 333), GRID)


class Hall:
    """A textured place where a red figure walks to and fro."""

    size, fps, live = (160, 120), 10.0, False

    def __init__(self, frames: int) -> None:
        self.frames, self.index, self.closed = frames, -1, False
        self.wall = np.random.default_rng(1).integers(60, 190, (15, 20, 3)).astype(np.uint8)

    def read(self) -> Frame | None:
        self.index += 1
        if self.index >= self.frames:
            return None
        pixels = cv2.resize(self.wall, self.size, interpolation=cv2.INTER_NEAREST)
        x = 10 + 3 * self.index % 130
        pixels[40:100, x : x + 16] = (10, 10, 250)
        return Frame(np.asarray(pixels, np.uint8), self.index * 100, self.index)

    def close(self) -> None:
        self.closed = True


def test_no_frame_is_in_the_covered_view() -> None:
    hall, told = Hall(400), []
    covered, known = covered_view(
        hall, learning=LearningRules(learn_ms=3_000), progress=told.append
    )
    assert hall.closed
    assert known >= 0.9
    assert told == sorted(told)
    reds = covered.pixels[..., 2].astype(int) - covered.pixels[..., 1]
    assert not (reds > 200).any()


def test_a_source_without_any_picture_is_told() -> None:
    with pytest.raises(OSError, match="no picture"):
        covered_view(Hall(0))


def test_a_small_2_stands_for_square() -> None:
    image = np.full((60, 200, 3), PAPER, np.uint8)
    write(image, "9 m²", (10, 40))
    plain = np.full((60, 200, 3), PAPER, np.uint8)
    write(plain, "9 m", (10, 40))
    assert text_size("9 m²", 0.5)[0] > text_size("9 m", 0.5)[0]
    more = (image != plain).any(axis=2)
    assert more.any()
    assert np.argwhere(more)[:, 0].max() <= 38  # above the line that letters stand on


def test_a_label_stays_inside_the_picture() -> None:
    canvas = Canvas(np.full((100, 200, 3), 90, np.uint8))
    for point in ((0, 0), (200, 0), (0, 100), (200, 100)):
        canvas.label("corner", point)
    assert read(canvas.png()).shape == canvas.pixels.shape


def test_what_lies_far_outside_is_cut_not_wrapped_round() -> None:
    canvas = Canvas(np.full((100, 200, 3), 90, np.uint8))
    canvas.path(((-1e7, 50), (1e7, 50)), GRID)
    assert near(canvas.pixels[:, ::2][::1], (0, 0), GRID) is False
    assert (np.abs(canvas.pixels[320, ::64].astype(int) - GRID).sum(axis=1) < 90).all()
