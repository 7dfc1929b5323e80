"""Foreground mode of a camera that goes on looking: who sleeps for eight hours is never learned."""

from dataclasses import replace

import numpy as np
import pytest

from edgekit.frames import Frame, Pixels, RedactedImage
from edgekit.redaction.background import PATIENT
from edgekit.redaction.cover import COVER_BGR
from edgekit.redaction.redactor import Redactor

HOUR_S, STEP_S = 3600, 120
LEARNT = 23 * HOUR_S // STEP_S
SIZE = (64, 48)
RULES = replace(PATIENT, gap_ms=STEP_S * 1000)
DICE = np.random.default_rng(8)
ROOM = DICE.integers(90, 200, (12, 16, 3)).repeat(4, axis=0).repeat(4, axis=1).astype(np.uint8)
BED = (slice(12, 40), slice(16, 48))
STRETCH = 50


class Night:
    """A room that is known, and then somebody lies in it, or nobody does."""

    def __init__(self, *, darker: int) -> None:
        self.redactor = Redactor(SIZE, learning=RULES)
        self._darker = darker
        self._t_ms = 0
        for _ in range(LEARNT):
            self.show(somebody=False)

    def show(self, *, somebody: bool, light: float = 1.0) -> RedactedImage:
        pixels = ROOM.astype(np.int16)
        if somebody:
            pixels[BED] -= self._darker
            pixels[BED] += DICE.integers(-1, 2, pixels[BED].shape, np.int16)  # it breathes
        shown = np.clip(pixels * light, 0, 255).astype(np.uint8)
        self._t_ms += STEP_S * 1000
        return self.redactor.redact(Frame(shown, self._t_ms, 0))


def stretched(one: Pixels, other: Pixels) -> int:
    """The largest difference between two pictures, stretched as an attacker would."""
    return int(np.abs(one.astype(np.int16) - other).max(initial=0)) * STRETCH


@pytest.mark.parametrize("darker", [3, 9, 15, 17, 60])
def test_a_sleeper_is_not_learned_in_eight_hours(darker: int) -> None:
    night = Night(darker=darker)
    for _ in range(8 * HOUR_S // STEP_S):
        image = night.show(somebody=True)
        shown = image.covers == 0
        assert stretched(image.pixels[shown], ROOM[shown]) == 0
    after = night.show(somebody=False)
    assert stretched(after.pixels, ROOM) == 0


def test_nor_through_a_light_that_goes_off_and_on_again() -> None:
    night = Night(darker=60)
    for turn in range(8 * HOUR_S // STEP_S):
        dark = 2 * HOUR_S <= turn * STEP_S < 6 * HOUR_S
        image = night.show(somebody=True, light=0.3 if dark else 1.0)
        shown = image.covers == 0
        assert stretched(image.pixels[shown], ROOM[shown]) == 0
        assert (image.pixels[BED] == COVER_BGR).all()
        assert not dark or not shown.any()
    assert stretched(night.show(somebody=False).pixels, ROOM) == 0


def test_what_is_otherwise_for_longer_than_anybody_sleeps_is_learned() -> None:
    night = Night(darker=60)
    for _ in range(64 * HOUR_S // STEP_S):
        image = night.show(somebody=True)
    assert (image.covers == 0).all()


@pytest.mark.parametrize("darker", [3, 9, 15, 17, 60])
def test_who_is_there_when_it_begins_or_begins_anew_is_not_learned(darker: int) -> None:
    night = Night(darker=darker)
    night.redactor = Redactor(SIZE, learning=RULES)
    for _ in range(8 * HOUR_S // STEP_S):
        image = night.show(somebody=True)
        assert (image.covers > 0).all()
        assert stretched(image.pixels, np.broadcast_to(image.pixels[0, 0], image.pixels.shape)) == 0
    for _ in range(30 * HOUR_S // STEP_S):  # gone: what was there is outvoted before it is shown
        image = night.show(somebody=False)
        shown = image.covers == 0
        assert stretched(image.pixels[shown], ROOM[shown]) == 0
    assert shown.all()
