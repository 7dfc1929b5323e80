"""How many people are in view now, from the tracks of this moment."""

from dataclasses import dataclass

from edgekit.frames import Track


@dataclass(frozen=True, slots=True, kw_only=True)
class InView:
    """Who counts as in view.

    The values were chosen on the first half of the labelled frames of one film and are reported on
    its second half (``python benchmarks/tuning.py``).

    Attributes:
        followed_ms: followed for so long at least: a flicker is nobody.
        hidden_ms: seen within so long: who is hidden for a moment is still there.
        cut: share of the picture's width: whose box ends so near to its left or right edge is cut
            by it and not yet, or no longer, in view.
        leaving: the same for who is not seen now: they have left rather than hidden.
    """

    followed_ms: int = 500
    hidden_ms: int = 800
    cut: float = 0.004
    leaving: float = 0.02


class InViewCounter:
    """Counts who is in view, frame by frame.

    Args:
        width: of the frames in pixels.
        rule: who counts.
    """

    def __init__(self, width: int, rule: InView | None = None) -> None:
        self._width = width
        self._rule = rule or InView()
        self._seen_ms: dict[int, tuple[int, int]] = {}  # by track: first and last sighting

    def update(self, people: tuple[Track, ...], t_ms: int) -> int:
        """Return how many of the tracks are in view; their times are of this frame."""
        seen_ms = {}
        for track in people:
            first_ms, last_ms = self._seen_ms.get(track.tracker_id, (t_ms, t_ms))
            seen_ms[track.tracker_id] = first_ms, t_ms if track.seen else last_ms
        self._seen_ms = seen_ms
        return sum(self._counts(track, t_ms) for track in people)

    def _counts(self, track: Track, t_ms: int) -> bool:
        first_ms, last_ms = self._seen_ms[track.tracker_id]
        followed = last_ms - first_ms >= self._rule.followed_ms
        return followed and t_ms - last_ms <= self._rule.hidden_ms and not self._at_edge(track)

    def _at_edge(self, track: Track) -> bool:
        margin_px = self._width * (self._rule.cut if track.seen else self._rule.leaving)
        return track.xyxy[0] <= margin_px or track.xyxy[2] >= self._width - margin_px
