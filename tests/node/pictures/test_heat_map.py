import cv2
import numpy as np

from edgekit.frames import Frame, Pixels, Track
from edgekit.geometry import Line, Zone
from edgekit.node.pictures.canvas import PAPER
from edgekit.node.pictures.heat_map import HeatMap, learning_for

SIZE = (320, 240)
WALL = cv2.resize(
    np.random.default_rng(4).integers(40, 210, (12, 16, 3)).astype(np.uint8),
    SIZE,
    interpolation=cv2.INTER_NEAREST,
)


def person(x: float, y: float = 150, *, tracker_id: int = 1, age: int = 9, kind: int = 0) -> Track:
    return Track(
        tracker_id=tracker_id,
        xyxy=(x - 12, y - 60, x + 12, y),
        class_id=kind,
        seen=True,
        age_frames=age,
    )


def film(tracks: list[list[Track]], *, every_ms: int = 100) -> HeatMap:
    heat = HeatMap(SIZE, learning=learning_for(20))
    for index, here in enumerate(tracks):
        pixels = np.array(WALL, np.uint8)
        for track in here:
            x1, y1, x2, y2 = (round(side) for side in track.xyxy)
            pixels[y1:y2, x1:x2] = (10, 10, 250)
        heat.add(Frame(pixels, index * every_ms, index), here)
    return heat


def read(png: bytes) -> Pixels:
    return np.asarray(cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR), np.uint8)


def test_a_spot_is_as_hot_as_somebody_stood_there_long() -> None:
    heat = film([[person(100)]] * 101)
    assert abs(heat.most_s - 10) < 0.5
    picture = read(heat.draw())
    foot, elsewhere = picture[600, 400], picture[600, 1000]
    assert int(foot[2]) - int(foot[0]) < 120  # dark: the end of the scale
    assert foot.astype(int).sum() < 330
    assert elsewhere.astype(int).sum() > 330


def test_where_nobody_was_it_is_the_place_in_outline() -> None:
    picture = read(film([[]] * 200).draw()).astype(int)
    outline = picture[: 240 * 4]
    assert (outline.sum(axis=2) < 500).any()  # edges
    assert (np.abs(outline - PAPER).max(axis=2) < 8).mean() > 0.5  # and paper between them
    assert (np.ptp(outline, axis=2) < 40).all()  # in grey


def test_no_pixel_of_a_person_is_in_it() -> None:
    """A red figure walks, then stands to the end: neither its colour nor its outline is shown."""
    walking = [[person(60 + 2 * index)] for index in range(60)]
    heat = film([[]] * 120 + walking + [[person(180)]] * 200)
    picture = read(heat.draw())
    body = picture[4 * 94 : 4 * 130, 4 * 171 : 4 * 189].astype(int)
    assert (np.abs(body - PAPER).max(axis=2) < 12).all()


def test_lines_zones_and_the_scale_are_drawn() -> None:
    bare = read(film([[person(100)]] * 20).draw())
    zone, line = Zone("z", ((20, 20), (300, 20), (300, 220))), Line("l", (20, 200), (300, 200))
    drawn = read(film([[person(100)]] * 20).draw(lines=[line], zones=[zone]))
    changed = (bare != drawn).any(axis=2)
    assert changed[800, 640]
    assert changed[80, 640]
    assert drawn.shape[0] > 960


def test_only_people_whom_a_zone_would_count_are_added() -> None:
    assert film([[person(100, age=2), person(200, kind=2)]] * 20).most_s == 0


def test_time_that_nobody_watched_is_not_added() -> None:
    assert film([[person(100)]] * 5, every_ms=5_000).most_s == 0
    heat = HeatMap(SIZE)
    for t_ms in (1_000, 1_100, 500, 600):
        heat.add(Frame(np.array(WALL, np.uint8), t_ms, 0), [person(100)])
    assert abs(heat.most_s - 0.2) < 0.02


def test_people_at_the_edge_of_the_picture_are_no_trouble() -> None:
    heat = film([[person(-30), person(0, 240, tracker_id=2), person(500, 999, tracker_id=3)]] * 5)
    assert heat.most_s > 0


def test_a_short_film_is_learned_faster_but_never_at_once() -> None:
    assert [learning_for(s).learn_ms for s in (1, 60, 3600, None)] == [
        8_000,
        15_000,
        30_000,
        30_000,
    ]
