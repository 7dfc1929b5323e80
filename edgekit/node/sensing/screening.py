"""What the eye decides at a door, and how it says so: one word at a time, never a number.

Nothing here has passed the gate. A face's temperature lives in one call and, summed, until its
passage is decided.
"""

import math
from collections import deque
from collections.abc import Callable
from dataclasses import replace

from edgekit.config.screening import BODY, FACE, NAME, Box
from edgekit.consent.decided import DECIDING, decided_at
from edgekit.errors import ConfigError
from edgekit.frames import ThermalFrame
from edgekit.node.sensing.pace import Said
from edgekit.node.sensing.tongue import Glance
from edgekit.node.site import Site
from edgekit.perception.warmth import LEAST_BODY_PX, Doorway
from edgekit.privacy.systems import about
from edgekit.records import Decided, Health, Kind
from edgekit.systems.temperature import Shot, Word, begin, step

EVERY_MS = 600
"""Words come no faster, so that none breaks the rules of the pipe (`edgekit.node.pipe`)."""

MOST_WAITING = 8
HOLD_MS = 2_000
"""What is refused is ready again, or refused by another name, when that has lasted for so long; and
from then on it is a gap of what is counted here."""


class Screening:
    """The door of one thermal eye.

    Args:
        site: its settings say where faces come; its authorisation names the decision.
        points: (columns, rows) of the array.
        clock_ms: Unix time in milliseconds.

    Raises:
        ConfigError: the black body fills too few points of this array.
    """

    def __init__(self, site: Site, points: tuple[int, int], *, clock_ms: Callable[[], int]) -> None:
        (system,) = (one for one in site.settings.systems if one.name == NAME)
        size = site.settings.camera.size
        face, body = (
            _in_points(system.boxes[what], size, points, inward=what == BODY)
            for what in (FACE, BODY)
        )
        if (body[2] - body[0]) * (body[3] - body[1]) < LEAST_BODY_PX or body[0] >= body[2]:
            raise ConfigError(
                f"systems.{NAME}.body fills too few of {points[0]}x{points[1]} points: expected "
                f"{LEAST_BODY_PX} or more",
                hint="a larger black body, or nearer to the array",
            )
        self._doorway = Doorway(face=face, body=body, body_c=system.settings.body_c)
        self._state = begin(system.settings)
        self._clock_ms = clock_ms
        self._waiting: deque[Decided] = deque(maxlen=MOST_WAITING)
        self._now: Decided | None = None
        self._now_ms = 0
        self._settled: Decided | None = None
        self._told: Decided | None = None
        self._said_ms = 0
        self._refused_ms: int | None = None

    def see(self, frame: ThermalFrame, glance: Glance) -> Glance:
        """Return what may be said of a picture: what was decided by it, and nothing else.

        How many are in view goes untold: whether somebody is found tells how warm they are.
        """
        seen = self._doorway.see(frame)
        shot = Shot(
            t_ms=frame.t_ms,
            face_c=seen.face_c,
            reference_c=seen.reference_c,
            ambient_c=seen.ambient_c,
            noise_k=seen.noise_k,
            faces=seen.faces,
        )
        self._state, decisions = step(self._state, shot)
        for one in decisions:
            if isinstance(one, Word):
                self._take(one.word, frame.t_ms)
        self._settle(frame.t_ms)
        health = glance.health
        if health is Health.GOOD and self._long_refused(frame.t_ms):
            # What could not be decided is not known: the time is a gap, never a zero.
            health = Health.BLIND
        return replace(glance, passages=self._due(), levels=(), health=health)

    def _take(self, word: Decided, t_ms: int) -> None:
        if not DECIDING[NAME].words[word].text:
            self._waiting.append(word)
            return
        self._now, self._now_ms = word, t_ms

    def _settle(self, t_ms: int) -> None:
        """Take how it is now for what is told: at once where it was ready, else when it lasts."""
        lasts = not 0 <= t_ms - self._now_ms < HOLD_MS
        if not lasts and self._settled not in (None, Decided.READY):
            return
        if self._settled is not self._now:
            self._settled = self._now
            self._refused_ms = None if self._now is Decided.READY else self._now_ms

    def _due(self) -> tuple[Said, ...]:
        """Return the next word that waits, of a passage before others, when its time has come."""
        now_ms = self._clock_ms()
        if 0 <= now_ms - self._said_ms < EVERY_MS:
            return ()
        if self._waiting:
            word = self._waiting.popleft()
        elif self._settled is not None and self._settled is not self._told:
            word = self._told = self._settled
        else:
            return ()
        self._said_ms = now_ms
        return ((about(NAME), Kind.DECISION, word),)

    def _long_refused(self, t_ms: int) -> bool:
        return self._refused_ms is not None and t_ms - self._refused_ms >= HOLD_MS


def screening_of(
    site: Site, points: tuple[int, int], *, clock_ms: Callable[[], int]
) -> Screening | None:
    """Return the door of a site; None where nobody authorised its decision."""
    allowed = NAME in decided_at(site.authorisation)
    return Screening(site, points, clock_ms=clock_ms) if allowed else None


def _in_points(box: Box, size: tuple[int, int], points: tuple[int, int], *, inward: bool) -> Box:
    """Return a box of pixels in points of the array: all that it touches, or what it fills."""
    across, down = points[0] / size[0], points[1] / size[1]
    first, last = (math.ceil, math.floor) if inward else (math.floor, math.ceil)
    return first(box[0] * across), first(box[1] * down), last(box[2] * across), last(box[3] * down)
