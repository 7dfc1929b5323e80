"""Every ink can be read on its ground, by day and by night."""

import re
from importlib.resources import files

import pytest

CSS = files("edgekit.web").joinpath("page.css").read_text(encoding="utf-8")
TEXT = (
    *(("ink", "ground"), ("ink", "card"), ("quiet", "ground"), ("quiet", "card")),
    *(("head-ink", "head"), ("link", "ground"), ("button-ink", "button")),
    *(("good", "card"), ("wait", "card"), ("stop", "card"), ("stop", "ground"), ("good", "ground")),
)
LEAST_TEXT, LEAST_DRAWN = 4.5, 3.0
"""WCAG 2.2, success criteria 1.4.3 and 1.4.11."""


def palette(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


DAY, NIGHT = (palette(block) for block in re.findall(r":root \{(.*?)\}", CSS, re.DOTALL))


@pytest.mark.parametrize("colours", [DAY, NIGHT], ids=["day", "night"])
def test_contrast_is_what_readers_need(colours: dict[str, str]) -> None:
    for ink, ground in TEXT:
        assert contrast(colours[ink], colours[ground]) >= LEAST_TEXT, (ink, ground)
    for drawn in ("bar", "few"):
        assert contrast(colours[drawn], colours["card"]) >= LEAST_DRAWN, drawn


def test_nothing_is_loaded_from_elsewhere() -> None:
    script = files("edgekit.web").joinpath("page.js").read_text(encoding="utf-8")
    assert "url(" not in CSS
    assert "@import" not in CSS
    assert not re.search(r"https?:|innerHTML\s*=[^=]|eval|document\.cookie|localStorage", script)
