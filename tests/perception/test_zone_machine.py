"""Whatever people, trackers and clocks do, a zone's numbers stay possible."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from edgekit.frames import Track
from edgekit.geometry import Ground, Zone
from edgekit.perception.queue import STAND_MS
from edgekit.perception.visitor import LOST_STANDING_MS
from edgekit.perception.zone import UNWATCHED_MS, PolygonZone, ZoneStep

# Nested loops: a zone that winds around a hall, so that a straight way goes in and out of it.
SPIRAL = Zone(
    "spiral",
    (
        *((100, 200), (540, 200), (540, 460), (180, 460), (180, 280), (460, 280), (460, 380)),
        *((260, 380), (260, 340), (420, 340), (420, 320), (220, 320), (220, 420), (500, 420)),
        *((500, 240), (140, 240), (140, 470), (100, 470)),
    ),
)
GROUND = Ground(
    ((160, 440), (480, 440), (425, 215), (215, 215)), ((0, 0), (400, 0), (500, 900), (-100, 900))
)
PASSED_MS = (0, 1, 33, 100, 100, 100, 400, 1_000, 3_000, 9_000, 30_000, -500, -40_000)
places = st.tuples(st.floats(60, 600), st.floats(190, 475))
steps = st.tuples(st.floats(-60, 60), st.floats(-40, 40))


class Hall(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.t_ms = 1_000_000
        self.watched_ms = 0
        self.next_id = 0
        self.feet: dict[int, tuple[float, float]] = {}
        self.hidden: set[int] = set()
        self.ages: dict[int, int] = {}
        self.was_inside: dict[int, bool] = {}
        self.entries = self.stays = self.cells = self.most_people = 0
        self.step = ZoneStep(people=0)

    @initialize(inertia_ms=st.sampled_from([0, 300, 3_000]), metres=st.booleans())
    def begin(self, inertia_ms: int, metres: bool) -> None:
        self.zone = PolygonZone(SPIRAL, inertia_ms=inertia_ms, ground=GROUND if metres else None)

    @rule(place=places)
    def appear(self, place: tuple[float, float]) -> None:
        if len(self.feet) < 6:
            self.feet[self.next_id] = place
            self.next_id += 1

    @rule(which=st.integers(0, 5), step=steps)
    def walk(self, which: int, step: tuple[float, float]) -> None:
        for key in sorted(self.feet)[which : which + 1]:
            x, y = self.feet[key]
            self.feet[key] = (
                min(max(x + step[0], 10), 630),
                min(max(y + step[1], 190), 475),
            )

    @rule(which=st.integers(0, 5))
    def hide_or_show(self, which: int) -> None:
        for key in sorted(self.feet)[which : which + 1]:
            self.hidden ^= {key}

    @rule(which=st.integers(0, 5))
    def lose(self, which: int) -> None:
        for key in sorted(self.feet)[which : which + 1]:
            del self.feet[key]
            self.hidden -= {key}

    @rule(which=st.integers(0, 5))
    def rename(self, which: int) -> None:
        for key in sorted(self.feet)[which : which + 1]:
            self.feet[self.next_id] = self.feet.pop(key)
            self.hidden -= {key}
            self.next_id += 1

    @rule(passed_ms=st.sampled_from(PASSED_MS), frames=st.integers(1, 12))
    def film(self, passed_ms: int, frames: int) -> None:
        for _ in range(frames):
            self.t_ms += passed_ms
            self.watched_ms += passed_ms if 0 <= passed_ms <= UNWATCHED_MS else 0
            self._show()

    def _show(self) -> None:
        tracks = []
        for key, (x, y) in self.feet.items():
            seen = key not in self.hidden
            self.ages[key] = self.ages.get(key, 0) + seen
            body = 1.7 * (y - 40) / 5
            box = (x - 0.2 * body, y - body, x + 0.2 * body, y)
            tracks.append(
                Track(tracker_id=key, xyxy=box, class_id=0, seen=seen, age_frames=self.ages[key])
            )
            if seen:
                inside = SPIRAL.contains(tracks[-1].foot)
                self.entries += inside and not self.was_inside.get(key, False)
                self.was_inside[key] = inside
        unwatched = self.zone._now_ms
        self.step = self.zone.update(tracks, self.t_ms)
        if self.zone._now_ms == unwatched:  # after a gap everybody may enter anew
            self.entries += len(self.feet)
        self.stays += len(self.step.stays)
        self.cells += len(self.step.visited)
        self.most_people = max(self.most_people, self.step.people)

    @invariant()
    def numbers_are_possible(self) -> None:
        step = self.step
        assert 0 <= step.queue <= step.people <= 6
        assert all(0 <= stay.dwell_ms <= self.watched_ms for stay in step.stays)
        assert all(STAND_MS <= waited <= self.watched_ms for waited in step.waits)
        assert set(step.visited) <= set(self.zone.grid.cells) if hasattr(self, "zone") else True
        assert self.stays <= self.entries

    def teardown(self) -> None:
        """When all are gone for long, every stay has ended and nobody is remembered."""
        self.feet.clear()
        for _ in range(LOST_STANDING_MS // 5_000 + 2):
            self.t_ms += 5_000
            self._show()
        assert self.step == ZoneStep(people=0)
        assert not self.zone._visitors
        assert (self.stays > 0) >= (self.most_people > 0)
        assert self.cells <= len(self.zone.grid.cells) * self.entries


TestHall = Hall.TestCase
TestHall.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
