"""The plan of a site: what is drawn, over the empty place, with what is wrong beside it."""

from itertools import combinations
from pathlib import Path

import cv2
import numpy as np
import pytest

from edgekit.config import Settings
from edgekit.config.sketch import Outline, Sketch, read_sketch
from edgekit.errors import ConfigError, ConsentError
from edgekit.frames import Pixels
from edgekit.geometry.lint import Severity
from edgekit.geometry.stature import Stature
from edgekit.node.pictures.backdrop import Backdrop, preview, watch
from edgekit.node.pictures.drawing import PERSON
from edgekit.node.pictures.plan import COLOURS, MARGIN, WIDTH, _meet, _Page, draw_plan
from edgekit.node.site import oddities

STATURE = Stature.through((440, 136), (204, 56))
SPOTS = np.random.default_rng(1).integers(90, 160, (12, 16, 3)).astype(np.uint8)
WALL = cv2.resize(SPOTS, (160, 120), interpolation=cv2.INTER_CUBIC)
RED = (20, 20, 230)
SITE = """\
version = 1
[site]
name = "door"
profile = "{profile}"
window_s = 900
[camera]
source = "{source}"
width = 160
height = 120
"""


def sketch(*outlines: Outline, stature: Stature | None = STATURE) -> Sketch:
    return Sketch(size=(640, 480), fps=15, stature=stature, outlines=outlines)


def line(name: str, *points: tuple[float, float]) -> Outline:
    return Outline(kind="line", name=name, points=points)


def drawn(what: Sketch, backdrop: Backdrop | None = None) -> Pixels:
    png = draw_plan(what, what.findings(), backdrop)
    return np.asarray(cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR), np.uint8)


def has(picture: Pixels, colour: tuple[int, int, int]) -> int:
    """How many pixels have just this colour."""
    return int(np.all(picture == colour, axis=2).sum())


def test_a_good_line_is_drawn_in_no_warning_colour() -> None:
    picture = drawn(sketch(line("door", (320, 460), (320, 200))))

    assert picture.shape[1] == WIDTH
    assert all(not has(picture, colour) for colour in COLOURS.values())
    assert has(picture, PERSON)


@pytest.mark.parametrize(
    ("outline", "severity"),
    [
        (line("sky", (100, 20), (500, 20)), Severity.REFUSED),
        (line("far-out", (100, 900), (5000, 900)), Severity.REFUSED),
        (line("point", (100, 200), (100, 200)), Severity.REFUSED),
        (
            Outline(kind="zone", name="bow", points=((0, 0), (90, 90), (90, 0), (0, 90))),
            Severity.REFUSED,
        ),
        (Outline(kind="zone", name="none", points=()), Severity.REFUSED),
        (line("edge", (14, 460), (14, 200)), Severity.WARNING),
        (
            Outline(
                kind="zone", name="low", points=((100, 300), (400, 300), (400, 480), (100, 480))
            ),
            Severity.REMARK,
        ),
    ],
)
def test_what_is_wrong_is_drawn_in_its_colour(outline: Outline, severity: Severity) -> None:
    what = sketch(outline)
    assert next(finding.severity for finding in what.findings()) is severity

    picture = drawn(what)

    assert has(picture, COLOURS[severity]) > 100  # its label, and the sentence below the picture
    assert has(picture[-40:], COLOURS[severity]) or has(picture[-80:], COLOURS[severity])


@pytest.mark.parametrize("place", [(320, 240), (0, 0), (640, 480), (-900, 9000)])
def test_labels_do_not_lie_on_each_other(place: tuple[float, float]) -> None:
    page = _Page(sketch(), None)
    for number in range(12):
        page.label(f"{number} too near the left edge", place, COLOURS[Severity.WARNING])

    height, width = page.image.shape[:2]
    assert not any(_meet(one, other) for one, other in combinations(page._taken, 2))
    assert all(0 <= x1 < x2 <= width and 0 <= y1 < y2 <= height for x1, y1, x2, y2 in page._taken)


def test_a_backdrop_is_shown_as_it_is() -> None:
    pixels = np.full((480, 640, 3), (10, 200, 30), np.uint8)

    picture = drawn(sketch(stature=None), Backdrop(pixels=pixels, ways=()))

    inner = picture[MARGIN + 9 : MARGIN + 200, MARGIN + 9 : -MARGIN - 9]
    assert np.all(inner == (10, 200, 30))


@pytest.fixture
def street(tmp_path: Path) -> Path:
    """Forty seconds: red figures pass a wall, each within three seconds."""
    path = tmp_path / "street.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 5, (160, 120))
    for index in range(200):
        pixels = WALL.copy()
        if index % 40 < 16:
            x = 10 * (index % 40) - 10
            pixels[40:100, max(0, x) : max(0, x + 16)] = RED
        writer.write(pixels)
    writer.release()
    return path


def settings(tmp_path: Path, source: object, profile: str = "local") -> Settings:
    text = SITE.format(source=source, profile=profile)
    return Settings.from_text(text, path=tmp_path / "site.toml")


def test_whoever_passes_is_not_in_the_empty_place(street: Path, tmp_path: Path) -> None:
    seen: list[int] = []

    found = watch(settings(tmp_path, street), clock_ms=lambda: 0, progress=seen.append)

    assert found is not None
    known = np.any(found.pixels != (48, 48, 48), axis=2)
    assert known.mean() > 0.9
    assert np.abs(found.pixels[known].astype(int) - WALL[known]).max() < 25
    assert not (found.pixels[..., 2].astype(int) - found.pixels[..., 1] > 90).any()  # nothing red
    assert seen == sorted(seen)
    assert found.ways
    assert all(abs(end[0] - start[0]) > 16 for start, end in found.ways)


def test_a_short_clip_shows_nothing(tmp_path: Path) -> None:
    path = tmp_path / "short.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 5, (160, 120))
    for _ in range(20):
        writer.write(WALL)
    writer.release()

    assert watch(settings(tmp_path, path), clock_ms=lambda: 0, progress=lambda _: None) is None


@pytest.mark.parametrize(("profile", "error"), [("sdc-10-5", ConsentError), ("local", ConfigError)])
def test_a_camera_is_not_opened_without_authority(
    tmp_path: Path, profile: str, error: type[Exception]
) -> None:
    # Locally too: there is no key that could have signed anything.
    site = settings(tmp_path, "/dev/video99", profile)
    site.path.write_text(SITE.format(source="/dev/video99", profile=profile))
    with pytest.raises(error):
        watch(site, clock_ms=lambda: 0, progress=lambda _: None)


def test_the_nodes_own_covered_picture_is_taken_if_it_fits(tmp_path: Path) -> None:
    site = settings(tmp_path, "0", "sdc-10-5")
    assert preview(site) is None
    (tmp_path / "data").mkdir()
    cv2.imwrite(str(tmp_path / "data" / "preview.jpg"), WALL)
    found = preview(site)
    assert found is not None
    assert np.abs(found.pixels.astype(int) - WALL).mean() < 3  # a JPEG
    cv2.imwrite(str(tmp_path / "data" / "preview.jpg"), WALL[:50])
    assert preview(site) is None


def test_a_sketch_reads_what_settings_refuse(tmp_path: Path) -> None:
    path = tmp_path / "site.toml"
    path.write_text(
        SITE.format(source="0", profile="local").replace(
            "height = 120", "height = 120\nstature = [[100, 50], [50, 25]]"
        )
        + '[[line]]\nname = "a"\nfrom = [10, 10]\nto = [12, 10]\n'
        + '[[line]]\nname = "B!"\nfrom = [10, 90]\nto = [90, 90]\n'
        + '[[zone]]\nname = "z"\npolygon = [[20, 20]]\n'
    )
    with pytest.raises(ConfigError):
        Settings.load(path)
    assert Settings.load(path, drawn=False).lines == ()

    found = read_sketch(path)

    assert (found.size, found.fps, len(found.outlines)) == ((160, 120), 15, 3)
    assert found.stature is not None
    assert [f.severity.value for f in found.findings()] == ["refused"] * 3


def test_the_log_of_a_node_says_what_is_odd(tmp_path: Path) -> None:
    path = tmp_path / "site.toml"
    shapes = (
        '[[line]]\nname = "edge"\nfrom = [14, 110]\nto = [14, 20]\n'
        '[[zone]]\nname = "low"\npolygon = [[20, 60], [90, 60], [90, 120]]\n'
    )
    path.write_text(SITE.format(source="0", profile="local") + shapes)

    (only,) = oddities(Settings.load(path))

    assert only.startswith("line 'edge' lies 14 px from the left edge")
