"""Scenes of people at a line whose truth is known, because it is what they were made from.

    for name in WAYS:
        scene = make(name, seed=0)
        assert run(scene, band_px=8, follow=False) == scene.expected

Each way is drawn with every angle and side of the line, sizes of bodies, speeds, frame rates from
2 to 60, and noise. What is expected is decidable: it holds for bands of 8 to 16 px.
"""

from crossings.alone import ALONE
from crossings.confused import CONFUSED
from crossings.scene import Scene, draw, run
from crossings.together import TOGETHER

__all__ = ["WAYS", "Scene", "draw", "make", "run"]

WAYS = {way.__name__: way for way in (*ALONE, *TOGETHER, *CONFUSED)}


def make(name: str, seed: int) -> Scene:
    """Return the scene of this way and seed: always the same."""
    return draw(WAYS[name], seed)
