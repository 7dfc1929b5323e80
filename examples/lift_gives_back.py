from edgekit.systems.energy_recycling import Settings, Trip, begin, step
from edgekit.systems.home_energy_state import Power

state = begin(Settings())
state, _ = step(state, Power(t_ms=0, load_kw=1.5, roof_kw=0.0))
for minute, (load_kg, rise_m) in enumerate([(75, 32), (450, -32), (900, -20)], 1):
    trip = Trip(t_ms=minute * 60_000, load_kg=load_kg, rise_m=rise_m, lasted_s=20)
    state, decisions = step(state, trip)
    for decision in decisions:
        print(decision.reason)
