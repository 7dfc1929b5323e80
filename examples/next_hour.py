from edgekit.systems.traffic import begin, step
from edgekit.systems.traffic_state import Settings, Totals

state, total = begin(Settings(max_gap_ms=3_600_000)), 0
for hour in range(24 * 22):
    state, decisions = step(state, Totals(t_ms=hour * 3_600_000, passed={"cyclist.in": total}))
    total += 20 + 5 * (hour % 24)
print(decisions[-1].reason)
