"""Water leaks, of a network by its inflow and of a home by its meter.

    state = begin(Settings())
    state, decisions = step(state, Flow(t_ms=t_ms, flow_m3h=264.0))     # a network
    state, decisions = step(state, Draw(t_ms=t_ms, litres=2.0))         # a home
    state, decisions = step(state, Release(t_ms=t_ms))                  # somebody opens the main

The methods are in `water_leak_network` and `water_leak_home`.
"""

from dataclasses import dataclass, field, replace

from edgekit.systems.card import Card
from edgekit.systems.decision import Decision
from edgekit.systems.water_leak_home import MAIN, Draw, Home, HomeState, Release, draw, release
from edgekit.systems.water_leak_network import Flow, watch
from edgekit.systems.water_leak_state import Network, NetworkState


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a network and how a home are watched."""

    network: Network = field(default_factory=Network)
    home: Home = field(default_factory=Home)


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What is known of a network and of a home; either may never be read."""

    settings: Settings
    network: NetworkState = field(default_factory=NetworkState)
    home: HomeState = field(default_factory=HomeState)


def begin(settings: Settings) -> State:
    """Return the state before the first reading."""
    return State(settings=settings)


def step(state: State, reading: Flow | Draw | Release) -> tuple[State, tuple[Decision, ...]]:
    """Take one reading."""
    if isinstance(reading, Flow):
        network, decisions = watch(state.settings.network, state.network, reading)
        return replace(state, network=network), decisions
    if isinstance(reading, Draw):
        home, decisions = draw(state.settings.home, state.home, reading)
    else:
        home, decisions = release(state.settings.home, state.home, reading)
    return replace(state, home=home), decisions


CARD = Card(
    name="water_leak",
    title="leaks of a network by its inflow, of a home by its meter; a burst closes the main",
    method="Network: the last day is fitted by a x the learnt weekday + b, so that seasons go into "
    "a and leaks into b; b is summed by a CUSUM against its own spread, which is wider where days "
    "no longer look like the learnt ones; leaks that begin while it learns are found by their "
    "likelihood, and what keeps coming and going is somebody, not a leak. It says which leak it "
    "would not see. Home: no hour of 24 without water is a leak; more "
    "than taps give for half an hour is a burst, which closes the main by a pulse, at most twice a "
    "day and until it is released by hand.",
    source="Page 1954 (CUSUM); Wald 1945 (end of a leak); Johnson and Bagshaw 1974 (days that "
    "follow each other); LeakDB (Vrachimis et al. 2018) for the metrics; AWWA M36 for night "
    "flow, its anchor; continuous-flow test as in water meters",
    unknown="for the first four weeks of a network; where less than three quarters of a day were "
    "read; leaks smaller than it says it can see; for a week after a leak that began while it "
    "learnt; where the meter of a home was silent",
    settings=Settings,
    channels=(MAIN,),
)
