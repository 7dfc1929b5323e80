"""One thing that is followed: its box, its motion, its class. Nothing here has passed the gate."""

import math
from typing import NamedTuple

from edgekit.frames import Track
from edgekit.perception.kalman import SURE_SPREAD, Kalman

COAST_MS = 1_000.0
"""How long somebody unseen is shown at most, and three frames at least."""

HALVED_S = 3.0
"""In this time the velocity of what is unseen halves: people slow down and turn behind a pillar."""

SURE = 0.5
"""Confidence from which a sight may begin a track."""

GATE = 3.0
"""Standard deviations within which a sight is expected."""

NEAR, WIDE = 0.5, 0.9
"""Diagonals within which a sight may be expected at least, and at most: farther off is another."""

START = 2.0
"""Bodies a second by which somebody may be faster or slower in the next frame."""

STEP, FASTEST = 1.2, 6.0
"""What was seen once may have moved so many diagonals, or so many bodies a second if that is more:
nobody knows yet how fast it is."""

PART = 0.7
"""A sight of which so much lies where a larger thing is expected is a part of that."""

RESIZE = 0.4
OTHER_CLASS = 0.1


class Sight(NamedTuple):
    """One detection: its centre and size in pixels, class, confidence and box."""

    x: float
    y: float
    width: float
    height: float
    class_id: int
    confidence: float
    xyxy: tuple[float, float, float, float]

    @classmethod
    def of(cls, box: list[float], class_id: int, confidence: float) -> "Sight":
        """Return the sight of a box x1, y1, x2, y2; sizes are 1 px at least."""
        x1, y1, x2, y2 = box
        width, height = max(x2 - x1, 1.0), max(y2 - y1, 1.0)
        x, y = (x1 + x2) / 2, (y1 + y2) / 2
        return cls(x, y, width, height, class_id, confidence, (x1, y1, x2, y2))


class Tracklet:
    """What is remembered of one thing.

    Attributes:
        tracker_id: its random number.
        kalman: the motion of its centre.
        seen: whether it was seen in this frame.
        settled: whether it was seen more than once.
        unseen_ms: since it was last seen.
        tight_px: how far from where it is expected its sight should be.
        loose_px: how far it may be, where nothing else claims the sight.
        doubt: what it pays for not knowing well where it is, so that it does not take what surer
            ones expect.
    """

    __slots__ = (
        "_class_id",
        "_elapsed_ms",
        "_height",
        "_sightings",
        "_sure",
        "_trust_ms",
        "_votes",
        "_width",
        "_xyxy",
        "doubt",
        "kalman",
        "loose_px",
        "seen",
        "settled",
        "tight_px",
        "tracker_id",
        "unseen_ms",
    )

    def __init__(self, tracker_id: int, first: Sight) -> None:
        self.tracker_id = tracker_id
        self.kalman = Kalman(first.x, first.y)
        self.seen = True
        self.settled = False
        self.unseen_ms = self.tight_px = self.loose_px = self.doubt = 0.0
        self._width, self._height = first.width, first.height
        self._xyxy = first.xyxy
        self._class_id = first.class_id
        self._votes = {first.class_id: first.confidence}
        self._sightings = 1
        self._sure = True
        self._trust_ms = self._elapsed_ms = 0.0

    @property
    def shown(self) -> bool:
        """Whether it is believed in: nobody is, unseen or unsure, for longer than he was seen."""
        if self._sure:
            return self.unseen_ms <= self._trust_ms
        return self.unseen_ms < self._trust_ms

    def predict(self, elapsed_ms: float) -> None:
        """Move on to the next frame, unseen so far."""
        elapsed_s = elapsed_ms / 1000.0
        kept = 1.0 if self.seen else 0.5 ** (elapsed_s / HALVED_S)
        self.kalman.predict(elapsed_s, kept=kept)
        self.seen = False
        self.unseen_ms += elapsed_ms
        self._elapsed_ms = elapsed_ms
        body_px = max(self._width, self._height)
        diagonal_px = math.hypot(self._width, self._height)
        if self.settled:
            spread = self.kalman.spread
            self.tight_px = min(GATE * spread * body_px, WIDE * diagonal_px)
            self.loose_px = max(self.tight_px, NEAR * diagonal_px, START * body_px * elapsed_s)
            self.doubt = 2 * math.log(spread / SURE_SPREAD) / GATE**2
        else:
            self.loose_px = max(STEP * diagonal_px, FASTEST * body_px * elapsed_s)

    def cost(self, sight: Sight, gate_px: float) -> float:
        """Return how little it looks as if this were its sight; 1 at the gate, or more."""
        near = math.hypot(sight.x - self.kalman.x, sight.y - self.kalman.y) / gate_px
        alike = math.log(sight.height / self._height)
        other = OTHER_CLASS if sight.class_id != self._class_id else 0.0
        return near + alike * alike + other

    def leap_cost(self, before: "Tracklet", sight: Sight) -> float:
        """Return the same for a sight that goes on from another that was seen once, and this."""
        part = self.unseen_ms / (before.unseen_ms - self.unseen_ms)
        x = self.kalman.x + part * (self.kalman.x - before.kalman.x)
        y = self.kalman.y + part * (self.kalman.y - before.kalman.y)
        gate_px = NEAR * math.hypot(self._width, self._height)
        alike = math.log(sight.height / self._height)
        return math.hypot(sight.x - x, sight.y - y) / gate_px + alike * alike

    def part_cost(self, sight: Sight) -> float:
        """Return the same for a sight of a part of it; 1 where it is none."""
        if sight.width * sight.height >= PART * self._width * self._height:
            return 1.0
        x1, y1, x2, y2 = self._expected()
        left, top, right, low = sight.xyxy
        shared = max(0.0, min(x2, right) - max(x1, left)) * max(0.0, min(y2, low) - max(y1, top))
        if shared < PART * sight.width * sight.height:
            return 1.0
        whole = self._whole(sight)
        gate_px = NEAR * math.hypot(self._width, self._height)
        return math.hypot(whole.x - self.kalman.x, whole.y - self.kalman.y) / gate_px

    def correct_by_part(self, sight: Sight) -> None:
        """Take this as the sight of a part of it: what is hidden is where it was."""
        self.correct(self._whole(sight))

    def _whole(self, part: Sight) -> Sight:
        """Return its sight as large as before, at the edges of the part that fit best."""
        x1, y1, x2, y2 = self._expected()
        left, top, right, low = part.xyxy
        x = self.kalman.x + min(left - x1, right - x2, key=abs)
        y = self.kalman.y + min(top - y1, low - y2, key=abs)
        half_px, high_px = self._width / 2, self._height / 2
        box = (x - half_px, y - high_px, x + half_px, y + high_px)
        return part._replace(x=x, y=y, width=self._width, height=self._height, xyxy=box)

    def _expected(self) -> tuple[float, float, float, float]:
        x, y, half_px, high_px = self.kalman.x, self.kalman.y, self._width / 2, self._height / 2
        return x - half_px, y - high_px, x + half_px, y + high_px

    def correct(self, sight: Sight) -> None:
        """Take this as its sight in this frame."""
        self.kalman.correct(sight.x, sight.y)
        self._width += RESIZE * (sight.width - self._width)
        self._height += RESIZE * (sight.height - self._height)
        most_ms = max(COAST_MS, 3 * self._elapsed_ms)
        missed_ms = self.unseen_ms - self._elapsed_ms
        kept_ms = max(self._trust_ms - missed_ms, 0.0)
        # A confidence of one half says nothing; less speaks against it, as a miss does.
        evidence_ms = (2 * sight.confidence - 1) * self._elapsed_ms
        self._trust_ms = min(max(kept_ms + evidence_ms, 0.0), most_ms)
        self._sure = sight.confidence >= SURE
        self.seen = self.settled = True
        self.unseen_ms = 0.0
        self._sightings += 1
        self._xyxy = sight.xyxy
        votes = self._votes
        votes[sight.class_id] = votes.get(sight.class_id, 0.0) + sight.confidence
        if sight.class_id != self._class_id:
            self._class_id = max(votes, key=votes.__getitem__)

    def track(self) -> Track:
        """Return what is said of it: the box of its detection, or where it should be now."""
        if not self.seen:
            self._xyxy = self._expected()
        return Track(
            tracker_id=self.tracker_id,
            xyxy=self._xyxy,
            class_id=self._class_id,
            seen=self.seen,
            age_frames=self._sightings,
        )
