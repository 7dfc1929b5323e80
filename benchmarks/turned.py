"""A camera that was turned: how surely it is told from what passes, and how often without cause.

    python benchmarks/turned.py --data DIR [--quick] [--half tuned]

Every film and photograph in DIR is a place; a camera sees three quarters of it, so that it can be
turned without leaving the picture. Films are played to and fro for as long as a trial lasts,
photographs get the noise of a sensor. One place of two, in the order of their names, was used to
choose the thresholds; the figures are of the others (`--half tuned`: of the first).
"""

import time

import cv2
from report import Claim, Peer, arguments, finish
from turns import LIMIT_PX, NO_TURN, STILL, TURNS, WITHIN, Change, Place, Turn, noisy, places

from edgekit.geometry import TURN_TOLERANCE
from edgekit.perception.turned import LOOK_MS, LOST_MS, TURNED_MS, Turned
from edgekit.perception.view import ViewHealth
from edgekit.records import Health

LEARN_S = 60
NEAR_PX = 35
"""Turned by more, blocks may no longer be found: then it takes as long as with nothing in view."""
PLACES, QUICK_PLACES = 12, 2
HOUR_S, QUICK_S = 3600, 240


def told_after_s(
    place: Place, turn: Turn, *, seconds: int, change: Change | None = None, seed: int = 0
) -> int | None:
    """Return how many seconds after the turn it was told; None where it was not.

    The camera learns for a minute, then it is turned, and whatever changes begins.
    """
    turned, view = Turned(TURN_TOLERANCE), ViewHealth()
    for second in range(LEARN_S + seconds):
        begun = second >= LEARN_S
        pixels = (turn if begun else STILL).seen(place.at(second + seed))
        if change is not None and begun:
            pixels = change(pixels, second - LEARN_S)
        pixels = noisy(pixels, second)
        t_ms = second * LOOK_MS
        health = view.update(pixels, t_ms)
        if turned.update(pixels, t_ms, health) is Health.TURNED:
            return max(0, second - LEARN_S)
    return None


def elsewhere(found: list[Place], seconds: int) -> list[int | None]:
    """Turn each camera to the next place: nothing of its own is left."""
    told = []
    for place, other in zip(found, [*found[1:], found[0]], strict=True):
        swapped = Place(name="", pictures=[STILL.seen(place.at(0))])
        away = STILL.seen(other.at(0))
        told.append(
            told_after_s(
                swapped,
                STILL,
                seconds=seconds,
                change=lambda _pixels, _second, away=away: away,
            )
        )
    return told


def half(found: list[Place], which: str) -> list[Place]:
    """Return every second place: those that the thresholds were chosen on, or the others."""
    return found[0 if which == "tuned" else 1 :: 2]


def detection(found: list[Place]) -> list[Claim]:
    """Return in what share of trials each turn was told."""
    claims = []
    for how, turns in TURNS.items():
        most = (
            TURNED_MS if max(turn.corner_px for turn in turns) < NEAR_PX else LOST_MS
        ) // 1000 + 25
        told = [told_after_s(place, turn, seconds=most) for turn in turns for place in found]
        claims.append(_share(f"told: turned {how}", told, ">= 95"))
    told = elsewhere(found, LOST_MS // 1000 + 25)
    claims.append(_share("told: turned to another place altogether", told, ">= 95"))
    return claims


def _share(claim: str, told: list[int | None], target: str) -> Claim:
    after_s = sorted(seconds for seconds in told if seconds is not None)
    middle = f", half of them after {after_s[len(after_s) // 2]} s" if after_s else ""
    share = 100 * len(after_s) / max(1, len(told))
    return Claim(claim=f"{claim} (of {len(told)}{middle})", value=share, unit="%", target=target)


def false_ones(found: list[Place], seconds: int) -> list[Claim]:
    """Return how often a camera that was not turned, or less than it may be, was told as turned."""
    claims = []
    for how, change in NO_TURN.items():
        told = [told_after_s(place, STILL, seconds=seconds, change=change) for place in found]
        claims.append(_false(f"{len(found) * seconds / 3600:.1f} h {how}", told))
    told = [told_after_s(place, turn, seconds=120) for turn in WITHIN for place in found]
    claims.append(_false("turned by up to 0.6 of the limit", told))
    return claims


def _false(how: str, told: list[int | None]) -> Claim:
    closings = sum(seconds is not None for seconds in told)
    claim = f"closed without cause: {how}"
    return Claim(claim=claim, value=closings, unit=f"of {len(told)}", target="<= 0")


def cost_ms(place: Place) -> tuple[float, float]:
    """Return milliseconds of processor a second of watching, for this and for the view's health."""
    turned, view, spent = Turned(TURN_TOLERANCE), ViewHealth(), [0.0, 0.0]
    pictures = [STILL.seen(place.at(second)) for second in range(40)]
    for second, pixels in enumerate(pictures):
        begun = time.thread_time()
        turned.update(pixels, second * LOOK_MS, Health.GOOD)
        spent[0] += time.thread_time() - begun
        begun = time.thread_time()
        view.update(pixels, second * LOOK_MS)
        spent[1] += time.thread_time() - begun
    return spent[0] * 1000 / len(pictures), spent[1] * 2 * 1000 / len(pictures)


def main() -> None:
    parser = arguments(__doc__ or "")
    parser.add_argument("--half", choices=("tuned", "reported"), default="reported")
    parser.add_argument("--places", type=int, default=PLACES)
    parser.add_argument("--hours", type=float, default=0.25)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    most = QUICK_PLACES if options.quick else options.places
    found = half(places(options.data), options.half)[:most]
    if len(found) <= 1:
        raise SystemExit(f"{options.data} holds {len(found)} films and photographs: expected 2")
    seconds = QUICK_S if options.quick else round(options.hours * HOUR_S)
    turned_ms, view_ms = cost_ms(found[0])
    claims = [
        *detection(found),
        *false_ones(found, seconds),
        Claim(
            claim="time of the processor a second of watching, ms",
            value=turned_ms,
            unit="ms",
            target="<= 20",
            peer=Peer(name="health of the view, ms", value=view_ms),
        ),
    ]
    finish("turned", claims, places=[place.name for place in found], limit_px=LIMIT_PX)


if __name__ == "__main__":
    main()
