"""A day of a node, as hypothesis dreams it up."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from edgekit.privacy.window import Channel, Discard, Message, Outage, Stop, Tick, begin, step
from edgekit.records import Health, Kind, Observation, Reason

WINDOW_S = 10
START_MS = 1_000_000_000
CHANNELS = {1: Channel.of("line.a.in")}


def seen(t_ms: int, kind: Kind, value: int = 1, channel: int = 0) -> Observation:
    return Observation(seq=0, t_ms=t_ms, channel=channel, kind=kind, value=value)


class Grid(RuleBasedStateMachine):
    """A day of a node: what is released is contiguous and holds nothing twice."""

    @initialize(offset_ms=st.integers(0, 9_999))
    def open_first(self, offset_ms: int) -> None:
        self.now_ms = START_MS + offset_ms
        self.state = begin(CHANNELS, window_s=WINDOW_S, now_ms=self.now_ms)
        self.expected_start_s = self.state.start_s
        self.fed = 0
        self.told = 0
        self.feed(seen(self.now_ms, Kind.HELLO))

    def feed(self, message: Message) -> None:
        self.state, closed = step(self.state, message)
        for tally in closed:
            assert tally.start_s == self.expected_start_s
            self.expected_start_s += WINDOW_S
            assert tally.uptime_percent in range(0, 101, 5)
            assert tally.uptime_percent == 100 or tally.reason is not None
            assert all(value is None or value >= 0 for value in tally.values.values())
            self.told += tally.values["line.a.in"] or 0

    @rule(pause_ms=st.integers(0, 4_000), kind=st.sampled_from([Kind.HEARTBEAT, Kind.PEOPLE]))
    def beat(self, pause_ms: int, kind: Kind) -> None:
        self.now_ms += pause_ms
        self.feed(seen(self.now_ms, kind))

    @rule(pause_ms=st.integers(0, 1_500), value=st.integers(1, 5), late_ms=st.integers(0, 500))
    def cross(self, pause_ms: int, value: int, late_ms: int) -> None:
        self.now_ms += pause_ms
        self.fed += value
        self.feed(seen(self.now_ms - late_ms, Kind.IN, value, 1))

    @rule(health=st.sampled_from(Health))
    def look(self, health: Health) -> None:
        self.feed(seen(self.now_ms, Kind.HEALTH, health))

    @rule(sleep_ms=st.integers(0, 60_000))
    def tick(self, sleep_ms: int) -> None:
        self.now_ms += sleep_ms
        self.feed(Tick(now_ms=self.now_ms))

    @rule(
        reason=st.sampled_from([Reason.PAUSED, Reason.NO_LEASE]),
        how=st.sampled_from([Outage, Discard]),
    )
    def break_off(self, reason: Reason, how: type[Outage | Discard]) -> None:
        self.feed(how(now_ms=self.now_ms, reason=reason))

    @rule()
    def say_hello(self) -> None:
        self.feed(seen(self.now_ms, Kind.HELLO))

    @rule(back_ms=st.integers(0, 30_000))
    def set_the_clock_back(self, back_ms: int) -> None:
        self.now_ms -= back_ms
        self.feed(Tick(now_ms=self.now_ms))

    @rule()
    def restart(self) -> None:
        self.feed(Stop(now_ms=self.now_ms, reason=Reason.STOPPED))
        self.state = begin(
            CHANNELS, window_s=WINDOW_S, now_ms=self.now_ms, resume_s=self.expected_start_s
        )
        self.feed(seen(self.now_ms, Kind.HELLO))

    @invariant()
    def nothing_is_counted_twice(self) -> None:
        if hasattr(self, "state"):
            open_sum = self.state.sums.get(1, (0, 0))[0]
            assert self.told + open_sum <= self.fed
            assert 0 <= self.state.uptime_ms <= WINDOW_S * 1000
            assert self.state.start_s == self.expected_start_s


TestGrid = Grid.TestCase
TestGrid.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
