"""Points and sizes as they are typed: ``160,440`` and ``4x9``."""

from collections.abc import Sequence

from edgekit.errors import ConfigError
from edgekit.geometry import Point
from edgekit.geometry.homography import Four

MOST = 1e6
"""No picture and no square is larger; refuses nan and inf too."""


def four_points(words: Sequence[str], what: str) -> Four:
    """Read four times ``x,y`` in whole numbers; ConfigError where they are none."""
    points = []
    for word in words:
        x, y = pair(word, what)
        if x != round(x) or y != round(y):
            raise ConfigError(f"{what} {word!r}: expected whole numbers", hint="such as 160,440")
        points.append((round(x), round(y)))
    return points[0], points[1], points[2], points[3]


def pair(word: str, what: str) -> Point:
    """Read ``x,y``; ConfigError where it is none."""
    return _two(word, ",", f"{what} {word!r}: expected x,y", "such as 160,440")


def sides(word: str, what: str, example: str) -> Point:
    """Read ``WxH`` of two numbers above 0; ConfigError where it is none."""
    wrong = f"{what} {word!r}: expected two numbers above 0"
    width, height = _two(word, "x", wrong, f"such as {example}")
    if min(width, height) <= 0:
        raise ConfigError(wrong, hint=f"such as {example}")
    return width, height


def _two(word: str, between: str, wrong: str, hint: str) -> Point:
    try:
        one, other = (float(part) for part in word.split(between))
    except ValueError as error:
        raise ConfigError(wrong, hint=hint) from error
    if not max(abs(one), abs(other)) < MOST:
        raise ConfigError(wrong, hint=hint)
    return one, other
