"""``edgekit calibrate --lux``, on pictures that were taken at one exposure."""

import json
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from edgekit.config import Settings
from edgekit.frames import Frame
from edgekit.node.sensing.sight import _lux_of

Run = Callable[..., tuple[int, str, str]]
SITE = '# mine\nversion = 1\n[site]\nname = "hall"\n[camera]\nsource = "pictures"\nfps = 10\n'
FIRST = ("--exposure-ms", "20")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    path = tmp_path / "site.toml"
    path.write_text(SITE, encoding="utf-8")
    (tmp_path / "pictures").mkdir()
    return path


def shoot(site: Path, level: int) -> np.ndarray:
    """Put pictures of a grey scene, uint8, where the site's camera is."""
    dice = np.random.default_rng(level)
    for number in range(3):
        noise = dice.integers(-3, 4, (480, 640, 3))
        pixels = np.clip(level + noise, 0, 255).astype(np.uint8)
        assert cv2.imwrite(str(site.parent / f"pictures/{number}.png"), pixels)
    return pixels


def test_one_pair_makes_the_table_and_states_its_error(site: Path, edgekit: Run) -> None:
    pixels = shoot(site, 120)

    code, out, err = edgekit("calibrate", "--site", site, "--lux", 340, *FIRST, "--write")

    assert code == 0, err
    assert site.read_text().startswith(SITE)
    assert out in site.read_text()
    assert "one pair; stated error: the truth lies within a factor of 2.3" in err
    assert "(said 340 lx: 14" in err
    assert "it says nothing" in err
    settings = Settings.load(site)
    assert settings.light is not None
    assert settings.light.exposure_ms == 20
    assert _lux_of(settings)(pixels) == pytest.approx(340, abs=8)
    assert _lux_of(settings)(np.zeros_like(pixels)) is None
    assert _lux_of(settings)(np.full_like(pixels, 255)) is None


def test_more_pairs_at_the_same_exposure_are_taken_together(site: Path, edgekit: Run) -> None:
    for level, lux in ((120, 340), (90, 260), (60, 60)):
        shoot(site, level)
        code, out, err = edgekit("calibrate", "--site", site, "--lux", lux, *FIRST, "--write")
        assert code == 0, err
    assert "3 pairs" in err
    light = Settings.load(site).light
    assert light is not None
    assert len(light.pairs) == 3
    assert light.factor > 2.7  # they differ
    assert out.count("[light]") == site.read_text().count("[light]") == 1

    code, out, _ = edgekit("calibrate", "--site", site, "--lux", 60, "--json")
    assert (code, len(json.loads(out)["pairs"])) == (0, 4)
    code, out, _ = edgekit("calibrate", "--site", site, "--lux", 60, "--exposure-ms", 30, "--json")
    assert (code, len(json.loads(out)["pairs"])) == (0, 1)


@pytest.mark.parametrize(
    ("level", "said", "hint"),
    [
        (4, "too dark to tell anything: luminance 0.001", "try --exposure-ms 1e+02, a higher"),
        (254, "too bright to tell anything", "try --exposure-ms"),
    ],
)
def test_pictures_too_dark_or_bright_are_refused(
    level: int, said: str, hint: str, site: Path, edgekit: Run
) -> None:
    shoot(site, level)

    code, out, err = edgekit("calibrate", "--site", site, "--lux", 340, *FIRST, "--write")

    assert (code, out) == (2, "")
    assert said in err
    assert hint in err
    assert site.read_text() == SITE


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--site", "site.toml"), "needs --exposure-ms the first time"),
        (FIRST, "--lux needs --site"),
        (("--site", "site.toml", "--exposure-ms", "101"), "at most 100 at 10 frames"),
        (("--site", "site.toml", "--exposure-ms", "0"), "expected more than 0"),
        (("--site", "site.toml", *FIRST, "--gain", "-1"), "--gain -1: expected"),
        (("--site", "site.toml", *FIRST, "--size", "640x480"), "--lux and size"),
        (("--site", "site.toml", *FIRST, "--zone", "a:0,0,9,0,9,9"), "--lux and zone"),
    ],
)
def test_what_makes_no_sense_is_refused(
    words: tuple[str, ...],
    said: str,
    site: Path,
    edgekit: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shoot(site, 120)
    monkeypatch.chdir(site.parent)
    code, out, err = edgekit("calibrate", "--lux", 340, *words)
    assert (code, out) == (2, "")
    assert said in err
    assert edgekit("calibrate", "--site", site, "--lux", 0)[0] == 2


def test_a_camera_is_held_before_it_is_looked_at(
    site: Path, edgekit: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And it is let go of where it can't be held."""
    held: list[object] = []
    source = _Still(shoot(site, 120))
    site.write_text(SITE.replace('"pictures"', '"/dev/video9"'), encoding="utf-8")
    monkeypatch.setattr("edgekit.node.sensing.sight.open_source", lambda *_, **__: source)
    monkeypatch.setattr("edgekit.node.sensing.sight.hold", lambda *words: held.append(words))

    code, _, err = edgekit("calibrate", "--site", site, "--lux", 340, *FIRST, "--gain", 7)

    assert code == 0, err
    assert str(held[0]) == str(
        (Path("/dev/video9"), _exposure(exposure_ms=20.0, gain=7)),
    )
    assert source.frames == 30
    assert source.closed
    code, _, err = edgekit("calibrate", "--site", site, "--lux", 340, *FIRST)
    assert (code, source.closed) == (0, True)
    monkeypatch.undo()
    monkeypatch.setattr("edgekit.node.sensing.sight.open_source", lambda *_, **__: source)
    source.closed = False
    code, _, err = edgekit("calibrate", "--site", site, "--lux", 340, *FIRST)
    assert (code, source.closed) == (1, True)
    assert "camera /dev/video9 cannot be opened" in err


class _Still:
    """One picture again and again."""

    size, fps, live = (640, 480), 10.0, True

    def __init__(self, pixels: np.ndarray) -> None:
        self.pixels = pixels
        self.frames = 0
        self.closed = False

    def read(self) -> Frame:
        self.frames += 1
        return Frame(self.pixels.copy(), 100 * self.frames, self.frames)

    def close(self) -> None:
        self.closed = True


def _exposure(exposure_ms: float, gain: int) -> object:
    from edgekit.sensors.exposure import Exposure  # noqa: PLC0415 -- beside what it is compared with

    return Exposure(exposure_ms=exposure_ms, gain=gain)
