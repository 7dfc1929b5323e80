from edgekit.systems.water_leak import Settings, begin, step
from edgekit.systems.water_leak_home import Draw

state = begin(Settings())
for ten_minutes, litres in enumerate([0, 0, 12, 300, 310, 305, 0]):
    state, decisions = step(state, Draw(t_ms=ten_minutes * 600_000, litres=litres))
    for decision in decisions:
        print(decision.reason, decision.command)
