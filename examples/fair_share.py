from edgekit.systems.dispenser import Asked, Seen, Settings, begin, step

state = begin(Settings(portions=100, usual_visits=40))
state, _ = step(state, Seen(t_ms=0, present=True))
for second in range(1, 7):
    state, decisions = step(state, Asked(t_ms=second * 1000))
    print(decisions[0].reason)
